import Foundation
import PETBinding
import PETCore
import PETResults
import PETStudy

/// What all units of a run have in common.
struct RunContext: Sendable {
  let definition: PipelineDefinition
  let derivatives: Derivatives
  let output: OutputFolder
  let names: PortableNames
  let settings: UnitSettings
  let check: ScanCheck
  /// The dataset's `participants.tsv`, where balances depend on it; else nil.
  let participants: String?

  init(
    dataset: Dataset, derivatives: Derivatives, output: String, definition: PipelineDefinition, accepted: [String],
    filters: [String]
  ) {
    self.definition = definition
    self.derivatives = derivatives
    self.output = OutputFolder(output)
    names = PortableNames(dataset: dataset.root, elsewhere: dataset.elsewhere, derivatives: derivatives, output: output)
    check = ScanCheck(
      derivatives: derivatives, definition: definition, weights: BodyWeights(persons: dataset.persons),
      medication: Medication(persons: dataset.persons), parts: InjectionParts(dataset.scans))
    let table = dataset.persons
    let isNeeded = definition.norms != nil && FileManager.default.fileExists(atPath: table)
    participants = isNeeded ? table : nil
    settings = UnitSettings(definition, accepted: Set(accepted).sorted(), filters: Set(filters).sorted())
  }

  var report: ReportStage { ReportStage(output: output.path, names: names, definition: definition) }

  var runner: UnitRunner { UnitRunner(output: output, names: names) }

  var acceptance: Acceptance { Acceptance(settings.accepted) }

  /// A person as the dataset describes them.
  func person(_ id: String) throws(PETError) -> Person {
    guard let participants else { return Person(id: id, values: [:]) }
    return try Participants(path: participants).person(id)
  }

  /// The state that a unit's record tells, before any file is looked at.
  ///
  /// - Returns: the record when it says done with the settings of now, else the state.
  func recorded(_ unit: String) -> (record: RunRecord?, state: UnitState) {
    do throws(PETError) {
      guard let record = try RunRecord.read(unit, in: output.path) else { return (nil, .pending("no result yet")) }
      if let failure = record.failures.first { return (nil, .failed("\(failure.stage): \(failure.problem)")) }
      if let attempt = output.attempt(unit), attempt.settings.difference(settings.of(attempt)) == nil,
        let failure = attempt.failures.first
      {
        return (nil, .failed("\(failure.stage): \(failure.problem)"))
      }
      if let words = record.settings.difference(settings.of(record)) { return (nil, .stale(words)) }
      return (record, .done)
    } catch {
      return (nil, .stale("its record cannot be read: \(error.problem)"))
    }
  }
}
