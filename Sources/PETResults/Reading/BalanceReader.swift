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
    _ = try table.regions()
    for name in [StudyTable.logRatio, BalanceFile.error(of: StudyTable.logRatio)] { _ = try table.required(name) }
    let file = try BalanceFile(table)
    let hasStatus = file.has(.text(\.status))
    return file.rows.map { row in
      let logRatio = Estimate(row.logRatio.value, standardError: row.logRatio.error)
      let status = hasStatus ? row.status : BalanceStatus.ok.rawValue
      let reason =
        rule.reason(status: status, fits: [row.numerator.status, row.denominator.status])
        ?? (logRatio.value.isFinite ? nil : "no log ratio")
      return BalanceChange.Side(
        region: row.region, logRatio: reason == nil ? logRatio : .missing,
        freedom: row.freedom > 0 ? row.freedom : nil, reason: reason)
    }
  }

  /// What two balances that are held against each other were not made alike in.
  package static func differences(_ first: String, _ second: String) throws(PETError) -> [Finding] {
    let sidecars = [first, second].map { TSVTable.sidecarPath(of: $0) }
    func unknown(_ path: String) -> [Finding] {
      [
        Finding(
          .warning, .unknownModel, file: path, field: "sidecar", "the table does not say its tracers and models",
          remedy: "keep the JSON beside it")
      ]
    }
    for (path, sidecar) in zip([first, second], sidecars) where !FileManager.default.fileExists(atPath: sidecar) {
      return unknown(path)
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
    // A JSON of something else tells no more than none.
    for (path, own) in [(first, one), (second, other)] where own.isEmpty { return unknown(path) }
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
          .warning, .modelsDiffer, file: (second as NSString).lastPathComponent, field: "Model",
          "\(other.joined(separator: "; ")) beside \(one.joined(separator: "; "))",
          remedy: "the change may be the models'")
      ]
  }
}

extension Finding.Code {
  package static let modelsDiffer = Finding.Code("models-differ")
}
