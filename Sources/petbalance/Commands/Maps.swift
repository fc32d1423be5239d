import ArgumentParser
import Foundation
import PETCore
import PETImaging
import PETKinetics
import PETMaps
import PETPipeline
import PETResults
import PETStudy

struct Maps: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Parametric maps: a kinetic model fitted to every voxel of a dynamic scan.",
    discussion: HelpText.of(
      """
      One NIfTI image (float32) and its JSON for each parameter of the model, in the field's units (rates in 1/min),
      named <scan>_model-M_meas-P_mimap.nii.gz, and a table that sets the map beside the fit of each region. Voxels \
      without an estimate are NaN, voxels outside the mask 0; the JSON counts every status.

      petbalance maps sub-01_trc-RAC_pet.nii.gz --model SRTM --reference cerebellum --labels dseg.nii.gz --out maps
      petbalance maps sub-01_trc-DASB_pet.nii.gz --model MRTM2 --reference cerebellum --labels dseg.nii.gz --se-maps --out maps
      petbalance maps sub-01_pet.nii.gz --model Logan --input sub-01_inputfunction.tsv --tstar 30 --smooth 6 --out maps
      """))

  @Argument(help: "4-D image.") var pet: String
  @Option(help: "Model token.", completion: .list(ModelCatalogue.names)) var model: String
  @Option(help: "Folder to write to; it is made when it is not there.") var out: String
  @Option(help: "Label image: regions for reference, weights and k2', and the voxels to fit.") var labels: String?
  @Option(help: "Masks in place of --labels: files or a pattern, one a region or one 4-D file; may be repeated.")
  var masks: [String] = []
  @Option(help: "Names of the labels: _dseg.tsv or FreeSurfer colour table (default: the table beside --labels).")
  var names: String?
  @Option(help: "Region table: columns region and labels (names or indices joined by +); adds merged regions.")
  var regions: String?
  @Option(
    help: """
      Mask of the voxels to fit, on the grid of the scan (default: the labelled voxels; without --labels those with a \
      third or more of the typical uptake).
      """)
  var mask: String?
  @Option(help: "FWHM in mm of a Gaussian over each frame before the voxels are fitted (regions stay as they are).")
  var smooth: Double?
  @Flag(help: "Standard-error maps as well (_desc-se).") var seMaps = false
  @Flag(help: "A label image of every voxel's status, with a table of the labels.") var statusMap = false
  @Option(jobs: "Threads; results do not depend on it.") var jobs: JobCount
  @OptionGroup var options: FitOptions
  @OptionGroup var timing: TimingOptions

  func validate() throws {
    if let smooth, !(smooth > 0 && smooth <= 50) {
      throw ValidationError("--smooth \(smooth) is not a FWHM above 0 and up to 50 mm")
    }
    if labels == nil, masks.isEmpty, names != nil || regions != nil {
      throw ValidationError("--names and --regions belong to --labels or --masks")
    }
    guard labels == nil || masks.isEmpty else { throw ValidationError("--labels and --masks are two ways: give one") }
  }

  /// The files of the regions; nil where there are none.
  private func regionFiles() throws(PETError) -> RegionFiles? {
    if let labels { return try RegionFiles(labels: labels, names: names) }
    return masks.isEmpty ? nil : try RegionFiles(masks: masks, names: names)
  }

  func run() throws {
    let kinetics: any KineticModel.Type
    do throws(PETError) { kinetics = try ModelCatalogue.named(model) } catch {
      throw PETError(.usage, field: "--model", error.problem, remedy: error.remedy)
    }
    try MapsStage.check(kinetics.card)
    if kinetics.card.needs.contains(.referenceCurve), labels == nil && masks.isEmpty || options.reference == nil {
      throw PETError(
        .usage, field: labels == nil && masks.isEmpty ? "--labels" : "--reference",
        "\(kinetics.card.id) needs a reference region",
        remedy: "give --labels with the segmentation (or --masks) and --reference with the region's name")
    }
    let scan = try timing.scan(pet, isotope: options.isotope.value)
    let (settings, told) = try options.settings(kinetics.card, frames: scan.timing.frames)
    let named = try regionFiles()?.read(on: scan.header.grid)
    let segmentation = try named.map { (named) throws(PETError) in
      (named: named, regions: try RegionDefinitions.labels(named.names, adding: regions))
    }
    var choices = MapsStage.Choices()
    choices.mask = mask
    choices.smoothing = smooth
    choices.withErrors = seMaps
    choices.words = try options.words
    let reading = ProgressBar("reading")
    let fitting = ProgressBar("fitting")
    choices.reading = { reading.show($0) }
    choices.effort = ParametricMaps.Effort(jobs: jobs.count) { share in
      reading.finish()
      fitting.show(share)
    }
    let result: ScanMaps
    do throws(PETError) {
      result = try MapsStage.run(
        scan, segmentation: segmentation, model: kinetics, reference: options.reference, settings: settings,
        choices: choices)
    } catch {
      reading.finish()
      throw error.at(file: pet)
    }
    fitting.finish()
    let sources = ([pet] + (named?.weights.files ?? []) + [mask, options.input].compactMap { $0 }).map {
      JSONValue.string(($0 as NSString).lastPathComponent)
    }
    let files = ParametricMapFiles(
      result.maps, fits: result.fits, regions: result.regions, base: out + "/" + Self.stem(pet),
      smoothing: result.smoothing, areInPose: result.areInPose, details: [("Sources", .array(sources))]
    ).files(withStatus: statusMap)
    let inputs = [pet, regions, mask].compactMap { $0 } + (named?.files ?? []) + options.files
    try Screen.protect(inputs + (try timing.files(of: pet)), from: files.paths)
    try AtomicFile.makeFolder(out)
    let lock = try Lease(out, scope: Lease.everything, waits: true)
    defer { lock.release() }
    Leftovers.sweep(out)
    try files.write(jobs: jobs.count)
    let unused = try options.unused(by: [kinetics.card])
    Screen.findings(told + result.fits.findings + result.findings + unused)
    Screen.note(Self.summary(result))
  }

  /// The scan's file name without `_pet` and ending.
  private static func stem(_ path: String) -> String {
    var name = (path as NSString).lastPathComponent
    for ending in [".gz", ".nii", "_pet"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
    return name
  }

  private static func summary(_ result: ScanMaps) -> String {
    let counts = result.maps.counts
    let words = FitStatus.allCases.compactMap { status in
      counts[status].flatMap { $0 > 0 ? "\($0) \(status.rawValue)" : nil }
    }
    return "\(result.maps.card.id): \(result.maps.statuses.count) voxels (\(words.joined(separator: ", ")))"
  }
}
