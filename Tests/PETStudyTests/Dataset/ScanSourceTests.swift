import Foundation
import PETCore
import PETStudy
import PETTestSupport
import Testing

/// Which image, segmentation or curves a scan is taken from, told by names and sidecars alone: files are empty.
struct ScanSourceTests {
  private static let scan = [
    "sub-1/ses-a/pet/sub-1_ses-a_trc-RAC_pet.nii.gz", "sub-1/ses-a/pet/sub-1_ses-a_trc-RAC_pet.json",
  ]
  private static let derivative = "derivatives/prep/sub-1/ses-a"

  private static func source(
    _ files: [String], _ texts: [String: String] = [:], pattern: String? = nil, space: String? = nil,
    accept: [String] = [], isMoved: Bool = false
  ) throws -> (image: String?, labels: String?, curves: String?, transforms: [String], findings: [Finding]) {
    let folder = try TemporaryFolder()
    for file in files { try folder.write(file, file.hasSuffix(".json") ? "{}" : "") }
    for (file, text) in texts { try folder.write(file, text) }
    let dataset = try Dataset(folder.path)
    var filter = EntityFilter()
    filter["space"] = space
    let source = try ScanSource(
      try #require(dataset.scans.first), in: try Derivatives(dataset: dataset.root, given: []), pattern: pattern,
      filter: filter, isMoved: isMoved, acceptance: Acceptance(accept))
    func name(_ path: String?) -> String? { path.map { ($0 as NSString).lastPathComponent } }
    let transforms = (source.regions?.transforms ?? []).compactMap { name($0) }
    return (name(source.image?.path), name(source.regions?.first), name(source.curves), transforms, source.findings)
  }

  private static func fault(_ work: () throws -> Void) -> String? {
    do { try work() } catch let error as StageError { return "\(error.stage) \(error.error.field ?? "")" } catch {}
    return nil
  }

  /// Labels of the scan, else of its session, else of the person; those of another scan or session never.
  @Test(arguments: [
    (
      ["\(derivative)/pet/sub-1_ses-a_trc-RAC_dseg.nii.gz", "\(derivative)/pet/sub-1_ses-a_dseg.nii.gz"],
      "sub-1_ses-a_trc-RAC_dseg.nii.gz"
    ),
    (
      ["\(derivative)/pet/sub-1_ses-a_dseg.nii.gz", "derivatives/prep/sub-1/pet/sub-1_dseg.nii.gz"],
      "sub-1_ses-a_dseg.nii.gz"
    ),
    (["derivatives/prep/sub-1/pet/sub-1_dseg.nii"], "sub-1_dseg.nii"),
    (
      [
        "\(derivative)/pet/sub-1_ses-a_trc-DASB_dseg.nii.gz", "\(derivative)/pet/sub-1_ses-a_trc-RAC_seg-x_dseg.nii.gz",
      ],
      "sub-1_ses-a_trc-RAC_seg-x_dseg.nii.gz"
    ),
  ])
  func theNearestLabels(files: [String], labels: String) throws {
    let found = try Self.source(Self.scan + files)
    #expect(found.labels == labels && found.image == "sub-1_ses-a_trc-RAC_pet.nii.gz" && found.findings.isEmpty)
  }

