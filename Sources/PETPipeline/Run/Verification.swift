import Foundation
import PETBinding
package import PETCore
import PETPages
import PETResults
import PETStudy

/// An output held against its records: whether results, pipeline, program and study are still what they were.
package struct Verification: Sendable {
  package private(set) var findings: [Finding] = []
  /// Units that have a record.
  package private(set) var units = 0
  /// Files that are as they were written.
  package private(set) var files = 0
  /// Whether the study was there to be compared.
  package private(set) var hasStudy = false

  private let output: String
  private let records: [RunRecord]
  /// Of a copy that was exported.
  private let leftOut: [String: FileDigest]
  private var batch: BatchRun?

  /// - Parameters:
  ///   - study: nil for the place that the output names.
  ///   - derivatives: likewise, when the study is not given.
  package init(_ output: String, study: String?, derivatives: [String], jobs: Int) throws(PETError) {
    let output = URL(fileURLWithPath: output).standardizedFileURL.path
    let description = try OutputFolder.description(output)
    self.output = output
    var records: [RunRecord] = []
    for (_, found) in try RunRecord.all(in: output, jobs: jobs) {
      do throws(PETError) { if let record = try found.get() { records.append(record) } } catch {
        findings.append(Finding(fault: error, code: .recordUnreadable))
      }
    }
    self.records = records
    leftOut = LeftOut.read(output)
    units = records.count
    guard units > 0 || !findings.isEmpty else {
      throw PETError(
        .missingInput, file: output, field: RunRecord.folder, "there are no records of results", remedy: "run it first")
    }
    let definition = pipeline(description[Sidecar.pipelineDigest]?.string)
    try checkResults()
    checkPages()
    try checkTables(definition, jobs)
    if let definition { try checkStudy(definition, study: study, derivatives: derivatives, jobs: jobs) }
    findings = findings.map { finding in
      guard let file = finding.file, file.hasPrefix(output + "/") else { return finding }
      var named = finding
      named.file = String(file.dropFirst(output.count + 1))
      return named
    }
  }

  private mutating func fault(
    _ code: Finding.Code, _ file: String?, _ field: String, _ problem: String, _ remedy: String
  ) {
    findings.append(Finding(.fault, code, file: file, field: field, problem, remedy: remedy))
  }

  /// The pipeline that the output holds, when it is the one the output was made with.
  private mutating func pipeline(_ stated: String?) -> PipelineDefinition? {
    let path = "\(output)/\(OutputFolder.pipeline)"
    let definition: PipelineDefinition
    do throws(PETError) { definition = try PipelineLoader.load(path) } catch {
      findings.append(Finding(fault: error, code: .pipelineUnreadable))
      return nil
    }
    let options = records.first?.settings
    let settings = UnitSettings(definition, accepted: options?.accepted ?? [], filters: options?.filters ?? [])
    for record in records where record.kind != .refused && record.settings.version == Product.version {
      let now = settings.of(record)
      guard record.settings.pipelineDigest != now.pipelineDigest else { continue }
      let words = record.settings.difference(now) ?? record.settings.pipeline
      fault(.pipelineChanged, nil, record.unit, "it was made with another pipeline (\(words))", "run again")
    }
    for version in otherVersions {
      findings.append(
        Finding(
          .warning, .version, field: "Version", value: version,
          "results were made by version \(version), this is \(Product.version): their inputs are not compared",
          remedy: "compare with that version; a run with this one makes them again"))
    }
    // That of 0.1.0 was of the text.
    let ofText = otherVersions.isEmpty ? nil : (try? FileDigest(path: path)).map { "sha256:" + $0.sha256 }
    guard stated == "sha256:" + definition.digest || stated != nil && stated == ofText else {
      fault(
        .pipelineChanged, path, "PipelineDigest", "the pipeline is not the one the output was made with",
        "put the original back, or run again; inputs were not compared")
      return nil
    }
    return definition
  }

  /// Of the program, that results were made by, besides this one.
  private var otherVersions: [String] {
    Set(records.map(\.settings.version)).subtracting([Product.version]).sorted()
  }

  /// Whether a result is not here because an export left it, and not because it is gone.
  private func hasStayed(_ file: RunRecord.File) -> Bool {
    leftOut[file.name] == file.digest && !FileManager.default.fileExists(atPath: "\(output)/\(file.name)")
  }

  /// Every file that a record names, and files that none does.
  private mutating func checkResults() throws(PETError) {
    var known: Set<String> = []
    for unit in Replacement.units(in: output) {
      fault(.interrupted, nil, unit, "its earlier results were being replaced when a run was stopped", "run again")
    }
    for attempt in try OutputFolder(output).attempts() {
      for failure in attempt.failures {
        findings.append(
          Finding(
            .note, .failed, file: failure.file, field: attempt.unit,
            "it failed, its earlier results stand: \(failure.problem)"))
      }
    }
    for record in records {
      for failure in record.failures {
        findings.append(
          Finding(.note, .failed, file: failure.file, field: record.unit, "it failed: \(failure.problem)"))
      }
      for file in record.outputs {
        known.insert(file.name)
        let path = "\(output)/\(file.name)"
        if file.digest.matches(path) {
          files += 1
        } else if hasStayed(file) {
          continue
        } else if FileManager.default.fileExists(atPath: path) {
          fault(.resultChanged, path, record.unit, "it is not as it was written", "run again")
        } else {
          fault(.resultMissing, path, record.unit, "it is gone", "run again")
        }
      }
    }
    for participant in try Dataset.folders(output, prefix: "sub-") {
      let folder = "\(output)/\(participant)"
      for file in try Folder.tree(folder) {
        var isFolder: ObjCBool = false
        let name = "\(participant)/\(file)"
        guard FileManager.default.fileExists(atPath: "\(folder)/\(file)", isDirectory: &isFolder), !isFolder.boolValue,
          !known.contains(name)
        else { continue }
        findings.append(
          Finding(.warning, .unknownFile, file: name, "no record names it", remedy: "it is not of this output"))
      }
    }
  }

  /// Pages that show results which have been worked out again since.
  private mutating func checkPages() {
    for record in records where record.kind == .page {
      let files = record.inputs.filter { $0.name != PageWork.studyContext }
      guard let old = files.first(where: { !$0.digest.matches("\(output)/\($0.name)") && !hasStayed($0) })
      else { continue }
      fault(.pageOld, nil, record.unit, "\(old.name) is not what the page was made from", "run again, or report")
    }
  }

  /// The tables over all units, made again from the units' own.
  private mutating func checkTables(_ definition: PipelineDefinition?, _ jobs: Int) throws(PETError) {
    let covered = definition.map { GroupTables.covered(records, by: $0.name) } ?? records
    let tables = try GroupTables(
      output, records: covered, level: definition?.balance.level ?? BalanceSettings().level, .compare, jobs: jobs)
    // Without the pipeline nothing is known of pages.
    let pages = try definition.map { (definition) throws(PETError) in
      let failures = (try? FailureTable.read(output)) ?? []
      let page = try tables.page(definition, failures: failures)
      for analysis in page?.analyses ?? [] {
        guard let changed = analysis.changed else { continue }
        findings.append(
          Finding(
            .warning, .analysisOld, file: analysis.file, field: SourceDigests.member, value: changed,
            "it was made of an earlier \(changed)", remedy: "make it again"))
      }
      try checkContext(definition, tables)
      return GroupTables.pageTexts(page)
    }
    for (name, digest, isSame) in tables.joined { checkTable(name, digest, isSame: isSame) }
    for (name, text) in tables.texts + (pages ?? []) {
      let path = "\(output)/\(name)"
      if name == ResultFile.studyPage.name, let isAsCopied = studyPageOfCopy(path) {
        if isAsCopied {
          files += 1
        } else {
          fault(.tableChanged, path, "page", "it is not what was copied", "copy it again")
        }
        continue
      }
      checkTable(name, text.map { FileDigest(of: $0) }, isSame: (try? TextFile.read(path).text) == text)
    }
    let path = "\(output)/\(ResultFile.failures.name)"
    let attempts = try OutputFolder(output).attempts()
    let rows = (try? TSVTable(path: path))?.rows ?? []
    for failure in records.flatMap(\.failures) + attempts.flatMap(\.failures)
    where !rows.contains(where: { $0.prefix(2) == [failure.unit, failure.stage] }) {
      fault(.tableChanged, path, failure.unit, "a failure that is on record is not told", "run the group level again")
    }
  }

  /// - Parameters:
  ///   - digest: of what the tables of the persons make; nil where they make nothing.
  ///   - isSame: whether the file is that.
  private mutating func checkTable(_ name: String, _ digest: FileDigest?, isSame: Bool) {
    let path = "\(output)/\(name)"
    guard !isSame else {
      if digest != nil { files += 1 }
      return
    }
    guard let digest, !FileManager.default.fileExists(atPath: path) else {
      guard otherVersions.isEmpty else {
        return findings.append(
          Finding(
            .warning, .tableChanged, file: path, field: "rows",
            "it is not what this version makes of the tables of the persons",
            remedy: "compare with version \(otherVersions.joined(separator: ", "))"))
      }
      return fault(
        .tableChanged, path, "rows", "it is not what the tables of the persons make", "run the group level again")
    }
    guard !hasStayed(RunRecord.File(name: name, digest: digest)) else { return }
    findings.append(
      Finding(.warning, .tableMissing, file: path, field: "rows", "it is not there", remedy: "run the group level"))
  }

  /// Pages that say of the study around them what it is no more: a run of some persons leaves that to a run of all.
  private mutating func checkContext(_ definition: PipelineDefinition, _ tables: GroupTables) throws(PETError) {
    let options = records.first?.settings
    let settings = UnitSettings(definition, accepted: options?.accepted ?? [], filters: options?.filters ?? [])
    let work = PageWork(output: OutputFolder(output), definition: definition, settings: settings)
    let outdated = try work.outdated(around: tables)
    guard let first = outdated.first else { return }
    findings.append(
      Finding(
        .warning, .pageOld, field: first, value: "\(outdated.count)",
        "what \(outdated.count) pages say of the study around them is another now", remedy: "run again, or report"))
  }

  /// Whether the study's page of a copy is what was copied: the head it is drawn on stayed behind, so it cannot be made again.
  ///
  /// - Returns: nil where it can be made again.
  private func studyPageOfCopy(_ path: String) -> Bool? {
    guard leftOut.keys.contains(where: { $0.hasSuffix(".nii.gz") }) else { return nil }
    guard FileManager.default.fileExists(atPath: path) else { return leftOut[ResultFile.studyPage.name] != nil }
    let crate = try? JSONValue.readObject(path: "\(output)/\(ResultFile.crate.name)")
    let entity = crate?["@graph"]?.list?.first { $0["name"]?.string == ResultFile.studyPage.name }
    guard let copied = entity?["sha256"]?.string, let now = try? FileDigest(path: path) else { return false }
    return copied == now.sha256
  }

  /// Every scan and pair as a run would see it now.
  private mutating func checkStudy(
    _ definition: PipelineDefinition, study given: String?, derivatives: [String], jobs: Int
  ) throws(PETError) {
    let stated = StudyLocation.read(output)
    let place = given ?? stated?.study
    guard let place, FileManager.default.fileExists(atPath: place) else {
      findings.append(
        Finding(
          .warning, .studyMissing, file: place, "the study is not there: inputs were not compared",
          remedy: "give --study"))
      return
    }
    var options = BatchRun.Options()
    options.derivatives = derivatives.isEmpty && given == nil ? stated?.derivatives ?? [] : derivatives
    options.accepted = records.first?.settings.accepted ?? []
    options.filters = records.first?.settings.filters ?? []
    options.jobs = jobs
    let batch = try BatchRun(dataset: place, output: output, definition: definition, options: options)
    self.batch = batch
    hasStudy = true
    try checkPersons(batch.dataset, definition)
    let told = Set(findings.map(\.field))
    let lines = batch.plan.lines
    let waiting = Set(lines.filter { !$0.state.isDone }.map(\.unit))
    let others = Set(records.filter { $0.settings.version != Product.version }.map(\.unit))
    for line in lines {
      switch line.state {
      case .stale(let reason)
      where !told.contains(line.unit) && !others.contains(line.unit)
        && !waiting.contains { reason.hasPrefix($0 + " is ") }
        // What is wrong with results is told by now.
        && records.first { $0.unit == line.unit }?.damage(in: output) != reason:
        fault(.inputChanged, nil, line.unit, reason, "run again")
      case .pending(let reason) where !waiting.contains { reason.hasPrefix($0 + " is failed") }:
        findings.append(
          Finding(.warning, .notRun, field: line.unit, "the study has it, the output does not: \(reason)"))
      default: break
      }
    }
    let current = Set(lines.map(\.unit))
    for record in records where record.kind != .refused && record.kind != .page && !current.contains(record.unit) {
      fault(.inputMissing, nil, record.unit, "the study does not have it any more", "run again, or find the scan")
    }
  }

  /// Whether what is kept of `participants.tsv` is what it says now.
  private mutating func checkPersons(_ dataset: Dataset, _ definition: PipelineDefinition) throws(PETError) {
    let name = ResultFile.people.name
    guard leftOut[name] == nil else { return }
    let written = try? TextFile.read("\(output)/\(name)").text
    // Version 0.1.0 keeps none.
    guard written != nil || otherVersions.isEmpty else { return }
    let now = try PersonsTable.text(dataset.persons, of: GroupTables.covered(records, by: definition.name))
    guard written != now else { return }
    findings.append(
      Finding(
        .warning, .personsOld, file: "\(output)/\(name)", field: "rows",
        "it is not what \((dataset.persons as NSString).lastPathComponent) says now",
        remedy: "run the group level again"))
  }

  private func isSameRecord(_ unit: String, _ folder: String) -> Bool {
    let made = try? TextFile.read(RunRecord.path(of: unit, in: folder)).text
    return made != nil && made == (try? TextFile.read(RunRecord.path(of: unit, in: output)).text)
  }

  /// Works some units out again, elsewhere, and compares every byte.
  ///
  /// - Returns: the units.
  package mutating func rerun(_ count: Int) throws(PETError) -> [String] {
    guard let batch else {
      throw PETError(.missingInput, file: output, field: "--rerun", "the study is not there", remedy: "give --study")
    }
    let folder = NSTemporaryDirectory() + "petbalance-verify-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let again = try batch.elsewhere(folder)
    let candidates = records.filter { $0.isDone && batch.has($0.unit) }
    let chosen = candidates.shuffled().prefix(count).sorted { $0.unit < $1.unit }
    for record in chosen {
      for scan in batch.scans(of: record.unit) { _ = try again.run(unit: scan) }
      let made = try again.run(unit: record.unit)
      let copy = try RunRecord.read(record.unit, in: folder)
      let names = Set(record.outputs.map(\.name)).union(copy?.outputs.map(\.name) ?? [])
      let different = names.sorted().filter { name in
        record.outputs.first { $0.name == name } != copy?.outputs.first { $0.name == name }
      }
      if let failure = made.failure {
        fault(.notReproduced, nil, record.unit, "made again it fails: \(failure.problem)", "find out what changed")
      } else if different.isEmpty, !isSameRecord(record.unit, folder) {
        fault(
          .recordChanged, RunRecord.path(of: record.unit, in: output), record.unit,
          "made again the record is another one", "run with --force")
      } else if !different.isEmpty {
        fault(
          .notReproduced, different[0], record.unit, "made again \(different.count) files have other bytes",
          "find out what changed: program, libraries, machine")
      }
    }
    return chosen.map(\.unit)
  }
}

