import Foundation
package import PETCore
import PETImaging

/// Folders of derivatives, searched for segmentations and curves of a scan.
package struct Derivatives: Sendable {
  package let roots: [String]
  /// The study that they are of.
  let dataset: String

  init(dataset: String, roots: [String]) {
    self.dataset = dataset
    self.roots = roots
  }

  /// - Parameter given: folders, each optionally as `NAME=PATH`; the dataset's `derivatives/*` when empty.
  package init(dataset: String, given: [String]) throws(PETError) {
    self.dataset = dataset
    if given.isEmpty {
      let folder = dataset + "/derivatives"
      let inside = try Folder.names(folder)
      // Results of ours are no input of theirs unless they are named.
      roots = inside.filter { !$0.hasPrefix(".") }.map { folder + "/" + $0 }.filter { !Product.made($0) }
      return
    }
    var roots: [String] = []
    for text in given {
      // A folder whose own name holds an `=` is taken as it is.
      let named = text.split(separator: "=", maxSplits: 1).last.map(String.init) ?? text
      let path = FileManager.default.fileExists(atPath: text) ? text : named
      let full = URL(fileURLWithPath: path).standardizedFileURL.path
      guard FileManager.default.fileExists(atPath: full) else {
        throw PETError(
          .missingInput, file: full, field: "derivatives", "there is no such folder", remedy: "check the path")
      }
      roots.append(full)
    }
    self.roots = roots
  }

  /// Without a folder, such as the output of an earlier run inside the dataset's derivatives.
  package func without(_ folder: String) -> Derivatives {
    func place(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
    return Derivatives(dataset: dataset, roots: roots.filter { place($0) != place(folder) })
  }

  /// The segmentations of a scan: of the best rank there is, each with the derivative that has it.
  ///
  /// Named in the pipeline, else with the scan's own entities, else the session's, else the person's.
  ///
  /// - Parameter pattern: nil for automatic; a path, or a file name with `*`.
  func segmentations(for scan: ScanEntry, pattern: String?) throws(PETError) -> [(path: String, root: String?)] {
    if let pattern, pattern.contains("/") {
      return [(URL(fileURLWithPath: place(pattern, of: scan)).standardizedFileURL.path, nil)]
    }
    let candidates = try files(of: scan).filter { file in
      file.name.suffix == "dseg" && [".nii.gz", ".nii"].contains(file.name.ext)
        && (pattern.map { Self.matches(file.path, $0) } ?? true)
    }
    // What an entity says of the segmentation itself, not of the scan it is for.
    let own: Set<String> = ["desc", "seg", "space", "res", "den", "label", "atlas", "hemi"]
    let fitting = candidates.filter { $0.name.entitiesBelong(to: scan.name, ignoring: own) }
    let ranks: [[File]] = [
      fitting.filter { $0.name.holds(scan.name, ignoring: Self.ofImages) },
      fitting.filter { $0.name["ses"] == scan.name["ses"] && scan.name["ses"] != nil },
      fitting,
    ]
    if let best = ranks.first(where: { !$0.isEmpty }) { return best.map { ($0.path, $0.root) } }
    return pattern == nil ? freeSurfer(scan).map { ($0.path, $0.root) } : []
  }

  /// FreeSurfer's own segmentations, in its own layout: a folder a person, or one for each session.
  private func freeSurfer(_ scan: ScanEntry) -> [(path: String, root: String)] {
    let people = [scan.session.map { "\(scan.participant)_\($0)" }, scan.participant].compactMap { $0 }
    for person in people {
      let found = roots.map { (path: "\($0)/\(person)/mri/aparc+aseg.mgz", root: $0) }
        .filter { FileManager.default.fileExists(atPath: $0.path) }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// A path of a pipeline with what stands for the scan's own.
  private func place(_ pattern: String, of scan: ScanEntry) -> String {
    pattern.replacing("{participant}", with: scan.participant).replacing("{session}", with: scan.session ?? "")
      .replacing("{study}", with: dataset)
  }

  /// The files that bring regions to a scan, first to last.
  ///
  /// - Parameter pattern: of their paths from the study's folder, joined by commas; each is of one file.
  func transforms(for scan: ScanEntry, pattern: String) throws(PETError) -> [String] {
    try pattern.split(separator: ",").map { (part) throws(PETError) in
      let own = place(part.trimmed, of: scan)
      let path = own.hasPrefix("/") ? own : dataset + "/" + own
      let found = try FilePattern.files(path)
      guard found.count == 1 else {
        throw PETError(
          found.isEmpty ? .missingInput : .wrongInput, file: path, field: "transform",
          found.isEmpty ? "there is no such file" : "several files fit: " + found.joined(separator: ", "),
          remedy: "name the one transform that brings the labels to \(scan.stem)")
      }
      return found[0]
    }
  }

  /// The transforms that a derivative has between the structural image and a scan as it was reconstructed, first to last: that to
  /// the pose it calls `petref`, and those from there to the frames where it has them; empty where there is none (PETPrep:
  /// `from-petref_to-T1w_mode-image_xfm.txt`, `from-orig_to-petref_mode-image_desc-hmc_xfm.txt`).
  func structuralTransforms(for scan: ScanEntry) throws(PETError) -> [String] {
    let own = try files(of: scan).filter { file in
      file.name.suffix == "xfm" && file.name["mode"] ?? "image" == "image"
        && file.name.entitiesBelong(to: scan.name, ignoring: ["from", "to", "mode", "desc"])
        && file.name.holds(scan.name, ignoring: Self.ofImages)
    }
    /// The one file that leads from or to frames or the structural image; of two that lead both ways the first.
    func one(_ from: @escaping (String) -> Bool, _ to: @escaping (String) -> Bool) throws(PETError) -> String? {
      for ends in [(from, to), (to, from)] {
        let fitting = own.filter { ends.0($0.name["from"] ?? "") && ends.1($0.name["to"] ?? "") }.map(\.path)
        guard fitting.count < 2 else {
          throw PETError(
            .wrongInput, file: scan.stem, field: "transform",
            "several transforms fit: " + fitting.joined(separator: ", "),
            remedy: "give one derivative (--derivatives), or name them (regions: transform)")
        }
        if let found = fitting.first { return found }
      }
      return nil
    }
    guard let toPose = try one(LabelSpace.isScan, LabelSpace.isStructural) else { return [] }
    return [toPose, try one({ $0 == "orig" }, { $0 != "orig" && LabelSpace.isScan($0) })].compactMap(\.self)
  }

  /// Paths of the segmentations that a scan has.
  package func segmentationNames(for scan: ScanEntry) throws(PETError) -> [String] {
    try segmentations(for: scan, pattern: nil).map(\.path)
  }

  /// The masks of a scan.
  ///
  /// - Parameter pattern: of their paths, from the study's folder.
  func masks(for scan: ScanEntry, pattern: String) throws(PETError) -> RegionFiles {
    let own = place(pattern, of: scan)
    return try RegionFiles(masks: [own.hasPrefix("/") ? own : dataset + "/" + own], prefixes: scan.prefixes)
  }

  /// Curves that derivatives have for a scan, not corrected for partial volume.
  ///
  /// - Parameter pattern: of the segmentation that they are of, as in `segmentations`.
  func curves(for scan: ScanEntry, pattern: String? = nil) throws(PETError) -> [String] {
    try files(of: scan).filter { file in
      guard ["tacs", "timeseries"].contains(file.name.suffix), file.name.ext == ".tsv",
        !Self.descriptionsOfPoses.contains(file.name["desc"] ?? ""),
        file.name.entitiesBelong(to: scan.name, ignoring: ["desc", "seg", "space", "res"]),
        file.name.holds(scan.name, ignoring: Self.ofImages)
      else { return false }
      guard let pattern, !pattern.contains("/") else { return true }
      let segmentation = file.path.replacing("_\(file.name.suffix).tsv", with: "_dseg.nii.gz")
      return Self.matches(segmentation, pattern)
    }.map(\.path)
  }

  /// Images of a scan that derivatives have in other spaces.
  func images(for scan: ScanEntry) throws(PETError) -> [ScanImage] {
    let own = Set(scan.images.map(\.path))
    let found = try files(of: scan).filter { file in
      file.name.suffix == "pet" && [".nii.gz", ".nii"].contains(file.name.ext) && file.name["space"] != nil
        && file.name.entitiesBelong(to: scan.name, ignoring: Self.ofImages)
        && file.name.holds(scan.name, ignoring: Self.ofImages) && !own.contains(file.path)
    }
    let frames = (try? scan.sidecar().numbers("FrameTimesStart")) ?? nil
    return try found.filter { file in
      // The mean of a dynamic scan is no scan.
      (frames?.count ?? 1) == 1 || (try? VoxelStream(path: file.path))?.header.frames != 1
    }.map { (file) throws(PETError) in
      ScanImage(name: file.name, path: file.path, sidecars: try PETSidecar.find(for: file.path))
    }
  }

  /// Of time series that tell how a head moved: found by a correction, or made by a simulation.
  private static let descriptionsOfPoses: Set<String> = ["confounds", "truth"]
  /// Entities that tell images of one scan apart.
  private static let ofImages = Set(EntityFilter.ofImages)

  /// Whether scans of a person are there on the structural image: brought to it by images, curves or transforms of one
  /// derivative, or by images of any.
  ///
  /// What holds for one scan holds for all that go with a segmentation.
  ///
  /// - Parameter session: nil for all of the person.
  func alignsScans(of participant: String, session: String?, to root: String) throws(PETError) -> Bool {
    var seen: Set<String> = []
    for place in (roots + [dataset]) where seen.insert(place).inserted {
      let sessions = try Dataset.folders("\(place)/\(participant)", prefix: "ses-")
      for own in [nil] + sessions.filter({ session == nil || $0 == session }) {
        for file in try files(of: participant, session: own, in: place) {
          let name = file.name
          let isStructural = name["space"].map(LabelSpace.isStructural) ?? false
          switch name.suffix {
          case "pet": if isStructural || place == root && name["space"] != nil { return true }
          case "tacs", "timeseries":
            if !Self.descriptionsOfPoses.contains(name["desc"] ?? ""), isStructural || place == root { return true }
          case "xfm":
            if place == root, [name["from"], name["to"]].contains(where: { ["orig", "petref", "pet"].contains($0) }) {
              return true
            }
          default: break
          }
        }
      }
    }
    return false
  }

  /// Images of a person's anatomy, of the study and of a derivative.
  func structuralImages(of scan: ScanEntry, in root: String) throws(PETError) -> [String] {
    var found: [String] = []
    for place in Set([dataset, root]).sorted() {
      found += try files(of: scan, in: place).filter { file in
        LabelSpace.structuralSuffixes.contains(file.name.suffix)
          && [".nii.gz", ".nii"].contains(file.name.ext) && file.name["space"] == nil
      }.map(\.path)
    }
    return found
  }

  private static func matches(_ path: String, _ pattern: String) -> Bool {
    fnmatch(pattern, (path as NSString).lastPathComponent, 0) == 0
  }

  /// The arterial input of a scan: a derivative's `_inputfunction.tsv` with the scan's own entities.
  package func inputFunction(for scan: ScanEntry) throws(PETError) -> String? {
    let found = try files(of: scan).filter { file in
      file.name.suffix == "inputfunction" && file.name.ext == ".tsv"
        && file.name.entitiesBelong(to: scan.name, ignoring: ["desc"])
    }
    guard found.count <= 1 else {
      throw PETError(
        .wrongInput, file: scan.stem, field: "input",
        "several input functions fit: " + found.map(\.path).joined(separator: ", "),
        remedy: "give one derivative with --derivatives")
    }
    return found.first?.path
  }

  /// Names of a segmentation's labels: the table of its name beside it; else, in its folder or above it, the one whose
  /// entities are all among its own and that has most of them (TemplateFlow's are without `res`); else the only `_dseg.tsv` of
  /// its derivative's root.
  package static func names(of segmentation: String) throws(PETError) -> String? {
    let plain = segmentation.hasSuffix(".gz") ? String(segmentation.dropLast(3)) : segmentation
    let beside = String(plain.dropLast(plain.hasSuffix(".nii") ? 4 : 0)) + ".tsv"
    if FileManager.default.fileExists(atPath: beside) { return beside }
    let name = BIDSName((segmentation as NSString).lastPathComponent)
    var folder = URL(fileURLWithPath: segmentation).deletingLastPathComponent()
    for _ in 0..<4 {
      let tables = try Folder.names(folder.path, unlessForbidden: true)
        .filter { $0.hasSuffix("dseg.tsv") && !$0.hasPrefix(".") }
      let fitting = tables.compactMap { BIDSName($0) }.filter { (table: BIDSName) in
        guard let name, table.suffix == name.suffix, !table.entities.isEmpty else { return false }
        return table.entitiesBelong(to: name)
      }
      let most = fitting.map(\.entities.count).max()
      let nearest = fitting.filter { $0.entities.count == most }
      if nearest.count == 1 { return folder.appendingPathComponent(nearest[0].stem + "_dseg.tsv").path }
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent("dataset_description.json").path) {
        return tables.count == 1 ? folder.appendingPathComponent(tables[0]).path : nil
      }
      folder = folder.deletingLastPathComponent()
    }
    return nil
  }

  private typealias File = (path: String, name: BIDSName, root: String)

  /// Every BIDS-named file of the scan's session and person, in pet and anat folders of all roots.
  private func files(of scan: ScanEntry) throws(PETError) -> [File] {
    Array(try roots.map { (root) throws(PETError) in try files(of: scan, in: root) }.joined())
  }

  private func files(of scan: ScanEntry, in root: String) throws(PETError) -> [File] {
    try files(of: scan.participant, session: nil, in: root)
      + (scan.session == nil ? [] : files(of: scan.participant, session: scan.session, in: root))
  }

  /// Every BIDS-named file in the pet and anat folders of a session, or of a person without one.
  private func files(of participant: String, session: String?, in root: String) throws(PETError) -> [File] {
    let place = [root, participant, session].compactMap { $0 }.joined(separator: "/")
    var found: [File] = []
    for folder in ["\(place)/pet", "\(place)/anat"] {
      for file in try Folder.names(folder) {
        if !file.hasPrefix("."), let name = BIDSName(file) { found.append(("\(folder)/\(file)", name, root)) }
      }
    }
    return found
  }
}
