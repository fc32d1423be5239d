import PETCore
import PETKinetics
import PETResults

/// The tables of a person's results as the page has them: what is looked at first, the rest on demand.
enum ResultTables {
  /// - Parameter person: whose page it is.
  static func balance(_ balance: BalanceReport, of person: PersonReport) -> String {
    let (a, b) = (balance.numerator, balance.denominator)
    let own = balance.file.columns
    let ratioUnit = balance.unit == "unitless" ? balance.unit : "ratio in \(balance.unit)"
    // Names of measures and units stand where they are not those that everybody expects of a ratio.
    let isUsual = balance.unit == "unitless" && Set(balance.measures.map(\.name)).count < 2
    func title(_ system: String, _ place: Int) -> String {
      guard balance.measures.indices.contains(place), balance.measures[place].unit != "unitless" || !isUsual else {
        return system
      }
      let measure = balance.measures[place]
      return "\(system): \(measure.name)" + (measure.unit == "unitless" ? "" : ", \(measure.unit)")
    }
    let level = "\(NumberText.short(100 * balance.level)) %"
    let references = ReferenceRegions(of: person.scans)
    return PageTable<BalanceFile.Row>(
      "Table of the balance",
      caption:
        "Balance of \(person.title): \(title(a, 0)) over \(title(b, 1)), \(ratioUnit); sets and limits at \(level)",
      [
        own.shown(.text(\.region)),
        own.shown(.number(\.numerator.estimate.value), title(a, 0) + " ± SE") {
          .estimate($0.numerator.estimate.value, error: $0.numerator.estimate.error)
        },
        own.shown(.number(\.denominator.estimate.value), title(b, 1) + " ± SE") {
          .estimate($0.denominator.estimate.value, error: $0.denominator.estimate.error)
        },
        own.shown(.number(\.ratio.value), "ratio") { row in
          PageCell(row.ratio.value, error: PageCell.set(row.ratio).error)
        },
        own.shown(.number(\.ratio.low), level + " set") { .set($0.ratio) },
        own.shown(.number(\.budget.low), "set of the budget") { .limits($0.budget.low, $0.budget.high) },
        own.status(\.status) { references.contains($0.region) }, own.notes(\.notes),
        own.shown(.number(\.uncorrected), "ratio uncorrected", isExtra: true),
        own.shown(.number(\.numerator.ownShare), "own share of \(a)", isExtra: true),
        own.shown(.number(\.denominator.ownShare), "own share of \(b)", isExtra: true),
        own.shown(.text(\.ratio.interval), "kind of set", isExtra: true),
        own.shown(.number(\.logRatio.value), "log ratio ± SE", isExtra: true) {
          .estimate($0.logRatio.value, error: $0.logRatio.error)
        },
        own.shown(.number(\.logRatio.low), "limits of the log ratio", isExtra: true) {
          .limits($0.logRatio.low, $0.logRatio.high)
        },
        own.shown(.number(\.centred.value), "centred log ratio ± SE", isExtra: true) {
          .estimate($0.centred.value, error: $0.centred.error)
        },
        own.shown(.number(\.lateral.value), "right \u{2212} left, log ratio ± SE", isExtra: true) {
          .estimate($0.lateral.value, error: $0.lateral.error)
        },
        own.shown(.number(\.numerator.deviation.t), "t of \(a)", isExtra: true),
        own.shown(.number(\.numerator.deviation.probability), "p of \(a)", isExtra: true),
        own.shown(.number(\.denominator.deviation.t), "t of \(b)", isExtra: true),
        own.shown(.number(\.denominator.deviation.probability), "p of \(b)", isExtra: true),
        own.shown(.number(\.numerator.deviation.z), "z of \(a)", isExtra: true),
        own.shown(.number(\.denominator.deviation.z), "z of \(b)", isExtra: true),
        own.shown(.number(\.zDifference), "z difference", isExtra: true),
      ]
    ).html(balance.file.rows)
  }

  /// The estimates of a scan: the outcome with its limits, the other parameters, how the fit ended.
  static func estimates(_ scan: ScanReport) -> String {
    let card = scan.card
    let outcome = card.outcome
    func title(_ symbol: String) -> String {
      let unit = card.index(of: symbol).map { card.parameters[$0].unit.label } ?? ""
      return unit.isEmpty || unit == "unitless" ? symbol : "\(symbol), \(unit)"
    }
    let (own, symbols) = (scan.estimates.columns, scan.estimates.symbols)
    let ordered = [outcome] + card.parameters.map(\.symbol).filter { $0 != outcome }
    // The others are asked for less.
    let first = 2
    let columns = ordered.enumerated().flatMap { rank, symbol -> [PageTable<KinparFile.Row>.Column?] in
      guard let i = symbols.firstIndex(of: symbol) else { return [] }
      let hasError = own.contains { $0.place == .number(\.parameters[i].error) }
      let value = own.shown(
        .number(\.parameters[i].value), title(symbol) + (hasError ? " ± SE" : ""), isExtra: rank >= first
      ) {
        PageCell.estimate($0.parameters[i].value, error: $0.parameters[i].error)
      }
      guard symbol == outcome else { return [value] }
      return [
        value,
        own.shown(.number(\.parameters[i].low), "limits") { .limits($0.parameters[i].low, $0.parameters[i].high) },
      ]
    }
    let uncorrected = symbols.firstIndex(of: outcome).flatMap { i in
      own.shown(.number(\.parameters[i].uncorrected), "\(outcome) uncorrected", isExtra: true)
    }
    let references = ReferenceRegions(of: [scan])
    let table = PageTable<KinparFile.Row>(
      "Estimates of \(scan.unit)", caption: "\(scan.unit): estimates of the \(card.title.lowercased())",
      [own.shown(.text(\.region))] + columns + [
        own.status(\.status) { references.contains($0.region) }, own.notes(\.notes),
        own.shown(.number(\.volume), "volume, mm\u{00b3}", isExtra: true),
        own.shown(.number(\.ownShare), "own share", isExtra: true), uncorrected,
      ])
    return table.html(scan.estimates.rows)
  }

  /// A map over each region beside the region's own fit.
  static func agreement(_ file: MapRegionsFile, _ scan: ScanReport) -> String {
    let symbol = scan.card.outcome
    let own = file.columns
    let table = PageTable<MapRegionsFile.Row>(
      "Maps and regions of \(scan.unit)",
      caption: "\(scan.unit): the map of \(symbol) over each region beside the fit of the region's own curve",
      [
        own.shown(.text(\.region)), own.shown(.count(\.voxels)), own.shown(.count(\.used), "used"),
        own.shown(.number(\.mean), "mean of map ± SD") { .estimate($0.mean, error: $0.sd) },
        own.shown(.number(\.regional), "regional ± SE") { .estimate($0.regional, error: $0.error) },
        own.shown(.number(\.percent), "difference, %"), own.notes(\.notes),
      ])
    return table.html(file.rows)
  }
}
