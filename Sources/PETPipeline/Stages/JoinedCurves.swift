import Foundation
import PETCore
import PETImaging
import PETStudy

extension ScanCurves {
  /// The runs of one injection as one scan: frames after frames, of the regions that every run has.
  ///
  /// - Throws: where no region is in every run.
  init(joining runs: [ScanCurves]) throws(PETError) {
    let first = runs[0]
    guard runs.count > 1 else {
      self = first
      return
    }
    let file = first.sources.first
    let tables = runs.map(\.table)
    let kept = first.table.names.indices.filter { place in
      tables.allSatisfy { Self.has(first.table.names[place], $0) }
    }
    guard !kept.isEmpty else {
      throw PETError(
        .wrongInput, file: file, field: "run", "the runs of the injection have no region in common",
        remedy: "give them one segmentation, or say which run counts (read: run)")
    }
    let names = kept.map { first.table.names[$0] }
    // What no run has is no loss of the join.
    let lost = Set(tables.flatMap { table in table.names.filter { Self.has($0, table) } }).subtracting(names).sorted()
    let frames: FrameSchedule
    do throws(PETError) {
      frames = try FrameSchedule(
        starts: tables.flatMap(\.frames.starts), durations: tables.flatMap(\.frames.durations))
    } catch {
      let words = runs.map { run in
        "\((run.sources.first as NSString?)?.lastPathComponent ?? "") "
          + "\(NumberText.short(run.table.frames.starts[0])) to \(NumberText.short(run.table.frames.ends.last ?? 0)) s"
      }
      throw PETError(
        .wrongInput, file: file, field: "run",
        "the frames of the runs do not follow each other: " + words.joined(separator: ", "),
        remedy: "the times of curves and sidecar contradict each other: correct those that are wrong")
    }
    var joined = CurveTable(
      frames: frames, names: names,
      curves: names.map { name in tables.flatMap { table in table.index(of: name).map { table.curves[$0] } ?? [] } },
      volumes: kept.map { first.table.volumes[$0] })
    joined.merged = first.table.merged.intersection(names)
    joined.isotope = first.table.isotope
    joined.weightColumn = try Self.weights(tables, file: file)
    for (place, table) in tables.enumerated() {
      joined.findings += InjectionParts.ofWhole(table.findings, run: place).filter { !joined.findings.contains($0) }
    }
    joined.findings += frames.findings(isotope: joined.isotope).filter { $0.code == .scanLength }
    if !lost.isEmpty {
      joined.findings.append(
        Finding(
          .warning, .runsJoined, file: file, field: "regions", value: "\(lost.count)",
          "not every run has " + lost.prefix(8).joined(separator: ", ")
            + (lost.count > 8 ? " and \(lost.count - 8) more" : ""), remedy: "they are left out"))
    }
    let picture = ScanPicture(joining: runs.map(\.picture))
    if picture == nil, runs.allSatisfy({ $0.picture != nil }) {
      joined.findings.append(
        Finding(
          .note, .runsJoined, file: file, field: "grid", "the runs lie on different grids",
          remedy: "there is no mean image of them"))
    }
    self = ScanCurves(
      table: joined, indices: kept.map { first.indices[$0] }, voxelCounts: kept.map { first.voxelCounts[$0] },
      label: first.label,
      sources: runs.reduce(into: []) { all, run in all += run.sources.filter { !all.contains($0) } },
      regions: first.regions.isEmpty ? [] : kept.map { first.regions[$0] }, voxels: first.voxels,
      keptFrames: first.keptFrames,
      picture: picture)
    weights = first.weights
    alignments = runs.flatMap(\.alignments)
    motions = runs.flatMap(\.motions)
    for run in runs.dropFirst() { append(run) }
    correction = try Self.joinedCorrections(runs)
  }

  /// What is said of joined runs is no doubt any more where each run's labels were moved to where they lie in it.
  ///
  /// - Parameter runs: how many there are.
  mutating func settleRuns(_ runs: Int) {
    guard runs > 1, alignments.count == runs, alignments.allSatisfy(\.isMoved) else { return }
    func settle(_ findings: inout [Finding]) {
      for (place, finding) in findings.enumerated() where finding.code == .runsJoined && finding.castsDoubt {
        findings[place] = finding.at(
          .note, remedy: "they are one scan, bridged linearly between, with labels where each run has them",
          castsDoubt: false)
      }
    }
    settle(&table.findings)
    if case .made(var corrected) = correction {
      settle(&corrected.findings)
      correction = .made(corrected)
    }
  }

  /// Findings on a scan, of its runs as they stand since curves were measured.
  func settled(_ findings: [Finding]) -> [Finding] {
    findings.map { finding in
      guard finding.code == .runsJoined else { return finding }
      return table.findings.first { $0.code == .runsJoined && $0.problem == finding.problem } ?? finding
    }
  }

  /// The corrected curves of all runs as one scan's: a region is resolved as it is where it is least.
  private static func joinedCorrections(_ runs: [ScanCurves]) throws(PETError) -> Correction {
    var all: [ScanCurves] = []
    for run in runs {
      switch run.correction {
      case .none: return .none
      case .lost: return .lost
      case .made(let table):
        all.append(
          ScanCurves(
            table: table, indices: run.indices, voxelCounts: run.voxelCounts, label: run.label, sources: run.sources,
            regions: run.regions))
      }
    }
    var table = try ScanCurves(joining: all).table
    let corrections = all.compactMap(\.table.correction)
    table.correction = corrections.first.map { first in
      CurveCorrection(
        ownShares: corrections.dropFirst().reduce(first.ownShares) { $0.merging($1.ownShares, uniquingKeysWith: min) },
        volumes: first.volumes,
        resolution: first.resolution, condition: corrections.map(\.condition).max() ?? .nan)
    }
    return .made(table)
  }

  /// Whether a table has a region, with values.
  private static func has(_ name: String, _ table: CurveTable) -> Bool {
    table.index(of: name).map { place in table.curves[place].contains(where: \.isFinite) } ?? false
  }

  /// Adds the voxels of a later run, which are those of the first where neither grid, labels nor head were moved: else there are
  /// no maps, and the regions stand.
  private mutating func append(_ later: ScanCurves) {
    guard var voxels, let others = later.voxels else { return }
    keptFrames += later.keptFrames.map { (voxels.frameCount + $0.index, $0.factor) }
    let isOne = !voxels.areInPose && !others.areInPose && voxels.append(others)
    self.voxels = isOne ? voxels : nil
    guard !isOne else { return }
    table.findings.append(
      Finding(
        .warning, .runsJoined, file: later.sources.first, field: "maps",
        "the voxels of the runs are not the same places of the head: there are no maps of them together",
        remedy:
          "bring the runs to one grid with labels that are not moved (align: check, motion: check), or choose one (read: run)"
      ))
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
