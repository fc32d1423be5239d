package import PETCore
package import PETStudy

extension RunRecord.File {
  /// What kind of file it is; nil for logs and pages.
  package var kind: ResultFile? {
    guard let file = BIDSName(name.split(separator: "/").last.map(String.init) ?? "") else { return nil }
    return ResultFile.all.first { kind in kind.endings.contains { kind.has(file, $0) } }
  }
}

/// The files of a unit, as its record names them.
package struct Results: Sendable {
  private let files: [(path: String, name: BIDSName)]
  private let unit: String

  package init(_ record: RunRecord, in output: String) {
    unit = record.unit
    files = record.outputs.compactMap { file in
      BIDSName(file.name.split(separator: "/").last.map(String.init) ?? "").map {
        (path: "\(output)/\(file.name)", name: $0)
      }
    }
  }

  package func path(_ kind: ResultFile, _ ending: String = ".tsv", where isWanted: (BIDSName) -> Bool = { _ in true })
    -> String?
  {
    files.first { kind.has($0.name, ending) && isWanted($0.name) }?.path
  }

  package func required(_ kind: ResultFile, where isWanted: (BIDSName) -> Bool = { _ in true }) throws(PETError)
    -> String
  {
    if let path = path(kind, where: isWanted) { return path }
    throw PETError(
      .missingInput, file: unit, field: kind.name, "the record names no such table", remedy: "run with --force")
  }
}
