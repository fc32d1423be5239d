import PETCore
import PETTestSupport
import Testing

@testable import PETKinetics

/// The one-tissue model's own search against that of all compartment models, which knows nothing of its tables.
struct OneTissueKernelTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let title: String
    var weights = WeightScheme.counts
    var bounds: [String: ClosedRange<Double>] = [:]
    var blood: BloodVolume?

    var testDescription: String { title }
  }

  static let cases = [
    Case(title: "free"), Case(title: "free, all frames alike", weights: .uniform),
    Case(title: "blood known", blood: .fixed(0.05)), Case(title: "no blood", blood: .fixed(0)),
    Case(title: "K1 at its upper end", bounds: ["K1": 1e-5...0.004]),
    Case(title: "K1 at its lower end", bounds: ["K1": 0.006...0.05]),
    Case(title: "k2 between narrow ends", bounds: ["k2": 1e-3...1.2e-3]),
    Case(title: "K1 known", bounds: ["K1": 0.005...0.005]), Case(title: "k2 known", bounds: ["k2": 1e-3...1e-3]),
    Case(title: "k2 from 0 on", bounds: ["k2": 0...0.05]),
    Case(title: "blood from 0.02 to 0.04", bounds: ["vB": 0.02...0.04]),
  ]

  private func input(_ test: Case, _ scan: ReferenceScan) throws -> ScanInput {
    let whole = scan.twoTissue(k1: 0.3, k2: 0.06, vB: 0.04)
    var input = ScanInput(
      frames: scan.frames,
      weights: try FrameWeights(scheme: test.weights, frames: scan.frames, wholeCurve: whole, isotope: .carbon11))
    input.plasma = try scan.plasmaInput()
    input.bounds = test.bounds
    input.vB = test.blood
    return input
  }

  /// No curve has a higher residual sum than the general search leaves (1e-9 of the curve's own sum is rounding), and
  /// where the sums are the same (the general search now and then ends up to 5e-10 above) both say the same, to 1e-6.
  @Test(arguments: cases)
  func findsWhatTheGeneralSearchFinds(test: Case) throws {
    let scan = try ReferenceScan()
    let input = try input(test, scan)
    let kernel = try OneTissue.kernel(for: input)
    let general = try PlasmaCompartments.kernel(OneTissue.card, input)
    var random = SeededGenerator(seed: 21)
    var (converged, bounded) = (0, 0)
    let rounds = TestDepth.isFull ? 120 : 40
    for round in 0..<rounds {
      let noise = [0.05, 0.5, 3][round % 3]
      let curve = scan.twoTissue(
        k1: 0.05 + 0.5 * random.uniform(), k2: 0.01 + 0.2 * random.uniform(), vB: max(0, 0.2 * random.uniform() - 0.05)
      ).map { $0 + noise * random.normal() }
      var (ours, theirs) = ([0.0, 0, 0, 0], [0.0, 0, 0, 0])
      var first = ours.mutableSpan
      let status = kernel.fit(curve.span, into: &first)
      var second = theirs.mutableSpan
      let expected = general.fit(curve.span, into: &second)
      let (sum, lowest) = (residualSum(general, curve, ours), residualSum(general, curve, theirs))
      let energy = zip(general.weights, curve).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
      #expect(sum <= lowest * (1 + 1e-9) + 1e-12 * energy, "round \(round): \(ours) for \(theirs)")
      guard sum > lowest * (1 - 1e-12) else { continue }
      #expect(status == expected, "round \(round): \(ours) for \(theirs)")
      if status == .converged { converged += 1 }
      if status == .atBound { bounded += 1 }
      guard status != .poorlyIdentified else { continue }
      for p in 0..<4 {
        let isSame = abs(ours[p] - theirs[p]) <= 1e-6 * abs(theirs[p]) + 1e-9
        #expect(
          isSame, "\(OneTissue.card.parameters[p].symbol), round \(round): \(ours) for \(theirs) \(sum / lowest - 1)")
      }
    }
    #expect(converged + bounded > rounds / 2, "the test would show nothing: \(converged) and \(bounded)")
  }

  private func residualSum(_ kernel: NonlinearKernel, _ curve: [Double], _ estimates: [Double]) -> Double {
    let fit = kernel.linearization(curve, at: estimates)
    return curve.indices.reduce(0) { sum, i in
      let residual = fit.observed[i] - fit.predicted[i]
      return sum + fit.weights[i] * residual * residual
    }
  }

  /// gᵀ A⁻¹ g by hand: a diagonal, an unknown that is held, and columns that cannot be told apart.
  @Test func varianceOfThree() {
    var diagonal = SymmetricThree()
    diagonal.add(2, 0, 0, times: 1)
    diagonal.add(0, 1, 0, times: 4)
    diagonal.add(0, 0, 1, times: 1)
    #expect(abs(diagonal.variance(2, 2, 1) - 3) < 1e-15)
    var held = SymmetricThree()
    held.add(1, 0, 1, times: 1)
    held.add(0, 0, 1, times: 1)
    // [[1, 1], [1, 2]]⁻¹ = [[2, -1], [-1, 1]].
    #expect(abs(held.variance(1, 0, 0) - 2) < 1e-14)
    #expect(abs(held.variance(1, 0, 1) - 1) < 1e-14)
    var alike = SymmetricThree()
    alike.add(1, 2, 0, times: 1)
    alike.add(2, 4, 0, times: 1)
    #expect(alike.variance(1, 0, 0) == .infinity)
  }
}
