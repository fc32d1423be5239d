import ArgumentParser
import PETBinding
import PETCore
import PETPipeline
import PETResults
import PETTracers

struct Norms: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How far each person is from a reference group or a table of norms, region by region.",
    discussion: HelpText.of(
      """
      Adjusted for age, sex or other covariates; members of the reference group are left out of the norm that they are \
      held against. Judge by t and p (Crawford and Howell 1998): z of a small group is none. --write keeps the norms for other people: the same tracers, models, scanner and pipeline only.
      A table of norms has the columns measure, region, sd, and mean (with n), or is what --write wrote, with its JSON.

      petbalance norms OUT --reference group=control --covariates age sex --write norms.tsv
      petbalance norms OUT2 --persons STUDY2/participants.tsv --norms norms.tsv
      """))

  @Argument(help: "Output folder of a run, or its group_balance.tsv.") var output: String
  @Option(parsing: .upToNextOption, help: "Tables of persons: participants.tsv, phenotype/*.tsv.")
  var persons: [String] = []
  @Option(help: "COLUMN=LEVEL of the persons that are the norm.") var reference: String?
  @Option(help: "Table of norms of other people.") var norms: String?
  @Option(parsing: .upToNextOption, help: "With --reference: columns that the norm depends on.")
  var covariates: [String] = []
  @Option(parsing: .upToNextOption, help: "Measures (default: the log ratio and both systems).")
  var measure: [String] = []
  @Option(help: "Session that counts where persons have several.") var session: String?
  @Option(help: "Table of the reference group's norms to write.") var write: String?
  @OptionGroup var counting: CountingOptions
  @Option(help: "Table to write (default: standard output); its JSON goes beside it.") var out: String?
  @OptionGroup var printing: TableOptions

  func validate() throws {
    guard (reference == nil) != (norms == nil) else { throw ValidationError("give --reference or --norms") }
    guard reference == nil || level != nil else { throw ValidationError("--reference is COLUMN=LEVEL") }
    guard write == nil || out == nil || !Screen.isSame(write ?? "", out ?? "") else {
      throw ValidationError("--write and --out are one file")
    }
    guard norms == nil || covariates.isEmpty && write == nil else {
      throw ValidationError("--covariates and --write belong to --reference")
    }
  }

  private var level: (column: String, level: String)? {
    guard let parts = reference?.split(separator: "=", maxSplits: 1).map(String.init), parts.count == 2 else {
      return nil
    }
    return (parts[0], parts[1])
  }

  func run() throws {
    // What is known of persons is looked for in the study of the output.
    let persons = persons.isEmpty ? [OutputStudy.participants(output)].compactMap { $0 } : persons
    let table = try StudyReader.read(output, persons: persons, session: session, rule: counting.rule)
    let measures =
      measure.isEmpty
      ? [StudyTable.logRatio, table.systems.numerator.rawValue, table.systems.denominator.rawValue] : measure
    for name in measures { try table.check(measure: name) }
    let deviations: StudyDeviations
    if let level {
      deviations = try StudyDeviations(
        table, column: level.column, level: level.level, session: session, covariates: covariates, measures: measures)
    } else {
      deviations = try StudyDeviations(
        table, norms: try NormReader.read(norms ?? ""), session: session, measures: measures)
    }
    let inputs = [output] + persons + [norms].compactMap { $0 }
    if let write {
      guard !deviations.norms.norms.isEmpty else {
        throw PETError(
          .wrongInput, field: "--reference", "\(deviations.members) persons make no norm",
          remedy: "a norm needs \(StudyDeviations.leastFreedom) persons more than it has coefficients")
      }
      try Screen.write(
        DeviationsText.norms(deviations.norms), sidecar: DeviationsText.about(deviations.norms), to: write,
        inputs: inputs)
    }
    let text = DeviationsText(deviations)
    let source = reference ?? norms.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? "n/a"
    try Screen.write(
      text.tsv,
      sidecar: text.sidecar([
        ("Norm", .string(source)), ("Pair", .string(table.pair)), ("Counted", .string(counting.rule.words)),
      ]),
      to: out,
      inputs: inputs, isAnalysis: true, as: printing)
    Screen.findings(deviations.findings + [deviations.smallNorm].compactMap { $0 })
  }
}
