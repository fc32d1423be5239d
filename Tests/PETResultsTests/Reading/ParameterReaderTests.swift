import PETCore
import PETResults
import PETTestSupport
import Testing

/// Tables of parameters of any origin, to be compared.
struct ParameterReaderTests {
  private static func read(_ text: String) throws -> ParameterTable {
    let folder = try TemporaryFolder()
    return try ParameterTable(path: try folder.write("a.tsv", text))
  }

  @Test func ourOwnTableHasAbsoluteErrors() throws {
    let table = try Self.read(
      "region\tvolume-mm3\tBPND\tBPND-se\tBPND-low\tBPND-high\tk2prime\tframes\tdof\trss\taic\tstatus\tat-bound\tnote\n"
        + "Pons\t900\t-2\t0.1\t-3\t-1\t0.06\t20\t17\t1\t2\tconverged\tn/a\tn/a\n")
    #expect(table.parameters == ["BPND", "k2prime"] && table.regions == ["Pons"])
    let (first, second) = (table.estimates[0][0], table.estimates[0][1])
    #expect(first.value == -2 && first.standardError == 0.1)
    #expect(second.value == 0.06 && second.standardError.isNaN)
  }

  /// kinfitr and petfit write the error as a share of the estimate, which may be below 0.
  @Test(arguments: ["BIC", "reduced_chisq", "pet"])
  func othersWriteErrorsAsAShare(mark: String) throws {
    let table = try Self.read("name\tbp\tbp.se\tVt\tVt_se\tAIC\t\(mark)\nPons\t-2\t0.1\t5\tn/a\t3\t4\n")
    #expect(table.parameters == ["BPND", "VT"])
    // Of two factors: rounding alone.
    #expect(abs(table.estimates[0][0].standardError - 0.2) < 1e-15 && table.estimates[0][1].standardError.isNaN)
  }

  @Test func wordsAreNoParameter() throws {
    let table = try Self.read("Region\themisphere\tK1\tsub\tindex\nA\tleft\tn/a\t1\t1\nB\tright\t0.5\t1\t2\n")
    #expect(table.parameters == ["K1"])
    #expect(table.estimates[0][0].value.isNaN && table.estimates[1][0].value == 0.5)
  }

  /// A slip among numbers is told with its place, and not taken for a column of words.
  @Test(arguments: [
    ("region\tK1\nA\t0.5\nB\t0,5\n", "'0,5' is not a number"), ("region\tnote\nA\tx\n", "no parameters"),
    ("region\tK1\n", "no parameters"), ("place\tK1\nA\t1\n", "no column 'region'"),
    ("region\tK1\nLeft A\t1\nleft-a\t1\n", "stands twice"), ("region\tK1\nA\tn/a\n", "no parameters"),
  ])
  func wrongTablesAreRefused(text: String, words: String) {
    let error = #expect(throws: PETError.self) { try Self.read(text) }
    #expect(error?.problem.contains(words) == true, "\(error as Any)")
  }
}
