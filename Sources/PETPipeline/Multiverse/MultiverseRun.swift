import Foundation
package import PETBinding
package import PETCore
import PETKinetics
import PETRegistration
package import PETResults
import PETStudy
import PETTracers

/// Every universe of a grid on every pair of a study; what universes share is worked out once.
///
/// A scan's curves are made once for each sampling and smoothing, its fits once for each combination of what touches
/// them, and balances of any two.
package struct MultiverseRun: Sendable {
  package let grid: ChoiceGrid
  private let batch: BatchRun

  /// A pair's balance in one universe, or why there is none.
  package struct Result: Sendable {
    package let universe: Int
    package let participant: String
    package let session: String?
    package let balance: BalanceTable?
    package let failure: Failure?
  }

  package init(dataset: String, grid: ChoiceGrid, options: BatchRun.Options) throws(PETError) {
    guard let first = grid.universes.first?.definition else {
      throw PETError(.internalFault, "the grid has no universe", remedy: "please report it")
    }
    guard first.denominator != nil else {
      throw PETError(
        .wrongInput, field: "read", "one system alone has no balance", remedy: "name two systems in read")
    }
    self.grid = grid
    batch = try BatchRun(dataset: dataset, output: BatchRun.nowhere, definition: first, options: options)
    guard !batch.pairs.isEmpty else {
      throw PETError(
        .missingInput, file: dataset, field: "pair", batch.unpaired.first?.reason ?? "nobody has both scans",
        remedy: "see petbalance plan")
    }
  }

  package var pairs: Int { batch.pairs.count }
  /// Persons and scans that do not count, with the reason.
  package var findings: [Finding] { batch.planFindings }

  /// - Parameter progress: called after each pair with its name, how many are done, and of how many.
  package func run(progress: @escaping @Sendable (String, Int, Int) -> Void) -> [Result] {
    let done = Locked(0)
    let all = Parallel.map(batch.pairs.count, jobs: batch.options.jobs) { place in
      let pair = batch.pairs[place]
      let own = self.results(of: pair)
      let count = done.withLock { value in
        value += 1
        return value
      }
      progress(pair.stem, count, batch.pairs.count)
      return own
    }
    return all.flatMap { $0 }
  }

  private func results(of pair: PersonPair) -> [Result] {
    var scans = (ScanUniverses(batch, batch.units[pair.numerator]), ScanUniverses(batch, batch.units[pair.denominator]))
    return grid.universes.map { universe in
      func result(_ balance: BalanceTable?, _ failure: Failure?) -> Result {
        Result(
          universe: universe.index, participant: pair.participant, session: pair.visit, balance: balance,
          failure: failure)
      }
      do throws(StageError) {
        let a = try scans.0.binding(universe.definition, role: universe.definition.numerator)
        let b = try scans.1.binding(
          universe.definition, role: universe.definition.denominator ?? universe.definition.numerator)
        let person = try stage("read") { () throws(PETError) in try batch.context.person(pair.participant) }
        return result(BalanceStage.run(pair, a, b, universe.definition, person: person), nil)
      } catch {
        return result(
          nil, Failure(unit: pair.stem, stage: error.stage, error: error.error, names: batch.context.names))
      }
    }
  }
}

/// One scan through the universes, with what they share.
private struct ScanUniverses {
  private typealias Measured = (scan: ReadScan, curves: ScanCurves, uptake: UptakeChecks?)

  private let batch: BatchRun
  private let unit: ScanUnit
  private var curves: [[String: String]: Swift.Result<Measured, StageError>] = [:]
  private var bindings: [[String: String]: Swift.Result<ScanBinding, StageError>] = [:]

  init(_ batch: BatchRun, _ unit: ScanUnit) {
    self.batch = batch
    self.unit = unit
  }

  /// What a balance takes of the scan in a universe.
  mutating func binding(_ definition: PipelineDefinition, role: PipelineDefinition.Role) throws(StageError)
    -> ScanBinding
  {
    // Levels of limits are those of the balance here.
    let key = definition.values(of: .scan(role)).merging([
      "balance.measure": role.measure, "balance.level": "\(definition.balance.level)",
    ]) { $1 }
    if let known = bindings[key] { return try known.get() }
    let made: Swift.Result<ScanBinding, StageError>
    do throws(StageError) {
      var (scan, curves, uptake) = try curves(definition, role)
      scan.role = role
      let source = curves.sources.first ?? unit.entry.stem
      let read = scan
      let inputs = try stage("input", of: source) { () throws(PETError) in
        try InputStage.run(read, curves, definition, dosePerGram: uptake?.statedDosePerGram)
      }
      let fits = try stage("models", of: source) { () throws(PETError) in
        try ModelsStage.run(curves, inputs, role).fits
      }
      var binding = ScanBinding(
        fits, of: read,
        BindingTable(
          fits, measure: role.measure, level: definition.balance.level, tracer: role.tracer.id, source: unit.entry.stem)
      )
      binding.resolution = curves.alignments.count == 1 ? curves.alignments[0].found.resolution : nil
      made = .success(binding)
    } catch {
      made = .failure(error)
    }
    bindings[key] = made
    return try made.get()
  }

  private mutating func curves(_ definition: PipelineDefinition, _ role: PipelineDefinition.Role) throws(StageError)
    -> Measured
  {
    var key = definition.values(of: .curves(role))
    // Which files are looked for.
    key["input"] = "\((try? definition.needsPlasma(role)) ?? false)"
    if let known = curves[key] { return try known.get() }
    let made: Swift.Result<Measured, StageError>
    do throws(StageError) {
      let acceptance = batch.context.acceptance
      let files = try ScanFiles(
        unit.entry, role: role, definition: definition, derivatives: batch.context.derivatives, acceptance: acceptance)
      let evidence = try stage("read") { () throws(PETError) in
        try batch.context.check.evidence(unit.entry, files, model: try ModelCatalogue.named(role.model).card)
      }
      let scan = try stage("read") { () throws(PETError) in
        try ReadStage.run(unit.entry, role: role, files: files, known: evidence.findings, acceptance: acceptance)
      }
      let regions = try stage("regions") { () throws(PETError) in try RegionsStage.run(scan, definition) }
      made = .success(
        (
          scan,
          try stage("curves") { () throws(PETError) in
            try CurvesStage.run(scan, regions, definition, uptake: evidence.uptake, acceptance: acceptance)
          }, evidence.uptake
        ))
    } catch {
      made = .failure(error)
    }
    curves[key] = made
    return try made.get()
  }
}
