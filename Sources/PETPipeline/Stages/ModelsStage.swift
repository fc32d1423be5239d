import PETBinding
import PETCore
import PETKinetics

/// Stage 5, models: the role's model fitted to every region.
enum ModelsStage {
  static func run(_ curves: ScanCurves, _ inputs: ScanInputs, _ role: PipelineDefinition.Role) throws(PETError)
    -> RegionalFits
  {
    var table = curves.table
    table.findings += inputs.findings
    let source = curves.sources.first?.split(separator: "/").last.map(String.init)
    let end = min(table.frames.ends.last ?? 0, role.window?.upperBound ?? .infinity)
    // What is usual is told for the system that the card is of.
    if role.system == role.tracer.system, let finding = role.tracer.lengthFinding(end: end, file: source) {
      table.findings.append(finding)
    }
    return try RegionalFits(
      table, model: try ModelCatalogue.named(role.model), reference: role.reference, settings: inputs.settings)
  }
}
