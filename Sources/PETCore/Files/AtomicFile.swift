import Foundation

/// Files that exist under their final name only when they are whole: temporary name, sync, rename.
package struct AtomicFile: ~Copyable {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private let staging: StagedFiles?
  private var finished = false

  /// Opens a temporary file beside `path`; the folder must exist.
  ///
  /// The file takes the place of another or of a link to one, and is never written through the link: what that leads to is
  /// somebody else's, as the objects of git-annex are. What is there and is no regular file (a device, a pipe, a folder) is never
  /// replaced.
  ///
  /// - Parameter staging: files that it gets its name together with.
  package init(_ path: String, staging: StagedFiles? = nil) throws(PETError) {
    self.staging = staging
    self.path = path
    let isFree = Self.isReplaceable(path)
    let (folder, name) = Self.split(path)
    temporary = "\(folder)/.\(name).partial-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    Leftovers.note(temporary)
    let opened =
      isFree
      ? Self.create(temporary, in: folder, again: staging?.hasMade(folder) ?? false) : (descriptor: -1, failure: EEXIST)
    descriptor = opened.descriptor
    let failure = opened.failure
    if descriptor < 0 { Leftovers.forget(temporary) }
    if !isFree {
      throw PETError(
        .cannotWrite, file: path, "it is there and is not a regular file",
        remedy: "choose another name")
    }
    if descriptor < 0 { throw Self.writeError(path, failure) }
  }

  /// A descriptor of a new file, or -1 and the errno.
  private static func create(_ path: String, in folder: String, again: Bool) -> (descriptor: Int32, failure: Int32) {
    var failure = ENOENT
    // Another scan that fails takes an empty folder away: maybe that of a result, before its first file is in it.
    for _ in 0..<(again ? 100 : 1) where failure == ENOENT {
      if again { try? makeFolder(folder) }
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (descriptor, 0) }
      failure = errno
    }
    return (-1, failure)
  }

  /// Whether a name is free, or that of a file or of a link that a file takes the place of.
  private static func isReplaceable(_ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else { return true }
    guard status.st_mode & S_IFMT == S_IFLNK else { return status.st_mode & S_IFMT == S_IFREG }
    // Names of open files, such as /dev/stdout, are links of the system.
    if let place = realpath(split(path).folder, nil) {
      defer { free(place) }
      let folder = String(cString: place)
      if folder == "/dev" || folder.hasPrefix("/proc/") { return false }
    }
    return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }

  package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(PETError) {
    var sent = 0
    while sent < bytes.count {
      guard let base = bytes.baseAddress else { return }
      let count = Foundation.write(descriptor, base + sent, bytes.count - sent)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { throw Self.writeError(path, errno) }
      sent += count
    }
  }

  /// Syncs the bytes and gives the file its name, or leaves that to the files it is staged with.
  package mutating func finish() throws(PETError) {
    guard fsync(descriptor) == 0 else { throw Self.writeError(path, errno) }
    if let staging {
      staging.add(temporary, to: path)
      finished = true
      return
    }
    guard Foundation.rename(temporary, path) == 0 else { throw Self.writeError(path, errno) }
    Leftovers.forget(temporary)
    finished = true
    Self.sync(folder: Self.split(path).folder)
  }

  /// Gives a whole file its name.
  package static func rename(_ temporary: String, to path: String) throws(PETError) {
    guard Foundation.rename(temporary, path) == 0 else { throw writeError(path, errno) }
    sync(folder: split(path).folder)
  }

  static func sync(folder: String) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  deinit {
    close(descriptor)
    if !finished { Leftovers.remove(temporary) }
  }

  /// Writes a whole text at once.
  package static func write(_ text: String, to path: String, staging: StagedFiles? = nil) throws(PETError) {
    var file = try AtomicFile(path, staging: staging)
    var copy = text
    var failure: PETError?
    copy.withUTF8 { bytes in
      do throws(PETError) { try file.write(UnsafeRawBufferPointer(bytes)) } catch { failure = error }
    }
    if let failure { throw failure }
    try file.finish()
  }

  /// Writes a whole text at once, unless the file holds just that already: what does not change is not touched.
  package static func update(_ text: String, to path: String) throws(PETError) {
    if let bytes = try? RegularFile.contents(path, limit: TextFile.limit), bytes.elementsEqual(text.utf8) { return }
    try write(text, to: path)
  }

  /// Makes a folder and those above it.
  package static func makeFolder(_ path: String) throws(PETError) {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw writeError(path, ENOTDIR) }
      return
    }
    let folder = split(path).folder
    if folder != "." && folder != path { try makeFolder(folder) }
    // Another thread may make the same folder at the same moment.
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw writeError(path, errno) }
  }

  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }

  static func writeError(_ path: String, _ number: Int32) -> PETError {
    let advice =
      switch number {
      case EACCES, EPERM, EROFS: "choose a folder you may write to"
      case ENOSPC, EDQUOT: "make room on the disk"
      case EFBIG: "raise the limit of a file's size (ulimit -f)"
      case ENOENT: "make the folder first"
      case ENOTDIR, EEXIST: "a file is in the way: choose another name"
      default: remedy(number)
      }
    return PETError(.cannotWrite, file: path, "cannot write: \(reason(number))", remedy: advice)
  }
}
