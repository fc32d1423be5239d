import Foundation
package import PETCore
import PETImaging

/// The files that tell the regions of a scan: a label image, or masks.
package struct RegionFiles: Sendable, Equatable {
  /// The label image, or the masks in the order of their regions.
  package let images: [String]
  package let areMasks: Bool
  /// Names of labels, or of the volumes of a 4-D mask; nil where there is no table.
  package let names: String?
  /// What names of mask files may begin with besides, such as the person's.
  private let prefixes: [String]

  /// - Parameter names: nil for the table that belongs to the image.
  package init(labels: String, names: String? = nil) throws(PETError) {
    images = [labels]
    areMasks = false
    prefixes = []
    if let names { self.names = names } else { self.names = try Derivatives.names(of: labels) }
  }

  /// - Parameters:
  ///   - masks: files, or patterns of their names (`*` and `?`, in folders too).
  ///   - names: of the volumes of a 4-D file; nil for the table of its name beside it.
  ///   - prefixes: that are no part of a region's name.
  package init(masks patterns: [String], names: String? = nil, prefixes: [String] = []) throws(PETError) {
    var seen: Set<String> = []
    var images: [String] = []
    for pattern in patterns {
      let found = try FilePattern.files(pattern).filter { $0.hasSuffix(".nii.gz") || $0.hasSuffix(".nii") }
      guard !found.isEmpty else {
        throw PETError(
          .missingInput, file: pattern, field: "masks", "there is no such mask",
          remedy: "name .nii or .nii.gz files, by a pattern such as 'roi_*.nii.gz'")
      }
      images += found.filter { seen.insert($0).inserted }
    }
    self.images = images
    areMasks = true
    self.prefixes = prefixes
    let beside = images.count == 1 ? images[0].replacing(/\.nii(\.gz)?$/, with: ".tsv") : ""
    self.names = names ?? (images.count == 1 && FileManager.default.fileExists(atPath: beside) ? beside : nil)
  }

  /// The first image: what names, spaces and messages go by.
  package var first: String { images.first ?? "" }

  /// Every file.
  package var all: [String] { images + [names].compactMap { $0 } }

  /// The region of a mask: its file's name without its ending and what people put before, or its `label-`.
  package static func region(of mask: String, prefixes: [String] = []) -> String {
    let file = (mask as NSString).lastPathComponent
    if let label = BIDSName(file)?["label"] { return label }
    var name = file.replacing(/\.nii(\.gz)?$/, with: "")
    for prefix in prefixes.sorted(by: { $0.count > $1.count })
    where name.count > prefix.count + 1 && name.hasPrefix(prefix) {
      let rest = name.dropFirst(prefix.count)
      guard let mark = rest.first, "_-.".contains(mark) else { continue }
      name = String(rest.dropFirst())
      break
    }
    let plain = name.replacing(/^(?i:roi|mask)[_-]/, with: "")
    return plain.isEmpty ? name : plain
  }

  package func read() throws(PETError) -> NamedSegmentation {
    if areMasks { return try NamedSegmentation(masks: self) }
    return try NamedSegmentation(path: first, names: names)
  }

  /// Names of regions by their masks' files.
  func region(_ mask: String) -> String { Self.region(of: mask, prefixes: prefixes) }
}
