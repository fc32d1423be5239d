import Foundation
package import PETCore

/// Folders of derivatives, searched for segmentations and curves of a scan.
package struct Derivatives: Sendable {
  package let roots: [String]

  init(roots: [String]) { self.roots = roots }

  /// - Parameter given: folders, each optionally as `NAME=PATH`; the dataset's `derivatives/*` when empty.
  package init(dataset: String, given: [String]) throws(PETError) {
    if given.isEmpty {
      let folder = dataset + "/derivatives"
      let inside = try Folder.names(folder)
      // Results of ours are no input of theirs unless they are named.
      roots = inside.filter { !$0.hasPrefix(".") }.map { folder + "/" + $0 }.filter { !OutputFolder($0).isOurs }
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

  /// The path of a scan's segmentation.
  ///
  /// Named in the pipeline, else with the scan's own entities, else the session's, else the person's. Several of one
  /// rank are an error that lists them.
  ///
  /// - Parameter pattern: nil for automatic; a path, or a file name with `*`.
  package func segmentation(for scan: ScanEntry, pattern: String?) throws(PETError) -> String {
    if let pattern, pattern.contains("/") {
      let path = pattern.replacing("{participant}", with: scan.participant)
        .replacing("{session}", with: scan.session ?? "")
      return URL(fileURLWithPath: path).standardizedFileURL.path
    }
    let candidates = try files(of: scan).filter { file in
      file.name.suffix == "dseg" && [".nii.gz", ".nii"].contains(file.name.ext)
        && (pattern.map { fnmatch($0, (file.path as NSString).lastPathComponent, 0) == 0 } ?? true)
    }
    // What an entity says of the segmentation itself, not of the scan it is for.
    let own: Set<String> = ["desc", "seg", "space", "res", "den", "label", "atlas", "hemi"]
    let fitting = candidates.filter { $0.name.entitiesBelong(to: scan.name, ignoring: own) }
    let ranks: [[(path: String, name: BIDSName)]] = [
      fitting.filter { file in scan.name.entities.allSatisfy { file.name[$0.key] == $0.value } },
      fitting.filter { $0.name["ses"] == scan.name["ses"] && scan.name["ses"] != nil },
      fitting,
    ]
    guard let best = ranks.first(where: { !$0.isEmpty }) else {
      throw PETError(
        .missingInput, file: scan.stem, field: "segmentation",
        "no \(pattern ?? "_dseg") image in " + (roots.isEmpty ? "derivatives" : roots.joined(separator: ", ")),
        remedy: "give --derivatives, or name it in the pipeline (regions: segmentation)")
    }
    guard best.count == 1 else {
      throw PETError(
        .wrongInput, file: scan.stem, field: "segmentation",
        "several segmentations fit: " + best.map(\.path).joined(separator: ", "),
        remedy: "name one in the pipeline (regions: segmentation: '*_seg-…_dseg.nii.gz')")
    }
    return best[0].path
  }

  /// Curves that a derivative has for a scan, or nil.
  package func curves(for scan: ScanEntry) throws(PETError) -> String? {
    let found = try files(of: scan).filter { file in
      ["tacs", "timeseries"].contains(file.name.suffix) && file.name.ext == ".tsv" && file.name["desc"] != "confounds"
        && file.name.entitiesBelong(to: scan.name, ignoring: ["desc", "seg", "space", "res"])
        && scan.name.entities.allSatisfy { file.name[$0.key] == $0.value }
    }
    guard found.count <= 1 else {
      throw PETError(
        .wrongInput, file: scan.stem, field: "curves",
        "several curve tables fit: " + found.map(\.path).joined(separator: ", "),
        remedy: "give one derivative with --derivatives")
    }
    return found.first?.path
  }

  /// The arterial input of a scan: a derivative's `_inputfunction.tsv` with the scan's own entities.
  func inputFunction(for scan: ScanEntry) throws(PETError) -> String? {
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

  /// Names of a segmentation's labels: the table beside it, else the only `_dseg.tsv` of its derivative's root.
  package static func names(of segmentation: String) throws(PETError) -> String? {
    let plain = segmentation.hasSuffix(".gz") ? String(segmentation.dropLast(3)) : segmentation
    let beside = String(plain.dropLast(plain.hasSuffix(".nii") ? 4 : 0)) + ".tsv"
    if FileManager.default.fileExists(atPath: beside) { return beside }
    var folder = URL(fileURLWithPath: segmentation).deletingLastPathComponent()
    for _ in 0..<4 {
      let tables = try Folder.names(folder.path, unlessForbidden: true)
        .filter { $0.hasSuffix("dseg.tsv") && !$0.hasPrefix(".") }
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent("dataset_description.json").path) {
        return tables.count == 1 ? folder.appendingPathComponent(tables[0]).path : nil
      }
      folder = folder.deletingLastPathComponent()
    }
    return nil
  }

  /// Every BIDS-named file of the scan's session and person, in pet and anat folders of all roots.
  private func files(of scan: ScanEntry) throws(PETError) -> [(path: String, name: BIDSName)] {
    var found: [(path: String, name: BIDSName)] = []
    for root in roots {
      var folders = ["\(root)/\(scan.participant)/pet", "\(root)/\(scan.participant)/anat"]
      if let session = scan.session {
        folders += ["pet", "anat"].map { "\(root)/\(scan.participant)/\(session)/\($0)" }
      }
      for folder in folders {
        for file in try Folder.names(folder) {
          if !file.hasPrefix("."), let name = BIDSName(file) { found.append(("\(folder)/\(file)", name)) }
        }
      }
    }
    return found
  }
}
