import ArgumentParser
import Foundation
import PETCore
import PETPipeline

/// Which scans of a study, and what is asked of them: alike for `run` and `plan`.
struct StudyOptions: ParsableArguments {
  @Option(help: "Name of a shipped pipeline, or a YAML file.") var pipeline: String
  @Option(
    name: [.long, .customLong("participant_label")], parsing: .upToNextOption, help: "Participants, without sub-.")
  var participantLabel: [String] = []
  @Option(
    name: [.long, .customLong("session_label")], parsing: .upToNextOption, help: "Sessions, without ses-.")
  var sessionLabel: [String] = []
  @Option(
    name: [.long, .customLong("tracer_label")], parsing: .upToNextOption, help: "Tracers by id or trc- label.")
  var tracerLabel: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: "Derivatives with segmentations or curves, [NAME=]PATH (default: STUDY/derivatives/*).")
  var derivatives: [String] = []
  @Option(parsing: .upToNextOption, help: "Codes of faults (see check) that are known and accepted.")
  var accept: [String] = []
  @Option(help: "Scans worked on at once.") var jobs = Parallel.cores
  @Flag(help: "Do again what is done.") var force = false

  func validate() throws {
    guard jobs >= 1 else { throw ValidationError("--jobs \(jobs) is not 1 or more") }
  }

  func batch(_ study: String, _ output: String, memory: Double? = nil) throws(PETError) -> BatchRun {
    var options = BatchRun.Options()
    options.participants = participantLabel
    options.sessions = sessionLabel
    options.tracers = tracerLabel
    options.derivatives = derivatives
    options.jobs = jobs
    options.memory = memory.map { Int($0 * 1_073_741_824) }
    options.force = force
    options.accepted = accept
    return try BatchRun(
      dataset: study, output: output, definition: try PipelineLoader.load(pipeline), options: options)
  }
}
