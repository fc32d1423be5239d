import PETCore
import PETKinetics

/// Stage 5, models: the role's model fitted to every region.
enum ModelsStage {
  static func run(_ curves: ScanCurves, _ settings: FitSettings, _ role: PipelineDefinition.Role) throws(PETError)
    -> RegionalFits
  {
    try RegionalFits(
      curves.table, model: try ModelCatalogue.named(role.model), reference: role.reference, settings: settings)
  }
}
