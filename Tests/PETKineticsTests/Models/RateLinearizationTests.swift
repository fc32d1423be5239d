import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETKinetics

/// Derivatives around a solution against differences of the model's equation.
struct RateLinearizationTests {
  private static let (r1, total, k2a) = (0.9, 2.5, 0.0004)
  private static let wide = (delivery: 0.0...3.0, distribution: 1.0...20.0, efflux: 0.0...0.1, rates: 1e-5...0.01)

  private let tissue: ReferenceTissue
  private let weights: [Double]

  init() throws {
    let input = try ReferenceScan().input()
    tissue = try ReferenceTissue(input, SRTM.card)
    weights = input.usedWeights()
  }

  private func linearization(
    _ delivery: ClosedRange<Double> = wide.delivery, distribution: ClosedRange<Double> = wide.distribution,
    efflux: ClosedRange<Double> = wide.efflux, k2prime: Double? = nil
  ) -> Linearization {
    RateLinearization(
      tissue: tissue, weights: weights,
      bounds: RateLinearPart(delivery: delivery, distribution: distribution, efflux: efflux, fixedRate: k2prime),
      rates: Self.wide.rates, total: k2prime.map { Self.r1 * $0 / Self.k2a } ?? Self.total, r1: Self.r1, k2a: Self.k2a
    ).of(weights.map { _ in 0 })
  }

  /// R1, 1 + BPND and k2a of unknowns and k2'.
  private typealias Meaning = (_ unknowns: [Double], _ k2prime: Double) -> (r1: Double, total: Double, k2a: Double)

  /// Prediction, then BPND, R1, k2, k2a, k2' of the card; without k2' that of the parameters themselves.
  private func everything(_ meaning: Meaning, _ unknowns: [Double], _ k2prime: Double?) -> [Double] {
    let (r1, total, k2a) = meaning(unknowns, k2prime ?? 0)
    let b = tissue.curve.observedConvolution(rate: k2a)
    let estimates: [Double] = [total - 1, r1, total * k2a, k2a, k2prime ?? total * k2a / r1]
    return weights.indices.map { r1 * tissue.values[$0] + (total - r1) * k2a * b[$0] } + estimates
  }

  /// Central differences of 1e-5 are right to 1e-9 of the largest value.
  private func agrees(_ fit: Linearization, _ meaning: Meaning, at point: [Double], columns: [Int], k2prime: Double?) {
    let n = weights.count
    #expect(fit.design.columns == columns.count && fit.outcome.columns == columns.count)
    func compare(_ found: [Double], _ change: (Double) -> [Double], _ size: Double, _ words: String) {
      let (above, below) = (change(1e-5), change(-1e-5))
      for (i, value) in found.enumerated() {
        let difference = (above[i] - below[i]) / (2e-5 * size)
        let scale = i < n ? 40 / size : abs(above[i]) / size
        #expect(abs(value - difference) < 1e-7 * scale, "\(words) \(i): \(value) \(difference)")
      }
    }
    for (place, j) in columns.enumerated() {
      let column = (0..<n).map { fit.design[$0, place] } + (0..<5).map { fit.outcome[$0, place] }
      compare(
        column,
        { share in
          var moved = point
          moved[j] *= 1 + share
          return everything(meaning, moved, k2prime)
        }, point[j], "unknown \(j)")
    }
    guard let k2prime, let gradient = fit.k2primeGradient, let outcome = fit.outcomeByK2prime else { return }
    compare(gradient + outcome, { everything(meaning, point, k2prime * (1 + $0)) }, k2prime, "k2'")
  }

  @Test func allFree() {
    let fit = linearization()
    #expect(fit.held.isEmpty && fit.k2primeGradient == nil)
    agrees(fit, { u, _ in (u[0], u[1], u[2]) }, at: [Self.r1, Self.total, Self.k2a], columns: [0, 1, 2], k2prime: nil)
  }

  /// k2 takes the place of 1 + BPND where it is at its bound; held it is no unknown at all.
  @Test func effluxAtItsBound() {
    let k2 = Self.total * Self.k2a
    let point = [Self.r1, k2, Self.k2a]
    let hit = linearization(efflux: 0...k2)
    #expect(hit.held == [1])
    agrees(hit, { u, _ in (u[0], u[1] / u[2], u[2]) }, at: point, columns: [0, 1, 2], k2prime: nil)
    let held = linearization(efflux: k2...k2)
    #expect(held.held.isEmpty)
    agrees(held, { u, _ in (u[0], u[1] / u[2], u[2]) }, at: point, columns: [0, 2], k2prime: nil)
  }

  @Test func knownReferenceRate() throws {
    let rate = 0.001
    let fit = linearization(k2prime: rate)
    try #require(fit.k2primeGradient != nil)
    agrees(fit, { u, k in (u[0], u[0] * k / u[1], u[1]) }, at: [Self.r1, Self.k2a], columns: [0, 1], k2prime: rate)
    let held = linearization(Self.r1...Self.r1, k2prime: rate)
    agrees(held, { u, k in (u[0], u[0] * k / u[1], u[1]) }, at: [Self.r1, Self.k2a], columns: [1], k2prime: rate)
  }

  /// With k2' known, 1 + BPND or k2 at a bound is what stays, and R1 slides.
  @Test func knownReferenceRateBesideABound() throws {
    let rate = 0.001
    let total = Self.r1 * rate / Self.k2a
    let binding = linearization(distribution: 1...total, k2prime: rate)
    #expect(binding.held == [0])
    agrees(
      binding, { u, k in (u[0] * u[1] / k, u[0], u[1]) }, at: [total, Self.k2a], columns: [0, 1], k2prime: rate)
    let efflux = linearization(efflux: 0...Self.r1 * rate, k2prime: rate)
    #expect(efflux.held == [0])
    agrees(
      efflux, { u, k in (u[0] / k, u[0] / u[1], u[1]) }, at: [Self.r1 * rate, Self.k2a], columns: [0, 1], k2prime: rate)
  }

  /// The prediction is linear in the reference: its operator times the reference is the prediction.
  @Test func operatorOfTheReference() throws {
    let fit = linearization()
    let map = try #require(fit.referenceOperator)
    for i in weights.indices {
      let product = tissue.values.withUnsafeBufferPointer { map.dot(row: i, $0) }
      #expect(abs(product - fit.predicted[i]) < 1e-11 * 40)
    }
  }
}
