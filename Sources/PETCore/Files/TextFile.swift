import Foundation

/// Reading whole text files with the checks every reader needs.
package enum TextFile {
  /// Sidecars and tables are far smaller; a larger file under their name is a mistake.
  package static let limit = 256 << 20

  /// UTF-8 text of a regular file; a byte order mark is removed with a finding.
  package static func read(_ path: String) throws(PETError) -> (text: String, findings: [Finding]) {
    var bytes = try RegularFile.contents(path, limit: limit)
    var findings: [Finding] = []
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) {
      bytes.removeFirst(3)
      findings.append(
        Finding(.warning, .byteOrderMark, file: path, "the file begins with a byte order mark", remedy: "remove it"))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw PETError(.wrongInput, file: path, "the text is not UTF-8", remedy: "save the file as UTF-8")
    }
    return (text, findings)
  }
}

/// Opening files that must be regular: no directory, pipe or device is ever waited for.
package enum RegularFile {
  /// A read-only descriptor and the size in bytes.
  package static func open(_ path: String) throws(PETError) -> (descriptor: Int32, size: Int) {
    // O_NONBLOCK so that a named pipe without a writer does not hang the open.
    let descriptor = Foundation.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw openError(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = errno
      close(descriptor)
      throw openError(path, reason)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let kind =
        switch status.st_mode & S_IFMT {
        case S_IFDIR: "a directory"
        case S_IFIFO: "a named pipe"
        case S_IFCHR, S_IFBLK: "a device"
        default: "a special file"
        }
      throw PETError(.cannotRead, file: path, "it is \(kind), not a regular file", remedy: "name a file")
    }
    return (descriptor, Int(status.st_size))
  }

  package static func contents(_ path: String, limit: Int) throws(PETError) -> [UInt8] {
    let (descriptor, size) = try open(path)
    defer { close(descriptor) }
    guard size <= limit else {
      throw PETError(.wrongInput, file: path, "\(size) bytes are too many for a text file", remedy: "check the file")
    }
    var bytes = [UInt8](repeating: 0, count: size)
    var filled = 0
    while filled < size {
      let got = bytes.withUnsafeMutableBytes { buffer in
        Foundation.read(descriptor, buffer.baseAddress.map { $0 + filled }, size - filled)
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else {
        throw PETError(.cannotRead, file: path, "cannot read: \(reason(errno))", remedy: "check the disk")
      }
      if got == 0 { break }
      filled += got
    }
    bytes.removeLast(size - filled)
    return bytes
  }

  private static func openError(_ path: String, _ number: Int32) -> PETError {
    switch number {
    case ENOENT:
      var status = stat()
      let link = lstat(path, &status) == 0
      return PETError(
        .missingInput, file: path, link ? "the link points to a file that does not exist" : "no such file",
        remedy: link ? "fetch the content it points to (git-annex get, datalad get)" : "check the path")
    case ENOTDIR:
      return PETError(
        .missingInput, file: path, "no such file: a part of its path is a file", remedy: "check the path")
    case EACCES:
      return PETError(.cannotRead, file: path, "no permission to read", remedy: "change the file's permissions")
    case ELOOP:
      return PETError(.cannotRead, file: path, "too many levels of symbolic links", remedy: "correct the link")
    default:
      return PETError(.cannotRead, file: path, "cannot open: \(reason(number))", remedy: remedy(number))
    }
  }
}

/// What an errno means, in the system's words.
package func reason(_ number: Int32) -> String { String(cString: strerror(number)) }

/// What to do about an errno that is not of the file alone.
func remedy(_ number: Int32) -> String {
  [EMFILE, ENFILE].contains(number) ? "raise the limit of open files (ulimit -n)" : "check the path and the disk"
}

extension Finding.Code {
  package static let byteOrderMark = Finding.Code("byte-order-mark")
}
