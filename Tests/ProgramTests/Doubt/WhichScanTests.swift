import Foundation
import PETCore
import PETTestSupport
import Testing

/// Which of several scans counts, and that none vanishes.
struct WhichScanTests {
  private static let (rac, dasb) = (SpoiltStudy.scan, "sub-01/pet/sub-01_trc-DASB")

  /// Two reconstructions, the second without correction for attenuation, and perhaps dates.
  private static func reconstructions(_ study: SpoiltStudy, dated: Bool) throws {
    try study.copy(rac + "_pet.json", to: rac + "_rec-nacdyn_pet.json")
    try study.image(rac + "_pet.nii.gz", to: rac + "_rec-nacdyn_pet.nii") { frames in
      for frame in frames.indices {
        for voxel in frames[frame].indices { frames[frame][voxel] *= 0.3 + 0.02 * Float(voxel % 24) }
      }
    }
    try study.rename(rac, to: rac + "_rec-osem")
    guard dated else { return }
    try study.write(
      "filename\tacq_time\npet/sub-01_trc-DASB_pet.nii.gz\t2020-01-01T14:00:00\n"
        + "pet/sub-01_trc-RAC_rec-osem_pet.nii.gz\t2020-01-01T10:00:00\n"
        + "pet/sub-01_trc-RAC_rec-nacdyn_pet.nii\t2020-01-01T10:00:00\n", to: "sub-01/sub-01_scans.tsv")
  }

  @Test(arguments: [false, true])
  func nobodyButTheUserChooses(dated: Bool) throws {
    let study = try SpoiltStudy()
    try Self.reconstructions(study, dated: dated)
    let printed = try study.run()
    #expect(printed.status == 1 && printed.rows.isEmpty && printed.errors.contains("--filter"), "\(printed.errors)")
    try study.expectRight(try study.run(["--filter", "dopamine:rec=osem"], name: "chosen"))
    let wrong = try study.run(["--filter", "dopamine:rec=nacdyn"], name: "nac")
    #expect(wrong.status == 0 && !wrong.statuses.contains("ok"), "\(wrong.errors)")
    #expect(wrong.rows["Left-Putamen"]?.note.contains("not-attenuation-corrected") == true)
    // The same in the pipeline's words.
    let pipeline = study.folder.file("p.yaml")
    try AtomicFile.write(
      PlainPipeline.text
        .replacing("{tracer: raclopride}", with: "{tracer: raclopride, rec: osem}"), to: pipeline)
    try study.expectRight(try study.run(pipeline: pipeline, name: "written"))
    #expect(try study.run(["--filter", "dopamine:ret=osem"], name: "slip").status == 64)
    #expect(try study.run(["--filter", "gaba:rec=osem"], name: "role").status == 64)
  }

  /// A reconstruction's sidecar says it as well.
  @Test func sidecarsSayThatNothingWasCorrected() throws {
    for (name, value) in [("AttenuationCorrection", "none" as Any), ("CorrectedImage", ["DECY", "SCAT"])] {
      let study = try SpoiltStudy()
      try study.sidecar([name: value])
      let printed = try study.run()
      #expect(printed.status == 0 && printed.statuses.contains("dataDoubtful"), "\(name) \(printed.errors)")
      #expect(!printed.statuses.contains("ok"))
    }
  }

  // MARK: - Nothing vanishes

  private static func one(_ study: SpoiltStudy) throws -> String {
    let path = study.folder.file("one.yaml")
    try AtomicFile.write(
      """
      name: one
      read: {dopamine: {tracer: raclopride}}
      models: {dopamine: {model: SRTM, reference: cerebellum}}
      """, to: path)
    try study.rename(rac, to: "sub-01/pet/sub-01")
    for ending in ["_pet.nii.gz", "_pet.json"] { try study.remove(dasb + ending) }
    return path
  }

  @Test(arguments: ["a letter", "no sidecar", "a NUL", "no BIDS name", "no session's name"])
  func aLostScanIsARow(how: String) throws {
    let study = try SpoiltStudy()
    let pipeline = try Self.one(study)
    #expect(try study.run(pipeline: pipeline).status == 0)
    let results = study.folder.file("out/sub-01/pet")
    let before = try FileManager.default.contentsOfDirectory(atPath: results).count
    let scan = "sub-01/pet/sub-01"
    switch how {
    case "a letter": try study.sidecar(["TracerName": "[11C]raclopridde"], of: scan)
    case "no sidecar": try study.remove(scan + "_pet.json")
    case "a NUL":
      let text = try String(contentsOfFile: study.path(scan + "_pet.json"), encoding: .utf8)
      try study.write("\0" + text, to: scan + "_pet.json")
    case "no BIDS name": try study.rename(scan, to: "sub-01/pet/sub-01_ses_02")
    default: try study.rename(scan, to: "sub-01/pet/sub-01_task_rest")
    }
    let printed = try study.run(pipeline: pipeline)
    if how.contains("name") {
      // Of the scan that was read before, the study has none now.
      #expect(printed.status == 73 && printed.errors.contains("--replace"), "\(printed.errors)")
    } else {
      #expect(printed.status == 1 && printed.failures.count == 1, "\(printed.errors) \(printed.failures)")
      #expect(printed.failures.allSatisfy { $0[0].hasPrefix("sub-01") && $0[1] == "read" })
    }
    // Earlier results stand.
    #expect(try FileManager.default.contentsOfDirectory(atPath: results).count == before)
    #expect(FileManager.default.fileExists(atPath: printed.out + "/group_kinpar.tsv"))
    if how.contains("name") {
      let replaced = try study.run(["--replace"], pipeline: pipeline)
      #expect(replaced.status == 1 && replaced.failures.count == 1, "\(replaced.errors) \(replaced.failures)")
    }
    let check = try Program.run(["check", study.root, "--pipeline", pipeline])
    #expect(check.output.contains("sub-01"), "\(check.output)")
    let plan = try Program.run(["plan", study.root, "--pipeline", pipeline])
    #expect(plan.errors.contains("sub-01"), "\(plan.errors)")
  }

