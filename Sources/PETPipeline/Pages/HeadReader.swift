import PETCore
import PETImaging
import PETPages
import PETRegistration
import PETResults
import PETStudy

/// Means and labels of a person's scans in planes that are the same for all of them.
struct HeadReader {
  /// One for each scan; nil where it has no image.
  let pictures: [ScanPlanes?]
  /// The same of its mean before and after a correction for motion; nil where there is nothing to see.
  let moved: [BeforeAfter?]
  /// The head of the first scan with an image; nil where there is none.
  let brain: BrainSlices?

  /// Edge of a pixel, mm.
  private static let pixel = 2.0
  /// An odd number: pixels then have their centres where voxels of 2 mm have theirs.
  private static let margin = 15.0

  init(_ scans: [RunRecord], in output: String) throws(PETError) {
    let volumes = try scans.map { (record) throws(PETError) -> (mean: Volume, labels: Volume, other: LabelPlace?)? in
      let results = Results(record, in: output)
      return try Self.images(results).map { (images) throws(PETError) in
        (images.mean, images.labels, try Self.other(record, results))
      }
    }
    let boxes = volumes.compactMap { $0.flatMap { WorldBox(labelled: $0.labels, margin: Self.margin) } }
    guard let first = volumes.compactMap({ $0 }).first, var box = boxes.first else {
      (pictures, moved, brain) = (scans.map { _ in nil }, scans.map { _ in nil }, nil)
      return
    }
    for other in boxes.dropFirst() { box = box.union(other) }
    let places = first.labels.busiestPlanes(step: Self.pixel, in: box)
    let planes = WorldPlane.View.allCases.map { view in
      WorldPlane(view, at: places[view.across], showing: box, pixel: Self.pixel)
    }
    let scan = volumes.firstIndex { $0 != nil }.map { scans[$0] }
    brain = try scan.flatMap { (record) throws(PETError) in
      try Self.brain(first.mean, first.labels, of: record, Results(record, in: output))
    }
    pictures = volumes.map { own in
      own.map { ScanPlanes(mean: $0.mean, labels: $0.labels, planes: planes, other: $0.other) }
    }
    moved = try zip(scans, volumes).map { (record, own) throws(PETError) in
      let results = Results(record, in: output)
      guard let own, let before = try Self.mean(results, "motionbefore"),
        let after = try Self.mean(results, "motionafter")
      else {
        return nil
      }
      return BeforeAfter(
        before: ScanPlanes(mean: before, labels: own.labels, planes: planes),
        after: ScanPlanes(mean: after, labels: own.labels, planes: planes))
    }
  }

  /// The head of a scan; nil where it has no image.
  static func brain(of record: RunRecord, in output: String) throws(PETError) -> BrainSlices? {
    let results = Results(record, in: output)
    return try images(results).flatMap { (images) throws(PETError) in
      try brain(images.mean, images.labels, of: record, results)
    }
  }

  private static func brain(_ mean: Volume, _ labels: Volume, of record: RunRecord, _ results: Results) throws(PETError)
    -> BrainSlices?
  {
    guard let path = results.path(.volumes) else { return nil }
    return BrainSlices(mean: mean, labels: labels, names: try RegionVolume.names(path), person: record.participant)
  }

  private static func images(_ results: Results) throws(PETError) -> (mean: Volume, labels: Volume)? {
    guard let mean = try mean(results, "mean"),
      let labels = results.path(.labels, ".nii.gz", where: { $0["seg"] != nil && $0["desc"] == nil })
    else { return nil }
    return (mean, try Volume(path: labels))
  }

  private static func mean(_ results: Results, _ kind: String) throws(PETError) -> Volume? {
    try results.path(.mean, ".nii.gz", where: { $0["desc"] == kind }).map { (path) throws(PETError) in
      try Volume(path: path)
    }
  }

  /// Where the labels were said to lie, of labels that were moved, or were found to lie, of others; nil where it is not worth a
  /// word.
  private static func other(_ record: RunRecord, _ results: Results) throws(PETError) -> LabelPlace? {
    guard record.findings.contains(where: { $0["Code"]?.string == Finding.Code.labelsDisplaced.word }),
      let curves = results.path(.curves)
    else { return nil }
    let alignment = try PETSidecar(path: TSVTable.sidecarPath(of: curves))[AlignmentText.member]
    guard let movement = AlignmentText.movement(alignment) else { return nil }
    let isMoved = alignment?["Moved"]?.bool ?? false
    return (isMoved ? movement : movement.inverse).map { LabelPlace(toDrawn: $0, isFound: !isMoved) }
  }
}
