import PETCore
import PETImaging

/// A scan as what its blurred labels make of it, at one blur: one value a region, and one for all that lies outside.
///
/// y(x) = Σ_j t_j R_j(T x) + t_0 (1 - Σ_j R_j(T x)), with T the pose that takes points of the scan to points of the labels.
struct LabelModel {
  let fractions: LabelFractions
  let boxes: [RegionBox]
  /// From points of the labels, mm.
  private let toIndices: Affine

  init(_ fractions: LabelFractions, variances: [Double], between: [Double], jobs: Int) {
    self.fractions = fractions
    boxes = fractions.blurred(variances, between: between, jobs: jobs)
    toIndices =
      fractions.grid.affine.inverse ?? Affine.identity
  }

  /// What the regions have at some points: a row a point, sparse.
  struct Rows {
    /// Places of the entries of each point.
    var starts: [Int32]
    var regions: [Int32]
    var values: [Float]
    /// Change of each entry with the index along the axes of the grid.
    var slopes: [(Float, Float, Float)]
  }

  /// - Parameter points: of the scan, mm.
  func rows(_ points: [LabelSamples.Point], pose: Affine) -> Rows {
    let map = toIndices.after(pose)
    let places = points.map { point -> (Float, Float, Float) in
      let u = map.apply(point.x, point.y, point.z)
      return (Float(u.0), Float(u.1), Float(u.2))
    }
    var counts = [Int32](repeating: 0, count: points.count + 1)
    var hits: [(voxel: Int32, region: Int32, value: Float, slope: (Float, Float, Float))] = []
    hits.reserveCapacity(16 * points.count)
    let buckets = PointBuckets(places, grid: fractions.grid)
    for (region, box) in boxes.enumerated() {
      let (nx, ny) = (box.shape[0], box.shape[1])
      let low = (Float(box.low[0]), Float(box.low[1]), Float(box.low[2]))
      let high = (Float(box.shape[0] - 1), Float(box.shape[1] - 1), Float(box.shape[2] - 1))
      box.values.withUnsafeBufferPointer { values in
        buckets.each(in: box) { voxel in
          let place = places[voxel]
          let (x, y, z) = (place.0 - low.0, place.1 - low.1, place.2 - low.2)
          guard x >= 0, y >= 0, z >= 0, x < high.0, y < high.1, z < high.2 else { return }
          let (i, j, k) = (Int(x), Int(y), Int(z))
          let (a, b, c) = (x - Float(i), y - Float(j), z - Float(k))
          let at = i + nx * (j + ny * k)
          let (v000, v100) = (values[at], values[at + 1])
          let (v010, v110) = (values[at + nx], values[at + nx + 1])
          let up = at + nx * ny
          let (v001, v101) = (values[up], values[up + 1])
          let (v011, v111) = (values[up + nx], values[up + nx + 1])
          let (e00, e10) = (v000 + a * (v100 - v000), v010 + a * (v110 - v010))
          let (e01, e11) = (v001 + a * (v101 - v001), v011 + a * (v111 - v011))
          let (f0, f1) = (e00 + b * (e10 - e00), e01 + b * (e11 - e01))
          let value = f0 + c * (f1 - f0)
          guard value > 1e-5 else { return }
          let (d00, d10) = (v100 - v000, v110 - v010)
          let (d01, d11) = (v101 - v001, v111 - v011)
          let (g0, g1) = (d00 + b * (d10 - d00), d01 + b * (d11 - d01))
          let dx = g0 + c * (g1 - g0)
          let (h0, h1) = (e10 - e00, e11 - e01)
          let dy = h0 + c * (h1 - h0)
          hits.append((Int32(voxel), Int32(region), value, (dx, dy, f1 - f0)))
          counts[voxel + 1] += 1
        }
      }
    }
    for voxel in 0..<points.count { counts[voxel + 1] += counts[voxel] }
    var result = Rows(
      starts: counts, regions: [Int32](repeating: 0, count: hits.count),
      values: [Float](repeating: 0, count: hits.count),
      slopes: [(Float, Float, Float)](repeating: (0, 0, 0), count: hits.count))
    var ends = counts
    for hit in hits {
      let at = Int(ends[Int(hit.voxel)])
      ends[Int(hit.voxel)] += 1
      (result.regions[at], result.values[at], result.slopes[at]) = (hit.region, hit.value, hit.slope)
    }
    return result
  }

  /// The values of the regions, then of what lies outside.
  struct Values {
    var regions: [Double]
    var outside: Double
  }

