import PETCore

/// What stands around every fit, of a region or a voxel: has the curve signal, are the estimates what the card allows.
package struct FitRules: Sendable {
  enum Signal {
    case present
    /// No frame has activity.
    case none
    /// A frame that counts has no value.
    case incomplete
  }

  private let bounds: [ClosedRange<Double>]
  let outcome: Int

  package init(_ card: ModelCard, input: ScanInput) {
    bounds = card.parameters.map { card.bounds($0.symbol, in: input) }
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

  /// Whether an estimate lies outside the range of its card; values that are 0 but for rounding do not.
  func isOutside(_ index: Int, _ value: Double) -> Bool {
    value.isFinite && !bounds[index].contains(value) && abs(value) > 1e-12
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
    return status
  }
}
