import PETBinding
import PETCore
import PETResults
import PETTestSupport
import Testing

/// Two times of several persons, read from their tables.
struct RepeatedMeasuresTests {
  /// Tables of persons, first and second by turns.
  private static func read(
    _ texts: [(String, String)], measures: [String] = [], rule: CountingRule = CountingRule()
  ) throws -> RepeatedMeasures {
    let folder = try TemporaryFolder()
    var (first, second): ([String], [String]) = ([], [])
    for (place, pair) in texts.enumerated() {
      first.append(try folder.write("sub-\(place + 1)_ses-a_kinpar.tsv", pair.0))
      second.append(try folder.write("sub-\(place + 1)_ses-b_kinpar.tsv", pair.1))
    }
    return try RepeatedMeasures(try SessionTables(first, second), measures: measures, rule: rule)
  }

  private static func fits(_ rows: [(String, Double, String)]) -> String {
    "region\tBPND\tBPND-se\tR1\tstatus\n" + rows.map { "\($0.0)\t\($0.1)\t0.1\t1\t\($0.2)\n" }.joined()
  }

  /// Differences 1, 2 and 3 by hand: their mean is 2 and their SD 1; regions meet whatever their spelling and order.
  @Test func everyRegionMeetsItself() throws {
    let tables = [(2.0, 3.0), (4.0, 6.0), (6.0, 9.0)].map { own in
      (
        Self.fits([("Left-Putamen", own.0, "converged"), ("Pons", 1, "converged")]),
        Self.fits([("pons", 1, "converged"), ("left putamen", own.1, "converged")])
      )
    }
    let rows = try Self.read(tables).rows(level: 0.95)
    // R1 has no error, and nobody asked for it.
    #expect(rows.map(\.region) == ["Left-Putamen", "Pons"] && rows.map(\.measure) == ["BPND", "BPND"])
    let own = rows[0].reliability
    #expect(own.count == 3 && own.test.mean == 4 && own.retest.mean == 6)
    // Rounding of a few operations.
    #expect(abs(own.difference.mean - 2) < 1e-12 && abs(own.difference.sd - 1) < 1e-12)
    // 200 x (1/5 + 2/10 + 3/15)/3 %.
    #expect(abs(own.absoluteVariability - 40) < 1e-12)
    #expect(try Self.read(tables, measures: ["R1"]).rows(level: 0.95).map(\.measure) == ["R1", "R1"])
  }

  /// A fit that did not converge has no value, and its person is named with the reason.
  @Test func whatDoesNotCountIsTold() throws {
    let good = Self.fits([("A", 2, "converged")])
    let study = try Self.read([
      (good, Self.fits([("A", 2.5, "iterationLimit")])),
      (good, Self.fits([("A", 3, "converged"), ("B", 1, "converged")])),
      (Self.fits([("A", 2, "n/a")]), good),
    ])
    let values = try #require(study.values("BPND", "a"))
    #expect(values.test == [2, 2, 2] && values.retest[0].isNaN && Array(values.retest.dropFirst()) == [3, 2])
    // B is at one time alone.
    #expect(study.values("BPND", "B") == nil && study.values("VT", "A") == nil)
    let rows = study.rows(level: 0.95)
    #expect(rows.count == 1 && rows[0].reliability.count == 2)
    #expect(rows[0].reliability.notes.contains { $0.contains("status iterationLimit") }, "\(rows[0].reliability.notes)")
  }

  private static func balance(_ status: String, fit: String = "converged") -> String {
    "region\tdopamine\tdopamine-se\tdopamine-status\tserotonin\tserotonin-se\tserotonin-status\tratio\tlog-ratio"
      + "\tlog-ratio-se\tstatus\nA\t2\t0.1\t\(fit)\t1\t0.1\tconverged\t2\t0.7\t0.1\t\(status)\n"
  }

  /// What is said of the ratio alone concerns neither marker; logarithms have no percentages.
  @Test func aBalanceTellsOfEachMarker() throws {
    let good = Self.balance("ok")
    let study = try Self.read([
      (good, Self.balance("denominatorBelowFloor")), (good, Self.balance("bindingUnreliable", fit: "singular")),
      (good, Self.balance("dataDoubtful")), (good, good),
    ])
    let told = ["dopamine", "serotonin", "ratio", "log-ratio"].map { name in
      (study.values(name, "A")?.retest ?? []).map { $0.isFinite }
    }
    #expect(
      told == [
        [true, false, false, true], [true, true, false, true], [false, false, false, true],
        [false, false, false, true],
      ])
    let rows = study.rows(level: 0.95)
    #expect(rows.map(\.measure) == ["dopamine", "serotonin", "ratio", "log-ratio"])
    #expect(rows[0].reliability.notes.joined().contains("dopamine-status singular"), "\(rows[0].reliability.notes)")
    let flagged = try Self.read(
      [(good, Self.balance("dataDoubtful"))], measures: ["log-ratio"], rule: CountingRule(includesFlagged: true))
    #expect(flagged.values("log-ratio", "A")?.retest == [0.7])
    let doubled = [(good, good), (good, good), (good, good)]
    let pairs = try Self.read(doubled, measures: ["ratio", "log-ratio"]).rows(level: 0.95)
    #expect(pairs[0].reliability.absoluteVariability == 0 && pairs[1].reliability.absoluteVariability.isNaN)
  }

  @Test func aMeasureThatIsAskedForMustBeThere() {
    let table = Self.fits([("A", 1, "converged")])
    let error = #expect(throws: PETError.self) { try Self.read([(table, table)], measures: ["VT"]) }
    #expect(error?.problem.contains("'VT'") == true)
  }
}
