import ArgumentParser
import PETPipeline

extension CompletionKind {
  /// Names of the shipped pipelines.
  static var pipelines: CompletionKind { .list(PipelineLoader.shipped) }
}