  @Test func theImageInTheLabelsSpace() throws {
    let labels = "\(Self.derivative)/anat/sub-1_ses-a_space-T1w_dseg.nii.gz"
    let aligned = "\(Self.derivative)/pet/sub-1_ses-a_trc-RAC_space-t1w_pet.nii.gz"
    #expect(try Self.source(Self.scan + [labels, aligned]).image == "sub-1_ses-a_trc-RAC_space-t1w_pet.nii.gz")
    // The structural image goes by several names.
    let anat = "\(Self.derivative)/pet/sub-1_ses-a_trc-RAC_space-anat_pet.nii.gz"
    #expect(try Self.source(Self.scan + [labels, anat]).image == "sub-1_ses-a_trc-RAC_space-anat_pet.nii.gz")
    // Without such an image nothing is taken in silence: not the scan as it was reconstructed.
    #expect(Self.fault { _ = try Self.source(Self.scan + [labels]) } == "regions space")
    let known = try Self.source(Self.scan + [labels], accept: ["labels-space"])
    #expect(known.image == "sub-1_ses-a_trc-RAC_pet.nii.gz" && known.findings.map(\.code) == [.labelsSpace])
    // A name of the scan's own space is the scan's.
    for own in ["orig", "petref", "PET"] {
      let found = try Self.source(Self.scan + ["\(Self.derivative)/pet/sub-1_ses-a_space-\(own)_dseg.nii.gz", aligned])
      #expect(found.image == "sub-1_ses-a_trc-RAC_pet.nii.gz")
    }
  }

  /// A derivative's transforms bring the labels of the structural image to the scan as it was reconstructed: after its images and
  /// curves, and before them where labels are moved or no other image is meant.
  @Test func transformsOfADerivative() throws {
    let labels = "\(Self.derivative)/anat/sub-1_ses-a_space-T1w_dseg.nii.gz"
    let stem = "\(Self.derivative)/pet/sub-1_ses-a_trc-RAC"
    let toPose = "\(stem)_from-petref_to-T1w_mode-image_desc-coreg_xfm.txt"
    let toFrames = "\(stem)_from-orig_to-petref_mode-image_desc-hmc_xfm.txt"
    func name(_ path: String) -> String { (path as NSString).lastPathComponent }
    let plain = "sub-1_ses-a_trc-RAC_pet.nii.gz"
    var found = try Self.source(Self.scan + [labels, toPose, toFrames])
    #expect(found.image == plain && found.transforms == [toPose, toFrames].map(name) && found.findings.isEmpty)
    #expect(try Self.source(Self.scan + [labels, toPose]).transforms == [name(toPose)])
    // Of two ways the one that PETPrep has always written.
    let other = "\(stem)_from-T1w_to-petref_mode-image_desc-coreg_xfm.txt"
    #expect(try Self.source(Self.scan + [labels, other]).transforms == [name(other)])
    #expect(try Self.source(Self.scan + [labels, other, toPose]).transforms == [name(toPose)])
    // Poses of frames alone lead nowhere, nor do those of another scan or session.
    for file in [toFrames, toPose.replacing("RAC", with: "DASB"), toPose.replacing("ses-a", with: "ses-b")] {
      #expect(Self.fault { _ = try Self.source(Self.scan + [labels, file]) } == "regions space", "\(file)")
    }
    let second = toPose.replacing("derivatives/prep", with: "derivatives/more")
    #expect(Self.fault { _ = try Self.source(Self.scan + [labels, toPose, second]) } == "regions transform")
    // Labels on the scan need none.
    let own = "\(Self.derivative)/pet/sub-1_ses-a_space-petref_dseg.nii.gz"
    #expect(try Self.source(Self.scan + [own, toPose], isMoved: true).transforms == [])
    let curves = "\(stem)_space-T1w_tacs.tsv"
    let aligned = "\(stem)_space-T1w_pet.nii.gz"
    for (files, image, table) in [
      ([aligned, curves], name(aligned), nil), ([curves], nil, name(curves)),
    ] {
      found = try Self.source(Self.scan + [labels, toPose, toFrames] + files)
      #expect(found.image == image && found.curves == table && found.transforms == [])
      found = try Self.source(Self.scan + [labels, toPose, toFrames] + files, isMoved: true)
      #expect(found.image == plain && found.curves == nil && found.transforms.count == 2)
      found = try Self.source(Self.scan + [labels, toPose, toFrames] + files, space: "none")
      #expect(found.image == plain && found.curves == nil && found.transforms.count == 2)
    }
  }

