import PETCore
import PETImaging

/// Blurs one region after the other on the grid of the labels and gathers it in the voxels of the scan.
struct RegionBlur {
  typealias Box = (low: [Int], high: [Int])

  private let labels: FineLabels
  private let kernels: [[Float]]

  init(_ labels: FineLabels, kernels: [[Float]]) {
    self.labels = labels
    self.kernels = kernels
  }

  /// First and last index of each region along each axis.
  static func boxes(_ labels: FineLabels) -> [Box] {
    let grid = labels.grid
    var boxes = [Box](
      repeating: ([grid.nx, grid.ny, grid.nz], [-1, -1, -1]), count: labels.regions.count)
    var at = 0
    for k in 0..<grid.nz {
      for j in 0..<grid.ny {
        var i = 0
        while i < grid.nx {
          let place = labels.places[at + i]
          var end = i + 1
          while end < grid.nx, labels.places[at + end] == place { end += 1 }
          if place > 0 {
            let region = Int(place) - 1
            boxes[region].low[0] = min(boxes[region].low[0], i)
            boxes[region].high[0] = max(boxes[region].high[0], end - 1)
            boxes[region].low[1] = min(boxes[region].low[1], j)
            boxes[region].high[1] = max(boxes[region].high[1], j)
            boxes[region].low[2] = min(boxes[region].low[2], k)
            boxes[region].high[2] = max(boxes[region].high[2], k)
          }
          i = end
        }
        at += grid.nx
      }
    }
    return boxes
  }

  /// A region on a scan: sums over the small voxels that lie in each of the scan's, ascending.
  struct Laid {
    var blurred: [(voxel: Int32, sum: Float)] = []
    /// How many of them are the region's.
    var own: [(voxel: Int32, sum: Float)] = []
  }

  /// - Parameters:
  ///   - places: where the labels lie.
  ///   - isBlurred: whether more than its own voxels are asked for.
  func spread(of region: Int, in box: Box, at places: [FinePlace], isBlurred: Bool) -> [Laid] {
    guard box.high[0] >= 0 else { return places.map { _ in Laid() } }
    let reach = isBlurred ? kernels.map { $0.count - 1 } : [0, 0, 0]
    let counts = [labels.grid.nx, labels.grid.ny, labels.grid.nz]
    let low = (0..<3).map { max(0, box.low[$0] - reach[$0]) }
    let high = (0..<3).map { min(counts[$0] - 1, box.high[$0] + reach[$0]) }
    let shape = (0..<3).map { high[$0] - low[$0] + 1 }
    let plane = shape[0] * shape[1]
    let depth = 2 * reach[2] + 1
    // Planes that are blurred along x and y, the last ones of the region.
    let ring = UnsafeMutableBufferPointer<Float>.allocate(capacity: depth * plane)
    let rows = UnsafeMutableBufferPointer<Float>.allocate(capacity: (box.high[1] - box.low[1] + 1) * shape[0])
    let out = UnsafeMutableBufferPointer<Float>.allocate(capacity: plane)
    defer {
      ring.deallocate()
      rows.deallocate()
      out.deallocate()
    }
    var sums = places.map { Sums(labels, at: $0, low: low, high: high) }
    var next = box.low[2]
    out.update(repeating: 0)
    for z in low[2]...high[2] {
      while isBlurred, next <= min(box.high[2], z + reach[2]) {
        let target = UnsafeMutableBufferPointer(rebasing: ring[(next % depth) * plane..<(next % depth + 1) * plane])
        blur(plane: next, of: UInt16(region + 1), box, low: low, shape: shape, rows: rows, into: target)
        next += 1
      }
      if isBlurred {
        out.update(repeating: 0)
        for source in max(box.low[2], z - reach[2])...max(box.low[2], min(box.high[2], z + reach[2]))
        where abs(source - z) <= reach[2] {
          let weight = kernels[2][abs(source - z)]
          let from = UnsafeBufferPointer(rebasing: ring[(source % depth) * plane..<(source % depth + 1) * plane])
          for i in 0..<plane { out[i] += weight * from[i] }
        }
      }
      let spans = spans(of: region, on: UnsafeBufferPointer(out), z: z, low: low, shape: shape)
      for place in sums.indices {
        sums[place].add(
          UnsafeBufferPointer(out), of: UInt16(region + 1), z: z, low: low, shape: shape, spans: spans)
      }
    }
    return sums.map(\.laid)
  }

  /// What rounding leaves beyond a kernel's end is less than this.
  static let nothing: Float = 1e-7

  /// Where each row of a plane holds something of the region, once for all places.
  private func spans(of region: Int, on plane: UnsafeBufferPointer<Float>, z: Int, low: [Int], shape: [Int])
    -> [Range<Int>]
  {
    let own = UInt16(region + 1)
    return labels.places.withUnsafeBufferPointer { places in
      (0..<shape[1]).map { y in
        let (from, row) = (y * shape[0], low[0] + labels.grid.nx * (y + low[1] + labels.grid.ny * z))
        func isHeld(_ x: Int) -> Bool { plane[from + x] > Self.nothing || places[row + x] == own }
        var (first, last) = (0, shape[0])
        while first < last, !isHeld(first) { first += 1 }
        while last > first, !isHeld(last - 1) { last -= 1 }
        return first..<last
      }
    }
  }

  /// One plane of the region, blurred along x and y.
  private func blur(
    plane: Int, of place: UInt16, _ box: Box, low: [Int], shape: [Int], rows: UnsafeMutableBufferPointer<Float>,
    into target: UnsafeMutableBufferPointer<Float>
  ) {
    let grid = labels.grid
    let (width, reach) = (shape[0], kernels[0].count - 1)
    // Sums of the kernel from its beginning: a run of the region is a difference of two.
    let whole = kernels[0].dropFirst().reversed() + kernels[0]
    var sums: [Float] = [0]
    for weight in whole { sums.append((sums.last ?? 0) + weight) }
    var isEmpty = true
    rows.update(repeating: 0)
    labels.places.withUnsafeBufferPointer { places in
      for y in box.low[1]...box.high[1] {
        let row = grid.nx * (y + grid.ny * plane)
        let own = UnsafeMutableBufferPointer(
          rebasing: rows[(y - box.low[1]) * width..<(y - box.low[1] + 1) * width])
        var x = box.low[0]
        while x <= box.high[0] {
          guard places[row + x] == place else {
            x += 1
            continue
          }
          let start = x
          while x <= box.high[0], places[row + x] == place { x += 1 }
          isEmpty = false
          for t in max(low[0], start - reach)...min(low[0] + width - 1, x - 1 + reach) {
            // Of the kernel at t the part that lies on the run.
            let (from, to) = (max(start - t + reach, 0), min(x - t + reach, whole.count))
            own[t - low[0]] += sums[to] - sums[from]
          }
        }
      }
    }
    target.update(repeating: 0)
    guard !isEmpty else { return }
    for y in 0..<shape[1] {
      let into = UnsafeMutableBufferPointer(rebasing: target[y * width..<(y + 1) * width])
      let reach = kernels[1].count - 1
      let (first, last) = (max(box.low[1], y + low[1] - reach), min(box.high[1], y + low[1] + reach))
      guard first <= last else { continue }
      for source in first...last {
        let weight = kernels[1][abs(source - y - low[1])]
        let from = UnsafeBufferPointer(
          rebasing: rows[(source - box.low[1]) * width..<(source - box.low[1] + 1) * width])
        for i in 0..<width { into[i] += weight * from[i] }
      }
    }
  }
}
