import PETCore
import PETImaging

extension RegionWeights {
  /// The region of each voxel, and the affine map from points of the scan to points of the labels; nil for the identity.
  ///
  /// - Parameter purpose: what cannot be done with others, such as `aligned`.
  /// - Throws: for masks that do not part the space, and under a field of displacements.
  func partition(_ purpose: String) throws(PETError) -> (labels: [Int32], pose: Affine?) {
    guard let labels = ownLabels else {
      throw PETError(
        .usage, file: file, field: "masks", "masks that overlap or hold fractions are not \(purpose)",
        remedy: "give a label image, or masks of 0 and 1 that share no voxel")
    }
    guard pose == nil || pose?.affine != nil else {
      throw PETError(
        .usage, file: file, field: "transform", "labels under a field of displacements are not \(purpose)",
        remedy: "bring them to the person's own space first")
    }
    return (labels, pose?.affine)
  }
}
