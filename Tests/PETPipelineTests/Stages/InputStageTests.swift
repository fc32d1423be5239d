import PETCore
import PETKinetics
import PETTestSupport
import Testing

@testable import PETPipeline

/// What the models of a scan are given (`ModelInputs`), and what is fitted with it (`ModelsStage`, `MapsStage`).
struct InputStageTests {
  private static func inputs(_ role: String, frames: FrameSchedule? = nil) throws -> ModelInputs {
    let definition = try PipelineLoader.parse(
      """
      name: small
      read:
        dopamine: {tracer: raclopride}
      models:
        dopamine: \(role)

      """, file: "p.yaml")
    let own = try frames ?? ReferenceScan().frames
    return ModelInputs(
      role: definition.numerator, choices: definition.choices(of: definition.numerator), frames: own, dosePerGram: 5)
  }

  /// Bounds are those of the role's own model: another has parameters of its own.
  @Test func boundsStayWithTheirModel() throws {
    let inputs = try Self.inputs("{model: SRTM, reference: cerebellum, bounds: {R1: [0.5, 1.5]}}")
    let own = try inputs.settings(for: SRTM.card)
    #expect(own.bounds["R1"] == 0.5...1.5 && own.dosePerGram == 5)
    #expect(try inputs.settings(for: FRTM.card).bounds.isEmpty)
  }

  /// A blood volume that is fitted is asked of models alone that can fit it; one that is given holds for all.
  @Test func bloodVolumesOfOtherModels() throws {
    let fitted = try Self.inputs("{model: 2TCM, vb: fit}")
    guard case .fitted? = try fitted.settings(for: TwoTissue.card).vB else {
      Issue.record("not fitted")
      return
    }
    #expect(try fitted.settings(for: MA1.card).vB == nil)
    let given = try Self.inputs("{model: 2TCM, vb: 0.05}")
    guard case .fixed(0.05)? = try given.settings(for: MA1.card).vB else {
      Issue.record("not held")
      return
    }
  }

  private static func curves() throws -> ScanCurves {
    let scan = try ReferenceScan()
    var table = CurveTable(
      frames: scan.frames, names: ["cerebellum", "target"],
      curves: [scan.reference(k2prime: 0.06), scan.target(bpnd: 1.7, r1: 0.9, k2prime: 0.06)])
    table.isotope = .carbon11
    return ScanCurves(table: table, indices: [1, 2], voxelCounts: [9, 500], label: "x", sources: ["/data/a.nii"])
  }

  /// Ends beyond the scan are left out with a word; the scan's own end is one of it.
  @Test func truncationsEndWithTheScan() throws {
    let inputs = try Self.inputs("{model: SRTM, reference: cerebellum, truncation: [60, 90, 120]}")
    let result = try ModelsStage.run(try Self.curves(), inputs)
    #expect(result.truncation?.steps.map(\.end) == [3600, 5400] && result.bootstrap == nil)
    let finding = try #require(result.fits.findings.first { $0.code.word == "truncation-end" })
    #expect(finding.value == "120" && finding.problem.contains("90 min"))
    // Without noise the model tells what was put in; means of frames are 0.1 % off at most.
    #expect(abs(result.fits.fits[1].estimate("BPND").value - 1.7) < 0.005)
    let plain = try ModelsStage.run(try Self.curves(), try Self.inputs("{model: SRTM, reference: cerebellum}"))
    #expect(plain.truncation == nil && !plain.fits.findings.contains { $0.code.word == "truncation-end" })
  }

  @Test func mapsHaveTheirConditions() throws {
    #expect(throws: PETError.self) { try MapsStage.check(SIMEVND.card) }
    try MapsStage.check(SRTM.card)
  }
}
