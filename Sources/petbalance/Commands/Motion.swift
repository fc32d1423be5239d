import ArgumentParser
import Foundation
import PETCore
import PETImaging
import PETPipeline
import PETRegistration
import PETResults
import PETStudy

struct Motion: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How the head moved from frame to frame of a scan.",
    discussion: HelpText.of(
      """
      Each frame is fitted to the mean of the others, rigidly, and to the labels where they are given: then what a tracer's
      changing contrast takes for motion is smaller. A row a frame, with the columns of PETPrep's confounds, and a standard
      error. Frames that tell nothing (the first minute, few counts) hold the pose of the nearest that does.

      petbalance motion sub-01_trc-RAC_pet.nii.gz --labels sub-01_dseg.nii.gz --out sub-01_desc-confounds_timeseries.tsv
      petbalance motion sub-01_trc-RAC_pet.nii.gz --resample sub-01_trc-RAC_desc-mc_pet.nii.gz
      """))

  @Argument(help: "4-D image.") var pet: String
  @Option(help: "Label image (integers; 0 is background).") var labels: String?
  @Option(
    parsing: .upToNextOption,
    help: "Transforms that bring the labels to the scan, first to last: ITK, .lta (FreeSurfer), a matrix of FSL.")
  var transform: [String] = []
  @Option(help: "FWHM of the scan in mm, for the blur of the labels.") var fwhm = 6.0
  @OptionGroup var timing: TimingOptions
  @OptionGroup var isotope: IsotopeOption
  @Option(help: "Displacement that counts: rms over the head and over time after 5 min, mm.") var limit = 2.0
  @Option(jobs: "Threads; results do not depend on it.") var jobs: JobCount
  @Option(help: "Table to write, .tsv, with a JSON beside it (default: standard output, unless there is --resample).")
  var out: String?
  @Option(
    help: "Image to write, .nii.gz: the scan with every frame in the reference pose, read once by cubic B-splines.")
  var resample: String?
  @OptionGroup var printing: TableOptions

  func validate() throws {
    guard (0.1...50).contains(limit) else { throw ValidationError("--limit \(limit) is not 0.1 to 50 mm") }
    guard (1...20).contains(fwhm) else { throw ValidationError("--fwhm \(fwhm) is not 1 to 20 mm") }
    guard labels != nil || transform.isEmpty else { throw ValidationError("--transform belongs to --labels") }
    guard resample?.hasSuffix(".nii.gz") ?? true else {
      throw ValidationError("--resample is an image: give it .nii.gz")
    }
    guard out.map({ $0.dropLast(4) }) != resample?.dropLast(7) || out == nil else {
      throw ValidationError("--out and --resample have one JSON beside them: give them two names")
    }
    guard out?.hasSuffix(".tsv") ?? true else { throw ValidationError("--out is a table: give it .tsv") }
  }

  func run() throws {
    var files = try labels.map { (path) throws(PETError) in try RegionFiles(labels: path, names: nil) }
    files?.transforms = transform
    let inputs = [pet] + (try timing.files(of: pet)) + (files?.all ?? [])
    let sidecar = out.map { ($0 as NSString).deletingPathExtension + ".json" }
    let beside = resample.map { String($0.dropLast(7)) + ".json" }
    try Screen.protect(inputs, from: [out, sidecar, resample, beside].compactMap { $0 })
    let segmentation = try files.map { (files) throws(PETError) in
      try files.readInOnePlace(on: try VoxelStream(path: pet).header.grid)
    }
    let scan = try timing.scan(pet, isotope: isotope.value)
    let motion = try MotionCommand.run(scan, segmentation: segmentation, fwhm: fwhm, jobs: jobs.count)
    let text = MotionText(motion, isCorrected: false)
    let findings =
      scan.timing.findings + scan.findings + motion.findings(limit: limit, isCorrected: false, file: pet)
    let staging = StagedFiles()
    if let resample, let beside {
      let made: [(name: String, value: JSONValue)] = [
        (
          "Description",
          .string("motion corrected: each frame was read once, by cubic B-splines, where its pose has the voxels")
        ),
        ("Validation", .string(CurveCorrection.validation)),
        (Sidecar.sources, .array([.string(URL(fileURLWithPath: pet).lastPathComponent)])),
        (MotionText.member, MotionText(motion, isCorrected: true).json),
        ("NoValue", .string("NaN: where a frame does not reach")),
        ("GeneratedBy", Product.generatedBy),
      ]
      let known = try timing.members(of: pet, isotope: isotope.value).filter { member in
        !made.contains { $0.name == member.name }
      }
      try ScanInPose.write(pet, poses: motion.poses(of: scan.timing), to: resample, jobs: jobs.count, staging: staging)
      try AtomicFile.write(JSONValue.object(known + made).text, to: beside, staging: staging)
    }
    if let out, let sidecar {
      try AtomicFile.write(
        text.sidecar([(Sidecar.findings, .array(findings.map(\.json)))]).text, to: sidecar, staging: staging)
      try AtomicFile.write(text.tsv, to: out, staging: staging)
    } else if resample == nil {
      try Screen.write(text.tsv, sidecar: text.sidecar([]), to: nil, inputs: [], as: printing)
    }
    try staging.commit()
    Screen.findings(findings)
  }
}
