import Foundation
import PETCore
import PETResults
import PETStudy

/// The frame of a BIDS derivative: description, ignore list, the pipeline, a README that says what it is; and its order.
struct OutputFolder: Sendable {
  let path: String

  init(_ path: String) { self.path = path }

  /// Writes what is the same for every run of a pipeline; what stands there already is not touched.
  ///
  /// - Parameter options: of the run, as they are written.
  func prepare(_ definition: PipelineDefinition, options: String, study: StudyLocation?) throws(PETError) {
    for companion in definition.companions { try checkFolders(above: companion.name) }
    let studyName: String? = if let name = study?.name { name } else { try Self.studyName(path) }
    let description = JSONValue.object(
      [
        ("Name", .string("\(Product.name): \(definition.name)")), ("BIDSVersion", "1.10.0"),
        ("DatasetType", "derivative"),
        ("GeneratedBy", Product.generatedBy), ("Pipeline", .string(definition.name)),
        (Sidecar.pipelineDigest, .string("sha256:" + definition.digest)),
      ] + (studyName.map { [(Self.studyNameMember, .string($0))] } ?? []))
    try AtomicFile.update(description.text, to: path + "/dataset_description.json")
    try AtomicFile.update(ResultFile.ignored(and: definition.companions.map(\.name)), to: path + "/.bidsignore")
    try AtomicFile.update(definition.text, to: "\(path)/\(Self.pipeline)")
    // Tables that the pipeline names by relative paths stand beside it here too.
    for companion in definition.companions {
      let copy = "\(path)/\(companion.name)"
      try AtomicFile.makeFolder((copy as NSString).deletingLastPathComponent)
      try AtomicFile.update(try TextFile.read(companion.path).text, to: copy)
    }
    let readme = """
      Made by \(Product.name) \(Product.version) with the pipeline \(definition.name).
      \(definition.summary)

      \(ResultFile.overview)

      To make it again, byte for byte, with \(Product.name) \(Product.version):
        petbalance run STUDY NEW-FOLDER --pipeline pipeline.yaml\(options)
      To see whether study, pipeline and results are still what they were:
        petbalance verify THIS-FOLDER [--study STUDY]

      \(Product.claim)

      """
    try AtomicFile.update(readme, to: path + "/README")
    try AtomicFile.makeFolder(path + "/logs")
    try study?.write(to: path)
  }

  /// The copy of the pipeline's file.
  static let pipeline = ResultFile.pipeline.name

  /// Keeps other runs out of a part of the folder until it is released, and sweeps what stopped runs have left there.
  func lock(_ scope: String, waits: Bool = false) throws(PETError) -> Lease {
    try AtomicFile.makeFolder(path)
    try checkOurs()
    try checkFolders(scope)
    let lease = try Lease(path, scope: scope, waits: waits)
    let isWhole = scope == Lease.everything
    do throws(PETError) {
      // Before anything is swept: what is to be given its name has a temporary one.
      try Replacement.recover(isWhole ? nil : scope, in: self)
      if isWhole { try sweep() }
    } catch {
      lease.release()
      throw error
    }
    return lease
  }

  /// Takes away folders of records that have nothing in them; others may write there but while the whole is locked.
  func tidy() {
    for folder in [Self.attempts, Replacement.folder] { rmdir("\(path)/\(folder)") }
  }

  /// A path within it, seen from it.
  func name(of file: String) -> String { String(file.dropFirst(path.count + 1)) }

  /// Refuses links in place of the folders that a scope writes to.
  private func checkFolders(_ scope: String) throws(PETError) {
    for name in try Folder.names(path) where name.hasPrefix("sub-") || ["logs", RunRecord.folder].contains(name) {
      let folder = "\(path)/\(name)"
      try Folder.checkIsOwn(folder)
      if name == RunRecord.folder {
        for inner in [Self.attempts, Replacement.folder] { try Folder.checkIsOwn("\(path)/\(inner)") }
      }
      guard name.hasPrefix("sub-"), [Lease.everything, name].contains(scope) || scope.hasPrefix(name + "_") else {
        continue
      }
      for inner in try Folder.names(folder) where inner == "pet" || inner.hasPrefix("ses-") {
        try Folder.checkIsOwn("\(folder)/\(inner)")
        try Folder.checkIsOwn("\(folder)/\(inner)/pet")
      }
    }
  }

