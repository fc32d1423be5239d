import Foundation
import PETCore
import PETImaging
import PETResults
import PETStudy
import PETTestSupport
import Testing

/// A study whose folders are its own, named by a table of scans: the results of the same study in BIDS.
struct OwnFoldersTests {
  static let study = Result {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let out = folder.file("out")
    let run = try Program.run(["run", study, out, "--pipeline", PlainPipeline.path, "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    return (folder: folder, study: study, out: out)
  }

  static let header = "participant_id\ttracer\tpet\tframes\tlabels\tnames\tisotope\tunits\tdecay_corrected\tage\n"

  /// The study of one person as a lab may have it: flat, without JSON, frame times in minutes.
  static func lab(_ study: String, in folder: TemporaryFolder) throws -> String {
    let segmentation = study + "/derivatives/segmentation/sub-01/anat/sub-01_dseg"
    try FileManager.default.createDirectory(atPath: folder.file("lab"), withIntermediateDirectories: true)
    for (from, to) in [(segmentation + ".nii.gz", "labels.nii.gz"), (segmentation + ".tsv", "names.tsv")] {
      try FileManager.default.copyItem(atPath: from, toPath: folder.file("lab/anna_" + to))
    }
    var rows = ""
    for tracer in ["RAC", "DASB"] {
      let scan = study + "/sub-01/pet/sub-01_trc-\(tracer)_pet"
      try FileManager.default.copyItem(atPath: scan + ".nii.gz", toPath: folder.file("lab/anna_\(tracer).nii.gz"))
      let json = try JSONValue.readObject(path: scan + ".json")
      let starts = json["FrameTimesStart"]?.list?.compactMap(\.double) ?? []
      let durations = json["FrameDuration"]?.list?.compactMap(\.double) ?? []
      let lines = zip(starts, durations).map { "\($0 / 60)\t\(($0 + $1) / 60)\n" }
      try folder.write("lab/\(tracer)_frames.txt", "start[min]\tend[min]\n" + lines.joined())
      rows +=
        "anna\t\(tracer)\tanna_\(tracer).nii.gz\t\(tracer)_frames.txt\tanna_labels.nii.gz\tanna_names.tsv\tC11\tkBq/mL\ttrue\t50\n"
    }
    return try folder.write("lab/scans.tsv", header + rows)
  }

  static func balance(_ out: String, _ person: String) throws -> [BalanceFile.Row] {
    try BalanceFile(path: "\(out)/\(person)/\(person)_desc-raclopridedasb_balance.tsv").rows
  }

  /// Frame times in minutes are those in seconds to the last digit or so: 1e-12 is what the ratio may differ by.
  static func expectAlike(_ a: [BalanceFile.Row], _ b: [BalanceFile.Row], within tolerance: Double = 1e-12) {
    #expect(a.map(\.region) == b.map(\.region) && !a.isEmpty && a.map(\.status) == b.map(\.status))
    for (x, y) in zip(a, b) {
      let (p, q) = (x.ratio.value, y.ratio.value)
      #expect(p.isNaN && q.isNaN || abs(p / q - 1) <= tolerance, "\(x.region): \(p) \(q)")
    }
  }

  @Test func tableOfScans() throws {
    let made = try Self.study.get()
    let folder = try TemporaryFolder()
    let table = try Self.lab(made.study, in: folder)
    let out = folder.file("out")
    let run = try Program.run(["run", "--scans", table, out, "--pipeline", PlainPipeline.path, "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    Self.expectAlike(try Self.balance(out, "sub-anna"), try Self.balance(made.out, "sub-01"))
    let check = try Program.run(["check", "--scans", table, "--pipeline", PlainPipeline.path])
    #expect(check.status == 0 && !check.output.contains("fault"), "\(check.output)")
    let verify = try Program.run(["verify", out])
    #expect(verify.status == 0 && verify.errors.contains("inputs compared"), "\(verify.errors)")
    func states() throws -> [String] {
      try Program.run(["plan", "--scans", table, out, "--pipeline", PlainPipeline.path]).output
        .split(separator: "\n").dropFirst().map { $0.split(separator: "\t").dropFirst(4).joined(separator: " ") }
    }
    #expect(try states() == ["done n/a", "done n/a", "done n/a"])
    // What the table says of one scan is that scan's matter; what it says of persons is of no scan.
    var text = try String(contentsOfFile: table, encoding: .utf8)
    try folder.write("lab/scans.tsv", text.replacing("\t50\n", with: "\t51\n"))
    #expect(try states() == ["done n/a", "done n/a", "done n/a"])
    text = text.replacing(
      "RAC_frames.txt\tanna_labels.nii.gz\tanna_names.tsv\tC11",
      with: "RAC_frames.txt\tanna_labels.nii.gz\tanna_names.tsv\tF18")
    try folder.write("lab/scans.tsv", text)
    #expect(
      try states() == ["done n/a", "stale scans.tsv: sub-anna_trc-RAC has changed", "stale sub-anna_trc-RAC is stale"])
  }

  /// One mask file a region, of 0 and 1: the same regions in another order.
  @Test func masks() throws {
    let made = try Self.study.get()
    let folder = try TemporaryFolder()
    let table = try Self.lab(made.study, in: folder)
    let labels = try Volume(path: folder.file("lab/anna_labels.nii.gz"))
    try FileManager.default.createDirectory(atPath: folder.file("lab/rois"), withIntermediateDirectories: true)
    for entry in try LabelTable(path: folder.file("lab/anna_names.tsv")).entries {
      try NIfTIWriter.write(
        folder.file("lab/rois/anna_roi_\(entry.name).nii.gz"), grid: labels.grid, storage: .int16(slope: 1),
        description: "mask"
      ) { _ in labels.values.map { $0 == Double(entry.index) ? 1 : 0 } }
    }
    let text = try String(contentsOfFile: table, encoding: .utf8)
    try folder.write(
      "lab/scans.tsv",
      text.replacing("\tlabels\tnames\t", with: "\tmasks\t")
        .replacing("anna_labels.nii.gz\tanna_names.tsv", with: "rois/anna_roi_*.nii.gz"))
    let out = folder.file("out")
    let run = try Program.run(["run", "--scans", table, out, "--pipeline", PlainPipeline.path, "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    let (own, theirs) = (try Self.balance(out, "sub-anna"), try Self.balance(made.out, "sub-01"))
    Self.expectAlike(own.sorted { $0.region < $1.region }, theirs.sorted { $0.region < $1.region })
    let check = try Program.run(["check", "--scans", table, "--pipeline", PlainPipeline.path])
    #expect(check.status == 0 && !check.output.contains("fault"), "\(check.output)")
    // The same by a pattern of the pipeline on the BIDS study.
    let place = made.study + "/derivatives/rois/sub-01"
    try FileManager.default.createDirectory(atPath: made.study + "/derivatives/rois", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: folder.file("lab/rois"), toPath: place)
    defer { try? FileManager.default.removeItem(atPath: made.study + "/derivatives/rois") }
    let pipeline = try folder.write(
      "raclopride-dasb.yaml",
      """
      name: raclopride-dasb
      read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
      regions: {masks: 'derivatives/rois/{participant}/anna_roi_*.nii.gz'}
      models:
        dopamine: {model: SRTM, reference: anna_roi_Cerebellum}
        serotonin: {model: MRTM2, reference: anna_roi_Cerebellum}

      """)
    let bids = try Program.run(["run", made.study, folder.file("bids"), "--pipeline", pipeline, "--quiet"])
    #expect(bids.status == 0, "\(bids.errors)")
    #expect(try Self.balance(folder.file("bids"), "sub-01").contains { $0.region == "anna_roi_Raphe" })
  }

  /// Curves in the tables of PMOD, with the volumes of the regions in a table beside, and of Turku, which holds them.
  ///
  /// 1e-6 is what is asked of tables; they hold all digits, and times in minutes differ in the last.
  @Test(arguments: ["tac", "dft"])
  func curvesOfOtherPrograms(form: String) throws {
    let made = try Self.study.get()
    let folder = try TemporaryFolder()
    var rows = "participant_id\ttracer\tcurves\tnames\tisotope\tdecay_corrected\n"
    for tracer in ["RAC", "DASB"] {
      let stem = "\(made.out)/sub-01/pet/sub-01_trc-\(tracer)_seg-auto"
      let morph = try TSVTable(path: stem + "_morph.tsv")
      let (name, volume) = (try morph.required("name"), try morph.required("volume-mm3"))
      let table = try TSVTable(path: stem + "_tacs.tsv")
      // Regions that were merged are made again.
      let merged = try PETSidecar(path: stem + "_tacs.json")["MergedRegions"]?.list?.compactMap(\.string) ?? []
      let plain = table.columns.indices.dropFirst(2).filter { !merged.contains(table.columns[$0]) }
      let names = plain.map { table.columns[$0] }
      var text: String
      if form == "tac" {
        text = "start[minutes]\tend[kBq/cc]\t" + names.joined(separator: "\t") + "\t\n"
      } else {
        let none = names.map { _ in "\t." }.joined()
        let volumes = names.map { name_ in "\t" + (morph.rows.first { $0[name] == name_ }?[volume] ?? ".") }
        text = "DFT1\t\(names.joined(separator: "\t"))\nx\(none)\nkBq/ml\(none)\nTimes (min)\(volumes.joined())\n"
      }
      for row in table.rows.indices {
        let times = try [0, 1].map { try table.number(row, $0) / 60 }
        text += (times.map { "\($0)" } + plain.map { table.rows[row][$0] }).joined(separator: "\t") + "\n"
      }
      try folder.write("anna_\(tracer).\(form)", text)
      try folder.write("anna_\(tracer)_volumes.tsv", try String(contentsOfFile: stem + "_morph.tsv", encoding: .utf8))
      let volumes = form == "tac" ? "anna_\(tracer)_volumes.tsv" : "n/a"
      rows += "anna\t\(tracer)\tanna_\(tracer).\(form)\t\(volumes)\tC11\ttrue\n"
    }
    let scans = try folder.write("scans.tsv", rows)
    let out = folder.file("out")
    let run = try Program.run(["run", "--scans", scans, out, "--pipeline", PlainPipeline.path, "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    Self.expectAlike(try Self.balance(out, "sub-anna"), try Self.balance(made.out, "sub-01"), within: 1e-6)
    let check = try Program.run(["check", "--scans", scans, "--pipeline", PlainPipeline.path])
    #expect(check.status == 0, "\(check.output)")
  }

  /// What is proposed of a folder, with what only its people know, runs by the pipeline that is proposed for it.
  @Test func fromFolderToBalance() throws {
    let made = try Self.study.get()
    let folder = try TemporaryFolder()
    let table = try Self.lab(made.study, in: folder)
    try FileManager.default.removeItem(atPath: table)
    let scans = try Program.run(["scans", folder.file("lab"), "--out", table])
    #expect(scans.status == 0 && scans.errors.contains("2 scans"), "\(scans.errors)")
    // What is there is never written over: a table that was filled in, an image.
    for out in [table, folder.file("lab/anna_RAC.nii.gz")] {
      #expect(try Program.run(["scans", folder.file("lab"), "--out", out]).status == 73)
    }
    let proposed = try String(contentsOfFile: table, encoding: .utf8)
    try folder.write("lab/scans.tsv", proposed.replacing("C11\tn/a\tn/a\t", with: "C11\tkBq/mL\ttrue\t"))
    let pipeline = folder.file("mine.yaml")
    let proposal = try Program.run(["init", "--scans", table, "--out", pipeline])
    #expect(proposal.status == 0, "\(proposal.errors)")
    let out = folder.file("out")
    let run = try Program.run(["run", "--scans", table, out, "--pipeline", pipeline, "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    Self.expectAlike(try Self.balance(out, "sub-anna"), try Self.balance(made.out, "sub-01"))
  }

  @Test func usage() throws {
    let folder = try TemporaryFolder()
    let table = try folder.write("scans.tsv", Self.header + "a\tRAC\tx.nii\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a\t1\n")
    let pipeline = ["--pipeline", PlainPipeline.path]
    for arguments in [
      ["run", "--scans", table] + pipeline, ["run", "--scans", table, "study", "out"] + pipeline,
      ["plan"] + pipeline, ["plan", "--scans", table, "a", "b"] + pipeline, ["check"],
      ["check", "x", "--scans", table],
    ] {
      let outcome = try Program.run(arguments)
      #expect(outcome.status == 64, "\(arguments) \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    // A row that cannot be read is a failure of its scan.
    let out = folder.file("out")
    let run = try Program.run(["run", "--scans", table, out] + pipeline)
    #expect(run.status == 1 && run.errors.contains("line 2, frames"), "\(run.errors)")
    #expect(try Program.run(["run", "--scans", folder.file("none.tsv"), out] + pipeline).status == 66)
  }
}
