import PETCore
import PETKinetics
import PETTracers

extension PipelineDefinition {
  /// Refuses a dynamic scan whose models, those of its maps too, need a window that the pipeline does not give.
  ///
  /// The tracer's usual static scan is offered, never taken in silence.
  func checkWindow(of role: Role, frames: FrameSchedule) throws(PETError) {
    guard ["window", "start", "end"].allSatisfy({ role.choices[$0] == nil }), frames.count > 1 else { return }
    for name in [role.model, mapModel(of: role)].compactMap({ $0 }) {
      let card = try ModelCatalogue.named(name).card
      guard card.needs.contains(.window) else { continue }
      let usual = role.tracer.usualScan.flatMap { $0.minutes.lowerBound > 0 ? $0 : nil }
      throw ScanInput.withoutWindow(
        card, frames: frames, usual: usual.map { (role.tracer.name, $0.minutes, $0.source) })
    }
  }
}
