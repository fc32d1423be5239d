import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// A frame that is excluded, or lost, counts nowhere: in no integral, weight or fit.
struct ExcludedFramesTests {
  private static let frame = 20

  private static func table() throws -> CurveTable {
    let scan = try ReferenceScan()
    var table = CurveTable(
      frames: scan.frames, names: ["reference", "a", "b"],
      curves: [
        scan.reference(k2prime: 0.06), scan.target(bpnd: 2.5, r1: 1, k2prime: 0.06),
        scan.target(bpnd: 1, r1: 0.9, k2prime: 0.06),
      ])
    table.isotope = .carbon11
    return table
  }

  private static func fit(_ table: CurveTable, _ model: any KineticModel.Type, without frames: Set<Int> = []) throws
    -> RegionalFits
  {
    var settings = FitSettings()
    settings.excluded = frames
    settings.plasma = try ReferenceScan().plasmaInput()
    if model.card.needs.contains(.window) { settings.window = 1800...5400 }
    settings.dosePerGram = 5
    return try RegionalFits(table, model: model, reference: "reference", settings: settings)
  }

  /// Every model: spoilt and excluded, lost, without a value, or not there at all is the same to the last bit.
  @Test(arguments: ModelCatalogue.names)
  func noModelSeesIt(id: String) throws {
    let model = try ModelCatalogue.named(id)
    let table = try Self.table()
    let removed = try Self.fit(try table.keeping(table.frames.starts.indices.filter { $0 != Self.frame }), model)
    for value in [1e3, 0, .nan, -5] {
      var spoilt = table
      for i in spoilt.curves.indices { spoilt.curves[i][Self.frame] = value }
      let asked: [Set<Int>] = value == 0 || value.isNaN ? [[], [Self.frame]] : [[Self.frame]]
      for frames in asked {
        let fits = try Self.fit(spoilt, model, without: frames)
        #expect(fits.excludedFrames == [Self.frame] && fits.keptFrames.count == table.frames.count - 1)
        for (a, b) in zip(fits.fits, removed.fits) {
          #expect(a.status == b.status)
          for (x, y) in zip(a.estimates, b.estimates) {
            #expect(x.value == y.value || x.value.isNaN && y.value.isNaN, "\(id) \(value) \(a.region)")
          }
        }
      }
    }
  }

  /// A bridge over one frame of a smooth curve costs little: 0.5 % of BPND at 2.5 min.
  @Test func aBridgeIsNearTheTruth() throws {
    for model in [SRTM.self, SRTM2.self, MRTM1.self, MRTM2.self, LoganRef.self] as [any KineticModel.Type] {
      let fits = try Self.fit(try Self.table(), model, without: [Self.frame])
      #expect(abs(fits.fits[1].estimate("BPND").value / 2.5 - 1) < 5e-3, "\(model.card.id)")
      #expect(fits.doubts.isEmpty)
    }
  }

  /// Where a bridge is no mend that is said: the end of the scan, a bend, a late beginning.
  @Test func whereABridgeIsNoMend() throws {
    let table = try Self.table()
    let last = table.frames.count - 1
    let cut = try Self.fit(table, SRTM.self, without: [last])
    #expect(cut.warnings == ["scan-cut"])
    #expect(
      cut.fits[1].estimate("BPND").value
        == (try Self.fit(try table.prefix(last), SRTM.self)).fits[1].estimate("BPND").value)
    let bend = try Self.fit(table, SRTM.self, without: Set(14...23))
    #expect(bend.doubts == ["gap-bends"])
    let late = try Self.fit(try table.keeping(Array(22...last)), SRTM.self)
    #expect(late.doubts == ["start-unknown"])
    // Models that integrate no measured curve have nothing to bridge.
    #expect(try Self.fit(table, OneTissue.self, without: Set(14...23)).doubts.isEmpty)
    let peak = try Self.fit(table, OneTissue.self, without: [2, 3, 4])
    #expect(peak.warnings.contains("input-peak-excluded"))
  }

  /// One region without a value in the reference's frame is its own; a reference without one leaves the frame out for all.
  @Test func aReferenceWithoutAValue() throws {
    var table = try Self.table()
    table.curves[0][Self.frame] = .nan
    let fits = try Self.fit(table, SRTM.self)
    #expect(fits.warnings == ["reference-frame"] && fits.excludedFrames == [Self.frame])
    #expect(fits.fits[1].status == .converged)
    table = try Self.table()
    table.curves[2][Self.frame] = .nan
    let other = try Self.fit(table, SRTM.self)
    #expect(other.fits[2].status == .noSignal && other.fits[1].status == .converged && other.excludedFrames.isEmpty)
  }

  /// Frames outside a window are good, and only not fitted: their integrals count.
  @Test func framesOutsideAWindowAreNoGap() throws {
    let table = try Self.table()
    var settings = FitSettings()
    settings.unfitted = Set(0..<10)
    let fits = try RegionalFits(table, model: SRTM.self, reference: "reference", settings: settings)
    #expect(abs(fits.fits[1].estimate("BPND").value / 2.5 - 1) < 1e-3 && fits.excludedFrames.isEmpty)
  }
}
