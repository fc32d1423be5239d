package import PETCore

extension LabelImage {
  /// The labelled voxels that every map tells: within its grid, finite, and not exactly 0, as maps are
  /// outside their mask; all others lose their label.
  ///
  /// - Returns: the labels that are left, and how many voxels were taken from each label.
  package func common(to maps: [Volume]) throws(PETError) -> (labels: LabelImage, lost: [Int32: Int]) {
    var kept = labels
    let places = labels.indices.filter { labels[$0] != 0 }
    for map in maps {
      var number = 0
      try Resampling.eachSample(self, in: map.grid) { _, corners in
        let place = places[number]
        number += 1
        guard let corners else {
          kept[place] = 0
          return
        }
        var value = 0.0
        for c in 0..<corners.count { value += corners.weights[c] * map.values[corners.offsets[c]] }
        // Maps hold exactly 0 outside their mask.
        if !value.isFinite || value == 0 { kept[place] = 0 }
      }
    }
    var lost: [Int32: Int] = [:]
    for place in places where kept[place] == 0 { lost[labels[place], default: 0] += 1 }
    return (LabelImage(grid: grid, labels: kept, file: file), lost)
  }
}
