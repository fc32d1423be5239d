import PETBinding
import PETCore
import PETKinetics

/// Stage 5, models: the role's model fitted to every region.
enum ModelsStage {
  /// - Parameter measure: whose fits are chosen where the role names a model that follows.
  static func run(
    _ curves: ScanCurves, _ inputs: ScanInputs, _ role: PipelineDefinition.Role, measure: String
  ) throws(PETError) -> RegionalFits {
    var table = curves.table
    table.findings += inputs.findings
    let source = curves.sources.first?.split(separator: "/").last.map(String.init)
    let model = try ModelCatalogue.named(role.model)
    let window = model.card.needs.contains(.window) ? role.window : nil
    let end = min(table.frames.ends.last ?? 0, window?.upperBound ?? .infinity)
    // What is usual is told for the system that the card is of.
    if role.system == role.tracer.system, let finding = role.tracer.lengthFinding(end: end, file: source) {
      table.findings.append(finding)
    }
    let first = try RegionalFits(
      table, model: model, reference: role.reference, settings: inputs.settings)
    guard let choice = role.choice else { return first }
    let other = try ModelCatalogue.named(choice.otherwise)
    var settings = inputs.settings
    // Both meet the blood at the same time.
    if let plasma = first.input.plasma {
      settings.plasma = plasma
      settings.delay = .given(0)
    }
    if settings.vB == .fitted, !other.card.canFitBlood || other.card.index(of: "vB") == nil { settings.vB = nil }
    let second = try RegionalFits(table, model: other, reference: role.reference, settings: settings)
    return choice.choose(first, second, measure: measure)
  }
}
