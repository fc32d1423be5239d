import Foundation
import PETCore
import PETKinetics
import PETPages
import PETResults
import PETTestSupport
import Testing

@testable import PETPipeline

/// Pages of persons made from results on record (`PageWork`), and what they show (`PersonReader`).
struct PageWorkTests {
  private static let tacs = "frame_start\tframe_end\tA\tcerebellum\n0\t60\t1\t2\n60\t180\t3\t4\n"

  /// Both scans of a person with a curve of two frames each, and their balance.
  private static func output(_ html: Bool = true, norms: String = "") throws -> SmallOutput {
    let output = try SmallOutput("report: {html: \(html)}\n")
    var pair = RunRecord(
      unit: "sub-1_desc-raclopridedasb", kind: .pair, participant: "sub-1", session: nil, tracer: "raclopridedasb",
      settings: output.settings.of(.pair))
    for (tracer, model) in [("raclopride", "SRTM"), ("dasb", "MRTM2")] {
      let stem = "sub-1/pet/sub-1_trc-\(tracer)"
      let record = try output.write(
        "sub-1_trc-\(tracer)", .scan, tracer: tracer,
        [
          ("\(stem)_tacs.tsv", tacs), ("\(stem)_tacs.json", "{\"Units\": \"kBq/mL\", \"ImageDecayCorrected\": true}"),
          ("\(stem)_kinpar.tsv", "region\tBPND\tBPND-se\tstatus\nA\t2\t0.1\tconverged\n"),
          ("\(stem)_kinpar.json", "{\"ModelName\": \"\(model)\", \"ReferenceRegion\": \"cerebellum\"}"),
        ])
      pair.inputs.append(.init(name: "records/\(record.unit).json", digest: FileDigest(of: record.text)))
    }
    let text = SmallOutput.balance(["A"])
    let json =
      "{\"ConfidenceLevel\": 0.9, \"DaysBetweenScans\": 3, \"LogRatioNorms\": {\"Regions\": {\(norms)}},"
      + "\"ratio\": {\"Units\": \"mL/cm3\"}}"
    for (ending, text) in [(".tsv", text), (".json", json)] {
      try output.folder.write("sub-1/sub-1_desc-x_balance\(ending)", text)
      pair.outputs.append(.init(name: "sub-1/sub-1_desc-x_balance\(ending)", digest: FileDigest(of: text)))
    }
    try pair.write(in: output.folder.path)
    return output
  }

  private static func update(_ output: SmallOutput, _ participants: Set<String>? = nil, force: Bool = false) throws -> (
    made: Int, failures: [Failure]
  ) {
    try PageWork(output: OutputFolder(output.folder.path), definition: output.definition, settings: output.settings)
      .update(participants, jobs: 1, force: force)
  }

  private static func exists(_ output: SmallOutput, _ name: String = "sub-1/sub-1.html") -> Bool {
    FileManager.default.fileExists(atPath: output.folder.file(name))
  }

  private static func made(_ output: SmallOutput, force: Bool = false) throws -> Int {
    let (made, failures) = try update(output, force: force)
    #expect(failures.isEmpty, "\(failures.map(\.line))")
    return made
  }

  /// A page is made once, and again when that is asked for: byte for byte the same.
  @Test func pagesAreMadeOnce() throws {
    let output = try Self.output()
    #expect(try Self.made(output) == 1 && Self.exists(output) && Self.exists(output, "sub-1/sub-1_report.json"))
    let page = URL(fileURLWithPath: output.folder.file("sub-1/sub-1.html"))
    let first = try Data(contentsOf: page)
    #expect(try Self.made(output) == 0 && Self.made(output, force: true) == 1 && Data(contentsOf: page) == first)
  }

  /// A page that was touched is made again, and one of which there is more on record.
  @Test func pagesAreMadeWhenTheyAreNotWhatTheyWere() throws {
    let output = try Self.output()
    #expect(try Self.made(output) == 1)
    try output.folder.write("sub-1/sub-1.html", "touched")
    // Others are not looked at.
    #expect(try Self.update(output, ["sub-2"]).made == 0)
    #expect(try Self.made(output) == 1 && Self.made(output) == 0)
    try output.write("sub-1_trc-x", .refused, [], failure: "no sidecar")
    #expect(try Self.made(output) == 1)
  }

