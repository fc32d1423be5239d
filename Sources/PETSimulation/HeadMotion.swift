import Foundation
import PETCore
import PETImaging

/// How a simulated head moves: a drift over the scan and jumps, or one jump at a stated time.
struct HeadMotion {
  /// Six of a pose: mm to the right, front and top, and turns about these axes, radians.
  typealias Step = [Double]

  private let drift: Step
  private let jumps: [(time: Double, step: Step)]
  /// Of the drift, s.
  private let end: Double

  /// - Parameters:
  ///   - size: of the jumps together, mm on the surface of the head (70 mm).
  ///   - start: of the one jump, min; nil for a drift and jumps at 12, 35 and 60 min.
  init(size: Double, start: Double?, end: Double, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func step(_ size: Double) -> Step {
      var parts = (0..<6).map { _ in random.normal() }
      let length = parts.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for i in 0..<6 { parts[i] *= size / length / (i < 3 ? 1 : 70) }
      return parts
    }
    self.end = end
    if let start {
      drift = [Double](repeating: 0, count: 6)
      jumps = [(start * 60, step(size))]
    } else {
      drift = step(size / 2)
      jumps = [12.0, 35, 60].map { ($0 * 60, step(size / 3)) }
    }
  }

  func step(at time: Double) -> Step {
    var all = drift.map { $0 * time / end }
    for jump in jumps where time >= jump.time { for i in 0..<6 { all[i] += jump.step[i] } }
    return all
  }

  /// Steps that a frame is the mean of, with their shares: before and after each jump in it, the drift at the middle of either.
  func parts(of start: Double, _ duration: Double) -> [(share: Double, step: Step)] {
    let edges = [start] + jumps.map(\.time).filter { $0 > start && $0 < start + duration } + [start + duration]
    return zip(edges, edges.dropFirst()).map { from, to in
      ((to - from) / duration, step(at: (from + to) / 2))
    }
  }

  /// Takes points of the head at rest to where they are, mm in the scan's world: Rz Ry Rx, then the shift.
  static func pose(_ step: Step) -> Affine {
    let (a, b, c) = (step[3], step[4], step[5])
    let (sa, ca, sb, cb, sc, cc) = (sin(a), cos(a), sin(b), cos(b), sin(c), cos(c))
    return Affine(rows: [
      cc * cb, cc * sb * sa - sc * ca, cc * sb * ca + sc * sa, step[0],
      sc * cb, sc * sb * sa + cc * ca, sc * sb * ca - cc * sa, step[1],
      -sb, cb * sa, cb * ca, step[2],
    ])
  }
}
