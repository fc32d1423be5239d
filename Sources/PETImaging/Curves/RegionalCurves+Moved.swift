package import PETCore

extension RegionalCurves {
  /// Means of regions with their weights in several sets of places, all in one pass over the scan.
  ///
  /// - Parameters:
  ///   - sets: where the regions lie in each frame, set by set; all of the same regions.
  ///   - smoothing: FWHM in mm of a Gaussian that each frame is smoothed with first.
  /// - Returns: stored units of the image, by set and region one value a frame.
  package static func means(
    path: String, of regions: [RegionDefinition], in sets: [MovedWeights], sampling: GridSampling, frames: Int?,
    smoothing: Double? = nil
  ) throws(PETError) -> [[[Double]]] {
    guard let first = sets.first?.weights.first else { return [] }
    let pass = try FramePass(path: path, frames: frames)
    let header = pass.header
    let labels = Self.labels(of: regions, in: first)
    let plans = try sets.map { (set) throws(PETError) in
      try set.weights.map { (own) throws(PETError) in
        try reduction(own, labels, sampling, on: header.grid, image: path)
      }
    }
    let smoother = smoothing.map { GaussianSmoothing(fwhm: $0, grid: header.grid) }
    let none = [[Double]](repeating: [], count: labels.count)
    var sums = sets.map { _ in none }
    var weights = sums
    var index = 0
    try pass.eachFrame { stored in
      func reduce(_ frame: VoxelBytes) -> [FrameSums] {
        zip(plans, sets).map { own, set in own[set.places[index]].reduce(frame) }
      }
      let all = smoother.map { $0.smoothed(stored, reduce) } ?? reduce(stored)
      index += 1
      for (set, frame) in all.enumerated() {
        for l in labels.indices {
          sums[set][l].append(header.slope * frame.sums[l] + header.intercept * frame.weights[l])
          weights[set][l].append(frame.weights[l])
        }
      }
    }
    let place = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($0.element, $0.offset) })
    return sets.indices.map { set in
      let counts = labels.indices.map { label in plans[set].map { $0.voxels[label] }.min() ?? 0 }
      let voxels = regions.map { region in
        region.labels.reduce(0) { sum, label in sum + (place[label].map { counts[$0] } ?? 0) }
      }
      return means(of: regions, place, voxels, sums: sums[set], weights: weights[set], frames: header.frames)
    }
  }
}
