import ArgumentParser
import PETCore
import PETResults
import PETStudy

struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A curve table for another program, or from one: PMOD's .tac, Turku's .dft, or ours.",
    discussion: HelpText.of(
      """
      Reads every table that fit reads (ours, PETPrep, PMOD .tac and .voistat, Turku .tac and .dft, PETPAL, mid and duration,
      commas). Activity is written in kBq/mL, decay corrected to injection, times from injection.

      petbalance convert sub-01_tacs.tsv --to pmod --out anna.tac
      petbalance convert anna.tac --to tsv --out anna_tacs.tsv
      """))

  enum Form: String, ExpressibleByArgument, CaseIterable { case tsv, pmod, turku }

  @Argument(help: "Curve table.") var tacs: String
  @Option(help: "What is written.") var to: Form
  @OptionGroup var isotope: IsotopeOption
  @Option(help: "Table to write (default: standard output).") var out: String?

  func run() throws {
    let table = try CurveReader.read(tacs, isotope: isotope.value)
    let inputs = [tacs, PETSidecar.path(beside: tacs)]
    switch to {
    case .tsv:
      let text = CurvesText(table)
      try Screen.write(text.tsv, sidecar: text.sidecar([]), to: out, inputs: inputs)
    case .pmod, .turku:
      let export: CurvesExport = to == .pmod ? .pmod : .turku
      do throws(PETError) { try Screen.write(try export.text(table), to: out, inputs: inputs) } catch {
        throw error.at(file: tacs)
      }
    }
    Screen.findings(table.findings)
    // What such a table has no place for.
    let lost = [
      table.weightColumn == nil ? nil : "the weights of frames",
      to == .turku || table.volumes.allSatisfy { $0 == nil } ? nil : "the volumes of regions",
      to == .pmod && table.isotope != nil ? "the isotope" : nil,
    ].compactMap { $0 }
    if !lost.isEmpty { Screen.note("petbalance: note: not written: \(lost.joined(separator: ", "))") }
  }
}
