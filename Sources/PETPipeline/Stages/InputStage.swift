import PETCore
import PETKinetics
import PETStudy

/// What the models of a scan are given besides the curves.
struct ScanInputs: Sendable {
  var settings = FitSettings()
  var findings: [Finding] = []
  /// Made from blood samples in this run; nil when there was none to make.
  var made: InputFunction?
  /// Files the arterial input is from.
  var sources: [String] = []
}

/// Stage 4, input: reference, weights and, for plasma models, the arterial input.
enum InputStage {
  static func run(
    _ scan: ReadScan, _ curves: ScanCurves, _ definition: PipelineDefinition
  ) throws(PETError) -> ScanInputs {
    let role = scan.role
    // An unknown reference region is told here, before anything is fitted.
    if let reference = role.reference { _ = try curves.table.curve(of: reference) }
    try definition.checkWindow(of: role, frames: curves.table.frames)
    var inputs = ScanInputs()
    inputs.settings.weights = definition.weights
    inputs.settings.sampling = definition.frameSampling
    inputs.settings.k2prime = role.k2prime
    inputs.settings.k2primeRule = role.k2primeRule
    inputs.settings.linearStart = role.linearStart
    inputs.settings.window = role.window
    inputs.settings.vB = role.vB
    inputs.settings.delay = definition.delay
    guard try definition.needsPlasma(role) else { return inputs }
    try setInput(scan, definition, &inputs)
    // A factor of a thousand between blood and tissue is a unit's: nothing is to be read from such a fit.
    if let plasma = inputs.settings.plasma,
      let scale = plasma.findings(curves.table).first(where: { $0.code == "input-scale" })
    {
      throw PETError(
        .wrongInput, file: inputs.sources.first, field: scale.field, scale.problem, remedy: scale.remedy)
    }
    return inputs
  }

  private static func setInput(
    _ scan: ReadScan, _ definition: PipelineDefinition, _ inputs: inout ScanInputs
  ) throws(PETError) {
    if let path = scan.files.inputFunction {
      let (plasma, findings) = try InputFunctionReader.read(path)
      inputs.settings.plasma = plasma
      inputs.findings = findings
      inputs.sources = [path]
      return
    }
    let tables = scan.files.blood
    guard !tables.isEmpty else {
      throw PETError(
        .missingInput, file: scan.entry.stem + "_blood.tsv", field: "input",
        "\(scan.role.model) needs an arterial input, and the scan has no blood samples",
        remedy: "add them, give a derivative with _inputfunction.tsv, or choose a reference model")
    }
    let samples = try BloodReader.read(tables, injection: try scan.sidecar.number("InjectionStart") ?? 0)
    let input: InputFunction
    do throws(PETError) { input = try InputFunction(samples, definition.blood) } catch {
      throw error.at(file: tables[0])
    }
    inputs.made = input
    inputs.settings.plasma = try input.plasmaInput
    inputs.findings = input.findings
    inputs.sources = tables
  }
}
