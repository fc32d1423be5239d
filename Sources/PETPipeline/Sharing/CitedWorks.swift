import Foundation
package import PETCore
import PETKinetics
package import PETResults
import PETTracers

/// What an output is to be cited with: the works that its sidecars name.
package enum CitedWorks {
  /// - Parameter output: of a run; its sidecars and those of its analyses are read.
  package static func of(_ output: String) throws(PETError) -> Bibliography {
    _ = try OutputFolder.description(output)
    // Cards of the pipeline's own tracers stand beside it.
    let catalogue =
      (try? PipelineLoader.load("\(output)/\(OutputFolder.pipeline)"))?.tracers ?? TracerCatalogue.builtIn
    var said = Said()
    for unit in try RunRecord.units(in: output) {
      guard let record = try RunRecord.read(unit, in: output), record.kind != .page else { continue }
      for file in record.outputs where file.name.hasSuffix(".json") { try said.read("\(output)/\(file.name)") }
    }
    let summary = "\(output)/\(ResultFile.summaryTwin.name)"
    if FileManager.default.fileExists(atPath: summary) { try said.read(summary) }
    let analyses = "\(output)/\(StudyReader.analyses)"
    for name in (try? Folder.names(analyses)) ?? [] where name.hasSuffix(".json") {
      try said.read("\(analyses)/\(name)")
    }
    var works = Bibliography()
    for card in ModelCatalogue.all.map({ model in model.card }) where said.models.contains(card.id) {
      for work in card.references { works.add(work, .models) }
    }
    for card in catalogue.all where said.tracers.contains(card.id) {
      for source in card.sources { works.add(Reference(source: source), .tracers) }
    }
    for work in Reference.methods where work.identifier.map(said.mentions.contains) ?? false {
      works.add(work, .methods)
    }
    return works
  }

  /// What sidecars say of where their numbers come from.
  private struct Said {
    var models: Set<String> = []
    var tracers: Set<String> = []
    var mentions: Set<String> = []
    /// Sidecars of one kind say the same of every person.
    private var texts: Set<String> = []

    mutating func read(_ path: String) throws(PETError) { collect(try JSONValue.readObject(path: path)) }

    private mutating func collect(_ value: JSONValue) {
      switch value {
      case .object(let members):
        for (name, value) in members {
          if case .string(let text) = value {
            if name == Sidecar.modelName || name == Sidecar.model { models.insert(text) }
            if name == Sidecar.tracer { tracers.insert(text) }
          }
          collect(value)
        }
      case .array(let values): for value in values { collect(value) }
      case .string(let text) where text.contains("doi:") || text.contains("PMID"):
        if texts.insert(text).inserted { mentions.formUnion(Reference.mentions(in: text)) }
      default: break
      }
    }
  }
}
