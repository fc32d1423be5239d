import ArgumentParser
import Foundation
import PETCore
import PETPipeline
import PETStudy

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "A pipeline for a study: its tracers, segmentation, reference regions and usual models, each with its reason.",
    discussion: HelpText.of(
      """
      Reads names, sidecars and names of labels; no image is worked on. The text that is printed runs as it is; look through
      it before you believe in it.

      petbalance init STUDY --out mine.yaml
      petbalance init --scans scans.tsv --out mine.yaml
      petbalance run STUDY OUT --pipeline mine.yaml
      """))

  @Argument(help: "BIDS dataset; not with --scans.") var bids: String?
  @Option(help: "Table of scans in place of a BIDS dataset.") var scans: String?
  @Option(
    parsing: .upToNextOption,
    help: "Derivatives with segmentations or curves, [NAME=]PATH (default: STUDY/derivatives/*).")
  var derivatives: [String] = []
  @Option(help: "A YAML file of your own tracers.") var tracers: String?
  @Option(help: "File for the pipeline (default: standard output).") var out: String?

  func validate() throws {
    guard (bids == nil) != (scans == nil) else {
      throw ValidationError(bids == nil ? "Missing expected argument '<bids>'" : "with --scans there is no dataset")
    }
  }

  func run() throws {
    var options = PipelineProposal.Options()
    options.derivatives = derivatives
    options.tracers = tracers
    if let scans { try Dataset.checkIsTable(scans) }
    let study = scans ?? bids ?? ""
    let place = out.map { URL(fileURLWithPath: $0).standardizedFileURL.deletingLastPathComponent().path }
    let proposal = try PipelineProposal(study, options: options, place: place)
    try Screen.write(
      proposal.text, to: out,
      inputs: StudyFiles.named(by: study, derivatives: derivatives) + [tracers].compactMap { $0 })
    Screen.findings(proposal.findings)
  }
}
