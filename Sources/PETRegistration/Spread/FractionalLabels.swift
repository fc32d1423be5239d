import Foundation
package import PETCore
package import PETImaging

extension RegionWeights {
  /// Labels at their pose as shares of the voxels of a scan: their own voxels, cut fine, counted in the scan's.
  ///
  /// A voxel on the border of two regions belongs to both: means hang on the pose a tenth as much as those of the voxels
  /// that lie nearest. Masks, and labels under a field of displacements, stay as they are.
  package func shared(on scan: Grid) throws(PETError) -> RegionWeights {
    guard let labels = ownLabels, pose == nil || pose?.affine != nil else { return self }
    let edge = max(scan.voxelSize.0, scan.voxelSize.1, scan.voxelSize.2)
    let scale = pose?.affine.map { cbrt(abs($0.determinant)) } ?? 1
    let fine: FineLabels
    do throws(PETError) {
      // With voxels around the labels, so that those on the border are whole.
      fine = try FineLabels(labels, on: grid, pose: pose?.affine, scan: scan, margin: 2 * edge * scale, parts: 3)
    } catch { throw error.at(file: file) }
    var counts = fine.regions.map { _ in [Int32: Int32]() }
    for (place, target) in zip(fine.places, fine.targets) where place > 0 && target >= 0 {
      counts[Int(place) - 1][target, default: 0] += 1
    }
    let masks = zip(fine.regions, counts).map { region, counts in
      RegionMask(
        index: region, file: file,
        voxels: counts.sorted { $0.key < $1.key }.map {
          WeightedVoxel(offset: Int($0.key), weight: Double($0.value) / Double(fine.counts[Int($0.key)]))
        })
    }
    return RegionWeights(masks, on: scan, findings: findings)
  }
}
