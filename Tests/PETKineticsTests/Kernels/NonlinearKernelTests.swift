import Foundation
import PETCore
import Testing

@testable import PETKinetics

/// A e^(-k t): the least that a model of several unknowns can be.
///
/// Called VT and k2 for the card's sake.
private struct Decay: NonlinearStarts {
  let times: [Double]
  let bounds: [ClosedRange<Double>]
  let grid: StartGrid

  init(_ times: [Double], height: ClosedRange<Double> = 0...100, rate: ClosedRange<Double> = 0.001...1) {
    self.times = times
    bounds = [height, rate]
    grid = StartGrid(
      axes: [StartGrid.logarithmic(rate, from: 1e-6, to: 10, count: 12)], bounds: [height],
      weights: times.map { _ in 1 },
      columns: { node in [times.map { exp(-node[0] * $0) }] })
  }

  func evaluate(
    _ point: UnsafeBufferPointer<Double>, predicted: UnsafeMutableBufferPointer<Double>,
    jacobian: UnsafeMutableBufferPointer<Double>
  ) {
    for (i, time) in times.enumerated() {
      let unit = exp(-point[1] * time)
      predicted[i] = point[0] * unit
      jacobian[i] = unit
      jacobian[times.count + i] = -time * point[0] * unit
    }
  }

  func outcome(_ point: [Double]) -> (estimates: [Double], gradient: Matrix) { (point, .identity(2)) }
  func point(of estimates: [Double]) -> [Double]? { estimates }
  func point(_ start: StartGrid.Start) -> [Double] { [start.linear[0], grid.nodes[start.node][0]] }
  func referenceOperator(_ point: [Double]) -> Matrix? { nil }
}

struct NonlinearKernelTests {
  private static let times = (0..<12).map { 2.5 * Double($0) }
  private static let card = ModelCard(
    id: "Decay", title: "Decay", needs: [],
    parameters: [StandardParameters.named("VT"), StandardParameters.named("k2")], outcome: "VT", references: [],
    sentence: "")

  private static func kernel(_ model: Decay) throws -> NonlinearKernel {
    let frames = try FrameSchedule(
      starts: model.times.indices.map { Double($0) * 60 }, durations: model.times.map { _ in 60 })
    let ones = model.times.map { _ in 1.0 }
    let weights = try FrameWeights(scheme: .uniform, frames: frames, wholeCurve: ones, isotope: .carbon11)
    return try NonlinearKernel(model, card: card, weights: ones, input: ScanInput(frames: frames, weights: weights))
  }

  private static func fit(_ kernel: NonlinearKernel, _ curve: [Double]) -> (status: FitStatus, estimates: [Double]) {
    var estimates = [Double](repeating: .nan, count: 2)
    var span = estimates.mutableSpan
    let status = kernel.fit(curve.span, into: &span)
    return (status, estimates)
  }

  private static func noisy(_ seed: UInt64, _ height: Double, _ noise: Double) -> [Double] {
    var random = SeededGenerator(seed: seed)
    return times.map { height * exp(-0.1 * $0) + noise * random.normal() }
  }

  /// Its own curves, without noise, over decades of rates: where the search ends it is right to 1e-7.
  @Test(arguments: [0.003, 0.04, 0.2, 0.8])
  func recovers(rate: Double) throws {
    let kernel = try Self.kernel(Decay(Self.times))
    let found = Self.fit(kernel, Self.times.map { 7 * exp(-rate * $0) })
    #expect(found.status == .converged)
    #expect(abs(found.estimates[0] / 7 - 1) < 1e-7 && abs(found.estimates[1] / rate - 1) < 1e-7)
  }

  /// With noise no rate of a fine walk, its best height beside it, has a lower sum.
  @Test(arguments: 1...5)
  func noWalkFindsLess(seed: UInt64) throws {
    let curve = Self.noisy(seed, 7, 1)
    let sum = try Self.kernel(Decay(Self.times)).residualSum(curve)
    var least = Double.infinity
    for i in 0...3000 {
      let rate = 0.001 * pow(1000, Double(i) / 3000)
      let unit = Self.times.map { exp(-rate * $0) }
      let height = min(max(zip(unit, curve).reduce(0) { $0 + $1.0 * $1.1 } / unit.reduce(0) { $0 + $1 * $1 }, 0), 100)
      least = min(least, zip(unit, curve).reduce(0) { $0 + pow($1.1 - height * $1.0, 2) })
    }
    #expect(sum <= least * (1 + 1e-12) && sum > least * (1 - 1e-4))
  }

  /// A rate beyond its bound ends there, and is known there to be held; one that is given has no column.
  @Test func boundsAndWhatIsHeld() throws {
    let curve = Self.times.map { 7 * exp(-0.5 * $0) }
    let bounded = try Self.kernel(Decay(Self.times, rate: 0.001...0.25))
    let found = Self.fit(bounded, curve)
    #expect(found.status == .atBound && abs(found.estimates[1] - 0.25) < 1e-9)
    let there = bounded.linearization(curve, at: found.estimates)
    #expect(there.held == [1] && there.design.columns == 2)
    let given = try Self.kernel(Decay(Self.times, rate: 0.25...0.25))
    let alone = Self.fit(given, curve)
    #expect(alone.status == .converged && alone.estimates[1] == 0.25)
    // The best height is the same, of one unknown.
    #expect(abs(alone.estimates[0] - found.estimates[0]) < 1e-7)
    let fit = given.linearization(curve, at: alone.estimates)
    #expect(fit.held.isEmpty && fit.design.columns == 1 && fit.outcome.columns == 1)
    for (i, time) in Self.times.enumerated() { #expect(fit.design[i, 0] == exp(-0.25 * time)) }
  }

  /// The outcome's error, by hand from a fit's own derivatives: more than half of it is not told by the data.
  @Test(arguments: [0.05, 0.8, 1.5, 2, 2.5, 3], 1...12)
  func whatTheDataDoNotTell(noise: Double, seed: UInt64) throws {
    let curve = Self.noisy(seed, 4, noise)
    let kernel = try Self.kernel(Decay(Self.times))
    let found = Self.fit(kernel, curve)
    guard found.status == .converged || found.status == .poorlyIdentified else { return }
    let (height, rate) = (found.estimates[0], found.estimates[1])
    let unit = Self.times.map { exp(-rate * $0) }
    let slope = zip(Self.times, unit).map { -height * $0 * $1 }
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let determinant = product(unit, unit) * product(slope, slope) - pow(product(unit, slope), 2)
    let sum = zip(unit, curve).reduce(0) { $0 + pow($1.1 - height * $1.0, 2) }
    let error = (product(slope, slope) / determinant * sum / 10).squareRoot()
    // Nearer to one half than the search's end either is right.
    guard abs(error / height - 0.5) > 1e-5 else { return }
    #expect((found.status == .poorlyIdentified) == (error > 0.5 * height), "\(error / height)")
  }

  @Test func whatCannotBeFitted() throws {
    #expect(throws: PETError.self) { try Self.kernel(Decay([0, 1])) }
    var curve = Self.noisy(1, 7, 0)
    curve[3] = .nan
    #expect(!Self.fit(try Self.kernel(Decay(Self.times)), curve).status.hasEstimates)
  }
}
