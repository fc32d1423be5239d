import PETBinding
import PETCore
import PETKinetics
import PETResults
import PETTestSupport
import PETTracers
import Testing

@testable import PETPipeline

/// What a balance takes of a scan on record.
struct BindingStageTests {
  private static let stem = "sub-1/pet/sub-1_trc-RAC_model-SRTM"

  private static func finding(_ level: Finding.Level, _ code: String, file: String? = nil, castsDoubt: Bool = false)
    -> JSONValue
  {
    Finding(level, Finding.Code(code), file: file, field: "f", "p", remedy: "r", castsDoubt: castsDoubt).json
  }

  private static func run(_ output: SmallOutput, _ json: JSONValue, maps: [String] = []) throws -> ScanBinding {
    let table = "region\tBPND\tBPND-se\tstatus\nPons\t2\t0.1\tconverged\n"
    let record = try output.write(
      "sub-1_trc-RAC", .scan, tracer: "raclopride",
      [("\(stem)_kinpar.tsv", table), ("\(stem)_kinpar.json", json.text)] + maps.map { ($0, "") })
    return try BindingStage.run(record, measure: "BPND", level: 0.95, output: output.folder.path)
  }

  /// Warnings are told once each; notes, and what concerns some regions, are not.
  @Test func warningsOfTheScan() throws {
    let json = JSONValue.object([
      ("ModelName", "SRTM"), ("ReferenceRegion", "cerebellum"), ("Scanner", "A B"), ("InjectedMass", 2),
      (
        "Findings",
        .array([
          Self.finding(.warning, "late", file: "x.nii"), Self.finding(.warning, "late", file: "x.nii"),
          Self.finding(.note, "small"), Self.finding(.warning, Finding.Code.tracerMisuse.word, castsDoubt: false),
          Self.finding(.warning, "decay", castsDoubt: true),
        ])
      ),
    ])
    let own = try Self.run(try SmallOutput(), json)
    #expect(own.warnings == ["late", "decay"] && own.table.doubts == ["decay"])
    #expect(own.remarks == ["x.nii: f: p; r", "f: p; r"])
    #expect(own.card.id == "SRTM" && own.reference == "cerebellum" && own.scanner == "A B" && own.map == nil)
    #expect(own.injection.map(\.name) == ["Scanner", "InjectedMass"] && own.table.rows[0].estimate.value == 2)
  }

  /// The map of the measure, and not that of its errors, whatever the smoothing.
  @Test(arguments: ["", "_desc-sm6"])
  func theMapOfTheMeasure(description: String) throws {
    let errors = description.isEmpty ? "_desc-se" : description + "se"
    let own = try Self.run(
      try SmallOutput(), ["ModelName": "SRTM"],
      maps: [
        "\(Self.stem)_meas-R1\(description)_mimap.nii.gz", "\(Self.stem)_meas-BPND\(errors)_mimap.nii.gz",
        "\(Self.stem)_meas-BPND\(description)_mimap.nii.gz",
      ])
    #expect(own.map?.path.hasSuffix("\(Self.stem)_meas-BPND\(description)_mimap.nii.gz") == true)
    #expect(own.map?.errors?.hasSuffix("\(errors)_mimap.nii.gz") == true)
  }

  @Test func aModelThatNobodyKnowsIsAnError() throws {
    #expect(throws: PETError.self) { try Self.run(try SmallOutput(), ["ModelName": "SRTM99"]) }
    #expect(throws: PETError.self) { try Self.run(try SmallOutput(), [:]) }
  }
}
