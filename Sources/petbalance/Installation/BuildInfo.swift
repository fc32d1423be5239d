import CBuild
import PETCore

/// What this program is made of.
enum BuildInfo {
  /// Of the source; empty for a build that nobody gave one.
  static let commit = String(cString: cbuild_commit())

  /// The version of the C library that it runs with.
  static let runtime = String(cString: cbuild_runtime())

  /// `petbalance --version`: the version alone on the first line, for programs that ask.
  static let text =
    "\(Product.version)\n" + (commit.isEmpty ? "a build of no stated commit" : "commit \(commit)")
    + "; \(String(cString: cbuild_parts()))"
}
