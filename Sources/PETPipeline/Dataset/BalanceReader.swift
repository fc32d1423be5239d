package import PETBinding
package import PETCore

/// Reads the log ratios of a `_balance.tsv`.
package enum BalanceReader {
  package static func read(_ path: String) throws(PETError) -> [BalanceChange.Side] {
    let table = try TSVTable(path: path)
    let (region, value) = (try table.required("region"), try table.required("log-ratio"))
    let error = try table.required("log-ratio-se")
    let freedom = table.column("dof")
    var sides: [BalanceChange.Side] = []
    for (number, row) in table.rows.enumerated() {
      let own = try freedom.map { (column) throws(PETError) in try table.number(number, column) }
      sides.append(
        BalanceChange.Side(
          region: row[region],
          logRatio: Estimate(try table.number(number, value), standardError: try table.number(number, error)),
          freedom: own.flatMap { $0 > 0 ? $0 : nil }))
    }
    return sides
  }
}
