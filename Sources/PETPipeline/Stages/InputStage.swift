import PETCore
import PETKinetics
import PETStudy
import PETTracers

/// What the models of a scan are given besides the curves.
struct ModelInputs: Sendable {
  let role: PipelineDefinition.Role
  /// What is asked of the fits.
  var choices: FitChoices
  let frames: FrameSchedule
  /// Arterial input; nil when no model takes one.
  var plasma: PlasmaInput?
  /// kBq/g, as the scan's sidecar tells it; nil when it does not.
  var dosePerGram: Double?
  var findings: [Finding] = []
  /// Made from blood samples in this run; nil when there was none to make.
  var made: InputFunction?
  /// What it was made from, and how.
  var samples: (BloodSamples, InputChoices)?
  /// Files the arterial input is from.
  var sources: [String] = []

  /// The settings of one of the role's models: its own, the one that follows, or that of the maps.
  func settings(for card: ModelCard) throws(PETError) -> FitSettings {
    // Bounds are those of the role's own model, as is a blood volume that another cannot fit.
    var asked = card.id == role.model ? choices : choices.without("bounds")
    if asked["vb"] == "fit", card.id != role.model, !card.canFitBlood || card.index(of: "vB") == nil {
      asked = asked.without("vb")
    }
    var settings = try asked.settings(for: card, frames: frames) { setting in
      setting.scope == .role ? "models.\(role.system.rawValue).\(setting.key)" : "input.\(setting.key)"
    }
    settings.plasma = plasma
    if settings.dosePerGram == nil { settings.dosePerGram = dosePerGram }
    return settings
  }
}

/// Stage 4, input: reference, weights and, for plasma models, the arterial input.
enum InputStage {
  /// - Parameter dosePerGram: kBq/g that the scan's sidecar and the person's weight tell; nil when they do not.
  static func run(
    _ scan: ReadScan, _ curves: ScanCurves, _ definition: PipelineDefinition, dosePerGram: Double?
  ) throws(PETError) -> ModelInputs {
    let role = scan.role
    // An unknown reference region is told here, before anything is fitted.
    if let reference = role.reference { _ = try curves.table.curve(of: reference) }
    try definition.checkWindow(of: role, frames: curves.table.frames)
    var inputs = ModelInputs(
      role: role, choices: definition.choices(of: role), frames: curves.table.frames, dosePerGram: dosePerGram)
    // What cannot be asked of this scan is told before anything is fitted.
    _ = try inputs.settings(for: try ModelCatalogue.named(role.model).card)
    guard try definition.needsPlasma(role) else { return inputs }
    try setInput(scan, definition, &inputs)
    // A factor of a thousand between blood and tissue is a unit's: nothing is to be read from such a fit.
    if let plasma = inputs.plasma,
      let scale = plasma.findings(curves.table).first(where: { $0.code == .inputScale })
    {
      throw PETError(
        .wrongInput, file: inputs.sources.first, field: scale.field, scale.problem, remedy: scale.remedy)
    }
    return inputs
  }

  /// That a model's arterial input is not there.
  static func missing(_ model: String, of entry: ScanEntry) -> PETError {
    PETError(
      .missingInput, file: entry.stem + "_blood.tsv", field: "input",
      "\(model) needs an arterial input, and the scan has no blood samples",
      remedy: "add them, give a derivative with _inputfunction.tsv, or choose a reference model")
  }

  private static func setInput(
    _ scan: ReadScan, _ definition: PipelineDefinition, _ inputs: inout ModelInputs
  ) throws(PETError) {
    if let path = scan.files.inputFunction {
      let (plasma, findings) = try InputFunctionReader.read(path)
      inputs.plasma = plasma
      inputs.findings = findings
      inputs.sources = [path]
      return
    }
    let tables = scan.files.blood
    guard !tables.isEmpty else { throw missing(scan.role.model, of: scan.entry) }
    let samples = try BloodReader.read(tables, injection: try scan.sidecar.number("InjectionStart") ?? 0)
    let input: InputFunction
    do throws(PETError) { input = try InputFunction(samples, definition.blood) } catch {
      throw error.at(file: tables[0])
    }
    inputs.made = input
    inputs.samples = (samples, definition.blood)
    inputs.plasma = try input.plasmaInput
    inputs.findings = input.findings
    inputs.sources = tables
  }
}
