import PETCore
import PETResults
import PETTestSupport
import Testing

/// What two balances that are held against each other were not made alike in.
struct BalanceReaderTests {
  private static func side(_ tracer: String, _ model: String, measure: String = "BPND") -> JSONValue {
    ["Tracer": .string(tracer), "Model": .string(model), "Measure": .string(measure)]
  }

  private static func sidecar(_ tracer: String, _ model: String, measure: String = "BPND") -> JSONValue {
    ["Dopamine": side("raclopride", "SRTM"), "Serotonin": side(tracer, model, measure: measure), "Level": 0.95]
  }

  private static func differences(_ first: JSONValue?, _ second: JSONValue?) throws -> [Finding] {
    let folder = try TemporaryFolder()
    for (name, json) in [("a", first), ("b", second)] {
      if let json { try folder.write("\(name).json", json.text) }
    }
    return try BalanceReader.differences(folder.file("a.tsv"), folder.file("b.tsv"))
  }

  @Test func modelsAndMeasuresAreToldTracersAreRefused() throws {
    let own = Self.sidecar("dasb", "MRTM2")
    #expect(try Self.differences(own, own).isEmpty)
    let model = try Self.differences(own, Self.sidecar("dasb", "SRTM"))
    #expect(model.map(\.code.word) == ["models-differ"] && model[0].file == "b.tsv")
    #expect(model[0].problem.contains("Serotonin: dasb, SRTM, BPND"))
    #expect(try Self.differences(own, Self.sidecar("dasb", "MRTM2", measure: "VT")).count == 1)
    let error = #expect(throws: PETError.self) { try Self.differences(own, Self.sidecar("madam", "MRTM2")) }
    #expect(error?.field == "Tracer" && error?.problem.contains("Serotonin: madam") == true)
  }

  /// A table without its JSON, or with one of something else, does not say its tracers: that is no other tracer.
  @Test func whatIsNotToldIsNoDifference() throws {
    let own = Self.sidecar("dasb", "MRTM2")
    for (first, second, file) in [
      (own, nil, "b.tsv"), (nil, own, "a.tsv"), (own, ["Level": 0.95] as JSONValue?, "b.tsv"),
      (["Level": 0.95], ["Level": 0.95], "a.tsv"),
    ] {
      let found = try Self.differences(first, second)
      #expect(found.map(\.code.word) == ["unknown-model"] && found[0].file?.hasSuffix(file) == true)
    }
  }
}
