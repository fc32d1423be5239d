import PETCore
import PETKinetics

/// Stage 5, models: the role's model fitted to every region.
enum ModelsStage {
  static func run(_ curves: ScanCurves, _ inputs: ScanInputs, _ role: PipelineDefinition.Role) throws(PETError)
    -> RegionalFits
  {
    var table = curves.table
    table.findings += inputs.findings
    return try RegionalFits(
      table, model: try ModelCatalogue.named(role.model), reference: role.reference, settings: inputs.settings)
  }
}
