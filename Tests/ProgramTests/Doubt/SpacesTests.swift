import Foundation
import PETCore
import PETTestSupport
import Testing

/// Which image goes with which regions.
struct SpacesTests {
  private static let petprep = "derivatives/petprep"
  private static let labels = petprep + "/sub-01/anat/sub-01_desc-preproc_seg-gtm_dseg"

  /// PETPrep's layout: scans in the scanner's space, 14 mm to the side, a segmentation, and perhaps scans or curves, in that of
  /// the structural image.
  private static func petprep(_ study: SpoiltStudy, curves: Bool, images: Bool, space: String = "T1w") throws {
    try study.write(
      #"{"Name": "p", "BIDSVersion": "1.4.0", "DatasetType": "derivative", "GeneratedBy": [{"Name": "PETPrep"}]}"#,
      to: petprep + "/dataset_description.json")
    for ending in [".nii.gz", ".tsv"] { try study.move(SpoiltStudy.labels + ending, to: labels + ending) }
    for tracer in ["RAC", "DASB"] {
      let (scan, name) = ("sub-01/pet/sub-01_trc-\(tracer)", "\(petprep)/sub-01/pet/sub-01_trc-\(tracer)")
      if curves {
        let tacs = try Program.run([
          "tacs", study.path(scan + "_pet.nii.gz"), "--labels", study.path(labels + ".nii.gz"), "--out",
          study.path("x.tsv"),
        ])
        #expect(tacs.status == 0, "\(tacs.errors)")
        // As PETPrep writes them: nothing is said of decay.
        try study.copy("x.tsv", to: name + "_desc-preproc_seg-gtm_tacs.tsv")
        try study.write(#"{"Units": "kBq/mL"}"#, to: name + "_desc-preproc_seg-gtm_tacs.json")
      }
      if images {
        for ending in [".nii.gz", ".json"] {
          try study.copy(scan + "_pet" + ending, to: name + "_space-\(space)_desc-preproc_pet" + ending)
        }
      }
      try study.image(scan + "_pet.nii.gz", header: { header in shift(&header, 14) })
    }
  }

  /// Moves an image along x.
  private static func shift(_ header: inout Data, _ distance: Float) {
    let raw = header.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 292, as: UInt32.self) }
    BadStudy.put((Float(bitPattern: UInt32(littleEndian: raw)) + distance).bitPattern, at: 292, in: &header)
  }

  @Test(arguments: [(true, false), (false, true), (true, true)])
  func alignedDataOfADerivativeComeFirst(curves: Bool, images: Bool) throws {
    let study = try SpoiltStudy()
    try Self.petprep(study, curves: curves, images: images)
    let printed = try study.run()
    try study.expectRight(printed)
    let sources = try String(
      contentsOfFile: printed.out + "/sub-01/pet/sub-01_trc-RAC_model-SRTM_kinpar.json", encoding: .utf8)
    #expect(sources.contains(images ? "space-T1w_desc-preproc_pet.nii.gz" : "seg-gtm_tacs.tsv"))
  }

  /// Nothing aligned is there: refused with what to give; accepted it is doubtful.
  ///
  /// A scan in another space is no help.
  @Test(arguments: [false, true])
  func rawScansAreNotSampledWithLabelsOfAnotherSpace(images: Bool) throws {
    let study = try SpoiltStudy()
    try Self.petprep(study, curves: false, images: images, space: "MNI152NLin2009cAsym")
    let printed = try study.run()
    #expect(printed.status == 1 && printed.failures.count == 2, "\(printed.errors)")
    #expect(printed.errors.contains("lies in space T1w") && printed.errors.contains("--accept labels-space"))
    let check = try Program.run(["check", study.root])
    #expect(check.status == 65 && check.output.contains("[labels-space]"), "\(check.output)")
    let accepted = try study.run([
      "--accept", "labels-space", "--filter", "dopamine:space=none", "serotonin:space=none",
    ])
    #expect(accepted.status == 0 && accepted.statuses.contains("dataDoubtful"), "\(accepted.errors)")
    #expect(!accepted.statuses.contains("ok"))
  }

  /// A segmentation among structural images of which nothing is said goes with scans that were brought to these, where there
  /// are such, whoever made them.
  @Test func labelsWithoutASpaceOrAMaker() throws {
    let study = try SpoiltStudy()
    for tracer in ["RAC", "DASB"] {
      let scan = "sub-01/pet/sub-01_trc-\(tracer)"
      for ending in [".nii.gz", ".json"] {
        try study.copy(scan + "_pet" + ending, to: "derivatives/own/\(scan)_space-T1w_pet" + ending)
      }
      try study.image(scan + "_pet.nii.gz", header: { Self.shift(&$0, 14) })
    }
    try study.expectRight(try study.run())
    // The aligned scans as the study itself.
    for tracer in ["RAC", "DASB"] {
      let scan = "sub-01/pet/sub-01_trc-\(tracer)"
      for ending in [".nii", ".json"] { try study.remove(scan + "_pet" + ending) }
      for ending in [".nii.gz", ".json"] {
        try study.move("derivatives/own/\(scan)_space-T1w_pet" + ending, to: scan + "_space-T1w_pet" + ending)
      }
    }
    try study.expectRight(try study.run(name: "aligned"))
  }

  /// What one scan shows of a segmentation holds for the other, whoever brought it there.
  @Test(arguments: ["segmentation", "coreg"])
  func oneAlignedScanTellsOfBoth(derivative: String) throws {
    let study = try SpoiltStudy()
    for tracer in ["RAC", "DASB"] {
      let scan = "sub-01/pet/sub-01_trc-\(tracer)"
      if tracer == "RAC" || derivative == "coreg" {
        try study.copy(scan + "_pet.nii.gz", to: "derivatives/\(derivative)/\(scan)_space-T1w_pet.nii.gz")
      }
      try study.image(scan + "_pet.nii.gz", header: { Self.shift(&$0, 14) })
    }
    if derivative == "coreg" {
      try study.expectRight(try study.run())
    } else {
      let printed = try study.run()
      #expect(printed.status == 1 && printed.rows.isEmpty && printed.errors.contains("lies in space T1w"))
    }
  }

  /// Folders, sidecars and grids of structural images tell where a segmentation lies.
  @Test(arguments: ["folder", "maker", "reference", "grid", "name"])
  func whatTellsOfTheStructuralImage(evidence: String) throws {
    let study = try SpoiltStudy()
    for tracer in ["RAC", "DASB"] {
      try study.image("sub-01/pet/sub-01_trc-\(tracer)_pet.nii.gz", header: { Self.shift(&$0, 14) })
    }
    switch evidence {
    case "folder": try study.move("derivatives/segmentation", to: "derivatives/freesurfer")
    case "maker":
      try study.write(
        #"{"Name": "p", "GeneratedBy": [{"Name": "mri_synthseg"}]}"#,
        to: "derivatives/segmentation/dataset_description.json")
    case "reference":
      try study.write(
        #"{"SpatialReference": {"file": "bids::sub-01/anat/sub-01_T1w.nii.gz"}}"#, to: SpoiltStudy.labels + ".json")
    case "grid": try study.copy(SpoiltStudy.labels + ".nii.gz", to: "sub-01/anat/sub-01_T1w.nii.gz")
    default:
      for ending in [".nii.gz", ".tsv"] {
        try study.move(
          SpoiltStudy.labels + ending, to: SpoiltStudy.labels.replacing("_dseg", with: "_desc-aseg_dseg") + ending)
      }
    }
    let printed = try study.run()
    try study.expectHonest(printed)
    if ["grid", "name"].contains(evidence) {
      let check = try Program.run(["check", study.root, "--format", "json"])
      #expect(check.output.contains(#""CastsDoubt": true"#), "\(check.output)")
      #expect(printed.statuses.contains("dataDoubtful") && !printed.statuses.contains("ok"), "\(printed.statuses)")
      // Said to lie on the scan, it is taken so; that it does not the scan itself tells.
      let name =
        evidence == "name" ? SpoiltStudy.labels.replacing("_dseg", with: "_desc-aseg_dseg") : SpoiltStudy.labels
      try study.write(#"{"SpatialReference": "sub-01_trc-RAC_pet.nii.gz"}"#, to: name + ".json")
      let said = try study.run(pipeline: "raclopride-dasb", name: "said")
      let note = said.rows["Left-Putamen"]?.note ?? ""
      #expect(note.contains("labels-displaced") && !note.contains("labels-space"), "\(said.rows)")
      #expect(!said.statuses.contains("ok"), "\(said.statuses)")
    } else {
      #expect(printed.status == 1 && printed.errors.contains("--accept labels-space"), "\(printed.errors)")
    }
  }

  /// An image and labels that are named together: their names must tell one space.
  @Test(arguments: [
    (nil, nil, false), (nil, "T1w", true), ("T1w", "T1w", false), ("T1w", nil, false), ("MNI152Lin", nil, true),
    ("MNI152Lin", "MNI152NLin6Asym", true), (nil, "petref", false),
  ])
  func namesTellTheSpace(image: String?, labels: String?, isOdd: Bool) throws {
    let study = try SpoiltStudy()
    func name(_ stem: String, _ space: String?, _ end: String) -> String {
      stem + (space.map { "_space-\($0)" } ?? "") + end
    }
    let scan = name("x/sub-01", image, "_pet")
    for ending in [".nii.gz", ".json"] { try study.copy(SpoiltStudy.scan + "_pet" + ending, to: scan + ending) }
    let segmentation = name("x/sub-01", labels, "_dseg.nii.gz")
    try study.copy(SpoiltStudy.labels + ".nii.gz", to: segmentation)
    let out = study.folder.file("t.tsv")
    let tacs = try Program.run([
      "tacs", study.path(scan + ".nii.gz"), "--labels", study.path(segmentation), "--out", out,
    ])
    #expect(tacs.status == 0 && tacs.errors.contains("by their names") == isOdd, "\(tacs.errors)")
    let json = try String(contentsOfFile: study.folder.file("t.json"), encoding: .utf8)
    #expect(json.contains("CastsDoubt") == isOdd)
  }

  /// Images that were not fetched: curves count, also where several segmentations would fit.
  @Test func aCloneWithoutImagesHasItsCurves() throws {
    let study = try SpoiltStudy()
    try Self.petprep(study, curves: true, images: false)
    for tracer in ["RAC", "DASB"] {
      let image = study.path("sub-01/pet/sub-01_trc-\(tracer)_pet.nii")
      try FileManager.default.removeItem(atPath: image)
      try FileManager.default.createSymbolicLink(atPath: image + ".gz", withDestinationPath: ".git/annex/objects/x")
    }
    try study.copy(Self.labels + ".nii.gz", to: Self.petprep + "/sub-01/anat/sub-01_desc-wm_dseg.nii.gz")
    try study.expectRight(try study.run())
    let check = try Program.run(["check", study.root])
    #expect(check.status == 0 && check.output.contains("[curves-read]"), "\(check.output)")
  }

  /// A derivative as the study: one scan in two spaces is one, and the one in the segmentation's space is read.
  @Test func oneScanInTwoSpacesIsOne() throws {
    let study = try SpoiltStudy()
    try Self.petprep(study, curves: false, images: true)
    for tracer in ["RAC", "DASB"] {
      let name = "\(Self.petprep)/sub-01/pet/sub-01_trc-\(tracer)_space-"
      try study.copy(name + "T1w_desc-preproc_pet.json", to: name + "MNI152NLin6Asym_desc-preproc_pet.json")
      try study.image(
        name + "T1w_desc-preproc_pet.nii.gz", to: name + "MNI152NLin6Asym_desc-preproc_pet.nii",
        header: { Self.shift(&$0, 14) })
    }
    let derivative = study.path(Self.petprep)
    let out = study.folder.file("out-d")
    let run = try Program.run([
      "run", derivative, out, "--derivatives", derivative, "--pipeline", PlainPipeline.path, "--quiet",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let table = try TSVTable(path: out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv")
    let (ratio, status) = (try table.required("ratio"), try table.required("status"))
    let row = try #require(table.rows.first { $0[0] == "Left-Putamen" })
    #expect(abs((Double(row[ratio]) ?? .nan) / SpoiltStudy.truth.ratio - 1) < 2e-3 && row[status] == "ok")
  }

  /// Regions of a table are made of curves by their volumes; without volumes they are refused, and a joined reference says
  /// that it has no weights.
  @Test func curvesAreMergedByVolume() throws {
    let study = try SpoiltStudy()
    try Self.petprep(study, curves: true, images: false)
    let pipeline = study.folder.file("p.yaml")
    try AtomicFile.write("region\tlabels\nGanglia\tLeft-Caudate+Left-Putamen\n", to: study.folder.file("r.tsv"))
    try AtomicFile.write(
      """
      name: p
      read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
      regions: {definitions: r.tsv}
      models:
        dopamine: {model: SRTM, reference: cerebellum}
        serotonin: {model: SRTM, reference: cerebellum}
      """, to: pipeline)
    let refused = try study.run(pipeline: pipeline)
    #expect(
      refused.status == 1 && refused.errors.contains("the volume of 'Left-Caudate' is not known"), "\(refused.errors)")
    try study.write(
      "index\tname\tvolume-mm3\n1\tLeft-Caudate\t3000\n2\tLeft-Putamen\t1000\n",
      to: Self.petprep + "/sub-01/anat/sub-01_seg-gtm_morph.tsv")
    let printed = try study.run(pipeline: pipeline)
    #expect(printed.status == 0, "\(printed.errors)")
    let table = try TSVTable(path: printed.out + "/sub-01/pet/sub-01_trc-RAC_seg-gtm_tacs.tsv")
    let columns = try ["Ganglia", "Left-Caudate", "Left-Putamen"].map { try table.required($0) }
    let last = table.rows.indices.count - 1
    let values = try columns.map { try table.number(last, $0) }
    #expect(abs(values[0] - (3 * values[1] + values[2]) / 4) < 1e-12 * values[0])
    let fit = try Program.run([
      "fit", study.path("x.tsv"), "--model", "SRTM", "--reference", "Left-Cortex+Right-Cortex",
    ])
    #expect(fit.errors.contains("averaged without weights"), "\(fit.errors)")
  }

  /// The raw scan's decay state holds for curves that state none: an uncorrected scan's are corrected.
  @Test func curvesAreAsTheirScanWas() throws {
    let study = try SpoiltStudy()
    try Self.petprep(study, curves: true, images: false)
    let (starts, durations) = (SpoiltStudy.starts, SpoiltStudy.durations)
    let lambda = log(2) / (20.361 * 60)
    let name = Self.petprep + "/sub-01/pet/sub-01_trc-RAC_desc-preproc_seg-gtm_tacs.tsv"
    let table = try TSVTable(path: study.path(name))
    var text = TSVText(columns: table.columns)
    for (i, row) in table.rows.enumerated() {
      let factor = exp(lambda * starts[i]) * lambda * durations[i] / -expm1(-lambda * durations[i])
      text.add(row.enumerated().map { $0 < 2 ? $1 : NumberText.exact((Double($1) ?? .nan) / factor) })
    }
    try study.write(text.text, to: name)
    try study.sidecar(["ImageDecayCorrected": false, "ImageDecayCorrectionTime": Any?.none])
    try study.expectRight(try study.run())
  }

  /// Names by `mapping` where `index` counts: every region would have another's.
  @Test func mappingIsNotIndex() throws {
    let study = try SpoiltStudy()
    let table = try TSVTable(path: study.path(SpoiltStudy.labels + ".tsv"))
    var text = TSVText(columns: ["index", "name", "mapping"])
    for (i, row) in table.rows.enumerated() { text.add(["\(i + 101)", row[1], row[0]]) }
    try study.write(text.text, to: SpoiltStudy.labels + ".tsv")
    let printed = try study.run()
    #expect(printed.status == 1 && printed.errors.contains("of the column mapping, not of index"), "\(printed.errors)")
    // A mapping that says nothing of the image's numbers changes nothing.
    text = TSVText(columns: ["index", "name", "mapping"])
    for row in table.rows { text.add([row[0], row[1], "\((Int(row[0]) ?? 0) + 2000)"]) }
    try study.write(text.text, to: SpoiltStudy.labels + ".tsv")
    try study.expectRight(try study.run())
    // One that names the same numbers otherwise leaves it open whose names they are.
    text = TSVText(columns: ["index", "name", "mapping"])
    for (i, row) in table.rows.enumerated() { text.add([row[0], row[1], table.rows[(i + 1) % table.rows.count][0]]) }
    try study.write(text.text, to: SpoiltStudy.labels + ".tsv")
    let open = try study.run()
    #expect(open.rows["Left-Putamen"]?.note.contains("label-mapping") == true && !open.statuses.contains("ok"))
  }
}
