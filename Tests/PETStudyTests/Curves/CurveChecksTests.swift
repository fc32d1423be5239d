import Foundation
import PETCore
import PETStudy
import PETTestSupport
import Testing

/// What curves say against their times, on curves whose logarithm is a parabola: what the checks expect of them is exact.
struct CurveChecksTests {
  /// Sixteen frames of 300 s from 600 s on: nothing is asked of their beginning.
  private static let late = (starts: (0..<16).map { 600 + 300 * Double($0) }, length: 300.0)

  private static func frames() throws -> FrameSchedule {
    try FrameSchedule(starts: late.starts, durations: late.starts.map { _ in late.length })
  }

  /// A peak at 1500 s.
  private static let smooth = late.starts.map { exp(-pow(($0 + 150 - 1500) / 4000, 2)) }

  private static func findings(
    _ curves: [[Double]], frames: FrameSchedule? = nil, isotope: Isotope = .carbon11, merged: Set<String> = []
  ) throws -> [Finding] {
    var table = CurveTable(
      frames: try frames ?? Self.frames(), names: curves.indices.map { "R\($0)" }, curves: curves)
    table.isotope = isotope
    table.merged = merged
    return CurveChecks.findings(table, file: "a.tsv")
  }

  /// Frames of the head of a scan, then of 300 s to 5400 s.
  private static func whole() throws -> FrameSchedule {
    let durations = Array(repeating: 10.0, count: 6) + Array(repeating: 60, count: 4) + Array(repeating: 300, count: 17)
    return try FrameSchedule(starts: durations.indices.map { durations[..<$0].reduce(0, +) }, durations: durations)
  }

  @Test func curvesOfAScanAreSound() throws {
    let scan = try ReferenceScan()
    let curves = [scan.reference(k2prime: 0.1), scan.target(bpnd: 2, r1: 0.9, k2prime: 0.1)]
    for isotope in [Isotope.carbon11, .fluorine18] {
      #expect(try Self.findings(curves, frames: scan.frames, isotope: isotope).isEmpty)
    }
    #expect(try Self.findings([Self.smooth]).isEmpty)
  }

