import PETCore
import PETResults

/// The map's mean in every region against the fit of the region's own curve, with the line of equals.
enum AgreementFigure {
  static func drawing(_ file: MapRegionsFile, symbol: String, title: String) -> Drawing? {
    let points = file.rows.filter { $0.regional.isFinite && $0.mean.isFinite }
      .map { (name: $0.region, x: $0.regional, y: $0.mean) }
    guard !points.isEmpty else { return nil }
    let both = points.flatMap { [$0.x, $0.y] }
    var plot = Plot(
      drawing: Drawing(
        width: 320, height: 300,
        label: "\(title): mean of the map against the regional estimate of \(symbol) in \(points.count) regions"),
      x: Scale(of: both, from: 60, to: 308, zero: true), y: Scale(of: both, from: 248, to: 10, zero: true))
    plot.axes(x: "\(symbol), regional fit", y: "\(symbol), mean of map")
    plot.drawing.line(plot.x(plot.x.low), plot.y(plot.x.low), plot.x(plot.x.high), plot.y(plot.x.high), "zero")
    for point in points {
      let words =
        "\(point.name): regional \(PageNumber.text(point.x)), map \(PageNumber.text(point.y))"
      plot.drawing.group("both", title: words) { $0.circle(plot.x(point.x), plot.y(point.y), 3.5, "mark") }
    }
    return plot.drawing
  }
}
