import PETCore

/// An arterial input function: parent tracer in plasma, whole blood, and the share of plasma that is parent.
enum InputFigure {
  static func drawing(_ input: InputReport, title: String) -> Drawing {
    let times = input.times.map { $0 / 60 }
    let peak = input.parent.indices.max { input.parent[$0] < input.parent[$1] } ?? 0
    let label =
      "Arterial input of \(title): parent tracer in plasma, peak \(PageNumber.text(input.parent[peak])) kBq/mL at "
      + "\(PageNumber.text(times[peak])) min"
    let end = times.last ?? 60
    var plot = Plot(
      drawing: Drawing(width: 480, height: 260, label: label),
      x: Scale(minutes: end, from: 60, to: 330),
      y: Scale(of: input.parent + (input.wholeBlood ?? []), from: 215, to: 12, zero: true, slack: 0.04))
    plot.axes(x: "min after injection", y: "kBq/mL")
    if let blood = input.wholeBlood {
      plot.drawing.polyline(times.indices.map { plot.place(times[$0], blood[$0]) }, "blood")
    }
    plot.drawing.polyline(times.indices.map { plot.place(times[$0], input.parent[$0]) }, "fit")
    plot.drawing.line(180, 22, 200, 22, "fit")
    plot.drawing.text(205, 26, "parent in plasma", "tick")
    if input.wholeBlood != nil {
      plot.drawing.line(180, 38, 200, 38, "blood")
      plot.drawing.text(205, 42, "whole blood", "tick")
    }
    guard let fraction = input.fraction else { return plot.drawing }
    var part = Plot(
      drawing: plot.drawing, x: Scale(minutes: end, from: 385, to: 470, count: 2),
      y: Scale(of: [0, 1], from: 215, to: 12))
    part.axes(x: "min", y: "parent fraction")
    part.drawing.polyline(times.indices.map { part.place(times[$0], fraction[$0]) }, "fit")
    return part.drawing
  }
}
