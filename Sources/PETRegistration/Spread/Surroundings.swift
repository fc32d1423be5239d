import PETCore
import PETImaging

/// Space that no label covers, in four regions of its own, told from the labels and the scan.
///
/// The rim lies within 4 mm of a label (fluid and meninges), the shell within 6 mm (what the rim does not hold of them, skull), the head is what else
/// holds activity, the air the rest. Fluid round the brain has a twentieth of its activity and scalp nearly half: one region for
/// both put cortex off by 5 to 20 % in scans simulated on the labels of a real brain.
struct Surroundings {
  /// mm.
  static let (rim, shell) = (4.0, 6.0)
  /// Share of the brain's median activity above which a voxel belongs to the head.
  static let share = 0.1

  /// - Parameters:
  ///   - place: of the labels on the scan.
  ///   - mean: of the scan over time, one value a voxel.
  ///   - scale: mm of the labels in one of the scan's.
  static func fill(
    _ labels: inout FineLabels, at place: FinePlace, mean: [Float], spread: PointSpread, scale: Double = 1
  ) {
    guard labels.places.contains(0) else { return }
    let distance = squaredDistances(labels, scale: scale)
    let targets = place.targets
    let isHead = head(labels, targets, on: place.grid, mean: mean, reach: max(spread.inPlane, spread.axial))
    labels.fill { voxel in
      if distance[voxel] <= Float(rim * rim) { return FineLabels.rim }
      if distance[voxel] <= Float(shell * shell) { return FineLabels.shell }
      let target = targets[voxel]
      return target >= 0 && isHead[Int(target)] ? FineLabels.head : FineLabels.air
    }
  }

  /// From the centre of each voxel to that of a labelled one, as far as the shell, mm2.
  private static func squaredDistances(_ labels: FineLabels, scale: Double) -> [Float] {
    let grid = labels.grid
    let edges = [grid.voxelSize.0, grid.voxelSize.1, grid.voxelSize.2].map { $0 / scale }
    return Neighbourhood.squaredDistances(
      labels.places.map { $0 != 0 }, shape: [grid.nx, grid.ny, grid.nz], edges: edges, reach: shell)
  }

  /// Voxels of the scan that hold activity, and those within `reach` mm of one.
  private static func head(
    _ labels: FineLabels, _ targets: [Int32], on grid: Grid, mean: [Float], reach: Double
  ) -> [Bool] {
    var isBrain = [Bool](repeating: false, count: mean.count)
    for (place, target) in zip(labels.places, targets) where place > 0 && target >= 0 {
      isBrain[Int(target)] = true
    }
    let inside = mean.indices.filter { isBrain[$0] && mean[$0].isFinite }.map { Double(mean[$0]) }.sorted()
    let limit = Float(share * Order.quantile(inside, 0.5))
    let edges = [grid.voxelSize.0, grid.voxelSize.1, grid.voxelSize.2]
    let span = edges.map { Int((reach / $0).rounded(.down)) }
    var ball: [(Int, Int, Int)] = []
    for z in -span[2]...span[2] {
      for y in -span[1]...span[1] {
        for x in -span[0]...span[0] {
          let d = [Double(x) * edges[0], Double(y) * edges[1], Double(z) * edges[2]]
          if d.reduce(0, { $0 + $1 * $1 }) <= reach * reach { ball.append((x, y, z)) }
        }
      }
    }
    let isActive = mean.map { $0 > limit }
    var isHead = isActive
    let (nx, ny, nz) = (grid.nx, grid.ny, grid.nz)
    var at = 0
    for k in 0..<nz {
      for j in 0..<ny {
        for i in 0..<nx {
          defer { at += 1 }
          guard isActive[at] else { continue }
          // Only what borders on something without activity has anything to add.
          let isBorder =
            i == 0 || j == 0 || k == 0 || i == nx - 1 || j == ny - 1 || k == nz - 1 || !isActive[at - 1]
            || !isActive[at + 1] || !isActive[at - nx] || !isActive[at + nx] || !isActive[at - nx * ny]
            || !isActive[at + nx * ny]
          guard isBorder else { continue }
          for (x, y, z) in ball {
            let (a, b, c) = (i + x, j + y, k + z)
            if a >= 0, b >= 0, c >= 0, a < nx, b < ny, c < nz { isHead[a + nx * (b + ny * c)] = true }
          }
        }
      }
    }
    return isHead
  }
}
