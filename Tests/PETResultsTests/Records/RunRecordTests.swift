import Foundation
import PETCore
import PETResults
import PETTestSupport
import Testing

struct RunRecordTests {
  private static func record(_ unit: String, pipeline: String = "p") -> RunRecord {
    RunRecord(
      unit: unit, kind: .scan, participant: "sub-1", session: nil, tracer: "dasb",
      settings: RunRecord.Settings(pipeline: pipeline, pipelineDigest: "d", values: ["a.b": "1"]))
  }

  /// What is kept of a record that was read is not taken for another that has come into its place, were it as old.
  @Test func whatWasReadIsReadAnewWhenItIsAnother() throws {
    let folder = try TemporaryFolder()
    let path = RunRecord.path(of: "sub-1_trc-DASB", in: folder.path)
    func write(_ pipeline: String) throws {
      try Self.record("sub-1_trc-DASB", pipeline: pipeline).write(in: folder.path)
      let old = timespec(tv_sec: 1_000_000, tv_nsec: 5)
      #expect(utimensat(AT_FDCWD, path, [old, old], 0) == 0)
    }
    func read() throws -> RunRecord? { try RunRecord.read("sub-1_trc-DASB", in: folder.path) }
    #expect(try read() == nil)
    for pipeline in ["p", "q", "p"] {
      try write(pipeline)
      let first = try #require(try read())
      #expect(first.settings == Self.record("", pipeline: pipeline).settings && first.unit == "sub-1_trc-DASB")
      #expect(try read()?.text == first.text)
    }
    try folder.write("records/sub-1_trc-DASB.json", "{")
    #expect(throws: PETError.self) { try read() }
    try FileManager.default.removeItem(atPath: path)
    #expect(try read() == nil)
  }

  /// All of them in their order, whatever the number of threads, and the damaged one with its reason.
  @Test(arguments: [1, 3])
  func everyRecord(jobs: Int) throws {
    let folder = try TemporaryFolder()
    let units = (1...9).map { "sub-\($0)_trc-DASB" }
    for unit in units { try Self.record(unit).write(in: folder.path) }
    try folder.write("records/sub-4_trc-DASB.json", "[]")
    let all = try RunRecord.all(in: folder.path, jobs: jobs)
    #expect(all.map(\.unit) == units)
    for (unit, record) in all {
      if unit == "sub-4_trc-DASB" {
        #expect(throws: PETError.self) { _ = try record.get() }
      } else {
        #expect(try record.get()?.unit == unit)
      }
    }
  }
}
