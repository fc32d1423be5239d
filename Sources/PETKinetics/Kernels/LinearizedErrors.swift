import PETCore

/// Errors of any model, by its linearization.
final class LinearizedErrors<Kernel: FitKernel>: CurveErrors {
  private let kernel: Kernel
  private let input: ScanInput
  private(set) var freedom = 0

  init(_ kernel: Kernel, _ input: ScanInput) {
    self.kernel = kernel
    self.input = input
  }

  func find(_ curve: UnsafeBufferPointer<Double>, at estimates: Span<Double>, into errors: inout MutableSpan<Double>)
    -> Bool
  {
    let curve = Array(curve)
    let values = (0..<estimates.count).map { estimates[$0] }
    var fit = kernel.linearization(curve, at: values)
    fit.held = []
    freedom = max(0, fit.weights.count { $0 > 0 } - fit.design.columns - fit.searched)
    let found = FitCovariance(fit, curve: curve, input: input)
    for i in values.indices { errors[i] = found?.standardError(i, of: values[i]) ?? .nan }
    return found != nil
  }
}

extension FitKernel {
  package func errors(_ input: ScanInput) -> any CurveErrors { LinearizedErrors(self, input) }
}
