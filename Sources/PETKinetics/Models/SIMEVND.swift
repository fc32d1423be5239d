package import PETCore

/// Simultaneous estimation: VND is one for all regions, each of which has its own two-tissue model with K1 = VND k2.
///
/// The sum over regions of the weighted residual sums is minimised over VND; every region's row gives the same VND. Its
/// error follows from the curvature of that sum, each region with a noise of its own.
/// Source: Ogden, Zanderigo and Parsey 2015, doi:10.1016/j.neuroimage.2014.12.038.
package struct SIMEVND: KineticModel {
  package static let card = ModelCard(
    id: "SIMEVND", title: "Simultaneous estimation of VND over regions", needs: [.plasma, .wholeBlood, .regions],
    parameters: [
      .init(
        "VND", "distribution volume of non-displaceable uptake, common to all regions", .volumeRatio, in: 0.01...100,
        typical: 2)
    ],
    outcome: "VND", references: [.ogden2015],
    sentence: "A non-displaceable distribution volume common to all regions was estimated simultaneously from their "
      + "curves.",
    bloodVolume: .fixed(0.05), integrates: false,
    errors: "From the curvature of the summed residuals; the input function is taken as exact.")

  package static func kernel(for input: ScanInput) throws(PETError) -> NonlinearKernel {
    guard let common = input.nondisplaceable else {
      throw PETError(.wrongInput, field: "VND", "SIMEVND needs all regions of a scan", remedy: "fit a whole table")
    }
    return try kernel(input, volume: common.value)
  }

  private static func kernel(_ input: ScanInput, volume: Double) throws(PETError) -> NonlinearKernel {
    let weights = input.usedWeights()
    return try NonlinearKernel(
      CompartmentModel(card, input, weights: weights, commonVolume: volume), card: card, weights: weights, input: input)
  }

  /// VND over the regions of a table; merged regions, which repeat others, are left out.
  static func estimate(over table: CurveTable, input: ScanInput) throws(PETError) -> CommonVolume {
    let own = table.names.indices.filter { i in
      !table.merged.contains(table.names[i])
        && table.curves[i].allSatisfy(\.isFinite) && table.curves[i].contains { $0 > 0 }
    }
    guard own.count >= 2 else {
      throw PETError(
        .wrongInput, field: "regions", "\(own.count) region is too few for SIMEVND", remedy: "give several regions")
    }
    // A first refusal, before the search, tells what the input lacks.
    _ = try kernel(input, volume: card.parameters[0].typical)
    func sums(_ volume: Double) -> [Double] {
      guard let kernel = try? kernel(input, volume: volume) else { return own.map { _ in .infinity } }
      return own.map { kernel.residualSum(table.curves[$0]) }
    }
    let range = card.bounds("VND", in: input)
    // In the logarithm, since volumes differ by orders of magnitude between tracers.
    let places = StartGrid.logarithmic(range, from: 0.05, to: 50, count: 40)
    let coarse = places.map { sums($0).reduce(0, +) }
    let lowest = coarse.indices.min { coarse[$0] < coarse[$1] } ?? 0
    let near = places[max(lowest - 1, 0)]...places[min(lowest + 1, places.count - 1)]
    let value = LineSearch.minimum(near, steps: 5) { sums($0).reduce(0, +) }
    let step = 0.01 * value
    let (below, here, above) = (sums(value - step), sums(value), sums(value + step))
    var curvature = 0.0
    var noisy = 0.0
    let frames = input.usedWeights().count { $0 > 0 }
    let unknowns = input.bloodVolume(card) == .fitted ? 4 : 3
    for r in own.indices {
      let second = max(0, (above[r] - 2 * here[r] + below[r]) / (step * step))
      curvature += second
      noisy += 2 * here[r] / Double(max(1, frames - unknowns)) * second
    }
    return CommonVolume(
      value: value, standardError: curvature > 0 ? noisy.squareRoot() / curvature : .nan,
      isAtEnd: value <= places[0] * 1.000001 || value >= places[places.count - 1] * 0.999999)
  }
}
