import Foundation
package import PETCore
import PETImaging

/// Where a segmentation lies, as far as names, sidecars and the derivative that has it tell.
package enum LabelSpace: Equatable {
  /// On the scan as it was reconstructed.
  case scan
  /// In a space of that name (`T1w`, `MNI152NLin2009cAsym`).
  case named(String)
  /// Nothing says that it lies elsewhere than the scan; one among structural images lies rather where scans were brought to
  /// them, if they were.
  case unsaid(isAnatomical: Bool)

  /// Names of spaces that are the scan's own.
  private static let own: Set<String> = ["pet", "petref", "orig", "scanner", "native"]
  /// Names of the structural image's.
  private static let anatomical: Set<String> = ["t1w", "anat", "mri"]
  /// Programs whose segmentations lie on the structural image.
  private static let structural = [
    "petprep", "fmriprep", "smriprep", "freesurfer", "fastsurfer", "nibabies", "aslprep", "petsurfer", "synthseg",
    "recon-all", "recon_all", "ciftify", "qsiprep", "cat12",
  ]
  /// How they name them (`desc`, `seg`, `atlas`).
  private static let structuralNames = ["aparc", "aseg", "wmparc", "gtmseg", "synthseg"]

  /// Whether a space is the scan's own.
  static func isScan(_ space: String) -> Bool { own.contains(space.lowercased()) }

  /// Whether a space is that of the structural image.
  static func isStructural(_ space: String) -> Bool { anatomical.contains(space.lowercased()) }

  /// - Parameter root: the derivative that it is of; nil when it is named by a path.
  init(_ segmentation: String, root: String?, of scan: ScanEntry, in derivatives: Derivatives) throws(PETError) {
    let url = URL(fileURLWithPath: segmentation)
    if let space = BIDSName(url.lastPathComponent)?["space"] {
      self = Self.isScan(space) ? .scan : .named(space)
      return
    }
    // FreeSurfer's folder `mri` is of the structural image.
    if url.pathExtension == "mgz", url.deletingLastPathComponent().lastPathComponent == "mri" {
      self = .named("T1w")
      return
    }
    if let stated = try Self.stated(segmentation) {
      self = stated
      return
    }
    let isAnatomical = url.deletingLastPathComponent().lastPathComponent == "anat"
    guard let root, isAnatomical else {
      self = .unsaid(isAnatomical: isAnatomical)
      return
    }
    // Structural images have no space entity of their own: what else there is tells.
    let description: JSONValue?
    do throws(PETError) {
      description = try JSONValue.readObject(path: root + "/dataset_description.json")
    } catch {
      // One that is missing or no JSON says nothing.
      if error.code == .cannotRead { throw error }
      description = nil
    }
    let makers =
      (description?["GeneratedBy"]?.list ?? []).compactMap { $0["Name"]?.string }
      + [description?["PipelineDescription"]?["Name"]?.string, (root as NSString).lastPathComponent].compactMap { $0 }
    let isStructural = makers.contains { maker in
      maker.lowercased() == "ants" || Self.structural.contains { maker.lowercased().contains($0) }
    }
    let session = BIDSName(url.lastPathComponent)?["ses"].map { "ses-" + $0 }
    let isAligned = try derivatives.alignsScans(of: scan.participant, session: session, to: root)
    self = isStructural || isAligned ? .named("T1w") : .unsaid(isAnatomical: true)
  }

  /// What the segmentation's sidecar says: the image that it lies on, or was made of.
  private static func stated(_ segmentation: String) throws(PETError) -> LabelSpace? {
    let sidecar = segmentation.replacing(/\.nii(\.gz)?$/, with: ".json")
    guard sidecar != segmentation, FileManager.default.fileExists(atPath: sidecar) else { return nil }
    let json = try JSONValue.readObject(path: sidecar)
    for member in ["SpatialReference", "Sources", "RawSources"] {
      guard let value = json[member] else { continue }
      var texts = value.list?.compactMap(\.string) ?? [value.string].compactMap { $0 }
      if case .object(let members) = value { texts = members.compactMap(\.value.string) }
      let images = texts.compactMap { BIDSName(($0 as NSString).lastPathComponent) }
      if let space = images.lazy.compactMap({ $0["space"] }).first {
        return isScan(space) ? .scan : .named(space)
      }
      if images.contains(where: { $0.suffix == "pet" || $0.suffix == "petref" }) { return .scan }
      if images.contains(where: { Self.structuralSuffixes.contains($0.suffix) }) { return .named("T1w") }
    }
    return nil
  }

  /// Kinds of images that show anatomy.
  static let structuralSuffixes: Set<String> = ["T1w", "T2w", "FLAIR", "PDw", "UNIT1", "inplaneT1"]

  /// What speaks against labels of which nothing is said lying on a scan as it was reconstructed; nil when nothing does, or when
  /// they have the scan's own grid.
  static func doubt(
    _ segmentation: String, root: String?, on image: String, of scan: ScanEntry, in derivatives: Derivatives
  )
    throws(PETError) -> Finding?
  {
    guard let labels = (try? VoxelStream(path: segmentation))?.header.grid,
      let pixels = (try? VoxelStream(path: image))?.header.grid, !labels.isSame(as: pixels)
    else { return nil }
    var reason: String?
    if let twin = try derivatives.structuralImages(of: scan, in: root ?? derivatives.dataset).first(where: {
      (try? VoxelStream(path: $0))?.header.grid.isSame(as: labels) ?? false
    }) {
      reason = "the segmentation has the grid of \((twin as NSString).lastPathComponent), not of the scan"
    } else if let name = BIDSName((segmentation as NSString).lastPathComponent),
      let label = ["desc", "seg", "atlas"].compactMap({ name[$0] }).first(where: { label in
        structuralNames.contains { label.lowercased().hasPrefix($0) }
      })
    {
      reason = "'\(label)' is a segmentation of a structural image, and has not the scan's grid"
    }
    return reason.map { reason in
      Finding(
        .warning, .labelsSpace, file: segmentation, field: "space",
        reason + ": the scan is sampled as it was reconstructed",
        remedy: "give a scan in the segmentation's space, or say that it lies on the scan (space-orig in its name, or "
          + "SpatialReference in its JSON)", castsDoubt: true)
    }
  }

  /// What is to be said of an image and labels that were named together, by the spaces of their names; nil where these agree.
  package static func finding(_ segmentation: String, on image: String) -> Finding? {
    func name(_ path: String) -> BIDSName? { BIDSName((path as NSString).lastPathComponent) }
    // A name without entities says nothing of a space.
    guard let scan = name(image), !scan.entities.isEmpty else { return nil }
    let space = name(segmentation)?["space"]
    let own = ScanImage(name: scan, path: image, sidecars: [])
    let labels =
      space.map { Self.isScan($0) ? LabelSpace.scan : .named($0) } ?? .unsaid(isAnatomical: true)
    guard labels.fitting([own]).isEmpty else { return nil }
    return Finding(
      .warning, .labelsSpace, file: segmentation, field: "space",
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
    let own = images.filter { $0.name["space"].map { Self.isScan($0) } ?? true }
    switch self {
    case .scan: return own
    case .named(let name):
      return images.filter { image in
        guard let space = image.name["space"] else { return false }
        return space.lowercased() == name.lowercased() || Self.isStructural(space) && Self.isStructural(name)
      }
    case .unsaid(let isAnatomical):
      let aligned = Self.named("T1w").fitting(images)
      return isAnatomical ? (aligned.isEmpty ? own : aligned) : (own.isEmpty ? aligned : own)
    }
  }
}

extension Finding.Code {
  package static let labelsSpace = Finding.Code("labels-space")
}
