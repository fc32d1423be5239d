package import PETCore

/// What blood delivers to the tissue: parent tracer in arterial plasma and, where known, whole blood.
///
/// Samples are joined by straight lines, which is the whole of the interpolation: convolutions with it are then closed
/// form. Before the first sample the curves join (0, 0); after the last they are held.
package struct PlasmaInput: Sendable {
  /// s after injection, ascending.
  package let times: [Double]
  /// Parent tracer in plasma (AIF), kBq/mL.
  package let parent: [Double]
  /// Whole blood, kBq/mL; nil when it was not measured.
  package let wholeBlood: [Double]?
  /// How much later than sampled the blood reaches the tissue, s.
  package var delay = 0.0
  package var delayError = Double.nan

  /// Refuses times that do not ascend and values that are no activity; the fault names the row.
  package init(times: [Double], parent: [Double], wholeBlood: [Double]? = nil) throws(PETError) {
    guard times.count >= 2, times.count == parent.count, wholeBlood.map({ $0.count == times.count }) ?? true else {
      throw PETError(
        .wrongInput, field: "time", "\(times.count) samples are no curve", remedy: "give two samples or more")
    }
    for i in times.indices {
      guard times[i].isFinite, i == 0 || times[i] > times[i - 1] else {
        throw PETError(
          .wrongInput, field: "time, row \(i + 1)",
          "\(NumberText.short(times[i])) s does not come after \(NumberText.short(i > 0 ? times[i - 1] : 0)) s",
          remedy: "sort the samples and keep one for each time")
      }
      guard parent[i].isFinite, wholeBlood?[i].isFinite ?? true else {
        throw PETError(
          .wrongInput, field: "row \(i + 1)", "the sample has no value", remedy: "leave the row out, or fill it")
      }
    }
    guard parent.contains(where: { $0 > 0 }) else {
      throw PETError(.wrongInput, field: "AIF", "the input has no activity", remedy: "check the table and its units")
    }
    self.times = times
    self.parent = parent
    self.wholeBlood = wholeBlood
  }

  /// The parent curve made ready for a schedule.
  func parentCurve(_ frames: FrameSchedule, _ sampling: FrameSampling) -> SegmentedCurve {
    curve(parent, frames, sampling)
  }

  func bloodCurve(_ frames: FrameSchedule, _ sampling: FrameSampling) -> SegmentedCurve? {
    wholeBlood.map { curve($0, frames, sampling) }
  }

  private func curve(_ values: [Double], _ frames: FrameSchedule, _ sampling: FrameSampling) -> SegmentedCurve {
    var knots = zip(times, values).map { (time: $0 + delay, value: $1) }
    if times[0] > 0 { knots.insert((delay, 0), at: 0) }
    // Where the straight pieces may change, or a frame begins or ends; each stretch then lies in one of both.
    let marks: [(time: Double, frame: Int)] =
      switch sampling {
      case .average:
        frames.starts.indices.flatMap { i in [(frames.starts[i], -1), (frames.starts[i] + frames.durations[i], i)] }
      case .midpoint: frames.midpoints.enumerated().map { ($0.element, $0.offset) }
      }
    let last = marks.last?.time ?? 0
    var breaks = (knots.map(\.time) + marks.map(\.time)).filter { $0 > 0 && $0 <= last }.sorted()
    breaks = breaks.reduce(into: []) { kept, time in
      if time - (kept.last ?? 0) > 1e-9 { kept.append(time) }
    }
    var grid = SegmentGrid(sampling: sampling, frameCount: frames.count)
    var constant: [Double] = []
    var linear: [Double] = []
    var from = 0.0
    var knot = -1
    var frame = 0
    for to in breaks {
      let middle = (from + to) / 2
      while knot + 1 < knots.count, knots[knot + 1].time <= middle { knot += 1 }
      let slope: Double
      let start: Double
      if knot < 0 {
        (start, slope) = (0, 0)
      } else if knot + 1 < knots.count {
        slope = (knots[knot + 1].value - knots[knot].value) / (knots[knot + 1].time - knots[knot].time)
        start = knots[knot].value + slope * (from - knots[knot].time)
      } else {
        (start, slope) = (knots[knot].value, 0)
      }
      constant.append(start)
      linear.append(slope)
      switch sampling {
      case .average:
        while frame + 1 < frames.count, frames.starts[frame] + frames.durations[frame] <= middle { frame += 1 }
        let inside = frames.starts[frame] <= middle && middle <= frames.starts[frame] + frames.durations[frame]
        grid.add(to - from, frame: inside ? frame : -1, share: inside ? (to - from) / frames.durations[frame] : 0)
      case .midpoint:
        let ends = frame < frames.count && abs(frames.midpoints[frame] - to) <= 1e-9
        grid.add(to - from, frame: ends ? frame : -1)
        if ends { frame += 1 }
      }
      from = to
    }
    return SegmentedCurve(
      grid: grid, constant: constant, linear: linear, quadratic: [])
  }
}
