import Foundation

/// An image of a scan: as it was reconstructed, or brought to another space.
package struct ScanImage: Sendable, Equatable {
  package let name: BIDSName
  package let path: String
  /// Files that describe it besides the scan's own, outermost first.
  package let sidecars: [String]

  /// False for a link that leads nowhere, as of an annex whose content was not fetched.
  var isFetched: Bool { FileManager.default.fileExists(atPath: path) }
}
