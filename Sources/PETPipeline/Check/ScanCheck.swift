import Foundation
package import PETCore
import PETImaging
import PETKinetics
import PETResults
import PETStudy
import PETTracers

/// Everything that is checked of one scan.
package struct ScanCheck: Sendable {
  let derivatives: Derivatives
  /// What an analysis will need; nil when none is meant.
  let definition: PipelineDefinition?
  let weights: BodyWeights
  let medication: Medication
  let parts: InjectionParts

  /// The tracers that scans may have.
  private var tracers: TracerCatalogue { definition?.tracers ?? .builtIn }

  /// What the sidecar tells, and what blood and curves are measured against.
  struct Metadata {
    let sidecar: PETSidecar
    let timing: ScanTiming?
    /// Nil without a dose.
    let uptake: UptakeChecks?
    /// Nil when the unit of activity is not stated or not known.
    let unit: (name: String, factor: Double)?
    let findings: [Finding]
  }

  /// The checks that need no more than the sidecar.
  ///
  /// - Parameter sidecars: of the data that are used; nil for the scan's own.
  func metadata(_ entry: ScanEntry, sidecars: [String]? = nil) throws(PETError) -> Metadata {
    let sidecar = try entry.sidecar(sidecars)
    var (timing, findings) = TimingChecks.run(sidecar, tracer: entry.tracer(tracers))
    // Curves that a table names have times and unit of their own.
    if entry.row?[.curves] != nil, timing == nil { findings = findings.filter { $0.code != .frameTiming } }
    let dose = DoseChecks(sidecar)
    let weight = weights.weight(of: entry.participant, sidecar: sidecar)
    let name = sidecar.text("Units")
    return Metadata(
      sidecar: sidecar, timing: timing,
      uptake: dose.megabecquerels.map { UptakeChecks(megabecquerels: $0, weight: weight, isUsual: dose.isUsual) },
      unit: name.flatMap { name in ActivityUnit.factorToInternal(name).map { (name, $0) } },
      findings: findings + dose.findings + [BodyWeights.finding(sidecar)].compactMap { $0 } + parts.findings(of: entry)
        + ReconstructionChecks.findings(entry, sidecar))
  }

  /// What stands with a scan that a run is about to use.
  struct Evidence: Sendable {
    /// Faults, evidence against its data, and doses and weights that are none.
    let findings: [Finding]
    /// What its activity must fit; nil when the dose is not known.
    let uptake: UptakeChecks?
  }

  /// Doses and weights that are stated and are none.
  private static let amounts: Set<Finding.Code> = [.bodyWeight, .doseValue, .doseUnit]

  /// - Parameter card: of the model: doses count only where it needs one.
  func evidence(_ entry: ScanEntry, _ files: ScanFiles, model card: ModelCard) throws(PETError) -> Evidence {
    let metadata = try metadata(entry, sidecars: files.sidecars)
    var findings = metadata.findings
    if !entry.parts.isEmpty { findings = InjectionParts.ofWhole(findings, run: 0) }
    var runs = [metadata]
    for (run, files) in zip(entry.parts.dropFirst(), files.later) {
      let later = try self.metadata(run, sidecars: files.sidecars)
      findings += InjectionParts.ofWhole(later.findings, run: runs.count)
      runs.append(later)
    }
    if !card.needs.contains(.dose) {
      findings = findings.map { finding in
        finding.code == .doseScale
          ? finding.at(.warning) : Self.amounts.contains(finding.code) ? finding.at(.note) : finding
      }
    }
    findings += BloodChecks.run(files.blood, metadata.injection, scan: Self.frames(runs), uptake: metadata.uptake)
    for image in ([files] + files.later).flatMap({ [$0.image].compactMap(\.self) + ($0.regions?.images ?? []) }) {
      findings +=
        (try? VoxelStream(path: image).header.findings)?.map { $0.code == .leftRight ? $0.at(.fault) : $0 } ?? []
    }
    let counts = findings.filter { finding in
      finding.castsDoubt || finding.code == .doseScale || Self.amounts.contains(finding.code)
        || finding.level == .fault && Acceptance.acceptable.contains(finding.code)
    }
    return Evidence(findings: counts, uptake: metadata.uptake)
  }

  /// Every finding of a scan and of what belongs to it.
  func findings(_ entry: ScanEntry) -> [Finding] {
    guard entry.parts.isEmpty else {
      let known = entry.parts.compactMap { try? self.metadata($0) }
      let each = entry.parts.enumerated().flatMap { InjectionParts.ofWhole(self.findings($1), run: $0) }
      return each + parts.findings(of: entry)
        + (known.first.map { whole(entry, $0, frames: Self.frames(known)) } ?? [])
    }
    guard entry.isDescribed else {
      return [
        Finding(
          .fault, .sidecarMissing, file: entry.image, field: "sidecar", "the scan has no JSON sidecar",
          remedy: "frame timing cannot be known without it")
      ] + (entry.image.map(ImageChecks.run) ?? [])
    }
    let metadata: Metadata
    // What follows from a sidecar that cannot be read is not told: the cause is enough.
    do throws(PETError) { metadata = try self.metadata(entry) } catch {
      return [Finding(fault: error, code: .sidecar)] + (entry.image.map(ImageChecks.run) ?? [])
    }
    var findings = metadata.findings
    if let tracer = entry.tracer(tracers) { findings += medication.findings(of: entry.participant, tracer: tracer) }
    if let error = entry.contradiction(tracers) { findings.append(Finding(fault: error, code: .contradiction)) }
    findings += data(entry, metadata, role(of: entry))
    return findings + (entry.isPart ? [] : whole(entry, metadata, frames: metadata.timing?.frames))
  }

  private func role(of entry: ScanEntry) -> PipelineDefinition.Role? {
    let tracer = entry.tracer(tracers)
    return definition?.roles.first { $0.tracer.id == tracer?.id && $0.filter.takesScan(entry.name) }
  }

  /// The frames of runs of one injection; nil where they are not known or are none together.
  private static func frames(_ runs: [Metadata]) -> FrameSchedule? {
    let frames = runs.compactMap { $0.timing?.frames }
    guard frames.count == runs.count else { return nil }
    return try? FrameSchedule(starts: frames.flatMap(\.starts), durations: frames.flatMap(\.durations))
  }

  /// What is to be said of an injection, whatever its runs: its length, its window, its blood.
  private func whole(_ entry: ScanEntry, _ metadata: Metadata, frames: FrameSchedule?) -> [Finding] {
    var findings: [Finding] = []
    if let tracer = entry.tracer(tracers), let frames,
      let finding = tracer.lengthFinding(end: frames.ends.last ?? 0, file: metadata.sidecar.file)
    {
      findings.append(finding)
    }
    let role = role(of: entry)
    let needsPlasma = role.map { role in (try? definition?.needsPlasma(role)) ?? false }
    var isBloodKnown = true
    do throws(PETError) {
      let tables = try entry.bloodTables()
      findings += BloodChecks.run(tables, metadata.injection, scan: frames, uptake: metadata.uptake)
    } catch {
      isBloodKnown = false
      // Where no model needs it nothing is wrong with the scan.
      if needsPlasma != false { findings.append(Finding(fault: error, code: .blood)) }
    }
    guard let definition, let role else { return findings }
    if let frames {
      do throws(PETError) { try definition.checkWindow(of: role, frames: frames) } catch {
        findings.append(Finding(fault: error, code: .windowMissing))
      }
    }
    if needsPlasma == true, isBloodKnown, (try? entry.inputFunction(in: derivatives)) == nil,
      ((try? entry.bloodTables()) ?? []).isEmpty
    {
      findings.append(Finding(fault: InputStage.missing(role.model, of: entry), code: .inputMissing))
    }
    return findings
  }

  /// The data that an analysis would take: an image with its segmentation, or a derivative's curves.
  private func data(_ entry: ScanEntry, _ metadata: Metadata, _ role: PipelineDefinition.Role?) -> [Finding] {
    var findings: [Finding] = []
    let source: ScanSource
    do throws(StageError) {
      source = try ScanSource(
        entry, in: derivatives, pattern: definition?.regions.segmentation, masks: definition?.regions.masks,
        transform: definition?.regions.transform,
        filter: role?.filter ?? EntityFilter(), isMoved: definition?.movesLabels ?? false,
        acceptance: Acceptance())
    } catch {
      findings += entry.images.flatMap { image($0, metadata) }
      if entry.images.isEmpty {
        findings.append(
          Finding(
            .fault, .imageMissing, file: entry.sidecars.last, field: "image",
            "there is no image of the scan, and no derivative has its curves",
            remedy: "fetch it (git-annex get, datalad get), or give --derivatives"))
      } else if definition != nil || error.error.field == "space" {
        findings.append(Finding(fault: error.error, code: error.error.field == "space" ? .labelsSpace : .files))
      }
      return findings
    }
    if entry.images.isEmpty, source.curves != nil {
      findings.append(
        Finding(
          .note, .imageMissing, file: entry.sidecars.last, field: "image", "there is no image of the scan",
          remedy: "a derivative's curves are used"))
    } else {
      findings += source.findings
    }
    if let table = source.curves {
      findings += curves(table, entry, metadata)
      if let definition, definition.curves.partialVolume != .none {
        findings.append(Finding(fault: PartialVolumeStage.withoutImage(table), code: .curves))
      }
    }
    guard let taken = source.image else { return findings }
    findings += image(taken, metadata)
    if let regions = source.regions {
      let isSound = !findings.contains { $0.level == .fault }
      findings += SegmentationChecks.run(
        regions, image: isSound ? taken.path : nil, definition?.regions,
        reference: role?.reference, timing: metadata.timing,
        alignment: definition?.alignment ?? .usual)
    }
    let rule = definition?.motion ?? .usual
    // Why transforms cannot be read is told with the segmentation.
    let isTold = rule.mode != .correct && (try? source.regions?.poses()) ?? nil != nil
    if rule.mode != .none, !isTold, let timing = metadata.timing, !findings.contains(where: { $0.level == .fault }) {
      findings += MotionStage(rule: rule, path: taken.path, timing: timing, fwhm: nil).findings()
    }
    return findings
  }

  private func image(_ image: ScanImage, _ metadata: Metadata) -> [Finding] {
    let frames = (try? metadata.sidecar.numbers(Sidecar.frameTimesStart)) ?? nil
    return ImageChecks.run(
      image.path, frames: frames?.count, timing: metadata.timing, unit: metadata.unit, uptake: metadata.uptake)
  }

  private func curves(_ table: String, _ entry: ScanEntry, _ metadata: Metadata) -> [Finding] {
    do throws(PETError) {
      let read = try CurveReader.read(
        table, isotope: metadata.sidecar.isotope, raw: metadata.sidecar, volumes: entry.volumes)
      let curves = try CurveMerging.run(read, definition?.regions.definitions ?? .automatic, file: table)
      // Without a unit a factor of a thousand is nobody's error, and ratios do not depend on it.
      let unit = (try? PETSidecar(path: TSVTable.sidecarPath(of: table)))?.text("Units")
      guard let unit, ActivityUnit.factorToInternal(unit) != nil else { return curves.findings }
      return curves.findings + [metadata.uptake?.finding(curves, file: table, unit: unit)].compactMap { $0 }
    } catch {
      return [Finding(fault: error, code: .curves)]
    }
  }
}

extension ScanCheck.Metadata {
  /// s after the zero of blood tables.
  fileprivate var injection: Double { ((try? sidecar.number("InjectionStart")) ?? nil) ?? 0 }
}

extension Finding.Code {
  package static let contradiction = Finding.Code("contradiction")
  package static let curves = Finding.Code("curves")
  package static let files = Finding.Code("files")
  package static let imageMissing = Finding.Code("image-missing")
  package static let inputMissing = Finding.Code("input-missing")
  package static let sidecar = Finding.Code("sidecar")
  package static let sidecarMissing = Finding.Code("sidecar-missing")
  package static let windowMissing = Finding.Code("window-missing")
}
