package import PETCore
package import PETKinetics
package import PETTracers

extension TracerCard {
  /// What the card says to fits of its scan: regions where it does not mean its target, and values far from published ones.
  ///
  /// Values of corrected curves are compared with nothing: published ones are not corrected.
  package func findings(of fits: RegionalFits, file: String? = nil) -> [Finding] {
    let misuse = misuseFindings(regions: fits.fits.map(\.region), file: file)
    guard fits.table.correction == nil else { return misuse }
    let measures = Set(usualRanges.map(\.measure)).sorted()
    let unusual = measures.compactMap { measure in
      unusualFinding(
        measure,
        fits.fits.compactMap { fit in
          guard fit.status == .converged, let index = fit.card.index(of: measure) else { return nil }
          return (fit.region, fit.estimates[index].value * fit.card.parameters[index].unit.fromInternal)
        }, file: file)
    }
    return misuse + unusual
  }
}
