import PETCore

/// The errors of sums of log ratios of one person, with what their rows share.
///
/// L = ln a - ln b of a row moves with the own noise of two regions, and with what regions of a scan share: noise of the
/// reference curve, error of a common k2'. Rows that use one region of a scan share its own noise too.
struct LogRatioErrors {
  /// What moves a row's log ratio: the sources of either scan, then regions by name.
  private struct Row {
    /// Coefficient of each common source, in standard deviations of it.
    let shared: [Double]
    /// Regions with their sign, and the variance of ln of their own part.
    let own: [(region: String, sign: Double, variance: Double)]
    /// Of the row alone: what correlation between the scans takes from or adds to the rest.
    let rest: Double
  }

  private let rows: [Row]

  init(_ rows: [BalanceRow], _ settings: BalanceSettings) {
    let lengths = (
      rows.map { $0.numerator?.shared.count ?? 0 }.max() ?? 0, rows.map { $0.denominator?.shared.count ?? 0 }.max() ?? 0
    )
    // One scan for both systems has one set of sources; two scans have two.
    let count = settings.isOneScan ? max(lengths.0, lengths.1) : lengths.0 + lengths.1
    let none = [Double](repeating: 0, count: count)
    self.rows = rows.map { row in
      let sides = [
        (row.numerator, 1.0, settings.retest?.numerator), (row.denominator, -1.0, settings.retest?.denominator),
      ]
      var shared = none
      var own: [(region: String, sign: Double, variance: Double)] = []
      var sum = 0.0
      for (place, (side, sign, retest)) in sides.enumerated() {
        guard let side, side.estimate.value != 0 else { continue }
        let start = place == 1 && !settings.isOneScan ? lengths.0 : 0
        var common = 0.0
        for (j, error) in side.shared.enumerated() {
          shared[start + j] += sign * error / side.estimate.value
          common += error * error
        }
        let error = side.estimate.standardError
        let variance =
          max(0, error * error - common) / (side.estimate.value * side.estimate.value) + (retest ?? 0) * (retest ?? 0)
        let scan = settings.isOneScan ? "" : "\(place) "
        own.append((scan + RegionName.key(side.region), sign, variance))
        sum += variance
      }
      let total = row.logRatio.standardError * row.logRatio.standardError
      return Row(shared: shared, own: own, rest: total - sum - LinearRegression.dot(shared, shared))
    }
  }

  /// The variance of Σ w_i L_i.
  func variance(_ weights: [(place: Int, weight: Double)]) -> Double {
    var sources = [Double](repeating: 0, count: rows.first?.shared.count ?? 0)
    var regions: [(name: String, coefficient: Double, variance: Double)] = []
    var total = 0.0
    for (place, weight) in weights {
      let row = rows[place]
      total += weight * weight * row.rest
      for j in sources.indices { sources[j] += weight * row.shared[j] }
      for (name, sign, variance) in row.own {
        if let known = regions.firstIndex(where: { $0.name == name }) {
          regions[known].coefficient += weight * sign
        } else {
          regions.append((name, weight * sign, variance))
        }
      }
    }
    total += LinearRegression.dot(sources, sources)
    for region in regions { total += region.coefficient * region.coefficient * region.variance }
    // A missing error is missing in every sum that it enters, and no 0.
    return total.isNaN ? .nan : max(0, total)
  }
}
