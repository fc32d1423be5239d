import Foundation
import PETCore

/// A study as a BIDS dataset: its PET scans, found by name.
extension Dataset {
  /// - Parameters: labels without their prefix restrict participants and sessions; empty means all.
  init(bids root: String, participants: [String] = [], sessions: [String] = []) throws(PETError) {
    let root = URL(fileURLWithPath: root).standardizedFileURL.path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder), isFolder.boolValue else {
      throw PETError(.missingInput, file: root, "there is no such folder", remedy: "name a BIDS dataset")
    }
    let all = try Self.folders(root, prefix: "sub-")
    misnamed = try Self.folders(root, prefix: "").filter { name in
      !name.hasPrefix("sub-") && name.wholeMatch(of: /(?i)sub(ject)?[-_ ]?[0-9].*/) != nil
    }
    guard !all.isEmpty else {
      throw PETError(
        .missingInput, file: root, field: "sub-*", "the folder has no participants", remedy: "name a BIDS dataset")
    }
    let chosen = try Self.chosen(participants, of: all, in: root)
    var search = Search(sessions: Set(sessions.map { $0.hasPrefix("ses-") ? $0 : "ses-" + $0 }))
    for participant in chosen { try search.look(for: participant, in: root + "/" + participant) }
    self.root = root
    table = nil
    self.participants = chosen
    (scans, unreadable, strays) = (search.scans, search.unreadable, search.strays)
    empty = search.withoutScans
    findings = []
  }

  /// What is found, participant after participant.
  private struct Search {
    /// Sessions that are looked at; empty for all.
    let sessions: Set<String>
    var scans: [ScanEntry] = []
    var unreadable: [(unit: String, folder: String, error: PETError)] = []
    var strays: [Stray] = []
    private var empty: [(participant: String, session: String?)] = []

    init(sessions: Set<String>) { self.sessions = sessions }

    /// Who has scans in sessions needs none without.
    var withoutScans: [(participant: String, session: String?)] {
      let seen = Set(
        scans.map(\.participant) + unreadable.compactMap { $0.folder.split(separator: "/").first.map(String.init) })
      return empty.filter { place in
        place.session != nil
          ? seen.contains(place.participant)
          : !seen.contains(place.participant) && !strays.contains { $0.participant == place.participant }
      }
    }

    mutating func look(for participant: String, in folder: String) throws(PETError) {
      let found: (sessions: [String], times: AcquisitionTimes)
      do throws(PETError) {
        let sessions = try Dataset.folders(folder, prefix: "ses-")
        found = (sessions, try AcquisitionTimes(participant: participant, folder: folder, sessions: sessions))
      } catch {
        unreadable.append((participant, participant + "/pet", error))
        return
      }
      if sessions.isEmpty { try look(in: folder + "/pet", participant, session: nil, found.times) }
      for session in found.sessions where sessions.isEmpty || sessions.contains(session) {
        try look(in: "\(folder)/\(session)/pet", participant, session: session, found.times)
      }
    }

    private mutating func look(in folder: String, _ participant: String, session: String?, _ times: AcquisitionTimes)
      throws(PETError)
    {
      let results = [participant, session].compactMap { $0 }.joined(separator: "/") + "/pet"
      let before = (scans.count, unreadable.count, strays.count)
      defer { if before == (scans.count, unreadable.count, strays.count) { empty.append((participant, session)) } }
      strays += try Dataset.strays(in: folder, participant: participant, session: session)
      let names: [BIDSName]
      do throws(PETError) { names = try Dataset.stems(folder) } catch {
        unreadable.append((participant, results, error))
        return
      }
      // One scan in several spaces is one scan.
      let groups = Dictionary(grouping: names) { $0.without(EntityFilter.ofImages).stem }
      for name in names {
        guard let group = groups[name.without(EntityFilter.ofImages).stem], group.first == name else { continue }
        do throws(PETError) {
          scans.append(
            try Dataset.scan(group, in: folder, participant: participant, session: session, times: times))
        } catch {
          unreadable.append((name.stem, results, error))
        }
      }
    }
  }

  /// Images in a folder of PET, or beside it, that no name makes a scan.
  private static func strays(in folder: String, participant: String, session: String?) throws(PETError) -> [Stray] {
    func images(_ path: String) throws(PETError) -> [String] {
      try Folder.names(path, unlessForbidden: true).filter { file in
        !file.hasPrefix(".") && (file.hasSuffix(".nii.gz") || file.hasSuffix(".nii"))
      }
    }
    func stray(_ path: String, _ problem: String) -> Stray {
      Stray(participant: participant, session: session, path: path, problem: problem)
    }
    let above = (folder as NSString).deletingLastPathComponent
    var found = try images(folder).compactMap { file -> Stray? in
      guard let name = BIDSName(file) else {
        return stray("\(folder)/\(file)", "the name is no BIDS name (key-value entities, then _pet)")
      }
      return name.suffix == "pet" ? nil : stray("\(folder)/\(file)", "the name ends in _\(name.suffix), not in _pet")
    }
    found += try images(above).map { stray("\(above)/\($0)", "the image lies beside the folder pet, not in it") }
    for other in try Folder.names(above, unlessForbidden: true) where other != "pet" && other.lowercased() == "pet" {
      found += try images("\(above)/\(other)").map { stray("\(above)/\(other)/\($0)", "its folder is not named pet") }
    }
    return found
  }

  /// The scan that one name, or several that differ in their space alone, are of.
  private static func scan(
    _ names: [BIDSName], in folder: String, participant: String, session: String?, times: AcquisitionTimes
  ) throws(PETError) -> ScanEntry {
    let name = names.count == 1 ? names[0] : names[0].without(EntityFilter.ofImages)
    var images: [ScanImage] = []
    for own in names {
      let paths = [".nii.gz", ".nii"].map { "\(folder)/\(own.stem)_pet\($0)" }.filter(exists)
      if paths.count == 2 {
        throw PETError(
          .wrongInput, file: paths[1], field: "image", "a .nii.gz of the same name stands beside it",
          remedy: "remove the one that is not meant")
      }
      // What describes one image of several is its own.
      let sidecars = names.count == 1 ? [] : try PETSidecar.find(for: "\(folder)/\(own.stem)_pet.nii.gz")
      images += paths.map { ScanImage(name: own, path: $0, sidecars: sidecars) }
    }
    let found = try PETSidecar.find(for: "\(folder)/\(name.stem)_pet.nii.gz")
    let sidecars = found.isEmpty ? images.first?.sidecars ?? [] : found
    let sidecar = sidecars.isEmpty ? nil : try PETSidecar(files: sidecars)
    return ScanEntry(
      name: name, participant: participant, session: session, images: images, sidecars: sidecars,
      tracerName: sidecar?.text("TracerName"), isotope: sidecar?.isotope,
      day: names.lazy.compactMap { times.day(of: $0, session: session) }.first)
  }

  /// One name for each scan of a folder: images, and sidecars whose image is not there.
  private static func stems(_ folder: String) throws(PETError) -> [BIDSName] {
    var seen: Set<String> = []
    return try Folder.names(folder).compactMap { file in
      guard !file.hasPrefix("."), let name = BIDSName(file), name.suffix == "pet",
        [".nii.gz", ".nii", ".json"].contains(name.ext), seen.insert(name.stem).inserted
      else { return nil }
      return name
    }
  }

  /// Also true for a link that points nowhere, so that its own error is told.
  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
