import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETImaging

/// Regional weights of labels and masks, on their own grid and on others.
struct RegionWeightsTests {
  private static let grid = Grid(nx: 4, ny: 3, nz: 2, affine: Affine(rows: [2, 0, 0, -4, 0, 2, 0, 1, 0, 0, 2, 6]))
  private static let count = 24

  /// A scan of three frames whose voxels are known in closed form.
  private static func value(_ voxel: Int, _ frame: Int) -> Double {
    Double((voxel * 7 + frame * 5) % 11) + 0.25 * Double(frame)
  }

  private static func scan(_ folder: TemporaryFolder, on grid: Grid = grid) throws -> String {
    let path = folder.file("scan.nii.gz")
    try NIfTIWriter.write(path, grid: grid, frames: 3, description: "scan") { frame in
      (0..<grid.count).map { value($0, frame) }
    }
    return path
  }

  private static func definitions(_ count: Int) -> [RegionDefinition] {
    (1...count).map { RegionDefinition(name: "r\($0)", labels: [$0], isMerged: false) }
  }

  /// Labels of half the scan's voxels, every centre of which lies between two of them along each axis, are not moved: the centre of
  /// a ball of 24 voxels across stays within a twentieth of a voxel, where one side always would move it by a quarter of one.
  @Test func labelsBetweenVoxels() throws {
    let fine = Grid(nx: 64, ny: 64, nz: 64, affine: Affine(rows: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]))
    let coarse = Grid(nx: 32, ny: 32, nz: 32, affine: Affine(rows: [2, 0, 0, 0.5, 0, 2, 0, 0.5, 0, 0, 2, 0.5]))
    func point(_ at: Int, _ grid: Grid) -> [Double] {
      let p = grid.affine.apply(Double(at % grid.nx), Double(at / grid.nx % grid.ny), Double(at / (grid.nx * grid.ny)))
      return [p.0, p.1, p.2]
    }
    let labels = (0..<fine.count).map { at -> Int32 in
      zip(point(at, fine), [31.3, 33.1, 30.6]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } < 24 * 24 ? 1 : 0
    }
    func centre(_ labels: [Int32], _ grid: Grid) -> [Double] {
      let inside = labels.indices.filter { labels[$0] > 0 }
      let sum = inside.reduce([0, 0, 0]) { sum, at in zip(sum, point(at, grid)).map { $0 + $1 } }
      return sum.map { $0 / Double(inside.count) }
    }
    let taken = try LabelImage(grid: fine, labels: labels).weights.labels(on: coarse)
    for (own, other) in zip(centre(labels, fine), centre(taken, coarse)) {
      #expect(abs(own - other) < 0.1, "\(own) \(other)")
    }
    let volumes = (Double(labels.count { $0 > 0 }), 8 * Double(taken.count { $0 > 0 }))
    #expect(abs(volumes.1 / volumes.0 - 1) < 0.01, "\(volumes)")
  }

  /// Fractions: the mean by weight, the effective volume; overlapping masks each stand alone.
  ///
  /// Sums of a dozen numbers in Double: 1e-13 relative is their rounding.
  @Test func fractionsAreWeightedMeans() throws {
    let folder = try TemporaryFolder()
    let fractions = (0..<Self.count).map { (i: Int) -> Double in i % 3 == 0 ? 0 : Double(i) / 32 }
    let whole = (0..<Self.count).map { $0 < 9 ? 1.0 : 0 }
    let weights = RegionWeights(
      [
        RegionMask(index: 1, file: "a.nii", weights: fractions), RegionMask(index: 2, file: "b.nii", weights: whole),
      ], on: Self.grid)
    let curves = try RegionalCurves(
      path: try Self.scan(folder), weights: weights, regions: Self.definitions(2), sampling: .labelsToImage, frames: 3)
    for (region, own) in [fractions, whole].enumerated() {
      let sum = own.reduce(0, +)
      for frame in 0..<3 {
        let expected = own.indices.reduce(0) { $0 + own[$1] * Self.value($1, frame) } / sum
        #expect(abs(curves.means[region][frame] / expected - 1) < 1e-13)
      }
      #expect(curves.voxels[region] == own.count { $0 > 0 } && abs(curves.volumes[region] / (8 * sum) - 1) < 1e-13)
    }
  }

  /// Masks of 0 and 1 are the labels they were made of, to the bit, in both samplings and on any grid.
  @Test(arguments: [false, true], GridSampling.allCases)
  func wholeMasksAreLabels(isOtherGrid: Bool, sampling: GridSampling) throws {
    let folder = try TemporaryFolder()
    let labels = (0..<Self.count).map { Int32($0 * 5 % 4) }
    let image = LabelImage(grid: Self.grid, labels: labels)
    let masks = (1...3).map { index in
      RegionMask(index: index, file: "\(index)", weights: labels.map { $0 == Int32(index) ? 1 : 0 })
    }
    let fine = Grid(nx: 8, ny: 6, nz: 4, affine: Affine(rows: [1, 0, 0, -4.5, 0, 1, 0, 0.5, 0, 0, 1, 5.5]))
    let path = try Self.scan(folder, on: isOtherGrid ? fine : Self.grid)
    let regions = Self.definitions(3) + [RegionDefinition(name: "all", labels: [1, 2, 3], isMerged: true)]
    func curves(_ weights: RegionWeights) throws -> RegionalCurves {
      try RegionalCurves(path: path, weights: weights, regions: regions, sampling: sampling, frames: 3)
    }
    let (a, b) = (try curves(image.weights), try curves(RegionWeights(masks, on: Self.grid)))
    #expect(a.means == b.means && a.voxels == b.voxels && a.volumes == b.volumes)
  }

  /// A pose that moves by one voxel gives each voxel its neighbour's region; its inverse brings samples back.
  @Test func poses() throws {
    let labels = (0..<Self.count).map { Int32($0 % 4 + 1) }
    var weights = LabelImage(grid: Self.grid, labels: labels).weights
    weights.pose = PointMap(Affine(rows: [1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 0]))
    // Points of the scan lie 2 mm further along x among the regions: voxel 0 has the label of voxel 1, the last of a row none.
    #expect(try weights.labels(on: Self.grid).prefix(4) == [2, 3, 4, 0])
    #expect(try weights.voxels(of: [2], on: Self.grid)[0].first == WeightedVoxel(offset: 0, weight: 1))
    var outside = 0
    try weights.eachSample(in: Self.grid) { _, _, corners in outside += corners == nil ? 1 : 0 }
    // The first of each of the six rows comes to lie before the scan.
    #expect(outside == 6)
    weights.pose = PointMap(Affine(rows: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]))
    #expect(try weights.labels(on: Self.grid) == labels)
    weights.pose = PointMap(Affine(rows: [Double](repeating: 0, count: 12)))
    #expect(throws: PETError.self) { try weights.eachSample(in: Self.grid) { _, _, _ in } }
  }

  /// A field that moves every point by one voxel moves labels as the affine does, and has no way back.
  @Test func displacedRegions() throws {
    let labels = (0..<Self.count).map { Int32($0 % 4 + 1) }
    var weights = LabelImage(grid: Self.grid, labels: labels).weights
    weights.pose = PointMap(Affine(rows: [1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 0]))
    let wanted = try weights.labels(on: Self.grid)
    let folder = try TemporaryFolder()
    var raw = RawNIfTI()
    (raw.dims, raw.intentCode) = ([5, 1, 1, 1, 1, 3, 1, 1], 1006)
    raw.sform = [500, 0, 0, 0, 0, 500, 0, 0, 0, 0, 500, 0]
    raw.store([2, 0, 0], as: 64)
    weights.pose = PointMap(try DisplacementField(path: folder.write("w.nii", raw.data)))
    #expect(try weights.labels(on: Self.grid) == wanted)
    let error = #expect(throws: PETError.self) { try weights.eachSample(in: Self.grid) { _, _, _ in } }
    #expect(error?.problem.contains("no way back") == true)
  }

  /// The region that a voxel is of most: half or more, the first of equal ones.
  @Test func labelsOfMasks() throws {
    let grid = Grid(nx: 5, ny: 1, nz: 1, affine: Affine(rows: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]))
    let weights = RegionWeights(
      [
        RegionMask(index: 1, file: "", weights: [1, 0.5, 0.4, 0.6, 0]),
        RegionMask(index: 2, file: "", weights: [1, 0.2, 0.49, 0.9, 0]),
      ], on: grid)
    #expect(try weights.labels(on: grid) == [1, 1, 0, 2, 0])
    #expect(weights.present == [1, 2] && weights.areFractions && weights.total(of: [2]) == 2.59)
  }

  /// Equal values of other weights have one order, whichever way the image is stored.
  @Test func quantilesOfTies() throws {
    let grid = Grid(nx: 3, ny: 1, nz: 1, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))
    let medians = try [([1.0, 1, 2], [0.1, 1, 1]), ([2.0, 1, 1], [1.0, 1, 0.1])].map { values, weights in
      try RegionSummary(
        Volume(grid: grid, values: values),
        weights: RegionWeights([RegionMask(index: 1, file: "", weights: weights)], on: grid),
        regions: Self.definitions(1), sampling: .labelsToImage, includeBackground: true
      ).rows[0].median
    }
    #expect(medians[0] == medians[1])
  }

  /// Statistics of a map by weight: what the definition says of three voxels of weights 1, 1/2 and 1/4.
  @Test func statisticsByWeight() throws {
    let grid = Grid(nx: 3, ny: 1, nz: 1, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))
    let weights = RegionWeights([RegionMask(index: 1, file: "", weights: [0.25, 1, 0.5])], on: grid)
    let row = try #require(
      try RegionSummary(
        Volume(grid: grid, values: [10, 2, 4]), weights: weights, regions: Self.definitions(1),
        sampling: .labelsToImage, includeBackground: true
      ).rows.first)
    let mean = (2 + 2 + 2.5) / 1.75
    let squares = (2 - mean) * (2 - mean) + 0.5 * (4 - mean) * (4 - mean) + 0.25 * (10 - mean) * (10 - mean)
    #expect(abs(row.mean - mean) < 1e-12 && abs(row.sd - (squares / (1.75 - 1.3125 / 1.75)).squareRoot()) < 1e-12)
    // Samples stand at 0, 1 and 1.5 of 1.5: the middle is 0.75 of the way from 2 to 4.
    #expect(row.volume == 14 && row.voxels == 3 && abs(row.median - 3.5) < 1e-12 && row.max == 10)
  }
}
