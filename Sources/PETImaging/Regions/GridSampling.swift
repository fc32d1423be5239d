package import PETCore

/// How a segmentation and an image on different grids are brought together.
package enum GridSampling: String, Sendable, CaseIterable {
  /// Each image voxel takes the label at its centre (nearest neighbour); statistics over image voxels.
  case labelsToImage = "labels-to-image"
  /// Each labelled voxel takes the image's value at its centre (trilinear); statistics over label voxels.
  case imageToLabels = "image-to-labels"
}

/// Whether regions lie on an image.
package enum Resampling {
  /// What to say when a good part of the labelled volume is not on the image.
  ///
  /// - Parameter sampled: labelled volume that was sampled, mm3.
  static func overlapFinding(_ regions: RegionWeights, labels: [Int], sampled: Double, image: String) -> Finding? {
    let whole = regions.total(of: Set(labels)) * regions.grid.voxelVolume
    guard whole > 0, sampled < 0.95 * whole else { return nil }
    return Finding(
      .warning, .partialOverlap, file: regions.file, field: "affine", value: NumberText.short(sampled / whole),
      "only \(NumberText.short((100 * sampled / whole).rounded())) % of the labelled volume lies on \(image)",
      remedy: "check that segmentation and image are aligned", castsDoubt: sampled < 0.8 * whole)
  }

  /// How far a segmentation lies on an image; nil when all but a twentieth does.
  package static func overlap(_ regions: RegionWeights, on grid: Grid, image: String) throws(PETError) -> Finding? {
    // A field of displacements has no way back: whether anything lies on the image is all that can be said.
    if let pose = regions.pose, pose.affine == nil {
      guard try regions.labels(on: grid).contains(where: { $0 != 0 }) else {
        throw noOverlap(regions, grid, image: image)
      }
      return nil
    }
    var inside = 0.0
    try regions.eachSample(in: grid) { _, weight, corners in if corners != nil { inside += weight } }
    guard inside > 0 else { throw noOverlap(regions, grid, image: image) }
    return overlapFinding(
      regions, labels: regions.present, sampled: inside * regions.grid.voxelVolume, image: image)
  }

  /// The error for a segmentation that lies nowhere on an image.
  static func noOverlap(_ regions: RegionWeights, _ grid: Grid, image: String) -> PETError {
    func box(_ g: Grid) -> String {
      let a = g.affine.apply(0, 0, 0)
      let b = g.affine.apply(Double(g.nx - 1), Double(g.ny - 1), Double(g.nz - 1))
      func span(_ p: Double, _ q: Double) -> String {
        NumberText.short(min(p, q)) + "…" + NumberText.short(max(p, q))
      }
      return "x \(span(a.0, b.0)), y \(span(a.1, b.1)), z \(span(a.2, b.2)) mm"
    }
    return PETError(
      .wrongInput, file: regions.file, field: "affine",
      "no labelled voxel lies on \(image): labels span \(box(regions.grid)), the image \(box(grid))",
      remedy: "align the segmentation to the scan (same space)")
  }
}

extension Finding.Code {
  package static let partialOverlap = Finding.Code("partial-overlap")
}
