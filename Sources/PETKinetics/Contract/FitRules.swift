import PETCore

/// What stands around every fit, of a region or a voxel: has the curve signal, are the estimates what the card allows,
/// is one of them what its bounds made of it.
package struct FitRules: Sendable {
  enum Signal {
    case present
    /// No frame has activity.
    case none
    /// A frame that counts has no value.
    case incomplete
  }

  private let bounds: [ClosedRange<Double>]
  /// Parameters that are searched between two bounds: one that is held, by bounds of one value or as blood volume, lies
  /// at none.
  private let searched: [Int]
  /// Those of them that the outcome follows from.
  private let factors: Set<Int>
  let outcome: Int

  package init(_ card: ModelCard, input: ScanInput) {
    let bounds = card.parameters.map { card.bounds($0.symbol, in: input) }
    let factors = Set(card.factors(of: card.outcome).compactMap(card.index))
    let isBloodHeld = if case .fixed = input.bloodVolume(card) { true } else { false }
    searched = card.parameters.indices.filter { i in
      let parameter = card.parameters[i]
      return (parameter.fitted || factors.contains(i)) && bounds[i].lowerBound < bounds[i].upperBound
        && !(isBloodHeld && ["vB", "vBt"].contains(parameter.symbol))
    }
    self.bounds = bounds
    self.factors = factors
    outcome = card.index(of: card.outcome) ?? 0
  }

  func signal(_ curve: Span<Double>, weights: [Double]) -> Signal {
    var isActive = false
    for i in 0..<curve.count {
      guard curve[i].isFinite else {
        if weights[i] > 0 { return .incomplete }
        continue
      }
      if curve[i] > 0 { isActive = true }
    }
    return isActive ? .present : .none
  }

  /// Why a curve was not fitted.
  func reasonWithoutSignal(_ curve: Span<Double>, weights: [Double]) -> String {
    switch signal(curve, weights: weights) {
    case .incomplete: "a frame has no value"
    case .none: "no activity"
    case .present:
      "a frame that the plot divides by has no activity\(Self.words(curve, weights)): MA1 and MRTM1 do not divide"
    }
  }

  /// The frames that count and are not above 0, from 1.
  private static func words(_ curve: Span<Double>, _ weights: [Double]) -> String {
    let frames = weights.indices.filter { weights[$0] > 0 && curve[$0] <= 0 }
    return frames.isEmpty ? "" : " (" + FrameSchedule.words(Array(frames.prefix(3))) + ")"
  }

  /// Whether an estimate lies outside the range of its card; values that are in it but for rounding do not.
  func isOutside(_ index: Int, _ value: Double) -> Bool { abs(value) > 1e-12 && bounds[index].isLeft(by: value) }

  /// Whether a parameter that is searched ended at one of its bounds.
  private func isAtBound(_ index: Int, _ value: Double) -> Bool { bounds[index].hasEnd(at: value) }

  /// Parameters at their bounds.
  func atBound(_ estimates: [Double]) -> [Int] { searched.filter { isAtBound($0, estimates[$0]) } }

  /// Whether a fit at a bound leaves the outcome its meaning: none of what it follows from lies there.
  package func isBesideOutcome(_ estimates: Span<Double>) -> Bool {
    var isAnywhere = false
    for i in searched where isAtBound(i, estimates[i]) {
      if factors.contains(i) { return false }
      isAnywhere = true
    }
    return isAnywhere
  }

  /// Fits one curve; without an outcome there is no estimate, and one outside its range is poorly identified.
  package func fit<Kernel: FitKernel>(
    _ kernel: Kernel, _ curve: Span<Double>, into estimates: inout MutableSpan<Double>
  ) -> FitStatus {
    guard case .present = signal(curve, weights: kernel.weights) else { return .noSignal }
    let status = kernel.fit(curve, into: &estimates)
    guard status.hasEstimates else { return status }
    // Parameters that a setting leaves out (no challenge, no release) have no value; the outcome must have one.
    guard estimates[outcome].isFinite else { return .singular }
    guard status == .converged || status == .atBound else { return status }
    for i in bounds.indices where isOutside(i, estimates[i]) { return .poorlyIdentified }
    if status == .converged { for i in searched where isAtBound(i, estimates[i]) { return .atBound } }
    return status
  }
}

extension ClosedRange<Double> {
  /// Whether a value is an end of a range, but for rounding; a range of one value has no ends.
  func hasEnd(at value: Double) -> Bool {
    lowerBound < upperBound
      && (abs(value - lowerBound) <= slack(lowerBound) || abs(value - upperBound) <= slack(upperBound))
  }

  /// Whether a value lies outside by more than rounding.
  fileprivate func isLeft(by value: Double) -> Bool {
    value < lowerBound - slack(lowerBound) || value > upperBound + slack(upperBound)
  }

  /// Relative to the end, as ranges go over orders of magnitude; to the width at an end of 0.
  private func slack(_ end: Double) -> Double { 1e-12 * (end == 0 ? upperBound - lowerBound : abs(end)) }
}
