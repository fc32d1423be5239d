import ArgumentParser
import PETBinding
import PETCore
import PETResults
import PETStudy

struct ReliabilityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reliability",
    abstract: "Test-retest reliability of parameters, or of the balance.",
    discussion: HelpText.of(
      """
      Absolute variability, within-subject CV (root mean square over persons of SD/mean), ICC in three named forms with \
      limits, minimal detectable difference and the numbers of Bland and Altman, for every region and measure of two \
      tables or an output's two sessions. Persons whose fit did not settle are left out, and the note counts them.

      petbalance reliability --test a/sub-01_kinpar.tsv a/sub-02_kinpar.tsv --retest b/sub-01_kinpar.tsv b/sub-02_kinpar.tsv
      petbalance reliability --from OUT --test ses-test --retest ses-retest --balance
      """))

  @Option(parsing: .upToNextOption, help: "Tables of the first session; with --from, its name.") var test: [String]
  @Option(parsing: .upToNextOption, help: "Those of the second, in the same order; with --from, its name.")
  var retest: [String]
  @Option(help: "Output folder of a run in which both sessions are looked up.") var from: String?
  @Option(help: "With --from: tracer of the scans.") var tracer: String?
  @Flag(help: "With --from: of the balance, not of one tracer's parameters.") var balance = false
  @Option(parsing: .upToNextOption, help: "Measures (default: all of the tables).") var measure: [String] = []
  @OptionGroup var counting: CountingOptions
  @Option(help: "Confidence level.") var level = 0.95
  @Option(help: "Table to write (default: standard output); its JSON goes beside it.") var out: String?
  @OptionGroup var printing: TableOptions

  func validate() throws {
    guard from != nil || tracer == nil && !balance else {
      throw ValidationError("--tracer and --balance go with --from")
    }
    guard ConfidenceLevel.range.contains(level) else {
      throw ValidationError("--level \(level) is not \(ConfidenceLevel.words)")
    }
    guard from == nil || test.count == 1 && retest.count == 1 else {
      throw ValidationError("with --from give one session to --test and one to --retest")
    }
  }

  func run() throws {
    let tables =
      try from.map { (folder) throws(PETError) in
        try SessionTables(
          output: folder, test[0], retest[0], suffix: balance ? "balance" : "kinpar", tracer: tracer)
      } ?? SessionTables(test, retest)
    let differences = try tables.pairs.flatMap { pair in try ScanSettings.differences(pair.first, pair.second) }
    let study = try RepeatedMeasures(tables, measures: measure, rule: counting.rule)
    let rows = study.rows(level: level)
    let text = ReliabilityText(rows, level: level) { study.values($0, $1) }
    let inputs = tables.pairs.flatMap { [$0.first, $0.second] }.flatMap { [$0, TSVTable.sidecarPath(of: $0)] }
    let scans = tables.pairs.map { pair in
      JSONValue.object([
        ("Participant", .string(pair.participant)), ("Test", ScanSettings.json(pair.first)),
        ("Retest", ScanSettings.json(pair.second)),
      ])
    }
    try Screen.write(
      text.tsv, sidecar: text.sidecar([("Scans", .array(scans)), ("Counted", .string(counting.rule.words))]), to: out,
      inputs: inputs, isAnalysis: true, as: printing)
    Screen.findings(tables.findings + differences)
  }
}
