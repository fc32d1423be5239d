import Foundation
import PETCore
import PETImaging

/// Labels fitted to a scan: six rigid unknowns, one value a region, and the width of the point spread where it is asked for.
///
/// Gauss and Newton on the residual of the scan against its model, all unknowns in one set of normal equations.
struct LabelFit {
  let samples: LabelSamples
  /// Takes points of the scan to points of the labels.
  private(set) var pose: Affine
  private(set) var values: LabelModel.Values
  /// Sums of squares: of the residuals, of the scan about its mean, and of the residuals of the frames with signs in turn.
  private(set) var residual = Double.nan
  private(set) var whole = Double.nan
  private(set) var noise = Double.nan
  /// Of the six (three mm of translation, three radians about the centre, in the labels' space) and of the variance, where it
  /// was fitted: the inverse of the normal matrix.
  private(set) var inverse: [[Double]] = []
  /// What the last step would change the variance of the point spread by, mm2.
  private(set) var variance = 0.0

  /// Share of the scan's sum of squares about its mean that the labels do not explain.
  var unexplained: Double { residual / whole }
  /// Share of it that is noise; NaN where frames do not tell it.
  var noiseShare: Double { noise / whole }

  /// - Parameters:
  ///   - withVariance: whether the width of the point spread is fitted too; it stays as it is, and what it would change is told.
  ///   - isLast: whether noise and errors are wanted, at the end of all steps.
  ///   - enough: a step that is the last, mm at 60 mm from the centre: for a start more than for a result.
  init(
    _ model: LabelModel, _ samples: LabelSamples, from start: Affine, steps: Int, withVariance: Bool = false,
    isLast: Bool = true, enough: Double = 0.005
  ) {
    self.samples = samples
    pose = start
    values = LabelModel.Values(regions: [], outside: 0)
    var rows = model.rows(samples.points, pose: pose)
    var state = Self.solve(rows, samples.values, count: model.boxes.count)
    for _ in 0..<steps {
      guard let own = state, let step = Self.step(model, samples, rows, own, pose, withVariance: withVariance) else {
        break
      }
      variance = step.variance
      // A step that makes it worse is too long.
      var share = min(1, 8 / max(step.length, 1e-9))
      var taken = false
      for _ in 0..<5 {
        let next = Affine.rigid(step.unknowns.map { $0 * share }, about: model.fractions.centre).after(pose)
        let nextRows = model.rows(samples.points, pose: next)
        if let solved = Self.solve(nextRows, samples.values, count: model.boxes.count), solved.residual <= own.residual
        {
          (pose, rows, state) = (next, nextRows, solved)
          taken = true
          break
        }
        share /= 2
      }
      if !taken || share * step.length < enough { break }
    }
    guard let state else { return }
    values = state.values
    residual = state.residual
    let mean = samples.values.reduce(0, +) / Double(max(1, samples.values.count))
    whole = samples.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    if isLast { finish(model, rows, state, withVariance: withVariance) }
  }

  private mutating func finish(
    _ model: LabelModel, _ rows: LabelModel.Rows, _ state: Solved, withVariance: Bool
  ) {
    if !samples.differences.isEmpty {
      noise = Self.solve(rows, samples.differences, count: model.boxes.count)?.residual ?? .nan
    }
    if let step = Self.step(model, samples, rows, state, pose, withVariance: withVariance) {
      inverse = step.inverse
      variance = step.variance
    }
  }

  // MARK: - Values of the regions

  private struct Solved {
    /// Of the values, summed up.
    let equations: NormalEquations
    let values: LabelModel.Values
    let residuals: [Double]
    let residual: Double
  }

  private static func equations(_ rows: LabelModel.Rows, count: Int, points: Int) -> NormalEquations {
    let n = count + 1
    var equations = NormalEquations(n)
    equations.matrix.withUnsafeMutableBufferPointer { matrix in
      for point in 0..<points {
        let (from, to) = (Int(rows.starts[point]), Int(rows.starts[point + 1]))
        var rest = 1.0
        for a in from..<to {
          let (row, value) = (Int(rows.regions[a]) * n, Double(rows.values[a]))
          rest -= value
          // Entries of a point are in the order of the regions.
          for b in a..<to { matrix[row + Int(rows.regions[b])] += value * Double(rows.values[b]) }
        }
        for a in from..<to { matrix[Int(rows.regions[a]) * n + count] += Double(rows.values[a]) * rest }
        matrix[count * n + count] += rest * rest
      }
    }
    // Regions that share all their voxels are no matter of the pose: a trace of the whole keeps them apart.
    let trace = (0..<n).reduce(0.0) { $0 + equations.matrix[$1 * n + $1] }
    for i in 0..<n { equations.matrix[i * n + i] += 1e-9 * trace }
    return equations
  }

