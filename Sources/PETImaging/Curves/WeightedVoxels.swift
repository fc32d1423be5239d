package import PETCore

/// Weights of image voxels for each region: of masks, or of trilinear samples at the voxels of regions.
///
/// The mean of interpolated values is linear in the image, so the weights of all samples of a region can be summed once.
struct WeightedVoxels: FrameReduction {
  /// Per region, ascending offsets.
  private let shares: [[WeightedVoxel]]
  let voxels: [Int]
  let totals: [Double]
  private let outside: Int

  /// The weights of regions at the voxels of a scan.
  init(nearest regions: RegionWeights, on grid: Grid, labels: [Int], image: String) throws(PETError) {
    shares = try regions.voxels(of: labels, on: grid)
    guard shares.contains(where: { !$0.isEmpty }) else { throw Resampling.noOverlap(regions, grid, image: image) }
    voxels = shares.map(\.count)
    totals = shares.map { $0.reduce(0) { $0 + $1.weight } }
    outside = 0
  }

  /// Weights that are known.
  init(_ weights: [[WeightedVoxel]]) {
    shares = weights
    voxels = weights.map(\.count)
    totals = weights.map { $0.reduce(0) { $0 + $1.weight } }
    outside = 0
  }

  /// The scan sampled at the voxels of regions.
  init(_ regions: RegionWeights, on grid: Grid, labels: [Int], image: String) throws(PETError) {
    let place = Dictionary(uniqueKeysWithValues: labels.enumerated().map { (Int32($0.element), $0.offset) })
    var gathered = [[Int: Double]](repeating: [:], count: labels.count)
    var inside = [Int](repeating: 0, count: labels.count)
    var totals = [Double](repeating: 0, count: labels.count)
    var outside = 0
    try regions.eachSample(in: grid) { label, weight, corners in
      guard let l = place[label] else { return }
      guard let corners else {
        outside += 1
        return
      }
      inside[l] += 1
      totals[l] += weight
      for c in 0..<corners.count { gathered[l][corners.offsets[c], default: 0] += weight * corners.weights[c] }
    }
    guard inside.contains(where: { $0 > 0 }) else { throw Resampling.noOverlap(regions, grid, image: image) }
    shares = gathered.map { label in
      label.keys.sorted().map { WeightedVoxel(offset: $0, weight: label[$0] ?? 0) }
    }
    voxels = inside
    self.totals = totals
    self.outside = outside
  }

  func reduce(_ frame: VoxelBytes) -> FrameSums { frame.withElements(Sums(shares: shares)) }

  func outsideFinding(_ file: String) -> Finding? {
    outside == 0
      ? nil
      : Finding(
        .warning, .outside, file: file, field: "labels", value: "\(outside)",
        "\(outside) labelled voxels lie outside the image", remedy: "they are left out of the means")
  }

  private struct Sums: ElementBody {
    let shares: [[WeightedVoxel]]

    func run<T: VoxelElement>(_ elements: UnsafeBufferPointer<T>) -> FrameSums {
      var result = FrameSums(sums: [], weights: [])
      for label in shares {
        var sum = 0.0
        var weight = 0.0
        for share in label {
          let value = elements[share.offset].double
          if value.isFinite {
            sum += share.weight * value
            weight += share.weight
          } else {
            result.nonfinite += 1
          }
        }
        result.sums.append(sum)
        result.weights.append(weight)
      }
      return result
    }
  }
}

extension Finding.Code {
  package static let outside = Finding.Code("outside")
}
