package import PETCore

/// Regions of one voxel: a value without a spread, which half a voxel's shift replaces by another.
package enum SingleVoxels {
  /// - Parameter voxels: of each region on the grid that is read.
  package static func finding(_ regions: [String], voxels: [Int], file: String) -> Finding? {
    let single = zip(regions, voxels).filter { $0.1 == 1 }.map(\.0)
    guard !single.isEmpty else { return nil }
    let names = single.prefix(5).joined(separator: ", ") + (single.count > 5 ? " and \(single.count - 5) more" : "")
    return Finding(
      .note, .singleVoxel, file: file, field: "voxels", value: "\(single.count)", "regions of one voxel: " + names,
      remedy: "one voxel has no spread, and is hardly a region: check labels and voxel sizes")
  }
}

extension Finding.Code {
  package static let singleVoxel = Finding.Code("single-voxel")
}
