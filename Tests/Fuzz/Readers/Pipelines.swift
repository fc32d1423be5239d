import PETCore
import PETKinetics
import PETPipeline
import PETTracers

extension FuzzedReader {
  /// As the text of a pipeline, and of a file of tracers.
  func readPipeline(_ bytes: UnsafeRawBufferPointer, _ attempts: inout Attempts) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    attempts.attempt("pipeline") { () throws(PETError) in
      let definition = try PipelineLoader.parse(text, file: "pipeline.yaml")
      for role in definition.roles {
        let width = definition.mapSmoothing(of: role) ?? 0
        precondition(width.isFinite && width >= 0, "a width is a width")
        let card = try ModelCatalogue.named(role.model).card
        let frames = try FrameSchedule(starts: [0, 60, 1200], durations: [60, 1140, 2400])
        let settings = try definition.choices(of: role).settings(for: card, frames: frames)
        precondition(settings.excluded.allSatisfy(frames.starts.indices.contains), "a frame is one of the scan")
        precondition(settings.dosePerGram.map { $0 > 0 && $0.isFinite } ?? true, "a dose is above 0")
      }
    }
    attempts.attempt("tracers") { () throws(PETError) in
      let cards = try TracerFile.parse(text, file: "tracers.yaml")
      precondition(TracerCatalogue.builtIn.adding(cards).all.count >= cards.count, "every card is in the catalogue")
      for card in cards { precondition(card.retest.allSatisfy { $0.withinSubject.isFinite }, "a CV is a number") }
    }
  }
}
