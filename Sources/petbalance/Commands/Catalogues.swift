import ArgumentParser
import PETBinding
import PETCore
import PETPipeline
import PETReport

extension CatalogueFormat: ExpressibleByArgument {}

struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The kinetic models: needs, parameters with units and bounds, citations.",
    discussion: "petbalance models --format markdown")
  @Option(help: "How to print it.") var format: CatalogueFormat = .table
  func run() throws { try Screen.write(CatalogueText.models(format)) }
}

struct Tracers: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The tracers: target, system, isotope, reference region, models, caveats, sources.",
    discussion: "petbalance tracers --format json")
  @Option(help: "How to print it.") var format: CatalogueFormat = .table
  func run() throws { try Screen.write(CatalogueText.tracers(format)) }
}

struct Pipelines: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The pipelines that are shipped in the program; or the text of one.",
    discussion: """
      petbalance pipelines
      petbalance pipelines raclopride-dasb > mine.yaml
      """)
  @Argument(help: "A pipeline whose text to print.") var name: String?
  @Option(help: "How to print the list.") var format: CatalogueFormat = .table

  func run() throws {
    if let name { return try Screen.write(PipelineLoader.text(name)) }
    var rows: [[String]] = []
    for name in PipelineLoader.shipped {
      let definition = try PipelineLoader.load(name)
      rows.append([
        name, definition.numerator.tracer.id, definition.numerator.model, definition.denominator?.tracer.id ?? "n/a",
        definition.denominator?.model ?? "n/a", definition.measure, definition.summary,
      ])
    }
    let columns = [
      "pipeline", "dopamine", "dopamine-model", "serotonin", "serotonin-model", "measure", "description",
    ]
    try Screen.write(CatalogueText.list(format, title: "Pipelines", columns: columns, rows: rows))
  }
}
