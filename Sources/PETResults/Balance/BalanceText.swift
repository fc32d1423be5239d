package import PETBinding
package import PETCore
import PETTracers

/// The balance of one person as `_balance.tsv` and its sidecar.
package struct BalanceText: Sendable {
  private let table: BalanceTable

  package init(_ table: BalanceTable) { self.table = table }

  package var columns: [TableColumn<BalanceFile.Row>] {
    BalanceFile.columns(table.settings, isCorrected: table.isCorrected, hasBudget: table.budget != nil)
  }

  /// The rows, made as they are asked for: there may be thousands.
  package var rows: some Sequence<BalanceFile.Row> {
    table.rows.lazy.map { BalanceFile.Row($0, level: table.settings.level) }
  }

  package var tsv: String { TSVText(columns, rows).text }

  private func about(_ text: String, _ units: String = "unitless") -> JSONValue {
    .object([("Description", .string(text)), ("Units", .string(units))])
  }

  /// What only stands where it was asked for.
  private var optional: [(name: String, value: JSONValue)] {
    let settings = table.settings
    let unit = Self.unit(table.numerator, over: table.denominator)
    var members: [(name: String, value: JSONValue)] = []
    if table.isCorrected {
      members += [
        ("ratio-uncorrected", about("the same ratio of the curves without correction for partial volume", unit)),
        ("Validation", .string(CurveCorrection.validation)),
      ]
      members += [settings.systems.numerator, settings.systems.denominator].map { system in
        (
          "\(system.rawValue)-own-share",
          about(
            "how much of what is measured in the region is its own, after the resolution of the \(system.rawValue) scan"
          )
        )
      }
    }
    if let budget = table.budget {
      members.append(
        (
          "ratio-budget-low",
          about("end of the ratio with the errors of \(BudgetText.member) beside the statistical one", unit)
        ))
      members.append((BudgetText.member, BudgetText(budget, table.rows).json))
    }
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
                + "(\(Reference.crawford1998.mention))")
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
          Sidecar.crossRegions,
          .object(settings.cross.map { ($0.name, .string("\($0.numerator) over \($0.denominator)")) })
        ))
    }
    return members
  }

  /// Of a ratio of two measures.
  private static func unit(_ a: BindingTable, over b: BindingTable) -> String {
    guard let first = a.unit, let second = b.unit else { return "n/a" }
    return first.over(second)
  }

  /// What the columns hold, and their units.
  private var aboutColumns: [(name: String, value: JSONValue)] {
    let systems = table.settings.systems
    return [
      (
        "ratio",
        .object([
          ("Description", .string("\(systems.quotient), ratio of the regional estimates")),
          (Sidecar.units, .string(Self.unit(table.numerator, over: table.denominator))),
        ])
      ),
      (
        "ratio-low",
        .object([
          (
            "Description",
            .string(
              "ends of Fieller's set (\(Reference.fieller1954.mention)); for ratio-interval exclusive the set is "
                + "(-inf, ratio-high] and [ratio-low, inf)")
          )
        ])
      ),
      ("ratio-interval", .object([("Description", "bounded, exclusive, half_line or whole_line")])),
      (
        "log-ratio",
        .object([
          ("Description", .string("ln(\(systems.quotient)), limits by the delta method")),
          (Sidecar.units, .string(Unit.unitless.label)),
        ])
      ),
      (
        "centred-log-ratio",
        .object([("Description", "log-ratio less its mean over CentredOver"), ("Units", "unitless")])
      ),
      ("dof", .object([("Description", "degrees of freedom of Student's t; n/a where the normal quantile is used")])),
      (
        "inverse-ratio",
        about(
          "\(systems.denominator.rawValue) / \(systems.numerator.rawValue), with Fieller's set",
          Self.unit(table.denominator, over: table.numerator))
      ),
      (
        "fraction",
        about(
          "\(systems.numerator.rawValue) / (\(systems.numerator.rawValue) + \(systems.denominator.rawValue)): for display"
            + (table.settings.isOneMeasure ? "" : "; none of two different measures"))
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
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    func side(_ binding: BindingTable) -> JSONValue {
      .object([
        (Sidecar.tracer, .string(binding.tracer ?? "n/a")), (Sidecar.model, .string(binding.model ?? "n/a")),
        (Sidecar.measure, .string(binding.measure)), ("Units", .string(binding.unit?.label ?? "n/a")),
        ("Source", .string(binding.source)),
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
    ]
    members += aboutColumns + optional
    members += [
      (Sidecar.findings, .array(table.findings.map(\.json))), ("GeneratedBy", Product.generatedBy),
    ]
    return .object(members)
  }
}

extension BalanceFile.Row {
  fileprivate init(_ row: BalanceRow, level: Double) {
    region = row.region
    numerator = BalanceFile.Side(row.numerator, row.lateral?.asymmetry.numerator, row.deviations?.numerator)
    denominator = BalanceFile.Side(row.denominator, row.lateral?.asymmetry.denominator, row.deviations?.denominator)
    ratio = BalanceFile.Quotient(row.ratio, row.set)
    logRatio = BalanceFile.Limited(row.logRatio, row.logLimits)
    centred = BalanceFile.Value(value: row.centred.value, error: row.centred.standardError)
    freedom = row.freedom ?? .nan
    status = row.status.rawValue
    notes = row.notes
    inverse = BalanceFile.Quotient(row.inverse)
    fraction = row.fraction
    let contrast = row.lateral?.contrast ?? .missing
    let quantile = Quantile.twoSided(level: level, degreesOfFreedom: row.lateral?.freedom ?? .infinity)
    lateral = BalanceFile.Limited(contrast, contrast.limits(quantile: quantile))
    density = BalanceFile.Quotient(row.density)
    zDifference = numerator.deviation.z - denominator.deviation.z
    uncorrected = row.uncorrected
    if let own = row.budget { budget = .init(low: own.low, high: own.high) }
    if let own = row.bootstrap { bootstrap = .init(low: own.low, high: own.high, undefined: own.undefined) }
  }
}

extension BalanceFile.Side {
  fileprivate init(_ row: BindingTable.Row?, _ asymmetry: Double?, _ deviation: NormTable.Deviation??) {
    if let row {
      estimate = BalanceFile.Limited(row.estimate, (row.low, row.high))
      status = row.ending.status
      ownShare = row.correction?.ownShare ?? .nan
    }
    self.asymmetry = asymmetry ?? .nan
    if let own = deviation ?? nil { self.deviation = .init(t: own.t, probability: own.probability, z: own.z) }
  }
}

extension BalanceFile.Limited {
  fileprivate init(_ estimate: Estimate, _ limits: (low: Double, high: Double)) {
    self.init(value: estimate.value, error: estimate.standardError, low: limits.low, high: limits.high)
  }
}

extension BalanceFile.Quotient {
  fileprivate init(_ ratio: Double, _ set: FiellerSet?) {
    self.init(
      value: ratio, low: set?.low ?? .nan, high: set?.high ?? .nan, interval: set?.kind.rawValue ?? "n/a")
  }

  fileprivate init(_ numbers: BalanceNumbers?) { self.init(numbers?.ratio ?? .nan, numbers?.set) }
}
