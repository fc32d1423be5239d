extension RegionWeights {
  /// Without the outermost voxels of some regions together: those with a face to anything else.
  ///
  /// - Parameter regions: their indices; faces between them are inside.
  /// - Returns: nil where regions overlap or hold fractions.
  package func eroded(_ regions: Set<Int32>) -> RegionWeights? {
    guard let labels = ownLabels else { return nil }
    var inside = labels
    let (nx, ny, nz) = (grid.nx, grid.ny, grid.nz)
    var at = 0
    for k in 0..<nz {
      for j in 0..<ny {
        for i in 0..<nx {
          if regions.contains(labels[at]) {
            let isInside =
              i > 0 && j > 0 && k > 0 && i < nx - 1 && j < ny - 1 && k < nz - 1
              && [1, nx, nx * ny].allSatisfy { regions.contains(labels[at - $0]) && regions.contains(labels[at + $0]) }
            if !isInside { inside[at] = 0 }
          }
          at += 1
        }
      }
    }
    var result = RegionWeights(LabelImage(grid: grid, labels: inside))
    result.pose = pose
    return result
  }
}
