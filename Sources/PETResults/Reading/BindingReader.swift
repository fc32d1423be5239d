import Foundation
package import PETBinding
package import PETCore
import PETStudy

/// Reads one measure of a `_kinpar.tsv` with what its sidecar says of tracer and model.
package enum BindingReader {
  /// - Parameter level: of the limits; those of the table where they are of that level, else made of the standard error.
  package static func read(_ path: String, measure: String, level: Double) throws(PETError) -> BindingTable {
    let table = try TSVTable(path: path)
    _ = try table.regions(KinparFile.regionNames)
    for name in [measure, KinparFile.error(of: measure)] { _ = try table.required(name) }
    let sidecarPath = TSVTable.sidecarPath(of: path)
    let sidecar = FileManager.default.fileExists(atPath: sidecarPath) ? try PETSidecar(path: sidecarPath) : nil
    let file = try KinparFile(table, symbols: [measure], sidecar: sidecar)
    let common = sidecar?[Sidecar.sharedErrors]
    let shared = common?["Parameter"]?.string == measure ? common?["Regions"] : nil
    // They are not the same on both sides of an estimate.
    let isOfLevel = try sidecar?.number(Sidecar.confidenceLevel) == level
    let hasLimits = isOfLevel && file.has(.number(\.parameters[0].low)) && file.has(.number(\.parameters[0].high))
    let isCorrected = file.has(.number(\.ownShare)) || file.has(.number(\.parameters[0].uncorrected))
    let rows = try file.rows.enumerated().map { (line, row) throws(PETError) -> BindingTable.Row in
      let own = row.parameters[0]
      let estimate = Estimate(own.value, standardError: own.error)
      guard !(own.error < 0) else {
        throw PETError(
          .wrongInput, file: path, field: "line \(line + 2), column '\(KinparFile.error(of: measure))'",
          "\(NumberText.exact(own.error)) is negative", remedy: "standard errors are 0 or more")
      }
      let freedom = row.freedom > 0 ? row.freedom : nil
      let quantile = Quantile.twoSided(level: level, degreesOfFreedom: freedom ?? .infinity)
      let limits = hasLimits ? (own.low, own.high) : estimate.limits(quantile: quantile)
      return BindingTable.Row(
        region: row.region, estimate: estimate, low: limits.0, high: limits.1,
        ending: BindingTable.Ending(
          row.status, atBound: row.atBound, model: file.ownModel(of: row),
          verdict: file.verdict(of: row, measure: measure)),
        freedom: freedom, volume: file.has(.number(\.volume)) ? row.volume : nil,
        shared: shared?[row.region]?.list?.compactMap(\.double) ?? [],
        correction: isCorrected ? BindingTable.Correction(ownShare: row.ownShare, uncorrected: own.uncorrected) : nil)
    }
    let name = (path as NSString).lastPathComponent
    return BindingTable(
      measure: measure, rows: rows,
      tracer: sidecar?.text(Sidecar.tracer) ?? sidecar?.text(Sidecar.tracerName) ?? BIDSName(name)?["trc"],
      model: file.model, source: name,
      doubts: Set(Finding.doubts(in: sidecar?[Sidecar.findings]).map(\.code.word)).sorted())
  }
}
