import Foundation
import PETBinding
import PETCore
import PETResults
import PETTracers

/// The log ratio of everybody in every region, with the mean over persons and its limits.
enum StripFigure {
  static func drawing(_ study: StudyTable, summary: [SummaryRow], title: String) -> Drawing {
    let top = 40.0
    let row = 20.0
    let bottom = top + Double(study.regions.count) * row
    let values = study.regions.indices.map { study.values(StudyTable.logRatio, region: $0) }
    let x = Scale(of: values.flatMap { $0 } + [0], from: 215, to: 620, count: 6)
    let (a, b) = (study.systems.numerator.rawValue, study.systems.denominator.rawValue)
    var drawing = Drawing(
      width: 740, height: bottom + 44,
      label:
        "Log ratio of \(a) to \(b) of \(study.visits.count) visits in \(study.regions.count) regions, \(title); means "
        + "and limits are in the table below")
    drawing.lines(across: x.ticks.map { x($0.value) }, from: top - 4, to: bottom, isUpright: true, "grid")
    for tick in x.ticks { drawing.text(x(tick.value), bottom + 15, tick.label, "tick", anchor: .middle) }
    drawing.line(x(0), top - 4, x(0), bottom, "zero")
    drawing.polyline([(215, bottom), (620, bottom)], "axis")
    drawing.text(417, bottom + 33, "log ratio, ln(\(a)/\(b))", "name", anchor: .middle)
    for tick in Scale.ratioTicks(low: x.low, high: x.high) {
      drawing.line(x(tick.value), top - 8, x(tick.value), top - 4, "axis")
      drawing.text(x(tick.value), top - 11, tick.label, "tick", anchor: .middle)
    }
    drawing.text(417, 12, "ratio, \(a)/\(b)", "name", anchor: .middle)
    drawing.text(634, 12, "with a ratio", "name")
    let means = means(summary)
    for (i, region) in study.regions.enumerated() {
      let y = top + (Double(i) + 0.5) * row
      drawing.text(200, y + 4, Forest.shortened(region, 26), "label", anchor: .end)
      drawing.dots(
        values[i].enumerated().map { place, value in (x: x(value), y: y + Double((place * 7) % 11 - 5) * 0.9) },
        "person")
      for mean in means[RegionName.key(region)] ?? [] {
        let words = "\(region): geometric mean \(PageNumber.text(exp(mean.value)))"
        drawing.group("both", title: words) { drawing in
          if mean.low.isFinite, mean.high.isFinite {
            Forest.interval(mean.low, mean.high, at: y, on: x, &drawing)
          }
          drawing.line(x.clamped(mean.value), y - 7, x.clamped(mean.value), y + 7, "interval")
        }
      }
      let told = values[i].count { $0.isFinite }
      drawing.text(634, y + 4, "\(told) of \(study.visits.count)", "label")
    }
    return drawing
  }

  private static func means(_ summary: [SummaryRow]) -> [String: [(value: Double, low: Double, high: Double)]] {
    var result: [String: [(value: Double, low: Double, high: Double)]] = [:]
    for row in summary where !row.logRatio.mean.isNaN {
      result[RegionName.key(row.region), default: []].append(
        (row.logRatio.mean, log(row.ratio.low), log(row.ratio.high)))
    }
    return result
  }
}

/// The two systems of everybody in one region against each other.
enum CouplingFigure {
  static func drawing(_ study: StudyTable, region: Int) -> Drawing {
    let (a, b) = (study.systems.numerator.rawValue, study.systems.denominator.rawValue)
    let (x, y) = (study.values(b, region: region), study.values(a, region: region))
    let both = x.indices.filter { x[$0].isFinite && y[$0].isFinite }
    let label = "\(study.regions[region]): \(a) against \(b) of \(both.count) visits"
    return PointsFigure.drawing(
      both.map { (x[$0], y[$0], visitName(study.visits[$0])) }, x: b, y: a, label: label)
  }

  private static func visitName(_ visit: StudyTable.Visit) -> String {
    [visit.participant, visit.session].compactMap { $0 }.joined(separator: " ")
  }
}

/// Points with two axes, for small multiples.
enum PointsFigure {
  typealias Point = (x: Double, y: Double, name: String)

  /// - Parameters:
  ///   - lines: straight lines y = intercept + slope x, with their class.
  ///   - levels: horizontal lines, with their class.
  static func drawing(
    _ points: [Point], x xName: String, y yName: String, label: String,
    lines: [(slope: Double, intercept: Double, style: String)] = [], levels: [(value: Double, style: String)] = [],
    groups: (first: String, second: String)? = nil, zero: Bool = false
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
    if points.count > 60 {
      plot.drawing.dots(points.map { plot.place($0.x, $0.y) }, "person")
    } else {
      for (i, point) in points.enumerated() {
        let shift = groups == nil ? 0 : Double((i * 7) % 11 - 5) * 2.2
        let words = "\(point.name): \(PageNumber.text(point.x)), \(PageNumber.text(point.y))"
        plot.drawing.group(title: words) { $0.circle(x(point.x) + shift, y(point.y), 3, "mark") }
      }
    }
    return plot.drawing
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
