package import PETCore

/// Means of every frame of a scan by given weights, in one pass over the stream.
package struct WeightedMeans: Sendable {
  /// Stored units of the image, one curve for each set of weights; NaN where it has no finite voxel in a frame.
  package let means: [[Double]]
  package let findings: [Finding]

  /// - Parameters:
  ///   - weights: at voxels of the scan's grid, ascending, of each set; several of them where frames have their own.
  ///   - places: of each frame, which of these; empty where all frames have the first.
  ///   - frames: how many frames the sidecar tells of.
  package init(path: String, weights: [[[WeightedVoxel]]], places: [Int] = [], frames: Int?) throws(PETError) {
    let (means, nonfinite, told) = try Self.pass(path, [Set(weights, places: places)], frames: frames)
    self.means = means[0]
    findings =
      told
      + (nonfinite == 0
        ? []
        : [
          Finding(
            .warning, .nonFinite, file: path, field: "voxels", value: "\(nonfinite)",
            "\(nonfinite) voxel samples are not finite", remedy: "they are left out of the means")
        ])
  }

  /// Weights of regions, several of them where frames have their own.
  package struct Set: Sendable {
    fileprivate let plans: [WeightedVoxels]
    /// Of each frame, which of them; empty where all frames have the first.
    fileprivate let places: [Int]
    fileprivate let count: Int

    package init(_ weights: [[[WeightedVoxel]]], places: [Int] = []) {
      plans = weights.map { WeightedVoxels($0) }
      count = weights[0].count
      self.places = places
    }
  }

  /// Means by several sets of weights in one pass, in stored units: by set and region one value a frame.
  package static func means(path: String, of sets: [Set], frames: Int?) throws(PETError) -> [[[Double]]] {
    try pass(path, sets, frames: frames).means
  }

  private static func pass(_ path: String, _ sets: [Set], frames: Int?) throws(PETError) -> (
    means: [[[Double]]], nonfinite: Int, findings: [Finding]
  ) {
    let pass = try FramePass(path: path, frames: frames)
    let header = pass.header
    var means = sets.map { [[Double]](repeating: [], count: $0.count) }
    var nonfinite = 0
    var index = 0
    try pass.eachFrame { stored in
      for (place, set) in sets.enumerated() {
        let frame = set.plans[set.places.isEmpty ? 0 : set.places[index]].reduce(stored)
        for region in means[place].indices {
          let weight = frame.weights[region]
          means[place][region].append(
            weight > 0 ? header.slope * frame.sums[region] / weight + header.intercept : .nan)
        }
        nonfinite += frame.nonfinite
      }
      index += 1
    }
    return (means, nonfinite, pass.findings)
  }
}
