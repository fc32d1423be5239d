package import PETCore
import PETImaging
package import PETRegistration
import PETStudy
import PETTracers

/// How sharp the scans of a study are, as each tells it itself, and what is usual for each scanner and tracer.
///
/// It is for pipelines to state (`read: {dopamine: {fwhm: 5.8}}`): no scan's result hangs on others.
package struct ResolutionSurvey: Sendable {
  /// One scan.
  package struct Row: Sendable {
    package let participant: String
    package let session: String?
    package let scan: String
    package let tracer: String
    /// Maker and model; nil when the sidecar does not tell.
    package let scanner: String?
    /// Nil for a scan that has no image and labels, or cannot be read.
    package let alignment: LabelAlignment?
    /// Why there is no number, or what is said against it.
    package let note: String?
    /// Whether its number counts in what is usual.
    package var counts: Bool { note == nil && alignment?.resolution != nil }
  }

  /// Of the scans of one scanner and tracer.
  package struct Group: Sendable {
    package let tracer: String
    package let scanner: String?
    package let count: Int
    /// FWHM in mm.
    package let median: Double
    package let range: ClosedRange<Double>
  }

  package let rows: [Row]
  /// Scans that could not be read at all.
  package let unread: Int
  package let groups: [Group]
  package let findings: [Finding]

  /// Persons of one scanner whose numbers differ by more, mm, are told.
  private static let spread = 1.0

  package struct Options: Sendable {
    package var participants: [String] = []
    package var sessions: [String] = []
    package var derivatives: [String] = []
    /// Whose segmentation, transform and tracers are meant; nil for what is found.
    package var definition: PipelineDefinition?
    package var jobs = 1

    package init() {}
  }

  /// - Parameter study: a BIDS dataset, or a table of scans.
  package init(_ study: String, options: Options, progress: @escaping @Sendable (Double) -> Void = { _ in })
    throws(PETError)
  {
    let dataset = try Dataset(study, participants: options.participants, sessions: options.sessions)
    let derivatives = try Derivatives(dataset: dataset.root, given: options.derivatives)
    let scans = dataset.scans
    let done = Locked(0)
    rows = Parallel.map(scans.count, jobs: options.jobs) { place in
      let row = Self.row(scans[place], derivatives, options.definition)
      let count = done.withLock { value in
        value += 1
        return value
      }
      progress(Double(count) / Double(scans.count))
      return row
    }
    unread = dataset.unreadable.count
    groups = Self.groups(rows)
    findings =
      dataset.unreadable.map { Finding($0.error, .warning, .unreadScan) }
      + groups.filter { $0.range.upperBound - $0.range.lowerBound > Self.spread }.map { group in
        Finding(
          .warning, .resolutionsDiffer, field: "fwhm", value: group.tracer,
          "scans of one scanner and tracer differ by "
            + "\(NumberText.fixed(group.range.upperBound - group.range.lowerBound, decimals: 1)) mm",
          remedy: "look for other reconstructions, motion, or poor segmentations among them")
      }
  }

  private static func row(_ scan: ScanEntry, _ derivatives: Derivatives, _ definition: PipelineDefinition?) -> Row {
    let tracer = scan.tracer(definition?.tracers ?? .builtIn)?.id ?? scan.tracerName ?? "n/a"
    func row(_ scanner: String?, _ alignment: LabelAlignment?, _ note: String?) -> Row {
      Row(
        participant: scan.participant, session: scan.session, scan: scan.stem, tracer: tracer, scanner: scanner,
        alignment: alignment, note: note)
    }
    do throws(StageError) {
      let source = try ScanSource(
        scan, in: derivatives, pattern: definition?.regions.segmentation, masks: definition?.regions.masks,
        transform: definition?.regions.transform, filter: EntityFilter(), acceptance: Acceptance())
      guard let image = source.image?.path, let regions = source.regions else {
        return row(nil, nil, "no image with labels")
      }
      return try stage("read") { () throws(PETError) in
        let sidecar = try scan.sidecar(scan.sidecars + (source.image?.sidecars ?? []))
        let timing = try ScanTiming(sidecar)
        let read = try regions.read(on: try VoxelStream(path: image).header.grid)
        var weights = read.weights
        _ = try MotionStage.stated(&weights, read.poses, regions.transforms, timing)
        let late = try LateMean(path: image, shares: timing.lateShares)
        let found = try AlignmentStage.run(late, of: image, weights, fwhm: nil, effort: .check)
        return row(sidecar.scanner, found, Self.doubt(found))
      }
    } catch {
      return row(nil, nil, [error.error.problem, error.error.remedy].joined(separator: "; "))
    }
  }

  /// What is said against a number; nil where nothing is.
  private static func doubt(_ found: LabelAlignment) -> String? {
    if !found.isSure { return "the scan does not tell where the labels lie" }
    if found.sides == .mirrored { return "left and right look exchanged" }
    if found.isOfAnotherHead { return "the labels may be of another head" }
    return found.resolution == nil ? "the scan does not tell its resolution" : nil
  }

  private static func groups(_ rows: [Row]) -> [Group] {
    struct Key: Hashable {
      let tracer: String
      let scanner: String?
    }
    return Dictionary(grouping: rows.filter(\.counts)) { Key(tracer: $0.tracer, scanner: $0.scanner) }
      .map { key, rows in
        let widths = rows.compactMap { $0.alignment?.fwhm.value }.sorted()
        return Group(
          tracer: key.tracer, scanner: key.scanner, count: rows.count, median: Order.quantile(widths, 0.5),
          range: (widths.first ?? .nan)...(widths.last ?? .nan))
      }
      .sorted { ($0.scanner ?? "", $0.tracer) < ($1.scanner ?? "", $1.tracer) }
  }
}

extension Finding.Code {
  package static let resolutionsDiffer = Finding.Code("resolutions-differ")
}
