import Foundation
package import PETCore

/// What a table of an analysis was made from, by content: whether an output still holds it is told on its page.
package enum SourceDigests {
  package static let member = "SourceDigests"

  /// - Parameter inputs: tables; of an output its `group_balance.tsv`; what is no file is left out.
  package static func json(_ inputs: [String]) -> JSONValue {
    var seen: Set<String> = []
    let files = inputs.compactMap { input -> RunRecord.File? in
      let path = StudyReader.table(of: input)
      guard path.hasSuffix(".tsv"), seen.insert(path).inserted, let digest = try? FileDigest(path: path) else {
        return nil
      }
      return RunRecord.File(name: (path as NSString).lastPathComponent, digest: digest)
    }
    return .array(files.map(\.json))
  }

  /// The first table that an output holds and that is not what an analysis was made from; nil when there is none.
  ///
  /// - Parameter known: digests of the output's tables by file name.
  package static func changed(_ sidecar: JSONValue?, _ known: [String: FileDigest]) -> String? {
    for file in sidecar?[member]?.list?.compactMap(RunRecord.File.init(json:)) ?? [] {
      if let own = known[file.name], own != file.digest { return file.name }
    }
    return nil
  }

  /// Digests of an output's tables of fits and balances, and of the groups', by file name.
  package static func tables(
    _ records: [RunRecord], _ joined: [(name: String, digest: FileDigest?, isSame: Bool)],
    _ texts: [(name: String, text: String?)]
  ) -> [String: FileDigest] {
    var known: [String: FileDigest] = [:]
    for file in records.flatMap(\.outputs) where file.name.hasSuffix(".tsv") {
      known[(file.name as NSString).lastPathComponent] = file.digest
    }
    for case (let name, let digest?, _) in joined { known[name] = digest }
    for case (let name, let text?) in texts { known[name] = FileDigest(of: text) }
    return known
  }
}
