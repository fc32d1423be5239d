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
      "inverse-ratio", "inverse-ratio-low", "inverse-ratio-high", "inverse-ratio-interval", "fraction",
      "\(a)-asymmetry", "\(b)-asymmetry", "lateral-contrast", "lateral-contrast-se", "lateral-contrast-low",
      "lateral-contrast-high",
    ]
      + (table.settings.calibration == nil
        ? [] : ["density-ratio", "density-ratio-low", "density-ratio-high", "density-ratio-interval"])
      + (table.settings.norms == nil
        ? [] : ["\(a)-t", "\(a)-p", "\(b)-t", "\(b)-p", "\(a)-z", "\(b)-z", "z-difference"])
      + (table.settings.bootstrap == nil ? [] : ["bootstrap-low", "bootstrap-high", "bootstrap-undefined"])
  }

  package init(_ table: BalanceTable) { self.table = table }

  package var rows: [[String]] { lines.map { $0 } }

  /// The rows, made as they are asked for: there may be thousands.
  private var lines: some Sequence<[String]> {
    table.rows.lazy.map { row in
      func number(_ value: Double?) -> String { NumberText.exact(value ?? .nan) }
      func binding(_ row: BindingTable.Row?) -> [String] {
        [number(row?.estimate.value), number(row?.estimate.standardError), row?.status ?? "n/a"]
      }
      /// A ratio with its set.
      func quotient(_ numbers: BalanceNumbers?) -> [String] {
        [number(numbers?.ratio), number(numbers?.set?.low), number(numbers?.set?.high)]
          + [numbers?.set?.kind.rawValue ?? "n/a"]
      }
      var cells = [row.region] + binding(row.numerator) + binding(row.denominator)
      cells += [number(row.ratio), number(row.set?.low), number(row.set?.high), row.set?.kind.rawValue ?? "n/a"]
      cells += [
        row.logRatio.value, row.logRatio.standardError, row.logLimits.low, row.logLimits.high, row.centred.value,
        row.centred.standardError,
      ].map(NumberText.exact)
      cells += [number(row.freedom), row.status.rawValue, row.notes.joined(separator: "; ")]
      cells += [row.numerator?.low, row.numerator?.high, row.denominator?.low, row.denominator?.high].map(number)
      cells += quotient(row.inverse) + [number(row.fraction)]
      let lateral = row.lateral?.contrast ?? .missing
      let ends = lateral.limits(
        quantile: Quantile.twoSided(
          level: table.settings.level, degreesOfFreedom: row.lateral?.freedom ?? .infinity))
      cells += [
        row.lateral?.asymmetry.numerator, row.lateral?.asymmetry.denominator, lateral.value, lateral.standardError,
        ends.low, ends.high,
      ].map(number)
      if table.settings.calibration != nil { cells += quotient(row.density) }
      if table.settings.norms != nil {
        let (a, b) = (row.deviations?.numerator, row.deviations?.denominator)
        let z = [a?.z, b?.z]
        cells += [a?.t, a?.probability, b?.t, b?.probability].map(number)
        cells += (z + [(z[0] ?? .nan) - (z[1] ?? .nan)]).map(number)
      }
      if table.settings.bootstrap != nil {
        cells += [row.bootstrap?.low, row.bootstrap?.high, row.bootstrap?.undefined].map(number)
      }
      return cells
    }
  }

  package var tsv: String {
    var text = TSVText(columns: columns)
    for row in lines { text.add(row) }
    return text.text
  }

  private func about(_ text: String, _ units: String = "unitless") -> JSONValue {
    .object([("Description", .string(text)), ("Units", .string(units))])
  }

  /// What only stands where it was asked for.
  private var optional: [(name: String, value: JSONValue)] {
    let settings = table.settings
    var members: [(name: String, value: JSONValue)] = []
    if let retest = settings.retest {
      members.append(
        (
          "RetestCV",
          .object([
            (settings.systems.numerator.title, .number(retest.numerator)),
            (settings.systems.denominator.title, .number(retest.denominator)),
            ("Description", "within-subject CV between sessions: SE² = SE_fit² + (CV x)² in ratios and their limits"),
          ])
        ))
    }
    if let scale = settings.calibration {
      func side(_ value: Estimate) -> JSONValue {
        .object([("Value", .number(value.value)), ("StandardError", .number(value.standardError))])
      }
      members.append(
        (
          "Calibration",
          .object([
            (settings.systems.numerator.title, side(scale.numerator)),
            (settings.systems.denominator.title, side(scale.denominator)),
            ("Units", "pmol/mL for one of the measure"),
          ])
        ))
      members.append(
        ("density-ratio", about("ratio of densities (pmol/mL over pmol/mL), errors of the calibration held")))
    }
    if let norms = settings.norms {
      let own = table.rows.compactMap { row in
        norms.table.expected(StudyTable.logRatio, region: row.region, person: norms.person).map {
          (name: row.region, value: JSONValue.array([.number($0.value), .number($0.sd)]))
        }
      }
      if !own.isEmpty {
        members.append(
          (
            Sidecar.logRatioNorms,
            .object([
              ("Description", "log-ratio expected at the person's covariates, and its SD between persons"),
              ("Regions", .object(own)),
            ])
          ))
      }
      for system in [settings.systems.numerator, settings.systems.denominator].map(\.rawValue) {
        members += [
          (
            "\(system)-t",
            about(
              "deviation from the norm at the person's covariates, the norm's own error in it: Student's t "
                + "(Crawford and Howell 1998, doi:10.1076/clin.12.4.482.7241)")
          ), ("\(system)-p", about("two-sided, of t; not adjusted for the number of regions")),
        ]
      }
      members.append(
        (
          "z-difference",
          about(
            "deviations from the norm at the person's covariates, in its SDs, one less the other; a norm of fewer than "
              + "\(NormTable.fewestForZ) persons has none worth the name: judge by t")
        ))
    }
    if let bootstrap = settings.bootstrap {
      members += [
        ("BootstrapDraws", .number(Double(bootstrap.draws))), ("BootstrapSeed", .number(Double(bootstrap.seed))),
        ("bootstrap-low", about("percentile limit of log-ratio over normal draws of both estimates; inf where open")),
        ("bootstrap-undefined", about("share of draws whose denominator is not above 0")),
      ]
    }
    if !settings.cross.isEmpty {
      members.append(
        (
          "CrossRegions",
          .object(settings.cross.map { ($0.name, .string("\($0.numerator) over \($0.denominator)")) })
        ))
    }
    return members
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    func side(_ binding: BindingTable) -> JSONValue {
      .object([
        (Sidecar.tracer, .string(binding.tracer ?? "n/a")), (Sidecar.model, .string(binding.model ?? "n/a")),
        (Sidecar.measure, .string(binding.measure)), ("Units", "unitless"), ("Source", .string(binding.source)),
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
      (Sidecar.confidenceLevel, .number(table.settings.level)),
      ("ErrorCorrelation", .number(table.settings.correlation)),
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
      ("inverse-ratio", about("\(systems.denominator.rawValue) / \(systems.numerator.rawValue), with Fieller's set")),
      (
        "fraction",
        about(
          "\(systems.numerator.rawValue) / (\(systems.numerator.rawValue) + \(systems.denominator.rawValue)): for display"
        )
      ),
      ("\(systems.numerator.rawValue)-asymmetry", about("200 (right - left)/(right + left)", "%")),
      ("\(systems.denominator.rawValue)-asymmetry", about("200 (right - left)/(right + left)", "%")),
      (
        "lateral-contrast",
        about(
          "log-ratio of the right region less that of the left, on both rows; errors that regions of a scan share "
            + "(reference curve, k2') are taken as shared where the parameter tables tell them")
      ),
    ]
    members += optional
    members += [
      (Sidecar.findings, .array(table.findings.map(\.json))), ("GeneratedBy", Product.generatedBy),
    ]
    return .object(members)
  }
}
