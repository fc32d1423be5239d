import PETCore
import PETImaging

/// Voxels of a scan that an alignment is fitted to.
struct LabelSamples {
  struct Point {
    var x: Double
    var y: Double
    var z: Double
  }

  private(set) var points: [Point] = []
  private(set) var values: [Double] = []
  /// Of the sum of frames with signs in turn; empty where there is none.
  private(set) var differences: [Double] = []
  /// Places on the scan.
  private(set) var voxels: [Int] = []
  /// Of the scan that each of them stands for, mm3.
  let volume: Double

  /// - Parameters:
  ///   - reach: how far from the labels, mm.
  ///   - most: how many, spread evenly.
  init(_ scan: LateMean, near fractions: LabelFractions, pose: Affine, reach: Double, most: Int) {
    let grid = fractions.grid
    let toIndices = grid.affine.inverse ?? Affine.identity
    let map = toIndices.after(pose).after(scan.grid.affine)
    let limit = Float(reach * reach)
    var found: [Int] = []
    let box = Self.box(grid, in: scan.grid, map)
    for k in box[2] {
      for j in box[1] {
        let start = map.apply(0, Double(j), Double(k))
        for i in box[0] {
          let at = i + scan.grid.nx * (j + scan.grid.ny * k)
          let u = start.0 + map[0, 0] * Double(i) + 0.5
          let v = start.1 + map[1, 0] * Double(i) + 0.5
          let w = start.2 + map[2, 0] * Double(i) + 0.5
          guard u >= 0, v >= 0, w >= 0, u < Double(grid.nx), v < Double(grid.ny), w < Double(grid.nz) else { continue }
          let (x, y, z) = (Int(u), Int(v), Int(w))
          guard
            fractions.distances[x + grid.nx * (y + grid.ny * z)] <= limit, scan.values[at].isFinite
          else { continue }
          found.append(at)
        }
      }
    }
    let step = max(1, (found.count + most - 1) / max(1, most))
    volume = scan.grid.voxelVolume * Double(step)
    take(stride(from: 0, to: found.count, by: step).map { found[$0] }, of: scan)
  }

  /// Indices of a scan along each axis between which a grid lies.
  ///
  /// - Parameter map: from indices of the scan to those of the grid.
  private static func box(_ grid: Grid, in scan: Grid, _ map: Affine) -> [Range<Int>] {
    let counts = [scan.nx, scan.ny, scan.nz]
    guard let back = map.inverse else { return counts.map { 0..<$0 } }
    let corners = (0..<8).map { corner -> [Double] in
      let p = back.apply(
        corner & 1 == 0 ? -1 : Double(grid.nx), corner & 2 == 0 ? -1 : Double(grid.ny),
        corner & 4 == 0 ? -1 : Double(grid.nz))
      return [p.0, p.1, p.2]
    }
    return (0..<3).map { axis in
      let places = corners.map { $0[axis] }
      let count = Double(counts[axis])
      let low = min(max(0, (places.min() ?? 0).rounded(.down)), count)
      return Int(low)..<Int(max(low, min(count, (places.max() ?? 0).rounded(.up) + 1)))
    }
  }

  private mutating func take(_ places: [Int], of scan: LateMean) {
    let grid = scan.grid
    voxels = places
    points = places.map { at in
      let point = grid.affine.apply(
        Double(at % grid.nx), Double(at / grid.nx % grid.ny), Double(at / (grid.nx * grid.ny)))
      return Point(x: point.0, y: point.1, z: point.2)
    }
    values = places.map { Double(scan.values[$0]) }
    differences = scan.difference.map { all in places.map { all[$0].isFinite ? Double(all[$0]) : 0 } } ?? []
  }

  /// These voxels and those of another set, each once.
  func joined(_ other: LabelSamples, of scan: LateMean) -> LabelSamples {
    var result = self
    result.take(Set(voxels).union(other.voxels).sorted(), of: scan)
    return result
  }

  /// Every `step`-th of them, moved by a voxel along an axis; those that leave the scan stay away.
  func moved(_ axis: Int?, step: Int, of scan: LateMean) -> (samples: LabelSamples, kept: [Int]) {
    let grid = scan.grid
    let counts = [grid.nx, grid.ny, grid.nz]
    let strides = [1, grid.nx, grid.nx * grid.ny]
    var (places, kept): ([Int], [Int]) = ([], [])
    for place in stride(from: 0, to: voxels.count, by: step) {
      let at = voxels[place]
      if let axis {
        guard at / strides[axis] % counts[axis] + 1 < counts[axis], scan.values[at + strides[axis]].isFinite else {
          continue
        }
        places.append(at + strides[axis])
      } else {
        places.append(at)
      }
      kept.append(place)
    }
    var result = self
    result.take(places, of: scan)
    return (result, kept)
  }
}
