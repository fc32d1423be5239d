import PETCore
import PETImaging

/// Which voxel of a scan each of the small voxels of labels lies in: that at a place within it.
///
/// That is its centre, but of labels parallel to the scan, whose centres would all stay or all go when labels are moved by less than
/// half a small voxel: there places go over the small voxels evenly, by a fixed pattern, and as much of a border goes to the next voxels
/// as should. Where a small voxel lies in one of the scan's as a whole nothing depends on it.
struct FinePlace: Sendable {
  /// Of the scan.
  let grid: Grid
  private let shape: [Int]
  /// Of the first centre, and of a step along each axis of the labels, in parts of the scan's voxels.
  private let start: Point
  private let steps: [Point]
  /// From the centre of a small voxel to its place within, by number of the pattern.
  private let within: [Point]

  /// Length of the pattern; a power of two.
  private static let pattern = 512
  /// Tangent of the angle below which axes are parallel: 1.5 degrees.
  private static let parallel = 0.026

  /// Whole numbers are quicker to round than others: 2^32 of them a voxel, far below what a pose is known by.
  private static let parts = 4_294_967_296.0

  /// A place in the scan.
  struct Point {
    var x: Int64
    var y: Int64
    var z: Int64

    /// Of the voxel, which may be outside.
    var index: (x: Int, y: Int, z: Int) { (Int(x >> 32), Int(y >> 32), Int(z >> 32)) }

    mutating func step(_ by: Point) {
      x &+= by.x
      y &+= by.y
      z &+= by.z
    }

    func moved(_ by: Point, _ times: Int) -> Point {
      let times = Int64(times)
      return Point(x: x &+ by.x &* times, y: y &+ by.y &* times, z: z &+ by.z &* times)
    }
  }

  /// - Parameters:
  ///   - labels: the small voxels.
  ///   - pose: takes points of the scan to points of the labels.
  /// - Throws: for a transform that cannot be turned round, or labels that lie millions of voxels away.
  init(_ labels: Grid, pose: Affine?, scan: Grid) throws(PETError) {
    guard let inverse = pose == nil ? Affine.identity : pose?.inverse else {
      throw PETError(.wrongInput, field: "transform", "it is singular", remedy: "correct the transform")
    }
    let own = Grid(nx: labels.nx, ny: labels.ny, nz: labels.nz, affine: inverse.after(labels.affine))
    let map = try own.indices(in: scan)
    let size = Double(max(labels.nx, labels.ny, labels.nz))
    // Sums of four such numbers stay within 63 bits.
    guard map.m.allSatisfy({ abs($0) * size < 1e8 }) else {
      throw PETError(.wrongInput, field: "labels", "they lie far from the scan", remedy: "check their transform")
    }
    func parts(_ value: Double) -> Int64 { Int64((value * Self.parts).rounded()) }
    grid = scan
    shape = [labels.nx, labels.ny, labels.nz]
    start = Point(x: parts(map[0, 3] + 0.5), y: parts(map[1, 3] + 0.5), z: parts(map[2, 3] + 0.5))
    steps = (0..<3).map { Point(x: parts(map[0, $0]), y: parts(map[1, $0]), z: parts(map[2, $0])) }
    let isParallel = (0..<3).allSatisfy { column in
      let parts = (0..<3).map { abs(map[$0, column]) }
      let longest = parts.max() ?? 1
      return parts.filter { $0 < longest }.allSatisfy { $0 < Self.parallel * longest }
    }
    // Powers of the root of x^4 = x + 1: the points of such a lattice are spread evenly in three dimensions.
    let root = 1.2207440846057596
    let shares = isParallel ? [1 / root, 1 / (root * root), 1 / (root * root * root)] : [0, 0, 0]
    within = (0..<Self.pattern).map { number in
      let u = shares.map { (share: Double) -> Double in
        guard share > 0 else { return 0 }
        let place = (Double(number) + 0.5) * share
        return (place - place.rounded(.down) - 0.5) * (1 - 1e-6)
      }
      func part(_ row: Int) -> Int64 { parts((0..<3).reduce(0) { $0 + map[row, $1] * u[$1] }) }
      return Point(x: part(0), y: part(1), z: part(2))
    }
  }

  /// Number in the pattern of the first of a row of small voxels; the others follow.
  func number(_ x: Int, _ y: Int, _ z: Int) -> Int { x &+ 73 &* y &+ 311 &* z }

  /// The place within a small voxel, from its centre.
  @inline(__always)
  func within(_ number: Int) -> Point { within[number & (Self.pattern - 1)] }

  /// Along a row of the labels.
  var step: Point { steps[0] }

  /// Of a small voxel.
  func point(_ x: Int, _ y: Int, _ z: Int) -> Point { start.moved(steps[0], x).moved(steps[1], y).moved(steps[2], z) }

  /// The scan's voxel of each small one, x fastest; -1 outside.
  ///
  /// - Parameter isEven: whether places within small voxels are spread over them; else they are their centres.
  func targets(isEven: Bool = false) -> [Int32] {
    var result = [Int32](repeating: -1, count: shape[0] * shape[1] * shape[2])
    let (nx, ny, nz) = (grid.nx, grid.ny, grid.nz)
    var at = 0
    for z in 0..<shape[2] {
      for y in 0..<shape[1] {
        var point = point(0, y, z)
        let number = number(0, y, z)
        for x in 0..<shape[0] {
          let (i, j, k) = (isEven ? point.moved(within(number + x), 1) : point).index
          if i >= 0, j >= 0, k >= 0, i < nx, j < ny, k < nz { result[at] = Int32(i + nx * (j + ny * k)) }
          point.step(step)
          at += 1
        }
      }
    }
    return result
  }

  /// The voxels of the scan that a box of small ones lies in, and none outside it; nil where there are none.
  func box(_ low: [Int], _ high: [Int]) -> ScanBox? {
    var (first, last) = ([Int.max, Int.max, Int.max], [Int.min, Int.min, Int.min])
    for corner in 0..<8 {
      let ends = (0..<3).map { corner >> $0 & 1 == 0 ? low[$0] : high[$0] }
      let index = point(ends[0], ends[1], ends[2]).index
      for (axis, place) in [index.x, index.y, index.z].enumerated() {
        (first[axis], last[axis]) = (min(first[axis], place), max(last[axis], place))
      }
    }
    let counts = [grid.nx, grid.ny, grid.nz]
    for axis in 0..<3 { (first[axis], last[axis]) = (max(first[axis], 0), min(last[axis], counts[axis] - 1)) }
    return (0..<3).allSatisfy { first[$0] <= last[$0] }
      ? ScanBox(low: first, shape: (0..<3).map { last[$0] - first[$0] + 1 }, grid: grid) : nil
  }
}

/// A box of voxels of a scan.
struct ScanBox {
  let low: [Int]
  let shape: [Int]
  let grid: Grid

  var count: Int { shape[0] * shape[1] * shape[2] }

  /// Calls `body` with each voxel's place in the box and in the scan, ascending.
  func each(_ body: (_ own: Int, _ voxel: Int32) -> Void) {
    var own = 0
    for z in 0..<shape[2] {
      for y in 0..<shape[1] {
        let row = low[0] + grid.nx * (y + low[1] + grid.ny * (z + low[2]))
        for x in 0..<shape[0] {
          body(own, Int32(row + x))
          own += 1
        }
      }
    }
  }
}
