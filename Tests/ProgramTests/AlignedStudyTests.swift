import Foundation
import PETCore
import PETTestSupport
import Testing

/// Labels that lie beside their place, and scans whose resolution nobody states, from scans to balance.
struct AlignedStudyTests {
  /// A person whose segmentation lies 5 mm off, and the same in its place.
  private static let made = Result {
    let folder = try TemporaryFolder()
    for (name, more) in [("off", ["--displace", "5"]), ("right", [])] {
      let simulated = try Program.run(
        [
          "simulate", folder.file(name), "--participants", "1", "--noise", "0.05", "--fwhm", "6", "--label-size", "2.3",
          "--head",
        ] + more)
      #expect(simulated.status == 0, "\(simulated.errors)")
    }
    return folder
  }

  private static let scan = "sub-01/pet/sub-01_trc-RAC"
  private static let labels = "derivatives/segmentation/sub-01/anat/sub-01_dseg.nii.gz"

  private static func pipeline(_ align: String, fwhm: String = "6", correction: String = "none") -> String {
    BalanceRun.pipeline(fwhm: fwhm, "align: \(align)\ncurves: {partial-volume: \(correction)}")
  }

  private static func run(_ study: String, _ pipeline: String, _ name: String) throws -> [String: [String]] {
    try BalanceRun(folder: made.get()).rows(study, pipeline, name)
  }

  /// Unmoved, the data are in doubt and the note says why; with none nothing is said.
  @Test func check() throws {
    for (mode, status) in [("check", "dataDoubtful"), ("none", "ok")] {
      let rows = try Self.run("off", Self.pipeline("{mode: \(mode)}"), mode)
      let putamen = try #require(rows["Left-Putamen"])
      #expect(putamen[2] == status && putamen[3].contains("labels-displaced") == (mode == "check"), "\(putamen)")
    }
    let folder = try Self.made.get()
    let json = try TextFile.read(folder.file("check/\(Self.scan)_seg-auto_tacs.json")).text
    #expect(json.contains("\"Displacement\": 4.9") || json.contains("\"Displacement\": 5"), "\(json)")
    let page = try TextFile.read(folder.file("check/sub-01/sub-01.html")).text
    #expect(page.contains("broken blue ones where the scan says they lie"))
    let wider = try Self.run("off", Self.pipeline("{mode: check, limit: 6}"), "wider")
    #expect(wider["Left-Putamen"]?[2] == "ok")
  }

