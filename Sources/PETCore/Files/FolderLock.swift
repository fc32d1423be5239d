import Foundation

/// A lock on a folder itself, so that no file is left; the system lets go of it too when the process ends.
package struct FolderLock: Sendable {
  private let descriptor: Int32

  /// - Parameter waits: whether to wait for another process that holds it, or to refuse.
  package init(_ path: String, waits: Bool) throws(PETError) {
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    while descriptor >= 0, flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      let isBusy = errno == EWOULDBLOCK
      close(descriptor)
      throw PETError(
        .cannotWrite, file: path, isBusy ? "another run is writing there" : "cannot lock the folder",
        remedy: isBusy ? "wait for it, or choose another folder" : "check the folder")
    }
    guard descriptor >= 0 else {
      throw PETError(.cannotWrite, file: path, "cannot lock the folder: \(reason(errno))", remedy: "check the folder")
    }
  }

  package func release() { close(descriptor) }
}
