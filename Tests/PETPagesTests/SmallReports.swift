import PETCore
import PETKinetics
import PETResults
import PETTestSupport

@testable import PETPages

/// Reports of a few numbers, for pages and figures.
enum SmallReports {
  static let provenance = Provenance(pipeline: "p", summary: "", digest: "sha256:0123456789abcdef", command: "run")

  /// A scan of three frames with a gap, and as many regions as there are curves.
  static func scan(
    _ curves: [(String, [Double])], unit: String = "sub-1_trc-RAC", reference: ScanReport.Reference? = nil,
    estimates rows: String = "", about: ScanReport.About = .init(facts: [], settings: [])
  ) throws -> ScanReport {
    let folder = try TemporaryFolder()
    let header = "region\tBPND\tBPND-se\tBPND-low\tBPND-high\tstatus\tat-bound\tnote\n"
    let table = try folder.write("sub-1_model-SRTM_kinpar.tsv", header + rows)
    return ScanReport(
      unit: unit, system: "dopamine", tracer: "RAC", card: SRTM.card, reference: reference,
      curves: .init(
        frames: try FrameSchedule(starts: [0, 60, 300], durations: [60, 120, 300]), names: curves.map(\.0),
        values: curves.map(\.1)), estimates: try KinparFile(path: table), about: about)
  }

  static func balance(_ rows: [String], level: Double = 0.95) throws -> BalanceReport {
    let folder = try TemporaryFolder()
    let header =
      "region\tdopamine\tdopamine-se\tdopamine-status\tserotonin\tserotonin-se\tserotonin-status\tratio\tratio-low"
      + "\tratio-high\tratio-interval\tlog-ratio\tlog-ratio-se\tlog-ratio-low\tlog-ratio-high\tstatus\n"
    let path = try folder.write("b.tsv", header + rows.map { $0 + "\n" }.joined())
    return BalanceReport(file: try BalanceFile(path: path), level: level, norms: [:], days: nil)
  }
}
