import Foundation
import PETCore
import PETImaging

/// Values in a box of a grid, x fastest; the box may reach beyond the grid.
struct RegionBox: Sendable {
  let low: [Int]
  let shape: [Int]
  var values: [Float]
}

/// Labels, and the rim around them, as fractions of voxels of about the scan's size: what is blurred and moved in an alignment.
///
/// A fit of a rigid pose reads them between their voxels many times; the transfer matrix takes the labels themselves.
struct LabelFractions: Sendable {
  /// Of the labels' own axes.
  let grid: Grid
  /// Numbers of the regions, the rim last.
  let regions: [Int]
  let boxes: [RegionBox]
  /// How many labels' voxels lie along an edge of the grid's.
  let factor: Int
  /// The longest edge of the grid's voxels, mm.
  var edge: Double { max(grid.voxelSize.0, grid.voxelSize.1, grid.voxelSize.2) }
  /// Squared distance of every voxel to the labels, mm2.
  let distances: [Float]
  /// Points in the labels, mm.
  let inside: [(x: Double, y: Double, z: Double)]
  /// Their mean.
  let centre: (x: Double, y: Double, z: Double)

  /// Space around the labels that the grid covers, and that distances are told in, mm.
  static let margin = 14.0

  /// - Parameters:
  ///   - labels: of every voxel of `own`.
  ///   - edge: that the grid's voxels should have about, mm.
  init(_ labels: [Int32], on own: Grid, edge: Double) throws(PETError) {
    let size = [own.voxelSize.0, own.voxelSize.1, own.voxelSize.2]
    factor = max(1, Int((edge / (size.max() ?? edge) + 0.3).rounded(.down)))
    let f = factor
    let numbers = RegionWeights.present(labels)
    guard !numbers.isEmpty else {
      throw PETError(.wrongInput, field: "labels", "there is no label", remedy: "give the segmentation of this scan")
    }
    var (low, high) = ([own.nx, own.ny, own.nz], [-1, -1, -1])
    Self.each(labels, own) { x, y, z, _ in
      (low[0], low[1], low[2]) = (min(low[0], x), min(low[1], y), min(low[2], z))
      (high[0], high[1], high[2]) = (max(high[0], x), max(high[1], y), max(high[2], z))
    }
    let pad = size.map { f * Int((Self.margin / ($0 * Double(f))).rounded(.up)) }
    let start = (0..<3).map { low[$0] - pad[$0] }
    let shape = (0..<3).map { (high[$0] + pad[$0] - start[$0]) / f + 1 }
    let grid = Self.grid(own, start, f, shape)
    self.grid = grid
    var found = Self.count(labels, own, numbers, start: start, factor: f)
    // What every voxel has of labels together.
    var total = [Float](repeating: 0, count: shape[0] * shape[1] * shape[2])
    for box in found {
      Self.each(box) { x, y, z, value in total[x + shape[0] * (y + shape[1] * z)] += value }
    }
    let edges = size.map { $0 * Double(f) }
    distances = Neighbourhood.squaredDistances(
      total.map { $0 >= 0.5 }, shape: shape, edges: edges, reach: Self.margin)
    let near = Float(Surroundings.rim * Surroundings.rim)
    let rim = zip(total, distances).map { total, distance in distance <= near ? max(0, 1 - total) : 0 }
    found.append(RegionBox(low: [0, 0, 0], shape: shape, values: rim))
    boxes = found
    regions = numbers + [FineLabels.rim]
    let places = total.indices.filter { total[$0] >= 0.5 }
    let points = stride(from: 0, to: places.count, by: max(1, places.count / 3000)).map { place in
      let at = places[place]
      let point = grid.affine.apply(
        Double(at % shape[0]), Double(at / shape[0] % shape[1]), Double(at / (shape[0] * shape[1])))
      return (x: point.0, y: point.1, z: point.2)
    }
    inside = points
    let count = Double(max(1, points.count))
    centre = (
      points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count,
      points.reduce(0) { $0 + $1.z } / count
    )
  }