extension BatchRun {
  /// The same run with another place to write.
  func elsewhere(_ output: String) throws(PETError) -> BatchRun {
    try BatchRun(dataset: dataset.place, output: output, definition: context.definition, options: options)
  }

  func has(_ unit: String) -> Bool {
    let balances = PairWork(context: context)
    return units.contains { $0.entry.stem == unit } || pairs.contains { balances.unit($0) == unit }
  }

  /// The scans that a pair is made of; none for a scan.
  func scans(of unit: String) -> [String] {
    let balances = PairWork(context: context)
    guard let pair = pairs.first(where: { balances.unit($0) == unit }) else { return [] }
    return [pair.numerator, pair.denominator].map { units[$0].entry.stem }
  }
}

extension Finding.Code {
  package static let analysisOld = Finding.Code("analysis-old")
  package static let personsOld = Finding.Code("persons-old")
  package static let failed = Finding.Code("failed")
  package static let inputChanged = Finding.Code("input-changed")
  package static let interrupted = Finding.Code("interrupted")
  package static let notReproduced = Finding.Code("not-reproduced")
  package static let notRun = Finding.Code("not-run")
  package static let pageOld = Finding.Code("page-old")
  package static let pipelineChanged = Finding.Code("pipeline-changed")
  package static let pipelineUnreadable = Finding.Code("pipeline-unreadable")
  package static let recordChanged = Finding.Code("record-changed")
  package static let recordUnreadable = Finding.Code("record-unreadable")
  package static let resultChanged = Finding.Code("result-changed")
  package static let resultMissing = Finding.Code("result-missing")
  package static let studyMissing = Finding.Code("study-missing")
  package static let tableChanged = Finding.Code("table-changed")
  package static let tableMissing = Finding.Code("table-missing")
  package static let unknownFile = Finding.Code("unknown-file")
  package static let version = Finding.Code("version")
}
