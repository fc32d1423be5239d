/// The stretches of time on which a curve is one polynomial, in order from injection, and how the frames see them.
struct SegmentGrid: Sendable {
  struct Segment: Sendable {
    /// s.
    let length: Double
    /// Place of `length` among the grid's distinct lengths.
    let lengthIndex: Int
    /// `average`: the frame this segment belongs to; `midpoint`: the frame whose middle ends it; -1 for none.
    let frame: Int
    /// Share of the frame's duration.
    let share: Double
  }

  let sampling: FrameSampling
  let frameCount: Int
  private(set) var segments: [Segment] = []
  /// Different lengths, s: exponentials are worked out once for each.
  private(set) var distinctLengths: [Double] = []

  init(sampling: FrameSampling, frameCount: Int) {
    self.sampling = sampling
    self.frameCount = frameCount
  }

  mutating func add(_ length: Double, frame: Int, share: Double = 1) {
    let index = distinctLengths.firstIndex { abs($0 - length) <= 1e-11 * length } ?? distinctLengths.count
    if index == distinctLengths.count { distinctLengths.append(length) }
    segments.append(Segment(length: length, lengthIndex: index, frame: frame, share: share))
  }
}
