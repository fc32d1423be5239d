import PETCore
import PETImaging

/// Which voxels of a scan each of the small voxels of labels lies in.
///
/// That is the one at its centre, but of labels parallel to the scan, whose centres would all stay or all go when labels are moved by
/// less than half a small voxel: those are parted among the voxels that they lie in by the shares of their boxes.
struct FinePlace: Sendable {
  /// Of the scan.
  let grid: Grid
  private let shape: [Int]
  /// Of the first centre, and of a step along each axis of the labels, in parts of the scan's voxels.
  private let start: Point
  private let steps: [Point]
  /// Half of a small voxel along each axis of the scan; 0 where it is not parted.
  private let half: Point
  /// Of rows that are parallel to the scan's, alike in all of them; nil where they are not.
  let row: Row?

  /// Small voxels along a row of the labels.
  struct Row: Sendable {
    /// Voxel of the scan along its own row, which may be outside, and the share in the next.
    let voxels: [Int]
    let upper: [Float]
  }

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
    let rows = (0..<3).map { row in (0..<3).map { abs(map[row, $0]) } }
    let isParallel = rows.allSatisfy { row in
      let longest = row.max() ?? 1
      // One small voxel lies in two of the scan's along an axis at the most.
      return longest <= 1 && row.filter { $0 < longest }.allSatisfy { $0 < Self.parallel * longest }
    }
    // What rounding takes for the next voxel is none.
    let reach = rows.map { isParallel ? parts(0.5 * (1 - 1e-6) * ($0.max() ?? 0)) : 0 }
    half = Point(x: reach[0], y: reach[1], z: reach[2])
    guard steps[0].y == 0, steps[0].z == 0, steps[1].x == 0, steps[2].x == 0 else {
      row = nil
      return
    }
    let (start, step, width) = (start.x, steps[0].x, reach[0])
    let ends = (0..<labels.nx).map { x in
      let centre = start &+ step &* Int64(x)
      return (centre, Int((centre &- width) >> 32), Int((centre &+ width) >> 32))
    }
    row = Row(voxels: ends.map(\.1), upper: ends.map { Self.upper($0.0, width, $0.1, $0.2) })
  }

  /// Rows of the scan that a row of small voxels lies in, by their place and share along both axes; for parallel ones.
  func lines(_ y: Int, _ z: Int) -> [(y: Int, z: Int, shareY: Float, shareZ: Float)] {
    let point = point(0, y, z)
    func axis(_ place: Int64, _ half: Int64) -> [(voxel: Int, share: Float)] {
      let (low, high) = (Int((place &- half) >> 32), Int((place &+ half) >> 32))
      let upper: Float = Self.upper(place, half, low, high)
      var shares: [(voxel: Int, share: Float)] = [(voxel: low, share: 1 - upper)]
      if high > low { shares.append((voxel: high, share: upper)) }
      return shares
    }
    let rows = axis(point.y, half.y)
    var lines: [(y: Int, z: Int, shareY: Float, shareZ: Float)] = []
    for plane in axis(point.z, half.z) {
      for row in rows { lines.append((y: row.voxel, z: plane.voxel, shareY: row.share, shareZ: plane.share)) }
    }
    return lines
  }

  /// Calls `body` with the indices of the scan's voxels, which may be outside, that a small one lies in, and its share in each.
  @inline(__always)
  func split(_ point: Point, _ body: (_ x: Int, _ y: Int, _ z: Int, _ share: Float) -> Void) {
    let low = Point(x: point.x &- half.x, y: point.y &- half.y, z: point.z &- half.z).index
    let high = Point(x: point.x &+ half.x, y: point.y &+ half.y, z: point.z &+ half.z).index
    if low == high { return body(low.x, low.y, low.z, 1) }
    let upper = (
      Self.upper(point.x, half.x, low.x, high.x), Self.upper(point.y, half.y, low.y, high.y),
      Self.upper(point.z, half.z, low.z, high.z)
    )
    for z in low.z...high.z {
      let c = z == low.z ? 1 - upper.2 : upper.2
      for y in low.y...high.y {
        let b = y == low.y ? 1 - upper.1 : upper.1
        for x in low.x...high.x { body(x, y, z, (x == low.x ? 1 - upper.0 : upper.0) * b * c) }
      }
    }
  }

  /// Share of a small voxel that lies in the upper of two voxels along an axis; 0 where it lies in one.
  @inline(__always)
  private static func upper(_ place: Int64, _ half: Int64, _ low: Int, _ high: Int) -> Float {
    low == high ? 0 : Float(place &+ half &- Int64(high) << 32) / Float(2 * half)
  }

  /// Along a row of the labels.
  var step: Point { steps[0] }

  /// Of a small voxel.
  func point(_ x: Int, _ y: Int, _ z: Int) -> Point { start.moved(steps[0], x).moved(steps[1], y).moved(steps[2], z) }

  /// The scan's voxel at the centre of each small one, x fastest; -1 outside.
  var targets: [Int32] {
    var result = [Int32](repeating: -1, count: shape[0] * shape[1] * shape[2])
    each { at, point in
      let (i, j, k) = point.index
      result[at] = voxel(i, j, k)
    }
    return result
  }

  /// The number of a voxel of the scan; -1 outside.
  func voxel(_ x: Int, _ y: Int, _ z: Int) -> Int32 {
    x >= 0 && y >= 0 && z >= 0 && x < grid.nx && y < grid.ny && z < grid.nz
      ? Int32(x + grid.nx * (y + grid.ny * z)) : -1
  }

  /// Calls `body` with each small voxel and its centre, x fastest.
  @inline(__always)
  func each(_ body: (_ at: Int, _ point: Point) -> Void) {
    var at = 0
    for z in 0..<shape[2] {
      for y in 0..<shape[1] {
        var point = point(0, y, z)
        for _ in 0..<shape[0] {
          body(at, point)
          point.step(step)
          at += 1
        }
      }
    }
  }

  /// The voxels of the scan that a box of small ones lies in, and none outside it; nil where there are none.
  func box(_ low: [Int], _ high: [Int]) -> ScanBox? {
    var (first, last) = ([Int.max, Int.max, Int.max], [Int.min, Int.min, Int.min])
    for corner in 0..<8 {
      let ends = (0..<3).map { (axis: Int) -> Int in (corner >> axis) & 1 == 0 ? low[axis] : high[axis] }
      split(point(ends[0], ends[1], ends[2])) { x, y, z, _ in
        for (axis, place) in [x, y, z].enumerated() {
          (first[axis], last[axis]) = (min(first[axis], place), max(last[axis], place))
        }
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
