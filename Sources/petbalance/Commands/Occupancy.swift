import ArgumentParser
import PETBinding
import PETCore
import PETResults
import PETStudy

extension LassenPlot.Method: ExpressibleByArgument {}

struct OccupancyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "occupancy",
    abstract: "Occupancy by a drug, from scans before and with it.",
    discussion: HelpText.of(
      """
      By VT: the Lassen plot over regions, three ways, with VND, and from it occupancy in each region; by BPND: in each \
      region. One table or several persons, who also get a group line.

      petbalance occupancy --baseline sub-01_ses-a_model-2TCM_kinpar.tsv --blocked sub-01_ses-b_model-2TCM_kinpar.tsv
      petbalance occupancy --from OUT --baseline ses-baseline --blocked ses-blocked --tracer dasb --measure BPND
      """))

  @Option(parsing: .upToNextOption, help: "Parameter tables of the scans without the drug; with --from, their session.")
  var baseline: [String]
  @Option(parsing: .upToNextOption, help: "Those with it, in the same order; with --from, their session.")
  var blocked: [String]
  @Option(help: "Output folder of a run in which both sessions are looked up.") var from: String?
  @Option(help: "With --from: tracer of the scans.") var tracer: String?
  @Option(help: "Parameter: VT, or a measure of specific binding such as BPND.") var measure = "VT"
  @Option(help: "By VT: the line whose VND regional occupancies rest on.") var method = LassenPlot.Method.ordinary
  @Option(parsing: .upToNextOption, help: "Regions that count, such as 'ctx-*' (default: all).") var regions: [String] =
    []
  @Option(parsing: .upToNextOption, help: "Regions that do not, such as '*ventricle' '*vessel'.") var without:
    [String] = []
  @Option(help: "Confidence level.") var level = 0.95
  @Option(help: "By VT: table of regional occupancies to write.") var regional: String?
  @Option(help: "Table to write (default: standard output); its JSON goes beside it.") var out: String?
  @OptionGroup var printing: TableOptions

  func validate() throws {
    guard measure == "VT" || regional == nil else {
      throw ValidationError("--regional goes with VT: by \(measure) the table itself is of regions")
    }
    guard regional == nil || out == nil || !Screen.isSame(regional ?? "", out ?? "") else {
      throw ValidationError("--regional and --out are one file")
    }
    guard from != nil || tracer == nil else { throw ValidationError("--tracer goes with --from") }
    guard ConfidenceLevel.range.contains(level) else {
      throw ValidationError("--level \(level) is not \(ConfidenceLevel.words)")
    }
    guard from == nil || baseline.count == 1 && blocked.count == 1 else {
      throw ValidationError("with --from give one session to --baseline and one to --blocked")
    }
  }

  func run() throws {
    let tables =
      try from.map { (folder) throws(PETError) in
        try SessionTables(output: folder, baseline[0], blocked[0], suffix: "kinpar", tracer: tracer)
      } ?? SessionTables(baseline, blocked)
    let differences = try tables.pairs.flatMap { pair in try ScanSettings.differences(pair.first, pair.second) }
    var settings: [JSONValue] = []
    let persons = try tables.pairs.map { pair in
      let (first, second) = (
        try BindingReader.read(pair.first, measure: measure, level: level).keeping(regions, without: without),
        try BindingReader.read(pair.second, measure: measure, level: level).keeping(regions, without: without)
      )
      settings.append(
        .object([
          ("Participant", .string(pair.participant)), ("Baseline", ScanSettings.json(pair.first)),
          ("Blocked", ScanSettings.json(pair.second)),
        ]))
      return (
        participant: pair.participant, occupancy: Occupancy(baseline: first, drug: second, method: method, level: level)
      )
    }
    let text = OccupancyText(persons, level: level)
    let inputs = tables.pairs.flatMap { [$0.first, $0.second] }.flatMap { [$0, TSVTable.sidecarPath(of: $0)] }
    let sidecar = text.sidecar([
      ("Regions", .array(regions.map(JSONValue.string))), ("RegionsLeftOut", .array(without.map(JSONValue.string))),
      ("Scans", .array(settings)),
    ])
    if let regional, text.hasLassen {
      try Screen.write(text.regions, sidecar: sidecar, to: regional, inputs: inputs, isAnalysis: true)
    }
    try Screen.write(
      text.hasLassen ? text.lassen : text.regions, sidecar: sidecar, to: out, inputs: inputs, isAnalysis: true,
      as: printing)
    Screen.findings(tables.findings + differences + persons.flatMap(\.occupancy.findings))
  }
}
