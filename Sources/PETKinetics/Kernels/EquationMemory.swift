import PETCore

/// What the errors of an equation are worked out in, for one curve after another.
final class EquationMemory {
  private let frames: Int
  /// Frames before this one do not count.
  private let first: Int
  private let unknowns: Int
  /// Frames, filled up to a multiple of four.
  let width: Int
  private let memory: UnsafeMutableBufferPointer<Double>
  /// Regressors and response, scaled; what each frame was multiplied with.
  let equation: UnsafeMutableBufferPointer<Double>
  let scales: UnsafeMutableBufferPointer<Double>
  /// The orthonormal columns Q of the weighted regressors, and the rows of Qᵀ√W with each frame's scale.
  let q: UnsafeMutableBufferPointer<Double>
  let rows: UnsafeMutableBufferPointer<Double>
  let residual: UnsafeMutableBufferPointer<Double>
  /// Weight times the square of the scale.
  let scaledWeights: UnsafeMutableBufferPointer<Double>
  let variance: UnsafeMutableBufferPointer<Double>
  /// What the identity counts in each frame.
  let identity: UnsafeMutableBufferPointer<Double>
  /// Rows times an operator, and the weighted sum of squares of each of its columns.
  private let applied: UnsafeMutableBufferPointer<Double>
  private let squares: UnsafeMutableBufferPointer<Double>
  /// Rows times identity and operator as they count, and the same times deviations.
  let moved: UnsafeMutableBufferPointer<Double>
  private let deviating: UnsafeMutableBufferPointer<Double>

  init(frames: Int, first: Int, unknowns: Int) {
    self.frames = frames
    self.first = first
    self.unknowns = unknowns
    let width = LinearOperator.width(frames)
    self.width = width
    let total = width * (7 + 6 * unknowns)
    let memory = UnsafeMutableBufferPointer<Double>.allocate(capacity: total)
    memory.initialize(repeating: 0)
    self.memory = memory
    var next = 0
    func take(_ count: Int) -> UnsafeMutableBufferPointer<Double> {
      defer { next += count * width }
      return UnsafeMutableBufferPointer(rebasing: memory[next..<next + count * width])
    }
    equation = take(unknowns + 1)
    scales = take(1)
    q = take(unknowns)
    rows = take(unknowns)
    residual = take(1)
    scaledWeights = take(1)
    variance = take(1)
    identity = take(1)
    applied = take(unknowns)
    squares = take(1)
    moved = take(unknowns)
    deviating = take(unknowns)
  }

  deinit { memory.deallocate() }

  /// Rows times an operator, with the weighted squares of its columns; two rows or three.
  func apply(_ operation: LinearOperator) {
    guard operation.matrix != nil else {
      applied.update(repeating: 0)
      squares.update(repeating: 0)
      return
    }
    operation.rows.withUnsafeBufferPointer { values in
      if unknowns == 2 { multiply(values, hasThird: false) } else { multiply(values, hasThird: true) }
    }
  }

  /// Four columns at a time, so that their sums stay in registers.
  @inline(__always)
  private func multiply(_ values: UnsafeBufferPointer<Double>, hasThird: Bool) {
    guard let a = values.baseAddress, let r = rows.baseAddress, let w = scaledWeights.baseAddress,
      let out = applied.baseAddress, let square = squares.baseAddress
    else { return }
    for c in stride(from: 0, to: width, by: 4) {
      var (one, two, three) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
      var sum = SIMD4<Double>.zero
      for i in first..<frames {
        let four = UnsafePointer(a + i * width + c).four(0)
        one += four * r[i]
        two += four * r[width + i]
        if hasThird { three += four * r[2 * width + i] }
        sum += four * four * w[i]
      }
      (out + c).setFour(one)
      (out + width + c).setFour(two)
      if hasThird { (out + 2 * width + c).setFour(three) }
      (square + c).setFour(sum)
    }
  }

  /// Rows times identity and operator as they count, into `moved`; their products with frames' variance between.
  ///
  /// - Parameters:
  ///   - operation: what was applied last.
  ///   - factor: what the operator counts.
  ///   - identityFactor: what `identity` is multiplied with.
  /// - Returns: the square of what the columns Q leave.
  func products(
    _ operation: LinearOperator, factor: Double, identityFactor: Double, variance: UnsafePointer<Double>,
    to sums: inout InlineArray<16, Double>
  ) -> Double {
    var left = 0.0
    for i in 0..<frames {
      let own = identityFactor * identity[i]
      let both = own * own + 2 * own * factor * operation.diagonal[i]
      left += variance[i] * (factor * factor * squares[i] + scaledWeights[i] * both)
      let deviation = variance[i].squareRoot()
      for j in 0..<unknowns {
        let value = own * rows[j * width + i] + factor * applied[j * width + i]
        moved[j * width + i] = value
        deviating[j * width + i] = value * deviation
      }
    }
    guard let deviating = deviating.baseAddress else { return left }
    return left - FitSums.addProducts(deviating, unknowns, length: width, to: &sums)
  }
}
