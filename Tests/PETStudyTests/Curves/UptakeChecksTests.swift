import PETCore
import PETStudy
import Testing

struct UptakeChecksTests {
  /// 370 MBq in 74 kg are 5 kBq/g: a region of 25 kBq/mL has an SUV of 5 g/mL; brain has 0.05 to 200.
  @Test(arguments: [(25.0, nil as String?), (0.26, nil), (999, nil), (0.24, "too small"), (1001, "too large")])
  func activityMustFitTheDose(activity: Double, words: String?) throws {
    let checks = UptakeChecks(megabecquerels: 370, weight: 74, isUsual: true)
    #expect(checks.statedDosePerGram == 5)
    let frames = try FrameSchedule(starts: [0, 60], durations: [60, 60])
    let table = CurveTable(frames: frames, names: ["A", "B"], curves: [[0, activity], [.nan, 0]])
    let found = checks.finding(table, file: "a.tsv", unit: "Bq/mL")
    #expect(found?.code == words.map { _ in .suvScale } && found?.level == words.map { _ in .fault })
    #expect(words.map { found?.remedy.contains($0) == true } ?? true)
  }

  /// A unit is named where a thousand mends it; where it does not, the factor stands there.
  @Test func whatNoUnitMends() throws {
    let checks = UptakeChecks(megabecquerels: 370, weight: 74, isUsual: true)
    let frames = try FrameSchedule(starts: [0], durations: [60])
    func remedy(_ activity: Double) -> String {
      let table = CurveTable(frames: frames, names: ["A"], curves: [[activity]])
      return checks.finding(table, file: "a.tsv", unit: "Bq/mL")?.remedy ?? ""
    }
    #expect(
      remedy(25_000).contains("a thousand times too large") && remedy(0.025).contains("a thousand times too small"))
    #expect(remedy(4.6e9).hasPrefix("at least 4600000 times too large"), "\(remedy(4.6e9))")
    #expect(remedy(2.5e-7).hasPrefix("at least 1000000 times too small"), "\(remedy(2.5e-7))")
  }

  /// Without a weight 70 kg are taken and said; a dose of no person makes the unit of activity no fault.
  @Test func whatIsNotKnownIsSaid() throws {
    let frames = try FrameSchedule(starts: [0], durations: [60])
    let table = CurveTable(frames: frames, names: ["A"], curves: [[25_000]])
    let guessed = UptakeChecks(megabecquerels: 350, weight: nil, isUsual: true)
    let found = guessed.finding(table, file: "a.tsv", unit: "kBq/mL")
    #expect(guessed.statedDosePerGram == nil && found?.problem.contains("5000 g/mL in 70 kg") == true)
    let odd = UptakeChecks(megabecquerels: 3.5, weight: 70, isUsual: false).finding(
      table, file: "a.tsv", unit: "kBq/mL")
    #expect(odd?.level == .warning && odd?.castsDoubt == false)
  }

  @Test func whatIsNegativeOrEmptyHasAnotherFault() throws {
    let checks = UptakeChecks(megabecquerels: 370, weight: 74, isUsual: true)
    let frames = try FrameSchedule(starts: [0, 60], durations: [60, 60])
    for curves in [[[-9e6, 5e6]], [[.nan, .nan]], []] as [[[Double]]] {
      let table = CurveTable(frames: frames, names: curves.indices.map { "R\($0)" }, curves: curves)
      #expect(checks.finding(table, file: "a.tsv", unit: "Bq/mL") == nil)
    }
  }
}
