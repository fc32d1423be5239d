import Foundation
import PETBinding
import PETCore
import PETResults

/// Figures of what was asked of a study, each from its table and the JSON beside it.
enum AnalysisFigures {
  typealias Figure = (title: String, drawing: Drawing)

  /// The figure of the whole, when there is one.
  static func whole(_ analysis: AnalysisReport) -> Drawing? {
    switch analysis.kind {
    case .contrast: effects(analysis)
    case .multiverse: spread(analysis)
    default: nil
    }
  }

  /// Small multiples.
  static func small(_ analysis: AnalysisReport) -> [Figure] {
    switch analysis.kind {
    case .contrast: persons(analysis)
    case .lassen: lassen(analysis)
    case .reliability: agreement(analysis)
    default: []
    }
  }

  // MARK: - Groups, sessions, associations

  private static func effects(_ analysis: AnalysisReport) -> Drawing? {
    let table = analysis.table
    guard let region = table.column("region"), let effect = table.column("effect"),
      let low = table.column("effect-low"), let high = table.column("effect-high"), let q = table.column("q")
    else { return nil }
    func number(_ cell: String) -> Double { PageNumber.value(cell) ?? .nan }
    let rows = table.rows.map { row in
      var own = Forest.Row(name: row[region])
      own.value = number(row[effect])
      own.low = number(row[low])
      own.high = number(row[high])
      own.style = number(row[q]) < 0.05 ? "flagged" : "both"
      own.text =
        "\(PageNumber.short(row[effect])) · \(PageNumber.short(row[low])) to \(PageNumber.short(row[high]))"
        + (number(row[q]).isFinite ? ", q \(PageNumber.short(row[q]))" : "")
      if !own.value.isFinite {
        own.text = "n/a"
        own.reason = "no effect: see the note"
      }
      return own
    }
    let question = analysis.sidecar?[Sidecar.question]?.string ?? "effect"
    let measure = analysis.sidecar?[Sidecar.measure]?.string ?? "measure"
    return Forest(
      rows: rows, label: "Effect in each region, \(question): values and limits are in the table below",
      axis: "effect on \(measure): \(question)", ratioAxis: nil, textTitle: "effect, limits, q"
    ).drawing()
  }

  /// Everybody's value in each region, by group or along the quantity; regions with the smallest q first.
  private static func persons(_ analysis: AnalysisReport) -> [Figure] {
    guard let sidecar = analysis.sidecar, let regions = sidecar["Regions"]?.list?.compactMap(\.string),
      case .object(let members)? = sidecar["Persons"]
    else { return [] }
    let table = analysis.table
    let question = sidecar[Sidecar.question]?.string ?? ""
    let measure = sidecar[Sidecar.measure]?.string ?? "value"
    let means = table.columns.filter { $0.hasPrefix("mean-") }.map { String($0.dropFirst("mean-".count)) }
    let isSessions = members.allSatisfy { $0.value["Interest"]?.double == 1 }
    let groups = means.count == 2 && !isSessions ? (first: means[0], second: means[1]) : nil
    let column = question.hasPrefix("slope on ") ? String(question.dropFirst("slope on ".count)) : question
    let order =
      table.column("q").map { q in
        table.rows.indices.sorted {
          (PageNumber.value(table.rows[$0][q]) ?? 2, $0) < (PageNumber.value(table.rows[$1][q]) ?? 2, $1)
        }
      } ?? Array(table.rows.indices)
    return order.filter { $0 < regions.count }.map { region in
      let points = members.enumerated().compactMap { place, member -> PointsFigure.Point? in
        guard let interest = member.value["Interest"]?.double, let values = member.value["Values"]?.list,
          region < values.count, let value = values[region].double
        else { return nil }
        return (isSessions ? Double(place + 1) : interest, value, member.name)
      }
      return (
        regions[region],
        PointsFigure.drawing(
          points, x: isSessions ? "person" : groups == nil ? column : "", y: isSessions ? "change" : measure,
          label: "\(regions[region]): \(measure) of \(points.count) persons, \(question)",
          levels: isSessions ? [(0, "zero")] : [], groups: groups)
      )
    }
  }

