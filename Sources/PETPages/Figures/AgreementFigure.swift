import PETCore

/// The map's mean in every region against the fit of the region's own curve, with the line of equals.
enum AgreementFigure {
  static func drawing(_ table: TSVTable, symbol: String, title: String) -> Drawing? {
    guard let region = table.column("region"), let map = table.column("\(symbol)-map-mean"),
      let own = table.column(symbol)
    else { return nil }
    let points = table.rows.compactMap { row -> (name: String, x: Double, y: Double)? in
      guard let x = PageNumber.value(row[own]), let y = PageNumber.value(row[map]), x.isFinite, y.isFinite else {
        return nil
      }
      return (row[region], x, y)
    }
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
