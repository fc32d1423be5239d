package import PETBinding
package import PETCore

/// The balance of one person as `_balance.tsv` and its sidecar.
package struct BalanceText: Sendable {
  private let table: BalanceTable

  package var columns: [String] {
    let (a, b) = (table.settings.systems.numerator.rawValue, table.settings.systems.denominator.rawValue)
    return [
      "region", a, "\(a)-se", "\(a)-status", b, "\(b)-se", "\(b)-status", "ratio", "ratio-low", "ratio-high",
      "ratio-interval", "log-ratio", "log-ratio-se", "log-ratio-low", "log-ratio-high", "centred-log-ratio",
      "centred-log-ratio-se", "dof", "status", "note", "\(a)-low", "\(a)-high", "\(b)-low", "\(b)-high",
    ]
  }

  package init(_ table: BalanceTable) { self.table = table }

  package var rows: [[String]] {
    table.rows.map { row in
      func number(_ value: Double?) -> String { NumberText.exact(value ?? .nan) }
      func binding(_ row: BindingTable.Row?) -> [String] {
        [number(row?.estimate.value), number(row?.estimate.standardError), row?.status ?? "n/a"]
      }
      var cells = [row.region] + binding(row.numerator) + binding(row.denominator)
      cells += [number(row.ratio), number(row.set?.low), number(row.set?.high), row.set?.kind.rawValue ?? "n/a"]
      cells += [
        row.logRatio.value, row.logRatio.standardError, row.logLimits.low, row.logLimits.high, row.centred.value,
        row.centred.standardError,
      ].map(NumberText.exact)
      cells += [number(row.freedom), row.status.rawValue, row.notes.joined(separator: "; ")]
      return cells + [row.numerator?.low, row.numerator?.high, row.denominator?.low, row.denominator?.high].map(number)
    }
  }

  package var tsv: String {
    var text = TSVText(columns: columns)
    for row in rows { text.add(row) }
    return text.text
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    func side(_ binding: BindingTable) -> JSONValue {
      .object([
        ("Tracer", .string(binding.tracer ?? "n/a")), ("Model", .string(binding.model ?? "n/a")),
        ("Measure", .string(binding.measure)), ("Units", "unitless"), ("Source", .string(binding.source)),
      ])
    }
    let systems = table.settings.systems
    var members: [(name: String, value: JSONValue)] = [
      (
        "Description",
        .string("\(systems.numerator.title)-\(systems.denominator.rawValue) balance per region. " + Product.claim)
      )
    ]
    members += details
    members += [
      (systems.numerator.title, side(table.numerator)), (systems.denominator.title, side(table.denominator)),
      ("ConfidenceLevel", .number(table.settings.level)), ("ErrorCorrelation", .number(table.settings.correlation)),
      (
        "DenominatorFloor",
        table.settings.floor.map(JSONValue.number) ?? .string("none")
      ),
      ("CentredOver", .array(table.centredOver.map(JSONValue.string))),
      (
        "ratio",
        .object([
          ("Description", .string("\(systems.quotient), ratio of the regional estimates")), ("Units", "unitless"),
        ])
      ),
      (
        "ratio-low",
        .object([
          (
            "Description",
            "ends of Fieller's set; for ratio-interval exclusive the set is (-inf, ratio-high] and [ratio-low, inf)"
          )
        ])
      ),
      ("ratio-interval", .object([("Description", "bounded, exclusive, half_line or whole_line")])),
      (
        "log-ratio",
        .object([
          ("Description", .string("ln(\(systems.quotient)), limits by the delta method")), ("Units", "unitless"),
        ])
      ),
      (
        "centred-log-ratio",
        .object([("Description", "log-ratio less its mean over CentredOver"), ("Units", "unitless")])
      ),
      ("dof", .object([("Description", "degrees of freedom of Student's t; n/a where the normal quantile is used")])),
      ("Findings", .array(table.findings.map(\.json))), ("GeneratedBy", Product.generatedBy),
    ]
    return .object(members)
  }
}

/// The balance of two maps as a table.
package enum MapBalanceText {
  package static func tsv(_ balance: MapBalance, systems: BalanceSystems = BalanceSystems()) -> String {
    let sides = [systems.numerator, systems.denominator].flatMap { side in
      ["voxels", "mean", "sd"].map { "\(side.rawValue)-\($0)" }
    }
    var text = TSVText(
      columns: ["index", "region"] + sides + ["ratio", "log2-ratio", "den-background-fraction", "flags"])
    for row in balance.rows {
      text.add([
        row.numerator.index.map(String.init) ?? "n/a", row.numerator.region, "\(row.numerator.voxels)",
        NumberText.exact(row.numerator.mean), NumberText.exact(row.numerator.sd), "\(row.denominator.voxels)",
        NumberText.exact(row.denominator.mean), NumberText.exact(row.denominator.sd), NumberText.exact(row.ratio),
        NumberText.exact(row.log2Ratio), NumberText.exact(row.backgroundFraction),
        row.flags.isEmpty ? "ok" : row.flags.map(\.rawValue).joined(separator: " "),
      ])
    }
    return text.text
  }
}
