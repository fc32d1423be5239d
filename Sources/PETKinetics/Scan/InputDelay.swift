package import PETCore

/// The time between blood as sampled and blood as the tissue meets it.
package enum InputDelay {
  package enum Rule: Sendable, Equatable {
    /// s; positive when the tissue meets it later.
    case given(Double)
    /// Found on the curve of the whole segmentation.
    case fitted
  }

  private static var cards: [ModelCard] {
    [OneTissue.card, TwoTissue.card, TwoTissueIrreversible.card, TwoTissueWall.card]
  }

  /// Delays that are searched, s: longer ones are no travel time.
  static let range = -60.0...60

  /// The input at its delay; nil when nothing moves.
  ///
  /// Fitted: the delay with the lowest weighted residual sum on the mean curve of the whole segmentation, which is well
  /// perfused and has little noise, by the fit that follows: its model, blood volume, bounds and weights. Plots have no
  /// residual that can be compared between inputs; for them it is the two-tissue model, with their blood volume where one
  /// is given, else a fitted one. Its error follows from the curvature of that sum.
  static func fit(
    _ rule: Rule, model: any KineticModel.Type, table: CurveTable, input: ScanInput, findings: inout [Finding]
  ) throws(PETError) -> PlasmaInput? {
    guard var plasma = input.plasma else { return nil }
    switch rule {
    case .given(0): return nil
    case .given(let delay):
      plasma.delay = delay
      return plasma
    case .fitted: break
    }
    let curve = table.wholeSegmentation
    guard curve.allSatisfy(\.isFinite) else {
      throw PETError(
        .wrongInput, field: "delay", "no region has a value in every frame",
        remedy: "give --delay in s, or leave it out")
    }
    var trial = input
    let own = Self.cards.first { $0.id == model.card.id }
    let card = own ?? TwoTissue.card
    if own == nil {
      trial.vB =
        input.vB ?? (model.card.canFitBlood ? model.card.bloodVolume : plasma.wholeBlood == nil ? .fixed(0) : .fitted)
      trial.bounds = [:]
    }
    let volume = trial.bloodVolume(card)
    func compartments(_ input: ScanInput) throws(PETError) -> NonlinearKernel {
      try PlasmaCompartments.kernel(card, input)
    }
    func sum(_ delay: Double) -> Double {
      var moved = trial
      moved.plasma?.delay = delay
      guard let kernel = try? compartments(moved) else { return .infinity }
      return kernel.residualSum(curve)
    }
    // A first refusal tells what is missing.
    _ = try compartments(trial)
    let delay = LineSearch.minimum(range, steps: 41, of: sum)
    let step = 1.0
    let (below, here, above) = (sum(delay - step), sum(delay), sum(delay + step))
    // The model's own unknowns, and the delay.
    let unknowns = card.parameters.count { $0.fitted && ($0.symbol != "vB" || volume == .fitted) } + 1
    let freedom = Double(trial.usedWeights().count { $0 > 0 } - unknowns)
    let curvature = (above - 2 * here + below) / (step * step)
    plasma.delay = delay
    plasma.delayError = curvature > 0 && freedom > 0 ? (2 * here / freedom / curvature).squareRoot() : .nan
    let atEnd = abs(delay - range.lowerBound) < 0.1 || abs(delay - range.upperBound) < 0.1
    findings.append(
      Finding(
        atEnd ? .warning : .note, atEnd ? .delayAtEnd : .delay, field: "delay",
        value: NumberText.fixed(delay, decimals: 2),
        "the input is moved by \(NumberText.fixed(delay, decimals: 2)) s (standard error "
          + "\(NumberText.fixed(plasma.delayError, decimals: 2)) s), fitted on the whole segmentation by \(card.id) with "
          + "\(volume.words)",
        remedy: atEnd ? "the delay lies at the end of its range: check the clocks of scanner and blood" : ""))
    return plasma
  }
}

extension Finding.Code {
  package static let delay = Finding.Code("delay")
  package static let delayAtEnd = Finding.Code("delay-at-end")
}
