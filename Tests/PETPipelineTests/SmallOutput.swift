import PETCore
import PETResults
import PETTestSupport

@testable import PETPipeline

/// Results of a few numbers on record, and the pipeline that they are of.
struct SmallOutput {
  let folder: TemporaryFolder
  let definition: PipelineDefinition
  let settings: UnitSettings

  /// - Parameters:
  ///   - more: lines of the pipeline.
  ///   - balance: members of its section.
  init(_ more: String = "", balance: String = "measure: BPND") throws {
    folder = try TemporaryFolder()
    definition = try Self.pipeline(more, balance: balance)
    settings = UnitSettings(definition, accepted: [], filters: [])
  }

  static func pipeline(_ more: String = "", balance: String = "measure: BPND") throws -> PipelineDefinition {
    try PipelineLoader.parse(
      """
      name: small
      read:
        dopamine: {tracer: raclopride}
        serotonin: {tracer: dasb}
      models:
        dopamine: {model: SRTM, reference: cerebellum}
        serotonin: {model: MRTM2, reference: cerebellum, k2prime: 0.06}
      balance: {\(balance)}

      """ + more, file: "p.yaml")
  }

  /// Writes files of a unit, and its record.
  @discardableResult
  func write(
    _ unit: String, _ kind: RunRecord.Kind, tracer: String? = nil, session: String? = nil,
    _ files: [(name: String, text: String)], failure: String? = nil
  ) throws -> RunRecord {
    let participant = String(unit.prefix { $0 != "_" })
    var record = RunRecord(
      unit: unit, kind: kind, participant: participant, session: session, tracer: tracer,
      settings: settings.of(kind, tracer: tracer))
    record.outputs = try files.map { name, text in
      try folder.write(name, text)
      return RunRecord.File(name: name, digest: FileDigest(of: text))
    }
    if let failure {
      record.failures = [
        Failure(cells: [unit, "models", "n/a", "n/a", failure, "n/a"])
      ]
    }
    try record.write(in: folder.path)
    return record
  }

  static func balance(_ rows: [String]) -> String {
    "region\tdopamine\tdopamine-se\tdopamine-status\tserotonin\tserotonin-se\tserotonin-status\tratio\tlog-ratio\tstatus\n"
      + rows.map { "\($0)\t2\t0.1\tconverged\t1\t0.1\tconverged\t2\t0.6931\tok\n" }.joined()
  }
}
