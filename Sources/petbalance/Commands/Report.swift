import ArgumentParser
import Foundation
import PETCore
import PETPipeline

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The pages of an output: one for each person, and one for the study.",
    discussion: HelpText.of(
      """
      run makes them; this makes them again from what OUT holds, without the study: after tables of study, occupancy, \
      reliability or multiverse were put into OUT/analyses, or to have the figures alone.

      petbalance study OUT --persons participants.tsv --groups diagnosis --levels control patient --out OUT/analyses/diagnosis.tsv
      petbalance report OUT
      petbalance report OUT --figures svg --out figures
      """))

  enum FigureFormat: String, ExpressibleByArgument, CaseIterable { case svg }

  @Argument(help: "Output of a run.") var output: String
  @Option(help: "Write the figures alone, as files of this kind, and no pages.") var figures: FigureFormat?
  @Option(help: "With --figures: folder for them.") var out: String?
  @Flag(help: "Make pages again that are done.") var force = false
  @Option(jobs: "Pages made at once.") var jobs: JobCount

  func validate() throws {
    guard (figures == nil) == (out == nil) else { throw ValidationError("--figures and --out belong together") }
  }

  func run() throws {
    let report = try OutputReport(output)
    if let out {
      try AtomicFile.makeFolder(out)
      Screen.note("\(try report.writeFigures(to: out, jobs: jobs.count)) figures in \(out)")
      return
    }
    let (made, failures) = try report.update(jobs: jobs.count, force: force)
    Screen.note("\(made) pages of persons made; the study's is \(output)/group.html")
    for failure in failures { Screen.note("petbalance: error: \(failure)") }
    if !failures.isEmpty { throw ExitCode(1) }
  }
}
