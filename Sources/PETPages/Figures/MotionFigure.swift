import Foundation
import PETCore
import PETResults

/// Where the head lies in each frame: shifts and turns over time.
enum MotionFigure {
  private static let styles = ["fit", "blood", "third"]

  /// Nil where the table is not of the scan's frames.
  static func drawing(_ motion: MotionFile, frames: FrameSchedule, title: String) -> Drawing? {
    guard motion.displacements.count == frames.count else { return nil }
    let times = frames.midpoints.map { $0 / 60 }
    let end = (frames.ends.last ?? 60) / 60
    let most = times.indices.max { motion.displacements[$0] < motion.displacements[$1] } ?? 0
    let held = motion.isHeld.count { $0 }
    let label =
      "Motion of the head in \(title): at most \(PageNumber.text(motion.displacements[most], decimals: 1)) mm, at "
      + "\(PageNumber.text(times[most], decimals: 0)) min"
      + (held > 0 ? "; \(held) frames tell no pose and have that of the nearest" : "")
    var drawing = Drawing(width: 480, height: 190, label: label)
    let degrees = motion.rotations.map { $0.map { $0 * 180 / .pi } }
    let panels = [
      (motion.translations, "shift, mm", ["right", "front", "top"], 48.0, 228.0),
      (degrees, "turn, degrees", ["about x", "y", "z"], 292, 472),
    ]
    for (values, name, parts, from, to) in panels {
      let all = values.flatMap(\.self)
      // A millimetre, or a degree, is seen as little.
      var plot = Plot(
        drawing: drawing, x: Scale(minutes: end, from: from, to: to, count: 4),
        y: Scale(of: [min(-1, all.min() ?? 0), max(1, all.max() ?? 0)], from: 150, to: 26))
      plot.axes(x: "min", y: name)
      for axis in 0..<3 {
        plot.drawing.polyline(times.indices.map { plot.place(times[$0], values[$0][axis]) }, styles[axis])
        let left = from + 60 * Double(axis)
        plot.drawing.line(left, 12, left + 14, 12, styles[axis])
        plot.drawing.text(left + 17, 15.5, parts[axis], "tick")
      }
      let lost = times.indices.filter { motion.isHeld[$0] }
      if !lost.isEmpty { plot.drawing.dots(lost.map { plot.place(times[$0], 0) }, "out") }
      drawing = plot.drawing
    }
    return drawing
  }
}
