import Foundation
import PETCore

/// Images and regions that a scan has, before they are held against each other.
struct ScanCandidates {
  let scan: ScanEntry
  let derivatives: Derivatives
  let pattern: String?
  /// Nil where labels are meant.
  let masked: RegionFiles?
  let segmentations: [(path: String, root: String?)]
  /// That the filter takes.
  let images: [ScanImage]

  init(
    _ scan: ScanEntry, in derivatives: Derivatives, pattern: String?, masks: String?, filter: EntityFilter
  ) throws(StageError) {
    (self.scan, self.derivatives, self.pattern) = (scan, derivatives, pattern)
    let masked = try stage("regions") { () throws(PETError) in
      try masks.map { (masks) throws(PETError) in try derivatives.masks(for: scan, pattern: masks) }
    }
    segmentations = try stage("regions") { () throws(PETError) -> [(path: String, root: String?)] in
      if let masked { return [(masked.first, nil)] }
      return try derivatives.segmentations(for: scan, pattern: pattern)
    }
    self.masked = masked
    images = try stage("read") { () throws(PETError) in
      (scan.images + (try derivatives.images(for: scan))).filter { filter.takesImage($0.name) }
    }
  }

  private func regions(_ path: String) throws(StageError) -> RegionFiles {
    if let masked { return masked }
    return try stage("regions") { () throws(PETError) in try RegionFiles(labels: path) }
  }

  /// The one image of those; refused where there are several.
  private func one(_ images: [ScanImage], _ words: String, by keys: String) throws(StageError) -> ScanImage {
    guard images.count == 1 else {
      throw ScanSource.error(
        "read", scan, "image", "\(words): " + images.map(\.path).joined(separator: ", "),
        "choose one (read: \(keys))",
        .wrongInput)
    }
    return images[0]
  }

  /// Where each segmentation lies.
  func spaces() throws(StageError) -> [LabelSpace] {
    try stage("regions") { () throws(PETError) in
      try segmentations.map { (found) throws(PETError) in
        try LabelSpace(found.path, root: found.root, of: scan, in: derivatives)
      }
    }
  }

  /// The scan as it was reconstructed, with regions that transforms bring to it.
  func moved(by transform: String) throws(StageError) -> ScanSource {
    let own = LabelSpace.scan.fitting(images)
    try check(own)
    let image = try one(own, "several images", by: EntityFilter.ofImages.joined(separator: ", "))
    var files = try regions(segmentations[0].path)
    files.transforms = try stage("regions") { () throws(PETError) in
      try derivatives.transforms(for: scan, pattern: transform)
    }
    return ScanSource(image: image, regions: files)
  }

  /// The scan as it was reconstructed, with the regions of a structural image that a derivative's transforms bring to it; nil
  /// where there is no such pair.
  func moved(from spaces: [LabelSpace]) throws(StageError) -> ScanSource? {
    let structural = zip(segmentations, spaces).filter { _, space in
      if case .named(let name) = space { LabelSpace.isStructural(name) } else { false }
    }
    let own = LabelSpace.scan.fitting(images.filter(\.isFetched))
    guard structural.count == 1, !own.isEmpty else { return nil }
    let transforms = try stage("regions") { () throws(PETError) in try derivatives.structuralTransforms(for: scan) }
    guard !transforms.isEmpty else { return nil }
    var files = try regions(structural[0].0.path)
    files.transforms = transforms
    return ScanSource(
      image: try one(own, "several images", by: EntityFilter.ofImages.joined(separator: ", ")), regions: files)
  }

  /// The image that lies in the space of the one segmentation; nil where there is no such pair.
  func together(_ spaces: [LabelSpace]) throws(StageError) -> ScanSource? {
    let fitting = zip(segmentations, spaces).map { found, space in
      (found: found, space: space, images: space.fitting(images.filter(\.isFetched)))
    }
    let told = fitting.filter { !$0.images.isEmpty }
    guard segmentations.count == 1 || told.count == 1, let (found, space, fetched) = told.first else { return nil }
    let image = try one(
      fetched, "several images of it lie in the segmentation's space",
      by: EntityFilter.ofImages.joined(separator: ", "))
    var doubt: Finding?
    if case .unsaid = space, image.name["space"] == nil {
      doubt = try stage("regions") { () throws(PETError) in
        try LabelSpace.doubt(found.path, root: found.root, on: image.path, of: scan, in: derivatives)
      }
    }
    return ScanSource(image: image, regions: try regions(found.path), findings: [doubt].compactMap { $0 })
  }

  /// The one image that there is, whose space is another than the segmentation's, or that was not fetched.
  func elsewhere(_ spaces: [LabelSpace], _ acceptance: Acceptance) throws(StageError) -> ScanSource {
    try check(images)
    // An image that was not fetched tells so itself.
    if let image = spaces[0].fitting(images).first {
      return ScanSource(image: image, regions: try regions(segmentations[0].path))
    }
    let screened = try stage("regions") { () throws(PETError) in
      try acceptance.screen([otherSpace(segmentations[0].path, spaces[0], images)])
    }
    return ScanSource(
      image: try one(images, "several images", by: "space"), regions: try regions(segmentations[0].path),
      findings: screened)
  }

  /// Refuses a scan without an image, or without one segmentation.
  private func check(_ images: [ScanImage]) throws(StageError) {
    guard !images.isEmpty else {
      throw ScanSource.error(
        "read", scan, "image",
        scan.images.isEmpty ? "there is no image, and no derivative has curves" : "no image is what is asked for",
        scan.images.isEmpty ? missingImage : "change the filter of the scan (read)")
    }
    guard !segmentations.isEmpty else {
      throw ScanSource.error(
        "regions", scan, "segmentation",
        "no \(pattern ?? "_dseg") image in "
          + (derivatives.roots.isEmpty ? "derivatives" : derivatives.roots.joined(separator: ", ")),
        "give --derivatives, or name it in the pipeline (regions: segmentation)")
    }
    guard segmentations.count == 1 else {
      throw ScanSource.error(
        "regions", scan, "segmentation",
        "several segmentations fit: " + segmentations.map(\.path).joined(separator: ", "),
        Set(segmentations.map { ($0.path as NSString).lastPathComponent }).count == 1
          ? "give one derivative (--derivatives)"
          : "name one in the pipeline (regions: segmentation: '*_seg-…_dseg.nii.gz')", .wrongInput)
    }
  }

  /// That no image lies where the segmentation does.
  private func otherSpace(_ segmentation: String, _ space: LabelSpace, _ images: [ScanImage]) -> Finding {
    let names = images.map { $0.name["space"].map { "in space \($0)" } ?? "as it was reconstructed" }
    return Finding(
      .fault, .labelsSpace, file: segmentation, field: "space",
      "the segmentation lies \(space.words), the scan is there only " + Set(names).sorted().joined(separator: " and "),
      remedy: "give a scan or curves in the segmentation's space (--derivatives), a segmentation on the scan, or the "
        + "transform that brings it there (regions: transform)",
      castsDoubt: true)
  }

  /// What to do about an image that is not there: perhaps it is there in another form.
  private var missingImage: String {
    let folder = ((scan.sidecars.last ?? "") as NSString).deletingLastPathComponent
    let other = ((try? Folder.names(folder)) ?? []).first { file in
      file.hasPrefix(scan.stem + "_pet.") && !file.hasSuffix(".json")
    }
    return other.map { "\($0) is there: convert or rename it to .nii.gz" } ?? "fetch the image, or give --derivatives"
  }
}
