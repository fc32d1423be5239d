import ArgumentParser
import PETCore
import PETResults

struct Sensitivity: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What stated errors do to the ratios of a finished run.",
    discussion: HelpText.of(
      """
      A row for each region, effect and direction: what one standard deviation of the error changes in either estimate
      and in their ratio, by fits made again. The run's pipeline states the errors (uncertainty: {segmentation: 0.5, …});
      what they come to together is in the balance (ratio-budget-low, ratio-budget-high).

      petbalance sensitivity OUT --region Putamen Raphe
      petbalance sensitivity OUT --effect fwhm --out fwhm.tsv
      """))

  @Argument(help: "Output of a run.") var output: String
  @Option(
    name: [.long, .customLong("participant_label")], parsing: .upToNextOption, help: "Participants, without sub-.")
  var participantLabel: [String] = []
  @Option(parsing: .upToNextOption, help: "Regions (default: all).") var region: [String] = []
  @Option(parsing: .upToNextOption, help: "Effects, as the pipeline names them (default: all).")
  var effect: [String] = []
  @Option(help: "Table to write (default: standard output).") var out: String?
  @OptionGroup var printing: TableOptions

  func run() throws {
    let table = try SensitivityReader.table(
      of: output, persons: participantLabel, regions: region, effects: effect)
    try Screen.write(table.text, to: out, inputs: table.files, as: printing)
  }
}
