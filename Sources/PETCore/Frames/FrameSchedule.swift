/// The frames of a scan: starts and durations in seconds after injection.
package struct FrameSchedule: Sendable, Equatable {
  package let starts: [Double]
  package let durations: [Double]

  package var count: Int { starts.count }
  package var ends: [Double] { zip(starts, durations).map { $0 + $1 } }
  package var midpoints: [Double] { zip(starts, durations).map { $0 + $1 / 2 } }

  /// Overlaps up to this many seconds are rounding of written times.
  package static let overlapTolerance = 1e-3
  /// Three years, s: later times are none of any unit; a scan in milliseconds ends sooner, and is told of.
  private static let longest = 1e8

  /// Checks order, overlap and durations; a fault names the frame (counted from 1) and both values.
  package init(starts: [Double], durations: [Double]) throws(PETError) {
    func fault(_ field: String, _ problem: String, _ remedy: String) -> PETError {
      PETError(.wrongInput, field: field, problem, remedy: remedy)
    }
    guard !starts.isEmpty else { throw fault("FrameTimesStart", "there are no frames", "give one start a frame") }
    guard starts.count == durations.count else {
      throw fault(
        "FrameDuration", "\(durations.count) durations for \(starts.count) starts", "give one duration for each frame")
    }
    for i in starts.indices {
      guard starts[i].isFinite else {
        throw fault("FrameTimesStart[\(i + 1)]", "\(starts[i]) is not a finite number", "correct the frame's start")
      }
      guard durations[i].isFinite, durations[i] > 0 else {
        throw fault("FrameDuration[\(i + 1)]", "\(durations[i]) s is not a positive duration", "correct the duration")
      }
      guard abs(starts[i]) < Self.longest, durations[i] < Self.longest else {
        throw fault(
          "FrameTimesStart[\(i + 1)]",
          "frame \(i + 1) lies at \(NumberText.short(starts[i])) s and lasts \(NumberText.short(durations[i])) s",
          "times are in s: no scan lasts for years")
      }
    }
    if Self.holdsEnds(starts: starts, durations: durations) {
      throw fault(
        "FrameDuration",
        "frame 2 lasts \(NumberText.short(durations[1])) s but frame 3 starts at \(NumberText.short(starts[2])) s: "
          + "the list holds end times, not durations",
        "replace each value by its end minus its start")
    }
    for i in starts.indices.dropFirst() {
      guard starts[i] > starts[i - 1] else {
        throw fault(
          "FrameTimesStart[\(i + 1)]",
          "frame \(i + 1) starts at \(NumberText.short(starts[i])) s, not after frame \(i) at "
            + "\(NumberText.short(starts[i - 1])) s",
          "put the frames in order")
      }
      let end = starts[i - 1] + durations[i - 1]
      guard starts[i] >= end - Self.overlapTolerance else {
        throw fault(
          "FrameDuration[\(i)]",
          "frame \(i) ends at \(NumberText.short(end)) s, after frame \(i + 1) starts at "
            + "\(NumberText.short(starts[i])) s",
          "correct the overlapping frames")
      }
    }
    self.starts = starts
    self.durations = durations
  }

  /// End times written as durations: each "duration" is the next frame's start.
  private static func holdsEnds(starts: [Double], durations: [Double]) -> Bool {
    guard starts.count >= 3, zip(starts, starts.dropFirst()).allSatisfy(<) else { return false }
    let matches = (1..<starts.count - 1).allSatisfy { abs(durations[$0] - starts[$0 + 1]) < overlapTolerance }
    return matches && starts[1] > overlapTolerance && starts[1] + durations[1] > starts[2] + overlapTolerance
  }

  /// Gaps between frames longer than the rounding tolerance: the frame before (from 0) and the length in s.
  package var gaps: [(after: Int, length: Double)] {
    starts.indices.dropLast().compactMap { i in
      let length = starts[i + 1] - (starts[i] + durations[i])
      return length > Self.overlapTolerance ? (i, length) : nil
    }
  }

  /// Starts that are the frames' middles, or their ends; nil for what may be starts.
  package static func startsFinding(starts: [Double], durations: [Double]) -> Finding? {
    guard starts.count == durations.count, starts.count >= 3 else { return nil }
    // Written to whole seconds at worst.
    let rounding = 0.51
    func are(_ share: Double) -> Bool {
      var before = 0.0
      for (start, duration) in zip(starts, durations) {
        guard duration * share > rounding, abs(start - before - share * duration) <= rounding else { return false }
        before += duration
      }
      return true
    }
    let isEven = durations.allSatisfy { abs($0 - durations[0]) <= rounding }
    guard are(0.5) || (are(1) && !isEven) else { return nil }
    let what = are(0.5) ? "middles" : "ends"
    return Finding(
      // Frames of one length may really begin half a frame late.
      isEven ? .warning : .fault, .frameStarts, field: "FrameTimesStart[1]", value: NumberText.short(starts[0]),
      "the starts are the \(what) of frames that follow each other from 0", remedy: "write the starts", castsDoubt: true
    )
  }

  /// What a reader should know of a schedule that is in order but not plain.
  package func findings(isotope: Isotope?) -> [Finding] {
    let gaps = gaps
    var found: [Finding] = []
    if count >= 4, gaps.count == count - 1 {
      let largest = gaps.max { $0.length / durations[$0.after] < $1.length / durations[$1.after] } ?? gaps[0]
      let isRounding = largest.length <= 0.02 * durations[largest.after]
      found.append(
        Finding(
          isRounding ? .note : .fault, .frameGaps, field: "FrameDuration", value: "\(gaps.count)",
          "there is a gap after every frame, of \(NumberText.short(largest.length)) s after frame \(largest.after + 1)",
          remedy: isRounding
            ? "durations are probably rounded" : "starts are no sums of durations: correct starts or durations",
          castsDoubt: !isRounding))
    } else {
      found += gaps.map { gap in
        Finding(
          .warning, .frameGap, field: "FrameTimesStart", value: NumberText.short(gap.length),
          "\(NumberText.short(gap.length)) s without data after frame \(gap.after + 1)",
          remedy: "curves are bridged linearly there")
      }
    }
    if starts[0] > Self.overlapTolerance {
      found.append(
        Finding(
          .warning, .lateStart, field: "FrameTimesStart", value: NumberText.short(starts[0]),
          "the first frame starts \(NumberText.short(starts[0])) s after injection",
          remedy: "curves join (0, 0) linearly"))
    }
    // Dynamic scans last many minutes: one that ends sooner was probably written in minutes; none outlasts its isotope.
    let halfLife = isotope?.halfLife ?? .infinity
    if let last = ends.last,
      last > min(12 * 3600, 20 * halfLife) || (halfLife > 300 && (count >= 8 && last < 240 || count > 3 && last < 60))
    {
      found.append(
        Finding(
          .warning, .scanLength, field: "FrameDuration", value: NumberText.short(last),
          "the scan ends \(NumberText.short(last)) s after injection", remedy: "check that times are in seconds",
          castsDoubt: true))
    }
    return found
  }

  /// `frame 3`, `frames 3, 4`: from places, counted from 1.
  package static func words(_ frames: [Int]) -> String {
    "frame\(frames.count == 1 ? "" : "s") " + frames.map { "\($0 + 1)" }.joined(separator: ", ")
  }

  /// Seconds of each frame that lie within a window.
  package func overlap(from start: Double, to end: Double) -> [Double] {
    zip(starts, durations).map { max(0, min($0 + $1, end) - max($0, start)) }
  }
}

extension Finding.Code {
  package static let frameGap = Finding.Code("frame-gap")
  package static let frameGaps = Finding.Code("frame-gaps")
  package static let frameStarts = Finding.Code("frame-starts")
  package static let lateStart = Finding.Code("late-start")
  package static let scanLength = Finding.Code("scan-length")
}
