import Foundation
import PETCore
import PETStudy
import PETTestSupport
import Testing

/// Blood tables of one tube a minute beside a scan of 60 min and 370 MBq in 74 kg: 5 kBq/g.
struct BloodChecksTests {
  private static let scan = Result { try FrameSchedule(starts: [0, 1800], durations: [1800, 1800]) }

  private static func findings(
    unit: String = "kBq/mL", time: String = "s", peak: Double = 50, last: Double = 3600, isKnown: Bool = true
  ) throws -> [Finding] {
    let folder = try TemporaryFolder()
    var table = "time\tplasma_radioactivity\n"
    for i in 0...10 { table += "\(last * Double(i) / 10)\t\(peak * (i == 0 ? 0 : exp(-Double(i - 1) / 3)))\n" }
    let path = try folder.write("sub-1_recording-manual_blood.tsv", table)
    try folder.write(
      "sub-1_recording-manual_blood.json",
      #"{"time": {"Units": "\#(time)"}, "plasma_radioactivity": {"Units": "\#(unit)"}}"#)
    return BloodChecks.run(
      [path], 0, scan: try scan.get(),
      uptake: isKnown ? UptakeChecks(megabecquerels: 370, weight: 74, isUsual: true) : nil)
  }

  @Test func soundBloodIsSilent() throws { #expect(try Self.findings().isEmpty) }

  /// An SUV of 0.1 to 1000 g/mL is possible in blood; without a dose nothing is known.
  @Test(arguments: [(0.49, true), (0.51, false), (4990, false), (5010, true)])
  func activityMustFitTheDose(peak: Double, isTold: Bool) throws {
    let found = try Self.findings(peak: peak)
    #expect(found.contains { $0.code == .bloodScale && $0.level == .fault } == isTold)
    #expect(found.filter { $0.code == .bloodScale }.allSatisfy { $0.field == "plasma_radioactivity.Units" })
    #expect(try !Self.findings(peak: peak, isKnown: false).contains { $0.code == .bloodScale })
  }

  /// The same numbers in Bq/mL are a thousandth.
  @Test func theUnitCounts() throws {
    #expect(try Self.findings(unit: "Bq/mL").contains { $0.code == .bloodScale && $0.value == "Bq/mL" })
    #expect(try Self.findings(unit: "Bq/mL", peak: 50_000).isEmpty)
    #expect(try Self.findings(unit: "furlongs").map(\.code) == [.blood])
  }

  /// Times in minutes written as s end early, in s written as minutes outlast the scan by far.
  @Test(arguments: [
    (1790.0, "s", "blood-ends-early" as String?), (1810, "s", nil), (60, "s", "blood-ends-early"), (60, "min", nil),
    (3600, "min", "blood-outlasts-scan"), (18_000, "s", nil), (18_060, "s", "blood-outlasts-scan"),
  ])
  func itsLength(last: Double, time: String, code: String?) throws {
    let codes = try Self.findings(time: time, last: last).map(\.code.word).filter { $0.hasPrefix("blood") }
    #expect(codes == [code].compactMap { $0 })
  }

  @Test func tablesThatCannotBeRead() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("sub-1_blood.tsv", "time\tplasma_radioactivity\n0\t1\n")
    let found = BloodChecks.run([path, folder.file("none.tsv")], 0, scan: nil, uptake: nil)
    #expect(found.map(\.code) == [.blood, .blood] && found.allSatisfy { $0.level == .fault })
    #expect(BloodChecks.run([], 0, scan: try Self.scan.get(), uptake: nil).isEmpty)
  }
}
