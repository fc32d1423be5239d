import Foundation
import PETCore
import Testing

@testable import PETKinetics

struct CompartmentStartsTests {
  private static func input(_ change: (inout ScanInput) -> Void = { _ in }) throws -> ScanInput {
    let starts: [Double] = [0, 30, 60, 120, 300, 600, 1200, 1800, 2700]
    let ends = starts.dropFirst() + [3600]
    let frames = try FrameSchedule(starts: starts, durations: zip(starts, ends).map { $1 - $0 })
    let weights = try FrameWeights(
      scheme: .duration, frames: frames, wholeCurve: starts.map { _ in 1 }, isotope: .carbon11)
    var input = ScanInput(frames: frames, weights: weights)
    input.plasma = try PlasmaInput(
      times: [0, 20, 40, 90, 300, 1200, 3600], parent: [0, 0, 90, 30, 12, 5, 2], wholeBlood: [0, 0, 70, 25, 12, 6, 4])
    change(&input)
    return input
  }

  /// The point of a start has the sum that the grid tells of it: rates and delivery stand for the exponentials solved there.
  ///
  /// Rounding of sums of squares up to 1e6.
  private static func starts(_ card: ModelCard, _ input: ScanInput, seed: UInt64) throws -> [[Double]] {
    let weights = input.usedWeights()
    let model = try CompartmentModel(card, input, weights: weights)
    var random = SeededGenerator(seed: seed)
    let curve = weights.map { _ in 10 + 5 * random.uniform() }
    let n = curve.count
    let energy = zip(weights, curve).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
    return model.grid.starts(curve.span, most: 6).map { start in
      let point = model.point(start)
      var predicted = [Double](repeating: 0, count: n)
      var jacobian = [Double](repeating: 0, count: 6 * n)
      point.withUnsafeBufferPointer { point in
        predicted.withUnsafeMutableBufferPointer { predicted in
          jacobian.withUnsafeMutableBufferPointer { model.evaluate(point, predicted: predicted, jacobian: $0) }
        }
      }
      let sum = (0..<n).reduce(0) { $0 + weights[$1] * pow(curve[$1] - predicted[$1], 2) }
      #expect(abs(sum - energy - start.sum) < 1e-9 * energy, "\(point)")
      for (value, range) in zip(point, model.bounds) {
        // Ends are reached but for rounding; K1 is bounded as (1 - vB) K1 with the least vB.
        #expect(value >= range.lowerBound * (1 - 1e-9) && value <= range.upperBound * 1.5, "\(point)")
      }
      return point
    }
  }

  @Test func twoTissues() throws { #expect(try !Self.starts(TwoTissue.card, try Self.input(), seed: 1).isEmpty) }

  /// One tissue, with vB fitted and known; two tissues whose k3 and k4 are known, which leave no plane of exponents.
  @Test(arguments: 1...3)
  func ratesThemselves(seed: UInt64) throws {
    let known = try Self.input {
      $0.vB = .fixed(0.05)
      $0.bounds = ["k3": 0.001...0.001, "k4": 0.0005...0.0005]
    }
    #expect(try !Self.starts(OneTissue.card, try Self.input(), seed: seed).isEmpty)
    for point in try Self.starts(OneTissue.card, known, seed: seed) { #expect(point[5] == 0.05 && point[2] == 0) }
    for point in try Self.starts(TwoTissue.card, known, seed: seed) {
      #expect(point[2] == 0.001 && point[3] == 0.0005 && point[5] == 0.05)
    }
  }
}
