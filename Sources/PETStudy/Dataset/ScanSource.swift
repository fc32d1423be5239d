import Foundation
package import PETCore

/// Which data of a scan an analysis takes: an image with the segmentation that lies in its space, or curves that a
/// derivative has.
///
/// An image in the segmentation's space comes first, then the derivative's curves, then the scan as it was reconstructed with the
/// derivative's transforms; a scan as it was reconstructed is also taken where nothing says that the segmentation lies elsewhere. What
/// is left is refused.
package struct ScanSource {
  package let image: ScanImage?
  package let curves: String?
  /// Nil with curves.
  package private(set) var regions: RegionFiles?
  package private(set) var findings: [Finding]

  /// - Parameters:
  ///   - pattern: of the segmentation's name, or its path; nil for any.
  ///   - masks: pattern of masks in place of a segmentation; nil for none.
  ///   - transform: pattern of the files that bring the regions to the scan; nil where they lie on it.
  ///   - filter: which image is meant, where there are several.
  ///   - isMoved: whether the analysis moves labels itself: a scan as it was reconstructed then comes first where a derivative has
  ///     its transforms.
  ///   - accepted: whether a segmentation of another space is known and accepted.
  package init(
    _ scan: ScanEntry, in derivatives: Derivatives, pattern: String?, masks: String? = nil, transform: String? = nil,
    filter: EntityFilter, isMoved: Bool = false, acceptance: Acceptance
  ) throws(StageError) {
    // A table says which regions; how they come to the scan the pipeline may say.
    let given = try stage("read") { () throws(PETError) in
      try scan.row.flatMap { (row) throws(PETError) in
        try Self.given(row, scan) { () throws(PETError) in
          try transform.map { (pattern) throws(PETError) in
            try derivatives.transforms(for: scan, pattern: pattern)
          } ?? []
        }
      }
    }
    if let row = scan.row, var own = given {
      if masks != nil || pattern != nil, let regions = own.regions {
        own.findings.append(
          Finding(
            .note, .scanTable, file: row.file, field: row.field(regions.areMasks ? .masks : .labels),
            "the regions are those of the table, not of the pipeline",
            remedy: "leave the column empty for the pipeline's"))
      }
      self = own
      return
    }
    let found = try ScanCandidates(scan, in: derivatives, pattern: pattern, masks: masks, filter: filter)
    if let transform {
      self = try found.moved(by: transform)
      return
    }
    let spaces = try found.spaces()
    if isMoved || filter.wantsReconstructed, let source = try found.moved(from: spaces) {
      self = source
      return
    }
    if let source = try found.together(spaces) {
      self = source
      return
    }
    if let (table, finding) = try Self.curves(of: scan, in: derivatives, pattern: pattern, found.images) {
      self.init(curves: table, findings: [finding])
      return
    }
    if let source = try found.moved(from: spaces) {
      self = source
      return
    }
    self = try found.elsewhere(spaces, acceptance)
  }

  /// What a row of a table of scans names; nil where its segmentation is to be looked for.
  ///
  /// - Parameter transforms: of the pipeline, where the row names none.
  private static func given(
    _ row: ScanRow, _ scan: ScanEntry, transforms: () throws(PETError) -> [String]
  ) throws(PETError) -> ScanSource? {
    try row.check(.pet, .curves, .labels, .names, .frames)
    if let curves = row.path(.curves) { return ScanSource(curves: curves) }
    guard let image = scan.images.first, var regions = try row.regions(of: scan) else { return nil }
    if regions.transforms.isEmpty { regions.transforms = try transforms() }
    return ScanSource(
      image: image, regions: regions,
      findings: regions.transforms.isEmpty ? [LabelSpace.finding(regions.first, on: image.path)].compactMap { $0 } : [])
  }

  /// The one table of curves that a derivative has of the scan, and why it is taken; nil when there is none.
  private static func curves(
    of scan: ScanEntry, in derivatives: Derivatives, pattern: String?, _ images: [ScanImage]
  ) throws(StageError) -> (table: String, Finding)? {
    let curves = try stage("read") { () throws(PETError) in try derivatives.curves(for: scan, pattern: pattern) }
    guard curves.count < 2 else {
      throw error(
        "read", scan, "curves", "several curve tables fit: " + curves.joined(separator: ", "),
        "name the segmentation (regions: segmentation: '*_seg-…_dseg.nii.gz'), or give one derivative", .wrongInput)
    }
    let reason =
      images.contains(where: \.isFetched)
      ? "no image lies in the space of one segmentation"
      : images.isEmpty ? "there is no image" : "no image was fetched"
    return curves.first.map { table in
      (
        table,
        Finding(
          .note, .curvesRead, file: table, field: "image", reason, remedy: "the derivative's curves are used")
      )
    }
  }

  init(
    image: ScanImage? = nil, curves: String? = nil, regions: RegionFiles? = nil, findings: [Finding] = []
  ) {
    self.image = image
    self.curves = curves
    self.regions = regions
    self.findings = findings
  }

  static func error(
    _ stage: String, _ scan: ScanEntry, _ field: String, _ problem: String, _ remedy: String,
    _ code: PETError.Code = .missingInput
  ) -> StageError {
    StageError(stage: stage, error: PETError(code, file: scan.stem, field: field, problem, remedy: remedy))
  }
}

extension Finding.Code {
  package static let curvesRead = Finding.Code("curves-read")
}