  /// What a sidecar, the maker of a derivative, or scans brought there say of labels whose name says nothing.
  @Test func whatElseTellsTheSpace() throws {
    let labels = "\(Self.derivative)/anat/sub-1_ses-a_dseg.nii.gz"
    let aligned = "\(Self.derivative)/pet/sub-1_ses-a_trc-RAC_space-T1w_pet.nii.gz"
    let sidecar = labels.replacingOccurrences(of: ".nii.gz", with: ".json")
    func image(_ files: [String], _ texts: [String: String] = [:]) throws -> String? {
      try Self.source(Self.scan + [labels] + files, texts).image
    }
    let plain = "sub-1_ses-a_trc-RAC_pet.nii.gz"
    #expect(try image([]) == plain && image([aligned]) == "sub-1_ses-a_trc-RAC_space-T1w_pet.nii.gz")
    #expect(try image([aligned], [sidecar: #"{"SpatialReference": "bids::sub-1/pet/sub-1_petref.nii.gz"}"#]) == plain)
    #expect(
      Self.fault { _ = try image([], [sidecar: #"{"Sources": ["anat/sub-1_ses-a_T1w.nii.gz"]}"#]) } == "regions space")
    let maker = "derivatives/prep/dataset_description.json"
    #expect(
      Self.fault { _ = try image([], [maker: #"{"GeneratedBy": [{"Name": "FreeSurfer 7"}]}"#]) } == "regions space")
    #expect(try image([], [maker: #"{"GeneratedBy": [{"Name": "pants"}]}"#]) == plain)
  }

  /// Several of anything are the user's to choose from, by pattern or filter.
  @Test func severalOfOneKind() throws {
    let two = ["x", "y"].map { "\(Self.derivative)/pet/sub-1_ses-a_seg-\($0)_dseg.nii.gz" }
    #expect(Self.fault { _ = try Self.source(Self.scan + two) } == "regions segmentation")
    #expect(try Self.source(Self.scan + two, pattern: "*_seg-y_dseg.nii.gz").labels == "sub-1_ses-a_seg-y_dseg.nii.gz")
    #expect(
      Self.fault { _ = try Self.source(Self.scan + two, pattern: "*_seg-z_dseg.nii.gz") } == "regions segmentation")
    let images = ["T1w", "anat"].map { "\(Self.derivative)/pet/sub-1_ses-a_trc-RAC_space-\($0)_pet.nii.gz" }
    let labels = ["\(Self.derivative)/anat/sub-1_ses-a_space-T1w_dseg.nii.gz"]
    #expect(Self.fault { _ = try Self.source(Self.scan + images + labels) } == "read image")
    let one = try Self.source(Self.scan + images + labels, space: "anat")
    #expect(one.image == "sub-1_ses-a_trc-RAC_space-anat_pet.nii.gz")
    #expect(Self.fault { _ = try Self.source(Self.scan + images + labels, space: "MNI") } == "read image")
  }

  /// Curves serve where no image does; two tables are nobody's choice, confounds are none.
  @Test func curvesInPlaceOfAnImage() throws {
    let (only, tacs) = ([Self.scan[1]], "\(Self.derivative)/pet/sub-1_ses-a_trc-RAC_seg-x_tacs.tsv")
    let found = try Self.source(
      only + [tacs, "\(Self.derivative)/pet/sub-1_ses-a_trc-RAC_desc-confounds_timeseries.tsv"])
    #expect(found.curves == "sub-1_ses-a_trc-RAC_seg-x_tacs.tsv" && found.image == nil && found.labels == nil)
    #expect(found.findings.map(\.code) == [.curvesRead])
    let other = "\(Self.derivative)/pet/sub-1_ses-a_trc-RAC_seg-y_tacs.tsv"
    #expect(Self.fault { _ = try Self.source(only + [tacs, other]) } == "read curves")
    #expect(
      try Self.source(only + [tacs, other], pattern: "*_seg-y_dseg.nii.gz").curves
        == (other as NSString).lastPathComponent)
    #expect(Self.fault { _ = try Self.source(only) } == "read image")
    #expect(Self.fault { _ = try Self.source(Self.scan) } == "regions segmentation")
  }
}
