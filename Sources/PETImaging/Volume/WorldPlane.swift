import PETCore

/// A plane of square pixels in millimetres, seen as a person is faced from behind: left of the head on the left.
package struct WorldPlane: Sendable {
  package enum View: String, Sendable, CaseIterable {
    case axial, coronal, sagittal

    /// The axis of the world that its planes follow each other on: 0, 1 or 2.
    package var across: Int {
      switch self {
      case .axial: 2
      case .coronal: 1
      case .sagittal: 0
      }
    }

    /// `x`, `y` or `z`.
    package var letter: String { ["x", "y", "z"][across] }
  }

  package let view: View
  /// Where it cuts the axis across it, mm: z of an axial, y of a coronal, x of a sagittal plane.
  package let position: Double
  package let columns: Int
  package let rows: Int
  /// Edge of a pixel, mm.
  package let pixel: Double
  /// Centre of the first pixel, mm: of the leftmost column and the uppermost row.
  private let corner: (across: Double, up: Double)

  /// - Parameters:
  ///   - box: the part of space that it has to show, mm.
  ///   - pixel: edge of a pixel, mm.
  package init(_ view: View, at position: Double, showing box: WorldBox, pixel: Double) {
    self.view = view
    self.position = position
    self.pixel = pixel
    let (across, up): (Int, Int) =
      switch view {
      case .axial: (0, 1)
      case .coronal: (0, 2)
      case .sagittal: (1, 2)
      }
    // A whole number of pixels is one also after rounding.
    columns = max(1, Int(((box.high[across] - box.low[across]) / pixel - 1e-6).rounded(.up)))
    rows = max(1, Int(((box.high[up] - box.low[up]) / pixel - 1e-6).rounded(.up)))
    corner = (box.low[across] + pixel / 2, box.low[up] + (Double(rows) - 0.5) * pixel)
  }

  /// Of the whole plane, mm.
  package var width: Double { Double(columns) * pixel }
  package var height: Double { Double(rows) * pixel }

  private func point(_ column: Int, _ row: Int) -> (Double, Double, Double) {
    let across = corner.across + Double(column) * pixel
    let up = corner.up - Double(row) * pixel
    return switch view {
    case .axial: (across, up, position)
    case .coronal: (across, position, up)
    case .sagittal: (position, across, up)
    }
  }

  /// Values of a volume at the pixels, trilinear, row by row; NaN outside the volume.
  package func samples(_ volume: Volume) -> [Double] {
    guard let map = volume.grid.affine.inverse else { return [Double](repeating: .nan, count: columns * rows) }
    return pixels { point in
      guard let corners = TrilinearCorners(map.apply(point.0, point.1, point.2), in: volume.grid) else { return .nan }
      var sum = 0.0
      for i in 0..<corners.count { sum += corners.weights[i] * volume.values[corners.offsets[i]] }
      return sum
    }
  }

  /// Values at the pixels, nearest voxel, row by row; 0 outside the volume, as outside a mask.
  ///
  /// - Parameter place: takes points of the plane to points of the volume; nil where they are the same.
  package func nearest(_ volume: Volume, at place: Affine? = nil) -> [Double] {
    let grid = volume.grid
    guard let map = grid.affine.inverse.map({ inverse in place.map { inverse.after($0) } ?? inverse }) else {
      return [Double](repeating: 0, count: columns * rows)
    }
    return pixels { point in
      let u = map.apply(point.0, point.1, point.2)
      let (x, y, z) = (u.0.rounded(), u.1.rounded(), u.2.rounded())
      guard x >= 0, y >= 0, z >= 0, x < Double(grid.nx), y < Double(grid.ny), z < Double(grid.nz) else { return 0 }
      return volume.values[Int(x) + grid.nx * (Int(y) + grid.ny * Int(z))]
    }
  }

  private func pixels(_ value: ((Double, Double, Double)) -> Double) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(columns * rows)
    for row in 0..<rows { for column in 0..<columns { result.append(value(point(column, row))) } }
    return result
  }
}

/// A box along the axes of the world, mm.
package struct WorldBox: Sendable, Equatable {
  package var low: [Double]
  package var high: [Double]

  package init(low: [Double], high: [Double]) {
    self.low = low
    self.high = high
  }

  /// The voxels of a volume that are not 0, with a margin; nil when all are.
  package init?(labelled volume: Volume, margin: Double) {
    var low = [Double](repeating: .infinity, count: 3)
    var high = low.map { -$0 }
    volume.eachLabelled { point, _ in
      for axis in 0..<3 {
        low[axis] = min(low[axis], point[axis])
        high[axis] = max(high[axis], point[axis])
      }
    }
    guard low[0].isFinite else { return nil }
    self.low = low.map { $0 - margin }
    self.high = high.map { $0 + margin }
  }

  /// The smallest box that holds both.
  package func union(_ other: WorldBox) -> WorldBox {
    WorldBox(low: zip(low, other.low).map(min), high: zip(high, other.high).map(max))
  }
}

extension Volume {
  /// Calls `body` with the place in mm and the value of every voxel that is not 0.
  package func eachLabelled(_ body: (InlineArray<3, Double>, Double) -> Void) {
    var at = 0
    for k in 0..<grid.nz {
      for j in 0..<grid.ny {
        for i in 0..<grid.nx {
          let value = values[at]
          at += 1
          guard value != 0 else { continue }
          let point = grid.affine.apply(Double(i), Double(j), Double(k))
          body([point.0, point.1, point.2], value)
        }
      }
    }
  }

  /// For each axis of the world the place, mm, where a plane across it cuts most labels; the middle one of several.
  package func busiestPlanes(step: Double, in box: WorldBox) -> [Double] {
    var index: [Double: Int] = [:]
    for value in values where value != 0 && index[value] == nil { index[value] = index.count }
    return (0..<3).map { axis in
      let bins = max(1, Int(((box.high[axis] - box.low[axis]) / step).rounded(.up)) + 1)
      var seen = [Bool](repeating: false, count: bins * index.count)
      var (last, place) = (Double.nan, 0)
      eachLabelled { point, value in
        if value != last { (last, place) = (value, index[value] ?? 0) }
        let bin = min(max(Int((point[axis] - box.low[axis]) / step), 0), bins - 1)
        seen[bin * index.count + place] = true
      }
      let counts = (0..<bins).map { bin in seen[bin * index.count..<(bin + 1) * index.count].count { $0 } }
      let most = counts.max() ?? 0
      let best = counts.indices.filter { counts[$0] == most }
      return box.low[axis] + (Double(best[best.count / 2]) + 0.5) * step
    }
  }
}
