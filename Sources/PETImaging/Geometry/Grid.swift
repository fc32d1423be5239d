package import PETCore

/// Where the voxels of a volume lie: three dimensions and an affine to millimetres.
package struct Grid: Sendable, Equatable {
  package let nx: Int
  package let ny: Int
  package let nz: Int
  package let affine: Affine

  package init(nx: Int, ny: Int, nz: Int, affine: Affine) {
    self.nx = nx
    self.ny = ny
    self.nz = nz
    self.affine = affine
  }

  package var count: Int { nx * ny * nz }
  package var voxelVolume: Double { abs(affine.determinant) }
  package var description: String { "\(nx)x\(ny)x\(nz)" }

  /// Lengths of the voxel's edges, mm.
  package var voxelSize: (Double, Double, Double) {
    func length(_ column: Int) -> Double {
      let x = affine[0, column]
      let y = affine[1, column]
      let z = affine[2, column]
      return (x * x + y * y + z * z).squareRoot()
    }
    return (length(0), length(1), length(2))
  }

  /// Same shape, and corners that agree to a hundredth of the smallest voxel edge.
  package func isSame(as other: Grid) -> Bool {
    guard nx == other.nx, ny == other.ny, nz == other.nz else { return false }
    let size = voxelSize
    let tolerance = 0.01 * min(size.0, size.1, size.2)
    for corner in 0..<8 {
      let x = corner & 1 == 0 ? 0 : Double(nx - 1)
      let y = corner & 2 == 0 ? 0 : Double(ny - 1)
      let z = corner & 4 == 0 ? 0 : Double(nz - 1)
      let a = affine.apply(x, y, z)
      let b = other.affine.apply(x, y, z)
      guard abs(a.0 - b.0) <= tolerance, abs(a.1 - b.1) <= tolerance, abs(a.2 - b.2) <= tolerance else { return false }
    }
    return true
  }

  /// The map from this grid's indices to another's.
  package func indices(in other: Grid) throws(PETError) -> Affine {
    guard let inverse = other.affine.inverse else {
      throw PETError(.wrongInput, field: "affine", "the affine is singular", remedy: "correct the header")
    }
    return inverse.after(affine)
  }
}
