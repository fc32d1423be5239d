import Foundation
import PETCore
import PETPages
import PETResults

/// Reads what other commands made of an output and wrote into its folder of analyses.
struct AnalysesReader {
  let output: String
  /// Digests of the output's tables by file name: asked for where there is an analysis.
  let tables: () -> [String: FileDigest]

  typealias Found = (reports: [AnalysisReport], passedOver: [(file: String, reason: String)])

  /// Tables in the folder of analyses and in folders of it, by name; what is no table of ours is no fault of the study,
  /// and is told.
  func read() throws(PETError) -> Found {
    let folder = "\(output)/\(StudyReader.analyses)"
    let names = try Folder.tree(folder)
    var found: [AnalysisReport] = []
    var known: [String: FileDigest]?
    var passedOver: [(file: String, reason: String)] = []
    for name in names where name.hasSuffix(".tsv") && !name.contains("/.") && !name.hasPrefix(".") {
      let (path, file) = ("\(folder)/\(name)", "\(StudyReader.analyses)/\(name)")
      do throws(PETError) {
        if let table = try AnalysisTable(path: path) {
          let beside = TSVTable.sidecarPath(of: path)
          let sidecar = FileManager.default.fileExists(atPath: beside) ? try JSONValue.readObject(path: beside) : nil
          var report = AnalysisReport(file: file, table: table, sidecar: sidecar)
          let digests = known ?? tables()
          known = digests
          report.changed = SourceDigests.changed(sidecar, digests)
          found.append(report)
        } else {
          passedOver.append(
            (file, "it is no table of study, power, norms, occupancy, change, reliability or multiverse"))
        }
      } catch {
        if error.code == .cannotRead { throw error }
        let place = error.file == path ? "" : "its JSON: "
        passedOver.append((file, place + ([error.field, error.problem].compactMap { $0 }.joined(separator: ": "))))
      }
    }
    return (found, passedOver)
  }
}
