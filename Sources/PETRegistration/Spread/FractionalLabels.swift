import Foundation
package import PETCore
package import PETImaging

extension RegionWeights {
  /// Labels at their pose as shares of the voxels of a scan: their own voxels, cut fine, counted in the scan's.
  ///
  /// A voxel on the border of two regions belongs to both: means hang on the pose a tenth as much as those of the voxels
  /// that lie nearest. Masks, and labels under a field of displacements, stay as they are.
  ///
  /// - Parameter isEven: whether labels that move by less than one of the small voxels give as much away, for what small moves do.
  package func shared(on scan: Grid, isEven: Bool = false) throws(PETError) -> RegionWeights {
    guard let labels = ownLabels, pose == nil || pose?.affine != nil else { return self }
    let edge = max(scan.voxelSize.0, scan.voxelSize.1, scan.voxelSize.2)
    let scale = pose?.affine.map { cbrt(abs($0.determinant)) } ?? 1
    let (fine, targets): (FineLabels, [Int32])
    do throws(PETError) {
      // With voxels around the labels, so that those on the border are whole.
      fine = try FineLabels(labels, on: grid, scan: scan, margin: 2 * edge * scale, parts: 3)
      targets = try FinePlace(fine.grid, pose: pose?.affine, scan: scan).targets(isEven: isEven)
    } catch { throw error.at(file: file) }
    var whole = [Int32](repeating: 0, count: scan.count)
    var own = fine.regions.map { _ in [Int32]() }
    for (place, target) in zip(fine.places, targets) where target >= 0 {
      whole[Int(target)] += 1
      if place > 0 { own[Int(place) - 1].append(target) }
    }
    guard own.contains(where: { !$0.isEmpty }) else { throw FineLabels.elsewhere(file) }
    var counts = [Int32](repeating: 0, count: scan.count)
    let masks = zip(fine.regions, own).map { region, targets in
      for target in targets { counts[Int(target)] += 1 }
      var voxels: [WeightedVoxel] = []
      // Each voxel once, as it is first met.
      for target in targets where counts[Int(target)] > 0 {
        let share = Double(counts[Int(target)]) / Double(whole[Int(target)])
        voxels.append(WeightedVoxel(offset: Int(target), weight: share))
        counts[Int(target)] = 0
      }
      return RegionMask(index: region, file: file, voxels: voxels.sorted { $0.offset < $1.offset })
    }
    return RegionWeights(masks, on: scan, findings: findings)
  }
}
