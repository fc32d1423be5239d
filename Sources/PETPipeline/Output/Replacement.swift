import Foundation
import PETCore
import PETResults

/// New results of a unit in the place of earlier ones: either those or these, whole, whatever happens in between.
///
/// When every new file is whole under a temporary name, a journal says which name each is to have. Who finds a journal
/// gives the rest their names; without one the earlier results and their record stand.
struct Replacement {
  /// Folder of journals, within that of records.
  static let folder = RunRecord.folder + "/replacing"

  private let output: OutputFolder
  private let unit: String
  private let files: [(temporary: String, name: String)]
  /// Files of the earlier results that the new ones do not have.
  private let outdated: [RunRecord.File]
  /// Text of the new record.
  private let record: String

  private static func path(of unit: String, in output: String) -> String { "\(output)/\(folder)/\(unit).json" }

  /// Units that were left in the midst of being replaced.
  static func units(in output: String) -> [String] {
    ((try? Folder.names("\(output)/\(folder)")) ?? [])
      .filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { String($0.dropLast(5)) }
  }

  /// Gives staged results their names, with their record.
  ///
  /// - Parameters:
  ///   - record: of them, without outputs.
  ///   - kept: earlier results that are of the new ones as they are.
  static func commit(
    _ record: RunRecord, _ staging: StagedFiles, keeping kept: [RunRecord.File] = [], in output: OutputFolder
  ) throws(PETError) {
    var record = record
    let staged = staging.staged
    record.outputs = try staged.map { (file) throws(PETError) in
      RunRecord.File(name: output.name(of: file.path), digest: try FileDigest(path: file.temporary))
    }
    record.outputs = (record.outputs + kept).sorted { $0.name < $1.name }
    guard let earlier = output.standing(record.unit) else {
      let left = ((try? RunRecord.read(record.unit, in: output.path)) ?? nil)?.outputs ?? []
      try staging.commit()
      for file in left where !record.outputs.contains(where: { $0.name == file.name }) { output.remove(file) }
      try record.write(in: output.path)
      return
    }
    let names = Set(record.outputs.map(\.name))
    let replacement = Replacement(
      output: output, unit: record.unit,
      files: staged.map { (output.name(of: $0.temporary), output.name(of: $0.path)) },
      outdated: earlier.outputs.filter { !names.contains($0.name) }, record: record.text)
    try AtomicFile.makeFolder("\(output.path)/\(folder)")
    try AtomicFile.write(replacement.json.text, to: path(of: record.unit, in: output.path))
    staging.handOver()
    try replacement.complete()
  }

  /// Ends what a run that was stopped has begun, of the units whose names begin so.
  static func recover(_ scope: String?, in output: OutputFolder) throws(PETError) {
    for unit in units(in: output.path) where scope.map({ unit == $0 || unit.hasPrefix($0 + "_") }) ?? true {
      try Replacement(unit, in: output).complete()
    }
  }

  private init(
    output: OutputFolder, unit: String, files: [(temporary: String, name: String)], outdated: [RunRecord.File],
    record: String
  ) {
    self.output = output
    self.unit = unit
    self.files = files
    self.outdated = outdated
    self.record = record
  }

  private init(_ unit: String, in output: OutputFolder) throws(PETError) {
    let path = Self.path(of: unit, in: output.path)
    let json = try JSONValue.readObject(path: path)
    func wrong(_ field: String) -> PETError {
      PETError(.wrongInput, file: path, field: field, "it is not there or not what we write", remedy: "remove the file")
    }
    guard let files = json["Files"]?.list, let outdated = json["Outdated"]?.list, let record = json["Record"]?.string
    else { throw wrong("Files") }
    self.init(
      output: output, unit: unit,
      files: try files.map { (file) throws(PETError) in
        guard let temporary = file["Temporary"]?.string, let name = file["File"]?.string,
          [temporary, name].allSatisfy(RunRecord.isInside)
        else { throw wrong("Files") }
        return (temporary, name)
      },
      outdated: try outdated.map { (file) throws(PETError) in
        guard let file = RunRecord.File(json: file), RunRecord.isInside(file.name) else { throw wrong("Outdated") }
        return file
      }, record: record)
  }

  private var json: JSONValue {
    .object([
      (
        "Description",
        .string(
          "New results are about to take the place of earlier ones; the next run ends it. Each file has the name "
            + "Temporary until then.")
      ),
      (
        "Files",
        .array(files.map { .object([("Temporary", .string($0.temporary)), ("File", .string($0.name))]) })
      ),
      ("Outdated", .array(outdated.map(\.json))), ("Record", .string(record)),
    ])
  }

  private func complete() throws(PETError) {
    for file in files where FileManager.default.fileExists(atPath: "\(output.path)/\(file.temporary)") {
      try AtomicFile.rename("\(output.path)/\(file.temporary)", to: "\(output.path)/\(file.name)")
    }
    for file in outdated { output.remove(file) }
    try AtomicFile.update(record, to: RunRecord.path(of: unit, in: output.path))
    unlink(Self.path(of: unit, in: output.path))
  }
}
