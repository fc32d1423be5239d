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
    let pass = try FramePass(path: path, frames: frames)
    let plans = weights.map { WeightedVoxels($0) }
    let header = pass.header
    var means = [[Double]](repeating: [], count: weights[0].count)
    var nonfinite = 0
    var index = 0
    try pass.eachFrame { stored in
      let frame = plans[places.isEmpty ? 0 : places[index]].reduce(stored)
      index += 1
      for place in means.indices {
        let weight = frame.weights[place]
        means[place].append(weight > 0 ? header.slope * frame.sums[place] / weight + header.intercept : .nan)
      }
      nonfinite += frame.nonfinite
    }
    self.means = means
    findings =
      pass.findings
      + (nonfinite == 0
        ? []
        : [
          Finding(
            .warning, .nonFinite, file: path, field: "voxels", value: "\(nonfinite)",
            "\(nonfinite) voxel samples are not finite", remedy: "they are left out of the means")
        ])
  }
}
