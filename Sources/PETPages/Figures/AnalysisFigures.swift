import Foundation
import PETBinding
import PETCore
import PETResults

/// Figures of what was asked of a study, each from its table and the JSON beside it.
enum AnalysisFigures {
  typealias Figure = (title: String, drawing: Drawing)

  /// The figure of the whole, when there is one.
  static func whole(_ analysis: AnalysisReport) -> Drawing? {
    switch analysis.table.rows {
    case .contrast(let rows): effects(rows, analysis)
    case .multiverse(let rows): spread(rows)
    case .universes(let rows): pooled(rows, analysis)
    default: nil
    }
  }

  /// Small multiples.
  ///
  /// - Parameter places: in the table of persons.
  static func small(_ analysis: AnalysisReport, _ places: VisitPlaces = VisitPlaces([])) -> [Figure] {
    switch analysis.table.rows {
    case .contrast(let rows): persons(rows, analysis, places)
    case .lassen(let rows): lassen(rows, analysis)
    case .reliability(let rows): agreement(rows, analysis, places)
    default: []
    }
  }

  // MARK: - Groups, sessions, associations

  private static func effects(_ contrast: [ContrastRow], _ analysis: AnalysisReport) -> Drawing? {
    let rows = contrast.filter { $0.kind != ContrastRow.Kind.difference.rawValue }.map { row in
      effect(
        row.region, row.effect, row.low, row.high, discovery: row.discovery,
        "\(PageNumber.text(row.effect)) · \(PageNumber.text(row.low)) to \(PageNumber.text(row.high))"
          + (row.discovery.isFinite ? ", q \(PageNumber.text(row.discovery))" : ""))
    }
    let question = analysis.sidecar?[Sidecar.question]?.string ?? "effect"
    let measure = analysis.sidecar?[Sidecar.measure]?.string ?? "measure"
    return Forest(
      rows: rows, label: "Effect in each region, \(question): values and limits are in the table below",
      axis: "effect on \(measure): \(question)", ratioAxis: nil, textTitle: "effect, limits, q"
    ).drawing()
  }

  /// A region with its effect, red where it is one.
  private static func effect(
    _ region: String, _ value: Double, _ low: Double, _ high: Double, discovery: Double, _ text: String
  ) -> Forest.Row {
    var row = Forest.Row(name: region)
    (row.value, row.low, row.high) = (value, low, high)
    row.style = discovery < 0.05 ? "flagged" : "both"
    row.text = value.isFinite ? text : "n/a"
    if !value.isFinite { row.reason = "no effect: see the note" }
    return row
  }

  /// Everybody's value in each region, by group or along the quantity; regions with the smallest q first.
  private static func persons(
    _ contrast: [ContrastRow], _ analysis: AnalysisReport, _ places: VisitPlaces
  ) -> [Figure] {
    let rows = contrast.filter { $0.kind == ContrastRow.Kind.region.rawValue }
    guard let sidecar = analysis.sidecar, let regions = sidecar["Regions"]?.list?.compactMap(\.string),
      case .object(let members)? = sidecar["Persons"]
    else { return [] }
    let question = sidecar[Sidecar.question]?.string ?? ""
    let measure = sidecar[Sidecar.measure]?.string ?? "value"
    let means = ContrastRow.groups(in: analysis.table.columns)
    let isSessions = members.allSatisfy { $0.value["Interest"]?.double == 1 }
    let groups = means.count == 2 && !isSessions ? (first: means[0], second: means[1]) : nil
    let column = question.hasPrefix("slope on ") ? String(question.dropFirst("slope on ".count)) : question
    func rank(_ row: Int) -> Double { rows[row].discovery.isNaN ? 2 : rows[row].discovery }
    let order = rows.indices.sorted { (rank($0), $0) < (rank($1), $1) }
    return order.filter { $0 < regions.count }.compactMap { region -> Figure? in
      let points = members.enumerated().compactMap { place, member -> PointsFigure.Point? in
        guard let interest = member.value["Interest"]?.double, let values = member.value["Values"]?.list,
          region < values.count, let value = values[region].double
        else { return nil }
        return (isSessions ? Double(place + 1) : interest, value, member.name)
      }
      guard !points.isEmpty else { return nil }
      return (
        regions[region],
        PointsFigure.drawing(
          points, x: isSessions ? "person" : groups == nil ? column : "", y: isSessions ? "change" : measure,
          label: "\(regions[region]): \(measure) of \(points.count) persons, \(question)",
          levels: isSessions ? [(0, "zero")] : [], groups: groups, places: places)
      )
    }
  }

  // MARK: - Occupancy

