import Foundation

/// Validation material kept beside a checkout, not in it; tests that need it are skipped by name when it is absent.
package enum SharedMaterial {
  /// The folder, from PETBALANCE_SHARED or `../shared` beside the package; nil when there is none.
  package static let folder: String? = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let candidates = [
      ProcessInfo.processInfo.environment["PETBALANCE_SHARED"],
      package.deletingLastPathComponent().appendingPathComponent("shared").path,
    ].compactMap { $0 }
    return candidates.first { FileManager.default.fileExists(atPath: $0 + "/validation") }
  }()

  package static func has(_ path: String) -> Bool {
    folder.map { FileManager.default.fileExists(atPath: "\($0)/\(path)") } ?? false
  }

  package static func path(_ path: String) -> String { (folder ?? "") + "/" + path }
}
