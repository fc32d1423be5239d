import Foundation
import PETCore
import PETTestSupport
import Testing

/// A pipeline that corrects both scans for partial volume, from scans to balance.
struct CorrectedStudyTests {
  /// A person whose scanner blurs by 6 mm, without noise, with the results of a pipeline that corrects and of one that does not.
  private static let made = Result {
    let folder = try TemporaryFolder()
    let study = folder.file("study")
    let simulated = try Program.run([
      "simulate", study, "--participants", "1", "--noise", "0", "--fwhm", "6", "--label-size", "2.3", "--head",
    ])
    #expect(simulated.status == 0, "\(simulated.errors)")
    let gtm = try folder.write("gtm.yaml", pipeline())
    for (name, out) in [(gtm, "gtm"), ("raclopride-dasb", "plain")] {
      let run = try Program.run(["run", study, folder.file(out), "--pipeline", name, "--quiet"])
      #expect(run.status == 0, "\(run.errors)")
    }
    return folder
  }

  private static func pipeline(fwhm: String = "6", model: String = "SRTM", align: String = "check") -> String {
    BalanceRun.pipeline(fwhm: fwhm, "align: {mode: \(align)}\ncurves: {partial-volume: gtm}")
      .replacing("model: SRTM", with: "model: \(model)")
  }

  private static let scan = "sub-01/pet/sub-01_trc-RAC"

  /// Cells of some columns by region.
  private static func cells(_ path: String, _ names: String...) throws -> [String: [String]] {
    let table = try TSVTable(path: path)
    let (region, columns) = (try table.required("region"), try names.map(table.required))
    return Dictionary(uniqueKeysWithValues: table.rows.map { row in (row[region], columns.map { row[$0] }) })
  }

  /// Corrected ratios of nuclei within 0.6 % and of the cortex, a ribbon of 3 mm, within 6 %, the median of the uncorrected ones off
  /// by more than 4 %: in voxels of 7 mm labels of 2.3 mm take the voxel's box as it is.
  @Test func ratiosAndWhatTheyWere() throws {
    let folder = try Self.made.get()
    let rows = try Self.cells(
      folder.file("gtm/" + BalanceRun.balance), "ratio", "ratio-uncorrected", "dopamine-own-share",
      "serotonin-own-share",
      "status")
    let plain = try Self.cells(folder.file("plain/" + BalanceRun.balance), "ratio")
    let truth = try Self.cells(folder.file("study/derivatives/truth/balance.tsv"), "ratio")
    var (corrected, uncorrected): ([Double], [Double]) = ([], [])
    for (region, cells) in rows where region != "Cerebellum" {
      // The uncorrected ratio is that of the pipeline that does not correct.
      #expect(cells[1] == plain[region]?[0], "\(region) \(cells)")
      let shares = [cells[2], cells[3]].compactMap(Double.init)
      #expect(shares.count == 2 && shares.allSatisfy { (0.3...1).contains($0) } && cells[4] == "ok", "\(cells)")
      guard let own = truth[region].flatMap({ Double($0[0]) }), region != "White-Matter" else { continue }
      // Fluid and skull, which no label tells, are beside it.
      let room = region.hasSuffix("Cortex") ? 0.1 : 1
      corrected.append(room * abs((Double(cells[0]) ?? .nan) / own - 1))
      uncorrected.append(abs((Double(cells[1]) ?? .nan) / own - 1))
    }
    #expect(corrected.count > 12 && corrected.allSatisfy { $0 < 0.006 }, "\(corrected)")
    // A ribbon has none without the correction.
    let told = uncorrected.filter(\.isFinite).sorted()
    #expect(told.count > 12 && Order.quantile(told, 0.5) > 0.04, "\(uncorrected)")
    let json = try TextFile.read(folder.file("gtm/" + BalanceRun.balance.replacing(".tsv", with: ".json"))).text
    #expect(json.contains("not yet on measured images"))
    let page = try TextFile.read(folder.file("gtm/sub-01/sub-01.html")).text
    for words in ["own share", "uncorrected", "geometric transfer matrix", "not yet on measured images", "6 mm FWHM"] {
      #expect(page.contains(words), "\(words)")
    }
  }

