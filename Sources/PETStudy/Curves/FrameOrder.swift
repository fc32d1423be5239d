package import PETCore

/// Frames that are in no order that activity in tissue has, or stand twice.
enum FrameOrder {
  /// A curve that falls to less than half and rises again: one injection has one peak, and no valley of 28 real scans
  /// (OpenNeuro ds004869) is deeper than 0.2 % of what lies beside it.
  ///
  /// - Parameter share: of the peak, one value a frame, of the mean over regions or the image; empty frames, which are told
  ///   as such, are passed over.
  static func valley(_ share: [Double], file: String) -> Finding? {
    let known = share.indices.filter { share[$0].isFinite && share[$0] != 0 }
    var before = 0.0
    for (place, frame) in known.enumerated() {
      let after = known[(place + 1)...].map { share[$0] }.max() ?? 0
      // What is less than a fifth of the peak may be noise.
      if min(before, after) > 0.2, share[frame] < 0.5 * min(before, after) {
        return Finding(
          .warning, .frameOrder, file: file, field: FrameSchedule.words([frame]),
          value: NumberText.short(Rounding.significant(share[frame], digits: 2)),
          "its activity is less than half of what frames before it and after it have: frames are out of order, or one is spoilt",
          remedy: "check the order of the frames in the image", castsDoubt: true)
      }
      before = max(before, share[frame])
    }
    return nil
  }

  /// Frames that are the one before them again, up to a factor: no two frames of a scan have the same noise.
  ///
  /// - Parameter curves: of regions, one value a frame.
  static func repeats(_ curves: [[Double]], file: String) -> [Finding] {
    let twice = (curves.first ?? []).indices.dropFirst().filter { frame in
      let pairs = curves.map { ($0[frame - 1], $0[frame]) }.filter { $0.0 != 0 && $0.0.isFinite && $0.1.isFinite }
      guard pairs.count >= 3, let first = pairs.first.map({ $0.1 / $0.0 }), first > 0 else { return false }
      // Means over voxels of float32 agree to that.
      return pairs.allSatisfy { abs($0.1 / $0.0 / first - 1) < 1e-6 }
    }
    // Where most are alike it is no scan of a living brain.
    guard let frame = twice.first, 2 * twice.count < (curves.first ?? []).count else { return [] }
    return [
      Finding(
        .warning, .frameRepeated, file: file, field: FrameSchedule.words(Array(twice)), value: "\(twice.count)",
        "its activity is that of frame \(frame), the one before it, in every region: a frame stands twice",
        remedy: "check the frames of the image", castsDoubt: true)
    ]
  }
}

extension Finding.Code {
  package static let frameOrder = Finding.Code("frame-order")
  package static let frameRepeated = Finding.Code("frame-repeated")
}
