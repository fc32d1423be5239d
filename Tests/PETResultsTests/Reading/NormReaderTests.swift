import PETBinding
import PETCore
import PETResults
import PETTestSupport
import Testing

/// Norms: published means and our own tables with covariates.
struct NormReaderTests {
  private static func read(_ text: String, json: String? = nil) throws -> NormTable {
    let folder = try TemporaryFolder()
    if let json { try folder.write("norms.json", json) }
    return try NormReader.read(try folder.write("norms.tsv", text))
  }

  /// Crawford and Howell (1998): t = (x - mean)/(SD √(1 + 1/n)) with n - 1 degrees of freedom.
  @Test func aPublishedMeanIsComparedByStudentsT() throws {
    let norms = try Self.read("region\tmeasure\tn\tmean\tsd\nLeft-Putamen\tdopamine\t10\t2\t0.5\n")
    let nobody = Person(id: "sub-1", values: [:])
    let own = try #require(norms.deviation(of: 3, measure: "dopamine", region: "left putamen", person: nobody))
    #expect(own.count == 10 && own.freedom == 9 && own.z == 2 && own.expected == 2)
    // Rounding of a handful of operations.
    #expect(abs(own.t - 2 / 1.1.squareRoot()) < 1e-12)
    // By the published quantiles of t at 9 degrees of freedom: 1.833 at 0.95, 2.262 at 0.975.
    #expect(own.probability > 0.05 && own.probability < 0.1)
    #expect(norms.covariates.isEmpty && norms.pair == nil)
  }

  /// Nobody says of how many persons: the mean is taken as known, and the deviation as normal.
  @Test(arguments: ["", "n/a"])
  func withoutTheNumberOfPersonsTheDeviationIsNormal(count: String) throws {
    let text =
      count.isEmpty
      ? "measure\tregion\tintercept\tsd\nserotonin\tPons\t1\t0.1\n"
      : "measure\tregion\tintercept\tsd\tn\nserotonin\tPons\t1\t0.1\t\(count)\n"
    let norms = try Self.read(text)
    let own = try #require(
      norms.deviation(of: 1.1959963985, measure: "serotonin", region: "Pons", person: Person(id: "a", values: [:])))
    // 1.959963985 is the 0.975 quantile of the normal, to its ten digits.
    #expect(own.count == nil && own.freedom == .infinity && abs(own.probability - 0.05) < 1e-8 && own.t == own.z)
  }

  /// Members of the JSON have no order, columns have; the first level of a category has no column.
  @Test func covariatesFollowTheColumns() throws {
    let norms = try Self.read(
      "measure\tregion\tn\tdof\tsd\tintercept\tage\tsex-M\tinverse-gram\nA\tPons\t30\t27\t2\t10\t-0.1\t3\t1,0,0,0,0,0,0,0,0\n",
      json: "{\"Covariates\": {\"sex\": [\"F\", \"M\"], \"age\": []}, \"Pair\": \"raclopridedasb\"}")
    #expect(norms.covariates.map(\.name) == ["age", "sex"] && norms.pair == "raclopridedasb")
    let man = Person(id: "a", values: ["age": "50", "sex": "M"])
    let woman = Person(id: "b", values: ["age": "50", "sex": "F"])
    let unknown = Person(id: "c", values: ["age": "50", "sex": "X"])
    // 10 - 0.1 x 50, and 3 more for men; rounding alone.
    #expect(abs((norms.expected("A", region: "pons", person: man)?.value ?? 0) - 8) < 1e-12)
    #expect(abs((norms.expected("A", region: "pons", person: woman)?.value ?? 0) - 5) < 1e-12)
    #expect(norms.expected("A", region: "pons", person: unknown) == nil)
    // The design is (1, 50, 1) and h = 1: t is z over √2.
    let own = try #require(norms.deviation(of: 12, measure: "A", region: "Pons", person: man))
    #expect(abs(own.z - 2) < 1e-12 && abs(own.t - 2.0.squareRoot()) < 1e-12 && own.freedom == 27)
  }

  @Test func whatIsWrittenIsRead() throws {
    let table = NormTable(
      covariates: [Covariate(name: "age", levels: []), Covariate(name: "group", levels: ["a", "b", "c"])],
      norms: [
        NormTable.Norm(
          measure: "log-ratio", region: "Left-Putamen", count: 12, freedom: 8, sd: 0.1,
          coefficients: [1, -0.25, 1e-9, 3], inverseGram: (0..<4).map { i in (0..<4).map { Double(4 * i + $0) } }),
        NormTable.Norm(
          measure: "log-ratio", region: "Pons", count: nil, freedom: .infinity, sd: 1, coefficients: [0, 0, 0, 0],
          inverseGram: (0..<4).map { _ in [0, 0, 0, 1] }),
      ], pair: "x")
    let read = try Self.read(DeviationsText.norms(table), json: DeviationsText.about(table).text)
    #expect(read.covariates == table.covariates && read.pair == "x")
    for (own, other) in zip(table.norms, read.norms) {
      #expect(own.coefficients == other.coefficients && own.inverseGram == other.inverseGram && own.sd == other.sd)
      #expect(own.count == other.count && own.freedom == other.freedom && own.region == other.region)
    }
    #expect(read.norms.count == 2)
  }

  @Test(arguments: [
    ("measure\tregion\tsd\nA\tB\t1\n", "intercept"), ("measure\tregion\tmean\nA\tB\t1\n", "'sd'"),
    ("measure\tregion\tmean\tsd\nA\tB\t1\t0\n", "above 0"), ("measure\tregion\tmean\tsd\nA\tB\t1\tn/a\n", "above 0"),
    ("measure\tregion\tmean\tsd\nA\tB\t1\tinf\n", "above 0"),
    ("measure\tregion\tmean\tsd\nA\tB\tn/a\t1\n", "missing"),
    ("measure\tregion\tmean\tsd\nA\tB-c\t1\t1\nA\tb_C\t1\t1\n", "twice"),
    ("measure\tregion\tmean\tsd\tn\nA\tB\t1\t1\t2.5\n", "no number of persons"),
    ("measure\tregion\tmean\tsd\tn\nA\tB\t1\t1\t0\n", "no number of persons"),
    ("measure\tregion\tmean\tsd\tdof\nA\tB\t1\t1\t0\n", "degrees of freedom"),
    ("measure\tregion\tmean\tsd\tn\nA\tB\t1\t1\t1\n", "too few"),
    ("measure\tregion\tmean\tsd\tage\tn\nA\tB\t1\t1\t0\t2\n", "too few"),
    ("measure\tregion\tmean\tsd\tinverse-gram\nA\tB\t1\t1\t1,2\n", "2 numbers where there should be 1"),
    ("measure\tregion\tmean\tsd\tsex-M\nA\tB\t1\t1\t1\n", "which level"),
  ])
  func wrongTablesAreRefused(text: String, words: String) {
    let error = #expect(throws: PETError.self) { try Self.read(text) }
    #expect(error?.description.contains(words) == true, "\(error as Any)")
  }

  /// The same measure and region of another measure is another row; covariates of another JSON are refused.
  @Test func aTableKeepsItsOwnJSON() throws {
    #expect(try Self.read("measure\tregion\tmean\tsd\nA\tC\t1\t1\nB\tC\t1\t1\n").norms.count == 2)
    let error = #expect(throws: PETError.self) {
      try Self.read("measure\tregion\tmean\tsd\tage\nA\tB\t1\t1\t1\n", json: "{\"Covariates\": {\"weight\": []}}")
    }
    #expect(error?.field == "Covariates" && error?.file?.hasSuffix("norms.json") == true)
  }
}
