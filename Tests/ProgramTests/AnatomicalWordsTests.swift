import Foundation
import PETCore
import PETImaging
import PETResults
import PETTestSupport
import Testing

/// The shipped pipelines on a study whose labels have FreeSurfer's names or numbers: the word is the same region.
struct AnatomicalWordsTests {
  /// FreeSurfer's numbers of the simulated labels; those of both sides are cut in two at the middle of x.
  private static let numbers: [Int: (left: Int, right: Int)] = [
    1: (8, 47), 2: (2, 41), 3: (3, 3), 4: (42, 42), 5: (11, 11), 6: (50, 50), 7: (12, 12), 8: (51, 51), 9: (26, 26),
    10: (58, 58), 11: (10, 10), 12: (49, 49), 13: (17, 17), 14: (53, 53), 15: (18, 18), 16: (54, 54), 17: (173, 173),
    18: (174, 174),
  ]

  private static let names: [Int: String] = [
    8: "Left-Cerebellum-Cortex", 47: "Right-Cerebellum-Cortex", 2: "Left-Cerebral-White-Matter",
    41: "Right-Cerebral-White-Matter", 3: "Left-Cerebral-Cortex", 42: "Right-Cerebral-Cortex", 11: "Left-Caudate",
    50: "Right-Caudate", 12: "Left-Putamen", 51: "Right-Putamen", 26: "Left-Accumbens-area", 58: "Right-Accumbens-area",
    10: "Left-Thalamus", 49: "Right-Thalamus", 17: "Left-Hippocampus", 53: "Right-Hippocampus", 18: "Left-Amygdala",
    54: "Right-Amygdala", 173: "Midbrain", 174: "Pons",
  ]

  /// The study with other labels; with or without their names.
  private static func relabelled(_ study: String, into folder: TemporaryFolder, named: Bool) throws -> String {
    let copy = folder.file(named ? "named" : "numbered")
    try FileManager.default.copyItem(atPath: study, toPath: copy)
    let stem = copy + "/derivatives/segmentation/sub-01/anat/sub-01_dseg"
    let image = try Volume(path: stem + ".nii.gz")
    let values = image.values.enumerated().map { place, value -> Double in
      guard let own = numbers[Int(value)] else { return 0 }
      return Double(place % image.grid.nx < image.grid.nx / 2 ? own.left : own.right)
    }
    try FileManager.default.removeItem(atPath: stem + ".tsv")
    try NIfTIWriter.write(stem + ".nii.gz", grid: image.grid, storage: .int16(slope: 1), description: "labels") { _ in
      values
    }
    if named {
      let rows = names.sorted { $0.key < $1.key }.map { "\($0.key)\t\($0.value)\n" }
      try AtomicFile.write("index\tname\n" + rows.joined(), to: stem + ".tsv")
    }
    return copy
  }

  private static let study = Result {
    let folder = try TemporaryFolder()
    return (folder: folder, study: try SampleStudyTests.simulate(folder, noise: 0.1))
  }