  /// A known third tracer, persons without PET and rows without a folder are told and fail nothing.
  @Test func whatNobodyReadsIsANote() throws {
    let study = try SpoiltStudy()
    try study.copy(Self.rac + "_pet.json", to: "sub-01/pet/sub-01_trc-FDOPA_pet.json")
    try study.copy(Self.rac + "_pet.nii.gz", to: "sub-01/pet/sub-01_trc-FDOPA_pet.nii.gz")
    try study.sidecar(["TracerName": "[18F]FDOPA", "TracerRadionuclide": "F18"], of: "sub-01/pet/sub-01_trc-FDOPA")
    try AtomicFile.makeFolder(study.path("sub-02/anat"))
    try AtomicFile.makeFolder(study.path("sub-01/ses-mri/anat"))
    try study.write("participant_id\nsub-01\nsub-02\nsub-77\n", to: "participants.tsv")
    try study.expectRight(try study.run())
    let check = try Program.run(["check", study.root, "--pipeline", PlainPipeline.path, "--format", "tsv"])
    #expect(check.status == 0, "\(check.output)")
    for code in ["note\tother-tracer", "note\tno-scan\tsub-02", "note\tno-scan\tsub-01/ses-mri", "note\tno-folder"] {
      #expect(check.output.contains(code), "\(code) \(check.output)")
    }
    let loud = try Program.run(["run", study.root, study.folder.file("loud"), "--pipeline", PlainPipeline.path])
    #expect(loud.status == 0 && loud.errors.contains("FDOPA") && loud.errors.contains("sub-02"), "\(loud.errors)")
  }

  /// Shipped cards that a file's tracers replace are named.
  @Test func replacedCardsAreNamed() throws {
    let study = try SpoiltStudy()
    let (tracers, pipeline) = (study.folder.file("t.yaml"), study.folder.file("p.yaml"))
    try AtomicFile.write(
      """
      - id: mine
        name: "[11C]mine"
        synonyms: [RAC, raclopride]
        target: D2
        system: dopamine
        isotope: C11
        reference: [cerebellum]
        models: [SRTM]
        caveats: ["Never tried by others."]
        sources: [own measurement]
      """, to: tracers)
    try AtomicFile.write(
      """
      name: p
      read: {tracers: t.yaml, dopamine: {tracer: mine}, serotonin: {tracer: dasb}}
      models: {dopamine: {model: SRTM, reference: cerebellum}, serotonin: {model: SRTM, reference: cerebellum}}
      """, to: pipeline)
    let check = try Program.run(["check", study.root, "--pipeline", pipeline])
    #expect(check.status == 0 && check.output.contains("[card-replaced]"), "\(check.output) \(check.errors)")
  }

  /// A filter that nothing fits is a mistake, and takes no result away.
  @Test func aFilterThatNothingFits() throws {
    let study = try SpoiltStudy()
    try study.expectRight(try study.run())
    let printed = try study.run(["--filter", "dopamine:rec=acdyn"])
    #expect(
      printed.status == 66 && printed.errors.contains("no scan of [11C]raclopride has rec-acdyn"), "\(printed.errors)")
    #expect(printed.rows["Left-Putamen"]?.status == "ok")
  }

  /// What stood before a scan failed stands, and is told.
  @Test func resultsOfAScanThatFailsStandWithAWord() throws {
    let study = try SpoiltStudy()
    try study.expectRight(try study.run())
    let image = study.path(SpoiltStudy.scan + "_pet.nii.gz")
    try Data(try Data(contentsOf: URL(fileURLWithPath: image)).prefix(3000)).write(to: URL(fileURLWithPath: image))
    let printed = try study.run()
    for unit in ["sub-01_trc-RAC", "sub-01_desc-raclopridedasb"] {
      let words = "\(unit): it could not be made again, its earlier results stand"
      #expect(printed.status == 1 && printed.errors.contains(words), "\(printed.errors)")
    }
    #expect(printed.rows["Left-Putamen"]?.status == "ok" && printed.failures.count == 1)
  }

  /// Folders and files whose names are nearly right are named with what to do.
  @Test func namesThatAreNearlyRight() throws {
    let study = try SpoiltStudy()
    try study.move(SpoiltStudy.scan + "_pet.nii.gz", to: SpoiltStudy.scan + "_pet.NII.GZ")
    try study.copy("sub-01", to: "Sub-02")
    let printed = try study.run()
    #expect(printed.status == 1 && printed.errors.contains("_pet.NII.GZ is there"), "\(printed.errors)")
    #expect(printed.errors.contains("Sub-02: name: the folder's name does not begin with sub-"), "\(printed.errors)")
    let other = "sub-01/pet/sub-01_task-rest"
    try study.move(SpoiltStudy.scan + "_pet.json", to: other + "_pet.json")
    try study.sidecar(["TracerName": "[11C]raclopryde"], of: other)
    let check = try Program.run(["check", study.root])
    #expect(check.output.contains("did you mean '[11C]raclopride'?"), "\(check.output)")
  }
}
