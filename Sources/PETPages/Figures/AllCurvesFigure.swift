import Foundation
import PETCore

/// The curves of all regions of a scan in one plot, as they were measured; the reference broken.
struct AllCurvesFigure {
  private let scan: ScanReport
  /// Those that have a curve, in the scan's order.
  let regions: [Int]
  private let references: ReferenceRegions

  /// Nil where no region has one.
  init?(_ scan: ScanReport) {
    regions = scan.regions.indices.filter { scan.curves[$0].contains(where: \.isFinite) }
    guard !regions.isEmpty else { return nil }
    self.scan = scan
    references = ReferenceRegions(of: [scan])
  }

  /// - Parameter isLogarithmic: of the activity; what is less than a thousandth of the highest is not shown.
  func drawing(isLogarithmic: Bool) -> Drawing {
    let times = scan.frames.starts.indices.map { (scan.frames.starts[$0] + scan.frames.ends[$0]) / 120 }
    let highest = regions.flatMap { scan.curves[$0] }.filter(\.isFinite).max() ?? 1
    let least = highest / 1000
    func value(_ activity: Double) -> Double {
      guard isLogarithmic else { return activity }
      return activity > 0 && activity >= least ? log10(activity) : .nan
    }
    let (left, right, top, bottom) = (58.0, 720.0, 10.0, 280.0)
    let all = regions.flatMap { scan.curves[$0].map(value) }
    let y =
      isLogarithmic
      ? Self.powers(all, from: bottom, to: top)
      : Scale(of: all, from: bottom, to: top, count: 5, zero: true, slack: 0.04)
    var plot = Plot(
      drawing: Drawing(
        width: 740, height: 316,
        label: "Activity of \(regions.count) regions of \(scan.unit) over time"
          + (isLogarithmic ? ", logarithmic axis" : "") + "; each is shown by itself below"),
      x: Scale(minutes: (scan.frames.ends.last ?? 60) / 60, from: left, to: right), y: y)
    plot.axes()
    plot.drawing.upright(14, (top + bottom) / 2, "kBq/mL", "name")
    plot.drawing.text((left + right) / 2, 312, "min after injection", "name", anchor: .middle)
    for region in regions {
      let name = scan.regions[region]
      let isReference = references.contains(name)
      let points = zip(times, scan.curves[region]).map { plot.place($0, value($1)) }
      plot.drawing.group("curve r\(region)\(isReference ? " reference" : "")", title: name) {
        $0.polyline(points, "line")
      }
    }
    return plot.drawing
  }

  /// An axis of powers of ten, with 2 and 5 between them.
  private static func powers(_ logs: [Double], from: Double, to: Double) -> Scale {
    let known = logs.filter(\.isFinite)
    let (low, high) = ((known.min() ?? 0).rounded(.down), max((known.max() ?? 1).rounded(.up), 1e-9))
    let ends = (low: low, high: high > low ? high : low + 1)
    let ticks = (Int(ends.low)...Int(ends.high)).flatMap { power in
      let values: [Double] = [1.0, 2, 5].map { $0 * pow(10, Double(power)) }
      return values.filter { log10($0) <= ends.high + 1e-9 }
        .map { (value: log10($0), label: NumberText.short(Rounding.significant($0, digits: 3))) }
    }
    return Scale(low: ends.low, high: ends.high, from: from, to: to, ticks: ticks)
  }
}
