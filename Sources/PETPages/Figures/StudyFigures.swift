import Foundation
import PETBinding
import PETCore
import PETResults
import PETTracers

/// Everybody in every region, with the mean over persons and its limits.
struct StripFigure {
  typealias Mean = (value: Double, low: Double, high: Double)

  let regions: [String]
  let visits: [StudyTable.Visit]
  /// Region by region, of every visit.
  let values: [[Double]]
  /// Of each region; one for each session.
  let means: [[Mean]]
  let label: String
  let axis: String
  /// Named at the top where values are logarithms of ratios.
  var ratioAxis: String?
  /// Heading of the counts.
  let counted: String

  /// The log ratio of a study.
  init(_ study: StudyTable, summary: [SummaryRow], title: String) {
    let (a, b) = (study.systems.numerator.rawValue, study.systems.denominator.rawValue)
    (regions, visits) = (study.regions, study.visits)
    values = study.regions.indices.map { study.values(StudyTable.logRatio, region: $0) }
    var all: [String: [Mean]] = [:]
    for row in summary where !row.logRatio.mean.isNaN {
      all[RegionName.key(row.region), default: []].append(
        (row.logRatio.mean, log(row.ratio.low), log(row.ratio.high)))
    }
    means = study.regions.map { all[RegionName.key($0)] ?? [] }
    label =
      "Log ratio of \(a) to \(b) of \(study.visits.count) visits in \(study.regions.count) regions, \(title); means "
      + "and limits are in the table below"
    (axis, ratioAxis) = ("log ratio, ln(\(a)/\(b))", "ratio, \(a)/\(b)")
    counted = "with a ratio"
  }

  /// The outcome of a study of one system, with its means.
  init(_ outcome: StudyOutcome) {
    let study = outcome.study
    (regions, visits) = (study.regions, study.visits)
    values = study.regions.indices.map { study.values(outcome.measure, region: $0) }
    let rows = Dictionary(grouping: outcome.rows, by: \.region)
    means = study.regions.map { (rows[$0] ?? []).map { ($0.moments.mean, .nan, .nan) } }
    label =
      "\(outcome.measure) of \(study.visits.count) visits in \(study.regions.count) regions, \(outcome.tracer); means are in "
      + "the table below"
    axis = outcome.title
    counted = "with an estimate"
  }

  /// - Parameter places: in the table of persons.
  func drawing(_ places: VisitPlaces = VisitPlaces([])) -> Drawing {
    let owners = places.of(visits)
    let top = 40.0
    let row = 20.0
    let bottom = top + Double(regions.count) * row
    let x = Scale(of: values.flatMap { $0 } + [0], from: 215, to: 620, count: 6)
    var drawing = Drawing(width: 740, height: bottom + 44, label: label)
    drawing.lines(across: x.ticks.map { x($0.value) }, from: top - 4, to: bottom, isUpright: true, "grid")
    for tick in x.ticks { drawing.text(x(tick.value), bottom + 15, tick.label, "tick", anchor: .middle) }
    drawing.line(x(0), top - 4, x(0), bottom, "zero")
    drawing.polyline([(215, bottom), (620, bottom)], "axis")
    drawing.text(417, bottom + 33, axis, "name", anchor: .middle)
    if let ratioAxis {
      for tick in Scale.ratioTicks(low: x.low, high: x.high) {
        drawing.line(x(tick.value), top - 8, x(tick.value), top - 4, "axis")
        drawing.text(x(tick.value), top - 11, tick.label, "tick", anchor: .middle)
      }
      drawing.text(417, 12, ratioAxis, "name", anchor: .middle)
    }
    drawing.inner = 630
    drawing.text(634, 12, counted, "name aside")
    for (i, region) in regions.enumerated() {
      let y = top + (Double(i) + 0.5) * row
      drawing.text(200, y + 4, Forest.shortened(region, 26), "label", anchor: .end)
      drawing.dots(
        values[i].enumerated().map { place, value in (x: x(value), y: y + Double((place * 7) % 11 - 5) * 0.9) },
        values[i].count > 60 ? "person many" : "person", of: owners)
      for mean in means[i] where mean.value.isFinite {
        let shown = PageNumber.text(ratioAxis == nil ? mean.value : exp(mean.value))
        drawing.group("both", title: "\(region): \(ratioAxis == nil ? "mean" : "geometric mean") \(shown)") { drawing in
          if mean.low.isFinite, mean.high.isFinite {
            Forest.interval(mean.low, mean.high, at: y, on: x, &drawing)
          }
          drawing.line(x.clamped(mean.value), y - 7, x.clamped(mean.value), y + 7, "interval")
        }
      }
      let told = values[i].count { $0.isFinite }
      drawing.text(634, y + 4, "\(told) of \(values[i].count)", "label aside")
    }
    return drawing
  }
}

/// The two systems of everybody in one region against each other.
enum CouplingFigure {
  static func drawing(_ study: StudyTable, region: Int, _ places: VisitPlaces = VisitPlaces([])) -> Drawing {
    let (a, b) = (study.systems.numerator.rawValue, study.systems.denominator.rawValue)
    let points = points(study, region: region)
    let label = "\(study.regions[region]): \(a) against \(b) of \(points.count) visits"
    return PointsFigure.drawing(points, x: b, y: a, label: label, places: places)
  }

