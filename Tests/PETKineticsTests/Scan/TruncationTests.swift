import PETCore
import PETKinetics
import PETTestSupport
import Testing

struct TruncationTests {
  private let table: CurveTable

  init() throws {
    let scan = try ReferenceScan()
    table = CurveTable(
      frames: scan.frames, names: ["reference", "a"],
      curves: [scan.reference(k2prime: 0.06), scan.target(bpnd: 1.5, r1: 1, k2prime: 0.06)])
  }

  private func truncation(_ ends: [Double], _ change: (inout FitSettings) -> Void = { _ in }) throws -> Truncation {
    var settings = FitSettings()
    change(&settings)
    let whole = try RegionalFits(table, model: SRTM.self, reference: "reference", settings: settings)
    return try Truncation(of: whole, table, settings: settings, ends: ends)
  }

  private func values(_ fits: [CurveFit]) -> [[Double]] { fits.map { $0.estimates.map(\.value) } }

  /// In order of their ends, each as a scan that stopped there; frames that end later are no part of it.
  @Test func asAScanThatStoppedThere() throws {
    let found = try truncation([5400, 1800, 2399])
    #expect(found.steps.map(\.end) == [1800, 2399, 5400] && found.regions == ["reference", "a"])
    #expect(found.card.id == "SRTM")
    for step in found.steps {
      let count = table.frames.ends.count { $0 <= step.end }
      let alone = try RegionalFits(
        table.prefix(count), model: SRTM.self, reference: "reference", settings: FitSettings())
      #expect(values(step.fits)[1] == values(alone.fits)[1])
    }
    #expect(values(found.steps[2].fits)[1] == values(found.whole.fits)[1])
    #expect(try truncation([]).steps.isEmpty)
  }

  /// A time that is written a little short of a frame's end is that end: up to a thousandth of a second.
  @Test func roundedEnds() throws {
    let found = try truncation([1799.9995, 1800])
    #expect(values(found.steps[0].fits)[1] == values(found.steps[1].fits)[1])
    #expect(try values(truncation([1799.99]).steps[0].fits)[1] != values(found.steps[1].fits)[1])
  }

  /// Frames that are left out, or not fitted, stay so where they are still there.
  @Test func framesThatAreLeftOut() throws {
    let found = try truncation([1800]) {
      $0.excluded = [3, 30]
      $0.unfitted = [5, 31]
    }
    var settings = FitSettings()
    (settings.excluded, settings.unfitted) = ([3], [5])
    let count = table.frames.ends.count { $0 <= 1800 }
    let alone = try RegionalFits(
      table.prefix(count), model: SRTM.self, reference: "reference", settings: settings)
    #expect(values(found.steps[0].fits)[1] == values(alone.fits)[1])
  }

  /// An end before the first frame's, and one that leaves too few, say which.
  @Test func endsThatAreTooEarly() {
    let none = #expect(throws: PETError.self) { try truncation([5400, 6]) }
    #expect(none?.field == "truncation" && none?.problem == "no frame ends by 0.1 min")
    let few = #expect(throws: PETError.self) { try truncation([30]) }
    #expect(few?.field == "truncation" && few?.problem.hasPrefix("scan cut at 0.5 min: ") == true)
  }
}
