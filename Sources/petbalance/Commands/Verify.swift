import ArgumentParser
import PETCore
import PETPipeline
import PETResults
import PETStudy

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Are the results of a run, its pipeline and its study still what they were?",
    discussion: HelpText.of(
      """
      Every result and every input is compared with the SHA-256 on record, group tables are made again from the tables
      of the persons. The study is looked for where it lay, seen from OUT; a copy of OUT elsewhere needs --study for
      the inputs. What is not as it was is a fault (exit 65).

      petbalance verify OUT
      petbalance verify OUT --study STUDY --rerun 5
      """))

  @Argument(help: "Output of a run.") var output: String
  @Option(help: "The study (default: where it lay, seen from OUT).") var study: String?
  @Option(parsing: .upToNextOption, help: "Derivatives that the run was given, [NAME=]PATH.")
  var derivatives: [String] = []
  @Option(help: "Make this many scans or pairs, drawn at random, again and compare every byte.") var rerun: Int?
  @Option(help: "text, tsv or json.") var format: FindingFormat = .text
  @Option(jobs: "Files read at once.") var jobs: JobCount

  func validate() throws {
    guard rerun ?? 1 >= 1 else { throw ValidationError("--rerun \(rerun ?? 0) is not 1 or more") }
  }

  func run() throws {
    var result = try Verification(output, study: study, derivatives: derivatives, jobs: jobs.count)
    let again = try rerun.map { (count) throws(PETError) in try result.rerun(count) }
    try Screen.write(FindingsText.text(result.findings, format))
    let faults = result.findings.count { $0.level == .fault }
    Screen.note(
      "\(result.units) records, \(result.files) results as they were written; "
        + (result.hasStudy ? "inputs compared" : "inputs not compared")
        + (again.map { "; made again: " + ($0.isEmpty ? "none" : $0.joined(separator: ", ")) } ?? "")
        + "; \(faults) faults")
    if faults > 0 { throw ExitCode(PETError.Code.wrongInput.rawValue) }
  }
}
