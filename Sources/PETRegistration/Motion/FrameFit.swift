import Foundation
import PETCore
import PETImaging

/// A frame fitted to an image of the same head: six rigid unknowns, a gain and an offset.
///
/// I(T x) = a + b M(x) + b ∇M(x) · (d + w × (x - c)), T ← T exp(-(d, w)): inverse compositional Gauss and Newton (Baker and
/// Matthews 2004, Int J Comput Vis, doi:10.1023/B:VISI.0000011205.11775.fd). What binds differently in the frame than in the image
/// would draw the head aside: places that the image does not explain count for little. That takes errors of a simulated head that
/// lies still from 0.33 mm in the median and 1.1 mm at most to 0.1 and 0.5.
struct FrameFit {
  /// Takes points of the image to points of the frame.
  private(set) var pose: Affine
  /// Rms over the points, mm; infinite where the fit did not come to an end.
  private(set) var error = Double.infinity

  /// Shorter steps than the first are the end; where steps run out the last may be as long as the second; from the third on places
  /// are weighted, and longer ones than the last are cut; mm at 60 mm from the centre.
  private static let (least, enough, near, most) = (0.005, 0.05, 0.3, 8.0)

  init(_ frame: CubicSpline, to reference: MotionReference, from start: Affine, steps: Int) {
    pose = start
    var weights: [Double]?
    for count in 1...steps {
      let round = Round(frame, reference, pose, weights: weights)
      guard let step = round.step else { return }
      let length = Self.length(step.unknowns)
      let share = min(1, Self.most / max(length, 1e-9))
      pose = pose.after(Affine.rigid(step.unknowns.map { -$0 * share }, about: reference.centre))
      let isWeighted = weights != nil
      if isWeighted || length < Self.near { weights = round.newWeights(step) }
      if isWeighted, length < (count == steps ? Self.enough : Self.least) {
        error = round.error(step)
        return
      }
    }
  }

  private static func length(_ unknowns: [Double]) -> Double {
    func size(_ part: ArraySlice<Double>) -> Double { part.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    return size(unknowns[0..<3]) + 60 * size(unknowns[3..<6])
  }

  /// The frame at the places of the points.
  private struct Round {
    let reference: MotionReference
    /// NaN outside the frame.
    let values: [Double]
    /// Of the points; 0 outside the frame.
    let weights: [Double]

    init(_ frame: CubicSpline, _ reference: MotionReference, _ pose: Affine, weights known: [Double]?) {
      self.reference = reference
      let map = (reference.grid.affine.inverse ?? .identity).after(pose)
      let values = reference.points.map { point -> Double in
        let u = map.apply(point.x, point.y, point.z)
        return frame.value(u.0, u.1, u.2) ?? .nan
      }
      self.values = values
      weights = values.indices.map { values[$0].isNaN ? 0 : known?[$0] ?? 1 }
    }

    struct Step {
      /// mm and radians.
      let unknowns: [Double]
      let gain: Double
      let solution: [Double]
      let factor: NormalEquations.Factor
    }

    /// Nil where too little of the head lies in the frame, or it is not told.
    var step: Step? {
      guard weights.count(where: { $0 > 0 }) > 100 + weights.count / 4,
        let factor = reference.equations(weights).factor
      else { return nil }
      var right = [Double](repeating: 0, count: MotionReference.unknowns)
      for place in values.indices where weights[place] > 0 {
        let value = values[place] * weights[place]
        for i in 0..<6 { right[i] += reference.columns[6 * place + i] * value }
        right[6] += reference.values[place] * value
        right[7] += value
      }
      let solution = factor.solve(right)
      let gain = solution[6]
      guard gain > 0, solution.allSatisfy(\.isFinite) else { return nil }
      return Step(unknowns: solution.prefix(6).map { $0 / gain }, gain: gain, solution: solution, factor: factor)
    }

    private func residuals(_ step: Step) -> [Double] {
      values.indices.map { place in
        var model = step.solution[7] + step.gain * reference.values[place]
        for i in 0..<6 { model += step.solution[i] * reference.columns[6 * place + i] }
        return values[place] - model
      }
    }

    /// Cauchy's, with twice the SD that the median of the residuals tells.
    func newWeights(_ step: Step) -> [Double] {
      let residuals = residuals(step)
      let sizes = residuals.filter { !$0.isNaN }.map(abs)
      let scale = max(2 * 1.4826 * Order.median(sizes), 1e-12)
      return residuals.map { $0.isNaN ? 0 : 1 / (1 + ($0 / scale) * ($0 / scale)) }
    }

    /// Of the pose: residuals are alike over some millimetres, and count for as many fewer.
    func error(_ step: Step) -> Double {
      let sum = zip(residuals(step), weights).reduce(0) { $1.1 > 0 ? $0 + $1.0 * $1.0 * $1.1 : $0 }
      let scale = sum / max(1e-12, weights.reduce(0, +)) * inflation / (step.gain * step.gain)
      return reference.displacementError(step.factor.inverse(0..<6).map { row in row.map { $0 * scale } })
    }

    /// Of the variance of a sum of residuals: noise of a reconstruction is alike over some 4 mm, and the smoothing makes it so over
    /// more; the square of a Gaussian's integral over that of its square is (4π)^(3/2) σ³.
    private var inflation: Double {
      let sigma = PointSpread.variance(hypot(SmoothFrames.smoothing, 4)).squareRoot()
      return max(1, pow(4 * Double.pi, 1.5) * sigma * sigma * sigma / reference.volume)
    }
  }
}
