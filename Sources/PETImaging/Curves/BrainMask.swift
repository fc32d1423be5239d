package import PETCore

extension VoxelMask {
  /// The brain by its uptake: voxels whose mean activity is a third or more of the typical.
  ///
  /// Typical is the median over the voxels above Otsu's threshold (doi:10.1109/TSMC.1979.4310076) of the scan's
  /// mean image, frames weighted by duration. Voxels that are not finite in every frame are none of it.
  package init(brainOf path: String, durations: [Double]) throws(PETError) {
    let mean = try MeanImage(path: path, durations: durations)
    let sorted = mean.values.filter { $0 > 0 && $0.isFinite }.sorted()
    guard let top = sorted.last, top > 0, let threshold = Self.otsu(sorted) else {
      throw PETError(.wrongInput, file: path, field: "voxels", "the scan has no activity", remedy: "give --mask")
    }
    let bright = sorted.drop { $0 < threshold }
    let limit = Double(bright[bright.startIndex + bright.count / 2]) / 3
    let taken = mean.values.indices.filter { mean.values[$0] >= limit && mean.values[$0].isFinite }
    self.init(
      grid: mean.grid, offsets: taken.map(Int32.init),
      rule: "voxels with a third or more of the typical mean activity (median above Otsu's threshold), "
        + "\(NumberText.short(limit)) in the unit of the image")
  }

  /// Otsu's threshold over 256 bins up to the 99.9th percentile; values finite, ascending and above 0.
  private static func otsu(_ values: [Double]) -> Double? {
    guard let top = values.isEmpty ? nil : values[min(values.count - 1, values.count * 999 / 1000)] else { return nil }
    var bins = [Double](repeating: 0, count: 256)
    for value in values { bins[Int(min(255, 256 * value / top))] += 1 }
    let whole = bins.indices.reduce(0.0) { $0 + (Double($1) + 0.5) * bins[$1] }
    let count = Double(values.count)
    var (below, sumBelow, best, threshold) = (0.0, 0.0, -1.0, 0)
    for bin in 0..<255 {
      below += bins[bin]
      sumBelow += (Double(bin) + 0.5) * bins[bin]
      guard below > 0, below < count else { continue }
      let apart = sumBelow / below - (whole - sumBelow) / (count - below)
      let between = below * (count - below) * apart * apart
      if between > best { (best, threshold) = (between, bin + 1) }
    }
    return Double(threshold) * top / 256
  }
}
