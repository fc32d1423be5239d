import ArgumentParser
import PETBinding
import PETCore
import PETResults

struct Study: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A question put to every region of a study: groups, sessions, or an association.",
    discussion: HelpText.of(
      """
      Effect with limits, its size, permutation p and the false discovery rate over regions, from the balances of an \
      output and what is known of persons.

      petbalance study OUT --persons STUDY/participants.tsv --groups diagnosis --levels control patient --covariates age sex
      petbalance study OUT --persons STUDY/participants.tsv STUDY/phenotype/bdi.tsv --association bdi_total
      petbalance study OUT --sessions ses-before ses-after
      """))

  @Argument(help: "Output folder of a run, or its group_balance.tsv.") var output: String
  @OptionGroup var question: QuestionOptions
  @Option(help: "log-ratio, centred-log-ratio, ratio, or a system such as dopamine.") var measure = StudyTable.logRatio
  @Option(parsing: .upToNextOption, help: "Regions that count (default: all).") var regions: [String] = []
  @Option(help: "Session that counts where persons have several.") var session: String?
  @OptionGroup var counting: CountingOptions
  @Option(help: "Permutations.") var permutations = 10_000
  @Option(help: "Table to write (default: standard output); its JSON goes beside it.") var out: String?
  @OptionGroup var printing: TableOptions

  func validate() throws {
    guard question.settings(permutations: permutations) != nil else {
      throw ValidationError("ask one of --groups, --association and --sessions")
    }
    guard question.sessions.isEmpty || session == nil else {
      throw ValidationError("--session does not go with --sessions")
    }
    guard (99...10_000_000).contains(permutations) else {
      throw ValidationError("--permutations \(permutations) is not 99 to 10000000")
    }
  }

  func run() throws {
    let table = try StudyReader.read(output, persons: question.persons, session: session, rule: counting.rule).keeping(
      regions)
    guard table.measures.contains(measure) else {
      throw PETError(
        .usage, field: "--measure", "there is no measure '\(measure)'",
        remedy: NearestName.advice(for: measure, among: table.measures))
    }
    guard var settings = question.settings(permutations: permutations) else { return }
    settings.measure = measure
    settings.session = session
    let contrast = try StudyContrast(table, settings)
    let text = ContrastText(contrast)
    try Screen.write(
      text.tsv, sidecar: text.sidecar([("Pair", .string(table.pair)), ("Counted", .string(counting.rule.words))]),
      to: out, inputs: [output] + question.persons, isAnalysis: true, as: printing)
    Screen.findings(contrast.findings)
  }
}
