import PETCore
import PETKinetics

/// Stage 4, input: what the models of a scan are given besides the curves.
enum InputStage {
  static func run(_ curves: ScanCurves, _ role: PipelineDefinition.Role, _ definition: PipelineDefinition)
    throws(PETError) -> FitSettings
  {
    // An unknown reference region is told here, before anything is fitted.
    _ = try curves.table.curve(of: role.reference)
    var settings = FitSettings()
    settings.weights = definition.weights
    settings.sampling = definition.frameSampling
    settings.k2prime = role.k2prime
    settings.linearStart = .given(role.linearStart)
    settings.window = role.window
    return settings
  }
}
