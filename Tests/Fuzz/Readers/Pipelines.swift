import PETBinding
import PETCore
import PETKinetics
import PETPipeline

extension FuzzedReader {
  /// As the text of a pipeline, and of a file of tracers.
  func readPipeline(_ bytes: UnsafeRawBufferPointer, _ attempts: inout Attempts) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    attempts.attempt("pipeline") { () throws(PETError) in
      let definition = try PipelineLoader.parse(text, file: "pipeline.yaml")
      for role in definition.roles {
        let width = definition.mapSmoothing(of: role) ?? 0
        precondition(width.isFinite && width >= 0, "a width is a width")
        for key in role.choices.values.keys { precondition(FitSetting.named(key) != nil, "a choice is of a setting") }
      }
    }
    attempts.attempt("tracers") { () throws(PETError) in
      let cards = try TracerFile.parse(text, file: "tracers.yaml")
      precondition(TracerCatalogue.builtIn.adding(cards).all.count >= cards.count, "every card is in the catalogue")
      for card in cards { precondition(card.retest.allSatisfy { $0.withinSubject.isFinite }, "a CV is a number") }
    }
  }
}
