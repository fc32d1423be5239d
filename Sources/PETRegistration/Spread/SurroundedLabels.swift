import Foundation
package import PETCore
package import PETImaging

/// Labels and what surrounds them, ready to be blurred by a point spread and laid on a scan where frames have them.
package struct SurroundedLabels: Sendable {
  private let fine: FineLabels
  private var kernels: [[Float]]
  /// Where they lie in the mean; nil for the identity.
  private let pose: Affine?
  private let boxes: [RegionBlur.Box]
  private let scan: Grid
  private let file: String
  /// How many of them are labels.
  let labelled: Int
  /// mm3 of each region's labels.
  private let volumes: [Double]
  /// The region that is what the others leave.
  private let rest: Int
  /// Labels beside space inside the brain that no label covers.
  let unmodelled: [Int]

  /// Poses that are laid on the scan together: each holds some 50 MB of a scan of 2 mm.
  static let most = 4

  /// - Parameters:
  ///   - weights: of a label image where it lies in the mean.
  ///   - mean: of the scan over time, one value a voxel: which unlabelled space is head.
  /// - Throws: for more voxels than can be held, and masks that do not part the space.
  package init(_ weights: RegionWeights, on scan: Grid, mean: [Float], spread: PointSpread) throws(PETError) {
    let (labels, pose) = try weights.partition("corrected")
    (self.scan, file) = (scan, weights.file)
    // Labels of another size than the head's, as an atlas has them, are measured in its millimetres.
    let scale = pose.map { cbrt(abs($0.determinant)) } ?? 1
    let margin = scale * (Surroundings.rim + 8 * spread.largestSigma)
    var fine: FineLabels
    do throws(PETError) {
      fine = try FineLabels(labels, on: weights.grid, scan: scan, margin: margin)
      labelled = fine.regions.count
      Surroundings.fill(
        &fine, at: try FinePlace(fine.grid, pose: pose, scan: scan), mean: mean, spread: spread, scale: scale)
    } catch { throw error.at(file: weights.file) }
    unmodelled = Cavities.regions(beside: fine, labelled: labelled, scale: scale)
    kernels = Self.kernels(spread, fine.grid, scan: scan, pose: pose)
    self.pose = pose
    let largest = fine.sizes.indices.max { fine.sizes[$0] < fine.sizes[$1] } ?? 0
    rest = fine.regions.firstIndex(of: FineLabels.air) ?? largest
    boxes = RegionBlur.boxes(fine)
    volumes = fine.sizes.map { Double($0) * fine.grid.voxelVolume / (scale * scale * scale) }
    self.fine = fine
  }

  private static func kernels(_ spread: PointSpread, _ grid: Grid, scan: Grid, pose: Affine?) -> [[Float]] {
    let size = grid.voxelSize
    return zip(spread.sigmas(along: grid, scan: scan, pose: pose), [size.0, size.1, size.2]).map {
      PointSpread.kernel(sigma: $0, step: $1).map { Float($0) }
    }
  }

  /// The same labels, with the space around them as it was told, and another point spread.
  func blurred(by spread: PointSpread) -> SurroundedLabels {
    var result = self
    result.kernels = Self.kernels(spread, fine.grid, scan: scan, pose: pose)
    return result
  }

  /// What each region adds to each voxel, with the labels in several places: they are blurred once for all of them.
  ///
  /// The point spread's axes are those of the scan for the labels of `init`: a head that turns takes them with it, which changes
  /// nothing for a point spread that is alike along all of them.
  ///
  /// - Parameters:
  ///   - poses: each takes points of the scan to points of the labels; `most` or fewer.
  ///   - jobs: threads; the result does not depend on them.
  /// - Throws: where no label lies on the scan.
  package func spreads(at poses: [Affine?], jobs: Int) throws(PETError) -> [RegionSpread] {
    let places = try poses.map { (pose) throws(PETError) in
      do throws(PETError) { return try FinePlace(fine.grid, pose: pose, scan: scan) } catch {
        throw error.at(file: file)
      }
    }
    let blur = RegionBlur(fine, kernels: kernels)
    let all = Parallel.map(fine.regions.count, jobs: jobs) { region in
      blur.spread(of: region, in: boxes[region], at: places, isBlurred: region != rest)
    }
    return try poses.indices.map { (pose) throws(PETError) in
      let laid = all.map { $0[pose] }
      guard laid.prefix(labelled).contains(where: { !$0.own.isEmpty }) else { throw FineLabels.elsewhere(file) }
      return joined(laid)
    }
  }

  /// Sums over small voxels as shares of the scan's.
  private func joined(_ laid: [RegionBlur.Laid]) -> RegionSpread {
    var whole = [Float](repeating: 0, count: scan.count)
    for region in laid { for (voxel, count) in region.own { whole[Int(voxel)] += count } }
    func shares(_ sums: [(voxel: Int32, sum: Float)]) -> RegionSpread.Sparse {
      let known = sums.filter { whole[Int($0.voxel)] > 0 }
      return RegionSpread.Sparse(voxels: known.map(\.voxel), values: known.map { $0.sum / whole[Int($0.voxel)] })
    }
    return RegionSpread(
      regions: fine.regions, labelled: labelled, volumes: volumes, rest: rest, spreads: laid.map { shares($0.blurred) },
      fractions: laid.map { shares($0.own) },
      covered: whole.indices.filter { whole[$0] > 0 }.map(Int32.init))
  }
}
