import Foundation
package import PETCore

/// The scans of a study: of a BIDS dataset, found by name, or of a table that lists them.
package struct Dataset: Sendable {
  /// The dataset's folder, or that of the table.
  package let root: String
  /// The table of scans; nil of a BIDS dataset.
  package let table: String?
  package let scans: [ScanEntry]
  /// Those that were looked at, with or without scans.
  package let participants: [String]
  /// Scans and folders that could not be read, with the reason; the folder is where their results would stand.
  package let unreadable: [(unit: String, folder: String, error: PETError)]
  /// Images that are no scan by their name or place.
  package let strays: [Stray]
  /// Folders that were probably meant to be participants.
  package let misnamed: [String]
  /// Participants and sessions without a scan.
  package let empty: [(participant: String, session: String?)]
  /// What is to be said of the table of scans.
  package let findings: [Finding]

  /// An image that a reader of names passes over.
  package struct Stray: Sendable {
    package let participant: String
    package let session: String?
    package let path: String
    package let problem: String

    /// The file's name without its ending.
    package var unit: String {
      let file = (path as NSString).lastPathComponent
      return file.hasSuffix(".nii.gz") ? String(file.dropLast(7)) : String(file.dropLast(4))
    }
  }

  /// - Parameters:
  ///   - path: the folder of a BIDS dataset, or a table of scans.
  ///   - participants, sessions: labels without their prefix restrict them; empty means all.
  package init(_ path: String, participants: [String] = [], sessions: [String] = []) throws(PETError) {
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    self =
      isThere && !isFolder.boolValue || !isThere && path.hasSuffix(".tsv")
      ? try Dataset(table: path, participants: participants, sessions: sessions)
      : try Dataset(bids: path, participants: participants, sessions: sessions)
  }

  /// Refuses a folder where a table of scans is meant.
  package static func checkIsTable(_ path: String) throws(PETError) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw PETError(
        .usage, file: path, field: "--scans", "it is a folder",
        remedy: "name a table of scans (petbalance scans proposes one)")
    }
  }

  /// What the user named.
  package var place: String { table ?? root }

  /// The table of what is known of persons; it need not be there.
  package var persons: String { table ?? root + "/participants.tsv" }

  /// The folder that files of a table of scans have in common which lie elsewhere than the table; nil when there is none.
  package var elsewhere: String? {
    let others = scans.compactMap(\.row).flatMap(\.files).filter { !$0.hasPrefix(root + "/") }
      .map { ($0 as NSString).deletingLastPathComponent.split(separator: "/") }
    guard var common = others.first else { return nil }
    for parts in others { common = Array(zip(common, parts).prefix { $0 == $1 }.map(\.0)) }
    return common.isEmpty ? nil : "/" + common.joined(separator: "/")
  }

  package static func folders(_ path: String, prefix: String) throws(PETError) -> [String] {
    try Folder.names(path).filter { name in
      var isFolder: ObjCBool = false
      return name.hasPrefix(prefix) && FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
        && isFolder.boolValue
    }
  }

  /// Checks that participants who are asked for are there.
  ///
  /// - Returns: those who are meant, in the order of all.
  static func chosen(_ labels: [String], of all: [String], in place: String) throws(PETError) -> [String] {
    let wanted = labels.map { $0.hasPrefix("sub-") ? $0 : "sub-" + $0 }
    for name in wanted where !all.contains(name) {
      throw PETError(
        .missingInput, file: place, field: "participant", "there is no \(name)",
        remedy: NearestName.advice(for: name, among: all))
    }
    return wanted.isEmpty ? all : all.filter(wanted.contains)
  }
}
