import ArgumentParser
import Foundation
import PETBinding
import PETCore
import PETPipeline
import PETResults

struct Multiverse: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "A study by every combination of choices: how far they move binding and balance, and which moves them most.",
    discussion: HelpText.of(
      """
      The grid is a pipeline file in which settings of read, regions, motion, align, curves, input and models may be lists,
      as in models: {dopamine: {model: [SRTM, MRTM2], reference: [cerebellum, Left-Cerebellum-Cortex]}, …}.
      What universes share is worked out once. --groups, --association or --sessions asks a question of the study in every \
      universe, and of all together.

      petbalance multiverse STUDY OUT --grid grid.yaml
      petbalance multiverse STUDY OUT --grid grid.yaml --persons STUDY/participants.tsv --groups group --levels control patient
      """))

  @Argument(help: "BIDS dataset with PET scans.") var bids: String
  @Argument(help: "Folder for the tables; must be empty or absent.") var output: String
  @Option(help: "Pipeline file with lists.") var grid: String
  @OptionGroup var scans: ScanOptions
  @OptionGroup var question: QuestionOptions
  @Option(help: "Permutations.") var permutations = 2000
  @OptionGroup var counting: CountingOptions
  @Flag(help: "No progress on standard error.") var quiet = false

  func validate() throws {
    guard
      question.isAsked || question.covariates.isEmpty && question.persons.isEmpty
    else {
      throw ValidationError("--covariates and --persons belong to --groups, --association or --sessions")
    }
    guard question.groups == nil && question.association == nil || !question.persons.isEmpty else {
      throw ValidationError("--groups and --association need --persons")
    }
    guard (99...1_000_000).contains(permutations) else {
      throw ValidationError("--permutations \(permutations) is not 99 to 1000000")
    }
  }

  func run() throws {
    let choices = try ChoiceGrid(path: grid)
    let run = try MultiverseRun(dataset: bids, grid: choices, options: scans.batch)
    let people = try StudyReader.persons(question.persons, session: nil)
    let folder = try Screen.emptyFolder(output)
    // Before the work, not after it.
    try AtomicFile.makeFolder(folder)
    if !quiet { Screen.note("\(choices.universes.count) universes, \(run.pairs) pairs") }
    let isQuiet = quiet
    let results = run.run { name, count, total in
      if !isQuiet { Screen.note("[\(count)/\(total)] \(printable(name))") }
    }
    let systems = choices.universes[0].definition.balance.systems
    let text = MultiverseText(
      choices: choices.choices, values: choices.universes.map(\.values),
      entries: results.map {
        .init(universe: $0.universe, participant: $0.participant, session: $0.session, balance: $0.balance)
      }, systems: systems, rule: counting.rule)
    var failures = TSVText(columns: ["universe"] + Failure.columns)
    let failed = results.compactMap { result in result.failure.map { (result.universe, $0) } }
    for (universe, failure) in failed { failures.add(["\(universe)"] + failure.cells) }
    var files = [
      ("multiverse.tsv", text.tsv), ("multiverse_universes.tsv", text.universes),
      ("multiverse_spread.tsv", text.spread),
      (
        "multiverse.json",
        text.sidecar([("Counted", .string(counting.rule.words)), ("Grid", .string(try TextFile.read(grid).text))]).text
      ),
      ("failures.tsv", failures.text),
    ]
    var conclusions: [String] = []
    if let settings = try question.settings(permutations: permutations, of: people) {
      let contrasts = try text.contrasts(settings, persons: people)
      files += [
        ("multiverse_contrast.tsv", contrasts.universes), ("multiverse_contrast_spread.tsv", contrasts.regions),
        ("multiverse_contrast_spread.json", text.sidecar(asking: settings).text),
      ]
      conclusions = contrasts.rows.map(\.conclusion)
    }
    let staging = StagedFiles()
    for (name, text) in files { try AtomicFile.write(text, to: "\(folder)/\(name)", staging: staging) }
    try staging.commit()
    for line in conclusions { Screen.note(line) }
    Screen.findings([text.leftOutFinding].compactMap { $0 } + run.findings)
    if !failed.isEmpty {
      Screen.note("petbalance: error: \(failed.count) balances failed, see \(output)/failures.tsv")
      throw ExitCode(1)
    }
  }
}