  /// Half the Laplacian of the model on the grid of the fractions, what a mm2 more of variance changes.
  func change(byVariance values: Values) -> RegionBox {
    let grid = fractions.grid
    var whole = [Float](repeating: 0, count: grid.count)
    for (box, value) in zip(boxes, values.regions) {
      let amount = Float(value - values.outside)
      let (nx, ny, nz) = (box.shape[0], box.shape[1], box.shape[2])
      let (from, to) = (max(0, box.low[0]), min(grid.nx, box.low[0] + nx))
      guard from < to else { continue }
      for z in max(0, box.low[2])..<max(max(0, box.low[2]), min(grid.nz, box.low[2] + nz)) {
        for y in max(0, box.low[1])..<max(max(0, box.low[1]), min(grid.ny, box.low[1] + ny)) {
          let source = nx * (y - box.low[1] + ny * (z - box.low[2])) - box.low[0]
          let target = grid.nx * (y + grid.ny * z)
          for x in from..<to { whole[target + x] += amount * box.values[source + x] }
        }
      }
    }
    let size = grid.voxelSize
    let weights = [size.0, size.1, size.2].map { Float(0.5 / ($0 * $0)) }
    let strides = [1, grid.nx, grid.nx * grid.ny]
    var result = [Float](repeating: 0, count: grid.count)
    for z in 1..<max(2, grid.nz - 1) where z < grid.nz - 1 {
      for y in 1..<max(2, grid.ny - 1) where y < grid.ny - 1 {
        let row = grid.nx * (y + grid.ny * z)
        for at in row + 1..<max(row + 2, row + grid.nx - 1) where at < row + grid.nx - 1 {
          var sum: Float = 0
          for axis in 0..<3 {
            let two = whole[at - strides[axis]] + whole[at + strides[axis]]
            sum += weights[axis] * (two - 2 * whole[at])
          }
          result[at] = sum
        }
      }
    }
    return RegionBox(low: [0, 0, 0], shape: [grid.nx, grid.ny, grid.nz], values: result)
  }

  /// A box's value between its voxels at points of the scan; 0 outside.
  func read(_ box: RegionBox, _ points: [LabelSamples.Point], pose: Affine) -> [Double] {
    let map = toIndices.after(pose)
    let (nx, ny, nz) = (box.shape[0], box.shape[1], box.shape[2])
    return points.map { point in
      let u = map.apply(point.x, point.y, point.z)
      let (x, y, z) = (u.0 - Double(box.low[0]), u.1 - Double(box.low[1]), u.2 - Double(box.low[2]))
      guard x >= 0, y >= 0, z >= 0, x < Double(nx - 1), y < Double(ny - 1), z < Double(nz - 1) else { return 0 }
      let (i, j, k) = (Int(x), Int(y), Int(z))
      var sum = 0.0
      for corner in 0..<8 {
        let (a, b, c) = (corner & 1, corner >> 1 & 1, corner >> 2)
        let wx = a == 0 ? 1 - (x - Double(i)) : x - Double(i)
        let wy = b == 0 ? 1 - (y - Double(j)) : y - Double(j)
        let wz = c == 0 ? 1 - (z - Double(k)) : z - Double(k)
        sum += wx * wy * wz * Double(box.values[i + a + nx * (j + b + ny * (k + c))])
      }
      return sum
    }
  }
}

/// Points in cubes, so that a box is asked of those alone that may lie in it.
private struct PointBuckets {
  /// Edge of a cube, voxels.
  private static let edge = 8
  /// Of cubes along each axis.
  private let counts: [Int]
  /// Where each cube's points begin in `order`.
  private let starts: [Int32]
  private let order: [Int32]

  /// - Parameter places: in voxels of the grid; those outside lie in no cube.
  init(_ places: [(Float, Float, Float)], grid: Grid) {
    let counts = [grid.nx, grid.ny, grid.nz].map { $0 / Self.edge + 1 }
    let (nx, ny, nz) = (Float(grid.nx), Float(grid.ny), Float(grid.nz))
    func cube(_ place: (Float, Float, Float)) -> Int? {
      guard place.0 >= 0, place.1 >= 0, place.2 >= 0, place.0 < nx, place.1 < ny, place.2 < nz else { return nil }
      return Int(place.0) / Self.edge + counts[0] * (Int(place.1) / Self.edge + counts[1] * (Int(place.2) / Self.edge))
    }
    let all = counts[0] * counts[1] * counts[2]
    var starts = [Int32](repeating: 0, count: all + 1)
    for place in places { if let own = cube(place) { starts[own + 1] += 1 } }
    for own in 0..<all { starts[own + 1] += starts[own] }
    var (ends, order) = (starts, [Int32](repeating: 0, count: Int(starts.last ?? 0)))
    for (point, place) in places.enumerated() {
      guard let own = cube(place) else { continue }
      order[Int(ends[own])] = Int32(point)
      ends[own] += 1
    }
    (self.counts, self.starts, self.order) = (counts, starts, order)
  }

  func each(in box: RegionBox, _ body: (Int) -> Void) {
    func span(_ axis: Int) -> ClosedRange<Int>? {
      let (from, to) = (max(0, box.low[axis]) / Self.edge, (box.low[axis] + box.shape[axis] - 1) / Self.edge)
      return to >= 0 && from < counts[axis] ? from...max(from, min(to, counts[axis] - 1)) : nil
    }
    guard let along = span(0), let across = span(1), let up = span(2) else { return }
    for z in up {
      for y in across {
        // Cubes beside each other along x have their points one after the other.
        let row = counts[0] * (y + counts[1] * z)
        for place in Int(starts[row + along.lowerBound])..<Int(starts[row + along.upperBound + 1]) {
          body(Int(order[place]))
        }
      }
    }
  }
}
