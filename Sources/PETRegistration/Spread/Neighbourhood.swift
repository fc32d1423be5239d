/// How far voxels lie from those of a set.
enum Neighbourhood {
  /// Squared distances to the nearest voxel of a set, mm2, one axis after the other; very large beyond `reach` along an axis.
  ///
  /// - Parameters:
  ///   - shape: voxels along x, y and z; x is fastest.
  ///   - edges: mm.
  static func squaredDistances(_ isInside: [Bool], shape: [Int], edges: [Double], reach: Double) -> [Float] {
    let far = Float.greatestFiniteMagnitude / 4
    var distance = isInside.map { $0 ? 0 : far }
    let strides = [1, shape[0], shape[0] * shape[1]]
    for axis in 0..<3 {
      let most = Int((reach / edges[axis]).rounded(.down))
      guard most > 0 else { continue }
      let steps = (1...most).map { Float(Double($0 * $0) * edges[axis] * edges[axis]) }
      let before = distance
      let (stride, count) = (strides[axis], shape[axis])
      before.withUnsafeBufferPointer { old in
        distance.withUnsafeMutableBufferPointer { new in
          // A block is one row along the axis for every place across it: its neighbours are the block itself, moved.
          let block = stride * count
          for start in Swift.stride(from: 0, to: old.count, by: block) {
            for (k, step) in steps.enumerated() where k + 1 < count {
              let shift = (k + 1) * stride
              for i in start..<start + block - shift {
                new[i] = min(new[i], old[i + shift] + step)
                new[i + shift] = min(new[i + shift], old[i] + step)
              }
            }
          }
        }
      }
    }
    return distance
  }
}
