import Foundation
import PETCore
import PETResults
import PETStudy

/// Results that a run would take away, and that it must be told to.
extension BatchRun {
  /// Refuses to write where results of another pipeline or of another study stand, unless they may go.
  ///
  /// - Parameter unit: the one that is worked out; nil for everything.
  /// - Returns: whether results stand that were made with other settings: what frames them stays as long as they do.
  func guardEarlier(_ unit: String? = nil) throws(PETError) -> Bool {
    // A line of a plan is one of thousands: where the frame is this pipeline's, only its own results are looked at.
    let isFramed = unit != nil && context.output.pipelineDigest == context.definition.digest
    let standing = isFramed ? [unit.flatMap(context.output.standing)].compactMap { $0 } : try standing()
    if !options.replaces, let refusal = try refusal(standing, of: unit) { throw refusal }
    return !isFramed && standing.contains { $0.settings.difference(context.settings.of($0)) != nil }
  }

  /// Why a run would be refused; nil when it would not.
  func refusal() throws(PETError) -> PETError? { try refusal(try standing(), of: nil) }

  private func refusal(_ standing: [RunRecord], of unit: String?) throws(PETError) -> PETError? {
    let foreign = standing.filter { $0.settings.pipeline != context.settings.pipeline }
    if let first = foreign.first {
      return refusal(
        "it holds results of the pipeline '\(first.settings.pipeline)'", foreign,
        "choose another folder for '\(context.settings.pipeline)', or let them go with --replace")
    }
    if let known = StudyLocation.read(context.output.path)?.study, isAnotherStudy(than: known, standing) {
      return refusal(
        "it holds results of another study (\(known))", standing,
        "choose another folder, or let them go with --replace")
    }
    let lost = unit == nil ? try orphans().filter { $0.isDone && !$0.outputs.isEmpty } : []
    guard !lost.isEmpty else { return nil }
    return refusal(
      "it holds results of scans that are not read from the study now", lost,
      "check the study, --filter and the pipeline's read, or let them go with --replace")
  }

  private func refusal(_ problem: String, _ records: [RunRecord], _ remedy: String) -> PETError {
    let names = records.map(\.unit)
    let most = 20
    let words = names.prefix(most).joined(separator: ", ")
    let rest = names.count > most ? " and \(names.count - most) more" : ""
    return PETError(
      .cannotWrite, file: context.output.path, field: "OUT", "\(problem): \(words)\(rest)", remedy: remedy)
  }

  /// Records of results that stand, of units and not of pages.
  private func standing() throws(PETError) -> [RunRecord] {
    let units = try RunRecord.units(in: context.output.path)
    return Parallel.map(units.count, jobs: options.jobs) { context.output.standing(units[$0]) }
      .compactMap { $0 }.filter { $0.kind != .page }
  }

  /// A study that was moved is the same: of the scans that both have at least one was made from the same file.
  ///
  /// - Parameter known: where the study of the results lay.
  private func isAnotherStudy(than known: String, _ standing: [RunRecord]) -> Bool {
    func place(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
    guard place(known) != place(dataset.place) else { return false }
    let records = Dictionary(
      standing.filter { $0.kind == .scan }.map { ($0.unit, $0) }, uniquingKeysWith: { first, _ in first })
    let work = ScanWork(context: context)
    var isKnown = false
    for unit in units {
      guard let record = records[unit.entry.stem] else { continue }
      isKnown = true
      if work.isMade(from: unit, record) { return false }
    }
    return isKnown
  }
}

extension ScanWork {
  /// Whether the largest file that results were made from, an image or curves, is one that the scan has now.
  func isMade(from unit: ScanUnit, _ record: RunRecord) -> Bool {
    guard let largest = record.inputs.max(by: { $0.digest.size < $1.digest.size }) else { return false }
    let name = (largest.name as NSString).lastPathComponent
    let paths =
      (try? ScanFiles(
        unit.entry, role: unit.role, definition: context.definition, derivatives: context.derivatives,
        acceptance: context.acceptance
      ).all()) ?? [unit.entry.image].compactMap { $0 }
    return paths.contains { ($0 as NSString).lastPathComponent == name && largest.digest.matches($0) }
  }
}
