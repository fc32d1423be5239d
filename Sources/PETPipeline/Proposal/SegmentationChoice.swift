import Foundation
import PETCore
import PETStudy

/// The segmentation that scans of a study have in common.
struct SegmentationChoice {
  /// Of `regions: segmentation`; nil for auto.
  let pattern: String?
  /// Section of the pipeline, with what else there is.
  let lines: [String]

  /// Scans of which the segmentation is looked for: enough to see what is usual.
  private static let most = 20

  init(_ scans: [ScanEntry], _ derivatives: Derivatives) {
    let looked = Array(scans.prefix(Self.most))
    func sources(_ pattern: String?) -> [ScanSource] {
      looked.compactMap { scan in
        try? ScanSource(scan, in: derivatives, pattern: pattern, filter: EntityFilter(), acceptance: Acceptance())
      }
    }
    let names = looked.flatMap { (try? derivatives.segmentationNames(for: $0)) ?? [] }
    let patterns = Set(names.compactMap(Self.pattern)).sorted()
    let found = sources(nil)
    let automatic = found.count
    let best = patterns.map { ($0, sources($0).count) }.max { $0.1 < $1.1 }
    if automatic < looked.count, let best, best.1 > automatic {
      pattern = best.0
    } else {
      pattern = nil
    }
    var words =
      looked.allSatisfy { $0.row?.hasRegions ?? false } ? "named in the table of scans" : "the only one of each scan"
    if !found.isEmpty, found.allSatisfy({ $0.curves != nil }), !looked.contains(where: { $0.row != nil }) {
      words = "the derivative's curves are read"
    }
    if pattern != nil { words = "there are several" }
    if max(automatic, best?.1 ?? 0) == 0 { words = "none was found: give --derivatives, or name it here" }
    var lines = ["regions:", "  segmentation: \(pattern.map(PipelineProposal.quoted) ?? "auto")    # \(words)"]
    for other in patterns where pattern != nil && other != pattern {
      lines.append("  # also there: \(PipelineProposal.quoted(other))")
    }
    self.lines = lines + ["  definitions: auto    # left and right merged, composites made", ""]
  }

  /// What tells a segmentation from others of its scan: `*_seg-gtm_dseg.nii.gz`.
  private static func pattern(_ path: String) -> String? {
    guard let name = BIDSName((path as NSString).lastPathComponent) else { return nil }
    let own = ["seg", "atlas", "desc"].compactMap { key in name[key].map { "\(key)-\($0)" } }
    return own.isEmpty ? nil : "*_" + own.joined(separator: "*_") + "*_dseg.nii*"
  }
}
