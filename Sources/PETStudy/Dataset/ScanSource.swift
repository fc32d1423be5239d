import Foundation
package import PETCore

/// Which data of a scan an analysis takes: an image with the segmentation that lies in its space, or curves that a
/// derivative has.
///
/// An image in the segmentation's space comes first, then the derivative's curves; a scan as it was reconstructed is taken
/// where nothing says that the segmentation lies elsewhere. What is left is refused.
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
  ///   - accepted: whether a segmentation of another space is known and accepted.
  package init(
    _ scan: ScanEntry, in derivatives: Derivatives, pattern: String?, masks: String? = nil, transform: String? = nil,
    filter: EntityFilter, acceptance: Acceptance
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
    let masked = try stage("regions") { () throws(PETError) in
      try masks.map { (masks) throws(PETError) in try derivatives.masks(for: scan, pattern: masks) }
    }
    let segmentations = try stage("regions") { () throws(PETError) -> [(path: String, root: String?)] in
      if let masked { return [(masked.first, nil)] }
      return try derivatives.segmentations(for: scan, pattern: pattern)
    }
    func regions(_ path: String) throws(StageError) -> RegionFiles {
      if let masked { return masked }
      return try stage("regions") { () throws(PETError) in try RegionFiles(labels: path) }
    }
    let images = try stage("read") { () throws(PETError) in
      (scan.images + (try derivatives.images(for: scan))).filter { filter.takesImage($0.name) }
    }
    if let transform {
      let own = LabelSpace.scan.fitting(images)
      try Self.check(scan, own, segmentations.map(\.path), pattern: pattern, derivatives)
      guard own.count == 1 else {
        throw Self.error(
          "read", scan, "image", "several images: " + own.map(\.path).joined(separator: ", "),
          "choose one (read: \(EntityFilter.ofImages.joined(separator: ", ")))", .wrongInput)
      }
      var files = try regions(segmentations[0].path)
      files.transforms = try stage("regions") { () throws(PETError) in
        try derivatives.transforms(for: scan, pattern: transform)
      }
      self.init(image: own[0], regions: files)
      return
    }
    let spaces = try stage("regions") { () throws(PETError) in
      try segmentations.map { (found) throws(PETError) in
        try LabelSpace(found.path, root: found.root, of: scan, in: derivatives)
      }
    }
    let fitting = zip(segmentations, spaces).map { found, space in
      (found: found, space: space, images: space.fitting(images), fetched: space.fitting(images.filter(\.isFetched)))
    }
    let told = fitting.filter { !$0.fetched.isEmpty }
    if segmentations.count == 1 || told.count == 1, let (found, space, _, fetched) = told.first {
      guard fetched.count == 1 else {
        throw Self.error(
          "read", scan, "image",
          "several images of it lie in the segmentation's space: "
            + fetched.map(\.path).joined(separator: ", "),
          "choose one (read: \(EntityFilter.ofImages.joined(separator: ", ")))", .wrongInput)
      }
      var doubt: Finding?
      if case .unsaid = space, fetched[0].name["space"] == nil {
        doubt = try stage("regions") { () throws(PETError) in
          try LabelSpace.doubt(found.path, root: found.root, on: fetched[0].path, of: scan, in: derivatives)
        }
      }
      self.init(image: fetched[0], regions: try regions(found.path), findings: [doubt].compactMap { $0 })
      return
    }
    if let (table, finding) = try Self.curves(of: scan, in: derivatives, pattern: pattern, images) {
      self.init(curves: table, findings: [finding])
      return
    }
    try Self.check(scan, images, segmentations.map(\.path), pattern: pattern, derivatives)
    // An image that was not fetched tells so itself.
    if let image = fitting[0].images.first {
      self.init(image: image, regions: try regions(segmentations[0].path))
      return
    }
    let screened = try stage("regions") { () throws(PETError) in
      try acceptance.screen([Self.otherSpace(segmentations[0].path, spaces[0], images)])
    }
    guard images.count == 1 else {
      throw Self.error(
        "read", scan, "image", "several images: " + images.map(\.path).joined(separator: ", "),
        "choose one (read: space)", .wrongInput)
    }
    self.init(image: images[0], regions: try regions(segmentations[0].path), findings: screened)
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

  /// Refuses a scan without an image, or without one segmentation.
  private static func check(
    _ scan: ScanEntry, _ images: [ScanImage], _ segmentations: [String], pattern: String?, _ derivatives: Derivatives
  ) throws(StageError) {
    guard !images.isEmpty else {
      throw error(
        "read", scan, "image",
        scan.images.isEmpty ? "there is no image, and no derivative has curves" : "no image is what is asked for",
        scan.images.isEmpty ? missingImage(scan) : "change the filter of the scan (read)")
    }
    guard !segmentations.isEmpty else {
      throw error(
        "regions", scan, "segmentation",
        "no \(pattern ?? "_dseg") image in "
          + (derivatives.roots.isEmpty ? "derivatives" : derivatives.roots.joined(separator: ", ")),
        "give --derivatives, or name it in the pipeline (regions: segmentation)")
    }
    guard segmentations.count == 1 else {
      throw error(
        "regions", scan, "segmentation", "several segmentations fit: " + segmentations.joined(separator: ", "),
        Set(segmentations.map { ($0 as NSString).lastPathComponent }).count == 1
          ? "give one derivative (--derivatives)"
          : "name one in the pipeline (regions: segmentation: '*_seg-…_dseg.nii.gz')", .wrongInput)
    }
  }

  /// That no image lies where the segmentation does.
  private static func otherSpace(_ segmentation: String, _ space: LabelSpace, _ images: [ScanImage]) -> Finding {
    let names = images.map { $0.name["space"].map { "in space \($0)" } ?? "as it was reconstructed" }
    return Finding(
      .fault, .labelsSpace, file: segmentation, field: "space",
      "the segmentation lies \(space.words), the scan is there only " + Set(names).sorted().joined(separator: " and "),
      remedy: "give a scan or curves in the segmentation's space (--derivatives), a segmentation on the scan, or the "
        + "transform that brings it there (regions: transform)",
      castsDoubt: true)
  }

  /// What to do about an image that is not there: perhaps it is there in another form.
  private static func missingImage(_ scan: ScanEntry) -> String {
    let folder = ((scan.sidecars.last ?? "") as NSString).deletingLastPathComponent
    let other = ((try? Folder.names(folder)) ?? []).first { file in
      file.hasPrefix(scan.stem + "_pet.") && !file.hasSuffix(".json")
    }
    return other.map { "\($0) is there: convert or rename it to .nii.gz" } ?? "fetch the image, or give --derivatives"
  }

  private init(
    image: ScanImage? = nil, curves: String? = nil, regions: RegionFiles? = nil, findings: [Finding] = []
  ) {
    self.image = image
    self.curves = curves
    self.regions = regions
    self.findings = findings
  }

  private static func error(
    _ stage: String, _ scan: ScanEntry, _ field: String, _ problem: String, _ remedy: String,
    _ code: PETError.Code = .missingInput
  ) -> StageError {
    StageError(stage: stage, error: PETError(code, file: scan.stem, field: field, problem, remedy: remedy))
  }
}

extension Finding.Code {
  package static let curvesRead = Finding.Code("curves-read")
}
