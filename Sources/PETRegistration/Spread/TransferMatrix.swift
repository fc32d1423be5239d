import PETCore
package import PETImaging

/// The geometric transfer matrix of a scan's regions: how much of what is measured in one comes from each (Rousset, J Nucl Med
/// 1998;39:904).
///
/// Measured means m_i = sum_x a_i(x) y(x) / sum_x a_i(x) are W t, with W_ij = sum_x a_i(x) R_j(x) / sum_x a_i(x). The weights
/// a_i = p_i R_i^2 favour the inside of a region: any weights leave activity that is constant in regions without error, and
/// these halve what labels half a millimetre off cost a small nucleus (scans simulated on the labels of a real brain).
package struct TransferMatrix: Sendable {
  /// Numbers of the regions, as in `RegionSpread`.
  package let regions: [Int]
  /// How many of them are labels: the first.
  package let labelled: Int
  /// mm3.
  package let volumes: [Double]
  /// W, whose row i is what is measured in region i; rows sum to 1.
  package let matrix: [[Double]]
  /// a_i(x).
  package let weights: [[WeightedVoxel]]
  /// Of W in the 2-norm; nil where it cannot be inverted.
  package let condition: Double?
  private let system: LinearRegression?

  /// - Parameters:
  ///   - mean: of the scan over time: voxels without a number are measured by nobody.
  package init(_ spread: RegionSpread, mean: [Float], jobs: Int) {
    regions = spread.regions
    labelled = spread.labelled
    volumes = spread.volumes
    let count = spread.regions.count
    let own = Self.own(spread)
    weights = zip(spread.fractions, own).map { fraction, own in
      zip(fraction.voxels, zip(fraction.values, own)).compactMap { voxel, values in
        let weight = Double(values.0) * Double(values.1) * Double(values.1)
        return weight > 0 && mean[Int(voxel)].isFinite ? WeightedVoxel(offset: Int(voxel), weight: weight) : nil
      }
    }
    let totals = weights.map { $0.reduce(0) { $0 + $1.weight } }
    let columns = Self.columns(spread, weights, jobs: jobs)
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for i in 0..<count {
      // A region that no voxel holds is measured nowhere: it takes no part, as if it were empty.
      guard totals[i] > 0 else {
        matrix[i][i] = 1
        continue
      }
      var sum = 0.0
      for j in 0..<count where j != spread.rest {
        matrix[i][j] = columns[j][i] / totals[i]
        sum += matrix[i][j]
      }
      matrix[i][spread.rest] = 1 - sum
    }
    self.matrix = matrix
    let transposed = (0..<count).map { column in matrix.map { $0[column] } }
    system = LinearRegression(columns: transposed)
    condition = system.map { system in
      let gram = transposed.map { a in transposed.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } } }
      return (Self.largest(gram) * Self.largest(system.inverseGram)).squareRoot()
    }
  }

  /// R_i at the voxels where p_i is not 0.
  private static func own(_ spread: RegionSpread) -> [[Float]] {
    // What the rest has is what the others leave.
    var others = [Float](repeating: 0, count: spread.covered.last.map { Int($0) + 1 } ?? 0)
    for values in spread.spreads {
      for (voxel, value) in zip(values.voxels, values.values) { others[Int(voxel)] += value }
    }
    return spread.regions.indices.map { region in
      if region == spread.rest { return spread.fractions[region].voxels.map { 1 - others[Int($0)] } }
      let (fraction, values) = (spread.fractions[region], spread.spreads[region])
      var at = 0
      return fraction.voxels.map { voxel in
        while at < values.voxels.count, values.voxels[at] < voxel { at += 1 }
        return at < values.voxels.count && values.voxels[at] == voxel ? values.values[at] : 0
      }
    }
  }

  /// sum_x a_i(x) R_j(x) for every i, by j.
  private static func columns(_ spread: RegionSpread, _ weights: [[WeightedVoxel]], jobs: Int) -> [[Double]] {
    // The weights voxel by voxel.
    let last = spread.covered.last.map { Int($0) + 1 } ?? 0
    var starts = [Int32](repeating: 0, count: last + 1)
    for region in weights { for own in region { starts[own.offset + 1] += 1 } }
    for voxel in 0..<last { starts[voxel + 1] += starts[voxel] }
    var ends = starts
    var rows = [(region: Int32, weight: Float)](
      repeating: (0, 0), count: Int(starts[last]))
    for (region, list) in weights.enumerated() {
      for own in list {
        rows[Int(ends[own.offset])] = (Int32(region), Float(own.weight))
        ends[own.offset] += 1
      }
    }
    let (all, places) = (rows, starts)
    return Parallel.map(spread.regions.count, jobs: jobs) { column in
      var sums = [Double](repeating: 0, count: weights.count)
      let values = spread.spreads[column]
      for (voxel, value) in zip(values.voxels, values.values) where Int(voxel) < last {
        for row in Int(places[Int(voxel)])..<Int(places[Int(voxel) + 1]) {
          sums[Int(all[row].region)] += Double(all[row].weight) * Double(value)
        }
      }
      return sums
    }
  }

  /// The largest eigenvalue of a symmetric matrix without negative ones, by powers.
  private static func largest(_ matrix: [[Double]]) -> Double {
    var vector = matrix.indices.map { 1 + 0.1 * Double($0 % 7) }
    var value = 0.0
    for _ in 0..<500 {
      let next = matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
      let size = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard size > 0 else { return 0 }
      vector = next.map { $0 / size }
      if abs(size - value) < 1e-12 * size { break }
      value = size
    }
    return value
  }

  /// W_ii of each region: how much of what is measured in it is its own.
  package var ownShares: [Double] { matrix.indices.map { matrix[$0][$0] } }

  /// The activity of each region from the means that were measured; nil where W cannot be inverted.
  package func solve(_ means: [Double]) -> [Double]? { system?.fit(means).coefficients }
}
