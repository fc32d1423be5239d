import Foundation

/// Files that belong together: written under temporary names, and given their own all at once when every one is whole.
package final class StagedFiles: Sendable {
  private struct File {
    let temporary: String
    let path: String
  }

  private let files = Locked<[File]>([])

  private let folders = Locked<Set<String>>([])

  package init() {}

  /// Makes a folder that files of these will be in.
  ///
  /// Should others take it away while it is empty, as those do who clean up beside, it is made again.
  package func makeFolder(_ path: String) throws(PETError) {
    try AtomicFile.makeFolder(path)
    folders.withLock { _ = $0.insert(path) }
  }

  func hasMade(_ folder: String) -> Bool { folders.withLock { $0.contains(folder) } }

  /// A synced file under a temporary name, to be renamed with the others.
  func add(_ temporary: String, to path: String) {
    files.withLock { $0.append(File(temporary: temporary, path: path)) }
  }

  /// The files, whole, under the names they have and those they will have.
  package var staged: [(temporary: String, path: String)] { files.withLock { $0.map { ($0.temporary, $0.path) } } }

  /// Leaves the files to somebody who will give them their names.
  package func handOver() {
    let all = files.withLock { files in
      defer { files = [] }
      return files
    }
    for file in all { Leftovers.forget(file.temporary) }
  }

  /// The names that the files will have.
  package var paths: [String] { files.withLock { $0.map(\.path) } }

  /// Gives every file its name.
  package func commit() throws(PETError) {
    let all = files.withLock { files in
      defer { files = [] }
      return files
    }
    var folders: Set<String> = []
    for (place, file) in all.enumerated() {
      guard rename(file.temporary, file.path) == 0 else {
        let failure = AtomicFile.writeError(file.path, errno)
        for left in all[place...] { Leftovers.remove(left.temporary) }
        throw failure
      }
      Leftovers.forget(file.temporary)
      folders.insert(AtomicFile.split(file.path).folder)
    }
    for folder in folders.sorted() { AtomicFile.sync(folder: folder) }
  }

  deinit {
    let left = files.withLock { $0 }
    for file in left { Leftovers.remove(file.temporary) }
  }
}

/// Temporary files of this process, so that none is left when it is told to stop.
package enum Leftovers {
  private static let paths = Locked<Set<String>>([])

  static func note(_ path: String) { paths.withLock { _ = $0.insert(path) } }
  static func forget(_ path: String) { paths.withLock { _ = $0.remove(path) } }

  static func remove(_ path: String) {
    unlink(path)
    forget(path)
  }

  /// Removes every temporary file and ends the process; nothing is opened in between.
  package static func removeAll(andEnd end: () -> Never) -> Never {
    paths.withLock { paths in
      for path in paths { unlink(path) }
      end()
    }
  }

  /// Removes temporary files that nobody will finish from a folder that only this process writes now.
  ///
  /// - Parameter prefix: of the names they would have had; empty for all.
  package static func sweep(_ folder: String, prefix: String = "") {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name.hasPrefix("." + prefix) && name.contains(".partial-") {
      let path = "\(folder)/\(name)"
      if !paths.withLock({ $0.contains(path) }) { unlink(path) }
    }
  }
}