  /// Moved and corrected by the scans' own resolution the ratios are those of labels in their place within 0.5 %, of the cortex of 3 mm
  /// within 1 %; moved and not corrected nothing is in doubt any more.
  @Test func move() throws {
    let pipeline = { (mode: String) in Self.pipeline("{mode: \(mode)}", fwhm: "auto", correction: "gtm") }
    let moved = try Self.run("off", pipeline("move"), "both")
    let right = try Self.run("right", pipeline("check"), "both-right")
    for (region, cells) in moved where region != "Cerebellum" {
      let other = try #require(right[region].flatMap { Double($0[1]) })
      let limit = region.hasSuffix("Cortex") ? 0.01 : 0.005
      #expect(cells[2] == "ok" && abs((Double(cells[1]) ?? .nan) / other - 1) < limit, "\(cells) \(other)")
    }
    let plain = try Self.run("off", Self.pipeline("{mode: move}"), "moved")
    #expect(plain["Left-Putamen"]?[2] == "ok" && !plain.values.contains { $0[2] == "dataDoubtful" }, "\(plain)")
    let folder = try Self.made.get()
    let transform = "both/\(Self.scan)_from-auto_to-pet_mode-image_xfm.txt"
    #expect(try TextFile.read(folder.file(transform)).text.hasPrefix("#Insight Transform File"))
    let page = try TextFile.read(folder.file("both/sub-01/sub-01.html")).text
    #expect(
      page.contains("broken blue ones where they were said to lie") && page.contains("Transfer matrix of 22 regions"))
    let json = try TextFile.read(folder.file("both/\(Self.scan)_seg-auto_pvc-GTM_tacs.json")).text
    #expect(json.contains("\"Source\": \"estimated\""))
    let verified = try Program.run(["verify", folder.file("both")])
    #expect(verified.status == 0, "\(verified)")
  }

  /// The command finds the place that the simulation knows, writes a transform that tacs takes, and the same bytes for any jobs.
  @Test func command() throws {
    let folder = try Self.made.get()
    let study = folder.file("off")
    let arguments = ["\(study)/\(Self.scan)_pet.nii.gz", "--labels", "\(study)/\(Self.labels)"]
    let out = folder.file("found.txt")
    let found = try Program.run(["align"] + arguments + ["--out", out])
    #expect(found.status == 0 && found.errors.contains("they are taken there"), "\(found)")
    let table = try TSVTable(text: found.output, file: "align")
    let values = Dictionary(
      uniqueKeysWithValues: table.rows.map { ($0[0], Double($0[1]) ?? .nan) })
    #expect(abs((values["displacement"] ?? 0) - 5) < 0.2 && abs((values["fwhm"] ?? 0) - 6) < 0.4, "\(values)")
    let json = try TextFile.read(folder.file("found.json")).text
    #expect(json.contains("\"UnexplainedShare\""))
    let again = try Program.run(["align"] + arguments + ["--jobs", "1"])
    #expect(again.output == found.output)
    let curves = try Program.run(
      ["tacs"] + arguments + ["--transform", out, "--partial-volume", "gtm", "--fwhm", "auto"])
    #expect(curves.status == 0, "\(curves.errors)")
    for (more, words) in [
      (["--fwhm", "0"], "no resolution of a scanner"), (["--fwhm", "x"], "is no FWHM in mm"),
      (["--out", "x.lta"], ".txt"),
      (["--limit", "-1"], "--limit"), (["--out", arguments[0]], ".txt"),
    ] {
      let slip = try Program.run(["align"] + arguments + more)
      #expect(slip.status == 64 && slip.errors.contains(words) && slip.output.isEmpty, "\(slip)")
    }
  }

  /// Every scan's own width and the median of each scanner and tracer.
  @Test func resolution() throws {
    let folder = try Self.made.get()
    let outcome = try Program.run(["resolution", folder.file("right")])
    #expect(outcome.status == 0, "\(outcome)")
    let table = try TSVTable(text: outcome.output, file: "resolution")
    let (fwhm, name) = (try table.required("fwhm-mm"), try table.required("participant_id"))
    #expect(table.rows.count == 4 && table.rows.count { $0[name] == "median" } == 2)
    #expect(table.rows.allSatisfy { abs((Double($0[fwhm]) ?? 0) - 6) < 0.4 }, "\(outcome.output)")
    let none = try Program.run(["resolution", folder.file("right"), "--derivatives", folder.path])
    #expect(none.status == 66 && none.errors.contains("no scan has an image with labels") && none.output.isEmpty)
    // What it reads is not written over, nor a file that a table of scans names.
    let labels = folder.file("right/\(Self.labels)")
    let scans = try folder.write(
      "scans.tsv", "participant_id\ttracer\tpet\tlabels\nsub-01\traclopride\tright/\(Self.scan)_pet.nii.gz\t\(labels)\n"
    )
    for (arguments, out) in [
      (["resolution", folder.file("right")], labels), (["resolution", "--scans", scans], labels),
      (["resolution", "--scans", scans], folder.file("right/\(Self.scan)_pet.json")),
      (["check", "--scans", scans], folder.file("right/\(Self.scan)_pet.nii.gz")),
      (["plan", "--scans", scans, "--pipeline", "suvr"], labels),
    ] {
      let before = try Data(contentsOf: URL(fileURLWithPath: out))
      let slip = try Program.run(arguments + ["--out", out])
      #expect(slip.status == 64 && slip.errors.contains("choose another name"), "\(arguments) \(slip)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: out)) == before)
    }
    // A scan that cannot be read does not stop the others, and is told.
    let broken = try folder.write(
      "broken.tsv",
      "participant_id\ttracer\tpet\tlabels\nsub-01\traclopride\tright/\(Self.scan)_pet.nii.gz\t\(labels)\n"
        + "sub-02\traclopride\tnone.nii.gz\t\(labels)\n")
    let some = try Program.run(["resolution", "--scans", broken])
    #expect(some.status == 1 && some.errors.contains("1 of 2 scans") && some.errors.contains("none.nii.gz"), "\(some)")
  }

  @Test(arguments: [
    ("{mode: shift}", "there is no 'shift'"), ("{mode: check, limit: 0}", "align.limit"),
    ("{modes: check}", "unknown key"),
  ])
  func slips(align: String, message: String) throws {
    let folder = try TemporaryFolder()
    let pipeline = try folder.write("p.yaml", Self.pipeline(align))
    let outcome = try Program.run(["run", folder.path, folder.file("out"), "--pipeline", pipeline])
    #expect(outcome.status == 65 && outcome.errors.contains(message), "\(outcome)")
  }
}
