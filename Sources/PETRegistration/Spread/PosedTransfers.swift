import PETCore
import PETImaging

/// The matrices of labels that single frames have in poses of their own.
struct PosedTransfers: Sendable {
  /// Of the same regions in the same order.
  let transfers: [TransferMatrix]
  /// Of each frame, which of them; empty where all frames have the first.
  let places: [Int]

  init(_ transfers: [TransferMatrix], places: [Int]) { (self.transfers, self.places) = (transfers, places) }

  /// The activity of every region, frame by frame; NaN where it is measured nowhere.
  ///
  /// - Parameter means: as they were measured with the matrices' weights, by region.
  func activity(_ means: [[Double]], frames: Int) -> [[Double]] {
    var solved = [[Double]](repeating: [], count: transfers[0].regions.count)
    for frame in 0..<frames {
      let own = transfers[places.isEmpty ? 0 : places[frame]]
      let known = zip(means, own.weights).map { $1.isEmpty ? 0 : $0[frame] }
      let activity = known.allSatisfy(\.isFinite) ? own.solve(known) : nil
      for region in solved.indices {
        solved[region].append(own.weights[region].isEmpty ? .nan : activity?[region] ?? .nan)
      }
    }
    return solved
  }

  /// The matrices of labels at other poses.
  ///
  /// - Parameter rounds: places of regions that are taken with others, round by round.
  static func transfers(
    _ labels: SurroundedLabels, at poses: [Affine?], mean: [Float], _ rounds: [[Int: Int]], jobs: Int
  ) throws(PETError) -> [TransferMatrix] {
    var result: [TransferMatrix] = []
    while result.count < poses.count {
      let some = Array(poses[result.count..<min(poses.count, result.count + SurroundedLabels.most)])
      for space in try labels.spreads(at: some, jobs: jobs) {
        result.append(TransferMatrix(rounds.reduce(space) { $0.absorbing($1) }, mean: mean, jobs: jobs))
      }
    }
    return result
  }
}

/// Regions that are made of a matrix's labels: merged after the solve, by the volumes of the labels.
struct MergedLabels {
  private let regions: [RegionDefinition]
  /// Of each label in the matrix.
  private let place: [Int: Int]
  /// Of each label in the matrix, mm3.
  private let sizes: [Double]

  init(_ regions: [RegionDefinition], _ transfer: TransferMatrix) {
    self.regions = regions
    place = Dictionary(uniqueKeysWithValues: transfer.regions.enumerated().map { ($0.element, $0.offset) })
    sizes = transfer.volumes
  }

  private func merged(_ region: RegionDefinition, _ value: (Int) -> Double) -> Double {
    let parts = region.labels.compactMap { place[$0] }
    guard parts.count == region.labels.count, !parts.isEmpty else { return .nan }
    let whole = parts.reduce(0) { $0 + sizes[$1] }
    return parts.reduce(0) { $0 + sizes[$1] * value($1) } / whole
  }

  /// - Parameter solved: by place in the matrix.
  func curves(_ solved: [[Double]]) -> [[Double]] {
    regions.map { region in (solved.first ?? []).indices.map { frame in merged(region) { solved[$0][frame] } } }
  }

  /// mm3.
  var volumes: [Double] {
    regions.map { region in region.labels.reduce(0) { sum, label in sum + (place[label].map { sizes[$0] } ?? 0) } }
  }

  /// How much of what is measured in each region is its own; of a merged region its parts' together.
  func ownShares(_ transfer: TransferMatrix) -> [Double] {
    regions.map { region in
      let parts = region.labels.compactMap { place[$0] }
      return parts.isEmpty ? .nan : merged(region) { row in parts.reduce(0) { $0 + transfer.matrix[row][$1] } }
    }
  }
}
