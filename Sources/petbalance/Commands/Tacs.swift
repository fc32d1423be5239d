import ArgumentParser
import PETCore
import PETImaging
import PETPipeline
import PETReport

struct Tacs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Regional time-activity curves of a dynamic scan.",
    discussion: """
      Frame timing, units and decay state come from the BIDS sidecar (with inheritance). Times in s from injection,
      activity in kBq/mL, decay corrected to injection. With --out a JSON is written beside the table.

      petbalance tacs sub-01_trc-RAC_pet.nii.gz --labels sub-01_dseg.nii.gz --out sub-01_trc-RAC_tacs.tsv
      """)

  @Argument(help: "4-D image.") var pet: String
  @OptionGroup var segmentation: SegmentationOptions
  @Option(help: "Sidecar of the scan (default: found by BIDS inheritance).") var sidecar: String?
  @Option(help: "Table to write (default: standard output).") var out: String?

  func run() throws {
    let (labels, regions, isColourTable, findings) = try segmentation.read()
    let curves = try CurvesCommand.measure(
      pet, sidecar: sidecar, labels: labels, regions: regions, sampling: segmentation.sampling,
      keepEmpty: !isColourTable)
    let text = CurvesText(curves)
    let inputs = [pet, segmentation.labels] + PETSidecar.find(for: pet)
    try Screen.write(
      text.tsv, sidecar: text.sidecar([]), to: out,
      inputs: inputs + [segmentation.names, segmentation.regions, sidecar].compactMap { $0 })
    Screen.findings(findings + curves.findings)
  }
}
