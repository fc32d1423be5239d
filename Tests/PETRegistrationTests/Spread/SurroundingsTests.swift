import PETCore
import PETImaging
import Testing

@testable import PETRegistration

/// Space without a label: rim, head, air.
struct SurroundingsTests {
  private static let grid = Grid(
    nx: 30, ny: 26, nz: 24, affine: Affine(rows: [1, 0, 0, 0, 0, 1.5, 0, 0, 0, 0, 2, 0]))

  private static func labels(scan: Grid) throws -> FineLabels {
    var values = [Int32](repeating: 0, count: grid.count)
    for (i, j, k) in [(14, 12, 11), (15, 12, 11), (14, 13, 12), (20, 15, 9)] { values[i + 30 * (j + 26 * k)] = 4 }
    return try FineLabels(values, on: grid, scan: scan, margin: 12)
  }

  /// Every voxel within 4 mm of a labelled one, and those within 6 mm, by all distances.
  @Test func theRim() throws {
    let scan = Grid(nx: 16, ny: 20, nz: 24, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))
    var labels = try Self.labels(scan: scan)
    let inside = labels.places.indices.filter { labels.places[$0] > 0 }
    let (nx, ny) = (labels.grid.nx, labels.grid.ny)
    func point(_ at: Int) -> (Double, Double, Double) {
      labels.grid.affine.apply(Double(at % nx), Double(at / nx % ny), Double(at / (nx * ny)))
    }
    Surroundings.fill(
      &labels, at: try FinePlace(labels.grid, pose: nil, scan: scan), mean: [Float](repeating: 0, count: scan.count),
      spread: try PointSpread(fwhm: 4))
    #expect(labels.regions == [4, FineLabels.air, FineLabels.shell, FineLabels.rim])
    for at in labels.places.indices where !inside.contains(at) {
      let own = point(at)
      let distances = inside.map { (other: Int) -> Double in
        let p = point(other)
        let d: [Double] = [p.0 - own.0, p.1 - own.1, p.2 - own.2]
        return d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
      }
      let least = distances.min() ?? 0
      let region = labels.regions[Int(labels.places[at]) - 1]
      #expect((region == FineLabels.rim) == (least <= 16 + 1e-6) || abs(least - 16) < 1e-3, "\(own) \(least)")
      #expect((region == FineLabels.air) == (least > 36 + 1e-6) || abs(least - 36) < 1e-3, "\(own) \(least)")
    }
  }

  /// Beyond the rim what lies within a FWHM of activity is head.
  @Test func theHead() throws {
    let scan = Grid(nx: 16, ny: 20, nz: 24, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))
    var labels = try Self.labels(scan: scan)
    // Activity at the labels, and a tenth and more at one voxel beside.
    var mean = [Float](repeating: 0, count: scan.count)
    let place = try FinePlace(labels.grid, pose: nil, scan: scan)
    let targets = place.targets
    for voxel in targets.indices where labels.places[voxel] > 0 { mean[Int(targets[voxel])] = 10 }
    func voxel(_ x: Int, _ y: Int) -> Int { x + 16 * (y + 20 * 11) }
    mean[voxel(2, 9)] = 1.5
    mean[voxel(13, 4)] = 0.5
    Surroundings.fill(&labels, at: place, mean: mean, spread: try PointSpread(fwhm: 4))
    let head = labels.places.indices.filter { labels.regions[Int(labels.places[$0]) - 1] == FineLabels.head }
    let voxels = Set(head.map { Int(targets[$0]) })
    #expect(voxels.contains(voxel(2, 9)) && voxels.contains(voxel(3, 9)))
    #expect(!voxels.contains(voxel(13, 4)) && !voxels.contains(voxel(2, 12)))
  }
}
