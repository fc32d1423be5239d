package import PETCore

/// Displacements of points, in mm of scanner coordinates (right, anterior, superior), between whose voxels they are linear.
///
/// y = x + d(x) within the field and half a voxel around it; points beyond stay where they are, as ITK has it.
package struct DisplacementField: Sendable {
  private let grid: Grid
  private let toVoxels: Affine
  /// Right, anterior, superior: one volume after the other.
  private let values: [Float]

  /// A NIfTI image of vectors, three volumes in its fifth dimension.
  ///
  /// Its intent tells which: a vector (1007) is in left, posterior, superior, as ITK and ANTs write their warps; a displacement
  /// (1006) in the coordinates of NIfTI, as ITK reads it (nifti1.h, NIFTI_INTENT_DISPVECT).
  package init(path: String) throws(PETError) {
    let stream = try VoxelStream(path: path, holds: .vectors)
    let header = stream.header
    var components: [[Double]] = []
    for _ in 0..<3 {
      var volume = [Double](repeating: 0, count: header.grid.count)
      try Volume.read(stream, into: &volume)
      components.append(volume)
    }
    try stream.finish()
    guard components.allSatisfy({ $0.allSatisfy { Float($0).isFinite } }) else {
      throw PETError(
        .wrongInput, file: path, field: "voxels", "some displacements are no numbers", remedy: "make the field again")
    }
    guard let toVoxels = header.grid.affine.inverse else {
      throw PETError(.wrongInput, file: path, field: "sform", "the matrix is singular", remedy: "correct the header")
    }
    let sign = header.isLeftPosterior ? -1.0 : 1
    self.init(
      grid: header.grid, toVoxels: toVoxels,
      values: zip(components, [sign, sign, 1]).flatMap { volume, sign in volume.map { Float(sign * $0) } })
  }

  private init(grid: Grid, toVoxels: Affine, values: [Float]) {
    self.grid = grid
    self.toVoxels = toVoxels
    self.values = values
  }

  /// Whether a point lies within the field.
  package func covers(_ x: Double, _ y: Double, _ z: Double) -> Bool {
    let u = toVoxels.apply(x, y, z)
    return zip([u.0, u.1, u.2], [grid.nx, grid.ny, grid.nz]).allSatisfy { $0 >= -0.5 && $0 <= Double($1) - 0.5 }
  }

  package func apply(_ x: Double, _ y: Double, _ z: Double) -> (Double, Double, Double) {
    func near(_ u: Double, _ count: Int) -> Double {
      u >= -0.5 && u <= Double(count) - 0.5 ? min(max(u, 0), Double(count - 1)) : u
    }
    let u = toVoxels.apply(x, y, z)
    let place = (near(u.0, grid.nx), near(u.1, grid.ny), near(u.2, grid.nz))
    guard let corners = TrilinearCorners(place, in: grid) else { return (x, y, z) }
    var moved = (x, y, z)
    for corner in 0..<corners.count {
      let (offset, weight) = (corners.offsets[corner], corners.weights[corner])
      moved.0 += weight * Double(values[offset])
      moved.1 += weight * Double(values[grid.count + offset])
      moved.2 += weight * Double(values[2 * grid.count + offset])
    }
    return moved
  }
}
