package import PETCore

/// The voxels of an image that take part, and the rule they were chosen by.
package struct VoxelMask: Sendable {
  package let grid: Grid
  /// Places in the image, ascending.
  package let offsets: [Int32]
  /// For the sidecar.
  package let rule: String
  package let findings: [Finding]

  package init(grid: Grid, offsets: [Int32], rule: String, findings: [Finding] = []) {
    self.grid = grid
    self.offsets = offsets
    self.rule = rule
    self.findings = findings
  }

  /// Every voxel above 0 of a mask image, which must lie on the scan's grid.
  package init(path: String, on grid: Grid, image: String) throws(PETError) {
    let volume = try Volume(path: path)
    var findings = volume.findings
    if volume.values.contains(where: { $0 != 0 && $0 != 1 }) {
      findings.append(
        Finding(
          .warning, .maskValues, file: path, field: "voxels", "the mask has values besides 0 and 1",
          remedy: "voxels above 0 are taken"))
    }
    self.init(
      grid: volume.grid, offsets: volume.values.indices.filter { volume.values[$0] > 0 }.map(Int32.init),
      rule: "voxels above 0 of the mask given", findings: findings)
    do throws(PETError) { try check(isOn: grid, image: image) } catch { throw error.at(file: path) }
    guard !offsets.isEmpty else {
      throw PETError(
        .wrongInput, file: path, field: "voxels", "the mask has no voxel above 0", remedy: "check the mask")
    }
  }

  /// Every labelled voxel of a segmentation, brought to the scan's grid; of masks those with half a voxel or more.
  package init(labelled regions: RegionWeights, on grid: Grid, image: String) throws(PETError) {
    let labels = try regions.labels(on: grid)
    self.init(
      grid: grid, offsets: labels.indices.filter { labels[$0] != 0 }.map(Int32.init),
      rule: regions.areMasks
        ? "every voxel of which a half or more is in one of the masks" : "every labelled voxel of the segmentation")
    guard !offsets.isEmpty else { throw Resampling.noOverlap(regions, grid, image: image) }
  }

  /// Refuses an image on another grid.
  func check(isOn other: Grid, image: String) throws(PETError) {
    guard !grid.isSame(as: other) else { return }
    let shapes = grid.description != other.description
    throw PETError(
      .wrongInput, field: "grid",
      shapes
        ? "the mask is \(grid.description) voxels, \(image) \(other.description)"
        : "the mask and \(image) have one shape but lie elsewhere in space",
      remedy: "resample the mask to the scan, or give --labels")
  }
}

extension Finding.Code {
  package static let maskValues = Finding.Code("mask-values")
}