  /// Visits with a value of both.
  static func points(_ study: StudyTable, region: Int) -> [PointsFigure.Point] {
    let (a, b) = (study.systems.numerator.rawValue, study.systems.denominator.rawValue)
    let (x, y) = (study.values(b, region: region), study.values(a, region: region))
    return x.indices.filter { x[$0].isFinite && y[$0].isFinite }.map {
      (x[$0], y[$0], VisitPlaces.name(study.visits[$0]))
    }
  }
}

/// Points with two axes, for small multiples.
enum PointsFigure {
  typealias Point = (x: Double, y: Double, name: String)

  /// - Parameters:
  ///   - lines: straight lines y = intercept + slope x, with their class.
  ///   - levels: horizontal lines, with their class.
  ///   - groups: where x is 0 or 1 in place of a quantity: each with a box from the first to the third quartile, and its mean.
  ///   - places: of those whose points they are.
  static func drawing(
    _ points: [Point], x xName: String, y yName: String, label: String,
    lines: [(slope: Double, intercept: Double, style: String)] = [], levels: [(value: Double, style: String)] = [],
    groups: (first: String, second: String)? = nil, zero: Bool = false, places: VisitPlaces = VisitPlaces([])
  ) -> Drawing {
    let ends = zero ? [0.0] : []
    let y = Scale(of: points.map(\.y) + levels.map(\.value) + ends, from: 186, to: 10, count: 4)
    // Room for the longest label, in the size that small multiples have.
    let left = max(62, 26 + 8.5 * Double(y.ticks.map(\.label.count).max() ?? 0))
    let x: Scale
    if let groups {
      x = Scale(low: -0.5, high: 1.5, from: left, to: 250, ticks: [(0, groups.first), (1, groups.second)])
    } else {
      x = Scale(of: points.map(\.x) + ends, from: left, to: 250, count: 4)
    }
    var plot = Plot(drawing: Drawing(width: 276, height: 232, label: label), x: x, y: y)
    plot.axes(drop: 20, letter: 8)
    plot.drawing.upright(13, 98, Forest.shortened(yName, 24), "name")
    plot.drawing.text((left + 250) / 2, 226, Forest.shortened(xName, 28), "name", anchor: .middle)
    guard !points.isEmpty else {
      plot.drawing.text((left + 250) / 2, 100, "no values", "name", anchor: .middle)
      return plot.drawing
    }
    for level in levels where level.value.isFinite {
      plot.drawing.line(x.from, y.clamped(level.value), x.to, y.clamped(level.value), level.style)
    }
    for line in lines where line.slope.isFinite && line.intercept.isFinite {
      draw(line, in: &plot)
    }
    if groups != nil { boxes(points, in: &plot) }
    // A group's points stand beside each other, as far apart as they can.
    let room = groups == nil ? 0 : 0.6 * (x(1) - x(0))
    let marks = points.enumerated().map { i, point in
      (x: x(point.x) + room * ((Double(i + 1) * 0.618034).truncatingRemainder(dividingBy: 1) - 0.5), y: y(point.y))
    }
    if points.count > 60 {
      plot.drawing.dots(
        marks, groups == nil ? "person" : "person many", of: places.of(points.map(\.name)))
    } else {
      for (point, mark) in zip(points, marks) {
        let words = "\(point.name): \(PageNumber.text(point.x)), \(PageNumber.text(point.y))"
        plot.drawing.group(title: words) { $0.circle(mark.x, mark.y, 3, "mark") }
      }
    }
    return plot.drawing
  }

  /// From the first to the third quartile of each of two groups of four and more, with the mean across.
  private static func boxes(_ points: [Point], in plot: inout Plot) {
    for group in [0.0, 1.0] {
      let values = points.filter { $0.x == group }.map(\.y).sorted()
      guard values.count >= 4 else { continue }
      let (low, high) = (plot.y(Order.quantile(values, 0.25)), plot.y(Order.quantile(values, 0.75)))
      let (from, to) = (plot.x(group - 0.36), plot.x(group + 0.36))
      plot.drawing.rectangle(from, high, to - from, low - high, "norm")
      let mean = plot.y(Moments(values).mean)
      plot.drawing.line(from, mean, to, mean, "interval")
    }
  }

  /// A line as far as it lies within the frame.
  private static func draw(_ line: (slope: Double, intercept: Double, style: String), in plot: inout Plot) {
    var ends = [plot.x.low, plot.x.high]
    if line.slope != 0 {
      let crossings = [plot.y.low, plot.y.high].map { ($0 - line.intercept) / line.slope }.sorted()
      ends = [max(ends[0], crossings[0]), min(ends[1], crossings[1])]
    } else if !(plot.y.low...plot.y.high).contains(line.intercept) {
      return
    }
    guard ends[0] < ends[1] else { return }
    plot.drawing.polyline(ends.map { plot.place($0, line.intercept + line.slope * $0) }, line.style)
  }
}
