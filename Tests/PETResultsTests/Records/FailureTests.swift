import PETCore
import PETResults
import PETStudy
import PETTestSupport
import Testing

/// Why a scan or pair failed, in a table, a record and a line.
struct FailureTests {
  private static func failure(_ file: String?, _ problem: String, remedy: String = "mend it") -> Failure {
    Failure(
      unit: "sub-1", stage: "read", error: PETError(.wrongInput, file: file, field: "dim", problem, remedy: remedy),
      names: PortableNames(output: "/data/out"))
  }

  /// Neither a path of this machine nor what steers a terminal is left.
  @Test func isPortable() {
    let own = Self.failure("/data/out/sub-1/a.tsv", "see /data/out/logs/x.log\nand \u{1b}[31m")
    #expect(own.file == "sub-1/a.tsv" && own.problem == "see logs/x.log\\u{a}and \\u{1b}[31m")
    #expect(Self.failure("/home/somebody/b.nii", "x").file == "b.nii")
    #expect(own.line == "sub-1: read: sub-1/a.tsv: dim: " + own.problem + "; mend it")
  }

  @Test func whatIsWrittenIsRead() throws {
    for own in [Self.failure("/data/out/a.tsv", "p"), Self.failure(nil, "p", remedy: "")] {
      var table = TSVText(columns: Failure.columns)
      table.add(own.cells)
      let read = try TSVTable(text: table.text, file: "failures.tsv")
      #expect(Failure(cells: read.rows[0]) == own)
      var record = RunRecord(
        unit: "sub-1", kind: .refused, participant: "sub-1", session: nil,
        settings: RunRecord.Settings(pipeline: "p", pipelineDigest: "d", values: nil))
      record.failures = [own]
      let folder = try TemporaryFolder()
      try record.write(in: folder.path)
      #expect(try RunRecord.read("sub-1", in: folder.path)?.failures == [own])
    }
  }

  /// What went wrong alike is told once, with the first three names and the number of the others.
  @Test func alikeOnesAreOneLine() {
    func failure(_ number: Int, _ problem: String) -> Failure {
      Failure(
        unit: "sub-\(number)", stage: "read", error: PETError(.wrongInput, field: "dim", problem, remedy: "mend it"),
        names: PortableNames(output: "/data/out"))
    }
    let alike = (1...5).map { failure($0, "too few") }
    #expect(Failure.lines(alike) == ["sub-1, sub-2, sub-3 and 2 more: read: dim: too few; mend it"])
    #expect(
      Failure.lines([alike[0], failure(9, "too many"), alike[1]]) == [
        "sub-1, sub-2: read: dim: too few; mend it", "sub-9: read: dim: too many; mend it",
      ])
    #expect(Failure.lines([alike[0]]) == [alike[0].line] && Failure.lines([]).isEmpty)
  }
}
