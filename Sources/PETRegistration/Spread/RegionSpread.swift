import Foundation
package import PETCore
package import PETImaging

/// What each region adds to each voxel of a scan: R_j, the region blurred by the point spread and averaged over the voxel, and
/// p_j, how much of the voxel is the region's own (Rousset, J Nucl Med 1998;39:904).
///
/// Every place belongs to a region, so that in each voxel all of them sum to 1: the air, or the largest where there is none, is
/// what the others leave.
package struct RegionSpread: Sendable {
  /// Numbers of the regions: of the labels, ascending, then what surrounds them.
  package let regions: [Int]
  /// How many of them are labels.
  package let labelled: Int
  /// mm3 of each region's labels.
  package let volumes: [Double]
  /// The region that is what the others leave.
  let rest: Int
  /// R_j at voxels of the scan, by region; empty for the rest.
  let spreads: [Sparse]
  /// p_j likewise.
  let fractions: [Sparse]
  /// Labels beside space inside the brain that no label covers.
  package let unmodelled: [Int]
  /// Voxels of the scan that the labels' space covers.
  let covered: [Int32]

  /// Values at some voxels of a scan.
  struct Sparse: Sendable {
    var voxels: [Int32] = []
    var values: [Float] = []
  }

  /// - Parameters:
  ///   - weights: of a label image.
  ///   - mean: of the scan over time, one value a voxel: which unlabelled space is head.
  ///   - jobs: threads; the result does not depend on them.
  package init(_ weights: RegionWeights, on scan: Grid, mean: [Float], spread: PointSpread, jobs: Int)
    throws(PETError)
  {
    let (labels, pose) = try weights.partition("corrected")
    // Labels of another size than the head's, as an atlas has them, are measured in its millimetres.
    let scale = pose.map { cbrt(abs($0.determinant)) } ?? 1
    let margin = scale * (Surroundings.rim + 8 * spread.largestSigma)
    var fine: FineLabels
    do throws(PETError) {
      fine = try FineLabels(labels, on: weights.grid, pose: pose, scan: scan, margin: margin)
    } catch { throw error.at(file: weights.file) }
    labelled = fine.regions.count
    Surroundings.fill(&fine, mean: mean, spread: spread, scale: scale)
    let whole = fine
    unmodelled = Cavities.regions(beside: whole, labelled: labelled, scale: scale)
    let sigmas = spread.sigmas(along: whole.grid, scan: scan, pose: pose)
    let size = whole.grid.voxelSize
    let kernels = zip(sigmas, [size.0, size.1, size.2]).map {
      PointSpread.kernel(sigma: $0, step: $1).map { Float($0) }
    }
    let largest = whole.sizes.indices.max { whole.sizes[$0] < whole.sizes[$1] } ?? 0
    let rest = whole.regions.firstIndex(of: FineLabels.air) ?? largest
    let boxes = RegionBlur.boxes(whole)
    spreads = Parallel.map(whole.regions.count, jobs: jobs) { region in
      region == rest ? Sparse() : RegionBlur(whole, kernels: kernels).spread(of: region, in: boxes[region])
    }
    fractions = Self.fractions(whole)
    self.rest = rest
    regions = whole.regions
    volumes = whole.sizes.map { Double($0) * whole.grid.voxelVolume / (scale * scale * scale) }
    covered = whole.counts.indices.filter { whole.counts[$0] > 0 }.map(Int32.init)
  }

  /// With some regions as parts of others, which then have one activity with them.
  ///
  /// - Parameter targets: the place of the other, by the place of the region that goes.
  func absorbing(_ targets: [Int: Int]) -> RegionSpread {
    func end(_ place: Int) -> Int { targets[place].map(end) ?? place }
    let kept = regions.indices.filter { targets[$0] == nil }
    func joined(_ all: [Sparse], _ place: Int) -> Sparse {
      let parts = [place] + targets.keys.sorted().filter { end($0) == place }
      guard parts.count > 1 else { return all[place] }
      var sums: [Int32: Float] = [:]
      for part in parts {
        for (voxel, value) in zip(all[part].voxels, all[part].values) { sums[voxel, default: 0] += value }
      }
      let voxels = sums.keys.sorted()
      return Sparse(voxels: voxels, values: voxels.map { sums[$0] ?? 0 })
    }
    return RegionSpread(
      regions: kept.map { regions[$0] }, labelled: kept.count { $0 < labelled }, volumes: kept.map { volumes[$0] },
      rest: kept.firstIndex(of: rest) ?? 0,
      // What the others leave is not told by itself.
      spreads: kept.map { $0 == rest ? Sparse() : joined(spreads, $0) }, fractions: kept.map { joined(fractions, $0) },
      unmodelled: unmodelled, covered: covered)
  }

  /// With its regions in another order; nil where it has not the same ones.
  func ordered(_ numbers: [Int]) -> RegionSpread? {
    let place = Dictionary(uniqueKeysWithValues: regions.enumerated().map { ($0.element, $0.offset) })
    let order = numbers.compactMap { place[$0] }
    guard order.count == regions.count, numbers.count == regions.count, let last = order.firstIndex(of: rest) else {
      return nil
    }
    return RegionSpread(
      regions: numbers, labelled: labelled, volumes: order.map { volumes[$0] }, rest: last,
      spreads: order.map { spreads[$0] }, fractions: order.map { fractions[$0] }, unmodelled: unmodelled,
      covered: covered)
  }

  private init(
    regions: [Int], labelled: Int, volumes: [Double], rest: Int, spreads: [Sparse], fractions: [Sparse],
    unmodelled: [Int], covered: [Int32]
  ) {
    (self.regions, self.labelled, self.volumes, self.rest) = (regions, labelled, volumes, rest)
    (self.spreads, self.fractions) = (spreads, fractions)
    (self.unmodelled, self.covered) = (unmodelled, covered)
  }

  /// Shares of the regions in each voxel of the scan.
  private static func fractions(_ labels: FineLabels) -> [Sparse] {
    // Small voxels in the order of the scan's.
    var starts = [Int32](repeating: 0, count: labels.counts.count + 1)
    for (voxel, count) in labels.counts.enumerated() { starts[voxel + 1] = starts[voxel] + count }
    var ends = starts
    var places = [UInt16](repeating: 0, count: Int(starts[labels.counts.count]))
    for (place, target) in zip(labels.places, labels.targets) where target >= 0 {
      places[Int(ends[Int(target)])] = place
      ends[Int(target)] += 1
    }
    var result = [Sparse](repeating: Sparse(), count: labels.regions.count)
    for voxel in labels.counts.indices where labels.counts[voxel] > 0 {
      let own = places[Int(starts[voxel])..<Int(starts[voxel + 1])].sorted()
      var from = 0
      while from < own.count {
        var to = from + 1
        while to < own.count, own[to] == own[from] { to += 1 }
        let region = Int(own[from]) - 1
        result[region].voxels.append(Int32(voxel))
        result[region].values.append(Float(to - from) / Float(own.count))
        from = to
      }
    }
    return result
  }
}

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

  func spread(of region: Int, in box: Box) -> RegionSpread.Sparse {
    guard box.high[0] >= 0 else { return RegionSpread.Sparse() }
    let grid = labels.grid
    let reach = kernels.map { $0.count - 1 }
    let counts = [grid.nx, grid.ny, grid.nz]
    let low = (0..<3).map { max(0, box.low[$0] - reach[$0]) }
    let high = (0..<3).map { min(counts[$0] - 1, box.high[$0] + reach[$0]) }
    let shape = (0..<3).map { high[$0] - low[$0] + 1 }
    let plane = shape[0] * shape[1]
    let depth = 2 * reach[2] + 1
    // Planes that are blurred along x and y, the last ones of the region.
    let ring = UnsafeMutableBufferPointer<Float>.allocate(capacity: depth * plane)
    let rows = UnsafeMutableBufferPointer<Float>.allocate(capacity: (box.high[1] - box.low[1] + 1) * shape[0])
    let out = UnsafeMutableBufferPointer<Float>.allocate(capacity: plane)
    let sums = UnsafeMutableBufferPointer<Float>.allocate(capacity: labels.counts.count)
    sums.initialize(repeating: 0)
    defer {
      ring.deallocate()
      rows.deallocate()
      out.deallocate()
      sums.deallocate()
    }
    var touched: [Int32] = []
    var next = box.low[2]
    for z in low[2]...high[2] {
      while next <= min(box.high[2], z + reach[2]) {
        let target = UnsafeMutableBufferPointer(rebasing: ring[(next % depth) * plane..<(next % depth + 1) * plane])
        blur(plane: next, of: UInt16(region + 1), box, low: low, shape: shape, rows: rows, into: target)
        next += 1
      }
      out.update(repeating: 0)
      for source in max(box.low[2], z - reach[2])...max(box.low[2], min(box.high[2], z + reach[2]))
      where abs(source - z) <= reach[2] {
        let weight = kernels[2][abs(source - z)]
        let from = UnsafeBufferPointer(rebasing: ring[(source % depth) * plane..<(source % depth + 1) * plane])
        for i in 0..<plane { out[i] += weight * from[i] }
      }
      gather(out, z: z, low: low, shape: shape, into: sums, &touched)
    }
    var result = RegionSpread.Sparse()
    result.voxels = touched.sorted()
    result.values = result.voxels.map { sums[Int($0)] / Float(labels.counts[Int($0)]) }
    return result
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

  /// Adds a blurred plane to the voxels of the scan that it lies in.
  private func gather(
    _ plane: UnsafeMutableBufferPointer<Float>, z: Int, low: [Int], shape: [Int],
    into sums: UnsafeMutableBufferPointer<Float>, _ touched: inout [Int32]
  ) {
    let grid = labels.grid
    labels.targets.withUnsafeBufferPointer { targets in
      var at = 0
      for y in 0..<shape[1] {
        let row = low[0] + grid.nx * (y + low[1] + grid.ny * z)
        for x in 0..<shape[0] {
          let value = plane[at]
          at += 1
          // What rounding leaves beyond the kernel's end.
          guard value > 1e-7 else { continue }
          let target = Int(targets[row + x])
          guard target >= 0 else { continue }
          if sums[target] == 0 { touched.append(Int32(target)) }
          sums[target] += value
        }
      }
    }
  }
}