  /// Lassen's plot of each person: VT before less VT with the drug against VT before.
  private static func lassen(_ rows: [LassenRow], _ analysis: AnalysisReport) -> [Figure] {
    guard case .object(let persons)? = analysis.sidecar?[Sidecar.points] else { return [] }
    return persons.map { member in
      var points: [PointsFigure.Point] = []
      if case .object(let regions) = member.value {
        points = regions.compactMap { region in
          guard let both = region.value.list?.map({ $0.double ?? .nan }), both.count == 2, both.allSatisfy(\.isFinite)
          else { return nil }
          return (both[0], both[0] - both[1], region.name)
        }
      }
      let lines = rows.filter { $0.participant == member.name && !$0.occupancy.isNaN && !$0.nondisplaceable.isNaN }
        .map { row in
          (
            slope: row.occupancy, intercept: -row.occupancy * row.nondisplaceable,
            style: ["ordinary": "fit", "orthogonal": "other"][row.method] ?? "third"
          )
        }
      return (
        member.name,
        PointsFigure.drawing(
          points, x: "VT before, mL/cm\u{00b3}", y: "VT before \u{2212} with drug",
          label: "Lassen plot of \(member.name): \(points.count) regions, \(lines.count) lines", lines: lines,
          zero: true)
      )
    }
  }

  // MARK: - Reliability

  /// Bland and Altman's plot of each measure and region.
  private static func agreement(
    _ rows: [ReliabilityRow], _ analysis: AnalysisReport, _ places: VisitPlaces
  ) -> [Figure] {
    guard let values = analysis.sidecar?["Values"]?.list else { return [] }
    let names = analysis.sidecar?["Scans"]?.list?.compactMap { $0["Participant"]?.string } ?? []
    return values.compactMap { own in
      guard let name = own["Region"]?.string, let what = own[Sidecar.measure]?.string,
        let test = own["Test"]?.list?.map({ $0.double ?? .nan }),
        let retest = own["Retest"]?.list?.map({ $0.double ?? .nan }),
        let row = rows.first(where: { $0.measure == what && $0.region == name })
      else { return nil }
      let points = zip(test, retest).enumerated().compactMap { place, both -> PointsFigure.Point? in
        guard both.0.isFinite, both.1.isFinite else { return nil }
        return ((both.0 + both.1) / 2, both.1 - both.0, place < names.count ? names[place] : "pair \(place + 1)")
      }
      guard !points.isEmpty else { return nil }
      let lines = [
        (value: row.difference.value, style: "interval"), (value: row.agreement.low, style: "other"),
        (value: row.agreement.high, style: "other"),
      ]
      return (
        "\(name), \(what)",
        PointsFigure.drawing(
          points, x: "mean of two", y: "retest \u{2212} test",
          label:
            "Bland-Altman plot of \(what) in \(name), \(points.count) persons: mean difference and limits of agreement",
          levels: lines.filter { $0.value.isFinite }, places: places)
      )
    }
  }

  // MARK: - Multiverse

  /// How far the choices move the mean over persons in each region.
  private static func spread(_ spread: [SpreadRow]) -> Drawing? {
    let own = spread.filter { $0.measure == StudyTable.logRatio }
    guard !own.isEmpty else { return nil }
    let rows = own.map { row in
      var result = Forest.Row(name: row.region)
      result.value = row.median
      result.low = row.least
      result.high = row.most
      result.text =
        "\(PageNumber.text(row.least)) to \(PageNumber.text(row.most))"
        + (row.mostMoving == "n/a" ? "" : ", \(row.mostMoving)")
      if !result.value.isFinite {
        result.text = "n/a"
        result.reason = "no universe has a value"
      }
      return result
    }
    return Forest(
      rows: rows,
      label: "Spread of the log ratio over all combinations of choices in each region; values are in the table below",
      axis: "log ratio: median over universes, least to most", ratioAxis: "ratio",
      textTitle: "range, what moves it most"
    ).drawing()
  }

  /// What all universes say together in each region.
  private static func pooled(_ universes: [UniverseContrastRow], _ analysis: AnalysisReport) -> Drawing? {
    let rows = universes.map { row in
      effect(
        row.region, row.pooled, row.low, row.high, discovery: row.discovery,
        "\(PageNumber.text(row.pooled)) · q \(PageNumber.text(row.discovery)), \(PageNumber.text(100 * row.found)) % find it"
      )
    }
    let question = analysis.sidecar?[Sidecar.question]?.string ?? "effect"
    let measure = analysis.sidecar?[Sidecar.measure]?.string ?? "measure"
    return Forest(
      rows: rows,
      label:
        "Pooled effect over all combinations of choices in each region, \(question): values are in the table below",
      axis: "pooled effect on \(measure): \(question)", ratioAxis: nil, textTitle: "effect, q, universes"
    ).drawing()
  }
}
