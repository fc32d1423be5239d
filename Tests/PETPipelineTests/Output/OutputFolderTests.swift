import Foundation
import PETCore
import PETPipeline
import PETResults
import PETStudy
import PETTestSupport
import Testing

/// The folder of an output: nothing of others in it is written over, and what a stopped run began is ended.
struct OutputFolderTests {
  private static func run(_ study: SmallStudy, _ level: BatchRun.Level = .all) throws {
    _ = try study.batch(SmallStudy.pipeline, out: study.out).run(level) { _ in }
  }

  private static func study() throws -> SmallStudy {
    try SmallStudy([("sub-1_trc-a", "raclopride"), ("sub-1_trc-b", "DASB")])
  }

  @Test func foldersOfOthersAreRefused() throws {
    let study = try Self.study()
    try study.folder.write("out/notes.txt", "mine")
    #expect(#expect(throws: PETError.self) { try Self.run(study) }?.code == .cannotWrite)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: study.out).filter { !$0.hasPrefix(".") } == ["notes.txt"])
  }

  /// A link in place of a folder leads into what is somebody else's.
  @Test(arguments: ["records", "logs", "sub-1"])
  func linksAreRefused(name: String) throws {
    let study = try Self.study()
    try Self.run(study)
    try AtomicFile.makeFolder(study.folder.file("other"))
    try? FileManager.default.removeItem(atPath: "\(study.out)/\(name)")
    try FileManager.default.createSymbolicLink(
      atPath: "\(study.out)/\(name)", withDestinationPath: study.folder.file("other"))
    #expect(throws: PETError.self) { try Self.run(study) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: study.folder.file("other")).isEmpty)
  }

  /// The input dataset is no place for results, but its derivatives are.
  @Test(arguments: [("study", false), ("study/sub-1", false), ("study/derivatives/mine", true), ("study2", true)])
  func besideTheStudy(place: String, isPlace: Bool) throws {
    let study = try Self.study()
    let output = study.folder.file(place)
    let batch = try? study.batch(SmallStudy.pipeline, out: output)
    #expect((batch != nil) == isPlace)
  }

  /// A journal says which names files are to have: the next run gives them, takes what is outdated away, but not what somebody
  /// has changed since, and puts the record in its place.
  @Test func aReplacementIsEnded() throws {
    let study = try Self.study()
    try Self.run(study)
    let unit = "sub-1_trc-a"
    let old = try #require(try RunRecord.read(unit, in: study.out))
    let paths = try ["gone", "kept"].map { try study.folder.write("out/sub-1/pet/\(unit)_\($0).tsv", $0) }
    let outdated = try paths.map {
      RunRecord.File(name: String($0.dropFirst(study.out.count + 1)), digest: try FileDigest(path: $0))
    }
    try study.folder.write("out/sub-1/pet/\(unit)_kept.tsv", "changed")
    let temporary = "sub-1/pet/.\(unit)_new.tsv.partial-1-1"
    let new = try study.folder.write("out/" + temporary, "new")
    var record = RunRecord(
      unit: unit, kind: .scan, participant: "sub-1", session: nil, tracer: old.tracer, settings: old.settings)
    record.outputs = [.init(name: "sub-1/pet/\(unit)_new.tsv", digest: try FileDigest(path: new))]
    let journal = JSONValue.object([
      ("Files", .array([["Temporary": .string(temporary), "File": .string("sub-1/pet/\(unit)_new.tsv")]])),
      ("Outdated", .array(outdated.map(\.json))), ("Record", .string(record.text)),
    ])
    try study.folder.write("out/records/replacing/\(unit).json", journal.text)
    let before = try Verification(study.out, study: nil, derivatives: [], jobs: 1)
    #expect(before.findings.contains { $0.code.word == "interrupted" && $0.field == unit })
    try Self.run(study, .group)
    let files = try FileManager.default.contentsOfDirectory(atPath: study.out + "/sub-1/pet").sorted()
    #expect(files == ["\(unit)_kept.tsv", "\(unit)_new.tsv"])
    #expect(try RunRecord.read(unit, in: study.out)?.outputs == record.outputs)
    #expect(!FileManager.default.fileExists(atPath: "\(study.out)/records/replacing"))
  }

