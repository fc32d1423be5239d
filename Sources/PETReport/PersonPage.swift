package import PETBinding
import PETCore
package import PETKinetics

/// One person's balance as a self-contained page, made from the same values as the table.
package struct PersonPage: Sendable {
  private let title: String
  private let balance: BalanceTable
  private let models: [ModelCard]
  private let remarks: [String]

  /// - Parameter remarks: what was odd about the scans, one line each.
  package init(title: String, balance: BalanceTable, models: [ModelCard], remarks: [String] = []) {
    self.remarks = remarks
    self.title = title
    self.balance = balance
    self.models = models
  }

  package var html: String {
    let systems = balance.settings.systems
    let head = [
      "region", systems.numerator.rawValue, systems.denominator.rawValue, "ratio", "95 % set", "log ratio", "status",
      "note",
    ].map { name in
      name == "95 % set" ? "\(NumberText.short(balance.settings.level * 100)) % set" : name
    }
    let rows = balance.rows.map { row in
      "<tr>" + Self.cells(row).map { "<td>\(Self.escaped($0))</td>" }.joined() + "</tr>"
    }
    var seen: Set<String> = []
    let methods = models.filter { seen.insert($0.id).inserted }.map { model in
      "<p>\(Self.escaped(model.sentence)) (\(Self.escaped(model.citation)), doi:\(Self.escaped(model.doi)))</p>"
    }
    let findings = (remarks + balance.findings.map(\.description)).map { "<li>\(Self.escaped($0))</li>" }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(Self.escaped(title))</title>
      <style>
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; }
      .table { overflow-x: auto; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { padding: .25em .7em; text-align: left; border-bottom: 1px solid #ccc; vertical-align: top; }
      td:nth-child(-n+6) { white-space: nowrap; }
      </style>
      </head>
      <body>
      <h1>\(Self.escaped(title))</h1>
      <p>\(Self.escaped(side(systems.numerator.title, balance.numerator)))<br>\(Self.escaped(side(systems.denominator.title, balance.denominator)))</p>
      <p>\(Self.escaped(Product.claim))</p>
      <div class="table"><table>
      <thead><tr>\(head.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table></div>
      <h2>Methods</h2>
      \(methods.joined(separator: "\n"))
      <p>Ratios are \(Self.escaped(systems.quotient)) with Fieller's confidence set (Fieller 1954, J R Stat Soc B 16:175).</p>
      \(findings.isEmpty ? "" : "<h2>Findings</h2><ul>\(findings.joined())</ul>")
      <p>\(Product.name) \(Product.version)</p>
      </body>
      </html>

      """
  }

  private func side(_ role: String, _ table: BindingTable) -> String {
    let name = table.tracer.flatMap { balance.settings.catalogue.find($0)?.name } ?? table.tracer ?? "unknown tracer"
    return "\(role): \(name), \(table.measure) by \(table.model ?? "an unknown model")"
  }

  private static func cells(_ row: BalanceRow) -> [String] {
    func binding(_ row: BindingTable.Row?) -> String {
      guard let estimate = row?.estimate, !estimate.value.isNaN else { return "n/a" }
      return NumberText.fixed(estimate.value, decimals: 3) + " ± "
        + NumberText.fixed(estimate.standardError, decimals: 3)
    }
    return [
      row.region, binding(row.numerator), binding(row.denominator), NumberText.fixed(row.ratio, decimals: 3),
      row.set.map(Self.interval) ?? "n/a", NumberText.fixed(row.logRatio.value, decimals: 3), row.status.rawValue,
      row.notes.joined(separator: "; "),
    ]
  }

  private static func interval(_ set: FiellerSet) -> String {
    let low = NumberText.fixed(set.low, decimals: 3)
    let high = NumberText.fixed(set.high, decimals: 3)
    return set.kind == .exclusive ? "up to \(high), or from \(low)" : "\(low) to \(high)"
  }

  static func escaped(_ text: String) -> String {
    printable(text).reduce(into: "") { result, character in
      switch character {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
  }
}
