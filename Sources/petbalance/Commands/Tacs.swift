import ArgumentParser
import PETCore
import PETImaging
import PETPipeline
import PETRegistration
import PETResults
import PETStudy

struct Tacs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Regional time-activity curves of a dynamic scan.",
    discussion: HelpText.of(
      """
      Frame timing, units and decay state come from the BIDS sidecar (with inheritance). Times in s from injection,
      activity in kBq/mL, decay corrected to injection. With --out a JSON is written beside the table.

      petbalance tacs sub-01_trc-RAC_pet.nii.gz --labels sub-01_dseg.nii.gz --out sub-01_trc-RAC_tacs.tsv
      petbalance tacs anna_rac.nii.gz --labels anna_labels.nii.gz --frames frames.txt --isotope C11 --out anna_tacs.tsv
      petbalance tacs sub-01_trc-RAC_pet.nii.gz --labels sub-01_dseg.nii.gz --partial-volume gtm --fwhm 6 --out …_pvc-GTM_tacs.tsv
      """))

  @Argument(help: "4-D image.") var pet: String
  @OptionGroup var options: SegmentationOptions
  @OptionGroup var timing: TimingOptions
  @OptionGroup var isotope: IsotopeOption
  @OptionGroup var correction: PartialVolumeOptions
  @Option(help: "Table to write (default: standard output).") var out: String?
  @OptionGroup var printing: TableOptions

  func run() throws {
    let spread = try correction.spread(options)
    let segmentation = try options.segmentation(on: pet)
    let scan = try timing.scan(pet, isotope: isotope.value)
    let regions = try options.definitions(segmentation)
    let curves =
      if correction.partialVolume == .gtm {
        try CorrectedCurvesCommand.measure(
          scan, segmentation: segmentation, regions: regions, fwhm: spread, jobs: correction.jobs.count)
      } else {
        try CurvesCommand.measure(scan, segmentation: segmentation, regions: regions, sampling: options.sampling)
      }
    let text = CurvesText(curves)
    try Screen.write(
      text.tsv, sidecar: text.sidecar([]), to: out,
      inputs: [pet] + (try options.files()) + (try timing.files(of: pet)), as: printing)
    Screen.findings(curves.findings)
  }
}