  private static func solve(_ rows: LabelModel.Rows, _ values: [Double], count: Int) -> Solved? {
    let n = count + 1
    let equations = equations(rows, count: count, points: values.count)
    guard let factor = equations.factor else { return nil }
    var right = [Double](repeating: 0, count: n)
    for point in values.indices {
      var rest = 1.0
      for a in Int(rows.starts[point])..<Int(rows.starts[point + 1]) {
        right[Int(rows.regions[a])] += Double(rows.values[a]) * values[point]
        rest -= Double(rows.values[a])
      }
      right[count] += rest * values[point]
    }
    let solution = factor.solve(right)
    let found = LabelModel.Values(regions: Array(solution.prefix(count)), outside: solution[count])
    let residuals = residuals(rows, values, found)
    let sum = residuals.reduce(0) { $0 + $1 * $1 }
    return sum.isFinite ? Solved(equations: equations, values: found, residuals: residuals, residual: sum) : nil
  }

  private static func residuals(_ rows: LabelModel.Rows, _ values: [Double], _ found: LabelModel.Values) -> [Double] {
    values.indices.map { point in
      var model = found.outside
      for a in Int(rows.starts[point])..<Int(rows.starts[point + 1]) {
        model += Double(rows.values[a]) * (found.regions[Int(rows.regions[a])] - found.outside)
      }
      return values[point] - model
    }
  }

  // MARK: - Steps

  private struct Step {
    /// Of the six, mm and radians.
    let unknowns: [Double]
    /// Of the variance, mm2; 0 where it is not fitted.
    let variance: Double
    /// Of the inverse normal matrix the part of these.
    let inverse: [[Double]]

    /// As far as it moves a point 60 mm from the centre, mm.
    var length: Double {
      func size(_ part: ArraySlice<Double>) -> Double { part.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      return size(unknowns[0..<3]) + 60 * size(unknowns[3..<6])
    }
  }

  private static func step(
    _ model: LabelModel, _ samples: LabelSamples, _ rows: LabelModel.Rows, _ state: Solved, _ pose: Affine,
    withVariance: Bool
  ) -> Step? {
    let count = model.boxes.count
    let free = withVariance ? 7 : 6
    let columns = columns(model, samples, rows, state, pose, withVariance: withVariance)
    let n = free + count + 1
    var equations = NormalEquations(n)
    var right = [Double](repeating: 0, count: n)
    for i in 0...count {
      for j in i...count { equations.matrix[(free + i) * n + free + j] = state.equations.matrix[i * (count + 1) + j] }
    }
    equations.matrix.withUnsafeMutableBufferPointer { matrix in
      for point in samples.points.indices {
        let from = point * free
        for a in 0..<free {
          let value = columns[from + a]
          right[a] += value * state.residuals[point]
          for b in a..<free { matrix[a * n + b] += value * columns[from + b] }
          var rest = 1.0
          for entry in Int(rows.starts[point])..<Int(rows.starts[point + 1]) {
            matrix[a * n + free + Int(rows.regions[entry])] += value * Double(rows.values[entry])
            rest -= Double(rows.values[entry])
          }
          matrix[a * n + free + count] += value * rest
        }
      }
    }
    guard let factor = equations.factor else { return nil }
    let solution = factor.solve(right)
    guard solution.prefix(free).allSatisfy(\.isFinite) else { return nil }
    return Step(
      unknowns: Array(solution.prefix(6)), variance: withVariance ? solution[6] : 0, inverse: factor.inverse(0..<free))
  }

  /// The change of the model at each point with the six unknowns, and with the variance.
  private static func columns(
    _ model: LabelModel, _ samples: LabelSamples, _ rows: LabelModel.Rows, _ state: Solved, _ pose: Affine,
    withVariance: Bool
  ) -> [Double] {
    let toIndices = model.fractions.grid.affine.inverse ?? pose
    let centre = model.fractions.centre
    let free = withVariance ? 7 : 6
    let byVariance =
      withVariance
      ? model.read(model.change(byVariance: state.values), samples.points, pose: pose) : []
    var columns = [Double](repeating: 0, count: samples.points.count * free)
    for (point, place) in samples.points.enumerated() {
      var slope = (0.0, 0.0, 0.0)
      for a in Int(rows.starts[point])..<Int(rows.starts[point + 1]) {
        let amount = state.values.regions[Int(rows.regions[a])] - state.values.outside
        slope.0 += amount * Double(rows.slopes[a].0)
        slope.1 += amount * Double(rows.slopes[a].1)
        slope.2 += amount * Double(rows.slopes[a].2)
      }
      // By mm: the slope by indices through the matrix to indices.
      let g = (0..<3).map { axis in
        toIndices[0, axis] * slope.0 + toIndices[1, axis] * slope.1 + toIndices[2, axis] * slope.2
      }
      let p = pose.apply(place.x, place.y, place.z)
      let q = (p.0 - centre.x, p.1 - centre.y, p.2 - centre.z)
      let at = point * free
      (columns[at], columns[at + 1], columns[at + 2]) = (g[0], g[1], g[2])
      // A turn w moves q by w x q: its share of g is w . (q x g).
      columns[at + 3] = q.1 * g[2] - q.2 * g[1]
      columns[at + 4] = q.2 * g[0] - q.0 * g[2]
      columns[at + 5] = q.0 * g[1] - q.1 * g[0]
      if withVariance { columns[at + 6] = byVariance[point] }
    }
    return columns
  }

  /// Residuals at other voxels, with the values of the regions as they were found.
  func residuals(_ model: LabelModel, at other: LabelSamples) -> [Double] {
    Self.residuals(model.rows(other.points, pose: pose), other.values, values)
  }
}
