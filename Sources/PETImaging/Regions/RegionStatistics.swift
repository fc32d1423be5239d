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
    _ volume: Volume, weights: RegionWeights, regions: [RegionDefinition], sampling: GridSampling,
    includeBackground: Bool
  ) throws(PETError) {
    var samples: [Int32: [RegionStatistics.Sample]] = [:]
    var outside: [Int32: Int] = [:]
    var nonfinite: [Int32: Int] = [:]
    for region in regions { for label in region.labels { samples[Int32(label)] = [] } }
    let voxelVolume: Double
    // Voxels that were looked at, by their weights.
    var seen = 0.0
    func add(_ label: Int32, _ value: Double, _ weight: Double) {
      seen += weight
      if value.isFinite {
        samples[label]?.append((value, weight))
      } else {
        nonfinite[label, default: 0] += 1
      }
    }
    switch sampling {
    case .labelsToImage:
      voxelVolume = volume.grid.voxelVolume
      let indices = samples.keys.sorted()
      for (label, voxels) in zip(indices, try weights.voxels(of: indices.map(Int.init), on: volume.grid)) {
        for voxel in voxels { add(label, volume.values[voxel.offset], voxel.weight) }
      }
    case .imageToLabels:
      voxelVolume = weights.grid.voxelVolume
      try weights.eachSample(in: volume.grid) { label, weight, corners in
        guard samples[label] != nil else { return }
        guard let corners else {
          outside[label, default: 0] += 1
          return
        }
        var value = 0.0
        for c in 0..<corners.count { value += corners.weights[c] * volume.values[corners.offsets[c]] }
        add(label, value, weight)
      }
    }
    if seen == 0, weights.present.contains(where: { samples[Int32($0)] != nil }) {
      throw Resampling.noOverlap(weights, volume.grid, image: volume.file)
    }
    let background = Background(volume.values)
    rows = regions.map { region in
      let labels = region.labels.map(Int32.init)
      var values = labels.flatMap { samples[$0] ?? [] }
      let inBackground = values.count { background.contains($0.value) }
      if !includeBackground { values.removeAll { background.contains($0.value) } }
      return RegionStatistics(
        region, values: values, voxelVolume: voxelVolume, outside: labels.reduce(0) { $0 + (outside[$1] ?? 0) },
        nonfinite: labels.reduce(0) { $0 + (nonfinite[$1] ?? 0) }, background: inBackground)
    }
    var found = weights.findings + volume.findings
    let labels = Set(regions.flatMap(\.labels)).sorted()
    if let partial = Resampling.overlapFinding(
      weights, labels: labels, sampled: seen * voxelVolume, image: volume.file)
    {
      found.append(partial)
    }
    for row in rows where row.voxels == 0 {
      found.append(
        Finding(
          .note, .emptyRegion, file: weights.file, field: row.region.name,
          row.nonfinite > 0 ? "no finite voxel of the label" : "no voxel of the label",
          remedy: "its row is n/a"))
    }
    let single = SingleVoxels.finding(rows.map(\.region.name), voxels: rows.map(\.voxels), file: weights.file)
    findings = found + [single].compactMap { $0 }
  }
}

extension RegionStatistics {
  /// A voxel's value, and what of the voxel is of the region.
  typealias Sample = (value: Double, weight: Double)

  /// Mean and SD by weight; an SD of weights that are all 1 is that of n - 1.
  ///
  /// - Parameter samples: in any order.
  init(
    _ region: RegionDefinition, values samples: [Sample], voxelVolume: Double, outside: Int, nonfinite: Int,
    background: Int
  ) {
    // Of equal values too the order is one, whatever that of the voxels.
    let sorted = samples.sorted { ($0.value, $0.weight) < ($1.value, $1.weight) }
    let whole = sorted.reduce(0) { $0 + $1.weight }
    let mean = sorted.isEmpty ? .nan : sorted.reduce(0) { $0 + $1.weight * $1.value } / whole
    let squares = sorted.reduce(0) { $0 + $1.weight * ($1.value - mean) * ($1.value - mean) }
    let freedom = whole - sorted.reduce(0) { $0 + $1.weight * $1.weight } / Swift.max(whole, .leastNormalMagnitude)
    func quantile(_ share: Double) -> Double { Self.quantile(sorted, share) }
    self.init(
      region: region, voxels: samples.count, volume: whole * voxelVolume, mean: mean,
      sd: sorted.count > 1 ? (squares / freedom).squareRoot() : .nan, median: quantile(0.5), p5: quantile(0.05),
      p95: quantile(0.95), min: sorted.first?.value ?? .nan, max: sorted.last?.value ?? .nan, outside: outside,
      nonfinite: nonfinite, background: background)
  }

  /// Linear between samples that stand at the weight before them over the weight before the last: with equal weights the
  /// quantile of type 7.
  private static func quantile(_ sorted: [Sample], _ share: Double) -> Double {
    if sorted.allSatisfy({ $0.weight == 1 }) { return Order.quantile(sorted.map(\.value), share) }
    guard let last = sorted.last else { return .nan }
    let target = share * (sorted.reduce(0) { $0 + $1.weight } - last.weight)
    var before = 0.0
    for (here, next) in zip(sorted, sorted.dropFirst()) {
      if target <= before + here.weight {
        return here.value + (next.value - here.value) * Swift.max(0, target - before) / here.weight
      }
      before += here.weight
    }
    return last.value
  }
}