  /// The frame that is spoilt is told, with its factor, and not the neighbours that look off beside it.
  @Test(arguments: [(6, 1.3), (6, 0.7), (2, 1.3), (15, 0.7)])
  func aFrameOfAnotherScale(frame: Int, factor: Double) throws {
    var curve = Self.smooth
    curve[frame] *= factor
    let found = try Self.findings([curve])
    #expect(found.map(\.code) == [.frameJump] && found.map(\.field) == ["frame \(frame + 1)"])
    // A frame with two neighbours on either side has its factor to the three digits that are written.
    if frame == 6 { #expect(found.map(\.value) == ["\(factor)"]) }
  }

  /// The last frames have fewer neighbours to tell them by, and the very last only those before it.
  @Test(arguments: [12, 13, 14, 15], [0.3, 0.5, 0.8, 1.3, 2])
  func oneOfTheLastFrames(frame: Int, factor: Double) throws {
    var curve = Self.smooth
    curve[frame] *= factor
    #expect(try Self.findings([curve]).map(\.field) == ["frame \(frame + 1)"])
  }

  /// 0.87 to 1.15 of what the neighbours tell is usual.
  @Test(arguments: [(1.14, true), (1.16, false), (0.88, true), (0.86, false)])
  func whatAFrameMayHave(factor: Double, isUsual: Bool) throws {
    var curve = Self.smooth
    curve[7] *= factor
    #expect(try Self.findings([curve]).isEmpty == isUsual)
  }

  /// What is the frame's is in every region; where regions disagree it is noise.
  ///
  /// Merged regions are not asked.
  @Test func noiseIsNoJump() throws {
    func curves(_ factors: [Double]) -> [[Double]] {
      factors.map { factor in
        var curve = Self.smooth
        curve[7] *= factor
        return curve
      }
    }
    #expect(try Self.findings(curves([1.2, 1.21, 1.19, 1.2])).map(\.code) == [.frameJump])
    #expect(try Self.findings(curves([1.6, 0.8, 1.7, 0.7])).isEmpty)
    // The mean is 1.25, whose logarithm is 1.6 errors of the four.
    #expect(try Self.findings(curves([1.6, 1, 1.5, 0.9])).isEmpty)
    #expect(try Self.findings(curves([1, 3]), merged: ["R1"]).isEmpty)
  }

  /// Tissue has at most 30 % of its peak in the first 20 s.
  @Test(arguments: [(0.29, []), (0.31, ["starts-high"])])
  func activityBeforeTheTracer(share: Double, codes: [String]) throws {
    let frames = try Self.whole()
    let curve = frames.midpoints.map { max(0.05, exp(-pow(($0 - 900) / 4000, 2))) }
    let start = [share, 0.4, 0.6, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 1]
    #expect(try Self.findings([start + curve.dropFirst(10)], frames: frames).map(\.code.word) == codes)
    // The same scan with its first 10 s cut off has no rise to show.
    let cut = try FrameSchedule(starts: frames.starts.map { $0 + 10 }, durations: frames.durations)
    #expect(try Self.findings([start + curve.dropFirst(10)], frames: cut).isEmpty)
  }

  @Test func framesStackedInReverse() throws {
    let scan = try ReferenceScan()
    let curve: [Double] = scan.target(bpnd: 2, r1: 0.9, k2prime: 0.1).reversed()
    let found = try Self.findings([curve], frames: scan.frames)
    #expect(found.contains { $0.code == .framesReversed && $0.level == .fault })
  }

  /// Corrected for decay twice, a plateau rises as fast as C-11 decays: 100 ln 2 / 20.361 min = 3.4 % a minute.
  ///
  /// Half of it is the limit; F-18 is never told.
  @Test(arguments: [
    (1.0, Isotope.carbon11, "3.4" as String?), (0.6, .carbon11, "2"), (0.45, .carbon11, nil), (1, .fluorine18, nil),
  ])
  func correctedTwice(share: Double, isotope: Isotope, percent: String?) throws {
    let rate = share * log(2) / (20.361 * 60)
    let found = try Self.findings([Self.late.starts.map { exp(rate * $0) }], isotope: isotope)
    #expect(found.map(\.code) == (percent == nil ? [] : [.risesLate]) && found.first?.value == percent)
  }

  /// One injection has one peak: two frames that changed places make a valley where the curve is steep.
  @Test func framesOutOfOrder() throws {
    let frames = try FrameSchedule(starts: (0..<8).map { 30 * Double($0) }, durations: Array(repeating: 30, count: 8))
    #expect(try Self.findings([[0.02, 0.3, 0.8, 1, 0.9, 0.8, 0.7, 0.6]], frames: frames).isEmpty)
    let swapped = try Self.findings([[0.02, 0.8, 0.3, 1, 0.9, 0.8, 0.7, 0.6]], frames: frames)
    #expect(swapped.map(\.code) == [.frameOrder] && swapped.map(\.field) == ["frame 3"])
    // A valley under a fifth of the peak, or of more than half, may be noise.
    #expect(try Self.findings([[0.02, 0.19, 0.05, 1, 0.9, 0.8, 0.7, 0.6]], frames: frames).isEmpty)
    #expect(try Self.findings([[0.02, 0.8, 0.41, 1, 0.9, 0.8, 0.7, 0.6]], frames: frames).isEmpty)
  }

  /// No two frames have the same noise in three regions, whatever their scale; two regions, or all frames alike, tell nothing.
  @Test func aFrameThatStandsTwice() throws {
    var curves = (0..<4).map { region in
      Self.smooth.enumerated().map { $1 * (1 + 0.01 * sin(Double(7 * $0 + 3 * region * $0))) }
    }
    #expect(try Self.findings(curves).isEmpty)
    for region in curves.indices { curves[region][9] = 0.98 * curves[region][8] }
    let found = try Self.findings(curves)
    #expect(found.map(\.code) == [.frameRepeated] && found.map(\.field) == ["frame 10"])
    #expect(try Self.findings(Array(curves.prefix(2))).isEmpty)
    #expect(try Self.findings(Array(repeating: Self.smooth, count: 4)).isEmpty)
  }

  /// An empty frame is told as such and as nothing else; a scan without activity and one of three frames tell nothing.
  @Test func oddTables() throws {
    for nothing in [0, Double.nan] {
      var curve = Self.smooth
      curve[8] = nothing
      #expect(try Self.findings([curve]).map(\.code) == [.emptyFrame])
    }
    #expect(try Self.findings([Self.smooth.map { -$0 }]).isEmpty)
    let three = try FrameSchedule(starts: [0, 10, 20], durations: [10, 10, 10])
    #expect(try Self.findings([[1, 0.1, 1]], frames: three).isEmpty)
  }

  /// Frames before the injection may hold a tenth of the peak.
  @Test(arguments: [(4.1, "10" as String?), (3.9, nil), (20, "50"), (.nan, nil)])
  func activityBeforeTheInjection(before: Double, percent: String?) throws {
    let folder = try TemporaryFolder()
    let sidecar = try folder.write(
      "sub-1_pet.json",
      """
      {"FrameTimesStart": [0, 60, 120, 180], "FrameDuration": [60, 60, 60, 60], "InjectionStart": 120, "Units": "kBq/mL",
       "TracerRadionuclide": "C11", "ImageDecayCorrected": true}
      """)
    let timing = try ScanTiming(try PETSidecar(path: sidecar))
    let found = CurveChecks.beforeInjection([[0, before, 40, 30], [0, before, 40, 20]], timing, file: "a.tsv")
    #expect(found?.value == percent && found?.code == percent.map { _ in .activityBeforeInjection })
  }
}
