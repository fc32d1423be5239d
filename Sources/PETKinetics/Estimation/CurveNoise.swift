package import PETCore

/// The noise of one curve, from its own roughness.
package enum CurveNoise {
  /// Variance scale s² of a curve whose frame variances are s² x `variance`.
  ///
  /// Every run of five neighbouring frames after the early peak gives the one contrast that vanishes for curves that are
  /// cubic in time (on frame means, exactly); its square over its expected square, averaged, is s². The slow part of
  /// a curve is cubic over five frames to well below its noise. Nil with fewer than three runs.
  ///
  /// - Parameter variance: relative variance of each frame.
  package static func scale(of curve: [Double], frames: FrameSchedule, variance: [Double]) -> Double? {
    let middles = frames.midpoints
    guard let peak = curve.indices.max(by: { curve[$0] < curve[$1] }) else { return nil }
    let first = middles.firstIndex { $0 >= max(middles[peak], 180) } ?? curve.count
    var ratios: [Double] = []
    for start in stride(from: first, through: curve.count - 5, by: 1) {
      let run = Array(start..<start + 5)
      guard run.allSatisfy({ curve[$0].isFinite && variance[$0] > 0 && variance[$0].isFinite }),
        let contrast = contrast(frames, run)
      else { continue }
      let value = zip(contrast, run).reduce(0) { $0 + $1.0 * curve[$1.1] }
      let expected = zip(contrast, run).reduce(0) { $0 + $1.0 * $1.0 * variance[$1.1] }
      ratios.append(value * value / expected)
    }
    guard ratios.count >= 3 else { return nil }
    return ratios.reduce(0, +) / Double(ratios.count)
  }

  /// The combination of five frame means that is 0 for every cubic in time.
  private static func contrast(_ frames: FrameSchedule, _ run: [Int]) -> [Double]? {
    let origin = frames.starts[run[0]]
    let span = frames.starts[run[4]] + frames.durations[run[4]] - origin
    // Frame means of 1, x, x², x³ with x = (t - origin)/span.
    let moments = run.map { i -> [Double] in
      let a = (frames.starts[i] - origin) / span
      let b = a + frames.durations[i] / span
      return (1...4).map { power in (power1(b, power) - power1(a, power)) / (Double(power) * (b - a)) }
    }
    // Fix the last weight at 1 and solve the 4x4 system for the rest by elimination with pivoting.
    var system = (0..<4).map { m in (0..<4).map { moments[$0][m] } + [-moments[4][m]] }
    for column in 0..<4 {
      guard let pivot = (column..<4).max(by: { abs(system[$0][column]) < abs(system[$1][column]) }),
        abs(system[pivot][column]) > 1e-14
      else { return nil }
      system.swapAt(column, pivot)
      for row in 0..<4 where row != column {
        let factor = system[row][column] / system[column][column]
        for k in column..<5 { system[row][k] -= factor * system[column][k] }
      }
    }
    let weights = (0..<4).map { system[$0][4] / system[$0][$0] } + [1]
    let norm = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return weights.map { $0 / norm }
  }

  private static func power1(_ x: Double, _ power: Int) -> Double { (0..<power).reduce(1) { value, _ in value * x } }
}
