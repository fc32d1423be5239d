import Foundation
package import PETBinding
package import PETCore

/// Reads the log ratios of a `_balance.tsv`.
package enum BalanceReader {
  /// Log ratios that count; others are missing, with the reason.
  package static func read(_ path: String, rule: CountingRule = CountingRule()) throws(PETError)
    -> [BalanceChange.Side]
  {
    let table = try TSVTable(path: path)
    let (region, value) = (try table.required("region"), try table.required("log-ratio"))
    let error = try table.required("log-ratio-se")
    let (freedom, own) = (table.column("dof"), table.column("status"))
    let fits = table.columns.indices.filter { table.columns[$0].hasSuffix("-status") }
    var sides: [BalanceChange.Side] = []
    var seen: Set<String> = []
    for (number, row) in table.rows.enumerated() {
      guard seen.insert(RegionName.key(row[region])).inserted else {
        throw PETError(
          .wrongInput, file: path, field: "line \(number + 2)", "region '\(row[region])' stands twice",
          remedy: "give each region one row")
      }
      let degrees = try freedom.map { (column) throws(PETError) in try table.number(number, column) }
      let status = own.map { row[$0] } ?? "ok"
      let logRatio = Estimate(try table.number(number, value), standardError: try table.number(number, error))
      let reason =
        rule.reason(status: status, fits: fits.map { row[$0] }) ?? (logRatio.value.isFinite ? nil : "no log ratio")
      sides.append(
        BalanceChange.Side(
          region: row[region], logRatio: reason == nil ? logRatio : .missing,
          freedom: degrees.flatMap { $0 > 0 ? $0 : nil }, reason: reason))
    }
    return sides
  }

  /// What two balances that are held against each other were not made alike in.
  package static func differences(_ first: String, _ second: String) throws(PETError) -> [Finding] {
    let sidecars = [first, second].map { TSVTable.sidecarPath(of: $0) }
    for (path, sidecar) in zip([first, second], sidecars) where !FileManager.default.fileExists(atPath: sidecar) {
      return [
        Finding(
          .warning, "unknown-model", file: path, field: "sidecar", "the table does not say its tracers and models",
          remedy: "keep the JSON beside it")
      ]
    }
    let (a, b) = (try JSONValue.readObject(path: sidecars[0]), try JSONValue.readObject(path: sidecars[1]))
    func sides(_ value: JSONValue) -> [String] {
      guard case .object(let members) = value else { return [] }
      return members.compactMap { member in
        guard let tracer = member.value[Sidecar.tracer]?.string, let model = member.value[Sidecar.model]?.string else {
          return nil
        }
        return "\(member.name): \(tracer), \(model), \(member.value[Sidecar.measure]?.string ?? "n/a")"
      }
    }
    let (one, other) = (sides(a), sides(b))
    guard one.map({ $0.split(separator: ",")[0] }) == other.map({ $0.split(separator: ",")[0] }) else {
      throw PETError(
        .wrongInput, file: second, field: "Tracer",
        "\(other.joined(separator: "; ")) beside \(one.joined(separator: "; "))",
        remedy: "ratios of different tracers are not compared")
    }
    return one == other
      ? []
      : [
        Finding(
          .warning, "models-differ", file: (second as NSString).lastPathComponent, field: "Model",
          "\(other.joined(separator: "; ")) beside \(one.joined(separator: "; "))",
          remedy: "the change may be the models'")
      ]
  }
}
