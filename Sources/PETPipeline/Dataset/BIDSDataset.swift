import Foundation
package import PETCore

/// A PET scan of a dataset: its image, or curves that a derivative already has.
package struct ScanEntry: Sendable {
  package let name: BIDSName
  /// `sub-01`.
  package let participant: String
  /// `ses-baseline`, or nil.
  package let session: String?
  /// Absolute path of the image; nil when only the sidecar is there.
  package let image: String?
  package let sidecars: [String]
  package let tracerName: String?
  package let isotope: Isotope?
  /// When it was made, in days from an epoch of no meaning; nil when the dataset does not tell.
  package var day: Double?

  /// `sub-01_ses-a_trc-RAC`, the beginning of every file written for the scan.
  package var stem: String { name.stem }
  package var folder: String { [participant, session].compactMap { $0 }.joined(separator: "/") + "/pet" }
}

/// A BIDS dataset on disk: its PET scans, found by name.
package struct BIDSDataset: Sendable {
  package let root: String
  package let scans: [ScanEntry]
  /// Those that were looked at, with or without scans.
  package let participants: [String]
  /// Scans and folders that could not be read, with the reason; the folder is where their results would stand.
  package let unreadable: [(unit: String, folder: String, error: PETError)]

  /// - Parameters: labels without their prefix restrict participants and sessions; empty means all.
  package init(root: String, participants: [String] = [], sessions: [String] = []) throws(PETError) {
    let root = URL(fileURLWithPath: root).standardizedFileURL.path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder), isFolder.boolValue else {
      throw PETError(.missingInput, file: root, "there is no such folder", remedy: "name a BIDS dataset")
    }
    let all = try Self.folders(root, prefix: "sub-")
    guard !all.isEmpty else {
      throw PETError(
        .missingInput, file: root, field: "sub-*", "the folder has no participants", remedy: "name a BIDS dataset")
    }
    let wanted = participants.map { $0.hasPrefix("sub-") ? $0 : "sub-" + $0 }
    for name in wanted where !all.contains(name) {
      throw PETError(
        .missingInput, file: root, field: "participant", "there is no \(name)",
        remedy: NearestName.advice(for: name, among: all))
    }
    let wantedSessions = Set(sessions.map { $0.hasPrefix("ses-") ? $0 : "ses-" + $0 })
    var scans: [ScanEntry] = []
    var unreadable: [(unit: String, folder: String, error: PETError)] = []
    let chosen = wanted.isEmpty ? all : all.filter(wanted.contains)
    for participant in chosen {
      let folder = root + "/" + participant
      let sessionFolders: [String]
      do throws(PETError) { sessionFolders = try Self.folders(folder, prefix: "ses-") } catch {
        unreadable.append((participant, participant + "/pet", error))
        continue
      }
      let times: AcquisitionTimes
      do throws(PETError) {
        times = try AcquisitionTimes(participant: participant, folder: folder, sessions: sessionFolders)
      } catch {
        unreadable.append((participant, participant + "/pet", error))
        continue
      }
      let places: [(session: String?, path: String)] =
        (wantedSessions.isEmpty ? [(nil, folder + "/pet")] : [])
        + sessionFolders.filter { wantedSessions.isEmpty || wantedSessions.contains($0) }
        .map { ($0, "\(folder)/\($0)/pet") }
      for place in places {
        let results = [participant, place.session].compactMap { $0 }.joined(separator: "/") + "/pet"
        let names: [BIDSName]
        do throws(PETError) { names = try Self.stems(place.path) } catch {
          unreadable.append((participant, results, error))
          continue
        }
        for name in names {
          let images = [".nii.gz", ".nii"].map { "\(place.path)/\(name.stem)_pet\($0)" }.filter(Self.exists)
          if images.count == 2 {
            let error = PETError(
              .wrongInput, file: images[1], field: "image", "a .nii.gz of the same name stands beside it",
              remedy: "remove the one that is not meant")
            unreadable.append((name.stem, results, error))
            continue
          }
          do throws(PETError) {
            let sidecars = try PETSidecar.find(for: "\(place.path)/\(name.stem)_pet.nii.gz")
            let sidecar = sidecars.isEmpty ? nil : try PETSidecar(files: sidecars)
            scans.append(
              ScanEntry(
                name: name, participant: participant, session: place.session, image: images.first, sidecars: sidecars,
                tracerName: sidecar?.text("TracerName"), isotope: sidecar?.isotope,
                day: times.day(of: name, session: place.session)))
          } catch {
            unreadable.append((name.stem, results, error))
          }
        }
      }
    }
    self.root = root
    self.scans = scans
    self.participants = chosen
    self.unreadable = unreadable
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

  static func folders(_ path: String, prefix: String) throws(PETError) -> [String] {
    try Folder.names(path).filter { name in
      var isFolder: ObjCBool = false
      return name.hasPrefix(prefix) && FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
        && isFolder.boolValue
    }
  }

  /// Also true for a link that points nowhere, so that its own error is told.
  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