  /// The grid of voxels that hold several of the labels' along each edge.
  private static func grid(_ own: Grid, _ start: [Int], _ factor: Int, _ shape: [Int]) -> Grid {
    let first = start.map { Double($0) + Double(factor - 1) / 2 }
    var rows = [Double](repeating: 0, count: 12)
    for row in 0..<3 {
      for column in 0..<3 { rows[4 * row + column] = own.affine[row, column] * Double(factor) }
    }
    (rows[3], rows[7], rows[11]) = own.affine.apply(first[0], first[1], first[2])
    return Grid(nx: shape[0], ny: shape[1], nz: shape[2], affine: Affine(rows: rows))
  }

  private static func each(_ labels: [Int32], _ grid: Grid, _ body: (Int, Int, Int, Int32) -> Void) {
    labels.withUnsafeBufferPointer { labels in
      var at = 0
      for z in 0..<grid.nz {
        for y in 0..<grid.ny {
          for x in 0..<grid.nx {
            if labels[at] != 0 { body(x, y, z, labels[at]) }
            at += 1
          }
        }
      }
    }
  }

  private static func each(_ box: RegionBox, _ body: (Int, Int, Int, Float) -> Void) {
    var at = 0
    for z in 0..<box.shape[2] {
      for y in 0..<box.shape[1] {
        for x in 0..<box.shape[0] {
          if box.values[at] != 0 { body(x + box.low[0], y + box.low[1], z + box.low[2], box.values[at]) }
          at += 1
        }
      }
    }
  }

