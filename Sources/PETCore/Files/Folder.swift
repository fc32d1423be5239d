import Foundation

/// What stands in a folder.
package enum Folder {
  /// Names in their order; none where there is no such folder.
  ///
  /// A folder that is there and cannot be listed is an error: taken for empty, what is in it would silently not count.
  ///
  /// - Parameter unlessForbidden: whether a folder that may not be listed counts as empty, as those far above a file.
  package static func names(_ path: String, unlessForbidden: Bool = false) throws(PETError) -> [String] {
    guard let folder = opendir(path) else {
      let number = errno
      if number == ENOENT || number == ENOTDIR || number == EACCES && unlessForbidden { return [] }
      throw error(path, number)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(folder) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw error(path, errno) }
    return names.sorted()
  }

  /// Entries from which on a folder is not listed anew while it stays as it is.
  private static let many = 100

  /// Names of files of one kind in large folders, as they were last listed.
  private static let listed = Locked<[String: (stamp: FileStamp, names: [String])]>([:])

  /// As above, of those that end so; meant for the root of a study, which is asked for by each of its scans.
  ///
  /// A large folder is listed anew when it has changed: its time tells that where the list is a second younger.
  package static func names(_ path: String, ending: String, unlessForbidden: Bool) throws(PETError) -> [String] {
    let (key, stamp) = ("\(path)/*\(ending)", FileStamp(path: path))
    if let stamp, let known = listed.withLock({ $0[key] }), known.stamp == stamp { return known.names }
    // Asked before it is listed: the list may take long, and what comes in the meantime is not in it.
    let isSettled = stamp?.isSettled ?? false
    let all = try names(path, unlessForbidden: unlessForbidden)
    let found = all.filter { $0.hasSuffix(ending) }
    if let stamp, isSettled, all.count >= many { listed.withLock { $0[key] = (stamp, found) } }
    return found
  }

  /// Paths of everything below a folder, sorted; empty where there is no folder.
  package static func tree(_ path: String) throws(PETError) -> [String] {
    var found: [String] = []
    for name in try names(path) {
      found.append(name)
      var status = stat()
      guard lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { continue }
      found += try tree("\(path)/\(name)").map { "\(name)/\($0)" }
    }
    return found.sorted()
  }

  /// Refuses a link in the place of a folder that is written to: what is made or removed there would be somewhere else.
  package static func checkIsOwn(_ path: String) throws(PETError) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return }
    throw PETError(
      .cannotWrite, file: path, "it is a link where a folder belongs: nothing is written or removed through it",
      remedy: "put the folder itself there, or choose another output")
  }

  private static func error(_ path: String, _ number: Int32) -> PETError {
    if number == EACCES {
      return PETError(
        .cannotRead, file: path, "no permission to read the folder", remedy: "change its permissions")
    }
    return PETError(.cannotRead, file: path, "cannot list the folder: \(reason(number))", remedy: remedy(number))
  }
}
