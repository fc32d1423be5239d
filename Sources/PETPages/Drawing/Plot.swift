/// A frame with two axes in a drawing.
struct Plot {
  var drawing: Drawing
  let x: Scale
  let y: Scale

  /// Lines of the grid, ticks with their labels, and the names of the axes.
  ///
  /// - Parameters:
  ///   - drop: how far below the frame the labels of x stand.
  ///   - letter: width of a letter of a label; labels that would touch are left out, every other or more.
  mutating func axes(
    x xLabel: String = "", y yLabel: String = "", grid: Bool = true, drop: Double = 14, letter: Double = 6.5
  ) {
    let (left, right) = (min(x.from, x.to), max(x.from, x.to))
    let (top, bottom) = (min(y.from, y.to), max(y.from, y.to))
    if grid {
      drawing.lines(across: y.ticks.map { y($0.value) }, from: left, to: right, isUpright: false, "grid")
      drawing.lines(across: x.ticks.map { x($0.value) }, from: top, to: bottom, isUpright: true, "grid")
    }
    for tick in y.ticks {
      drawing.text(left - 5, y(tick.value) + 3.5, tick.label, "tick", anchor: .end)
    }
    let widest = letter * Double((x.ticks.map(\.label.count).max() ?? 0) + 1)
    let apart = x.ticks.count > 1 ? abs(x(x.ticks[1].value) - x(x.ticks[0].value)) : widest
    let every = max(1, Int((widest / apart).rounded(.up)))
    for (i, tick) in x.ticks.enumerated() where i % every == 0 {
      drawing.text(x(tick.value), bottom + drop, tick.label, "tick", anchor: .middle)
    }
    drawing.polyline([(left, top), (left, bottom), (right, bottom)], "axis")
    if !xLabel.isEmpty { drawing.text((left + right) / 2, bottom + 28, xLabel, "name", anchor: .middle) }
    if !yLabel.isEmpty { drawing.upright(left - 38, (top + bottom) / 2, yLabel, "name") }
  }

  func place(_ a: Double, _ b: Double) -> (x: Double, y: Double) { (x(a), y(b)) }
}
