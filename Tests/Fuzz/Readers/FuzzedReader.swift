import Foundation
import PETCore
package import PETTestSupport

/// The readers of files of others, each a function from any bytes: what is fuzzed, and what replays the corpus.
///
/// Bytes may be taken or refused with a typed error. Whatever else happens (a trap, a hang, memory without bound, a
/// property that does not hold) is a fault of the product.
package enum FuzzedReader: String, CaseIterable, Sendable {
  /// A plain image.
  case header
  /// A compressed image.
  case gzip
  /// Every table.
  case tsv
  /// The JSON beside a scan and beside tables.
  case sidecar
  /// A pipeline's YAML.
  case pipeline

  /// Reads the bytes in every way there is for files of this kind.
  ///
  /// - Parameter folder: where files are written; used again from call to call.
  /// - Returns: the ways that took them.
  @discardableResult
  package func read(_ bytes: UnsafeRawBufferPointer, in folder: TemporaryFolder) throws -> Set<String> {
    var attempts = Attempts()
    switch self {
    case .header: try readImage(bytes, as: "image.nii", in: folder, &attempts)
    case .gzip: try readGzip(bytes, in: folder, &attempts)
    case .tsv: try readTables(bytes, in: folder, &attempts)
    case .sidecar: try readSidecars(bytes, in: folder, &attempts)
    case .pipeline: readPipeline(bytes, &attempts)
    }
    return attempts.taken
  }
}

/// Ways to read that are tried one after the other, so that one that refuses hides none behind it.
struct Attempts {
  private(set) var taken: Set<String> = []

  mutating func attempt(_ name: String, _ read: () throws(PETError) -> Void) {
    do throws(PETError) {
      try read()
      taken.insert(name)
    } catch {
      // What is refused is told to the user: the message must be fit for that.
      precondition(!error.problem.isEmpty && error.description.allSatisfy { !$0.isNewline }, "a message of one line")
    }
  }
}

extension TemporaryFolder {
  /// Writes bytes over a file of the folder, without anything that costs time, and returns its path.
  func replace(_ name: String, _ bytes: UnsafeRawBufferPointer) throws -> String {
    let path = file(name)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    guard descriptor >= 0, Foundation.write(descriptor, bytes.baseAddress, bytes.count) == bytes.count else {
      throw PETError(.cannotWrite, file: path, reason(errno), remedy: "make room")
    }
    return path
  }

  /// Writes a text that stays the same from call to call, the first time.
  func keep(_ name: String, _ text: String) throws -> String {
    FileManager.default.fileExists(atPath: file(name)) ? file(name) : try write(name, text)
  }
}
