package import PETCore

/// Mean activity of every region in every frame of a 4-D scan, in one pass over the stream and constant memory.
package struct RegionalCurves: Sendable {
  package let regions: [RegionDefinition]
  /// Stored units of the image, one curve a region; NaN where a region has no finite voxel in a frame.
  package let means: [[Double]]
  /// Voxels of each region on the sampled grid.
  package let voxels: [Int]
  /// mm3; of masks the effective volume, each voxel by its weight.
  package let volumes: [Double]
  package let header: ImageHeader
  /// Curves of single voxels, when they were asked for.
  package let voxelCurves: VoxelCurves?
  /// The weighted sums of the frames that were asked for, one value a voxel of the image.
  package let frameSums: [[Float]]
  /// The frames as means over blocks, where they were asked for.
  package let blocks: FrameBlocks?
  package let findings: [Finding]

  /// - Parameters:
  ///   - weights: of the regions.
  ///   - frames: how many frames the sidecar tells of; another number in the image is an error.
  ///   - smoothing: FWHM in mm of a Gaussian that each frame is smoothed with first.
  ///   - voxels: single voxels whose curves are gathered in the same pass.
  ///   - shares: factors of the stored frames in sums of them that are made in the same pass.
  ///   - kept: stored frames, with their factors, whose blocks are made in the same pass.
  ///   - moved: weights of the regions where single frames have them; nil where all frames have them in one place.
  package init(
    path: String, weights regional: RegionWeights, regions: [RegionDefinition], sampling: GridSampling, frames: Int?,
    smoothing: Double? = nil, voxels request: VoxelRequest? = nil, sumsOf shares: [[Double]] = [],
    blocksOf kept: [(index: Int, factor: Double)]? = nil, moved: MovedWeights? = nil
  ) throws(PETError) {
    let pass = try FramePass(path: path, frames: frames)
    let header = pass.header
    let labels = Self.labels(of: regions, in: regional)
    func plan(_ regional: RegionWeights) throws(PETError) -> any FrameReduction {
      try Self.reduction(regional, labels, sampling, on: header.grid, image: path)
    }
    let main = try plan(regional)
    let others = try (moved?.weights ?? []).map(plan)

    var sums = [[Double]](repeating: [], count: labels.count)
    var weights = sums
    var nonfinite = 0
    var gathered = try request.map { (request) throws(PETError) in try VoxelCurves(request, of: header) }
    let smoother = smoothing.map { GaussianSmoothing(fwhm: $0, grid: header.grid) }
    let frameSums = shares.map { FrameSum(of: header, shares: $0) }
    let blocks = kept.map { FrameBlockSum(of: header, kept: $0) }
    var index = 0
    try pass.eachFrame { stored in
      let plan = moved.map { others[$0.places[index]] } ?? main
      index += 1
      let frame = smoother.map { plan.reduce(stored, smoothedBy: $0) } ?? plan.reduce(stored)
      for l in labels.indices {
        sums[l].append(header.slope * frame.sums[l] + header.intercept * frame.weights[l])
        weights[l].append(frame.weights[l])
      }
      nonfinite += frame.nonfinite
      gathered?.append(stored)
      for sum in frameSums { sum.add(stored) }
      blocks?.add(stored)
    }
    voxelCurves = gathered
    self.frameSums = frameSums.map(\.values)
    self.blocks = blocks?.value

    let place = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($0.element, $0.offset) })
    self.regions = regions
    self.header = header
    voxels = regions.map { region in
      region.labels.reduce(0) { sum, label in sum + (place[label].map { main.voxels[$0] } ?? 0) }
    }
    let unit = sampling == .labelsToImage ? header.grid.voxelVolume : regional.grid.voxelVolume
    volumes = regions.map { region in
      region.labels.reduce(0) { sum, label in sum + (place[label].map { main.totals[$0] } ?? 0) } * unit
    }
    means = Self.means(of: regions, place, voxels, sums: sums, weights: weights, frames: header.frames)
    let sampled = main.totals.reduce(0, +) * unit
    findings =
      pass.findings + regional.findings + Self.gridFindings(regional, on: header, sampling)
      + Self.lossFindings(path, regional, nonfinite: nonfinite, zip(regions, voxels))
      + [
        main.outsideFinding(regional.file),
        Resampling.overlapFinding(regional, labels: labels, sampled: sampled, image: path),
      ].compactMap { $0 }
  }

  /// Labels of the regions that the image has: a table may name thousands that it does not.
  static func labels(of regions: [RegionDefinition], in regional: RegionWeights) -> [Int] {
    Set(regions.flatMap(\.labels)).intersection(regional.present).sorted()
  }

  /// How frames are reduced to sums over labels.
  static func reduction(
    _ regional: RegionWeights, _ labels: [Int], _ sampling: GridSampling, on grid: Grid, image: String
  ) throws(PETError) -> any FrameReduction {
    switch sampling {
    case .labelsToImage where regional.areFractions:
      try WeightedVoxels(nearest: regional, on: grid, labels: labels, image: image)
    case .labelsToImage: try LabelRuns(regional, on: grid, labels: labels, image: image)
    case .imageToLabels: try WeightedVoxels(regional, on: grid, labels: labels, image: image)
    }
  }

  /// Means of regions, of sums over their labels frame by frame.
  ///
  /// - Parameters:
  ///   - place: of each label among the sums.
  ///   - voxels: of each region.
  static func means(
    of regions: [RegionDefinition], _ place: [Int: Int], _ voxels: [Int], sums: [[Double]], weights: [[Double]],
    frames: Int
  ) -> [[Double]] {
    // Thousands of names without a voxel share one curve.
    let none = [Double](repeating: .nan, count: frames)
    return zip(regions, voxels).map { region, count in
      count == 0
        ? none
        : (0..<frames).map { frame in
          var sum = 0.0
          var weight = 0.0
          for label in region.labels {
            // A merged region without one of its parts would be another region.
            guard let l = place[label], weights[l][frame] > 0 else { return .nan }
            sum += sums[l][frame]
            weight += weights[l][frame]
          }
          return weight > 0 ? sum / weight : .nan
        }
    }
  }

  /// That scan and labels have not the same grid.
  private static func gridFindings(_ regional: RegionWeights, on header: ImageHeader, _ sampling: GridSampling)
    -> [Finding]
  {
    guard !regional.isOn(header.grid) else { return [] }
    let how =
      switch sampling {
      case .labelsToImage: "labels are brought to the grid of the scan (nearest voxel)"
      case .imageToLabels: "the scan is sampled at the voxels of the labels (trilinear)"
      }
    return [
      Finding(
        .note, .labelsGrid, file: regional.file, field: "affine", value: regional.grid.description, how,
        remedy: "as asked by the sampling")
    ]
  }

  /// Voxels that do not count, and regions without any.
  private static func lossFindings(
    _ path: String, _ regional: RegionWeights, nonfinite: Int, _ regions: Zip2Sequence<[RegionDefinition], [Int]>
  ) -> [Finding] {
    var found: [Finding] = []
    if nonfinite > 0 {
      found.append(
        Finding(
          .warning, .nonFinite, file: path, field: "voxels", value: "\(nonfinite)",
          "\(nonfinite) labelled voxel samples are not finite", remedy: "they are left out of the means"))
    }
    let missing = regions.filter { $1 == 0 && !$0.isMerged }.map(\.0.name)
    if !missing.isEmpty {
      found.append(
        Finding(
          .note, .emptyRegion, file: regional.file, field: "labels", value: "\(missing.count)",
          "no voxel for " + missing.prefix(10).joined(separator: ", ")
            + (missing.count > 10 ? " and \(missing.count - 10) more" : ""), remedy: "their curves are n/a"))
    }
    return found
  }
}

/// The sums of one frame, per label.
struct FrameSums {
  var sums: [Double]
  var weights: [Double]
  var nonfinite = 0
}

/// A way to reduce a frame to sums per label, prepared once for a scan.
protocol FrameReduction: Sendable {
  /// Voxels of each label, of any weight.
  var voxels: [Int] { get }
  /// Their weights together.
  var totals: [Double] { get }
  func reduce(_ frame: VoxelBytes) -> FrameSums
  func outsideFinding(_ file: String) -> Finding?
}

extension FrameReduction {
  /// The sums of a frame that is smoothed first, in stored units.
  func reduce(_ frame: VoxelBytes, smoothedBy smoothing: GaussianSmoothing) -> FrameSums {
    smoothing.smoothed(frame) { reduce($0) }
  }
}

extension Finding.Code {
  package static let emptyRegion = Finding.Code("empty-region")
  package static let labelsGrid = Finding.Code("labels-grid")
  package static let nonFinite = Finding.Code("non-finite")
}
