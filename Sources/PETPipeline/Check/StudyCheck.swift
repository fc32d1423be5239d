import Foundation
package import PETCore
import PETStudy
import PETTracers

/// A study, or one scan of it, gone through before anything is worked out: every finding with what is likely wrong.
package struct StudyCheck: Sendable {
  /// In the order of the study; files relative to it.
  package let findings: [Finding]
  package let scans: Int

  package struct Options: Sendable {
    package var participants: [String] = []
    package var sessions: [String] = []
    package var derivatives: [String] = []
    package var definition: PipelineDefinition?
    package var jobs = 1
    /// Whether the path is that of a table of scans, whatever its name.
    package var isTable = false

    package init() {}
  }

  /// - Parameter path: a BIDS dataset, the image or sidecar of one scan in it, or a table of scans.
  package init(_ path: String, options: Options, progress: @escaping @Sendable (Double) -> Void = { _ in })
    throws(PETError)
  {
    let (root, one) = try Self.place(path, isTable: options.isTable)
    let participants = one.map { [$0.participant] } ?? options.participants
    let dataset = try Dataset(root, participants: participants, sessions: options.sessions)
    let derivatives = try Derivatives(dataset: dataset.root, given: options.derivatives)
    let check = ScanCheck(
      derivatives: derivatives, definition: options.definition, weights: BodyWeights(persons: dataset.persons),
      medication: Medication(persons: dataset.persons), parts: InjectionParts(dataset.scans))
    let wanted = (one == nil ? RoleAssignment.joined(dataset.scans, options.definition) : dataset.scans).filter {
      scan in
      if let one { return scan.stem == one.stem }
      guard let definition = options.definition, scan.contradiction(definition.tracers) == nil else { return true }
      return definition.roles.contains {
        $0.tracer.id == scan.tracer(definition.tracers)?.id && $0.filter.takesScan(scan.name)
      }
    }
    guard one == nil || !wanted.isEmpty || !dataset.unreadable.isEmpty else {
      throw PETError(
        .missingInput, file: path, "it is no PET scan of the dataset", remedy: "name a _pet image or sidecar")
    }
    let done = Locked(0)
    let each = Parallel.map(wanted.count, jobs: options.jobs) { index in
      let findings = check.findings(wanted[index])
      progress(
        Double(
          done.withLock { value in
            value += 1
            return value
          }) / Double(wanted.count))
      return findings
    }
    var all = one == nil ? check.weights.findings : []
    all += dataset.unreadable.filter { one == nil || $0.unit == one?.stem }
      .map { Finding(fault: $0.error, code: .unreadable) }
    all += each.flatMap(\.self)
    all += dataset.findings
    if one == nil, dataset.table == nil {
      all += try Self.anatomy(dataset, jobs: options.jobs)
      all += Self.persons(dataset)
    }
    if one == nil {
      if let definition = options.definition {
        let roles = RoleAssignment(dataset.scans, definition: definition, tracers: [])
        let lost = LostScans(dataset, roles, definition, output: nil)
        all += definition.findings + lost.failures.map { Finding($0.error, .warning, .unreadScan) } + lost.findings
        all += Self.pairs(roles.units, definition)
      } else {
        all += LostScans(dataset).findings
      }
    }
    let names = PortableNames(
      dataset: dataset.root, elsewhere: dataset.elsewhere, derivatives: derivatives, output: dataset.root)
    var seen: Set<String> = []
    findings = all.map(names.finding).filter { seen.insert("\($0.level) \($0.code) \($0)").inserted }
    scans = wanted.reduce(0) { $0 + $1.runs.count }
  }

  /// The dataset of a path, and the scan when it is that of a file.
  private static func place(_ path: String, isTable: Bool) throws(PETError) -> (
    root: String, scan: (stem: String, participant: String)?
  ) {
    var isFolder: ObjCBool = false
    let url = URL(fileURLWithPath: path).standardizedFileURL
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw PETError(.missingInput, file: path, "there is no such file or folder", remedy: "check the path")
    }
    if isFolder.boolValue || isTable || path.hasSuffix(".tsv") { return (path, nil) }
    let parts = url.pathComponents
    guard let name = BIDSName(url.lastPathComponent), name.suffix == "pet",
      let place = parts.dropLast().lastIndex(where: { $0.hasPrefix("sub-") })
    else {
      throw PETError(
        .wrongInput, file: path, field: "name", "it is not a scan in a BIDS dataset",
        remedy: "name sub-…/pet/sub-…_pet.nii.gz, the dataset's folder, or a table of scans")
    }
    let root = "/" + parts[1..<place].joined(separator: "/")
    return (root, (name.stem, parts[place]))
  }

  /// Images that are no PET: only whether they are images.
  private static func anatomy(_ dataset: Dataset, jobs: Int) throws(PETError) -> [Finding] {
    var images: [String] = []
    for participant in dataset.participants {
      let folder = "\(dataset.root)/\(participant)"
      for place in try [folder] + Dataset.folders(folder, prefix: "ses-").map({ "\(folder)/\($0)" }) {
        let files = try Folder.names(place + "/anat")
        images += files.filter { !$0.hasPrefix(".") && ($0.hasSuffix(".nii.gz") || $0.hasSuffix(".nii")) }
          .map { "\(place)/anat/\($0)" }
      }
    }
    return Parallel.map(images.count, jobs: jobs) { [images] in ImageChecks.run(images[$0]) }.flatMap(\.self)
  }

  /// Participants of the table who have no folder.
  private static func persons(_ dataset: Dataset) -> [Finding] {
    let path = dataset.root + "/participants.tsv"
    guard let table = try? TSVTable(path: path), let name = table.column("participant_id") else { return [] }
    let folders = Set((try? Dataset.folders(dataset.root, prefix: "sub-")) ?? [])
    let missing = table.rows.map { $0[name] }.map { $0.hasPrefix("sub-") ? $0 : "sub-" + $0 }
      .filter { !folders.contains($0) }
    guard !missing.isEmpty else { return [] }
    let names = missing.prefix(5).joined(separator: ", ") + (missing.count > 5 ? " and \(missing.count - 5) more" : "")
    return [
      Finding(
        .note, .noFolder, file: path, field: "participant_id", value: "\(missing.count)",
        "participants without a folder: \(names)", remedy: "nothing is made of them")
    ]
  }

  /// Persons without both scans.
  private static func pairs(_ units: [ScanUnit], _ definition: PipelineDefinition) -> [Finding] {
    Pairing(units, definition).unpaired.map { person in
      Finding(
        .warning, .pair, field: person.participant, person.reason,
        remedy: person.partial ? "those scans have no balance" : "the person has no balance")
    }
  }
}

extension Finding.Code {
  package static let noFolder = Finding.Code("no-folder")
  package static let pair = Finding.Code("pair")
  package static let unreadScan = Finding.Code("unread-scan")
  package static let unreadable = Finding.Code("unreadable")
}
