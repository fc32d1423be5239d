import PETCore
import PETTracers

/// The words of a path, and what they say: the tracer, the kind of file, the visit.
struct NameWords {
  /// Of the folders, outermost first.
  let folders: [[String]]
  /// Of the file's name.
  let file: [String]

  init(_ path: String) {
    let parts = path.split(separator: "/").map(String.init)
    let name = (parts.last ?? "").replacing(/\.(nii\.gz|[A-Za-z0-9]+)$/, with: "")
    folders = parts.dropLast().map(Self.words)
    file = Self.words(name)
  }

  static func words(_ text: String) -> [String] {
    text.split { !($0.isLetter || $0.isNumber) }.map { $0.lowercased() }
  }

  var all: Set<String> { Set(folders.flatMap(\.self) + file) }

  /// Tracers that are named, by their ids; names in a file count before those of folders.
  var tracers: [String] {
    for words in [file] + folders.reversed() {
      let found = words.compactMap { word in Self.tracer(word) }
      if !found.isEmpty { return found.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
    }
    return []
  }

  static func tracer(_ word: String) -> String? { word.count > 2 ? TracerCatalogue.builtIn.find(word)?.id : nil }

  /// Words that say what a file is, and not whose.
  private static let common: Set<String> = [
    "pet", "dyn", "dynamic", "scan", "scans", "img", "image", "images", "nii", "nifti", "4d", "data", "raw", "recon",
    "frames", "moco", "mc", "realigned", "c11", "f18", "11c", "18f", "trc", "study", "suv", "ac", "series",
  ]
  private static let labels: Set<String> = [
    "dseg", "seg", "aseg", "aparc", "labels", "label", "atlas", "parc", "wmparc", "segmentation", "gtmseg", "aal",
    "hammers",
  ]
  private static let masks: Set<String> = ["roi", "rois", "mask", "masks", "probseg", "voi", "vois"]
  private static let anatomy: Set<String> = [
    "t1", "t1w", "t2", "t2w", "flair", "mprage", "mri", "mr", "anat", "brain", "mean", "sum", "static",
  ]

  var isOfLabels: Bool { !Self.labels.isDisjoint(with: file) }
  var isOfMasks: Bool { !isOfLabels && !Self.masks.isDisjoint(with: all) }
  var isOfAnatomy: Bool { !isOfLabels && !isOfMasks && !Self.anatomy.isDisjoint(with: file) }

  /// Whether a word says whose scan it is, or when it was.
  static func isOwn(_ word: String) -> Bool {
    !common.contains(word) && !labels.contains(word) && !masks.contains(word) && tracer(word) == nil
  }

  /// Whether a word tells visits of a person apart.
  static func isVisit(_ word: String) -> Bool {
    word.wholeMatch(
      of:
        /(base|baseline|test|retest|pre|post|placebo|drug|blocked|challenge|(ses|session|visit|v|day|week|scan|tp)\d+)/)
      != nil
  }
}
