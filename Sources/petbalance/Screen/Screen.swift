import Foundation
import PETCore
import PETPipeline
import PETResults

/// What goes to the terminal, and tables to their files.
enum Screen {
  static func fail(_ error: PETError) -> Never {
    note("petbalance: error: \(error)")
    for other in error.others { note("petbalance: error: \(other)") }
    Foundation.exit(error.code.rawValue)
  }

  /// One line on standard error; when nobody can take it the work goes on.
  static func note(_ line: String) { _ = send(line + "\n", to: STDERR_FILENO) }

  /// - Parameter most: of one kind that are told; the others are counted.
  static func findings(_ findings: [Finding], most: Int = .max) {
    var seen: Set<String> = []
    var counts: [String: Int] = [:]
    for finding in findings where seen.insert("\(finding.code)\(finding)").inserted {
      counts[finding.code.word, default: 0] += 1
      if counts[finding.code.word, default: 0] <= most { note("petbalance: \(finding.level.rawValue): \(finding)") }
    }
    for (code, count) in counts.sorted(by: { $0.key < $1.key }) where count > most {
      note("petbalance: note: \(count - most) more of the kind \(code): see petbalance check")
    }
  }

  /// Text on standard output that is no result but tells of one; when nobody can take it the work stands all the same.
  static func tell(_ text: String) { _ = send(text, to: STDOUT_FILENO) }

  /// Text on standard output.
  static func write(_ text: String) throws(PETError) {
    let failure = send(text, to: STDOUT_FILENO)
    if failure == EPIPE {
      // A reader that has seen enough: the end of every program of a pipe.
      signal(SIGPIPE, SIG_DFL)
      kill(getpid(), SIGPIPE)
    }
    guard failure == 0 else {
      throw PETError(
        .cannotWrite, file: "standard output", "cannot write: \(reason(failure))", remedy: "check where it goes")
    }
  }

  /// A table to its file with its sidecar beside it, or to standard output when there is none.
  ///
  /// - Parameters:
  ///   - inputs: files the command reads; none of them is ever written over.
  ///   - isAnalysis: whether the sidecar tells what these hold.
  ///   - printing: how a table is to be printed; nil for text that is none.
  static func write(
    _ text: String, sidecar: JSONValue? = nil, to out: String?, inputs: [String], isAnalysis: Bool = false,
    as printing: TableOptions? = nil
  ) throws(PETError) {
    // The system's name for standard output: there is no file to replace.
    guard let out, out != "/dev/stdout" else {
      return try write(printing?.text(text, sidecar: sidecar, toFile: false) ?? text)
    }
    guard printing?.format ?? .tsv == .tsv else {
      try protect(inputs, from: [out])
      return try AtomicFile.write(printing?.text(text, sidecar: sidecar, toFile: true) ?? text, to: out)
    }
    var sidecar = sidecar
    if isAnalysis, case .object(let members)? = sidecar {
      sidecar = .object(members + [(SourceDigests.member, SourceDigests.json(inputs))])
    }
    let beside = sidecar != nil && out.hasSuffix(".tsv") ? TSVTable.sidecarPath(of: out) : nil
    let folder = out.lastIndex(of: "/").map { String(out[..<$0]) } ?? ""
    // The one folder of an output that is for tables of the user's asking.
    if (folder as NSString).lastPathComponent == StudyReader.analyses { try AtomicFile.makeFolder(folder) }
    try protect(inputs, from: [out, beside].compactMap { $0 })
    // The sidecar first: a table never stands without what says its units.
    let isNew = beside.map { !FileManager.default.fileExists(atPath: $0) } ?? false
    if let beside, let sidecar { try AtomicFile.write(sidecar.text, to: beside) }
    do throws(PETError) { try AtomicFile.write(text, to: out) } catch {
      if let beside, isNew { try? FileManager.default.removeItem(atPath: beside) }
      throw error
    }
  }

  /// Refuses to write over a file that the command reads.
  static func protect(_ inputs: [String], from outputs: [String]) throws(PETError) {
    let read = Set(inputs.map(identity))
    // Of a folder that is read, everything in it, but what analyses have.
    for path in outputs
    where read.contains(where: { folder in
      identity(path) == folder
        || identity(path).hasPrefix(folder + "/") && !identity(path).hasPrefix("\(folder)/\(StudyReader.analyses)/")
    }) {
      throw PETError(
        .usage, file: path, field: "--out", "it is one of the files the command reads", remedy: "choose another name")
    }
  }

  /// The path, once it is known that nothing there would be written over.
  static func emptyFolder(_ path: String) throws(PETError) -> String {
    guard try Folder.names(path).isEmpty else {
      throw PETError(.cannotWrite, file: path, "the folder is not empty", remedy: "choose a new folder")
    }
    return path
  }

  /// Characters on standard error as they are.
  static func raw(_ text: String) { _ = send(text, to: STDERR_FILENO) }

  /// Whether two paths are one file.
  static func isSame(_ first: String, _ second: String) -> Bool { identity(first) == identity(second) }

  /// What tells that two paths are one file: links resolved.
  private static func identity(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }

  /// 0, or the errno of the write that failed.
  private static func send(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      var sent = 0
      while sent < bytes.count, let base = bytes.baseAddress {
        let count = Foundation.write(descriptor, base + sent, bytes.count - sent)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return errno }
        sent += count
      }
      return 0
    }
  }
}
