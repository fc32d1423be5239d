import Foundation

/// A nonlinear least-squares problem: weighted residuals and their derivatives.
package protocol LeastSquaresProblem {
  var observations: Int { get }
  var unknowns: Int { get }

  /// Residuals at a point, and their derivatives column by column (`jacobian[p * observations + i]`).
  mutating func evaluate(
    _ point: UnsafeBufferPointer<Double>, residuals: UnsafeMutableBufferPointer<Double>,
    jacobian: UnsafeMutableBufferPointer<Double>)
}

/// Levenberg-Marquardt in a box, without allocation.
///
/// The damped step is the least-squares solution of the stacked system [J; √λ D] by Householder reflections, D the
/// largest column norms met (Moré 1978, doi:10.1007/BFb0067700). Parameters at a bound that the gradient pushes against are held for the
/// step; a step that leaves the box is cut back to it. Near the solution undamped steps go on for as long as they
/// shrink, since the sum of squares no longer tells points apart there that differ in half of their digits.
package struct LevenbergMarquardt: Sendable {
  package var lower: [Double]
  package var upper: [Double]
  package var mostRounds: Int

  package init(lower: [Double], upper: [Double], mostRounds: Int = 400) {
    self.lower = lower
    self.upper = upper
    self.mostRounds = mostRounds
  }

  package struct Outcome: Sendable {
    package var sum: Double
    package var converged: Bool
    package var rounds: Int
  }

  /// Improves `point` in place.
  package func minimise<Problem: LeastSquaresProblem>(
    _ problem: inout Problem, from point: UnsafeMutableBufferPointer<Double>
  )
    -> Outcome
  {
    let n = problem.observations
    let p = problem.unknowns
    // Residuals and J here and at the trial point, scale D, trial point, step, gradient, norms, system with right-hand side.
    let size = 2 * (n + n * p) + 5 * p + (n + p) * (p + 1)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: size) { memory in
      var at = 0
      func part(_ count: Int) -> UnsafeMutableBufferPointer<Double> {
        defer { at += count }
        return UnsafeMutableBufferPointer(rebasing: memory[at..<at + count])
      }
      var space = Space(
        residuals: part(n), jacobian: part(n * p), trial: part(n), trialJacobian: part(n * p), scale: part(p),
        moved: part(p), step: part(p),
        gradient: part(p), norm: part(p), system: part((n + p) * (p + 1)))
      return descend(&problem, point, &space, n: n, p: p)
    }
  }

  private struct Space {
    var residuals: UnsafeMutableBufferPointer<Double>
    var jacobian: UnsafeMutableBufferPointer<Double>
    var trial: UnsafeMutableBufferPointer<Double>
    var trialJacobian: UnsafeMutableBufferPointer<Double>
    let scale: UnsafeMutableBufferPointer<Double>
    let moved: UnsafeMutableBufferPointer<Double>
    let step: UnsafeMutableBufferPointer<Double>
    let gradient: UnsafeMutableBufferPointer<Double>
    let norm: UnsafeMutableBufferPointer<Double>
    let system: UnsafeMutableBufferPointer<Double>

    /// Gradient, norm and largest norm so far of every column of J.
    @inline(__always) func measure(n: Int, p: Int) {
      for j in 0..<p {
        var square = 0.0
        var slope = 0.0
        for i in 0..<n {
          let d = jacobian[j * n + i]
          square += d * d
          slope += d * residuals[i]
        }
        scale[j] = max(scale[j], square.squareRoot())
        gradient[j] = slope
        norm[j] = square
      }
    }

    /// The sum that the linear model promises of the step from a point as it was taken.
    @inline(__always) func promised(_ point: UnsafeMutableBufferPointer<Double>, n: Int, p: Int) -> Double {
      var sum = 0.0
      for i in 0..<n {
        var r = residuals[i]
        for j in 0..<p { r += jacobian[j * n + i] * (moved[j] - point[j]) }
        sum += r * r
      }
      return sum
    }
  }

  private func descend<Problem: LeastSquaresProblem>(
    _ problem: inout Problem, _ point: UnsafeMutableBufferPointer<Double>, _ space: inout Space, n: Int, p: Int
  ) -> Outcome {
    for j in 0..<p {
      point[j] = min(max(point[j], lower[j]), upper[j])
      space.scale[j] = 0
    }
    problem.evaluate(UnsafeBufferPointer(point), residuals: space.residuals, jacobian: space.jacobian)
    var sum = Self.squares(space.residuals)
    guard sum.isFinite else { return Outcome(sum: .infinity, converged: false, rounds: 0) }
    var damping = 1e-3
    var growth = 2.0
    var polishing = false
    var lastStep = Double.infinity
    for round in 1...mostRounds {
      space.measure(n: n, p: p)
      let isHeld = { (j: Int) in
        lower[j] == upper[j] || (point[j] <= lower[j] && space.gradient[j] > 0)
          || (point[j] >= upper[j] && space.gradient[j] < 0)
      }
      while true {
        guard solve(space, point, n: n, p: p, damping: polishing ? 0 : damping, isHeld: isHeld) else {
          if polishing { return Outcome(sum: sum, converged: true, rounds: round) }
          damping = max(damping * growth, 1e-12)
          growth *= 2
          if damping > 1e20 { return Outcome(sum: sum, converged: false, rounds: round) }
          continue
        }
        var relative = 0.0
        var isMoved = false
        for j in 0..<p {
          space.moved[j] = min(max(point[j] + space.step[j], lower[j]), upper[j])
          if space.moved[j] != point[j] { isMoved = true }
          let size = abs(space.moved[j] - point[j])
          relative = max(relative, size == 0 ? 0 : size / max(abs(point[j]), abs(space.moved[j])))
        }
        if !isMoved { return Outcome(sum: sum, converged: true, rounds: round) }
        if polishing, relative > 0.9 * lastStep { return Outcome(sum: sum, converged: true, rounds: round) }
        problem.evaluate(UnsafeBufferPointer(space.moved), residuals: space.trial, jacobian: space.trialJacobian)
        let next = Self.squares(space.trial)
        // While polishing a sum that is the same to rounding will do.
        let accepted = next.isFinite && (next < sum || polishing && next <= sum * (1 + 1e-13 * Double(n)))
        if accepted {
          let gain = (sum - next) / (sum - space.promised(point, n: n, p: p))
          for j in 0..<p { point[j] = space.moved[j] }
          swap(&space.residuals, &space.trial)
          swap(&space.jacobian, &space.trialJacobian)
          sum = min(sum, next)
          if polishing {
            lastStep = relative
            if relative < 1e-10 { return Outcome(sum: sum, converged: true, rounds: round) }
          } else {
            if gain > 0.75 { damping = max(damping / 8, 1e-15) } else if gain < 0.25 { damping *= 3 }
            growth = 2
            if relative < 1e-5, gain > 0.5, damping < 1e-3 { polishing = true }
          }
          break
        }
        if polishing { return Outcome(sum: sum, converged: true, rounds: round) }
        // Neither better nor far: rounding hides the rest of the way.
        if relative < 1e-9 {
          polishing = true
          lastStep = .infinity
          continue
        }
        damping = max(damping * growth, 1e-12)
        growth = min(growth * 2, 1e6)
        if damping > 1e20 { return Outcome(sum: sum, converged: true, rounds: round) }
      }
    }
    return Outcome(sum: sum, converged: false, rounds: mostRounds)
  }

  private static func squares(_ values: UnsafeMutableBufferPointer<Double>) -> Double {
    var sum = 0.0
    for value in values { sum += value * value }
    return sum
  }

  /// The damped step of the parameters that are not held; false when their columns cannot be told apart.
  ///
  /// A parameter whose step would leave the box goes to its bound, and the others are solved again around that: cutting
  /// a step back without doing so can leave a valley that runs along the bound.
  private func solve(
    _ space: Space, _ point: UnsafeMutableBufferPointer<Double>, n: Int, p: Int, damping: Double,
    isHeld: (Int) -> Bool
  ) -> Bool {
    var fixed: InlineArray<16, Bool> = .init(repeating: false)
    for j in 0..<p {
      space.step[j] = 0
      // A parameter without any effect here stays.
      fixed[j] = isHeld(j) || space.norm[j] == 0
    }
    for _ in 0...p {
      guard step(space, n: n, p: p, damping: damping, fixed: fixed) else { return false }
      var isInside = true
      for j in 0..<p where !fixed[j] {
        let target = point[j] + space.step[j]
        guard target < lower[j] || target > upper[j] else { continue }
        space.step[j] = (target < lower[j] ? lower[j] : upper[j]) - point[j]
        fixed[j] = true
        isInside = false
      }
      if isInside { return true }
    }
    return true
  }

  /// The damped step of the parameters that are not fixed, those keeping the step they have.
  private func step(_ space: Space, n: Int, p: Int, damping: Double, fixed: InlineArray<16, Bool>) -> Bool {
    let rows = n + p
    let a = space.system
    let root = damping.squareRoot()
    var free = 0
    var places: InlineArray<16, Int> = .init(repeating: 0)
    for j in 0..<p where !fixed[j] {
      for i in 0..<n { a[free * rows + i] = space.jacobian[j * n + i] }
      for i in n..<rows { a[free * rows + i] = 0 }
      a[free * rows + n + j] = root * max(space.scale[j], 1e-300)
      places[free] = j
      free += 1
    }
    guard free > 0 else { return true }
    let right = free * rows
    for i in 0..<n { a[right + i] = -space.residuals[i] }
    for i in n..<rows { a[right + i] = 0 }
    for j in 0..<p where fixed[j] && space.step[j] != 0 {
      for i in 0..<n { a[right + i] -= space.jacobian[j * n + i] * space.step[j] }
    }
    for k in 0..<free {
      // Below this row the columns up to here have only zeros.
      let rowsUsed = n + places[k] + 1
      var norm = 0.0
      for i in k..<rowsUsed { norm += a[k * rows + i] * a[k * rows + i] }
      norm = norm.squareRoot()
      guard norm > 1e-15 * space.scale[places[k]], norm.isFinite else { return false }
      let head = a[k * rows + k]
      let alpha = head > 0 ? -norm : norm
      let v0 = head - alpha
      let beta = -v0 * alpha
      a[k * rows + k] = v0
      for j in k + 1...free {
        var dot = 0.0
        for i in k..<rowsUsed { dot += a[k * rows + i] * a[j * rows + i] }
        let factor = dot / beta
        for i in k..<rowsUsed { a[j * rows + i] -= factor * a[k * rows + i] }
      }
      a[k * rows + k] = alpha
    }
    for k in stride(from: free - 1, through: 0, by: -1) {
      var value = a[right + k]
      for j in k + 1..<max(free, k + 1) { value -= a[j * rows + k] * space.step[places[j]] }
      space.step[places[k]] = value / a[k * rows + k]
    }
    return true
  }
}
