import Foundation
package import PETCore

/// Files by a pattern of their path: `*` and `?` stand for characters of one name.
package enum FilePattern {
  /// Those that are there, in the order of their names and without hidden ones; a name without `*` and `?` is itself.
  package static func files(_ pattern: String) throws(PETError) -> [String] {
    let full = URL(fileURLWithPath: pattern).standardizedFileURL.path
    var places = [""]
    for part in full.split(separator: "/").map(String.init) {
      var next: [String] = []
      for place in places {
        if part.contains(where: { $0 == "*" || $0 == "?" }) {
          let names = try Folder.names(place.isEmpty ? "/" : place, unlessForbidden: true)
          next += names.filter { !$0.hasPrefix(".") && fnmatch(literal(part), $0, 0) == 0 }.map { "\(place)/\($0)" }
        } else {
          next.append("\(place)/\(part)")
        }
      }
      places = next
    }
    var found: [String] = []
    for path in places {
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      guard FileManager.default.fileExists(atPath: path) else {
        throw PETError(
          .missingInput, file: path, "the link leads nowhere", remedy: "fetch the file (git-annex get, datalad get)")
      }
      found.append(path)
    }
    return found
  }

  /// Brackets and backslashes are characters of names, as in `[11C]`.
  private static func literal(_ part: String) -> String { part.replacing(/[\[\]\\]/) { "\\" + $0.output } }
}
