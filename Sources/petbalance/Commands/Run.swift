import ArgumentParser
import Foundation
import PETCore
import PETPipeline

enum AnalysisLevel: String, ExpressibleByArgument, CaseIterable { case participant, group, all }

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A BIDS study through a pipeline: curves, fits, binding, balance, tables.",
    discussion: """
      Each scan on its own: one that fails is a row of OUT/failures.tsv and the others go on (exit 1).

      petbalance run STUDY OUT --pipeline raclopride-dasb --jobs 2
      petbalance STUDY OUT participant --pipeline mine.yaml --participant-label 01 02
      """)

  @Argument(help: "BIDS dataset with PET scans.") var bids: String
  @Argument(help: "Folder for the results (a BIDS derivative).") var output: String
  @Argument(help: "participant, group (joins the tables of OUT) or all.") var level: AnalysisLevel = .all
  @Option(help: "Name of a shipped pipeline, or a YAML file.") var pipeline: String
  @Option(
    name: [.long, .customLong("participant_label")], parsing: .upToNextOption, help: "Participants, without sub-.")
  var participantLabel: [String] = []
  @Option(name: [.long, .customLong("session_label")], parsing: .upToNextOption, help: "Sessions, without ses-.")
  var sessionLabel: [String] = []
  @Option(name: [.long, .customLong("tracer_label")], parsing: .upToNextOption, help: "Tracers by id or trc- label.")
  var tracerLabel: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: "Derivatives with segmentations or curves, [NAME=]PATH (default: STUDY/derivatives/*).")
  var derivatives: [String] = []
  @Option(help: "Scans worked on at once.") var jobs = Parallel.cores
  @Flag(help: "Say which scans would run, and stop.") var dryRun = false
  @Flag(help: "No progress on standard error.") var quiet = false

  func validate() throws {
    guard jobs >= 1 else { throw ValidationError("--jobs \(jobs) is not 1 or more") }
  }

  func run() throws {
    let definition = try PipelineLoader.load(pipeline)
    var options = BatchRun.Options()
    options.participants = participantLabel
    options.sessions = sessionLabel
    options.tracers = tracerLabel
    options.derivatives = derivatives
    options.jobs = jobs
    let batch = try BatchRun(dataset: bids, output: output, definition: definition, options: options)
    if dryRun { return try Screen.write(batch.plan.map { $0 + "\n" }.joined()) }
    if level == .group {
      guard try batch.group() else {
        throw PETError(
          .missingInput, file: output, field: "sub-*", "there are no results of participants to join",
          remedy: "run the participant level first")
      }
      return
    }
    let quiet = quiet
    let summary = try batch.participants { line in if !quiet { Screen.note(printable(line)) } }
    if level == .all { try batch.group() }
    if !quiet {
      Screen.note(
        "\(summary.scans) scans fitted, \(summary.balances) balances, \(summary.failures.count) failures; results in \(output)"
      )
    }
    for failure in summary.failures {
      Screen.note("petbalance: error: \(printable(failure.unit)): \(failure.stage): \(failure.error)")
    }
    if !summary.failures.isEmpty { throw ExitCode(1) }
  }
}
