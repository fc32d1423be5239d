import PETCore

/// What the activity of a scan over time says against the times that are stated for it.
///
/// Looked at is the mean over all regions, or over the image: smooth, and with little noise.
enum CurveChecks {
  /// The regional curves of a scan.
  static func findings(_ table: CurveTable, file: String) -> [Finding] {
    let plain = table.names.indices.filter { !table.merged.contains(table.names[$0]) }
    let mean = table.frames.starts.indices.map { frame in
      var (sum, weight) = (0.0, 0.0)
      for region in plain where table.curves[region][frame].isFinite {
        let own = table.volumes[region] ?? 1
        sum += own * table.curves[region][frame]
        weight += own
      }
      return weight > 0 ? sum / weight : .nan
    }
    let lost = table.lostFrames
    return (lost.isEmpty ? [] : [.emptyFrames(lost, file: file)])
      + findings(mean, table.frames, isotope: table.isotope, file: file)
  }

  /// - Parameter curve: one value a frame, decay corrected.
  static func findings(_ curve: [Double], _ frames: FrameSchedule, isotope: Isotope?, file: String) -> [Finding] {
    let known = curve.filter(\.isFinite)
    // What is negative on the whole is told by the fits: it has no activity.
    guard let peak = known.max(), let least = known.min(), peak > max(0, -least), curve.count >= 4 else { return [] }
    return [beginning(curve.map { $0 / peak }, frames, isotope, file)].compactMap { $0 }
      + jumps(curve, frames, peak: peak, file: file)
  }

  /// Activity in tissue before the tracer can have come there.
  private static func beginning(_ share: [Double], _ frames: FrameSchedule, _ isotope: Isotope?, _ file: String)
    -> Finding?
  {
    // What begins later has no rise to show.
    guard frames.starts[0] <= 5, let first = share.first, let last = share.last else { return nil }
    // From vein to brain takes 8 s or more, and the peak is 20 s or more after that: frames that end by these times hold
    // at most these shares of the peak.
    let most = [(20.0, 0.3), (45.0, 0.6), (75.0, 0.9)].first { frames.ends[0] <= $0.0 }
    guard let most, first > most.1 else { return nil }
    func percent(_ value: Double) -> String { NumberText.short((100 * value).rounded()) }
    let words =
      "the first frame, \(NumberText.short(frames.starts[0])) to \(NumberText.short(frames.ends[0])) s after injection, "
      + "holds \(percent(first)) % of the peak"
    // Tissue never ends at nothing once corrected for decay, but for water.
    let isReversed = last < 0.1 && (isotope?.halfLife ?? .infinity) > 300 && last < 0.3 * first
    return isReversed
      ? Finding(
        .fault, "frames-reversed", file: file, field: "frame 1", value: percent(first),
        words + ", the last \(percent(max(0, last))) %: the frames are probably stacked in the reverse order",
        remedy: "turn the frames of the image round", castsDoubt: true)
      : Finding(
        .warning, "starts-high", file: file, field: "frame 1", value: percent(first),
        words + ": the scan did not begin at injection, or frames are out of order",
        remedy: "check InjectionStart, FrameTimesStart and the order of the frames", castsDoubt: true)
  }

  /// Single frames that stand out of their neighbours: another scale, a part lost, another scan.
  ///
  /// After the first minutes the mean of many voxels bends little: in simulated and real scans by less than a fifth.
  private static func jumps(_ curve: [Double], _ frames: FrameSchedule, peak: Double, file: String) -> [Finding] {
    let times = frames.midpoints
    // Empty frames are told as such.
    let kept = curve.indices.filter { curve[$0].isFinite && curve[$0] != 0 }
    var odd: [(frame: Int, ratio: Double)] = []
    for (before, place, after) in zip(kept, zip(kept.dropFirst(), kept.dropFirst(2))).map({ ($0, $1.0, $1.1) })
    where frames.starts[place] >= 300 {
      let part = (times[place] - times[before]) / (times[after] - times[before])
      let expected = curve[before] + part * (curve[after] - curve[before])
      guard expected > 0.05 * peak else { continue }
      let ratio = curve[place] / expected
      if ratio < 0.67 || ratio > 1.5 { odd.append((place, ratio)) }
    }
    // A frame that is off makes its neighbours look off: the worst of a run is told.
    var told: [(frame: Int, ratio: Double)] = []
    func size(_ ratio: Double) -> Double { ratio > 0 ? max(ratio, 1 / ratio) : .infinity }
    for next in odd {
      if let last = told.last, next.frame - last.frame <= 2 {
        if size(next.ratio) > size(last.ratio) { told[told.count - 1] = next }
      } else {
        told.append(next)
      }
    }
    return told.map { frame, ratio in
      Finding(
        .warning, "frame-jump", file: file, field: FrameSchedule.words([frame]),
        value: NumberText.short(Rounding.significant(ratio, digits: 3)),
        "its activity is \(NumberText.short(Rounding.significant(ratio, digits: 3))) of what the frames beside it have",
        remedy: "check the frame's scale and duration; leave it out (--exclude-frames) if it is spoilt",
        castsDoubt: true)
    }
  }
}
