import PETBinding
package import PETCore
import PETKinetics
import PETTracers

/// The fits of a scan, and what was asked for beside them.
struct ScanFits: Sendable {
  var fits: RegionalFits
  /// Of the curves as they were measured, where those that count are corrected for partial volume; nil otherwise.
  var uncorrected: RegionalFits?
  /// Nil when none is asked for.
  var bootstrap: Bootstrap?
  /// Nil when none is asked for, or the scan has none of the ends.
  var truncation: Truncation?
}

/// Stage 5, models: the role's model fitted to every region.
enum ModelsStage {
  /// The fits of a scan with what is asked for beside them.
  static func run(_ curves: ScanCurves, _ inputs: ModelInputs) throws(PETError) -> ScanFits {
    let (fits, uncorrected) = try run(curves, inputs, inputs.role)
    var result = ScanFits(fits: fits, uncorrected: uncorrected)
    result.bootstrap = try Bootstrap.asked(inputs.choices, of: result.fits)
    let last = (inputs.frames.ends.last ?? 0) + FrameSchedule.overlapTolerance
    let ends = inputs.choices.numbers("truncation").map { $0 * 60 }
    let within = ends.filter { $0 <= last }
    if within.count < ends.count {
      result.fits.add(
        Finding(
          .note, .truncationEnd, file: curves.sources.first, field: "truncation",
          value: ends.filter { $0 > last }.map { NumberText.short($0 / 60) }.joined(separator: ", "),
          "the scan ends at \(NumberText.short(last / 60)) min", remedy: "later ends are left out"))
    }
    guard !within.isEmpty else { return result }
    result.truncation = try Truncation(
      of: result.fits, curves.counting, settings: try inputs.settings(for: result.fits.card), ends: within)
    return result
  }

  /// The fits that count, and those of the curves as they were measured where these are others.
  static func run(_ curves: ScanCurves, _ inputs: ModelInputs, _ role: PipelineDefinition.Role) throws(PETError)
    -> (fits: RegionalFits, uncorrected: RegionalFits?)
  {
    let plain = try run(curves.table, of: curves.sources.first, inputs, role)
    return switch curves.correction {
    case .none: (plain, nil)
    case .made(let table): (try run(table, of: curves.sources.first, inputs, role), plain)
    // Uncorrected numbers do not stand in the place of corrected ones.
    case .lost: (plain.withdrawn(because: "no estimate: the curve could not be corrected for partial volume"), plain)
    }
  }

  /// The fits of some curves of a scan.
  static func run(
    _ table: CurveTable, of source: String?, _ inputs: ModelInputs, _ role: PipelineDefinition.Role
  ) throws(PETError) -> RegionalFits {
    var table = table
    table.findings += inputs.findings
    let source = source?.split(separator: "/").last.map(String.init)
    let model = try ModelCatalogue.named(role.model)
    let settings = try inputs.settings(for: model.card)
    let end = min(table.frames.ends.last ?? 0, settings.window?.upperBound ?? .infinity)
    // What is usual is told for the system that the card is of.
    if role.system == role.tracer.system, let finding = role.tracer.lengthFinding(end: end, file: source) {
      table.findings.append(finding)
    }
    let first = try RegionalFits(table, model: model, reference: role.reference, settings: settings)
    guard let choice = role.choice else { return first }
    let other = try ModelCatalogue.named(choice.otherwise)
    var others = try inputs.settings(for: other.card)
    // Both meet the blood at the same time.
    if let plasma = first.input.plasma {
      others.plasma = plasma
      others.delay = .given(0)
    }
    let second = try RegionalFits(table, model: other, reference: role.reference, settings: others)
    return choice.choose(first, second, measure: role.measure)
  }
}

extension Finding.Code {
  package static let truncationEnd = Finding.Code("truncation-end")
}
