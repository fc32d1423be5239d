import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETKinetics

/// t* found by its rule, on Logan's plot with a k2' that is half the truth: bent at first, straight later.
struct LinearStartSearchTests {
  /// Fourteen frames, made of those of the scan.
  private let frames: FrameSchedule
  private let reference: [Double]
  private let good: [[Double]]

  init() throws {
    let scan = try ReferenceScan()
    let edges = [0, 10, 14, 20, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33]
    let groups = zip(edges, edges.dropFirst()).map { $0..<$1 }
    func merged(_ curve: [Double]) -> [Double] {
      groups.map { group in
        let whole = group.reduce(0) { $0 + scan.frames.durations[$1] }
        return group.reduce(0) { $0 + curve[$1] * scan.frames.durations[$1] } / whole
      }
    }
    frames = try FrameSchedule(
      starts: groups.map { scan.frames.starts[$0.lowerBound] },
      durations: groups.map { group in group.reduce(0) { $0 + scan.frames.durations[$1] } })
    reference = merged(scan.reference(k2prime: 0.06))
    good = [0.6, 1, 1.5, 2, 3].map { merged(scan.target(bpnd: $0, r1: 0.9, k2prime: 0.06)) }
  }

  private func find(
    _ curves: [[Double]], leftOut: [Int] = [], limit: Double, _ change: (inout ScanInput) -> Void = { _ in }
  ) throws -> (start: Double, largest: [Double], findings: [Finding]) {
    let weights = try FrameWeights(scheme: .uniform, frames: frames, wholeCurve: reference, isotope: .carbon11)
    var input = ScanInput(frames: frames, reference: reference, weights: weights)
    input.k2prime = ReferenceRate(given: 0.03 / 60, frames: frames.count)
    change(&input)
    let table = CurveTable(frames: frames, names: curves.indices.map { "r\($0)" }, curves: curves)
    return try LinearStartSearch.find(LoganRef.self, table: table, input: input, leftOut: leftOut, limit: limit)
  }

  /// A curve with a ripple that no straight line follows.
  private func rippled(_ curve: [Double]) -> [Double] {
    curve.enumerated().map { $1 * ($0 % 2 == 0 ? 1.3 : 0.7) }
  }

  /// A wider limit is held earlier, and the residuals there are within it; one that all hold is held by the first frame.
  @Test func widerLimitsBeginEarlier() throws {
    var last = Double.infinity
    for limit in [0.01, 0.02, 0.05, 0.1, 0.3] {
      let found = try find(good, limit: limit)
      #expect(found.start <= last && found.findings.isEmpty, "\(limit): \(found.start)")
      #expect(found.largest.allSatisfy { $0 <= limit })
      #expect(frames.midpoints.contains(found.start))
      last = found.start
    }
    let (tight, wide) = (try find(good, limit: 0.01).start, try find(good, limit: 0.3).start)
    #expect(tight > wide)
  }

  /// Nine regions in ten must hold; a tenth may be anything.
  @Test func nineInTen() throws {
    let nine = good + good.dropLast()
    let plain = try find(nine, limit: 0.02)
    let one = try find(nine + [rippled(good[0])], limit: 0.02)
    #expect(one.start == plain.start && one.findings.isEmpty && one.largest[9] > 0.05)
    let two = try find(nine.dropLast() + [rippled(good[0]), rippled(good[1])], limit: 0.02)
    #expect(two.findings.map(\.code.word) == ["tstar-not-found"] && two.findings[0].field == "t*")
    // The last five frames are used then.
    #expect(two.start == frames.midpoints[frames.count - 5])
    // Those of the reference, and curves without a value, are not judged.
    let leftOut = try find(nine.dropLast() + [rippled(good[0]), rippled(good[1])], leftOut: [8, 9], limit: 0.02)
    #expect(leftOut.start == plain.start && leftOut.findings.isEmpty)
    let empty = try find(nine + [rippled(good[0]), good[0].map { _ in .nan }], limit: 0.02)
    #expect(empty.start == plain.start && empty.largest[10].isNaN)
  }

  /// Frames that do not count are no t*; four that do are too few to find one.
  @Test func framesThatDoNotCount() throws {
    let plain = try find(good, limit: 0.3)
    let first = frames.midpoints.firstIndex(of: plain.start) ?? 0
    let later = try find(good, limit: 0.3) { $0.unfitted = Set(0...first) }
    #expect(later.start > plain.start)
    let error = #expect(throws: PETError.self) {
      try find(good, limit: 0.3) { $0.unfitted = Set(0..<(frames.count - 4)) }
    }
    #expect(error?.field == "t*" && error?.problem == "4 frames are too few to find t*")
  }
}
