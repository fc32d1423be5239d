import ArgumentParser
import PETCore
import PETKinetics
import PETPipeline
import PETResults
import PETTracers

extension CatalogueFormat: ExpressibleByArgument {}

struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The kinetic models: needs, parameters with units and bounds, citations.",
    discussion: HelpText.of(
      """
      petbalance models
      petbalance models SRTM
      petbalance models --format markdown
      """))
  @Argument(help: "A model to tell everything of.", completion: .list(ModelCatalogue.names)) var name: String?
  @Option(help: "How to print it.") var format: CatalogueFormat = .table

  func run() throws {
    guard let name else { return try Screen.write(CatalogueText.models(format, width: Terminal.output.width)) }
    let card: ModelCard
    do throws(PETError) { card = try ModelCatalogue.named(name).card } catch {
      throw PETError(.usage, field: "model", error.problem, remedy: error.remedy)
    }
    try Screen.write(format == .table ? CatalogueText.model(card) : CatalogueText.models(format, [card]))
  }
}

/// How tracers are printed; `yaml` is the form of a user's own file.
enum TracerFormat: String, ExpressibleByArgument, CaseIterable { case table, tsv, json, markdown, yaml }

struct Tracers: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "The tracers: target, system, isotope, models, test-retest, where not to use them, sources; or one in full.",
    discussion: HelpText.of(
      """
      petbalance tracers --format json
      petbalance tracers raclopride
      petbalance tracers raclopride --format yaml > mine.yaml    a card to start from; a pipeline's read: {tracers: mine.yaml}
      petbalance tracers --tracers mine.yaml                     yours together with the built-in ones
      """))
  @Argument(
    help: "A tracer to tell everything of: id, name or another spelling.",
    completion: .list(TracerCatalogue.builtIn.all.map(\.id)))
  var name: String?
  @Option(help: "A YAML file of your own tracers; one with a built-in name takes its place.") var tracers: String?
  @Option(help: "table, tsv, json, markdown or yaml.") var format: TracerFormat = .table

  func run() throws {
    var catalogue = TracerCatalogue.builtIn
    if let tracers { catalogue = catalogue.adding(try TracerFile.read(tracers)) }
    var cards = catalogue.all
    if let name {
      guard let card = catalogue.find(name) else {
        throw PETError(
          .usage, field: "tracer", "there is no tracer '\(name)'",
          remedy: NearestName.advice(for: name, among: cards.map(\.id)))
      }
      if format == .table { return try Screen.write(CatalogueText.tracer(card)) }
      cards = [card]
    }
    guard let plain = CatalogueFormat(rawValue: format.rawValue) else {
      return try Screen.write(cards.map(TracerFile.text).joined(separator: "\n"))
    }
    try Screen.write(CatalogueText.tracers(plain, cards, width: Terminal.output.width))
  }
}

struct Pipelines: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The pipelines that are shipped in the program; or the text of one.",
    discussion: HelpText.of(
      """
      petbalance pipelines
      petbalance pipelines raclopride-dasb > mine.yaml
      petbalance pipelines --keys         every key of a pipeline: what may be written, what it means
      petbalance pipelines --files        every kind of file that a run leaves
      """))
  @Argument(help: "A pipeline whose text to print.", completion: .pipelines) var name: String?
  @Flag(help: "Every key of a pipeline: what may be written, its default, an example, what it means.") var keys = false
  @Flag(help: "Every kind of file that a run leaves.") var files = false
  @Option(help: "How to print the list.") var format: CatalogueFormat = .table

  func run() throws {
    if keys { return try Screen.write(PipelineKey.page(format, width: Terminal.output.width)) }
    if files { return try Screen.write(CatalogueText.files(format, width: Terminal.output.width)) }
    if let name { return try Screen.write(PipelineLoader.text(name)) }
    var rows: [[String]] = []
    for name in PipelineLoader.shipped {
      let definition = try PipelineLoader.load(name)
      rows.append([
        name, definition.numerator.tracer.id, definition.numerator.model, definition.denominator?.tracer.id ?? "n/a",
        definition.denominator?.model ?? "n/a", definition.measures, definition.summary,
      ])
    }
    let columns = [
      "pipeline", "dopamine", "dopamine-model", "serotonin", "serotonin-model", "measure", "description",
    ]
    try Screen.write(
      CatalogueText.list(format, title: "Pipelines", columns: columns, rows: rows, width: Terminal.output.width))
  }
}
