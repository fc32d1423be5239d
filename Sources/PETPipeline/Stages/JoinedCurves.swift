import PETCore
import PETImaging
import PETStudy

extension ScanCurves {
  /// The runs of one injection as one scan: frames after frames, of the regions that every run has.
  ///
  /// - Throws: where no region is in every run, and for voxels that are not the same.
  init(joining runs: [ScanCurves]) throws(PETError) {
    let first = runs[0]
    guard runs.count > 1 else {
      self = first
      return
    }
    let file = first.sources.first
    let tables = runs.map(\.table)
    let kept = first.table.names.indices.filter { place in
      tables.allSatisfy { $0.index(of: first.table.names[place]) != nil }
    }
    guard !kept.isEmpty else {
      throw PETError(
        .wrongInput, file: file, field: "run", "the runs of the injection have no region in common",
        remedy: "give them one segmentation, or say which run counts (read: run)")
    }
    let names = kept.map { first.table.names[$0] }
    let lost = Set(tables.flatMap(\.names)).subtracting(names).sorted()
    var joined = CurveTable(
      frames: try FrameSchedule(
        starts: tables.flatMap(\.frames.starts), durations: tables.flatMap(\.frames.durations)),
      names: names,
      curves: names.map { name in tables.flatMap { table in table.index(of: name).map { table.curves[$0] } ?? [] } },
      volumes: kept.map { first.table.volumes[$0] })
    joined.merged = first.table.merged.intersection(names)
    joined.isotope = first.table.isotope
    joined.weightColumn = try Self.weights(tables, file: file)
    joined.findings = tables.reduce(into: []) { found, table in
      found += table.findings.filter { !found.contains($0) }
    }
    if !lost.isEmpty {
      joined.findings.append(
        Finding(
          .warning, .runsJoined, file: file, field: "regions", value: "\(lost.count)",
          "not every run has " + lost.prefix(8).joined(separator: ", ")
            + (lost.count > 8 ? " and \(lost.count - 8) more" : ""), remedy: "they are left out"))
    }
    self = ScanCurves(
      table: joined, indices: kept.map { first.indices[$0] }, voxelCounts: kept.map { first.voxelCounts[$0] },
      label: first.label,
      sources: runs.reduce(into: []) { all, run in all += run.sources.filter { !all.contains($0) } },
      regions: first.regions.isEmpty ? [] : kept.map { first.regions[$0] }, voxels: first.voxels,
      keptFrames: first.keptFrames,
      picture: ScanPicture(joining: runs.map(\.picture)))
    for run in runs.dropFirst() { try append(run) }
  }

  private mutating func append(_ later: ScanCurves) throws(PETError) {
    guard var voxels, let others = later.voxels else { return }
    keptFrames += later.keptFrames.map { (voxels.frameCount + $0.index, $0.factor) }
    guard voxels.append(others) else {
      throw PETError(
        .wrongInput, file: later.sources.first, field: "grid",
        "the voxels with labels are not those of the run before (\(sources[0]))",
        remedy: "bring the runs to one grid with one segmentation, or make no maps")
    }
    self.voxels = voxels
  }

  /// Those of the tables' own columns; nil where no run has them.
  private static func weights(_ tables: [CurveTable], file: String?) throws(PETError) -> [Double]? {
    let weights = tables.compactMap(\.weightColumn)
    guard !weights.isEmpty else { return nil }
    guard weights.count == tables.count else {
      throw PETError(
        .wrongInput, file: file, field: "weight", "the curves of one run have weights, those of another none",
        remedy: "give every run a column weight, or none")
    }
    return weights.flatMap(\.self)
  }
}

extension ScanPicture {
  /// The mean over all runs; nil where one has none or lies on another grid.
  fileprivate init?(joining runs: [ScanPicture?]) {
    let pictures = runs.compactMap(\.self)
    guard let first = pictures.first, pictures.count == runs.count,
      pictures.allSatisfy({ $0.grid.isSame(as: first.grid) })
    else { return nil }
    let duration = pictures.reduce(0) { $0 + $1.duration }
    var mean = [Float](repeating: 0, count: first.mean.count)
    for picture in pictures {
      let share = Float(picture.duration / duration)
      for voxel in mean.indices { mean[voxel] += share * picture.mean[voxel] }
    }
    self.init(grid: first.grid, mean: mean, duration: duration, labels: first.labels)
  }
}
