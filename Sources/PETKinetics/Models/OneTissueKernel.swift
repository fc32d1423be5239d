import PETCore

/// The kernel of the one-tissue model: a search in k2 alone wherever its bounds allow one, else that of all compartments.
package struct OneTissueKernel: FitKernel {
  package static let predictsCurve = true
  private let general: NonlinearKernel
  private let search: OneTissueSearch?

  package var weights: [Double] { general.weights }

  init(_ card: ModelCard, _ input: ScanInput) throws(PETError) {
    let weights = input.usedWeights()
    let model = try CompartmentModel(card, input, weights: weights)
    general = try NonlinearKernel(model, card: card, weights: weights, input: input)
    search = OneTissueSearch(try PlasmaTissue(input, card), bounds: model.bounds, weights: weights)
  }

  package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
    search?.fit(curve, into: &estimates) ?? general.fit(curve, into: &estimates)
  }

  package func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization {
    general.linearization(curve, at: estimates)
  }
}
