import ArgumentParser
import PETBinding
import PETCore
import PETResults

struct Study: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A question put to every region of a study: groups, sessions, or an association.",
    discussion: """
      Effect with limits, its size, permutation p and the false discovery rate over regions, from the balances of an \
      output and what is known of persons.

      petbalance study OUT --persons STUDY/participants.tsv --groups diagnosis --levels control patient --covariates age sex
      petbalance study OUT --persons STUDY/participants.tsv STUDY/phenotype/bdi.tsv --association bdi_total
      petbalance study OUT --sessions ses-before ses-after
      """)

  @Argument(help: "Output folder of a run, or its group_balance.tsv.") var output: String
  @Option(parsing: .upToNextOption, help: "Tables of persons: participants.tsv, phenotype/*.tsv.")
  var persons: [String] = []
  @Option(help: "Column that tells two groups.") var groups: String?
  @Option(parsing: .upToNextOption, help: "The two levels of --groups: the second less the first.")
  var levels: [String] = []
  @Option(help: "Column of numbers that the measure may go with.") var association: String?
  @Option(parsing: .upToNextOption, help: "Two sessions: the second less the first, within persons.")
  var sessions: [String] = []
  @Option(parsing: .upToNextOption, help: "Columns held: numbers, or categories.") var covariates: [String] = []
  @Option(help: "log-ratio, centred-log-ratio, ratio, or a system such as dopamine.") var measure = StudyTable.logRatio
  @Option(parsing: .upToNextOption, help: "Regions that count (default: all).") var regions: [String] = []
  @Option(help: "Session that counts where persons have several.") var session: String?
  @OptionGroup var counting: CountingOptions
  @Option(help: "Confidence level.") var level = 0.95
  @Option(help: "Permutations.") var permutations = 10_000
  @Option(help: "Seed of the permutations.") var seed: UInt64 = 1
  @Option(help: "Table to write (default: standard output); its JSON goes beside it.") var out: String?

  func validate() throws {
    let asked = [groups != nil, association != nil, !sessions.isEmpty].count { $0 }
    guard asked == 1 else { throw ValidationError("ask one of --groups, --association and --sessions") }
    guard groups == nil ? levels.isEmpty : Set(levels).count == 2 && levels.count == 2 else {
      throw ValidationError("--levels names two levels of --groups")
    }
    guard sessions.isEmpty || Set(sessions).count == 2 && sessions.count == 2 else {
      throw ValidationError("--sessions names two sessions")
    }
    guard sessions.isEmpty || session == nil else { throw ValidationError("--session does not go with --sessions") }
    guard ConfidenceLevel.range.contains(level) else {
      throw ValidationError("--level \(level) is not \(ConfidenceLevel.words)")
    }
    guard (99...10_000_000).contains(permutations) else {
      throw ValidationError("--permutations \(permutations) is not 99 to 10000000")
    }
  }

  func run() throws {
    let table = try StudyReader.read(output, persons: persons, session: session, rule: counting.rule).keeping(regions)
    guard table.measures.contains(measure) else {
      throw PETError(
        .usage, field: "--measure", "there is no measure '\(measure)'",
        remedy: NearestName.advice(for: measure, among: table.measures))
    }
    let question: StudyContrast.Question =
      if let groups {
        .groups(column: groups, first: levels[0], second: levels[1])
      } else if let association {
        .association(column: association)
      } else {
        .sessions(first: sessions[0], second: sessions[1])
      }
    var settings = StudyContrast.Settings(question)
    settings.measure = measure
    settings.covariates = covariates
    settings.session = session
    settings.level = level
    settings.permutations = permutations
    settings.seed = seed
    let contrast = try StudyContrast(table, settings)
    let text = ContrastText(contrast)
    try Screen.write(
      text.tsv, sidecar: text.sidecar([("Pair", .string(table.pair)), ("Counted", .string(counting.rule.words))]),
      to: out, inputs: [output] + persons, isAnalysis: true)
    Screen.findings(contrast.findings)
  }
}
