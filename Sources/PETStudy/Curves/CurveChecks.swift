import Foundation
package import PETCore

/// What the activity of a scan over time says against the times that are stated for it.
///
/// Looked at is the mean over all regions, or over the image: smooth, and with little noise.
package enum CurveChecks {
  /// The regional curves of a scan.
  package static func findings(_ table: CurveTable, file: String) -> [Finding] {
    let plain = table.names.indices.filter { !table.merged.contains(table.names[$0]) }
    let mean = mean(of: plain.map { table.curves[$0] }, plain.map { table.volumes[$0] })
    let lost = table.lostFrames
    return (lost.isEmpty ? [] : [.emptyFrames(lost, file: file)])
      + findings(
        mean, table.frames, isotope: table.isotope, file: file, parts: plain.map { table.curves[$0] })
      + FrameOrder.repeats(plain.map { table.curves[$0] }, file: file)
  }

  /// The mean over regions in each frame; NaN where none is known.
  private static func mean(of curves: [[Double]], _ volumes: [Double?]) -> [Double] {
    (curves.first ?? []).indices.map { frame in
      var (sum, weight) = (0.0, 0.0)
      for (curve, volume) in zip(curves, volumes) where curve[frame].isFinite {
        let own = volume ?? 1
        sum += own * curve[frame]
        weight += own
      }
      return weight > 0 ? sum / weight : .nan
    }
  }

  /// Activity in frames that are left out as they end before injection: what is stated of the injection is too late.
  ///
  /// The tenth of the peak that noise may have is ours, without a published source.
  ///
  /// - Parameter stored: one value for each stored frame of each region, or of the image.
  package static func beforeInjection(_ stored: [[Double]], _ timing: ScanTiming, file: String) -> Finding? {
    let mean = mean(of: stored, stored.map { _ in nil })
    guard let peak = timing.activity(mean).filter(\.isFinite).max(), peak > 0,
      let most = timing.beforeInjection(mean).filter(\.isFinite).max(), most > 0.1 * peak
    else { return nil }
    let percent = NumberText.short((100 * most / peak).rounded())
    return Finding(
      .warning, .activityBeforeInjection, file: file, field: "InjectionStart", value: percent,
      "frames that end before the injection hold \(percent) % of the highest activity after it",
      remedy: "check InjectionStart (s after TimeZero) and FrameTimesStart", castsDoubt: true)
  }

  /// - Parameters:
  ///   - curve: one value a frame, decay corrected.
  ///   - parts: the curves that it is the mean of, which tell its noise; empty where it has next to none.
  static func findings(
    _ curve: [Double], _ frames: FrameSchedule, isotope: Isotope?, file: String, parts: [[Double]] = []
  ) -> [Finding] {
    let known = curve.filter(\.isFinite)
    // What is negative on the whole is told by the fits: it has no activity.
    guard let peak = known.max(), let least = known.min(), peak > max(0, -least), curve.count >= 4 else { return [] }
    let jumps = jumps(curve, frames, peak: peak, parts: parts, file: file)
    let ends = [beginning(curve.map { $0 / peak }, frames, isotope, file), rise(curve, frames, isotope, file)]
    return ends.compactMap { $0 } + jumps
      + (jumps.isEmpty ? [FrameOrder.valley(curve.map { $0 / peak }, file: file)].compactMap { $0 } : [])
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
        .fault, .framesReversed, file: file, field: "frame 1", value: percent(first),
        words + ", the last \(percent(max(0, last))) %: the frames are probably stacked in the reverse order",
        remedy: "turn the frames of the image round", castsDoubt: true)
      : Finding(
        .warning, .startsHigh, file: file, field: "frame 1", value: percent(first),
        words + ": the scan did not begin at injection, or frames are out of order",
        remedy: "check InjectionStart, FrameTimesStart and the order of the frames", castsDoubt: true)
  }

  /// Activity that rises at the end nearly as fast as the isotope decays: it was corrected for decay twice.
  ///
  /// Over the last two fifths of 28 real scans of a C-11 tracer (OpenNeuro ds004869) it falls by 0.4 to 1.0 % a minute; decay is
  /// 3.4 %, so that twice corrected it rises by 2.4 to 3.0. Longer-lived isotopes decay more slowly than tracers may rise.
  private static func rise(_ curve: [Double], _ frames: FrameSchedule, _ isotope: Isotope?, _ file: String) -> Finding?
  {
    guard let isotope, isotope.halfLife < 1800, let end = frames.ends.last else { return nil }
    let late = curve.indices.filter { frames.starts[$0] >= max(1200, 0.6 * end) && curve[$0] > 0 }
    guard late.count >= 3, let first = late.first, let last = late.last else { return nil }
    let (times, logs) = (late.map { frames.midpoints[$0] }, late.map { log(curve[$0]) })
    let n = Double(late.count)
    let (middle, mean) = (times.reduce(0, +) / n, logs.reduce(0, +) / n)
    let spread = times.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    let rate = zip(times, logs).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - mean) } / spread
    let decay = log(2) / isotope.halfLife
    guard rate > 0.5 * decay else { return nil }
    let percent = NumberText.short(Rounding.significant(6000 * rate, digits: 2))
    return Finding(
      .warning, .risesLate, file: file, field: FrameSchedule.words([first]) + " to \(last + 1)", value: percent,
      "activity rises by \(percent) % a minute to the end, where \(isotope.rawValue) decays by "
        + "\(NumberText.short(Rounding.significant(6000 * decay, digits: 2))) %",
      remedy: "it was probably corrected for decay twice: check ImageDecayCorrected", castsDoubt: true)
  }

  /// What a frame may have of what its neighbours tell; the last one is told from before alone.
  ///
  /// In 28 real scans of a C-11 tracer the mean over all regions has 0.94 to 1.09, at the last frame 0.95 to 1.07.
  private static let usual = (inside: 0.87...1.15, last: 0.82...1.22)

  /// Single frames that stand out of their neighbours: another scale, a part lost, another scan.
  ///
  /// After the first minutes the logarithm of the mean over many voxels is nearly a parabola over five frames.
  ///
  /// What is the frame's is in every region; noise is not.
  private static func jumps(
    _ curve: [Double], _ frames: FrameSchedule, peak: Double, parts: [[Double]], file: String
  ) -> [Finding] {
    let times = frames.midpoints
    // Empty frames are told as such.
    let kept = curve.indices.filter { curve[$0].isFinite && curve[$0] != 0 }
    var odd: [(frame: Int, ratio: Double)] = []
    for i in kept.indices.dropFirst(2) where frames.starts[kept[i]] >= 300 {
      let isLast = i == kept.count - 1
      let neighbours = (isLast ? [[-2, -1]] : [[-2, -1, 1], [-1, 1, 2]]).map { $0.map { i + $0 } }
        .filter { $0.allSatisfy(kept.indices.contains) }.map { $0.map { kept[$0] } }
      /// What a curve has at the frame of what its neighbours tell; nil where these tell nothing.
      func ratio(_ curve: [Double]) -> Double? {
        let expected = neighbours.compactMap { polynomial(through: $0, of: curve, times, at: times[kept[i]]) }
        guard !expected.isEmpty else { return nil }
        return curve[kept[i]] / exp(expected.reduce(0) { $0 + log($1) } / Double(expected.count))
      }
      guard curve[kept[i - 1]] > 0.05 * peak, let own = ratio(curve),
        !(isLast ? usual.last : usual.inside).contains(own)
      else { continue }
      let others = Moments(parts.compactMap(ratio).filter { $0 > 0 }.map { log($0) })
      let error = others.sd / Double(others.count).squareRoot()
      if own <= 0 || !(error.isFinite && abs(log(own)) < 4 * error) { odd.append((kept[i], own)) }
    }
    // A frame that is off makes its neighbours look off: the worst of a run is told. The last two have fewer neighbours, so
    // that they repeat what is off before them: in logarithms once and twice, where of their own it is 1.5 and 3 times that
    // of the frame before.
    let clearly = { frame in frame == kept.last ? 2.5 : frame == kept.dropLast().last ? 1.25 : 1 }
    var told: [(frame: Int, ratio: Double)] = []
    func size(_ ratio: Double) -> Double { ratio > 0 ? max(ratio, 1 / ratio) : .infinity }
    for next in odd {
      if let last = told.last, next.frame - last.frame <= 2 {
        if size(next.ratio) > pow(size(last.ratio), clearly(next.frame)) { told[told.count - 1] = next }
      } else {
        told.append(next)
      }
    }
    return told.map { frame, ratio in
      Finding(
        .warning, .frameJump, file: file, field: FrameSchedule.words([frame]),
        value: NumberText.short(Rounding.significant(ratio, digits: 3)),
        "its activity is \(NumberText.short(Rounding.significant(ratio, digits: 3))) of what the frames beside it tell",
        remedy: "check the frame's scale and duration; if it is spoilt, leave it out of the fit (fit --exclude-frames)",
        castsDoubt: true)
    }
  }

  /// The value whose logarithm the polynomial through some frames' has (Lagrange); nil where one is not above 0.
  private static func polynomial(through frames: [Int], of curve: [Double], _ times: [Double], at time: Double)
    -> Double?
  {
    guard frames.allSatisfy({ curve[$0] > 0 }) else { return nil }
    return exp(
      frames.reduce(0) { sum, own in
        sum
          + frames.reduce(log(curve[own])) { term, other in
            other == own ? term : term * (time - times[other]) / (times[own] - times[other])
          }
      })
  }
}

extension Finding.Code {
  package static let activityBeforeInjection = Finding.Code("activity-before-injection")
  package static let frameJump = Finding.Code("frame-jump")
  package static let framesReversed = Finding.Code("frames-reversed")
  package static let risesLate = Finding.Code("rises-late")
  package static let startsHigh = Finding.Code("starts-high")
}
