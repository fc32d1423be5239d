import PETCore

/// The errors of the log ratios of one person's regions, with what regions of one scan share.
///
/// The noise of the reference curve and the error of a common k2' move every region of a scan together. Each region has
/// a vector of such errors, so that the covariance of two regions is the product of their vectors; the rest of a region's
/// variance is its own.
struct LogRatioErrors {
  /// In units of the log ratio.
  private let shared: [[Double]]
  private let own: [Double]

  init(_ rows: [BalanceRow]) {
    func vector(_ row: BindingTable.Row?) -> [Double] {
      guard let row, row.estimate.value != 0 else { return [] }
      return row.shared.map { $0 / row.estimate.value }
    }
    let pairs = rows.map { (vector($0.numerator), vector($0.denominator)) }
    let lengths = (pairs.map(\.0.count).max() ?? 0, pairs.map(\.1.count).max() ?? 0)
    shared = pairs.map { a, b in
      a + [Double](repeating: 0, count: lengths.0 - a.count) + b.map { -$0 }
        + [Double](repeating: 0, count: lengths.1 - b.count)
    }
    own = zip(rows, shared).map { row, shared in
      let error = row.logRatio.standardError
      return max(0, error * error - shared.reduce(0) { $0 + $1 * $1 })
    }
  }

  /// The variance of Σ w_i L_i.
  func variance(_ weights: [(place: Int, weight: Double)]) -> Double {
    var sum = [Double](repeating: 0, count: shared.first?.count ?? 0)
    var total = 0.0
    for (place, weight) in weights {
      total += weight * weight * own[place]
      for j in sum.indices { sum[j] += weight * shared[place][j] }
    }
    return total + sum.reduce(0) { $0 + $1 * $1 }
  }
}
