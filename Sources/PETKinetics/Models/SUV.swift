package import PETCore

/// Standardised uptake value over a window: mean activity over injected activity for each gram of body.
///
/// SUV = Σ o C / Σ o / (dose/mass), o the seconds of each frame inside the window, density 1 g/mL. Its error is that of
/// a mean estimated from the scatter of the frames, so it needs two.
package struct SUV: KineticModel {
  package static let card = ModelCard(
    id: "SUV", title: "Standardised uptake value", needs: [.dose, .window],
    parameters: [
      .init("SUV", "activity relative to injected dose per body mass", .gramsPerMillilitre, in: 0...100, typical: 1.5)
    ],
    outcome: "SUV", references: [.kinahan2010],
    sentence: "Uptake was normalised by injected activity and body weight over a window of the scan.",
    errors: "From the scatter of the frames in the window; n/a for one frame.")

  package static func kernel(for input: ScanInput) throws(PETError) -> WindowMeanKernel {
    guard let dose = input.dosePerGram, dose > 0, dose.isFinite else {
      throw PETError(
        .wrongInput, field: "dose", "SUV needs the injected activity and the body weight",
        remedy: "give --dose in MBq and --body-weight in kg")
    }
    let weights = try input.overlap(try input.requiredWindow(card), "window")
    try input.check(card, used: weights, parameters: 0)
    return WindowMeanKernel(weights: weights, divisor: weights.map { _ in dose })
  }
}

/// Fractional uptake rate: FUR = C_T(t)/∫0^t C_p, averaged over the frames of a late window; Ki without V0.
///
/// Source: Thie 1995, J Nucl Med 36:711-712.
package struct FUR: KineticModel {
  package static let card = ModelCard(
    id: "FUR", title: "Fractional uptake rate", needs: [.plasma, .window],
    parameters: [
      .init("FUR", "uptake over the integral of the input", .clearance, in: 0...3.0 / 60, typical: 0.02 / 60)
    ],
    outcome: "FUR", references: [.thie1995, .patlak1983],
    sentence: "The fractional uptake rate was taken over a late window of the scan.",
    errors: "From the scatter of the frames in the window; n/a for one frame.")

  package static func kernel(for input: ScanInput) throws(PETError) -> WindowMeanKernel {
    let weights = try input.overlap(try input.requiredWindow(card), "window")
    try input.check(card, used: weights, parameters: 0)
    let integral = try PlasmaTissue(input, card).parent.observedIntegral()
    for i in weights.indices where weights[i] > 0 && integral[i] <= 0 {
      throw PETError(
        .wrongInput, field: "window", "the input has no activity before frame \(i + 1)", remedy: "use a later window")
    }
    return WindowMeanKernel(weights: weights, divisor: integral)
  }
}

/// Σ o C/divisor / Σ o: the mean over a window of activity relative to something known.
package struct WindowMeanKernel: FitKernel {
  /// Seconds of each frame inside the window.
  package let weights: [Double]
  let divisor: [Double]

  package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
    var sum = 0.0
    var seconds = 0.0
    for i in 0..<curve.count where weights[i] > 0 {
      sum += weights[i] * curve[i] / divisor[i]
      seconds += weights[i]
    }
    estimates[0] = sum / seconds
    return .converged
  }

  package func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization {
    let used = weights.indices.map { weights[$0] > 0 ? 1 / divisor[$0] : 0 }
    return Linearization(
      predicted: weights.map { _ in estimates[0] }, observed: curve.indices.map { curve[$0] * used[$0] },
      weights: weights, design: Matrix(columns: [weights.map { _ in 1 }]),
      dataOperator: Matrix.identity(weights.count).scalingRows(used), outcome: Matrix.identity(1))
  }
}
