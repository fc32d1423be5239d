import PETBinding
import PETCore
import Testing

/// `ok` is said of nothing that no occupancy can be.
struct OccupancyStatusTests {
  private func region(_ baseline: (Double, Double), _ drug: (Double, Double), measure: String = "BPND")
    -> Occupancy.Region
  {
    let tables = [baseline, drug].map {
      OccupancyTests.table([("A", $0.0, $0.1, "converged")], measure: measure)
    }
    return Occupancy(baseline: tables[0], drug: tables[1], method: .ordinary, level: 0.95).regions[0]
  }

  /// Occupancies of 1.05, -0.33 and -2 whose limits hold no share.
  @Test(arguments: [(-0.1, 0.005, "above 1"), (2.66, 0.02, "below 0: the drug scan binds more"), (6, 0.1, "below 0")])
  func outsideWhatItCanBe(drug: Double, error: Double, words: String) {
    let row = region((2, 0.01), (drug, error))
    #expect(row.status == .outsideRange)
    #expect(
      row.notes.contains { $0.hasPrefix(words) } && row.notes.contains { $0.hasPrefix("the limits hold no share") })
    // The number and its set stand as they are.
    #expect(abs(row.occupancy - (1 - drug / 2)) < 1e-12 && row.limits.low < row.occupancy)
  }

  /// What noise makes of full occupancy, or of none, has its word and is ok.
  @Test(arguments: [(-0.05, 0.1, "above 1"), (2.1, 0.2, "below 0")])
  func noiseAtTheEnds(drug: Double, error: Double, words: String) {
    let row = region((2, 0.1), (drug, error))
    #expect(row.status == .ok && row.notes.count == 1 && row.notes[0].hasPrefix(words), "\(row.notes)")
  }

  /// Without errors there are no limits: the number itself must be a share.
  @Test func withoutErrors() {
    #expect(region((2, .nan), (6, .nan)).status == .outsideRange)
    let row = region((2, .nan), (1, .nan))
    #expect(row.status == .ok && row.notes == ["a standard error is missing: no limits"])
  }

  /// BPND of 0.04 at baseline is as large as its bias: nothing is told of it; a measure of another scale has no such floor.
  @Test func floorOfTheBaseline() {
    let row = region((0.04, 0.001), (0.02, 0.001))
    #expect(row.status == .denominatorBelowFloor && row.occupancy.isNaN && row.error.isNaN && row.limits.low.isNaN)
    #expect(row.notes.first?.contains("below 0.05") == true)
    #expect(region((0.04, 0.001), (0.02, 0.001), measure: "Kiref").status == .ok)
  }

  @Test func doubtComesAfterWhatCannotBe() {
    func table(_ value: Double) -> BindingTable {
      BindingTable(
        measure: "BPND",
        rows: OccupancyTests.table([("A", value, 0.01, "converged")], measure: "BPND").rows, tracer: nil, model: nil,
        source: "x", doubts: ["decay-twice"])
    }
    func status(_ drug: Double) -> OccupancyStatus {
      Occupancy(baseline: table(2), drug: table(drug), method: .ordinary, level: 0.95).regions[0].status
    }
    #expect(status(1) == .dataDoubtful && status(6) == .outsideRange)
  }
}
