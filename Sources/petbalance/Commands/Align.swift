import ArgumentParser
import Foundation
import PETCore
import PETImaging
import PETPipeline
import PETRegistration
import PETResults
import PETStudy

struct Align: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Where labels lie on a scan, and how sharp it is.",
    discussion: HelpText.of(
      """
      Blurred labels are fitted to the mean of the frames after 5 min: six rigid unknowns, one value a region, the width
      of the point spread. No other image is needed. --out writes the transform that brings the labels to the scan (ITK,
      for --transform of other commands) with a JSON beside it.

      petbalance align sub-01_trc-RAC_pet.nii.gz --labels sub-01_dseg.nii.gz --out sub-01_from-T1w_to-pet_xfm.txt
      petbalance tacs sub-01_trc-RAC_pet.nii.gz --labels sub-01_dseg.nii.gz --transform sub-01_from-T1w_to-pet_xfm.txt
      """))

  @Argument(help: "4-D image.") var pet: String
  @OptionGroup var options: SegmentationOptions
  @OptionGroup var timing: TimingOptions
  @OptionGroup var isotope: IsotopeOption
  @Option(help: "FWHM of the scan in mm (6, or 6,5) that the fit begins with, or auto.") var fwhm = "auto"
  @Option(help: "Displacement that counts, mm.") var limit = 2.0
  @Option(jobs: "Threads; results do not depend on it.") var jobs: JobCount
  @Option(help: "Transform to write, .txt.") var out: String?
  @OptionGroup var printing: TableOptions

  func validate() throws {
    guard (0...50).contains(limit) else { throw ValidationError("--limit \(limit) is not 0 to 50 mm") }
    guard out?.hasSuffix(".txt") ?? true else { throw ValidationError("--out is a transform of ITK: give it .txt") }
  }

  func run() throws {
    let given = try PartialVolumeOptions.spread(fwhm)?.width
    let segmentation = try options.segmentation(on: pet)
    let scan = try timing.scan(pet, isotope: isotope.value)
    let found = try AlignmentCommand.run(
      scan, segmentation: segmentation, fwhm: given, effort: .search, jobs: jobs.count)
    let text = AlignmentText(found, isMoved: out != nil)
    let findings =
      scan.timing.findings + scan.findings
      + found.findings(limit: limit, isMoved: out != nil, given: given, labels: segmentation.weights.file)
    if let out, found.isSure {
      let sidecar = (out as NSString).deletingPathExtension + ".json"
      let inputs = [pet] + (try options.files()) + (try timing.files(of: pet))
      try Screen.protect(inputs, from: [out, sidecar])
      let about = JSONValue.object(
        [("Description", "Points of the scan to points of the labels (ITK, LPS): brings the labels to the scan")]
          + [
            (AlignmentText.member, text.json), (Sidecar.findings, .array(findings.map(\.json))),
            ("GeneratedBy", Product.generatedBy),
          ])
      try AtomicFile.write(about.text, to: sidecar)
      try AtomicFile.write(found.pose.itkText, to: out)
    }
    try Screen.write(text.tsv, to: nil, inputs: [], as: printing)
    Screen.findings(findings)
    guard out == nil || found.isSure else {
      throw PETError(
        .wrongInput, file: pet, field: "displacement",
        "the scan does not tell where the labels lie: no transform is written",
        remedy: "look at the head with the labels")
    }
  }
}
