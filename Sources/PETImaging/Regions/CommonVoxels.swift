package import PETCore

extension RegionWeights {
  /// The voxels that every map tells: within its grid, finite, and not exactly 0, as maps are outside their mask; regions
  /// lose all others.
  ///
  /// - Returns: the regions with what is left, and how many voxels were taken from each, by its index.
  package func common(to maps: [Volume]) throws(PETError) -> (weights: RegionWeights, lost: [Int32: Int]) {
    // The samples of all regions in their order, as every map is gone through.
    var isKept: [Bool] = []
    for map in maps {
      var number = 0
      try eachSample(in: map.grid) { _, _, corners in
        defer { number += 1 }
        if number == isKept.count { isKept.append(true) }
        guard let corners else {
          isKept[number] = false
          return
        }
        var value = 0.0
        for c in 0..<corners.count { value += corners.weights[c] * map.values[corners.offsets[c]] }
        // Maps hold exactly 0 outside their mask.
        if !value.isFinite || value == 0 { isKept[number] = false }
      }
    }
    var lost: [Int32: Int] = [:]
    var number = 0
    func next(_ index: Int32) -> Bool {
      defer { number += 1 }
      if !isKept[number] { lost[index, default: 0] += 1 }
      return isKept[number]
    }
    switch form {
    case .labels(let labels):
      let kept = labels.map { $0 != 0 && next($0) ? $0 : 0 }
      return (RegionWeights(LabelImage(grid: grid, labels: kept, file: file)), lost)
    case .masks(let masks):
      let kept = masks.map { mask in mask.keeping { next(Int32(mask.index)) } }
      return (RegionWeights(kept, on: grid, findings: findings), lost)
    }
  }
}
