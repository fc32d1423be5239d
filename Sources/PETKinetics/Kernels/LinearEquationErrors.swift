import PETCore

/// Errors of a linear model for many curves of one scan, whose equation holds curves and one operator on them.
///
/// How residual and prediction move with target and reference, `FitCovariance`'s K and M, are then the identity and that
/// operator times coefficients of the fit.
final class LinearEquationErrors<Model: LinearModel>: CurveErrors {
  let freedom: Int
  private let kernel: LinearKernel<Model>
  private let roots: [Double]
  private let frameWeights: FrameWeights
  private let variances: FitVariances
  private let onTarget: LinearOperator
  private let onReference: LinearOperator
  private let hasOneOperator: Bool
  private let referenceVariance: [Double]
  /// D² g, g = dk2'/d(reference); empty for models without k2'.
  private let rateGradient: [Double]
  private let memory: EquationMemory

  /// Nil where more than one operator acts on a curve, and for other than two or three unknowns.
  init?(_ kernel: LinearKernel<Model>, _ input: ScanInput) {
    let equation = kernel.equation
    let n = kernel.weights.count
    let unknowns = equation.regressors.count
    guard 2...3 ~= unknowns,
      let onTarget = LinearOperator(([equation.response] + equation.regressors).map(\.onTarget), frames: n),
      let onReference = LinearOperator([nil] + equation.regressors.map(\.onReference), frames: n)
    else { return nil }
    self.kernel = kernel
    self.onTarget = onTarget
    self.onReference = onReference
    hasOneOperator = onReference.matrix == onTarget.matrix
    freedom = max(0, kernel.used - unknowns)
    roots = kernel.weights.map { $0 > 0 ? $0.squareRoot() : 0 }
    frameWeights = input.weights
    let usesRate = equation.regressors.contains { $0.byK2prime != nil }
    variances = FitVariances(
      input, parameters: Model.card.parameters.count, unknowns: unknowns, usesRate: usesRate)
    referenceVariance = input.reference?.variance ?? Array(repeating: 0, count: n)
    rateGradient = usesRate ? zip(input.k2prime?.referenceGradient ?? [], referenceVariance).map { $0 * $1 } : []
    memory = EquationMemory(frames: n, first: roots.firstIndex { $0 > 0 } ?? 0, unknowns: unknowns)
  }

  func find(_ curve: UnsafeBufferPointer<Double>, at estimates: Span<Double>, into errors: inout MutableSpan<Double>)
    -> Bool
  {
    for i in 0..<errors.count { errors[i] = .nan }
    let (n, unknowns) = (roots.count, variances.unknowns)
    var solution = LinearKernel<Model>.Solution()
    guard freedom > 0,
      kernel.solve(curve, equation: memory.equation, scales: memory.scales, into: &solution) == .converged
    else { return false }
    for j in 0..<unknowns {
      for i in 0..<n { memory.q[j * n + i] = roots[i] > 0 ? roots[i] * memory.equation[j * n + i] : 0 }
    }
    var sums = FitSums()
    var areTold = false
    var triangle = sums.triangle.mutableSpan
    triangle.withUnsafeMutableBufferPointer {
      areTold = GramSchmidt.orthonormalise(memory.q, count: unknowns, length: n, triangle: $0, stride: 4)
    }
    guard areTold else { return false }
    // -1 for the response: residual and prediction move with their regressors alike, but for the sign.
    var coefficients = InlineArray<5, Double>(repeating: 0)
    coefficients[0] = -1
    for k in 0..<unknowns { coefficients[k + 1] = solution.coefficients[k] }
    addResiduals(coefficients, to: &sums)
    frameWeights.variance(of: curve, into: memory.variance)
    addTarget(coefficients, to: &sums)
    addReference(coefficients, to: &sums)
    variances.standardErrors(
      sums, Model.derivatives(solution.coefficients, k2prime: kernel.k2prime), at: estimates, into: &errors)
    return true
  }

  /// The residual sum; each frame's residual and the rows of Qᵀ√W times its scale are kept.
  private func addResiduals(_ coefficients: InlineArray<5, Double>, to sums: inout FitSums) {
    let (n, unknowns) = (roots.count, variances.unknowns)
    for i in 0..<n {
      var residual = memory.equation[unknowns * n + i]
      for k in 0..<unknowns { residual -= coefficients[k + 1] * memory.equation[k * n + i] }
      let scale = roots[i] * memory.scales[i]
      memory.residual[i] = residual
      memory.scaledWeights[i] = scale * scale
      for j in 0..<unknowns { memory.rows[j * memory.width + i] = memory.q[j * n + i] * scale }
      if roots[i] > 0 { sums.residual += kernel.weights[i] * residual * residual }
    }
  }

  /// K D of the target: residual = response - Σ coefficient regressor, with its own scale where the target divides.
  private func addTarget(_ coefficients: InlineArray<5, Double>, to sums: inout FitSums) {
    let counts = onTarget.counts(coefficients)
    for i in 0..<roots.count { memory.identity[i] = -counts.itself }
    if case .target = kernel.equation.division {
      for i in 0..<roots.count { memory.identity[i] -= memory.residual[i] }
    }
    memory.apply(onTarget)
    let factor = 1 / (1 - kernel.equation.bloodVolume)
    sums.ownLeft = memory.products(
      onTarget, factor: -factor * counts.matrix, identityFactor: factor,
      variance: UnsafePointer(memory.variance.baseAddress.unsafelyUnwrapped), to: &sums.own)
  }

  /// M D of the reference, and what k2' makes of it.
  private func addReference(_ coefficients: InlineArray<5, Double>, to sums: inout FitSums) {
    let (n, unknowns) = (roots.count, variances.unknowns)
    if onReference.isThere {
      let counts = onReference.counts(coefficients)
      for i in 0..<n { memory.identity[i] = counts.itself }
      if !hasOneOperator { memory.apply(onReference) }
      sums.referenceLeft = referenceVariance.withUnsafeBufferPointer {
        memory.products(
          onReference, factor: counts.matrix, identityFactor: 1,
          variance: $0.baseAddress.unsafelyUnwrapped, to: &sums.reference)
      }
    }
    guard !rateGradient.isEmpty else { return }
    for j in 0..<unknowns {
      for (k, term) in kernel.equation.regressors.enumerated() {
        guard let gradient = term.byK2prime else { continue }
        for i in 0..<n { sums.byRate[j] += memory.rows[j * memory.width + i] * coefficients[k + 1] * gradient[i] }
      }
      guard onReference.isThere else { continue }
      for i in 0..<n { sums.rateByReference[j] += memory.moved[j * memory.width + i] * rateGradient[i] }
    }
  }
}
