import Foundation
package import PETCore
package import PETImaging

extension RegionWeights {
  /// Labels at their pose as shares of the voxels of a scan: their own voxels, cut fine, counted in the scan's.
  ///
  /// A voxel on the border of two regions belongs to both: means hang on the pose a tenth as much as those of the voxels
  /// that lie nearest. Masks, and labels under a field of displacements, stay as they are.
  ///
  /// - Parameter isSplit: whether small voxels are parted among the scan's too, for what small moves do.
  package func shared(on scan: Grid, isSplit: Bool = false) throws(PETError) -> RegionWeights {
    guard let labels = ownLabels, pose == nil || pose?.affine != nil else { return self }
    let edge = max(scan.voxelSize.0, scan.voxelSize.1, scan.voxelSize.2)
    let scale = pose?.affine.map { cbrt(abs($0.determinant)) } ?? 1
    let (fine, place): (FineLabels, FinePlace)
    do throws(PETError) {
      // With voxels around the labels, so that those on the border are whole.
      fine = try FineLabels(labels, on: grid, scan: scan, margin: 2 * edge * scale, parts: 3)
      place = try FinePlace(fine.grid, pose: pose?.affine, scan: scan)
    } catch { throw error.at(file: file) }
    var whole = [Float](repeating: 0, count: scan.count)
    var own = fine.regions.map { _ in [(voxel: Int32, share: Float)]() }
    place.each { at, point in
      func add(_ x: Int, _ y: Int, _ z: Int, _ share: Float) {
        let voxel = place.voxel(x, y, z)
        guard voxel >= 0 else { return }
        whole[Int(voxel)] += share
        if fine.places[at] > 0 { own[Int(fine.places[at]) - 1].append((voxel, share)) }
      }
      let centre = point.index
      if isSplit { place.split(point, add) } else { add(centre.x, centre.y, centre.z, 1) }
    }
    guard own.contains(where: { !$0.isEmpty }) else { throw FineLabels.elsewhere(file) }
    var sums = [Float](repeating: 0, count: scan.count)
    let masks = zip(fine.regions, own).map { region, parts in
      for part in parts { sums[Int(part.voxel)] += part.share }
      var voxels: [WeightedVoxel] = []
      // Each voxel once, as it is first met.
      for (voxel, _) in parts where sums[Int(voxel)] > 0 {
        let weight = Double(sums[Int(voxel)]) / Double(whole[Int(voxel)])
        voxels.append(WeightedVoxel(offset: Int(voxel), weight: weight))
        sums[Int(voxel)] = 0
      }
      return RegionMask(index: region, file: file, voxels: voxels.sorted { $0.offset < $1.offset })
    }
    return RegionWeights(masks, on: scan, findings: findings)
  }
}
