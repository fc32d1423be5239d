import PETBinding
import PETCore

/// Everybody's value of one quantity as points, over a box from the first to the third quartile with the median.
enum QualityFigure {
  /// - Parameter places: in the table of persons.
  static func drawing(_ quantity: StudyQuality.Quantity, _ places: VisitPlaces = VisitPlaces([])) -> Drawing {
    let values = quantity.values.map(\.value)
    let (left, right, middle) = (26.0, 250.0, 40.0)
    let x = Scale(of: values, from: left, to: right, count: 4)
    var drawing = Drawing(
      width: 276, height: 104,
      label:
        "\(quantity.title) of \(values.count) visits, \(quantity.tracer): median \(PageNumber.text(quantity.quantile(0.5)))"
    )
    drawing.lines(across: x.ticks.map { x($0.value) }, from: 8, to: 72, isUpright: true, "grid")
    // Labels of small figures are large: every other where they would touch.
    let every = x.ticks.count > 4 ? 2 : 1
    for (i, tick) in x.ticks.enumerated() where i % every == 0 {
      drawing.text(x(tick.value), 90, tick.label, "tick", anchor: .middle)
    }
    drawing.line(left, 72, right, 72, "axis")
    // Of fewer there are points alone.
    if values.count >= 4 {
      let (low, median, high) = (quantity.quantile(0.25), quantity.quantile(0.5), quantity.quantile(0.75))
      drawing.rectangle(x(low), middle - 17, x(high) - x(low), 34, "norm")
      drawing.line(x(median), middle - 17, x(median), middle + 17, "interval")
    }
    let far = Set(quantity.outliers.map(\.visit))
    func place(_ index: Int, _ value: Double) -> (x: Double, y: Double) {
      (x(value), middle + Double((index * 7) % 11 - 5) * 2.6)
    }
    let all = quantity.values.enumerated()
    let near = all.filter { !far.contains($1.visit) }
    drawing.dots(
      near.map { place($0, $1.value) }, values.count > 60 ? "person many" : "person",
      of: places.of(near.map(\.element.visit)))
    for (index, own) in all where far.contains(own.visit) {
      let (x, y) = place(index, own.value)
      drawing.group("flagged", title: "\(VisitPlaces.name(own.visit)): \(PageNumber.text(own.value))") {
        $0.circle(x, y, 4, "mark")
      }
    }
    return drawing
  }
}
