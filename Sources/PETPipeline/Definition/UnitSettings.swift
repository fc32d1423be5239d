import PETResults
import PETTracers

/// What the results of a run's units depend on besides files: the pipeline's values, and what the user accepted and chose.
struct UnitSettings: Sendable {
  let pipeline: String
  let accepted: [String]
  private let scans: [String: RunRecord.Settings]
  private let others: [RunRecord.Kind: RunRecord.Settings]
  private let refused: RunRecord.Settings

  init(_ definition: PipelineDefinition, accepted: [String], filters: [String]) {
    func settings(_ digest: String, _ values: [String: String]?) -> RunRecord.Settings {
      RunRecord.Settings(
        pipeline: definition.name, pipelineDigest: digest, values: values, accepted: accepted, filters: filters)
    }
    func settings(_ part: PipelineDefinition.Part) -> RunRecord.Settings {
      settings(definition.digest(of: part), definition.values(of: part))
    }
    pipeline = definition.name
    self.accepted = accepted
    // A tracer that stands for both systems is fitted once, as the first says.
    scans = Dictionary(
      definition.roles.map { ($0.tracer.id, settings(.scan($0))) }, uniquingKeysWith: { first, _ in first })
    others = [.pair: settings(.pair), .page: settings(.page)]
    refused = settings(definition.digest, nil)
  }

  /// Of results of a kind.
  ///
  /// - Parameter tracer: of a scan.
  func of(_ kind: RunRecord.Kind, tracer: String? = nil) -> RunRecord.Settings {
    // A scan of a tracer that the pipeline does not read is of no value of it.
    tracer.flatMap { kind == .scan ? scans[$0] : nil } ?? others[kind] ?? refused
  }

  /// That results on record would have now.
  func of(_ record: RunRecord) -> RunRecord.Settings { of(record.kind, tracer: record.tracer) }
}
