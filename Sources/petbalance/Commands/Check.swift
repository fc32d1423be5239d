import ArgumentParser
import PETCore
import PETPipeline
import PETResults
import PETStudy

enum FindingFormat: String, ExpressibleByArgument, CaseIterable { case text, tsv, json }

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Metadata doctor: every finding of a study or a scan, with the likely fix.",
    discussion: HelpText.of(
      """
      Frame times, decay, dose in all its spellings, blood and tissue against the dose, units, isotope, images that are
      none, orientation, segmentations and their names. Faults (exit 65) stop a run; warnings and notes do not.

      petbalance check STUDY
      petbalance check STUDY/sub-01/pet/sub-01_trc-DASB_pet.json
      petbalance check STUDY --pipeline raclopride-dasb --format tsv
      petbalance check --scans scans.tsv --pipeline raclopride-dasb
      """))

  @Argument(help: "BIDS dataset, or the image or sidecar of one scan; not with --scans.") var bids: String?
  @Option(help: "Table of scans in place of a BIDS dataset.") var scans: String?
  @Option(help: "Check what this pipeline needs: a shipped name, or a YAML file.", completion: .pipelines) var pipeline:
    String?
  @Option(
    name: [.long, .customLong("participant_label")], parsing: .upToNextOption, help: "Participants, without sub-.")
  var participantLabel: [String] = []
  @Option(name: [.long, .customLong("session_label")], parsing: .upToNextOption, help: "Sessions, without ses-.")
  var sessionLabel: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: "Derivatives with segmentations or curves, [NAME=]PATH (default: STUDY/derivatives/*).")
  var derivatives: [String] = []
  @Option(
    parsing: .upToNextOption, help: "Which of several scans the pipeline means, such as dopamine:rec=acdyn.")
  var filter: [String] = []
  @Option(help: "text, tsv or json.") var format: FindingFormat = .text
  @Option(help: "File for the findings (default: standard output).") var out: String?
  @Option(jobs: "Scans read at once.") var jobs: JobCount

  func validate() throws {
    guard (bids == nil) != (scans == nil) else {
      throw ValidationError(bids == nil ? "Missing expected argument '<bids>'" : "with --scans there is no dataset")
    }
    guard filter.isEmpty || pipeline != nil else { throw ValidationError("--filter belongs to --pipeline") }
  }

  func run() throws {
    var options = StudyCheck.Options()
    options.participants = participantLabel
    options.sessions = sessionLabel
    options.derivatives = derivatives
    options.definition = try pipeline.map { (name) throws(PETError) in
      try PipelineLoader.load(name).filtered(filter)
    }
    options.jobs = jobs.count
    options.isTable = scans != nil
    if let scans { try Dataset.checkIsTable(scans) }
    let study = scans ?? bids ?? ""
    let check = try ProgressBar.over("checking") { bar in
      try StudyCheck(study, options: options) { bar.show($0) }
    }
    try Screen.write(
      FindingsText.text(check.findings, format), to: out, inputs: StudyFiles.named(by: study, derivatives: derivatives))
    func count(_ level: Finding.Level) -> Int { check.findings.count { $0.level == level } }
    Screen.note(
      "\(check.scans) scans: \(count(.fault)) faults, \(count(.warning)) warnings, \(count(.note)) notes")
    if count(.fault) > 0 { throw ExitCode(PETError.Code.wrongInput.rawValue) }
  }
}

extension FindingsText {
  static func text(_ findings: [Finding], _ format: FindingFormat) -> String {
    switch format {
    case .text: findings.map { "\($0.level.rawValue): \($0) [\($0.code)]\n" }.joined()
    case .tsv: tsv(findings)
    case .json: json(findings)
    }
  }
}