  // MARK: - Occupancy

  /// Lassen's plot of each person: VT before less VT with the drug against VT before.
  private static func lassen(_ analysis: AnalysisReport) -> [Figure] {
    let table = analysis.table
    guard case .object(let persons)? = analysis.sidecar?[Sidecar.points], let person = table.column("participant_id"),
      let method = table.column("method"), let occupancy = table.column("occupancy"), let vnd = table.column("VND")
    else { return [] }
    return persons.map { member in
      var points: [PointsFigure.Point] = []
      if case .object(let regions) = member.value {
        points = regions.compactMap { region in
          guard let both = region.value.list?.map({ $0.double ?? .nan }), both.count == 2, both.allSatisfy(\.isFinite)
          else { return nil }
          return (both[0], both[0] - both[1], region.name)
        }
      }
      let lines = table.rows.filter { $0[person] == member.name }.compactMap { row in
        guard let slope = PageNumber.value(row[occupancy]), let start = PageNumber.value(row[vnd]) else {
          return nil as (slope: Double, intercept: Double, style: String)?
        }
        return (slope, -slope * start, ["ordinary": "fit", "orthogonal": "other"][row[method]] ?? "third")
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
  private static func agreement(_ analysis: AnalysisReport) -> [Figure] {
    let table = analysis.table
    guard let values = analysis.sidecar?["Values"]?.list, let measure = table.column("measure"),
      let region = table.column("region")
    else { return [] }
    let levels = ["difference", "agreement-low", "agreement-high"].map(table.column)
    let names = analysis.sidecar?["Scans"]?.list?.compactMap { $0["Participant"]?.string } ?? []
    return values.compactMap { own in
      guard let name = own["Region"]?.string, let what = own[Sidecar.measure]?.string,
        let test = own["Test"]?.list?.map({ $0.double ?? .nan }),
        let retest = own["Retest"]?.list?.map({ $0.double ?? .nan }),
        let row = table.rows.first(where: { $0[measure] == what && $0[region] == name })
      else { return nil }
      let points = zip(test, retest).enumerated().compactMap { place, both -> PointsFigure.Point? in
        guard both.0.isFinite, both.1.isFinite else { return nil }
        return ((both.0 + both.1) / 2, both.1 - both.0, place < names.count ? names[place] : "pair \(place + 1)")
      }
      guard !points.isEmpty else { return nil }
      let lines = zip(levels, ["interval", "other", "other"]).map { column, style in
        (value: column.flatMap { PageNumber.value(row[$0]) } ?? .nan, style: style)
      }
      return (
        "\(name), \(what)",
        PointsFigure.drawing(
          points, x: "mean of two", y: "retest \u{2212} test",
          label:
            "Bland-Altman plot of \(what) in \(name), \(points.count) persons: mean difference and limits of agreement",
          levels: lines.filter { $0.value.isFinite })
      )
    }
  }

  // MARK: - Multiverse

  /// How far the choices move the mean over persons in each region.
  private static func spread(_ analysis: AnalysisReport) -> Drawing? {
    let table = analysis.table
    guard let region = table.column("region"), let measure = table.column("measure"),
      let median = table.column("median"), let least = table.column("least"), let most = table.column("most"),
      let moving = table.column("most-moving")
    else { return nil }
    func number(_ cell: String) -> Double { PageNumber.value(cell) ?? .nan }
    let own = table.rows.filter { $0[measure] == StudyTable.logRatio }
    guard !own.isEmpty else { return nil }
    let rows = own.map { row in
      var result = Forest.Row(name: row[region])
      result.value = number(row[median])
      result.low = number(row[least])
      result.high = number(row[most])
      result.text =
        "\(PageNumber.short(row[least])) to \(PageNumber.short(row[most]))"
        + (row[moving] == "n/a" ? "" : ", \(row[moving])")
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
}
