package import PETBinding
package import PETCore

/// The balance of one person as `_balance.tsv` and its sidecar.
package struct BalanceText: Sendable {
  package static let columns = [
    "region", "dopamine", "dopamine-se", "dopamine-status", "serotonin", "serotonin-se", "serotonin-status", "ratio",
    "ratio-low", "ratio-high", "ratio-interval", "log-ratio", "log-ratio-se", "log-ratio-low", "log-ratio-high",
    "centred-log-ratio", "centred-log-ratio-se", "dof", "status", "note", "dopamine-low", "dopamine-high",
    "serotonin-low", "serotonin-high",
  ]
  private let table: BalanceTable

  package init(_ table: BalanceTable) { self.table = table }

  package var rows: [[String]] {
    table.rows.map { row in
      func number(_ value: Double?) -> String { NumberText.exact(value ?? .nan) }
      func binding(_ row: BindingTable.Row?) -> [String] {
        [number(row?.estimate.value), number(row?.estimate.standardError), row?.status ?? "n/a"]
      }
      var cells = [row.region] + binding(row.dopamine) + binding(row.serotonin)
      cells += [number(row.ratio), number(row.set?.low), number(row.set?.high), row.set?.kind.rawValue ?? "n/a"]
      cells += [
        row.logRatio.value, row.logRatio.standardError, row.logLimits.low, row.logLimits.high, row.centred.value,
        row.centred.standardError,
      ].map(NumberText.exact)
      cells += [number(row.freedom), row.status.rawValue, row.notes.joined(separator: "; ")]
      return cells + [row.dopamine?.low, row.dopamine?.high, row.serotonin?.low, row.serotonin?.high].map(number)
    }
  }

  package var tsv: String {
    var text = TSVText(columns: Self.columns)
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
    var members: [(name: String, value: JSONValue)] = [
      ("Description", .string("Dopamine-serotonin balance per region. " + Product.claim))
    ]
    members += details
    members += [
      ("Dopamine", side(table.dopamine)), ("Serotonin", side(table.serotonin)),
      ("ConfidenceLevel", .number(table.settings.level)), ("ErrorCorrelation", .number(table.settings.correlation)),
      (
        "DenominatorFloor",
        table.settings.floor.map(JSONValue.number) ?? .string("none")
      ),
      ("CentredOver", .array(table.centredOver.map(JSONValue.string))),
      (
        "ratio",
        .object([("Description", "dopamine / serotonin, ratio of the regional estimates"), ("Units", "unitless")])
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
        .object([("Description", "ln(dopamine / serotonin), limits by the delta method"), ("Units", "unitless")])
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
  package static let columns = [
    "index", "region", "dopamine-voxels", "dopamine-mean", "dopamine-sd", "serotonin-voxels", "serotonin-mean",
    "serotonin-sd", "ratio", "log2-ratio", "den-background-fraction", "flags",
  ]

  package static func tsv(_ balance: MapBalance) -> String {
    var text = TSVText(columns: columns)
    for row in balance.rows {
      text.add([
        row.dopamine.index.map(String.init) ?? "n/a", row.dopamine.region, "\(row.dopamine.voxels)",
        NumberText.exact(row.dopamine.mean), NumberText.exact(row.dopamine.sd), "\(row.serotonin.voxels)",
        NumberText.exact(row.serotonin.mean), NumberText.exact(row.serotonin.sd), NumberText.exact(row.ratio),
        NumberText.exact(row.log2Ratio), NumberText.exact(row.backgroundFraction),
        row.flags.isEmpty ? "ok" : row.flags.map(\.rawValue).joined(separator: " "),
      ])
    }
    return text.text
  }
}