  private static func balance(_ study: String, _ out: String, _ pipeline: String = PlainPipeline.path) throws
    -> (rows: [String: BalanceFile.Row], errors: String)
  {
    let run = try Program.run(["run", study, out, "--pipeline", pipeline, "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    let file = try BalanceFile(path: out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv")
    return (Dictionary(uniqueKeysWithValues: file.rows.map { ($0.region, $0) }), run.errors)
  }

  @Test(arguments: [true, false])
  func shippedPipelinesRunUnedited(named: Bool) throws {
    let made = try Self.study.get()
    let folder = try TemporaryFolder()
    let plain = try Self.balance(made.study, folder.file("plain")).rows
    let study = try Self.relabelled(made.study, into: folder, named: named)
    let own = try Self.balance(study, folder.file("out")).rows
    for (region, theirs) in [("Left-Putamen", "Left-Putamen"), ("Right-Thalamus", "Right-Thalamus")] {
      let (a, b) = (try #require(own[region]), try #require(plain[theirs]))
      // The same voxels, in two parts and put together by their volumes.
      #expect(abs(a.ratio.value / b.ratio.value - 1) < 1e-9 && a.status == b.status, "\(region) \(a.ratio)")
    }
    #expect(own["Striatum"] != nil && own["Putamen"] != nil && own["Cerebellum-Cortex"] != nil)
    let json = try JSONValue.readObject(
      path: folder.file("out/sub-01/pet/sub-01_trc-RAC_model-SRTM_kinpar.json"))
    #expect(json["ReferenceRegion"]?.string == "cerebellum")
    #expect(json["ReferenceLabels"]?.list?.compactMap(\.string) == ["Cerebellum-Cortex"])
    let page = try String(contentsOfFile: folder.file("out/sub-01/sub-01.html"), encoding: .utf8)
    #expect(page.contains("The reference region was the cerebellum (Cerebellum-Cortex)."))
    // The reference itself is no flag.
    #expect(!page.contains("not told from 0: Left-Cerebellum"))
    let check = try Program.run(["check", study, "--pipeline", PlainPipeline.path])
    #expect(check.status == 0 && check.output.contains("freesurfer-numbers") != named, "\(check.output)")
  }

  /// FreeSurfer's own files: labels as `.mgz` in the space of a T1, brought to the scan by an `.lta`, in a table of scans.
  @Test func freeSurferFilesInATableOfScans() throws {
    let made = try Self.study.get()
    let folder = try TemporaryFolder()
    let study = try Self.relabelled(made.study, into: folder, named: false)
    let labels = try Volume(path: study + "/derivatives/segmentation/sub-01/anat/sub-01_dseg.nii.gz")
    // The head lies turned by 0.2 about z and 12, -7, 5 mm further in the T1's space.
    let (c, s) = (cos(0.2), sin(0.2))
    let move = Affine(rows: [c, -s, 0, 12, s, c, 0, -7, 0, 0, 1, 5])
    let grid = labels.grid
    let t1 = move.after(grid.affine)
    func header(_ affine: Affine) -> [Double] {
      let size = [grid.voxelSize.0, grid.voxelSize.1, grid.voxelSize.2]
      let axes = (0..<3).flatMap { column in (0..<3).map { affine[$0, column] / size[column] } }
      let middle = affine.apply(Double(grid.nx) / 2, Double(grid.ny) / 2, Double(grid.nz) / 2)
      return size + axes + [middle.0, middle.1, middle.2]
    }
    var raw = RawMGH(type: 1)
    raw.sizes = [grid.nx, grid.ny, grid.nz].map(Int32.init)
    raw.geometry = header(t1).map(Float.init)
    raw.store(labels.values)
    let plain = try folder.write("aparc.mgh", raw.data)
    let gzip = try Program.run(
      URL(fileURLWithPath: "/bin/sh"), ["-c", "gzip -c '\(plain)' > '\(folder.file("aparc+aseg.mgz"))'"])
    try #require(gzip.status == 0)
    func volume(_ title: String, _ affine: Affine) -> String {
      let numbers = header(affine).map { "\($0)" }
      let lines = ["voxelsize", "xras", "yras", "zras", "cras"].enumerated().map { place, name in
        "\(name) = \(numbers[3 * place..<3 * place + 3].joined(separator: " "))\n"
      }
      return "\(title) volume info\nvalid = 1\nvolume = \(grid.nx) \(grid.ny) \(grid.nz)\n" + lines.joined()
    }
    let back = try #require(move.inverse)
    let rows = (0..<3).map { row in (0..<4).map { "\(back[row, $0])" }.joined(separator: " ") + "\n" }.joined()
    try folder.write(
      "T1-to-PET.lta",
      "type = 1\nnxforms = 1\nmean = 0 0 0\nsigma = 1\n1 4 4\n\(rows)0 0 0 1\n" + volume("src", t1)
        + volume("dst", grid.affine))
    let scans = ["RAC", "DASB"].map { tracer in
      "x\t\(tracer)\t\(study)/sub-01/pet/sub-01_trc-\(tracer)_pet.nii.gz\taparc+aseg.mgz\tT1-to-PET.lta\n"
    }
    let table = try folder.write(
      "scans.tsv", "participant_id\ttracer\tpet\tlabels\ttransform\n" + scans.joined())
    let run = try Program.run([
      "run", "--scans", table, folder.file("out"), "--pipeline", PlainPipeline.path, "--quiet",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let own = try BalanceFile(path: folder.file("out/sub-x/sub-x_desc-raclopridedasb_balance.tsv"))
    let theirs = try Self.balance(study, folder.file("plain")).rows
    #expect(own.rows.count == theirs.count)
    for row in own.rows {
      let (a, b) = (row.ratio.value, try #require(theirs[row.region]).ratio.value)
      #expect(a.isNaN && b.isNaN || abs(a / b - 1) < 1e-12, "\(row.region): \(a) \(b)")
    }
    let json = try JSONValue.readObject(path: folder.file("out/sub-x/pet/sub-x_trc-RAC_seg-auto_tacs.json"))
    #expect(
      json["Sources"]?.text.contains("T1-to-PET.lta") == true && json["Findings"]?.text.contains("labels-moved") == true
    )
    let check = try Program.run(["check", "--scans", table, "--pipeline", PlainPipeline.path])
    #expect(check.status == 0 && check.output.contains("labels-moved"), "\(check.output)")
    try Self.freeSurferLayout(study, folder, theirs)
  }

  /// The same files in FreeSurfer's own layout: found by themselves, refused as they lie, brought by the pipeline's transform.
  private static func freeSurferLayout(_ study: String, _ folder: TemporaryFolder, _ theirs: [String: BalanceFile.Row])
    throws
  {
    let place = study + "/derivatives/freesurfer/sub-01/mri"
    let manager = FileManager.default
    try manager.removeItem(atPath: study + "/derivatives/segmentation")
    try manager.createDirectory(atPath: place, withIntermediateDirectories: true)
    for name in ["aparc+aseg.mgz", "T1-to-PET.lta"] {
      try manager.copyItem(atPath: folder.file(name), toPath: "\(place)/\(name)")
    }
    let refused = try Program.run(["run", study, folder.file("no"), "--pipeline", PlainPipeline.path, "--quiet"])
    #expect(refused.status == 1 && refused.errors.contains("regions: transform"), "\(refused.errors)")
    let pipeline = try folder.write(
      "raclopride-dasb.yaml",
      """
      name: raclopride-dasb
      read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
      regions: {transform: 'derivatives/freesurfer/{participant}/mri/T1-to-PET.lta'}
      models:
        dopamine: {model: SRTM, reference: cerebellum}
        serotonin: {model: MRTM2, reference: cerebellum}

      """)
    let rows = try balance(study, folder.file("layout"), pipeline).rows
    #expect(rows.count == theirs.count && rows["Putamen"]?.ratio.value == theirs["Putamen"]?.ratio.value)
  }

  /// A user's own table of words: it counts before the built-in ones, it is an input, and a slip in it stops the run.
  @Test func wordsOfTheUser() throws {
    let made = try Self.study.get()
    let folder = try TemporaryFolder()
    try folder.write("words.tsv", "word\tlabels\nmy reference\tCerebellum\n")
    let pipeline = try folder.write(
      "raclopride-dasb.yaml",
      """
      name: raclopride-dasb
      read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
      regions: {vocabulary: words.tsv}
      models:
        dopamine: {model: SRTM, reference: my reference}
        serotonin: {model: MRTM2, reference: my reference}

      """)
    let out = folder.file("out")
    let own = try Self.balance(made.study, out, pipeline).rows
    let plain = try Self.balance(made.study, folder.file("plain")).rows
    #expect(own["Left-Putamen"]?.ratio.value == plain["Left-Putamen"]?.ratio.value)
    func stale() throws -> [String] {
      let plan = try Program.run(["plan", made.study, out, "--pipeline", pipeline])
      return plan.output.split(separator: "\n").filter { $0.contains("\tstale\t") }.map(String.init)
    }
    #expect(try stale().isEmpty)
    try folder.write("words.tsv", "word\tlabels\nmy reference\tWhite-Matter\n")
    #expect(try stale().allSatisfy { $0.contains("words.tsv has changed") || $0.contains("is stale") })
    #expect(try stale().count == 3)
    try folder.write("words.tsv", "word\nmy reference\n")
    let run = try Program.run(["run", made.study, out, "--pipeline", pipeline, "--quiet"])
    #expect(run.status == 65 && run.errors.contains("words.tsv") && run.errors.contains("labels"), "\(run.errors)")
  }

  /// On a table of curves: the word is its labels, to the byte, and says so; what is no word is told with what is near.
  @Test func onCurves() throws {
    let folder = try TemporaryFolder()
    let curves = try TSVTable(
      path: SharedMaterial.has("validation/ds004869/derivatives")
        ? try #require(RealStudyTests.tables.first) : Self.curves(folder))
    func fit(_ reference: String) throws -> Program.Outcome {
      try Program.run(["fit", curves.file, "--model", "SRTM", "--reference", reference])
    }
    let (word, labels) = (try fit("cerebellum"), try fit("Left-Cerebellum-Cortex+Right-Cerebellum-Cortex"))
    #expect(word.status == 0 && word.output == labels.output, "\(word.errors)")
    #expect(word.errors.contains("'cerebellum' is Left-Cerebellum-Cortex, Right-Cerebellum-Cortex"), "\(word.errors)")
    #expect(!labels.errors.contains("reference: '"))
    let none = try fit("cerebellar tonsil")
    #expect(none.status == 65 && none.errors.contains("the nearest are Left-Cerebellum-"), "\(none.errors)")
  }

  /// Curves of the simulated study with FreeSurfer's names.
  private static func curves(_ folder: TemporaryFolder) throws -> String {
    let study = try relabelled(try Self.study.get().study, into: folder, named: true)
    let out = folder.file("curves")
    _ = try balance(study, out)
    return out + "/sub-01/pet/sub-01_trc-RAC_seg-auto_tacs.tsv"
  }
}
