import PETBinding
import PETCore
import PETPages
import PETResults
import PETStudy
import PETTracers

/// Reads what the page of a person shows from the results on record.
struct PersonReader {
  let output: String
  let definition: PipelineDefinition
  /// Of the run, as they are written.
  let options: String

  func read(_ page: PagePlan) throws(PETError) -> PersonReport {
    // What was touched since it was written is not shown.
    for record in page.scans + [page.pair].compactMap({ $0 }) {
      guard let words = record.damage(in: output) else { continue }
      throw PETError(.wrongInput, file: record.unit, words, remedy: "run again")
    }
    var report = PersonReport(
      stem: page.stem, participant: page.participant, session: page.session,
      provenance: Provenance(definition, options: options))
    report.others = page.others
    report.failures = page.failed.flatMap(\.failures)
    let systems = definition.balance.systems
    report.isPairExpected = definition.denominator != nil
    let reader = ScanReader(output: output, definition: definition)
    let heads = try HeadReader(page.scans, in: output)
    report.brain = heads.brain
    report.primary = definition.primary ?? PipelineDefinition.usualPrimary
    for (place, record) in page.scans.enumerated() {
      let role = definition.roles.indices.contains(place) ? definition.roles[place] : nil
      var scan = try reader.read(record, role: page.pair == nil ? nil : role)
      (scan.picture, scan.moved) = (heads.pictures[place], heads.moved[place])
      scan.isSecond = (page.pair == nil ? nil : place).map { $0 == 1 } ?? (scan.system == systems.denominator.rawValue)
      report.scans.append(scan)
      for file in record.inputs where !report.provenance.inputs.contains(where: { $0.file == file.name }) {
        report.provenance.inputs.append((file.name, file.digest.sha256))
      }
    }
    if let pair = page.pair { report.balance = try balance(pair, of: report.scans) }
    if page.pair == nil, report.isPairExpected, report.failures.isEmpty {
      let error = PETError(.missingInput, "there is no balance of it on record", remedy: "run it again")
      report.failures.append(
        Failure(unit: page.stem, stage: "balance", error: error, names: PortableNames(output: output)))
    }
    return report
  }

  private func balance(_ record: RunRecord, of scans: [ScanReport]) throws(PETError) -> BalanceReport {
    let results = Results(record, in: output)
    let path = try results.required(.balance)
    let leftOut = scans.reduce(into: Set<String>()) { $0.formUnion($1.leftOut) }
      .subtracting(scans.flatMap { $0.regions.map(RegionName.key) })
    let file = try BalanceFile(path: path).keeping { !leftOut.contains(RegionName.key($0.region)) }
    let sidecar = try PETSidecar(path: TSVTable.sidecarPath(of: path))
    let systems = definition.balance.systems
    var norms: [String: (expected: Double, sd: Double)] = [:]
    if case .object(let members)? = sidecar[Sidecar.logRatioNorms]?["Regions"] {
      for member in members {
        guard let pair = member.value.list?.compactMap(\.double), pair.count == 2 else { continue }
        norms[RegionName.key(member.name)] = (pair[0], pair[1])
      }
    }
    var report = BalanceReport(
      file: file, level: try sidecar.number(Sidecar.confidenceLevel) ?? definition.balance.level, norms: norms,
      days: try sidecar.number(Sidecar.daysBetweenScans))
    report.findings = Finding.list(sidecar[Sidecar.findings])
    report.colourEnd = definition.report.colours["log-ratio"]
    report.budget = BudgetText.shares(sidecar[BudgetText.member])
    report.budgetLeftOut = BudgetText.leftOut(sidecar[BudgetText.member])
    if case .object(let members)? = sidecar[Sidecar.crossRegions] {
      report.crossRegions = members.compactMap { member in member.value.string.map { (member.name, $0) } }
    }
    report.unit = sidecar["ratio"]?[Sidecar.units]?.string ?? report.unit
    report.measures = [systems.numerator, systems.denominator].compactMap { system in
      let side = sidecar[system.title]
      return side?[Sidecar.measure]?.string.map {
        BalanceReport.Measure(name: $0, unit: side?[Sidecar.units]?.string ?? "n/a")
      }
    }
    if let map = results.path(.map, ".nii.gz", where: { $0["meas"] == "logratio" }) {
      let values = file.rows.map(\.logRatio.value).filter { !$0.isNaN }
      report.map = try MapReader.read(
        map, title: "Log ratio, \(systems.quotient)", measure: "log ratio", unit: "unitless", kind: .diverging,
        end: definition.report.colours["log-ratio"], values: values)
    }
    return report
  }
}

extension Provenance {
  /// - Parameter options: of the run, as they are written.
  init(_ definition: PipelineDefinition, options: String) {
    self.init(
      pipeline: definition.name, summary: definition.summary, digest: "sha256:" + definition.digest,
      command: "petbalance run STUDY OUT --pipeline \(OutputFolder.pipeline)\(options)")
  }
}
