import PETCore
import PETImaging

/// Labels at their own resolution, or finer where the scan asks for it.
///
/// Only the space around the labels is kept: beyond it a point spread reaches no label.
struct FineLabels {
  let grid: Grid
  /// Numbers of the regions, in the order in which `places` count them from 1.
  private(set) var regions: [Int]
  /// The region of each voxel, from 1; 0 where no label is.
  private(set) var places: [UInt16]
  /// Voxels of each region.
  private(set) var sizes: [Int]

  /// Space that is no label's, as regions of their own: by numbers that no label image holds.
  static let (rim, shell, head, air) = (Int.min, Int.min + 1, Int.min + 2, Int.min + 3)

  /// - Parameters:
  ///   - labels: of every voxel of `own`.
  ///   - margin: that is kept around the labels, mm.
  ///   - parts: into how many each edge of the scan's voxels is cut at the least.
  /// - Throws: for more voxels than can be held.
  init(_ labels: [Int32], on own: Grid, scan: Grid, margin: Double, parts: Double = 2) throws(PETError) {
    let cut = Self.box(labels, own, margin: margin)
    let sizes = [own.voxelSize.0, own.voxelSize.1, own.voxelSize.2]
    let edge = min(scan.voxelSize.0, scan.voxelSize.1, scan.voxelSize.2)
    // Two voxels along each edge of the scan's take its box well; edges are written to a hundredth.
    let factors = sizes.map { max(1, Int((parts * $0 / edge - 0.01).rounded(.up))) }
    let shape = zip(cut.counts, factors).map { $0 * $1 }
    let voxels = shape.reduce(1.0) { $0 * Double($1) }
    // Some 16 bytes each at the most: 2 GB.
    guard voxels < 1.2e8 else {
      throw PETError(
        .wrongInput, field: "labels",
        "at the resolution of the scan they are \(NumberText.short((voxels / 1e6).rounded())) million voxels",
        remedy: "give labels of about half the edge of the scan's voxels")
    }
    grid = Self.grid(own, cut.from, factors, shape)
    let numbers = RegionWeights.present(labels)
    guard numbers.count < Int(UInt16.max) - 3 else {
      throw PETError(
        .wrongInput, field: "labels", "\(numbers.count) labels are too many to correct", remedy: "merge some of them")
    }
    let place = Dictionary(
      uniqueKeysWithValues: numbers.enumerated().map { (Int32($0.element), UInt16($0.offset + 1)) })
    regions = numbers
    places = Self.spread(labels, own, cut.from, factors, shape, place)
    self.sizes = []
    count(regions.count)
  }

  /// That labels and scan do not meet.
  static func elsewhere(_ file: String) -> PETError {
    PETError(
      .wrongInput, file: file, field: "labels", "no label lies on the scan", remedy: "check that they are of this scan")
  }

  private mutating func count(_ regions: Int) {
    var sizes = [Int](repeating: 0, count: regions + 1)
    for place in places { sizes[Int(place)] += 1 }
    self.sizes = Array(sizes.dropFirst())
  }

  /// Gives what is no label's to regions of its own, one number (`rim`, `shell`, `head`, `air`) a voxel without a label.
  mutating func fill(_ number: (_ voxel: Int) -> Int) {
    var known: [Int: UInt16] = [:]
    for voxel in places.indices where places[voxel] == 0 {
      let own = number(voxel)
      if let place = known[own] {
        places[voxel] = place
      } else {
        regions.append(own)
        known[own] = UInt16(regions.count)
        places[voxel] = UInt16(regions.count)
      }
    }
    count(regions.count)
  }

  // MARK: - Geometry

  /// The labels' box with a margin.
  private static func box(_ labels: [Int32], _ grid: Grid, margin: Double) -> (from: [Int], counts: [Int]) {
    var low = [grid.nx, grid.ny, grid.nz]
    var high = [-1, -1, -1]
    var at = 0
    for k in 0..<grid.nz {
      for j in 0..<grid.ny {
        for i in 0..<grid.nx {
          if labels[at] != 0 {
            (low[0], high[0]) = (min(low[0], i), max(high[0], i))
            (low[1], high[1]) = (min(low[1], j), max(high[1], j))
            (low[2], high[2]) = (min(low[2], k), max(high[2], k))
          }
          at += 1
        }
      }
    }
    let size = [grid.voxelSize.0, grid.voxelSize.1, grid.voxelSize.2]
    // The field of the labels may end before the margin: the rest is made of nothing.
    let reach = size.map { Int((margin / $0).rounded(.up)) }
    let from = (0..<3).map { low[$0] - reach[$0] }
    return (from, (0..<3).map { high[$0] + reach[$0] + 1 - from[$0] })
  }

  /// The grid of a box, each voxel in several.
  private static func grid(_ own: Grid, _ from: [Int], _ factors: [Int], _ shape: [Int]) -> Grid {
    // Index of the first small voxel's centre in the labels' own.
    let start = (0..<3).map { Double(from[$0]) - 0.5 + 0.5 / Double(factors[$0]) }
    var rows = [Double](repeating: 0, count: 12)
    for row in 0..<3 {
      for column in 0..<3 { rows[4 * row + column] = own.affine[row, column] / Double(factors[column]) }
    }
    let origin = own.affine.apply(start[0], start[1], start[2])
    (rows[3], rows[7], rows[11]) = origin
    return Grid(nx: shape[0], ny: shape[1], nz: shape[2], affine: Affine(rows: rows))
  }

  private static func spread(
    _ labels: [Int32], _ own: Grid, _ from: [Int], _ factors: [Int], _ shape: [Int], _ place: [Int32: UInt16]
  ) -> [UInt16] {
    var result = [UInt16](repeating: 0, count: shape[0] * shape[1] * shape[2])
    var at = 0
    for k in 0..<shape[2] {
      let z = k / factors[2] + from[2]
      for j in 0..<shape[1] {
        let y = j / factors[1] + from[1]
        guard z >= 0, z < own.nz, y >= 0, y < own.ny else {
          at += shape[0]
          continue
        }
        let row = own.nx * (y + own.ny * z)
        var (last, known): (Int32, UInt16) = (0, 0)
        for i in 0..<shape[0] {
          let x = i / factors[0] + from[0]
          let label = x >= 0 && x < own.nx ? labels[row + x] : 0
          if label != last { (last, known) = (label, place[label] ?? 0) }
          result[at] = known
          at += 1
        }
      }
    }
    return result
  }
}
