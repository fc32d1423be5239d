package import PETCore
import PETImaging
import PETRegistration
import PETStudy

/// Whether a segmentation lies on its scan and its names are those of its labels.
enum SegmentationChecks {
  /// - Parameters:
  ///   - rules: what a pipeline makes of labels; nil when none is meant.
  ///   - reference: the region that its model needs; nil for none.
  ///   - timing: of the frames that tell where labels lie; nil where it is not known.
  ///   - alignment: what a pipeline does about that.
  static func run(
    _ files: RegionFiles, image: String?, _ rules: PipelineDefinition.Regions?, reference: String?, timing: ScanTiming?,
    alignment: AlignmentRule
  ) -> [Finding] {
    var segmentation: NamedSegmentation
    do throws(PETError) {
      segmentation = try files.read(on: image.flatMap { try? VoxelStream(path: $0).header.grid })
      if let timing {
        _ = try MotionStage.stated(&segmentation.weights, segmentation.poses, files.transforms, timing)
      }
    } catch {
      return [Finding(fault: error, code: .segmentation)]
    }
    var findings = segmentation.weights.findings + segmentation.findings
    if !segmentation.names.isColourTable {
      let present = Set(segmentation.weights.present)
      let empty = segmentation.names.entries.filter { !present.contains($0.index) }
      if !empty.isEmpty {
        let names = empty.prefix(5).map { "\($0.index) \($0.name)" }.joined(separator: ", ")
        findings.append(
          Finding(
            .note, .emptyLabels, file: segmentation.names.file, field: "index", value: "\(empty.count)",
            "named labels without a voxel: " + names + (empty.count > 5 ? " and \(empty.count - 5) more" : ""),
            remedy: "their rows are n/a"))
      }
    }
    var regions: [RegionDefinition] = []
    do throws(PETError) {
      regions = try RegionsStage.regions(of: segmentation.names, rules?.definitions ?? .automatic)
      let words = rules?.words ?? .builtIn
      if let reference, let error = missing(reference, among: regions.map(\.name), words) {
        findings.append(Finding(fault: error.at(file: segmentation.names.file), code: .referenceMissing))
      }
    } catch {
      findings.append(Finding(fault: error, code: .regionTable))
    }
    guard let image, let header = try? VoxelStream(path: image).header else { return findings }
    let grid = header.grid
    do throws(PETError) {
      let turned = try TurnedAxis.finding(segmentation.weights, on: grid) { () throws(PETError) in
        try MeanImage(path: image, durations: Array(repeating: 1, count: header.frames)).values.map(Float.init)
      }
      findings += [turned, try single(regions, segmentation.weights, on: grid)].compactMap { $0 }
      if let finding = try Resampling.overlap(segmentation.weights, on: grid, image: image) { findings.append(finding) }
      if let late = timing?.lateShares, late.count == header.frames, alignment.mode != .none, turned == nil,
        segmentation.weights.ownLabels != nil
      {
        // Why it cannot be looked at is told by a run.
        let found = try? LabelAlignment(
          segmentation.weights, on: try LateMean(path: image, shares: late), fwhm: nil,
          effort: alignment.mode == .move ? .search : .check, jobs: 1)
        findings +=
          found?.findings(
            limit: alignment.limit, isMoved: alignment.mode == .move, given: nil, labels: segmentation.weights.file)
          ?? []
      }
    } catch {
      findings.append(Finding(fault: error, code: .segmentationOverlap))
    }
    return findings
  }

  /// Regions of one voxel on the scan's grid.
  private static func single(_ regions: [RegionDefinition], _ weights: RegionWeights, on grid: Grid) throws(PETError)
    -> Finding?
  {
    let present = weights.present
    let voxels = try weights.voxels(of: present, on: grid)
    let counts = Dictionary(uniqueKeysWithValues: zip(present, voxels.map(\.count)))
    return SingleVoxels.finding(
      regions.map(\.name), voxels: regions.map { $0.labels.reduce(0) { $0 + (counts[$1] ?? 0) } }, file: weights.file)
  }

  /// The error of a reference region that is none of the regions, found as fits find it.
  static func missing(
    _ reference: String, among regions: [String], _ words: AnatomicalVocabulary
  ) -> PETError? {
    do throws(PETError) {
      var table = CurveTable(
        frames: try FrameSchedule(starts: [0], durations: [1]), names: regions, curves: regions.map { _ in [0] },
        volumes: regions.map { _ in nil })
      table.vocabulary = words
      _ = try table.curve(of: reference)
      return nil
    } catch { return error }
  }
}

extension Finding.Code {
  package static let emptyLabels = Finding.Code("empty-labels")
  package static let referenceMissing = Finding.Code("reference-missing")
  package static let regionTable = Finding.Code("region-table")
  package static let segmentation = Finding.Code("segmentation")
  package static let segmentationOverlap = Finding.Code("segmentation-overlap")
}
