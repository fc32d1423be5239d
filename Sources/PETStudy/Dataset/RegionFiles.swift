import Foundation
package import PETCore
package import PETImaging
import PETRegistration

/// The files that tell the regions of a scan: a label image, or masks.
package struct RegionFiles: Sendable, Equatable {
  /// The label image, or the masks in the order of their regions.
  package let images: [String]
  package let areMasks: Bool
  /// Names of labels, or of the volumes of a 4-D mask; nil where there is no table.
  package let names: String?
  /// Transforms from the regions to the scan, applied first to last; the last may hold one for each frame of the scan.
  package var transforms: [String] = []
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
      let found = try FilePattern.files(pattern).filter { $0.contains(Self.ending) }
      guard !found.isEmpty else {
        throw PETError(
          .missingInput, file: pattern, field: "masks", "there is no such mask",
          remedy: "name .nii, .nii.gz or .mgz files, by a pattern such as 'roi_*.nii.gz'")
      }
      images += found.filter { seen.insert($0).inserted }
    }
    self.images = images
    areMasks = true
    self.prefixes = prefixes
    let beside = images.count == 1 ? images[0].replacing(Self.ending, with: ".tsv") : ""
    self.names = names ?? (images.count == 1 && FileManager.default.fileExists(atPath: beside) ? beside : nil)
  }

  /// Of images that are read.
  private static var ending: Regex<(Substring, Substring?)> { /\.(?:nii(\.gz)?|mgz|mgh)$/ }

  /// The first image: what names, spaces and messages go by.
  package var first: String { images.first ?? "" }

  /// Every file.
  package var all: [String] { images + [names].compactMap { $0 } + transforms }

  /// The region of a mask: its file's name without its ending and what people put before, or its `label-`.
  package static func region(of mask: String, prefixes: [String] = []) -> String {
    let file = (mask as NSString).lastPathComponent
    if let label = BIDSName(file)?["label"] { return label }
    var name = file.replacing(ending, with: "")
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

  /// - Parameter scan: the grid of the scan that transforms lead to; nil where it is no matter where the regions lie.
  package func read(on scan: Grid?) throws(PETError) -> NamedSegmentation {
    var regions = areMasks ? try NamedSegmentation(masks: self) : try NamedSegmentation(path: first, names: names)
    if let scan, !transforms.isEmpty {
      var steps = transforms.map { RegionTransform.Step($0, isBackward: Self.leadsAway($0)) }
      if let poses = try poses() {
        regions.poses = poses
        steps.removeLast()
      }
      regions.weights.pose = try RegionTransform.pose(steps, regions: regions.weights.grid, scan: scan)
      let names = transforms.map { ($0 as NSString).lastPathComponent }.joined(separator: ", then ")
      regions.findings.append(
        Finding(
          .note, .labelsMoved, file: first, field: "transform", value: names,
          "the regions are brought to the scan by \(names)", remedy: "look whether they lie where they belong"))
    }
    return regions
  }

  /// The same for what takes regions in one place: refused where transforms bring them to each frame.
  package func readInOnePlace(on scan: Grid) throws(PETError) -> NamedSegmentation {
    let found = try read(on: scan)
    guard found.poses.isEmpty else {
      throw PETError(
        .usage, file: transforms.last, field: "--transform", "it holds \(found.poses.count) transforms, one a frame",
        remedy: "a run takes them (regions: transform); give the one that brings the labels to the scan")
    }
    return found
  }

  /// Where the last transform says that the head lies in each stored frame; nil where it says nothing of frames.
  package func poses() throws(PETError) -> [Affine]? {
    guard let last = transforms.last else { return nil }
    let ends = Self.ends(last)
    // Each leads from its frame to the pose that they share, unless a name says otherwise.
    return try RegionTransform.frames(
      .init(last, isBackward: ends?.to == "orig"),
      isNamed: ends.map { LabelSpace.isScan($0.from) && LabelSpace.isScan($0.to) && $0.from != $0.to } ?? false)
  }

  /// The spaces that a transform leads from and to by its name, as BIDS has it; nil where it tells none.
  private static func ends(_ file: String) -> (from: String, to: String)? {
    guard let name = BIDSName((file as NSString).lastPathComponent), name.suffix == "xfm", let from = name["from"],
      let to = name["to"]
    else { return nil }
    return (from, to)
  }

  /// Whether a transform brings the scan to the regions by its name (PETPrep: `from-petref_to-T1w_mode-image_xfm`).
  private static func leadsAway(_ file: String) -> Bool {
    guard let (from, to) = ends(file) else { return false }
    return LabelSpace.isScan(from) && !LabelSpace.isScan(to)
  }

  /// Names of regions by their masks' files.
  func region(_ mask: String) -> String { Self.region(of: mask, prefixes: prefixes) }
}

extension Finding.Code {
  package static let labelsMoved = Finding.Code("labels-moved")
}
