import PETBinding
import PETCore
import PETResults
import PETTestSupport
import Testing

/// A measure of a table of fits with what its sidecar says.
struct BindingReaderTests {
  private static func read(_ text: String, json: JSONValue? = nil, measure: String = "BPND") throws -> BindingTable {
    let folder = try TemporaryFolder()
    let name = "sub-01_trc-RAC_model-SRTM_kinpar"
    if let json { try folder.write(name + ".json", json.text) }
    return try BindingReader.read(try folder.write(name + ".tsv", text), measure: measure, level: 0.95)
  }

  private static let text = "region\tvolume-mm3\tBPND\tBPND-se\tdof\nA\t900\t2\t0.1\t0\nB\t800\tn/a\tn/a\tn/a\n"

  @Test func theNameTellsWhatTheSidecarDoesNot() throws {
    let table = try Self.read(Self.text)
    #expect(table.tracer == "RAC" && table.model == "SRTM" && table.measure == "BPND" && table.doubts.isEmpty)
    #expect(table.rows.map(\.volume) == [900, 800] && table.rows.allSatisfy { $0.freedom == nil && $0.shared.isEmpty })
    // Without degrees of freedom the limits are the normal's: 1.959964 is its 0.975 quantile, to six decimals.
    #expect(abs(table.rows[0].low - (2 - 0.1959964)) < 1e-7 && abs(table.rows[0].high - 2.1959964) < 1e-7)
    #expect(table.rows[1].estimate.value.isNaN && table.rows[1].low.isNaN)
  }

  /// What regions share of their errors is that of one parameter; evidence against the data is told once each.
  @Test func theSidecarIsRead() throws {
    func doubt(_ word: String, castsDoubt: Bool = true) -> JSONValue {
      Finding(.warning, Finding.Code(word), "odd", castsDoubt: castsDoubt).json
    }
    let json = JSONValue.object([
      ("TracerName", "[11C]raclopride"),
      ("SharedErrors", ["Parameter": "BPND", "Regions": ["A": [0.5, -0.25]]]),
      ("Findings", .array([doubt("late"), doubt("decay"), doubt("late"), doubt("plain", castsDoubt: false)])),
    ])
    let table = try Self.read(Self.text, json: json)
    #expect(table.tracer == "[11C]raclopride" && table.doubts == ["decay", "late"])
    #expect(table.rows.map(\.shared) == [[0.5, -0.25], []])
    let other = try Self.read("region\tR1\tR1-se\nA\t1\t0.1\n", json: json, measure: "R1")
    #expect(other.rows[0].shared.isEmpty && other.rows[0].volume == nil)
  }
}