  /// Earlier results stand when a scan fails: their record and files are as they were, the failure lies beside them.
  @Test func earlierResultsStand() throws {
    let study = try Self.study()
    try Self.run(study)
    let unit = "sub-1_trc-a"
    let old = try #require(try RunRecord.read(unit, in: study.out))
    let path = try study.folder.write("out/sub-1/pet/\(unit)_tacs.tsv", "old")
    var record = RunRecord(
      unit: unit, kind: .scan, participant: "sub-1", session: nil, tracer: old.tracer, settings: old.settings)
    record.outputs = [.init(name: "sub-1/pet/\(unit)_tacs.tsv", digest: try FileDigest(path: path))]
    try record.write(in: study.out)
    let ended = try study.batch(SmallStudy.pipeline, out: study.out).run(.all) { _ in }
    #expect(ended.standing == [unit] && ended.scans.failed == 2 && ended.scans.done == 0)
    #expect(try RunRecord.read(unit, in: study.out)?.text == record.text)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    let attempt = try #require(try RunRecord.read(at: "\(study.out)/records/attempts/\(unit).json", unit))
    #expect(attempt.failures.map(\.unit) == [unit] && attempt.inputs.isEmpty && attempt.outputs.isEmpty)
    // The failure is told in the table and in the plan as that of the unit.
    let rows = try TSVTable(path: study.out + "/failures.tsv").rows.map { $0[0] }
    #expect(rows.filter { $0 != "sub-1_page" } == [unit, "sub-1_trc-b"])
    #expect(try study.batch(out: study.out).plan.lines.first?.state.word == "failed")
  }

  /// A unit that the study does not have any more goes with its results, but not with what somebody has changed.
  @Test func whatIsNoLongerInTheStudy() throws {
    let study = try Self.study()
    try Self.run(study)
    let settings = try #require(try RunRecord.read("sub-1_trc-a", in: study.out)).settings
    let paths = try ["a", "b"].map { try study.folder.write("out/sub-9/pet/sub-9_\($0).tsv", $0) }
    var record = RunRecord(
      unit: "sub-9", kind: .scan, participant: "sub-9", session: nil, tracer: "raclopride", settings: settings)
    record.outputs = try paths.map {
      RunRecord.File(name: String($0.dropFirst(study.out.count + 1)), digest: try FileDigest(path: $0))
    }
    try record.write(in: study.out)
    // They are not let go unasked.
    #expect(throws: PETError.self) { try Self.run(study, .group) }
    try study.folder.write("out/sub-9/pet/sub-9_b.tsv", "mine")
    var options = BatchRun.Options()
    options.replaces = true
    let ended = try study.batch(SmallStudy.pipeline, options, out: study.out).run(.group) { _ in }
    #expect(ended.removed == ["sub-9"] && !FileManager.default.fileExists(atPath: paths[0]))
    #expect(try String(contentsOfFile: paths[1], encoding: .utf8) == "mine")
    #expect(try RunRecord.read("sub-9", in: study.out) == nil)
  }

  /// A journal whose names lead out of the output is not followed.
  @Test func aJournalThatLeadsElsewhere() throws {
    let study = try Self.study()
    try Self.run(study)
    let victim = try study.folder.write("precious.txt", "mine")
    let other = try study.folder.write("out/sub-1/pet/.a.partial-1-1", "theirs")
    try study.folder.write(
      "out/records/replacing/sub-1_trc-a.json",
      #"{"Files": [{"Temporary": "sub-1/pet/.a.partial-1-1", "File": "sub-1/../../precious.txt"}], "Outdated": [], "Record": ""}"#
    )
    #expect(throws: PETError.self) { try Self.run(study, .group) }
    #expect(
      try String(contentsOfFile: victim, encoding: .utf8) == "mine" && FileManager.default.fileExists(atPath: other))
  }
}
