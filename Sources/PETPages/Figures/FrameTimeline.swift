import PETCore

/// When the frames of a scan were, what lies between them, and which of them the fit counts.
enum FrameTimeline {
  static func drawing(_ scan: ScanReport) -> Drawing {
    let frames = scan.frames
    let end = (frames.ends.last ?? 60) / 60
    let gaps = self.gaps(frames)
    let words =
      "\(frames.count) frames, \(NumberText.short(frames.starts.first ?? 0)) s to \(NumberText.short(end)) min; "
      + (gaps.isEmpty
        ? "no gaps"
        : "gaps: "
          + gaps.map { "\(NumberText.short($0.start / 60)) to \(NumberText.short($0.end / 60)) min" }.joined(
            separator: ", "))
    var drawing = Drawing(width: 480, height: 70, label: "Frames of \(scan.unit): " + words)
    let x = Scale(minutes: end, from: 12, to: 468, count: 7)
    for (i, start) in frames.starts.enumerated() {
      let (a, b) = (x(start / 60), x(frames.ends[i] / 60))
      let counts = scan.fitted.map { $0.weights[i] > 0 } ?? true
      drawing.group(
        title: "frame \(i + 1): \(NumberText.short(start)) to \(NumberText.short(frames.ends[i])) s"
          + (counts ? "" : ", does not count in the fit")
      ) {
        $0.rectangle(a, 10, max(b - a, 0.4), 22, counts ? (i % 2 == 0 ? "frame-a" : "frame-b") : "frame-out")
      }
    }
    for gap in gaps {
      let (a, b) = (x(gap.start / 60), x(gap.end / 60))
      drawing.rectangle(a, 10, b - a, 22, "gap")
      if b - a > 26 { drawing.text((a + b) / 2, 25, "gap", "tick", anchor: .middle) }
    }
    drawing.line(12, 32, 468, 32, "axis")
    for tick in x.ticks {
      drawing.line(x(tick.value), 32, x(tick.value), 36, "axis")
      drawing.text(x(tick.value), 47, tick.label, "tick", anchor: .middle)
    }
    drawing.text(468, 66, "min after injection", "tick", anchor: .end)
    return drawing
  }

  /// Times between frames that no frame covers, from injection on, s.
  static func gaps(_ frames: FrameSchedule) -> [(start: Double, end: Double)] {
    var gaps: [(start: Double, end: Double)] = []
    var last = 0.0
    for (i, start) in frames.starts.enumerated() {
      if start - last > 1 { gaps.append((last, start)) }
      last = max(last, frames.ends[i])
    }
    return gaps
  }
}
