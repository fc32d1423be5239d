import PETCore
import PETStudy
import PETTestSupport
import Testing

struct ScanSettingsTests {
  private static func differences(_ first: String?, _ second: String?) throws -> [Finding] {
    let folder = try TemporaryFolder()
    for (name, text) in [("a", first), ("b", second)] {
      if let text { try folder.write("\(name)_kinpar.json", text) }
    }
    return try ScanSettings.differences(folder.file("a_kinpar.tsv"), folder.file("b_kinpar.tsv"))
  }

  /// The model and what it was run with are compared; what one of them does not say is no difference.
  @Test func whatWasNotMadeAlike() throws {
    let found = try Self.differences(
      #"{"Tracer": "dasb", "ModelName": "SRTM", "TStar": {"Value": 30, "Units": "min"}, "BloodVolume": 0.05, "Weights": "counts"}"#,
      #"{"Tracer": "dasb", "ModelName": "MRTM2", "TStar": {"Value": 40, "Units": "min"}, "BloodVolume": 0.05, "Scanner": "HRRT"}"#
    )
    #expect(found.map(\.field) == ["ModelName", "TStar"] && found.map(\.level) == [.warning, .note])
    #expect(found.map(\.value) == ["MRTM2", "40 min"] && found[1].problem.hasPrefix("40 min beside 30 min"))
    #expect(found.allSatisfy { $0.file == "b_kinpar.tsv" && $0.code == .settingsDiffer })
  }

  @Test func twoTracersAreNotCompared() throws {
    let error = #expect(throws: PETError.self) {
      try Self.differences(#"{"Tracer": "dasb"}"#, #"{"Tracer": "raclopride"}"#)
    }
    #expect(error?.field == "Tracer" && error?.problem == "raclopride beside dasb")
    #expect(try Self.differences(#"{"Tracer": "dasb"}"#, nil).isEmpty && Self.differences(nil, nil).isEmpty)
  }

  @Test func besideResults() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.json", #"{"Weights": "counts", "Sum": 1, "Tracer": "dasb"}"#)
    let json = ScanSettings.json(folder.file("a.tsv"))
    #expect(json.members?.map(\.name) == ["Table", "Tracer", "Weights"] && json["Table"]?.string == "a.tsv")
    #expect(ScanSettings.json(folder.file("b.tsv"))["Sidecar"]?.string == "none")
  }
}
