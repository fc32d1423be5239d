package import PETCore

/// What the voxels of one region of a map tell.
package struct RegionStatistics: Sendable {
  package let region: RegionDefinition
  /// Finite voxels used.
  package let voxels: Int
  /// mm3, of the used voxels.
  package let volume: Double
  package let mean: Double
  /// Sample SD, n - 1.
  package let sd: Double
  package let median: Double
  package let p5: Double
  package let p95: Double
  package let min: Double
  package let max: Double
  /// Labelled voxels that lie outside the image.
  package let outside: Int
  package let nonfinite: Int
  /// Used voxels within 1e-6 of the map's largest |value| of its most frequent value.
  package let background: Int
}

/// The regional summary of a 3-D map.
package struct RegionSummary: Sendable {
  package let rows: [RegionStatistics]
  package let findings: [Finding]

  /// The background rule: the most frequent value of the map, and how near counts as equal.
  private struct Background {
    let value: Double
    let tolerance: Double

    init(_ values: [Double]) {
      var counts: [Double: Int] = [:]
      var largest = 0.0
      for value in values where value.isFinite {
        counts[value == 0 ? 0 : value, default: 0] += 1
        largest = Swift.max(largest, abs(value))
      }
      value = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? .nan
      tolerance = 1e-6 * largest
    }

    func contains(_ other: Double) -> Bool { abs(other - value) <= tolerance }
  }

  /// - Parameter includeBackground: whether background voxels count in the statistics; they are counted either way.
  package init(
    _ volume: Volume, segmentation: LabelImage, regions: [RegionDefinition], sampling: GridSampling,
    includeBackground: Bool
  ) throws(PETError) {
    var samples: [Int32: [Double]] = [:]
    var outside: [Int32: Int] = [:]
    var nonfinite: [Int32: Int] = [:]
    for region in regions { for label in region.labels { samples[Int32(label)] = [] } }
    let voxelVolume: Double
    switch sampling {
    case .labelsToImage:
      let labels = try Resampling.labels(segmentation, on: volume.grid)
      voxelVolume = volume.grid.voxelVolume
      for (i, label) in labels.enumerated() where label != 0 && samples[label] != nil {
        let value = volume.values[i]
        if value.isFinite { samples[label]?.append(value) } else { nonfinite[label, default: 0] += 1 }
      }
    case .imageToLabels:
      voxelVolume = segmentation.grid.voxelVolume
      try Resampling.eachSample(segmentation, in: volume.grid) { label, corners in
        guard samples[label] != nil else { return }
        guard let corners else {
          outside[label, default: 0] += 1
          return
        }
        var value = 0.0
        for c in 0..<corners.count { value += corners.weights[c] * volume.values[corners.offsets[c]] }
        if value.isFinite { samples[label]?.append(value) } else { nonfinite[label, default: 0] += 1 }
      }
    }
    let seen = samples.values.reduce(0) { $0 + $1.count } + nonfinite.values.reduce(0, +)
    if seen == 0, segmentation.labels.contains(where: { samples[$0] != nil && $0 != 0 }) {
      throw Resampling.noOverlap(segmentation, volume.grid, image: volume.file)
    }
    let background = Background(volume.values)
    rows = regions.map { region in
      let labels = region.labels.map(Int32.init)
      var values = labels.flatMap { samples[$0] ?? [] }
      let inBackground = values.count(where: background.contains)
      if !includeBackground { values.removeAll(where: background.contains) }
      return RegionStatistics(
        region, values: values, voxelVolume: voxelVolume, outside: labels.reduce(0) { $0 + (outside[$1] ?? 0) },
        nonfinite: labels.reduce(0) { $0 + (nonfinite[$1] ?? 0) }, background: inBackground)
    }
    var found = segmentation.findings + volume.findings
    let labels = Set(regions.flatMap(\.labels)).sorted()
    if let partial = Resampling.overlapFinding(
      segmentation, labels: labels, sampled: Double(seen) * voxelVolume, image: volume.file)
    {
      found.append(partial)
    }
    for row in rows where row.voxels == 0 {
      found.append(
        Finding(
          .note, .emptyRegion, file: segmentation.file, field: row.region.name,
          row.nonfinite > 0 ? "no finite voxel of the label" : "no voxel of the label",
          remedy: "its row is n/a"))
    }
    let single = SingleVoxels.finding(rows.map(\.region.name), voxels: rows.map(\.voxels), file: segmentation.file)
    findings = found + [single].compactMap { $0 }
  }
}

extension RegionStatistics {
  init(
    _ region: RegionDefinition, values: [Double], voxelVolume: Double, outside: Int, nonfinite: Int, background: Int
  ) {
    let sorted = values.sorted()
    let n = Double(values.count)
    let mean = values.isEmpty ? .nan : sorted.reduce(0, +) / n
    let squares = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.init(
      region: region, voxels: values.count, volume: n * voxelVolume, mean: mean,
      sd: values.count > 1 ? (squares / (n - 1)).squareRoot() : .nan, median: Order.quantile(sorted, 0.5),
      p5: Order.quantile(sorted, 0.05), p95: Order.quantile(sorted, 0.95), min: sorted.first ?? .nan,
      max: sorted.last ?? .nan, outside: outside, nonfinite: nonfinite, background: background)
  }
}
