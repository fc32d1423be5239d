import Foundation
package import PETCore
import PETStudy
import PETTracers

/// Tables of the same persons at two times: named one by one, or found in an output by their sessions.
package struct SessionTables: Sendable {
  package struct Pair: Sendable {
    package let participant: String
    package let first: String
    package let second: String
  }

  package let pairs: [Pair]
  package let findings: [Finding]

  /// Tables in the order given; the first with the first.
  ///
  /// - Parameter allowsOne: whether one table may stand on both sides.
  package init(_ first: [String], _ second: [String], allowsOne: Bool = false) throws(PETError) {
    var paths: Set<String> = []
    for path in first + (allowsOne ? [] : second) where !paths.insert(path).inserted {
      throw PETError(.usage, file: path, field: "tables", "it stands twice", remedy: "give each table once")
    }
    guard first.count == second.count, !first.isEmpty else {
      throw PETError(
        .usage, field: "tables", "\(first.count) tables beside \(second.count)",
        remedy: "give as many of one as of the other, in the same order of persons")
    }
    var pairs: [Pair] = []
    for (number, (a, b)) in zip(first, second).enumerated() {
      let persons = [a, b].map { BIDSName(($0 as NSString).lastPathComponent)?["sub"] }
      if let one = persons[0], let other = persons[1], one != other {
        throw PETError(
          .usage, file: b, field: "sub", "sub-\(other) stands beside sub-\(one)",
          remedy: "give the tables of both times in the same order of persons")
      }
      let name = (persons[0] ?? persons[1]).map { "sub-" + $0 } ?? "\(number + 1)"
      pairs.append(Pair(participant: name, first: a, second: b))
    }
    var seen: Set<String> = []
    for pair in pairs where !seen.insert(pair.participant).inserted {
      throw PETError(
        .usage, file: pair.first, field: "sub", "\(pair.participant) stands twice",
        remedy: "one pair of tables is of one person")
    }
    self.pairs = pairs
    findings = []
  }

  /// Tables of two sessions in an output of ours.
  ///
  /// - Parameters:
  ///   - suffix: `kinpar` or `balance`.
  ///   - tracer: of the scans' names or sidecars; nil when there is one alone.
  package init(output: String, _ first: String, _ second: String, suffix: String, tracer: String?) throws(PETError) {
    let sessions = [first, second].map { $0.hasPrefix("ses-") || $0.hasPrefix("run-") ? $0 : "ses-" + $0 }
    guard try !Dataset.folders(output, prefix: "sub-").isEmpty else {
      throw PETError(
        .missingInput, file: output, field: "--from", "there is no output with persons", remedy: "name the OUT of a run"
      )
    }
    var pairs: [Pair] = []
    var findings: [Finding] = []
    for person in try Dataset.folders(output, prefix: "sub-") {
      var found: [String] = []
      for session in sessions {
        var files: [String] = []
        for folder in ["\(person)/\(session)/pet", person] {
          files += try Folder.names("\(output)/\(folder)").compactMap { file in
            guard let name = BIDSName(file), name.suffix == suffix, name.ext == ".tsv",
              Self.visit(name, suffix) == session, Self.isOf(tracer, "\(output)/\(folder)/\(file)", name)
            else { return nil }
            return "\(output)/\(folder)/\(file)"
          }
        }
        if files.count > 1 {
          findings.append(
            Finding(
              .warning, .several, file: files[1], field: person, "\(files.count) tables of \(session)",
              remedy: tracer == nil
                ? "name the tracer (--tracer); the person does not count" : "the person does not count"))
        } else if let file = files.first {
          found.append(file)
        }
      }
      if found.count == 2 {
        pairs.append(Pair(participant: person, first: found[0], second: found[1]))
      } else if !findings.contains(where: { $0.field == person }) {
        findings.append(
          Finding(
            .note, .noPair, field: person, "no \(suffix) of both \(sessions.joined(separator: " and "))",
            remedy: "the person does not count"))
      }
    }
    guard !pairs.isEmpty else {
      throw PETError(
        .missingInput, file: output, field: "session",
        "nobody has a \(suffix) table of both \(sessions.joined(separator: " and "))",
        remedy: "check the sessions' names and --tracer")
    }
    self.pairs = pairs
    self.findings = findings
  }

  /// What tells the visits of a person apart: of a balance the run as well, of a scan the session.
  private static func visit(_ name: BIDSName, _ suffix: String) -> String? {
    let run = suffix == "balance" ? name["run"].map { "run-" + $0 } : nil
    let parts = [name["ses"].map { "ses-" + $0 }, run].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "_")
  }

  private static func isOf(_ tracer: String?, _ path: String, _ name: BIDSName) -> Bool {
    guard let tracer else { return true }
    let sidecar = try? PETSidecar(path: TSVTable.sidecarPath(of: path))
    let spellings = [name["trc"], sidecar?.text(Sidecar.tracer), sidecar?.text(Sidecar.tracerName)].compactMap { $0 }
    return spellings.contains { TracerCatalogue.key($0) == TracerCatalogue.key(tracer) }
  }
}

extension Finding.Code {
  package static let noPair = Finding.Code("no-pair")
  package static let several = Finding.Code("several")
}