  /// What a page says of the study is an input of it: another neighbour makes it anew, and a look without the study leaves it.
  @Test func theStudyAroundAPageIsAnInput() throws {
    let output = try Self.output()
    func tables() throws -> GroupTables {
      let records = try RunRecord.units(in: output.folder.path).compactMap {
        try RunRecord.read($0, in: output.folder.path)
      }
      return try GroupTables(output.folder.path, records: records, level: 0.95, .compare, jobs: 1)
    }
    func made() throws -> Int {
      let work = PageWork(
        output: OutputFolder(output.folder.path), definition: output.definition, settings: output.settings)
      return try work.update(nil, around: try tables(), jobs: 1).made
    }
    func page() throws -> String { try String(contentsOfFile: output.folder.file("sub-1/sub-1.html"), encoding: .utf8) }
    #expect(try made() == 1 && made() == 0 && !page().contains("rel=\"next\""))
    #expect(try page().contains("<a href=\"../group.html#sub-1\">"))
    try output.write("sub-10_trc-x", .refused, [], failure: "no sidecar")
    try output.write("sub-2_trc-x", .refused, [], failure: "no sidecar")
    // Their own pages, and that of the person before them.
    #expect(try made() == 3 && page().contains("<a href=\"../sub-2/sub-2.html\" rel=\"next\">sub-2</a>"))
    #expect(try Self.made(output) == 0 && made() == 0)
  }

  /// A person who is gone has no page, and no record of one.
  @Test func pagesOfWhatIsGoneAreRemoved() throws {
    let output = try Self.output()
    #expect(try Self.update(output).made == 1)
    for unit in ["sub-1_trc-raclopride", "sub-1_trc-dasb", "sub-1_desc-raclopridedasb"] {
      try FileManager.default.removeItem(atPath: output.folder.file("records/\(unit).json"))
    }
    #expect(try Self.update(output).made == 0 && !Self.exists(output))
    #expect(try RunRecord.units(in: output.folder.path).isEmpty)
  }

  @Test func aPipelineThatAsksForNoneHasNoPages() throws {
    let silent = try Self.output(false)
    #expect(try Self.update(silent).made == 0 && !Self.exists(silent))
  }

  /// Results that were touched are not shown: the page fails by name, and an earlier one does not stay.
  @Test func touchedResultsAreNotShown() throws {
    let output = try Self.output()
    #expect(try Self.update(output).made == 1)
    try output.folder.write(
      "sub-1/pet/sub-1_trc-dasb_kinpar.tsv", "region\tBPND\tBPND-se\tstatus\nA\t9\t0.1\tconverged\n")
    let (made, failures) = try Self.update(output, force: true)
    #expect(made == 0 && failures.map(\.unit) == ["sub-1_page"] && failures[0].problem.contains("has changed"))
    #expect(!Self.exists(output))
  }

  @Test func theReportHoldsWhatIsOnRecord() throws {
    let output = try Self.output(norms: "\"a\": [0.5, 0.1], \"B\": [1]")
    let records = try RunRecord.units(in: output.folder.path).compactMap {
      try RunRecord.read($0, in: output.folder.path)
    }
    let page = try #require(PagePlan.pages(of: "sub-1", records, tracers: ["raclopride", "dasb"]).first)
    let report = try PersonReader(output: output.folder.path, definition: output.definition, options: "").read(page)
    #expect(report.scans.map(\.system) == ["dopamine", "serotonin"] && report.scans.map(\.isSecond) == [false, true])
    #expect(report.scans[0].card.id == "SRTM" && report.scans[0].curves == [[1, 3], [2, 4]])
    let balance = try #require(report.balance)
    #expect(balance.level == 0.9 && balance.days == 3 && balance.unit == "mL/cm3" && balance.map == nil)
    // What is no pair of numbers is no norm.
    #expect(balance.norms.count == 1 && balance.norms["a"]?.expected == 0.5 && balance.norms["a"]?.sd == 0.1)
    #expect(report.failures.isEmpty && report.scans.allSatisfy { $0.picture == nil })
    // Without the pair, it is missed.
    let alone = try #require(
      PagePlan.pages(of: "sub-1", records.filter { $0.kind == .scan }, tracers: ["raclopride", "dasb"]).first)
    let other = try PersonReader(output: output.folder.path, definition: output.definition, options: "").read(alone)
    #expect(other.balance == nil && other.failures.map(\.stage) == ["balance"])
    #expect(other.scans.map(\.isSecond) == [false, true])
  }
}
