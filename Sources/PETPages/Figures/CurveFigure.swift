import PETCore
import PETKinetics
import PETResults

/// One region of a scan: activity with the model, what is left, and how much each frame counts.
enum CurveFigure {
  private static let (left, right) = (70.0, 310.0)
  private static let middle = (left + right) / 2
  /// Of more regions a page has no second plot with a logarithmic axis, and no reference under each: it would be too large to open.
  static let most = 60

  static func drawing(_ scan: ScanReport, region index: Int) -> Drawing {
    let name = scan.regions[index]
    let row = scan.estimateRow(name)
    let place = scan.estimates.place(of: scan.card.outcome)
    let outcome = row.flatMap { row in place.map { row.parameters[$0].value } } ?? .nan
    let status = row?.status ?? "n/a"
    let shown = outcome.isNaN ? "no \(scan.card.outcome)" : "\(scan.card.outcome) \(PageNumber.text(outcome))"
    let label = "\(name), \(scan.tracer): curve with the fit of \(scan.card.id); \(shown), \(status)"
    let times = scan.frames.starts.indices.map { (scan.frames.starts[$0] + scan.frames.ends[$0]) / 120 }
    let observed = scan.fitted?.plot?.y[index] ?? scan.curves[index]
    let predicted = scan.fitted?.predicted[index]
    let weights = scan.fitted?.weights
    let isPlot = scan.fitted?.plot != nil
    // The abscissa of a plot is a time as well, stretched.
    let abscissa = scan.fitted?.plot?.x?[index].map { $0 / 60 }
    let xs = abscissa ?? times
    var plot = Plot(
      drawing: Drawing(width: 328, height: 250, label: label),
      x: abscissa != nil
        ? Scale(of: xs, from: left, to: right, zero: true)
        : Scale(minutes: (scan.frames.ends.last ?? 60) / 60, from: left, to: right),
      y: Scale(
        of: observed + (predicted ?? []) + (isPlot ? [] : scan.referenceCurve?.curve ?? []), from: 126, to: 10,
        count: 4, zero: !isPlot, slack: 0.04))
    guard observed.contains(where: \.isFinite) else {
      plot.drawing.rectangle(left, 10, right - left, 116, "frame")
      plot.drawing.text(middle, 75, "no curve", "name", anchor: .middle)
      return plot.drawing
    }
    plot.axes(letter: 8.5)
    if !isPlot, let reference = scan.referenceCurve, reference.region != index {
      plot.drawing.polyline(zip(times, reference.curve).map { plot.place($0, $1) }, "blood")
    }
    plot.drawing.upright(16, 68, isPlot ? "ordinate, times in s" : "kBq/mL", "name")
    if let predicted {
      plot.drawing.polyline(times.indices.map { plot.place(xs[$0], predicted[$0]) }, "fit")
    }
    let counted = times.indices.filter { frame in weights.map { $0[frame] > 0 } ?? true }
    let passed = times.indices.filter { frame in weights.map { $0[frame] == 0 } ?? false }
    plot.drawing.dots(passed.map { plot.place(xs[$0], observed[$0]) }, "point out")
    plot.drawing.dots(counted.map { plot.place(xs[$0], observed[$0]) }, "point")
    if let predicted, counted.contains(where: { predicted[$0].isFinite && observed[$0].isFinite }) {
      residuals(xs, counted.map { ($0, observed[$0] - predicted[$0]) }, in: &plot)
    } else {
      plot.drawing.text(middle, 180, "no fit: \(status)", "tick", anchor: .middle)
    }
    if let weights { bars(weights, abscissa == nil ? scan.frames : nil, xs, in: &plot) }
    plot.drawing.text(middle, 246, abscissa != nil ? "abscissa, min" : "min after injection", "name", anchor: .middle)
    return plot.drawing
  }

  private static func residuals(_ times: [Double], _ values: [(frame: Int, value: Double)], in plot: inout Plot) {
    let finite = values.map(\.value).filter(\.isFinite)
    let largest = finite.map(abs).max() ?? 1
    let y = Scale(of: [-largest, largest], from: 198, to: 164, count: 2)
    plot.drawing.line(left, y(0), right, y(0), "axis")
    for tick in [y.low, y.high] {
      let text = y.ticks.first { $0.value == tick }?.label ?? NumberText.short(tick)
      plot.drawing.text(left - 5, y(tick) + 3.5, text, "tick", anchor: .end)
    }
    let points = values.map { (x: plot.x(times[$0.frame]), y: y($0.value)) }
    plot.drawing.stems(points, from: y(0), "stem")
    plot.drawing.text(right, 159, "residuals", "tick", anchor: .end)
  }

  /// - Parameter frames: nil for strokes at the places of the points.
  private static func bars(_ weights: [Double], _ frames: FrameSchedule?, _ xs: [Double], in plot: inout Plot) {
    let largest = weights.filter(\.isFinite).max() ?? 0
    guard largest > 0 else { return }
    let counted = weights.indices.filter { weights[$0] > 0 && xs[$0].isFinite }
    plot.drawing.bars(
      counted.map { i in
        let (a, b) =
          frames.map { (plot.x($0.starts[i] / 60), plot.x($0.ends[i] / 60)) } ?? (
            plot.x(xs[i]) - 1, plot.x(xs[i]) + 1.5
          )
        return (a, max(b - 0.5, a + 0.4), 230 - 15 * weights[i] / largest)
      }, on: 230, "weight")
    plot.drawing.line(left, 230, right, 230, "axis")
    plot.drawing.text(right, 212, "weights", "tick", anchor: .end)
  }
}

extension ScanReport {
  /// The region that is the reference by itself, and its curve; nil where it is made of several that are not one region, or of many regions.
  var referenceCurve: (region: Int, curve: [Double])? {
    guard regions.count <= CurveFigure.most, let reference, reference.regions.count == 1,
      let place = regions.firstIndex(where: { RegionName.key($0) == RegionName.key(reference.regions[0]) })
    else { return nil }
    return (place, curves[place])
  }

  /// The row of a region in the table of estimates.
  func estimateRow(_ region: String) -> KinparFile.Row? {
    rowOf[RegionName.key(region)].map { estimates.rows[$0] }
  }
}
