import ArgumentParser
import PETBinding
import PETCore
import PETResults

struct Change: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Change of one person's balance between two sessions.",
    discussion: HelpText.of(
      """
      The ratio of the two ratios with limits, region by region. The limits hold the errors of the fits; --retest-sd adds \
      what a balance varies by itself between sessions (within-sd of log-ratio in petbalance reliability).

      petbalance change sub-01_ses-a_desc-raclopridedasb_balance.tsv sub-01_ses-b_desc-raclopridedasb_balance.tsv
      """))

  @Argument(help: "Balance table of the first session.") var before: String
  @Argument(help: "Balance table of the second session.") var after: String
  @Option(help: "Within-subject SD of a log ratio between sessions without a change.") var retestSd: Double?
  @OptionGroup var counting: CountingOptions
  @Option(help: "Confidence level.") var level = 0.95
  @Option(help: "Table to write (default: standard output); its JSON goes beside it.") var out: String?
  @OptionGroup var printing: TableOptions

  func validate() throws {
    guard ConfidenceLevel.range.contains(level) else {
      throw ValidationError("--level \(level) is not \(ConfidenceLevel.words)")
    }
    guard retestSd ?? 0 >= 0, retestSd ?? 0 < .infinity else {
      throw ValidationError("--retest-sd \(retestSd ?? 0) is not 0 or more")
    }
  }

  func run() throws {
    let pair = try SessionTables([before], [after])
    let change = BalanceChange(
      before: try BalanceReader.read(before, rule: counting.rule),
      after: try BalanceReader.read(after, rule: counting.rule), retest: retestSd, level: level)
    let differences = try BalanceReader.differences(before, after)
    let inputs = [before, after].flatMap { [$0, TSVTable.sidecarPath(of: $0)] }
    let text = ChangeText(change)
    try Screen.write(
      text.tsv,
      sidecar: text.sidecar(
        level: level, counted: counting.rule, retest: retestSd, participant: pair.pairs[0].participant,
        findings: differences), to: out,
      inputs: inputs, isAnalysis: true, as: printing)
    Screen.findings(differences)
  }
}
