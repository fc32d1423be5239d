import Foundation
import PETCore

/// Where a segmentation lies, as far as names and the derivative that has it tell.
enum LabelSpace: Equatable {
  /// On the scan as it was reconstructed.
  case scan
  /// In a space of that name (`T1w`, `MNI152NLin2009cAsym`).
  case named(String)
  /// Nothing says that it lies elsewhere than the scan; one among structural images lies rather where scans were brought to
  /// them, if they were.
  case unsaid(isAnatomical: Bool)

  /// Names of spaces that are the scan's own.
  private static let own: Set<String> = ["pet", "petref", "orig", "scanner", "native"]
  /// Programs whose segmentations lie on the structural image.
  private static let structural = [
    "petprep", "fmriprep", "smriprep", "freesurfer", "fastsurfer", "nibabies", "aslprep",
  ]

  /// - Parameter root: the derivative that it is of; nil when it is named by a path.
  init(_ segmentation: String, root: String?, of scan: ScanEntry, in derivatives: Derivatives) throws(PETError) {
    let url = URL(fileURLWithPath: segmentation)
    if let space = BIDSName(url.lastPathComponent)?["space"] {
      self = Self.own.contains(space.lowercased()) ? .scan : .named(space)
      return
    }
    let isAnatomical = url.deletingLastPathComponent().lastPathComponent == "anat"
    guard let root, isAnatomical else {
      self = .unsaid(isAnatomical: isAnatomical)
      return
    }
    // Structural images have no space entity of their own: what else the derivative holds tells.
    let description = try? JSONValue.readObject(path: root + "/dataset_description.json")
    let makers = (description?["GeneratedBy"]?.list ?? []).compactMap { $0["Name"]?.string?.lowercased() }
    let isStructural = makers.contains { maker in Self.structural.contains { maker.contains($0) } }
    let isAligned = try derivatives.alignsScan(scan, to: root)
    self = isStructural || isAligned ? .named("T1w") : .unsaid(isAnatomical: true)
  }

  /// What is to be said of an image and labels that were named together, by the spaces of their names; nil where these agree.
  static func finding(_ segmentation: String, on image: String) -> Finding? {
    func name(_ path: String) -> BIDSName? { BIDSName((path as NSString).lastPathComponent) }
    guard let scan = name(image) else { return nil }
    let space = name(segmentation)?["space"]
    let own = ScanImage(name: scan, path: image, sidecars: [])
    let labels =
      space.map { Self.own.contains($0.lowercased()) ? LabelSpace.scan : .named($0) } ?? .unsaid(isAnatomical: true)
    guard labels.fitting([own]).isEmpty else { return nil }
    return Finding(
      .warning, "labels-space", file: segmentation, field: "space",
      "the labels lie \(labels.words), the scan \(scan["space"].map { "in space \($0)" } ?? "as it was reconstructed"), by "
        + "their names", remedy: "give labels in the scan's space", castsDoubt: true)
  }

  var words: String {
    switch self {
    case .scan: "on the scan"
    case .named(let name): "in space \(name)"
    case .unsaid: "in a space that is not said"
    }
  }

  /// The images that lie in the same space.
  func fitting(_ images: [ScanImage]) -> [ScanImage] {
    let own = images.filter { $0.name["space"].map { Self.own.contains($0.lowercased()) } ?? true }
    switch self {
    case .scan: return own
    case .named(let name):
      let structural: Set<String> = ["t1w", "anat", "mri"]
      return images.filter { image in
        guard let space = image.name["space"]?.lowercased() else { return false }
        return space == name.lowercased() || structural.contains(space) && structural.contains(name.lowercased())
      }
    case .unsaid(let isAnatomical):
      let aligned = Self.named("T1w").fitting(images)
      return isAnatomical ? (aligned.isEmpty ? own : aligned) : (own.isEmpty ? aligned : own)
    }
  }
}
