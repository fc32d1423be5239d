import ArgumentParser
import PETCore
import PETPipeline
import PETResults

struct Cite: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The works that a run is to be cited with: program, models, tracers, methods.",
    discussion: HelpText.of(
      """
      Read from the sidecars of the results, so that what was used is cited and nothing else. Sources of tracers are as
      their cards name them: without titles, which their DOIs lead to.

      petbalance cite OUT
      petbalance cite OUT --format bibtex > references.bib
      petbalance cite OUT --format csl > references.json
      """))

  @Argument(help: "Output of a run.", completion: .directory) var output: String
  @Option(help: "text, bibtex or csl (CSL-JSON).") var format: Bibliography.Format = .text

  func run() throws { try Screen.write(try CitedWorks.of(output).text(format)) }
}

extension Bibliography.Format: ExpressibleByArgument {}
