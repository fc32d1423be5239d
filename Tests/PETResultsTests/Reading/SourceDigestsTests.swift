import PETCore
import PETResults
import PETTestSupport
import Testing

/// Whether an output still holds what an analysis was made from.
struct SourceDigestsTests {
  /// SHA-256 of `abc` as the standard (FIPS 180-4) prints it.
  private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test func tablesAreToldByTheirContent() throws {
    let folder = try TemporaryFolder()
    let table = try folder.write("a.tsv", "abc")
    try folder.write("out/group_balance.tsv", "abc")
    try folder.write("words.txt", "abc")
    let told = SourceDigests.json([table, folder.file("out"), table, folder.file("words.txt"), folder.file("none.tsv")])
    #expect(told.list?.compactMap { $0["File"]?.string } == ["a.tsv", "group_balance.tsv"])
    #expect(told.list?.allSatisfy { $0["SHA256"]?.string == Self.abc && $0["Bytes"]?.double == 3 } == true)
  }

  @Test func theFirstThatChangedIsNamed() throws {
    let folder = try TemporaryFolder()
    let names = ["a.tsv", "b.tsv", "c.tsv"]
    let paths = try names.map { try folder.write($0, "abc") }
    let sidecar = JSONValue.object([(SourceDigests.member, SourceDigests.json(paths))])
    let same = FileDigest(of: "abc")
    #expect(SourceDigests.changed(sidecar, ["a.tsv": same, "b.tsv": same]) == nil)
    let other = FileDigest(of: "abd")
    #expect(SourceDigests.changed(sidecar, ["a.tsv": same, "c.tsv": other, "b.tsv": other]) == "b.tsv")
    // What the output does not hold, and what says nothing of its sources, is not called changed.
    #expect(SourceDigests.changed(sidecar, [:]) == nil && SourceDigests.changed(nil, ["a.tsv": other]) == nil)
    #expect(SourceDigests.changed(.object([("SourceDigests", "abc")]), ["a.tsv": other]) == nil)
  }

  @Test func anOutputKnowsItsTables() {
    var record = RunRecord(
      unit: "sub-1_trc-RAC", kind: .scan, participant: "sub-1", session: nil,
      settings: RunRecord.Settings(pipeline: "p", pipelineDigest: "d", values: nil))
    record.outputs = [
      RunRecord.File(name: "sub-1/pet/sub-1_kinpar.tsv", digest: FileDigest(of: "x")),
      RunRecord.File(name: "sub-1/pet/sub-1_kinpar.json", digest: FileDigest(of: "y")),
    ]
    let known = SourceDigests.tables(
      [record], [("group_balance.tsv", FileDigest(of: "z"), false), ("group_kinpar.tsv", nil, true)],
      [("group_wide.tsv", "abc"), ("group_coupling.tsv", nil)])
    #expect(
      known == [
        "sub-1_kinpar.tsv": FileDigest(of: "x"), "group_wide.tsv": FileDigest(of: "abc"),
        "group_balance.tsv": FileDigest(of: "z"),
      ])
  }
}
