import PETImaging

extension RegionBlur {
  /// Of a region at one place.
  struct Sums {
    private let labels: FineLabels
    private let place: FinePlace
    /// Nil where the region does not lie on the scan.
    private let box: ScanBox?
    private var blurred: [Float]
    private var own: [Float]

    init(_ labels: FineLabels, at place: FinePlace, low: [Int], high: [Int]) {
      (self.labels, self.place) = (labels, place)
      box = place.box(low, high)
      blurred = [Float](repeating: 0, count: box?.count ?? 0)
      own = blurred
    }

    /// Adds a plane of small voxels.
    ///
    /// - Parameter spans: of each row, where it holds something; empty for nothing.
    mutating func add(
      _ plane: UnsafeBufferPointer<Float>, of region: UInt16, z: Int, low: [Int], shape: [Int], spans: [Range<Int>]
    ) {
      guard let box else { return }
      let grid = labels.grid
      let (i0, j0, k0) = (box.low[0], box.low[1], box.low[2])
      let (ni, nj, nk) = (UInt(box.shape[0]), UInt(box.shape[1]), UInt(box.shape[2]))
      let step = place.step
      labels.places.withUnsafeBufferPointer { regions in
        blurred.withUnsafeMutableBufferPointer { blurred in
          own.withUnsafeMutableBufferPointer { own in
            for (y, span) in spans.enumerated() where !span.isEmpty {
              let row = low[0] + grid.nx * (y + low[1] + grid.ny * z)
              var point = place.point(low[0] + span.lowerBound, y + low[1], z)
              let from = y * shape[0]
              for x in span {
                let (value, isOwn) = (plane[from + x], regions[row + x] == region)
                if value > RegionBlur.nothing || isOwn {
                  place.split(point) { x, y, z, share in
                    let i = UInt(bitPattern: x - i0)
                    let j = UInt(bitPattern: y - j0)
                    let k = UInt(bitPattern: z - k0)
                    guard i < ni, j < nj, k < nk else { return }
                    let target = Int(i + ni * (j + nj * k))
                    blurred[target] += value * share
                    if isOwn { own[target] += share }
                  }
                }
                point.step(step)
              }
            }
          }
        }
      }
    }

    var laid: Laid {
      var result = Laid()
      box?.each { at, voxel in
        if blurred[at] > 0 { result.blurred.append((voxel, blurred[at])) }
        if own[at] > 0 { result.own.append((voxel, own[at])) }
      }
      return result
    }
  }
}
