import PETCore
package import PETKinetics

extension BindingTable {
  /// One parameter of a scan's fits, in the field's units.
  package init(_ fits: RegionalFits, measure: String, level: Double, tracer: String?, source: String) {
    let rows = fits.fits.indices.map { i in
      let fit = fits.fits[i]
      let index = fit.card.index(of: measure)
      let unit = index.map { fit.card.parameters[$0].unit.fromInternal } ?? 1
      let own = index.map { fit.estimates[$0] } ?? .missing
      let limits = index.map { fit.limits($0, level: level) } ?? (.nan, .nan)
      return Row(
        region: fit.region, estimate: Estimate(own.value * unit, standardError: own.standardError * unit),
        low: limits.low * unit, high: limits.high * unit,
        ending: Ending(
          fit.status.rawValue, atBound: fit.atBound, model: fit.card.id == fits.card.id ? nil : fit.card.id,
          verdict: FitVerdict(status: fit.status.rawValue, atBound: fit.atBound, measure: measure, model: fit.card.id)),
        freedom: fit.freedom > 0 ? Double(fit.freedom) : nil, volume: fits.volumes[i],
        shared: (measure == fit.card.outcome ? fit.sharedErrors(of: measure) : nil)?.map { $0 * unit } ?? [],
        correction: fits.table.correction?.ownShares[fit.region].map { Correction(ownShare: $0) })
    }
    self.init(measure: measure, rows: rows, tracer: tracer, model: fits.card.id, source: source, doubts: fits.doubts)
  }
}