  @Test func tables() throws {
    let folder = try Self.made.get()
    let fits = try Self.cells(
      folder.file("gtm/\(Self.scan)_model-SRTM_kinpar.tsv"), "own-share", "BPND", "BPND-uncorrected")
    let plain = try Self.cells(folder.file("plain/\(Self.scan)_model-SRTM_kinpar.tsv"), "BPND")
    let putamen = try #require(fits["Left-Putamen"])
    #expect(putamen[2] == plain["Left-Putamen"]?[0] && putamen[1] != putamen[2])
    let morph = try TSVTable(path: folder.file("gtm/\(Self.scan)_seg-auto_morph.tsv"))
    let (name, share) = (try morph.required("name"), try morph.required("own-share"))
    #expect(morph.rows.first { $0[name] == "Left-Putamen" }?[share] == putamen[0])
    // Curves as they were measured stay what they are.
    for ending in ["_seg-auto_tacs.tsv", "_desc-mean_petref.nii.gz"] {
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: folder.file("gtm/" + Self.scan + ending)))
          == Data(contentsOf: URL(fileURLWithPath: folder.file("plain/" + Self.scan + ending))), "\(ending)")
    }
    // fit takes the corrected table with all that is known of it, and balance takes both or neither.
    let fitted = folder.file("fit_kinpar.tsv")
    let fit = try Program.run([
      "fit", folder.file("gtm/\(Self.scan)_seg-auto_pvc-GTM_tacs.tsv"), "--model", "SRTM", "--reference", "cerebellum",
      "--out", fitted,
    ])
    #expect(fit.status == 0, "\(fit.errors)")
    let own = try Self.cells(fitted, "own-share", "BPND")["Left-Putamen"]
    #expect(own == Array(putamen.prefix(2)))
    let other = folder.file("plain/sub-01/pet/sub-01_trc-DASB_model-MRTM2_kinpar.tsv")
    let mixed = try Program.run(["balance", "--dopamine", fitted, "--serotonin", other])
    #expect(
      mixed.status != 0 && mixed.output.isEmpty && mixed.errors.contains("correct both, or neither"), "\(mixed)")
  }

  /// Another model takes the corrected curves on record: the same bytes as a run of its own.
  @Test func curvesOnRecord() throws {
    let folder = try Self.made.get()
    let out = folder.file("edited")
    try FileManager.default.copyItem(atPath: folder.file("gtm"), toPath: out)
    let edited = try folder.write("edited.yaml", Self.pipeline(model: "MRTM1"))
    let first = try Program.run(["plan", folder.file("study"), out, "--pipeline", edited])
    #expect(first.output.contains("models.dopamine.model: SRTM -> MRTM1"), "\(first)")
    for place in [out, folder.file("anew")] {
      let run = try Program.run(["run", folder.file("study"), place, "--pipeline", edited, "--quiet"])
      #expect(run.status == 0, "\(run)")
    }
    for name in [BalanceRun.balance, "\(Self.scan)_model-MRTM1_kinpar.tsv", "\(Self.scan)_seg-auto_pvc-GTM_tacs.tsv"] {
      #expect(
        try TextFile.read("\(out)/\(name)").text == TextFile.read(folder.file("anew/\(name)")).text, "\(name)")
    }
    let checked = try Program.run(["verify", out])
    #expect(checked.status == 0, "\(checked)")
    let wider = try folder.write("wider.yaml", Self.pipeline(fwhm: "{in-plane: 6, axial: 7}", model: "MRTM1"))
    let plan = try Program.run(["plan", folder.file("study"), out, "--pipeline", wider])
    #expect(plan.output.contains("read.dopamine.fwhm: 6 -> {axial: 7, in-plane: 6}"), "\(plan.output)")
  }

  /// Many labels of a voxel each cost the correction of the scan and nothing else: no uncorrected number stands in its place.
  @Test func lostCorrection() throws {
    let study = try SpoiltStudy()
    try study.image(SpoiltStudy.labels + ".nii.gz") { frames in
      let white = frames[0].indices.filter { frames[0][$0] == 2 }.prefix(250)
      for (number, at) in white.enumerated() { frames[0][at] = Float(200 + number) }
    }
    let rows = try Self.run(study, fwhm: "20", status: 0)
    let putamen = try #require(rows["Left-Putamen"])
    #expect(putamen[0] == "n/a" && Double(putamen[1]) != nil && putamen[2] == "noBinding", "\(putamen)")
    #expect(rows.values.allSatisfy { $0[0] == "n/a" } && putamen[3].contains("correction-lost"), "\(putamen)")
    #expect(!putamen[3].contains("corrected for partial volume (GTM)"), "\(putamen)")
    let out = study.folder.file("out")
    #expect(FileManager.default.fileExists(atPath: "\(out)/\(Self.scan)_seg-auto_tacs.tsv"))
    #expect(!FileManager.default.fileExists(atPath: "\(out)/\(Self.scan)_seg-auto_pvc-GTM_tacs.tsv"))
    #expect(try TextFile.read("\(out)/logs/sub-01_trc-RAC.log").text.contains("not corrected for partial volume"))
  }

  /// A region that is a voxel has no corrected number; the others have theirs.
  @Test func absorbedRegion() throws {
    let study = try SpoiltStudy()
    try study.image(SpoiltStudy.labels + ".nii.gz") { frames in
      var isFirst = true
      frames[0] = frames[0].map { label in
        guard label == 18 else { return label }
        defer { isFirst = false }
        return isFirst ? label : 2
      }
    }
    let rows = try Self.run(study, fwhm: "20", status: 0)
    #expect(rows["Raphe"]?[0] == "n/a" && rows["Raphe"]?[2] == "noBinding", "\(rows)")
    #expect(Double(rows["Left-Cortex"]?[0] ?? "") != nil, "\(rows)")
    let log = try TextFile.read(study.folder.file("out/logs/sub-01_trc-RAC.log")).text
    #expect(log.contains("less than 5 % is its own: Raphe"), "\(log)")
  }

  private static func run(_ study: SpoiltStudy, fwhm: String, status: Int32) throws -> [String: [String]] {
    let pipeline = try study.folder.write("p.yaml", Self.pipeline(fwhm: fwhm))
    let out = study.folder.file("out")
    let run = try Program.run(["run", study.root, out, "--pipeline", pipeline, "--quiet"])
    #expect(run.status == status, "\(run)")
    return try Self.cells("\(out)/\(BalanceRun.balance)", "ratio", "ratio-uncorrected", "status", "note")
  }

  /// At 14 mm the raphe is not told: its row says so, and groups leave it out.
  @Test func poorlyResolved() throws {
    let folder = try Self.made.get()
    let pipeline = try folder.write("wide.yaml", Self.pipeline(fwhm: "14", align: "none"))
    let out = folder.file("wide")
    let run = try Program.run(["run", folder.file("study"), out, "--pipeline", pipeline, "--quiet"])
    #expect(run.status == 0, "\(run)")
    let rows = try Self.cells("\(out)/\(BalanceRun.balance)", "status", "note", "dopamine-own-share")
    let raphe = try #require(rows["Raphe"])
    #expect(raphe[0] == "poorlyResolved" && raphe[1].contains("of what is measured there"), "\(raphe)")
    #expect(rows["Left-Putamen"]?[0] == "ok")
    #expect(try Self.cells("\(out)/group_summary.tsv", "n")["Raphe"] == ["0"])
  }

  @Test(arguments: [
    ("fwhm: 6", "fwhm: 0", "is not a number from 1 to 20 mm"),
    ("fwhm: 6", "fwhm: 40", "is not a number from 1 to 20 mm"),
    ("fwhm: 6", "fwhm: {in-plane: 6}", "is not a number from 1 to 20 mm"),
    (", fwhm: 6", "", "needs the resolution of its scans"), ("gtm", "sgtm", "there is no 'sgtm'"),
    ("partial-volume: gtm", "partial-volume: gtm, smooth: 4", "takes the scans as they are"),
    ("partial-volume: gtm", "partial-volume: gtm, sampling: image-to-labels", "takes the labels to the scan"),
  ])
  func slips(words: String, other: String, message: String) throws {
    let folder = try TemporaryFolder()
    let pipeline = try folder.write("p.yaml", Self.pipeline().replacing(words, with: other))
    let outcome = try Program.run(["run", folder.path, folder.file("out"), "--pipeline", pipeline])
    #expect(outcome.status == 65 && outcome.errors.contains(message), "\(outcome)")
  }
}
