import ArgumentParser
import PETCore
import PETPipeline
import PETStudy

struct Resolution: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How sharp the scans of a study are, as each tells it itself.",
    discussion: HelpText.of(
      """
      The width of the point spread (FWHM in mm, without the voxel) with which blurred labels explain the late mean of each
      scan, and the median of every scanner and tracer, to be written into a pipeline (read: {dopamine: {fwhm: 5.8}}).

      petbalance resolution STUDY --out resolution.tsv
      petbalance resolution --scans scans.tsv --pipeline mine.yaml
      """))

  @Argument(help: "BIDS dataset; not with --scans.") var bids: String?
  @Option(help: "Table of scans in place of a BIDS dataset.") var scans: String?
  @Option(
    help: "Pipeline whose segmentation and transform are meant: a shipped name, or a YAML file.", completion: .pipelines
  )
  var pipeline: String?
  @Option(
    name: [.long, .customLong("participant_label")], parsing: .upToNextOption, help: "Participants, without sub-.")
  var participantLabel: [String] = []
  @Option(name: [.long, .customLong("session_label")], parsing: .upToNextOption, help: "Sessions, without ses-.")
  var sessionLabel: [String] = []
  @Option(
    parsing: .upToNextOption, help: "Derivatives with segmentations, [NAME=]PATH (default: STUDY/derivatives/*).")
  var derivatives: [String] = []
  @Option(jobs: "Scans read at once.") var jobs: JobCount
  @Option(help: "Table to write (default: standard output).") var out: String?
  @OptionGroup var printing: TableOptions

  func validate() throws {
    guard (bids == nil) != (scans == nil) else {
      throw ValidationError(bids == nil ? "Missing expected argument '<bids>'" : "with --scans there is no dataset")
    }
  }

  func run() throws {
    if let scans { try Dataset.checkIsTable(scans) }
    var options = ResolutionSurvey.Options()
    (options.participants, options.sessions) = (participantLabel, sessionLabel)
    options.derivatives = derivatives
    options.definition = try pipeline.map { (name) throws(PETError) in try PipelineLoader.load(name) }
    options.jobs = jobs.count
    let study = scans ?? bids ?? ""
    let survey = try ProgressBar.over("reading") { bar in
      try ResolutionSurvey(study, options: options) { bar.show($0) }
    }
    guard survey.rows.contains(where: { $0.alignment != nil }) else {
      Screen.findings(survey.findings)
      throw PETError(
        .missingInput, file: study, field: "labels",
        "no scan has an image with labels that tells its resolution"
          + (survey.rows.first?.note.map { " (\($0))" } ?? ""),
        remedy: "see petbalance check, or give --derivatives")
    }
    try Screen.write(
      ResolutionText(survey).tsv, to: out,
      inputs: StudyFiles.named(by: study, derivatives: derivatives) + [pipeline].compactMap { $0 }, as: printing)
    Screen.findings(survey.findings)
    let failed = survey.unread + survey.rows.count { $0.alignment == nil }
    if failed > 0 {
      Screen.note(
        "\(failed) of \(survey.rows.count + survey.unread) scans have no estimate: see above, and their notes")
      throw ExitCode(1)
    }
  }
}
