package import PETCore

extension PlasmaInput {
  /// s: a bolus in an arm vein is in the arteries within half a minute, after a slow one within two.
  private static let latestPeak = 180.0

  /// Whether samples go on so long after a scan that their times must be of another unit.
  package static func outlasts(_ last: Double, scan end: Double) -> Bool { last > 5 * end && last > end + 3600 }

  /// What is to be known of an input against the scan it is used with.
  package func findings(_ table: CurveTable) -> [Finding] {
    lengthFindings(table.frames) + shapeFindings(table.frames) + tissueFindings(table)
  }

  /// Its end against the scan's.
  private func lengthFindings(_ frames: FrameSchedule) -> [Finding] {
    var found: [Finding] = []
    let end = frames.ends.last ?? 0
    let last = times[times.count - 1] + delay
    if last < end - FrameSchedule.overlapTolerance {
      found.append(
        Finding(
          .warning, .inputEndsEarly, field: "time", value: NumberText.short(last / 60),
          "the input ends at \(NumberText.short(last / 60)) min, the scan at \(NumberText.short(end / 60)) min",
          remedy: "its last value is held to the end", castsDoubt: last < 0.5 * end))
    }
    if Self.outlasts(last, scan: end) {
      found.append(
        Finding(
          .warning, .inputOutlastsScan, field: "time", value: NumberText.short(last / 60),
          "the input ends at \(NumberText.short(last / 60)) min, the scan at \(NumberText.short(end / 60)) min",
          remedy: "check the unit of its times (s, min)", castsDoubt: true))
    }
    return found
  }

  /// Its beginning, peak and signs.
  private func shapeFindings(_ frames: FrameSchedule) -> [Finding] {
    var found: [Finding] = []
    let peak = parent.max() ?? 0
    let lowest = parent.min() ?? 0
    if lowest < -0.02 * peak {
      found.append(
        Finding(
          .warning, .inputNegative, field: "AIF", value: NumberText.short(lowest),
          "the input falls to \(NumberText.short(lowest)) kBq/mL with a peak of \(NumberText.short(peak)) kBq/mL",
          remedy: "activity is not negative: correct the samples"))
    }
    if times[0] <= 0, PiecewiseLinear(times: times, values: parent)(0) > 0.1 * peak {
      found.append(
        Finding(
          .warning, .inputBeforeInjection, field: "time", value: NumberText.short(times[0]),
          "the input is high already at injection, its first sample at \(NumberText.short(times[0])) s",
          remedy: "check the zero of its times", castsDoubt: true))
    }
    if let place = parent.firstIndex(of: peak), times[place] + delay > Self.latestPeak {
      found.append(
        Finding(
          .warning, .inputPeakLate, field: "time", value: NumberText.short(times[place] + delay),
          "the input peaks \(NumberText.short(times[place] + delay)) s after injection",
          remedy: "of a bolus it peaks within two minutes: check the zero of its times, or the samples at the peak"))
    }
    if times[0] > 0, parent[0] > 0.1 * peak {
      found.append(
        Finding(
          .warning, .inputStartsHigh, field: "time", value: NumberText.short(times[0]),
          "the first sample, at \(NumberText.short(times[0])) s, has \(NumberText.short((100 * parent[0] / peak).rounded())) %"
            + " of the peak",
          remedy: "the rise is taken as a straight line from injection: K1 and vB depend on it"))
    }
    if let firstEnd = frames.ends.first, times[0] > firstEnd {
      found.append(
        Finding(
          .warning, .inputStartsLate, field: "time", value: NumberText.short(times[0]),
          "the first sample, at \(NumberText.short(times[0])) s, comes after the first frame",
          remedy: "the input joins (0, 0) linearly"))
    }
    return found
  }

  /// What the tissue says of its times and its unit.
  private func tissueFindings(_ table: CurveTable) -> [Finding] {
    var found: [Finding] = []
    let peak = parent.max() ?? 0
    // No tissue takes up what has not come.
    let whole = table.wholeSegmentation
    if let place = parent.firstIndex(where: { $0 > 0.02 * peak }), let most = whole.filter(\.isFinite).max() {
      let arrival = (place > 0 ? times[place - 1] : 0) + delay
      let early = table.frames.ends.indices.filter { table.frames.ends[$0] <= arrival && whole[$0] > 0.1 * most }
      if let frame = early.last {
        found.append(
          Finding(
            .warning, .inputAfterTissue, field: "time", value: NumberText.short(arrival),
            "the input begins \(NumberText.short(arrival)) s after injection, where tissue has "
              + "\(NumberText.short((100 * whole[frame] / most).rounded())) % of its peak at "
              + "\(NumberText.short(table.frames.ends[frame])) s",
            remedy: "check the zero of the blood's times", castsDoubt: true))
      }
    }
    // Tissue over plasma integral: next to VT, and never far from 1. A factor of 1000 is a unit's.
    let tissue = whole
    let tissueArea = zip(tissue, table.frames.durations).reduce(0) { $0 + ($1.0.isFinite ? $1.0 * $1.1 : 0) }
    let observed = parentCurve(table.frames, .average).observed()
    let plasmaArea = zip(observed, table.frames.durations).reduce(0) { $0 + $1.0 * $1.1 }
    let ratio = tissueArea / plasmaArea
    if ratio.isFinite, ratio > 150 || ratio < 0.02 {
      let tissuePeak = tissue.filter(\.isFinite).max() ?? 0
      found.append(
        Finding(
          .warning, .inputScale, field: "Units", value: NumberText.short(ratio),
          "plasma peaks at \(NumberText.short(peak)) kBq/mL and tissue at \(NumberText.short(tissuePeak)) kBq/mL: their "
            + "integrals differ by a factor of \(NumberText.short(Rounding.significant(ratio, digits: 2)))",
          remedy: "check the units of blood and image; K1, VT and Ki are wrong by as much", castsDoubt: true))
    }
    return found
  }
}

extension Finding.Code {
  package static let inputAfterTissue = Finding.Code("input-after-tissue")
  package static let inputBeforeInjection = Finding.Code("input-before-injection")
  package static let inputEndsEarly = Finding.Code("input-ends-early")
  package static let inputOutlastsScan = Finding.Code("input-outlasts-scan")
  package static let inputPeakLate = Finding.Code("input-peak-late")
  package static let inputScale = Finding.Code("input-scale")
  package static let inputStartsHigh = Finding.Code("input-starts-high")
  package static let inputStartsLate = Finding.Code("input-starts-late")
}
