package import PETCore

/// Trilinear sampling of a frame at every labelled voxel, gathered into one weight for each image voxel and label.
///
/// The mean of interpolated values is linear in the image, so the weights of all samples of a label can be summed once.
struct WeightedVoxels: FrameReduction {
  private struct Share: Sendable {
    let offset: Int
    let weight: Double
  }

  /// Per label, ascending offsets.
  private let shares: [[Share]]
  let voxels: [Int]
  private let outside: Int

  init(_ segmentation: LabelImage, on grid: Grid, labels: [Int], image: String) throws(PETError) {
    let place = Dictionary(uniqueKeysWithValues: labels.enumerated().map { (Int32($0.element), $0.offset) })
    var gathered = [[Int: Double]](repeating: [:], count: labels.count)
    var inside = [Int](repeating: 0, count: labels.count)
    var outside = 0
    try Resampling.eachSample(segmentation, in: grid) { label, corners in
      guard let l = place[label] else { return }
      guard let corners else {
        outside += 1
        return
      }
      inside[l] += 1
      for c in 0..<corners.count { gathered[l][corners.offsets[c], default: 0] += corners.weights[c] }
    }
    guard inside.contains(where: { $0 > 0 }) else { throw Resampling.noOverlap(segmentation, grid, image: image) }
    shares = gathered.map { label in label.keys.sorted().map { Share(offset: $0, weight: label[$0] ?? 0) } }
    voxels = inside
    self.outside = outside
  }

  func reduce(_ frame: VoxelBytes) -> FrameSums { frame.withElements(Sums(shares: shares)) }

  func outsideFinding(_ segmentation: LabelImage) -> Finding? {
    outside == 0
      ? nil
      : Finding(
        .warning, .outside, file: segmentation.file, field: "labels", value: "\(outside)",
        "\(outside) labelled voxels lie outside the image", remedy: "they are left out of the means")
  }

  private struct Sums: ElementBody {
    let shares: [[Share]]

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
