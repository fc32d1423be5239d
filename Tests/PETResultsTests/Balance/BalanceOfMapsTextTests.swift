import PETBinding
import PETCore
import PETResults
import PETTracers
import Testing

/// The table of the balance of two maps, on regions worked by hand.
struct BalanceOfMapsTextTests {
  private static func regions(_ means: [Double], background: [Int]) -> [MapRegion] {
    let names = ["Left-Putamen", "Right-Putamen", "Pons"]
    return names.indices.map {
      MapRegion(
        index: $0 < 2 ? $0 + 1 : nil, region: names[$0], voxels: 10, mean: means[$0], sd: 0.5,
        background: background[$0])
    }
  }

  private static func table(_ a: [Double], _ b: [Double], reference: String? = nil, background: [Int] = [0, 0, 0])
    throws -> TSVTable
  {
    let balance = try BalanceOfMaps(
      numerator: regions(a, background: [0, 0, 0]), denominator: regions(b, background: background),
      reference: reference)
    let systems = BalanceSystems(.init(rawValue: "gaba"), over: .init(rawValue: "opioid"))
    return try TSVTable(text: BalanceOfMapsText(balance, systems: systems).tsv, file: "a")
  }

  private static func column(_ name: String, _ table: TSVTable) throws -> [String] {
    let place = try table.required(name)
    return table.rows.map { $0[place] }
  }

  @Test func ratiosAndAsymmetries() throws {
    let table = try Self.table([4, 12, 1], [2, 2, 4])
    #expect(try Self.column("gaba-mean", table) == ["4", "12", "1"] && Self.column("opioid-mean", table)[2] == "4")
    #expect(table.columns.contains("gaba-sd") && !table.columns.contains("refsub-ratio"))
    #expect(try Self.column("index", table) == ["1", "2", "n/a"] && Self.column("ratio", table) == ["2", "6", "0.25"])
    #expect(try Self.column("log2-ratio", table)[0] == "1" && Self.column("log2-ratio", table)[2] == "-2")
    // 200 x (12 - 4)/(12 + 4) %, of either side of the head; none in the middle.
    #expect(try Self.column("gaba-asymmetry", table) == ["100", "100", "n/a"])
    #expect(try Self.column("opioid-asymmetry", table) == ["0", "0", "n/a"])
    #expect(try Self.column("flags", table) == ["ok", "ok", "ok"] && Self.column("opioid-voxels", table)[0] == "10")
  }

  /// Less than 5 % of the largest mean, not above 0, and more than half background.
  @Test func denominatorsThatCarryNoRatioAreFlagged() throws {
    let table = try Self.table([1, 1, -1], [0.4, -1, 10], background: [6, 5, 0])
    #expect(
      try Self.column("flags", table) == [
        "den_near_zero den_mostly_background", "den_nonpositive", "num_nonpositive",
      ])
    #expect(try Self.column("ratio", table)[1] == "n/a" && Self.column("ratio", table)[2] == "-0.1")
    #expect(try Self.column("den-background-fraction", table) == ["0.6", "0.5", "0"])
  }

  @Test func theReferenceIsTakenOffBoth() throws {
    let table = try Self.table([4, 12, 1], [2, 3, 1], reference: "Pons")
    #expect(try Self.column("refsub-gaba", table) == ["3", "11", "0"])
    #expect(try Self.column("refsub-ratio", table) == ["3", "5.5", "n/a"])
    #expect(try Self.column("refsub-flags", table)[2] == "den_nonpositive num_nonpositive")
    #expect(try Self.column("ratio", table) == ["2", "4", "1"])
  }
}
