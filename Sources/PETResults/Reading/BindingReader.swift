import Foundation
package import PETBinding
package import PETCore
import PETStudy

/// Reads one measure of a `_kinpar.tsv` with what its sidecar says of tracer and model.
package enum BindingReader {
  /// - Parameter level: of the limits; those of the table where they are of that level, else made of the standard error.
  package static func read(_ path: String, measure: String, level: Double) throws(PETError) -> BindingTable {
    let table = try TSVTable(path: path)
    guard let region = table.column(anyOf: ["region", "name"]) else {
      throw PETError(
        .wrongInput, file: path, field: "header", "there is no column 'region'", remedy: "name the regions in a column")
    }
    let value = try table.required(measure)
    let error = try table.required(measure + "-se")
    let freedom = table.column("dof")
    var seen: Set<String> = []
    for (number, row) in table.rows.enumerated() where !seen.insert(RegionName.key(row[region])).inserted {
      throw PETError(
        .wrongInput, file: path, field: "line \(number + 2)", "region '\(row[region])' stands twice",
        remedy: "give each region one row")
    }
    let sidecarPath = TSVTable.sidecarPath(of: path)
    let sidecar = FileManager.default.fileExists(atPath: sidecarPath) ? try PETSidecar(path: sidecarPath) : nil
    let common = sidecar?[Sidecar.sharedErrors]
    let shared = common?["Parameter"]?.string == measure ? common?["Regions"] : nil
    let volume = table.column("volume-mm3")
    let name = (path as NSString).lastPathComponent
    let entities = BIDSName(name)
    let endings = FitEndings(table, sidecar: sidecar)
    // They are not the same on both sides of an estimate.
    let isOfLevel = try sidecar?.number(Sidecar.confidenceLevel) == level
    let ends = table.column(measure + "-low").flatMap { low in
      table.column(measure + "-high").flatMap { isOfLevel ? (low: low, high: $0) : nil }
    }
    var rows: [BindingTable.Row] = []
    for row in table.rows.indices {
      let estimate = Estimate(try table.number(row, value), standardError: try table.number(row, error))
      guard !(estimate.standardError < 0) else {
        throw PETError(
          .wrongInput, file: path, field: "line \(row + 2), column '\(measure)-se'",
          "\(NumberText.exact(estimate.standardError)) is negative", remedy: "standard errors are 0 or more")
      }
      let known = try freedom.map { (column) throws(PETError) in try table.number(row, column) }
      let usable = known.flatMap { $0 > 0 ? $0 : nil }
      var limits = estimate.limits(quantile: Quantile.twoSided(level: level, degreesOfFreedom: usable ?? .infinity))
      if let ends { limits = (try table.number(row, ends.low), try table.number(row, ends.high)) }
      rows.append(
        BindingTable.Row(
          region: table.rows[row][region], estimate: estimate, low: limits.low, high: limits.high,
          status: endings.status(row), freedom: usable,
          volume: try volume.map { (column) throws(PETError) in try table.number(row, column) },
          shared: shared?[table.rows[row][region]]?.list?.compactMap(\.double) ?? [],
          atBound: endings.atBound(row) ?? [], verdict: endings.verdict(row, measure: measure),
          model: endings.ownModel(row)))
    }
    return BindingTable(
      measure: measure, rows: rows,
      tracer: sidecar?.text(Sidecar.tracer) ?? sidecar?.text(Sidecar.tracerName) ?? entities?["trc"],
      model: endings.model, source: name,
      doubts: Set(Finding.doubts(in: sidecar?[Sidecar.findings]).map(\.code)).sorted())
  }
}
