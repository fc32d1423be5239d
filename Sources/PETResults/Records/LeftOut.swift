package import PETCore

/// Results that stayed behind when an output was exported: they are known by size and SHA-256, and are not missed.
package enum LeftOut {
  private static let member = "LeftOut"

  package static func text(_ files: [RunRecord.File]) -> String {
    JSONValue.object([
      ("Description", "Results of the run that are not in this copy, as their records have them"),
      (member, .array(files.map(\.json))),
    ]).text
  }

  /// Digests by name; empty for an output that is no copy.
  package static func read(_ output: String) -> [String: FileDigest] {
    let json = try? JSONValue.readObject(path: "\(output)/\(ResultFile.leftOut.name)")
    let files = json?[member]?.list?.compactMap(RunRecord.File.init(json:)) ?? []
    return Dictionary(files.map { ($0.name, $0.digest) }, uniquingKeysWith: { first, _ in first })
  }
}
