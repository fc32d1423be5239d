package import PETCore

/// The frames of a scan that count nowhere: those the user leaves out, and those that were lost.
///
/// An excluded frame is a gap like any other: curves are bridged over it, its value enters no integral, fit or weight.
struct FrameExclusion {
  /// The curves without those frames.
  let table: CurveTable
  /// Places of the frames that are kept, in the table as it was given.
  let kept: [Int]
  private(set) var findings: [Finding] = []

  /// - Parameters:
  ///   - asked: frames that the user leaves out, from 0.
  ///   - reference: the region that the model needs, if it needs one.
  ///   - plasma: the input, if the model needs one.
  init(_ whole: CurveTable, card: ModelCard, asked: Set<Int>, reference: String?, plasma: PlasmaInput?)
    throws(PETError)
  {
    var left = asked
    let lost = whole.lostFrames
    left.formUnion(lost)
    // Where the curves come from it may have been told already.
    if !lost.isEmpty, !whole.findings.contains(where: { $0.code == Finding.emptyFrames(lost).code }) {
      findings.append(.emptyFrames(lost))
    }
    let reference = card.needs.contains(.referenceCurve) ? reference : nil
    if let reference {
      let curve = try whole.curve(of: reference).curve
      let missing = curve.indices.filter { !curve[$0].isFinite && !left.contains($0) }
      // A reference without any value is told as such.
      if !missing.isEmpty, missing.count + left.count < curve.count {
        left.formUnion(missing)
        findings.append(
          Finding(
            .warning, .referenceFrame, field: FrameSchedule.words(missing), value: "\(missing.count)",
            "the reference region has no value there", remedy: "left out of every fit, and bridged"))
      }
    }
    let kept = whole.frames.starts.indices.filter { !left.contains($0) }
    self.kept = kept
    guard !kept.isEmpty else {
      throw PETError(.wrongInput, field: "frames", "no frame is left", remedy: "exclude fewer frames")
    }
    table = left.isEmpty ? whole : try whole.keeping(kept)
    if let last = kept.last, last < whole.frames.count - 1 { cut(whole.frames, after: last) }
    if card.integratesCurves {
      let curve = try reference.map { (name) throws(PETError) in [try table.curve(of: name).curve] } ?? []
      bridges(curve + table.curves)
    }
    if card.needs.contains(.plasma), let plasma { inputPeak(whole.frames, left, plasma) }
  }

  /// There is nothing to bridge to after the last frame.
  private mutating func cut(_ frames: FrameSchedule, after last: Int) {
    let (now, before) = (frames.ends[last] / 60, frames.ends[frames.count - 1] / 60)
    findings.append(
      Finding(
        .warning, .scanCut, field: FrameSchedule.words(Array(last + 1..<frames.count)), value: NumberText.short(now),
        "the end of the scan is left out: it counts to \(NumberText.short(now)) min, not to "
          + "\(NumberText.short(before)) min", remedy: "no model sees what comes after"))
  }

  /// The part of a curve's integral that may be unknown without a word.
  private static let unsure = 0.002
  /// Beyond this estimates may be off by more than 3 %: where frames of a simulated scan are left out, one or several, it
  /// is there that BPND of SRTM and of Logan's plot is off by more.
  private static let misleading = 0.008

  /// What the straight lines over gaps, and from injection to a late first frame, leave unknown of the curves' integrals.
  private mutating func bridges(_ curves: [[Double]]) {
    let frames = table.frames
    let usable = curves.filter { $0.allSatisfy(\.isFinite) && Self.integral($0, frames) > 0 }
    guard frames.count > 2, !usable.isEmpty else { return }
    func tell(_ share: Double, _ code: Finding.Code, _ field: String, _ words: String, _ remedy: String) {
      guard share > Self.unsure else { return }
      let percent = NumberText.short(Rounding.significant(100 * share, digits: 2))
      findings.append(
        Finding(
          .warning, code, field: field, value: percent,
          "\(words): up to about \(percent) % of the integral of a region is not known", remedy: remedy,
          castsDoubt: share > Self.misleading))
    }
    if let start = frames.starts.first, start > FrameSchedule.overlapTolerance {
      let shares = usable.map { abs($0[0]) * start / 2 / Self.integral($0, frames) }
      tell(
        shares.max() ?? 0, .startUnknown, "FrameTimesStart",
        "the first frame that counts starts \(NumberText.short(start)) s after injection",
        "curves join (0, 0) linearly: give the beginning, or use a model of late frames (SUVR)")
    }
    for gap in frames.gaps {
      let shares = usable.map { Self.bend($0, frames, over: gap) / Self.integral($0, frames) }
      tell(
        shares.max() ?? 0, .gapBends,
        "\(NumberText.short(frames.ends[gap.after])) to \(NumberText.short(frames.starts[gap.after + 1])) s",
        "curves bend where they are bridged over \(NumberText.short(gap.length)) s",
        "no straight line mends a lost peak: estimates may be off by several times as much")
    }
  }

  private static func integral(_ curve: [Double], _ frames: FrameSchedule) -> Double {
    zip(curve, frames.durations).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The area between a curve and its bridge: span²/12 of the difference of the slopes at both ends.
  private static func bend(_ curve: [Double], _ frames: FrameSchedule, over gap: (after: Int, length: Double)) -> Double
  {
    let times = frames.midpoints
    // Slopes over up to three frames, so that their noise is no bend; one that is not known follows from the chord.
    let (a, b) = (gap.after, gap.after + 1)
    func slope(_ from: Int, _ to: Int) -> Double { (curve[to] - curve[from]) / (times[to] - times[from]) }
    let left = a > 0 ? slope(max(0, a - 2), a) : nil
    let right = b < curve.count - 1 ? slope(b, min(curve.count - 1, b + 2)) : nil
    let difference =
      if let left, let right { left - right } else { 2 * ((left ?? right ?? slope(a, b)) - slope(a, b)) }
    let span = min(times[b] - times[a], 2 * gap.length)
    return abs(difference) * span * span / 12
  }

  private mutating func inputPeak(_ frames: FrameSchedule, _ left: Set<Int>, _ plasma: PlasmaInput) {
    guard let peak = plasma.parent.max(), let place = plasma.parent.firstIndex(of: peak) else { return }
    let time = plasma.times[place] + plasma.delay
    guard let frame = left.first(where: { frames.starts[$0] <= time && time < frames.ends[$0] }) else { return }
    findings.append(
      Finding(
        .warning, .inputPeakExcluded, field: FrameSchedule.words([frame]), value: NumberText.short(time),
        "the input peaks at \(NumberText.short(time)) s, in a frame that is left out for "
          + "\(NumberText.short(frames.durations[frame])) s", remedy: "K1 and vB rest on that frame"))
  }
}

extension Finding.Code {
  package static let gapBends = Finding.Code("gap-bends")
  package static let inputPeakExcluded = Finding.Code("input-peak-excluded")
  package static let referenceFrame = Finding.Code("reference-frame")
  package static let scanCut = Finding.Code("scan-cut")
  package static let startUnknown = Finding.Code("start-unknown")
}
