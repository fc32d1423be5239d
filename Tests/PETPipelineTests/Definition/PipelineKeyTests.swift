import PETKinetics
import PETPipeline
import PETResults
import Testing

struct PipelineKeyTests {
  /// Each stands once; a default and an example are values that may be written.
  @Test func cards() {
    #expect(Set(PipelineKey.all.map(\.path)).count == PipelineKey.all.count)
    for key in PipelineKey.all {
      #expect(!key.meaning.isEmpty && !key.words.isEmpty && !key.example.isEmpty)
      if case .value(let kind) = key.kind, !kind.isList, !key.example.hasPrefix("{") {
        #expect(kind.canonical(key.example) != nil, "\(key.path)")
      }
      if case .flag = key.kind {
        #expect(["true", "false"].contains(key.standard ?? "true") && ["true", "false"].contains(key.example))
      }
    }
  }

  @Test func thePageHasEveryKey() {
    let lines = PipelineKey.page(.tsv).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false)
    }
    #expect(lines.first?.first == "key" && lines.dropFirst().map { String($0[0]) } == PipelineKey.all.map(\.path))
    #expect(
      lines.dropFirst().allSatisfy {
        $0.count == 6 && ($0[2] == "needed") == String($0[0]).hasSuffix(".tracer") || String($0[0]).hasSuffix(".model")
      })
  }
}
