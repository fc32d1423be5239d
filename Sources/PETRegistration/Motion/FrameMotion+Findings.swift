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
    if extent > limit, isStated || extent > 2 * lateError {
      let (frame, size) = largest
      findings.append(
        Finding(
          isCorrected ? .note : .warning, isStated && isCorrected ? .motionCorrected : .motion, file: file,
          field: "displacement",
          value: NumberText.fixed(extent, decimals: 1),
          "the head moved: \(NumberText.fixed(extent, decimals: 1)) mm over time after 5 min (rms), \(NumberText.fixed(size, decimals: 1)) mm "
            + "at \(minutes([frame]))",
          remedy: isCorrected
            ? "curves are taken with the labels where each frame has them\(isStated ? ", as its transforms tell" : "")"
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
    return findings
      + [
        heldFinding(file, isCorrected: isCorrected), withinFinding(file, limit: limit), attenuationFinding(file),
      ].compactMap { $0 }
  }

  /// Middles of frames.
  private func minutes(_ some: [Int]) -> String {
    some.prefix(6).map { NumberText.fixed(frames.midpoints[$0] / 60, decimals: 1) }
      .joined(separator: ", ") + (some.count > 6 ? " and \(some.count - 6) more" : "") + " min"
  }

  /// Frames that tell nothing: where a correction was asked for and they are most of the time, it was not made.
  private func heldFinding(_ file: String, isCorrected: Bool) -> Finding? {
    let held = isHeld.indices.filter { isHeld[$0] && frames.midpoints[$0] >= SmoothFrames.lateStart }
    guard !held.isEmpty else { return nil }
    func time(_ some: [Int]) -> Double { some.reduce(0) { $0 + frames.durations[$1] } }
    let isMost = isCorrected && 2 * time(held) > time(SmoothFrames.late(frames))
    return Finding(
      isMost ? .warning : .note, .framesHeld, file: file, field: "held", value: "\(held.count)",
      "frames after 5 min that do not tell where the head lies: at \(minutes(held))",
      remedy: "they hold the pose of the nearest that does", castsDoubt: isMost)
  }

  /// Frames that the head moved in: no pose mends them.
  private func withinFinding(_ file: String, limit: Double) -> Finding? {
    let all = withinFrames
    let blurred = all.indices.filter { frames.midpoints[$0] >= SmoothFrames.lateStart && all[$0] > limit }
    guard !blurred.isEmpty else { return nil }
    let most = NumberText.fixed(blurred.map { all[$0] }.max() ?? 0, decimals: 1)
    return Finding(
      .note, .motionWithinFrames, file: file, field: "frames", value: "\(blurred.count)",
      "the head moved within frames, by up to \(most) mm (rms, from their neighbours): at \(minutes(blurred))",
      remedy: "no correction mends them: leave them out (exclude-frames), or reconstruct shorter ones")
  }

  /// A head that left the place where its attenuation was told.
  private func attenuationFinding(_ file: String) -> Finding? {
    guard let start = sinceStart, start.displacement > Self.mostFromStart + (isStated ? 0 : 2 * errors[start.frame])
    else { return nil }
    let isLong = start.extent > Self.mostFromStart
    return Finding(
      isLong ? .warning : .note, .attenuationMismatch, file: file, field: "displacement",
      value: NumberText.fixed(start.displacement, decimals: 1),
      "the head lies up to \(NumberText.fixed(start.displacement, decimals: 1)) mm from where it lay in the first minutes, at "
        + "\(minutes([start.frame])): attenuation was corrected as if it had stayed",
      remedy: "no correction of poses mends it: reconstruct with the attenuation map where the head lies",
      castsDoubt: isLong)
  }

  /// That a head may lie from its place in the first minutes, mm.
  private static let mostFromStart = 5.0
}

extension Finding.Code {
  package static let attenuationMismatch = Finding.Code("attenuation-mismatch")
  package static let framesHeld = Finding.Code("frames-held")
  package static let motion = Finding.Code("motion")
  package static let motionCorrected = Finding.Code("motion-corrected")
  package static let motionWithinFrames = Finding.Code("motion-within-frames")
  package static let motionUnsure = Finding.Code("motion-unsure")
}
