import ArgumentParser
import PETBinding
import PETCore
import PETPipeline
import PETResults

struct Study: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A question put to every region of a study: groups, sessions, or an association.",
    discussion: HelpText.of(
      """
      Effect with limits, its size, permutation p and the false discovery rate over regions, from the balances of an \
      output and what is known of persons: first of all regions together, of the sets that are named and whether regions \
      differ at all, then region by region, with what either system does alone. participants.tsv of the study is found.

      petbalance study OUT --groups diagnosis --levels control patient --covariates age sex
      petbalance study OUT --persons STUDY/participants.tsv STUDY/phenotype/bdi.tsv --association bdi_total
      petbalance study OUT --sessions ses-before ses-after --set striatum=Caudate,Putamen
      """))

  @Argument(help: "Output folder of a run, or its group_balance.tsv.") var output: String
  @OptionGroup var question: QuestionOptions
  @Option(help: "log-ratio, centred-log-ratio, ratio, or a system such as dopamine.") var measure = StudyTable.logRatio
  @Option(parsing: .upToNextOption, help: "Regions that count (default: all).") var regions: [String] = []
  @OptionGroup var sets: SetOptions
  @Option(help: "Session that counts where persons have several.") var session: String?
  @OptionGroup var counting: CountingOptions
  @Option(help: "Permutations.") var permutations = 10_000
  @Option(help: "Table to write (default: standard output); its JSON goes beside it.") var out: String?
  @OptionGroup var printing: TableOptions

  func validate() throws {
    guard question.isAsked else {
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
    // What is known of persons is looked for in the study of the output.
    let isNeeded = question.sessions.isEmpty || !question.covariates.isEmpty
    let own = isNeeded ? OutputStudy.participants(output) : nil
    let known = question.persons.isEmpty ? [own].compactMap { $0 } : question.persons
    let whole = try StudyReader.read(output, persons: known, session: session, rule: counting.rule)
    let table = try whole.keeping(regions)
    try table.check(measure: measure)
    let people = Array(whole.persons.values)
    guard var settings = try question.settings(permutations: permutations, of: people) else { return }
    settings.measure = measure
    settings.session = session
    // Who names regions names the family.
    if regions.isEmpty { settings.outside = StudyFamily.outside(table.regions) }
    settings.sets = try sets.named()
    let contrast = try StudyContrast(table, settings)
    let text = ContrastText(contrast)
    try Screen.write(
      text.tsv, sidecar: text.sidecar([("Pair", .string(table.pair)), ("Counted", .string(counting.rule.words))]),
      to: out, inputs: [output] + known, isAnalysis: true, as: printing)
    Screen.findings(contrast.findings)
  }
}
