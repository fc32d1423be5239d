import Foundation
import PETCore
import Testing

@testable import PETKinetics

struct FrameExclusionTests {
  /// Twelve frames of a minute; regions by their value at a middle, min.
  private static func table(start: Double = 0, _ curves: [(Double) -> Double]) throws -> CurveTable {
    let frames = try FrameSchedule(
      starts: (0..<12).map { start + 60 * Double($0) }, durations: Array(repeating: 60, count: 12))
    return CurveTable(
      frames: frames, names: curves.indices.map { "r\($0)" },
      curves: curves.map { curve in frames.midpoints.map { curve($0 / 60) } })
  }

  private static func exclusion(
    _ table: CurveTable, _ card: ModelCard = SRTM.card, without asked: Set<Int> = [], reference: String? = "r0",
    plasma: PlasmaInput? = nil
  ) throws -> FrameExclusion {
    try FrameExclusion(table, card: card, asked: asked, reference: reference, plasma: plasma)
  }

  private static func words(_ exclusion: FrameExclusion) -> [String] { exclusion.findings.map(\.code.word) }

  @Test func nothingToLeaveOut() throws {
    let found = try Self.exclusion(try Self.table([{ $0 }, { 3 * $0 }]))
    #expect(found.kept == Array(0..<12) && found.findings.isEmpty && found.table.frames.count == 12)
  }

  /// Places are of the table as it was, the rest of every curve stays, and on a straight line a bridge hides nothing.
  @Test func straightLinesAreBridgedWithoutAWord() throws {
    let table = try Self.table([{ $0 }, { 3 * $0 }])
    let found = try Self.exclusion(table, without: [4, 5, 9])
    #expect(found.kept == [0, 1, 2, 3, 6, 7, 8, 10, 11] && found.findings.isEmpty)
    #expect(found.table.curves == table.curves.map { curve in found.kept.map { curve[$0] } })
  }

  /// The end of a scan is told; a model's need of frames is another's affair, but none at all is an error.
  @Test func endOfTheScan() throws {
    let table = try Self.table([{ $0 }])
    let found = try Self.exclusion(table, without: [10, 11])
    #expect(Self.words(found) == ["scan-cut"])
    #expect(found.findings[0].field == "frames 11, 12" && found.findings[0].value == "10")
    let error = #expect(throws: PETError.self) { try Self.exclusion(table, without: Set(0..<12)) }
    #expect(error?.problem == "no frame is left")
  }

  /// A frame without a value in the reference is lost to models that need one, and to no other.
  @Test func referenceWithoutAValue() throws {
    var table = try Self.table([{ $0 }, { 3 * $0 }])
    (table.curves[0][5], table.curves[0][7]) = (.nan, .infinity)
    let found = try Self.exclusion(table, without: [7])
    #expect(found.kept == [0, 1, 2, 3, 4, 6, 8, 9, 10, 11])
    #expect(Self.words(found) == ["reference-frame"] && found.findings[0].field == "frame 6")
    #expect(try Self.exclusion(table, SUVR.card, reference: nil).kept.count == 12)
    // A reference without any value is told as such, elsewhere.
    table.curves[0] = table.curves[0].map { _ in .nan }
    #expect(try Self.exclusion(table).kept.count == 12)
    #expect(throws: PETError.self) { try Self.exclusion(table, reference: "none") }
  }

  /// A frame in which all regions are 0 after the first activity is lost, and told once.
  @Test func lostFrames() throws {
    var table = try Self.table([{ $0 < 2 ? 0 : $0 }, { $0 < 2 ? 0 : 3 * $0 }])
    for i in 0..<2 { table.curves[i][6] = 0 }
    let found = try Self.exclusion(table)
    #expect(!found.kept.contains(6) && found.kept.count == 11)
    #expect(Self.words(found).contains("empty-frame") && found.findings[0].field == "frame 7")
    table.findings = [.emptyFrames([6])]
    #expect(try !Self.words(Self.exclusion(table)).contains("empty-frame"))
  }

  /// A parabola over a lost frame: a chord over 2 min is off by its bend times span cubed over 6.
  ///
  /// Slopes are taken over three frames on either side, which doubles what a parabola bends between the ends: "up to about".
  @Test func aBendUnderABridge() throws {
    let table = try Self.table([{ 36 - ($0 - 6) * ($0 - 6) }])
    let found = try Self.exclusion(table, without: [5])
    let told = try #require(found.findings.first)
    #expect(told.code.word == "gap-bends" && told.field == "300 to 360 s" && told.castsDoubt)
    let known = 2.0 * 2 * 2 / 6
    let whole = found.table.curves[0].reduce(0, +)
    let percent = try #require(Double(told.value))
    // Two digits are written.
    #expect(abs(percent - 2 * 100 * known / whole) < 0.06, "\(percent)")
    // A model of ratios integrates nothing.
    #expect(try Self.exclusion(table, SUVR.card, without: [5]).findings.isEmpty)
  }

  /// A level curve that begins a minute late: the triangle before it is 1/2 of 12 frames.
  @Test func aLateStart() throws {
    let told = try #require(try Self.exclusion(try Self.table(start: 60, [{ _ in 5 }])).findings.first)
    #expect(told.code.word == "start-unknown" && told.value == "4.2" && told.castsDoubt)
    #expect(told.problem.hasPrefix("the first frame that counts starts 60 s after injection"))
    // The worst of the regions that have values is told; one without activity is none.
    var table = try Self.table(start: 60, [{ $0 }, { _ in 0 }])
    let first = try #require(try Self.exclusion(table).findings.first { $0.code.word == "start-unknown" })
    // 1.5 x 1/2 over the sum of 1.5 ... 12.5, 84.
    #expect(first.value == "0.89" && first.castsDoubt)
    table.curves[0][0] = .nan
    #expect(try Self.exclusion(table, reference: "r1").findings.isEmpty)
  }

  /// The peak of the input in a frame that is left out, after its delay.
  @Test func peakOfTheInput() throws {
    let table = try Self.table([{ $0 }])
    var plasma = try PlasmaInput(times: [0, 70, 100, 700], parent: [0, 50, 9, 1], wholeBlood: [0, 50, 9, 1])
    func told(_ asked: Set<Int>) throws -> Finding? {
      try Self.exclusion(table, TwoTissue.card, without: asked, reference: nil, plasma: plasma).findings
        .first { $0.code.word == "input-peak-excluded" }
    }
    #expect(try told([0]) == nil && told([2, 3]) == nil)
    #expect(try told([1, 3])?.field == "frame 2" && told([1])?.value == "70")
    plasma.delay = 50
    #expect(try told([1]) == nil && told([2])?.field == "frame 3")
  }
}
