import Foundation
package import PETCore
import PETResults

/// A copy of an output that another laboratory can verify and, with the scans, make again: everything but images.
///
/// The copy is an RO-Crate 1.1 (https://w3id.org/ro/crate/1.1) of the profile Process Run Crate 0.5.
package struct ExportedOutput: Sendable {
  package struct Options: Sendable {
    /// Of the results; nil for what the study says.
    package var license: String?
    /// Pages show the head in slices, and what is known of each person.
    package var pages = false
    /// ISO 8601, of the day.
    package var date: String

    package init(date: String) { self.date = date }
  }

  /// Files in the copy.
  package let files: Int
  /// Results that stayed behind.
  package let leftOut: Int
  /// Bytes of the copy.
  package let size: Int

  /// Copies what an output's records name, and what frames it; every result is compared with its record on the way.
  ///
  /// - Parameter place: a folder that is new or empty.
  package init(_ output: String, to place: String, _ options: Options) throws(PETError) {
    let bibliography = try CitedWorks.of(output)
    // Empty folders may be left of an export that was stopped.
    guard try Folder.tree(place).allSatisfy({ Self.isFolder("\(place)/\($0)") }) else {
      throw PETError(.cannotWrite, file: place, "the folder is not empty", remedy: "name a new one")
    }
    let units = try RunRecord.units(in: output)
    guard !units.isEmpty else {
      throw PETError(
        .missingInput, file: output, field: RunRecord.folder, "there are no records of results", remedy: "run it first")
    }
    var records: [RunRecord] = []
    for unit in units { if let record = try RunRecord.read(unit, in: output) { records.append(record) } }
    func stays(_ name: String) -> Bool {
      let isShown = name.hasSuffix(".html") || name == ResultFile.people.name
      return name.hasSuffix(".nii.gz") || (isShown && !options.pages)
    }
    // Before anything is written.
    for file in records.flatMap(\.outputs) where !stays(file.name) && !file.digest.matches("\(output)/\(file.name)") {
      throw PETError(
        .wrongInput, file: "\(output)/\(file.name)", "it is not as its record says",
        remedy: "see petbalance verify \(output), run again")
    }
    let staged = StagedFiles()
    var crate = ResearchCrate()
    var leftOut: [RunRecord.File] = []

    /// - Parameter digest: as the record has it; nil for what has none.
    func copy(_ name: String, _ digest: FileDigest? = nil) throws(PETError) {
      let path = "\(output)/\(name)"
      if stays(name) {
        let known = if let digest { digest } else { try FileDigest(path: path) }
        return leftOut.append(RunRecord.File(name: name, digest: known))
      }
      let bytes = try RegularFile.contents(path, limit: TextFile.limit)
      try Self.write(bytes, to: "\(place)/\(name)", staged)
      crate.add(name, FileDigest(of: bytes))
    }

    for name in try Self.frame(output) { try copy(name) }
    for record in records {
      try copy("\(RunRecord.folder)/\(record.unit).json")
      for file in record.outputs { try copy(file.name, file.digest) }
    }
    // A copy of a copy lacks what that one lacked.
    let known = Set(leftOut.map(\.name))
    for (name, digest) in LeftOut.read(output).sorted(by: { $0.key < $1.key }) where !known.contains(name) {
      leftOut.append(RunRecord.File(name: name, digest: digest))
    }
    let stated = StudyLocation.read(output).map(\.study)
    let study = stated.flatMap { try? JSONValue.readObject(path: "\($0)/dataset_description.json") }
    let texts = [
      (ResultFile.leftOut.name, LeftOut.text(leftOut)), (ResultFile.references.name, bibliography.text(.bibtex)),
    ]
    for (name, text) in texts {
      try Self.write(Array(text.utf8), to: "\(place)/\(name)", staged)
      crate.add(name, FileDigest(of: text))
    }
    let metadata = crate.text(
      study: study, pipeline: records[0].settings.pipeline, license: options.license, date: options.date,
      works: bibliography)
    try Self.write(Array(metadata.utf8), to: "\(place)/\(ResultFile.crate.name)", staged)
    try staged.commit()
    files = crate.count + 1
    size = crate.size + metadata.utf8.count
    self.leftOut = leftOut.count
  }

  /// What lies in an output beside the results of persons: tables of the study, the pipeline with its companions, analyses,
  /// failures; but not the place of the study, which is of this machine.
  private static func frame(_ output: String) throws(PETError) -> [String] {
    let companions = (try? PipelineLoader.load("\(output)/\(OutputFolder.pipeline)"))?.companions.map(\.name) ?? []
    let own = ResultFile.all.filter { [.study, .frame].contains($0.owner) && !$0.name.contains("*") }.map(\.name)
    let analyses = try Folder.tree("\(output)/\(StudyReader.analyses)").map { "\(StudyReader.analyses)/\($0)" }
    return ([".bidsignore"] + own.filter { !$0.hasSuffix("/") } + companions + analyses).filter {
      FileManager.default.fileExists(atPath: "\(output)/\($0)") && !isFolder("\(output)/\($0)")
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private static func write(_ bytes: [UInt8], to path: String, _ staged: StagedFiles) throws(PETError) {
    try staged.makeFolder((path as NSString).deletingLastPathComponent)
    var file = try AtomicFile(path, staging: staged)
    var failure: PETError?
    bytes.withUnsafeBytes { raw in
      do throws(PETError) { try file.write(raw) } catch { failure = error }
    }
    if let failure { throw failure }
    try file.finish()
  }
}
