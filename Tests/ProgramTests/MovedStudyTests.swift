import Foundation
import PETCore
import PETTestSupport
import Testing

/// Heads that move, from scans to balance.
struct MovedStudyTests {
  /// A person whose head jumps by 8 mm at 60 min in both scans, and the same lying still; without noise.
  private static let made = Result {
    let folder = try TemporaryFolder()
    for (name, more) in [("moved", ["--motion", "8", "--motion-start", "60"]), ("still", [])] {
      let simulated = try Program.run(
        [
          "simulate", folder.file(name), "--participants", "1", "--noise", "0", "--fwhm", "6", "--label-size", "2.3",
          "--head",
        ] + more)
      #expect(simulated.status == 0, "\(simulated.errors)")
    }
    return folder
  }

  private static func pipeline(_ motion: String, _ more: String = "") -> String {
    BalanceRun.pipeline("motion: \(motion)\n\(more)")
  }

  private static func run(_ study: String, _ pipeline: String, _ name: String) throws -> [String: [String]] {
    try BalanceRun(folder: made.get()).rows(study, pipeline, name)
  }

  private static let scan = "sub-01/pet/sub-01_trc-RAC"

  /// Told by default, and the data are in doubt; below a wider limit, or with none, they are not.
  @Test func check() throws {
    for (motion, status) in [("{mode: check}", "dataDoubtful"), ("{limit: 9}", "ok"), ("{mode: none}", "ok")] {
      let name = "check-\(motion.count)"
      let rows = try Self.run("moved", Self.pipeline(motion, "align: {mode: none}"), name)
      let putamen = try #require(rows["Left-Putamen"])
      #expect(putamen[2] == status && putamen[3].contains("motion") == (status != "ok"), "\(putamen)")
      let folder = try Self.made.get()
      let table = folder.file("\(name)/\(Self.scan)_desc-confounds_timeseries.tsv")
      #expect(FileManager.default.fileExists(atPath: table) == (motion != "{mode: none}"))
      guard motion == "{mode: check}" else { continue }
      let page = try TextFile.read(folder.file("\(name)/sub-01/sub-01.html")).text
      #expect(page.contains("head motion") && page.contains("the head moved") && page.contains("frames as they lie"))
      let verified = try Program.run(["verify", folder.file(name)])
      #expect(verified.status == 0, "\(verified)")
    }
  }

  /// Labels that lie off by a little in each scan and more between them put the pair in doubt, and neither scan.
  @Test func betweenScans() throws {
    let rows = try Self.run("moved", Self.pipeline("{mode: none}", "align: {limit: 0.9}"), "between")
    let putamen = try #require(rows["Left-Putamen"])
    #expect(putamen[2] == "dataDoubtful" && putamen[3].contains("scans-apart"), "\(putamen)")
    #expect(!putamen[3].contains("labels-displaced"))
  }

  /// A check says it before anything is run.
  @Test func studyCheck() throws {
    let folder = try Self.made.get()
    for (study, isTold) in [("moved", true), ("still", false)] {
      let check = try Program.run(["check", folder.file(study), "--pipeline", "raclopride-dasb"])
      #expect(
        check.output.contains("[motion]") == isTold && check.output.contains("the head moved") == isTold, "\(check)")
    }
  }

  /// Corrected, with labels at their place, ratios are those of the head that lies still.
  ///
  /// Within 4 % in nuclei, where 5 to 40 % are lost, with the correction for partial volume and without. Voxels are 4.6 mm here: in
  /// a standard scan it is 0.6 %.
  @Test(arguments: ["none", "gtm"]) func correct(correction: String) throws {
    let maps = correction == "none" ? "\nmaps: {se-maps: false}" : ""
    let more = "align: {mode: move}\ncurves: {partial-volume: \(correction)}\(maps)"
    let still = try Self.run("still", Self.pipeline("{mode: none}", more), "still-\(correction)")
    let corrected = try Self.run("moved", Self.pipeline("{mode: correct}", more), "correct-\(correction)")
    func errors(_ rows: [String: [String]]) -> [Double] {
      still.compactMap { region, cells in
        guard !region.contains("Cortex"), region != "White-Matter", let own = Double(cells[1]),
          let other = rows[region].flatMap({ Double($0[1]) })
        else { return nil }
        return abs(100 * (other / own - 1))
      }
    }
    let after = errors(corrected)
    #expect(after.count > 15 && (after.max() ?? 9) < 4, "\(after)")
    #expect(corrected["Left-Putamen"]?[2] == "ok")
    let folder = try Self.made.get()
    let suffix = correction == "gtm" ? "_pvc-GTM" : ""
    let json = try TextFile.read(folder.file("correct-\(correction)/\(Self.scan)_seg-auto\(suffix)_tacs.json")).text
    #expect(json.contains("\"Corrected\": true") && json.contains("validated on simulations"))
    let balance = folder.file("correct-\(correction)/" + BalanceRun.balance.replacing(".tsv", with: ".json"))
    #expect(try TextFile.read(balance).text.contains("\"BetweenScans\""))
    guard correction == "none" else { return }
    let moved = try Self.run("moved", Self.pipeline("{mode: none}", more), "moved-none")
    #expect((errors(moved).max() ?? 0) > 10, "\(moved)")
    // Of white matter: a nucleus of 50 voxels of 4.6 mm is other voxels in every pose.
    func mean(_ name: String) throws -> Double {
      let map = try TextFile.read(folder.file("\(name)/\(Self.scan)_model-SRTM_meas-BPND_mimap.json")).text
      #expect(map.contains("MotionCorrection") == (name == "correct-none"))
      let table = try TSVTable(path: folder.file("\(name)/\(Self.scan)_model-SRTM_mapregions.tsv"))
      let row = try #require(table.rows.indices.first { table.rows[$0].contains("White-Matter") })
      return try table.number(row, try table.required("BPND-map-mean"))
    }
    let (own, before, corrections) = (try mean("still-none"), try mean("moved-none"), try mean("correct-none"))
    #expect(abs(corrections / own - 1) < 0.006 && abs(before / own - 1) > 0.01, "\(own) \(before) \(corrections)")
  }

  /// A head that lies still has the curves of an uncorrected run, byte for byte.
  @Test func stillHeads() throws {
    let folder = try Self.made.get()
    _ = try Self.run("still", Self.pipeline("{mode: none}"), "plain")
    _ = try Self.run("still", Self.pipeline("{mode: correct}"), "same")
    let curves = "\(Self.scan)_seg-auto_tacs.tsv"
    #expect(try TextFile.read(folder.file("plain/\(curves)")).text == TextFile.read(folder.file("same/\(curves)")).text)
  }
}
