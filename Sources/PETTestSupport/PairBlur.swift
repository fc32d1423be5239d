/// Regions blurred by a separable kernel, pair of voxels by pair of voxels: slow, and nothing to be wrong in.
package enum PairBlur {
  /// Each region's share of every scan voxel, and the same after the blur.
  ///
  /// - Parameters:
  ///   - places: region of each small voxel from 1, 0 for none; x changes fastest.
  ///   - size: small voxels along x and y.
  ///   - targets: scan voxel that holds each small one; negative for none.
  ///   - kernels: weight by distance in small voxels, along each axis; 0 beyond their ends.
  package static func shares(
    places: [Int], size: (x: Int, y: Int), targets: [Int], voxels: Int, regions: Int, kernels: [[Double]]
  ) -> (own: [[Double]], blurred: [[Double]]) {
    var whole = [Double](repeating: 0, count: voxels)
    for target in targets where target >= 0 { whole[target] += 1 }
    var own = [[Double]](repeating: [Double](repeating: 0, count: voxels), count: regions)
    var blurred = own
    let sources = places.indices.filter { places[$0] > 0 }.map { at in
      (region: places[at] - 1, x: at % size.x, y: at / size.x % size.y, z: at / (size.x * size.y))
    }
    for (at, target) in targets.enumerated() where target >= 0 {
      let share = 1 / whole[target]
      if places[at] > 0 { own[places[at] - 1][target] += share }
      let (x, y, z) = (at % size.x, at / size.x % size.y, at / (size.x * size.y))
      for source in sources {
        let (a, b, c) = (abs(source.x - x), abs(source.y - y), abs(source.z - z))
        guard a < kernels[0].count, b < kernels[1].count, c < kernels[2].count else { continue }
        blurred[source.region][target] += share * kernels[0][a] * kernels[1][b] * kernels[2][c]
      }
    }
    return (own, blurred)
  }
}
