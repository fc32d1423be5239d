import PETCore
import PETImaging

/// The frames of a scan fitted to its blurred labels, each with regional values of its own.
struct FramesOnLabels {
  private let blocks: FrameBlocks
  private let fractions: LabelFractions
  private let model: LabelModel
  /// Takes points of the scan to points of the labels, as it is said.
  private let said: Affine

  /// - Throws: for masks that do not part the space, and a field of displacements.
  init(_ blocks: FrameBlocks, _ weights: RegionWeights, fwhm: Double, jobs: Int) throws(PETError) {
    let (labels, stated) = try weights.partition("aligned")
    do throws(PETError) { fractions = try LabelFractions(labels, on: weights.grid, edge: 2) } catch {
      throw error.at(file: weights.file)
    }
    (self.blocks, said) = (blocks, stated ?? .identity)
    model = AlignmentSearch(
      fractions: fractions, scan: LateMean(grid: blocks.grid, sums: [blocks.frames[0]]), jobs: jobs
    ).model(fwhm: fwhm, pose: said)
  }

  /// Poses from points where labels are said to lie to points of the frames, and their errors, infinite where a frame tells none.
  ///
  /// - Parameter isTold: whether a frame may tell one.
  func fits(from poses: [Affine], isTold: [Bool], jobs: Int) -> (poses: [Affine], errors: [Double]) {
    let found = Parallel.map(poses.count, jobs: jobs) { frame -> (Affine, Double) in
      guard isTold[frame], let back = poses[frame].inverse else { return (poses[frame], .infinity) }
      let own = AlignmentSearch(
        fractions: fractions, scan: LateMean(grid: blocks.grid, sums: [blocks.frames[frame]]), jobs: 1)
      let near = own.near(model, from: said.after(back), withVariance: false, steps: 8, most: 16_000)
      let fit = LabelFit(model, near.samples, from: near.pose, steps: 0)
      let freedom = Double(max(1, fit.samples.points.count - fit.values.regions.count - 8))
      let scale = fit.residual / freedom * own.inflation(model, fit)
      let error = own.displacement(from: said, to: fit.pose, inverse: fit.inverse, scale: scale).1
      guard error < FrameMotion.mostError, let frameFromLabels = fit.pose.inverse else {
        return (poses[frame], .infinity)
      }
      return (frameFromLabels.after(said), error)
    }
    return (found.map(\.0), found.map(\.1))
  }
}