  /// Refuses links in place of the folders of a file, relative to the output.
  private func checkFolders(above name: String) throws(PETError) {
    var folder = path
    for part in name.split(separator: "/").dropLast() {
      folder += "/\(part)"
      try Folder.checkIsOwn(folder)
    }
  }

  /// Takes away what runs that were killed have left behind.
  private func sweep() throws(PETError) {
    for place in ["", "logs", RunRecord.folder, Self.attempts, Replacement.folder] {
      Leftovers.sweep("\(path)/\(place)")
    }
    for participant in try Dataset.folders(path, prefix: "sub-") {
      let folder = "\(path)/\(participant)"
      let sessions = try Dataset.folders(folder, prefix: "ses-").map { "\(folder)/\($0)/pet" }
      for place in [folder, folder + "/pet"] + sessions { Leftovers.sweep(place) }
    }
  }

  /// Digest of the pipeline that its frame is of; nil without one.
  var pipelineDigest: String? {
    let description = try? JSONValue.readObject(path: path + "/dataset_description.json")
    return description?[Sidecar.pipelineDigest]?.string.map { String($0.dropFirst("sha256:".count)) }
  }

  private static let studyNameMember = "StudyName"

  /// The name of the dataset that an output was made of; nil where it does not say it.
  static func studyName(_ output: String) throws(PETError) -> String? {
    try readable { () throws(PETError) in try description(output) }?[studyNameMember]?.string
  }

  /// Refuses a folder that holds something we did not make: nothing of it is ever written over or removed.
  func checkOurs() throws(PETError) {
    let inside = try Folder.names(path).filter {
      !($0.hasPrefix(".") && ($0.contains(".partial-") || $0.contains(".lease")))
    }
    guard !inside.isEmpty else { return }
    guard Product.made(path) else {
      throw PETError(
        .cannotWrite, file: path, "the folder holds other files and is not an output of \(Product.name)",
        remedy: "choose an empty or a new folder")
    }
  }

  /// The description of an output that is read; what is none of ours is refused, what is not there is missing.
  static func description(_ path: String) throws(PETError) -> JSONValue {
    let description = try JSONValue.readObject(path: path + "/dataset_description.json")
    guard Product.isOurs(description) else {
      throw PETError(
        .wrongInput, file: path, field: "GeneratedBy", "it is not an output of \(Product.name)",
        remedy: "name the OUT of a run")
    }
    return description
  }

  /// What was noticed in a scan, one plain file.
  func writeLog(_ unit: String, _ text: String, staging: StagedFiles?) throws(PETError) {
    try AtomicFile.makeFolder(path + "/logs")
    let file = "\(path)/logs/\(unit).log"
    if let staging {
      try AtomicFile.write(text, to: file, staging: staging)
    } else {
      try AtomicFile.update(text, to: file)
    }
  }

  // MARK: - What no longer belongs

  /// Removes what the record of a unit names, but the files named, and what runs that were stopped have left of it.
  func clear(_ unit: String, at own: UnitRunner.Place, except kept: Set<String>) {
    let place = "\(path)/\(own.folder)"
    for mark in ["_", "."] { Leftovers.sweep(place, prefix: own.stem + mark) }
    let record = (try? RunRecord.read(unit, in: path)) ?? nil
    for file in record?.outputs ?? [] where !kept.contains("\(path)/\(file.name)") { remove(file) }
    // Only when nothing is left in them.
    var empty = place
    while empty.count > path.count, rmdir(empty) == 0 { empty = (empty as NSString).deletingLastPathComponent }
  }

  /// Removes the record of a unit and its log.
  func forget(_ unit: String) {
    unlink(RunRecord.path(of: unit, in: path))
    unlink("\(path)/logs/\(unit).log")
    forgetAttempt(unit)
  }

  /// Removes a result, or the link to it, unless it is not what was written: what somebody has changed is theirs.
  func remove(_ file: RunRecord.File) {
    if file.digest.matches("\(path)/\(file.name)") { unlink("\(path)/\(file.name)") }
  }

  /// Removes everything that a record names, and the record.
  func remove(_ record: RunRecord) {
    for file in record.outputs {
      remove(file)
      rmdir(("\(path)/\(file.name)" as NSString).deletingLastPathComponent)
    }
    for folder in [record.session.map { "\(record.participant)/\($0)" }, record.participant].compactMap({ $0 }) {
      rmdir("\(path)/\(folder)")
    }
    forget(record.unit)
  }
}