  /// How much of each voxel every label has.
  private static func count(_ labels: [Int32], _ own: Grid, _ numbers: [Int], start: [Int], factor: Int) -> [RegionBox]
  {
    let place = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { (Int32($0.element), $0.offset) })
    var low = numbers.map { _ in [Int.max, Int.max, Int.max] }
    var high = numbers.map { _ in [Int.min, Int.min, Int.min] }
    var (last, region): (Int32, Int) = (0, 0)
    each(labels, own) { x, y, z, label in
      if label != last { (last, region) = (label, place[label] ?? 0) }
      let cell = [(x - start[0]) / factor, (y - start[1]) / factor, (z - start[2]) / factor]
      for axis in 0..<3 where cell[axis] < low[region][axis] { low[region][axis] = cell[axis] }
      for axis in 0..<3 where cell[axis] > high[region][axis] { high[region][axis] = cell[axis] }
    }
    var boxes = numbers.indices.map { region in
      let shape = (0..<3).map { high[region][$0] - low[region][$0] + 1 }
      return RegionBox(
        low: low[region], shape: shape, values: [Float](repeating: 0, count: shape[0] * shape[1] * shape[2]))
    }
    let share = 1 / Float(factor * factor * factor)
    last = 0
    each(labels, own) { x, y, z, label in
      if label != last { (last, region) = (label, place[label] ?? 0) }
      let (a, b, c) = ((x - start[0]) / factor, (y - start[1]) / factor, (z - start[2]) / factor)
      let (low, shape) = (boxes[region].low, boxes[region].shape)
      boxes[region].values[a - low[0] + shape[0] * (b - low[1] + shape[1] * (c - low[2]))] += share
    }
    return boxes
  }

  // MARK: - Blur

  /// The regions blurred so that what is read between the voxels has the point spread of the scan and the box of its voxel.
  ///
  /// Labels are boxes of their own edge e. Counted into voxels of edge h they are spread by (h² - e²)/12, the kernel, an integral
  /// over voxels, adds h²/12 in place of their e²/12, and reading at a share t between two voxels t (1 - t) h²: what is left to
  /// the Gaussian is the rest.
  ///
  /// - Parameters:
  ///   - variances: of the point spread and the scan's voxel together, along the axes of the grid, mm2.
  ///   - between: mean of t (1 - t) where they are read, along these axes.
  func blurred(_ variances: [Double], between: [Double], jobs: Int) -> [RegionBox] {
    let size = [grid.voxelSize.0, grid.voxelSize.1, grid.voxelSize.2]
    let kernels = (0..<3).map { axis -> [Float] in
      let square = size[axis] * size[axis]
      let counted = (1 - 1 / Double(factor * factor)) / 6
      let rest = max(variances[axis] - (counted + between[axis]) * square, 0.02 * square)
      return Self.kernel(sigma: rest.squareRoot() / size[axis])
    }
    return Parallel.map(boxes.count, jobs: jobs) { Self.blur(boxes[$0], kernels) }
  }

  /// Half a kernel, the centre first: the integral of a Gaussian over voxels, of sum 1.
  private static func kernel(sigma: Double) -> [Float] {
    let width = sigma * 2.0.squareRoot()
    let reach = Int((3.5 * sigma + 0.5).rounded(.up))
    let values: [Double] = (0...reach).map { (k: Int) -> Double in
      let (from, to) = ((Double(k) - 0.5) / width, (Double(k) + 0.5) / width)
      return (erf(to) - erf(from)) / 2
    }
    let sum = 2 * values.reduce(0, +) - values[0]
    return values.map { Float($0 / sum) }
  }

  private static func blur(_ box: RegionBox, _ kernels: [[Float]]) -> RegionBox {
    let reach = kernels.map { $0.count - 1 }
    let shape = (0..<3).map { box.shape[$0] + 2 * reach[$0] }
    let strides = [1, shape[0], shape[0] * shape[1]]
    let count = strides[2] * shape[2]
    // What a kernel reads beyond either end of the box.
    let rim = (0..<3).map { reach[$0] * strides[$0] }.max() ?? 0
    var values = [Float](repeating: 0, count: count + 2 * rim)
    var at = 0
    for z in 0..<box.shape[2] {
      for y in 0..<box.shape[1] {
        let row = rim + reach[0] + strides[1] * (y + reach[1]) + strides[2] * (z + reach[2])
        for x in 0..<box.shape[0] {
          values[row + x] = box.values[at]
          at += 1
        }
      }
    }
    var other = values
    for axis in 0..<3 {
      convolve(values, into: &other, rim..<rim + count, stride: strides[axis], kernels[axis])
      swap(&values, &other)
    }
    return RegionBox(
      low: (0..<3).map { box.low[$0] - reach[$0] }, shape: shape, values: Array(values[rim..<rim + count]))
  }

  /// The margins of a box along an axis are as wide as its kernel and empty: what is read beyond one end of a line is the empty
  /// margin of the next, so that lines need no ends of their own.
  private static func convolve(
    _ old: [Float], into new: inout [Float], _ places: Range<Int>, stride: Int, _ kernel: [Float]
  ) {
    typealias Eight = SIMD8<Float>
    old.withUnsafeBytes { old in
      new.withUnsafeMutableBytes { new in
        kernel.withUnsafeBufferPointer { kernel in
          func eight(_ at: Int) -> Eight { old.loadUnaligned(fromByteOffset: 4 * at, as: Eight.self) }
          var at = places.lowerBound
          while at + 8 <= places.upperBound {
            var sum = kernel[0] * eight(at)
            for k in 1..<max(1, kernel.count) { sum += kernel[k] * (eight(at - k * stride) + eight(at + k * stride)) }
            new.storeBytes(of: sum, toByteOffset: 4 * at, as: Eight.self)
            at += 8
          }
          func one(_ at: Int) -> Float { old.load(fromByteOffset: 4 * at, as: Float.self) }
          for at in at..<places.upperBound {
            var sum = kernel[0] * one(at)
            for k in 1..<max(1, kernel.count) { sum += kernel[k] * (one(at - k * stride) + one(at + k * stride)) }
            new.storeBytes(of: sum, toByteOffset: 4 * at, as: Float.self)
          }
        }
      }
    }
  }
}
