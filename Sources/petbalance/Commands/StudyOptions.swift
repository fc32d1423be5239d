import ArgumentParser
import Foundation
import PETCore
import PETPipeline
import PETStudy
import PETTracers

/// The files that a study is read from, for `--out` to keep away from.
enum StudyFiles {
  /// A dataset's folder, or a table of scans with every file that its cells name, and folders of derivatives.
  static func named(by study: String, derivatives: [String]) -> [String] {
    let folders = derivatives.map { text in
      FileManager.default.fileExists(atPath: text)
        ? text : text.split(separator: "=", maxSplits: 1).last.map(String.init) ?? text
    }
    // NSString's own way breaks on a path of one letter.
    let place = URL(fileURLWithPath: study).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: study, isDirectory: &isFolder), !isFolder.boolValue,
      let table = try? TSVTable(path: study)
    else { return [study] + folders }
    let cells = Set(table.rows.joined().flatMap { $0.split(separator: ",").map(\.trimmed) })
    let files = cells.sorted().flatMap { cell -> [String] in
      let path = cell.hasPrefix("/") ? cell : (place as NSString).appendingPathComponent(cell)
      let found = cell.contains(where: "*?".contains) ? (try? FilePattern.files(path)) ?? [] : [path]
      // What belongs to an image by its name stands beside it.
      return found.filter { FileManager.default.fileExists(atPath: $0) }.flatMap { file -> [String] in
        let images = [".nii.gz", ".nii", ".mgz"].filter(file.hasSuffix).map { String(file.dropLast($0.count)) }
        return [file] + images.flatMap { [$0 + ".json", $0 + ".tsv"] }
      }
    }
    return [study] + files + folders
  }
}

/// Which scans of a study: alike for every command that reads one.
struct ScanOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("participant_label")], parsing: .upToNextOption, help: "Participants, without sub-.")
  var participantLabel: [String] = []
  @Option(
    name: [.long, .customLong("session_label")], parsing: .upToNextOption, help: "Sessions, without ses-.")
  var sessionLabel: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: "Derivatives with segmentations or curves, [NAME=]PATH (default: STUDY/derivatives/*).")
  var derivatives: [String] = []
  @Option(parsing: .upToNextOption, help: "Codes of faults (see check) that are known and accepted.")
  var accept: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: "Which of several scans is meant, such as dopamine:rec=acdyn (an entity of BIDS names, or none).")
  var filter: [String] = []
  @Option(jobs: "Scans or pairs worked on at once.") var jobs: JobCount

  var batch: BatchRun.Options {
    var options = BatchRun.Options()
    options.participants = participantLabel
    options.sessions = sessionLabel
    options.derivatives = derivatives
    options.accepted = accept
    options.filters = filter
    options.jobs = jobs.count
    return options
  }
}

/// What is asked of a study: alike for `run` and `plan`.
struct StudyOptions: ParsableArguments {
  @Option(help: "Name of a shipped pipeline, or a YAML file.", completion: .pipelines) var pipeline: String
  @Option(
    name: .customLong("scans"),
    help: "Table of scans in place of a BIDS dataset (columns participant_id, tracer and pet or curves, and more).")
  var table: String?
  @OptionGroup var scans: ScanOptions
  @Option(
    name: [.long, .customLong("tracer_label")], parsing: .upToNextOption, help: "Tracers by id or trc- label.",
    completion: .list(TracerCatalogue.builtIn.all.map(\.id)))
  var tracerLabel: [String] = []
  @Flag(help: "Do again what is done.") var force = false
  @Flag(help: "Let results of another pipeline, or of scans that the study does not have, go.") var replace = false

  func batch(_ study: String, _ output: String, memory: Double? = nil) throws(PETError) -> BatchRun {
    if let table { try Dataset.checkIsTable(table) }
    var options = scans.batch
    options.tracers = tracerLabel
    options.memory = memory.map { Int($0 * 1_073_741_824) }
    options.force = force
    options.replaces = replace
    return try BatchRun(
      dataset: study, output: output, definition: try PipelineLoader.load(pipeline), options: options)
  }
}
