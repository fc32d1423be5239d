import ArgumentParser
import PETCore
import PETResults

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Two tables of regional parameters beside each other, with a tolerance.",
    discussion: HelpText.of(
      """
      Ours against petfit, kinfitr or an earlier run; regions are joined by name, parameters by theirs (BPnd is BPND). \
      Standard errors of petfit and kinfitr, which are relative, are made absolute. Exit 1 when anything is beyond.

      petbalance compare ours_kinpar.tsv theirs_kinpar.tsv --tolerance 1
      """))
  @Argument(help: "First table.") var a: String
  @Argument(help: "Second table.") var b: String
  @Option(help: "Allowed difference in % of the first table's value.") var tolerance: Double = 1
  @Option(help: "Also allowed: this many standard errors of the first table.") var errors: Double?
  @Option(help: "Parameters to compare, joined by commas (default: all that both have).") var parameters: String?
  @Option(help: "Table to write (default: standard output).") var out: String?
  @OptionGroup var printing: TableOptions

  func validate() throws {
    guard tolerance >= 0, tolerance.isFinite else { throw ValidationError("--tolerance \(tolerance) is not a share") }
    if let errors, !(errors >= 0) { throw ValidationError("--errors \(errors) is negative") }
  }

  func run() throws {
    let first = try ParameterTable(path: a)
    let second = try ParameterTable(path: b)
    let only = parameters?.split(separator: ",").map { String($0).trimmed } ?? []
    for name in only where !(first.parameters.contains(name) && second.parameters.contains(name)) {
      throw PETError(
        .usage, field: "--parameters", "'\(name)' is not in both tables",
        remedy: NearestName.advice(for: name, among: first.parameters.filter(second.parameters.contains)))
    }
    guard first.parameters.contains(where: second.parameters.contains) else {
      throw PETError(
        .wrongInput, file: b, field: "header", "the tables share no parameter",
        remedy: "\(a) has \(first.parameters.joined(separator: ", "))")
    }
    let comparison = ParameterComparison(
      (first.regions, first.parameters, first.estimates), (second.regions, second.parameters, second.estimates),
      only: only, relative: tolerance / 100, errors: errors)
    try Screen.write(comparison.tsv, to: out, inputs: [a, b], as: printing)
    for line in comparison.summary { Screen.note("petbalance: " + line) }
    if !comparison.isWithin { throw ExitCode(1) }
  }
}
