package import PETCore

extension FrameMotion {
  /// What is to be said of the head's motion.
  ///
  /// - Parameters:
  ///   - limit: displacement that counts, mm.
  ///   - isCorrected: whether curves were taken with the labels where each frame has them.
  package func findings(limit: Double, isCorrected: Bool, file: String) -> [Finding] {
    var findings: [Finding] = []
    // What poses are known by is no motion: two standard errors.
    if extent > limit, extent > 2 * lateError {
      let (frame, size) = largest
      let minute = NumberText.short(Rounding.significant(frames.midpoints[frame] / 60, digits: 3))
      findings.append(
        Finding(
          isCorrected ? .note : .warning, .motion, file: file, field: "displacement",
          value: NumberText.fixed(extent, decimals: 1),
          "the head moved: \(NumberText.fixed(extent, decimals: 1)) mm over time after 5 min (rms), \(NumberText.fixed(size, decimals: 1)) mm "
            + "at \(minute) min",
          remedy: isCorrected
            ? "curves are taken with the labels where each frame has them"
            : "correct for it (motion: correct), or with another program", castsDoubt: !isCorrected))
    }
    if isLostByLabels {
      findings.append(
        Finding(
          .warning, .motionUnsure, file: file, field: "labels",
          "most frames after 5 min do not fit to the labels: they do not lie on the scan, or are too few",
          remedy: "poses are told without them; bring the labels to the scan (--transform, align)",
          castsDoubt: isCorrected))
    }
    let held = isHeld.indices.filter { isHeld[$0] && frames.midpoints[$0] >= SmoothFrames.lateStart }
    if !held.isEmpty {
      let minutes = held.prefix(6).map { NumberText.short(Rounding.significant(frames.midpoints[$0] / 60, digits: 3)) }
      findings.append(
        Finding(
          .note, .framesHeld, file: file, field: "held", value: "\(held.count)",
          "frames after 5 min that do not tell where the head lies: at \(minutes.joined(separator: ", "))"
            + (held.count > 6 ? " and \(held.count - 6) more" : "") + " min",
          remedy: "they hold the pose of the nearest that does"))
    }
    return findings
  }
}

extension Finding.Code {
  package static let framesHeld = Finding.Code("frames-held")
  package static let motion = Finding.Code("motion")
  package static let motionUnsure = Finding.Code("motion-unsure")
}
