import PETBinding
import PETCore
import PETKinetics

/// Stage 7, binding: the measure that counts, region by region.
enum BindingStage {
  static func run(
    _ fits: RegionalFits, _ role: PipelineDefinition.Role, _ definition: PipelineDefinition, source: String
  )
    throws(PETError) -> BindingTable
  {
    try BindingTable(
      fits, measure: definition.measure, level: definition.balance.level, tracer: role.tracer.id, source: source)
  }
}
