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
      let place = place
      labels.places.withUnsafeBufferPointer { regions in
        blurred.withUnsafeMutableBufferPointer { blurred in
          own.withUnsafeMutableBufferPointer { own in
            for (y, span) in spans.enumerated() where !span.isEmpty {
              let row = low[0] + grid.nx * (y + low[1] + grid.ny * z)
              let values = UnsafeBufferPointer(rebasing: plane[y * shape[0]..<(y + 1) * shape[0]])
              let isOwn = UnsafeBufferPointer(rebasing: regions[row..<row + shape[0]])
              if let parallel = place.row {
                for line in place.lines(y + low[1], z) {
                  Self.add(
                    values, isOwn, of: region, span, from: low[0], parallel, line, box, to: blurred, own)
                }
              } else {
                Self.add(
                  values, isOwn, of: region, span, from: place.point(low[0] + span.lowerBound, y + low[1], z), place,
                  box,
                  to: blurred, own)
              }
            }
          }
        }
      }
    }

    /// A row of small voxels that is parallel to the scan's, in one of those that it lies in.
    ///
    /// - Parameter first: the row's first small voxel among all of the labels.
    @inline(never)
    private static func add(
      _ values: UnsafeBufferPointer<Float>, _ regions: UnsafeBufferPointer<UInt16>, of region: UInt16,
      _ span: Range<Int>, from first: Int, _ row: FinePlace.Row,
      _ line: (y: Int, z: Int, shareY: Float, shareZ: Float), _ box: ScanBox,
      to blurred: UnsafeMutableBufferPointer<Float>, _ own: UnsafeMutableBufferPointer<Float>
    ) {
      let (j, k) = (line.y - box.low[1], line.z - box.low[2])
      guard j >= 0, k >= 0, j < box.shape[1], k < box.shape[2] else { return }
      let start = box.shape[0] * (j + box.shape[1] * k)
      let (ni, i0) = (UInt(box.shape[0]), box.low[0])
      let (b, c) = (line.shareY, line.shareZ)
      let into = UnsafeMutableBufferPointer(rebasing: blurred[start..<start + box.shape[0]])
      let ownInto = UnsafeMutableBufferPointer(rebasing: own[start..<start + box.shape[0]])
      row.voxels.withUnsafeBufferPointer { voxels in
        row.upper.withUnsafeBufferPointer { uppers in
          for x in span {
            let (value, isOwn) = (values[x], regions[x] == region)
            guard value > RegionBlur.nothing || isOwn else { continue }
            let (voxel, upper) = (voxels[first &+ x] &- i0, uppers[first &+ x])
            if UInt(bitPattern: voxel) < ni {
              let share = (1 - upper) * b * c
              into[voxel] += value * share
              if isOwn { ownInto[voxel] += share }
            }
            if upper > 0, UInt(bitPattern: voxel &+ 1) < ni {
              let share = upper * b * c
              into[voxel &+ 1] += value * share
              if isOwn { ownInto[voxel &+ 1] += share }
            }
          }
        }
      }
    }

    /// A row of small voxels that is turned against the scan's.
    @inline(never)
    private static func add(
      _ values: UnsafeBufferPointer<Float>, _ regions: UnsafeBufferPointer<UInt16>, of region: UInt16,
      _ span: Range<Int>, from start: FinePlace.Point, _ place: FinePlace, _ box: ScanBox,
      to blurred: UnsafeMutableBufferPointer<Float>, _ own: UnsafeMutableBufferPointer<Float>
    ) {
      let (i0, j0, k0) = (box.low[0], box.low[1], box.low[2])
      let (ni, nj, nk) = (UInt(box.shape[0]), UInt(box.shape[1]), UInt(box.shape[2]))
      var point = start
      let step = place.step
      for x in span {
        let (value, isOwn) = (values[x], regions[x] == region)
        if value > RegionBlur.nothing || isOwn {
          place.split(point) { x, y, z, share in
            let i = UInt(bitPattern: x &- i0)
            let j = UInt(bitPattern: y &- j0)
            let k = UInt(bitPattern: z &- k0)
            guard i < ni, j < nj, k < nk else { return }
            let target = Int(bitPattern: i &+ ni &* (j &+ nj &* k))
            blurred[target] += value * share
            if isOwn { own[target] += share }
          }
        }
        point.step(step)
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
