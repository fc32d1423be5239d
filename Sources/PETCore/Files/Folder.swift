import Foundation

/// Listing folders so that one that cannot be read is never taken for an empty one.
package enum Folder {
  /// Names in a folder, sorted; none where there is no such folder.
  package static func names(_ path: String) throws(PETError) -> [String] {
    guard let folder = opendir(path) else {
      let failure = errno
      if failure == ENOENT || failure == ENOTDIR { return [] }
      throw PETError(
        .cannotRead, file: path,
        failure == EACCES ? "no permission to read the folder" : "cannot read the folder: \(reason(failure))",
        remedy: failure == EACCES ? "change its permissions" : "check the disk, and the limits of the process")
    }
    defer { closedir(folder) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    guard errno == 0 else {
      throw PETError(.cannotRead, file: path, "cannot read the folder: \(reason(errno))", remedy: "check the disk")
    }
    return names.sorted()
  }
}
