import Foundation
import PETCore
import PETImaging
import PETStudy
import PETTestSupport
import Testing

/// Stated errors of a study's ratios, from the pipeline to the page.
struct BudgetStudyTests {
  private static let curves = "align: {mode: none}\nmotion: {mode: none}\ncurves: {partial-volume: gtm}"
  private static let sensitivity = BalanceRun.balance.replacing("_balance", with: "_sensitivity")

  private static let uncertainty = """
    uncertainty:
      segmentation: 0.5
      fwhm: 0.5
      k2prime: spread
      reference: 0.02
      motion: se
      blood-volume: {mean: 0.05, sd: 0.015}
      scan-end: 10
      reference-extent: both
      model: fuller
    """

  private static func pipeline(fwhm: String = "6", _ more: String = "") -> String {
    BalanceRun.pipeline(fwhm: fwhm, curves + "\n" + more)
  }

  /// A person whose scanner blurs by 6 mm, with the results of a pipeline that states errors and of the same without.
  private static let made = Result {
    let folder = try TemporaryFolder()
    let simulated = try Program.run([
      "simulate", folder.file("study"), "--participants", "1", "--noise", "0.1", "--fwhm", "6", "--label-size", "2.3",
      "--head",
    ])
    #expect(simulated.status == 0, "\(simulated.errors)")
    let runner = BalanceRun(folder: folder)
    _ = try runner.rows("study", pipeline(uncertainty), "stated")
    _ = try runner.rows("study", pipeline(), "plain")
    return folder
  }

  /// Numbers of a table's columns by region; what is none is NaN.
  private static func numbers(
    _ path: String, _ names: String..., where keep: ([String: String]) -> Bool = { _ in true }
  )
    throws -> [String: [Double]]
  {
    let table = try TSVTable(path: path)
    let (region, columns) = (try table.required("region"), try names.map(table.required))
    var result: [String: [Double]] = [:]
    for row in table.rows where keep(Dictionary(uniqueKeysWithValues: zip(table.columns, row))) {
      result[row[region]] = columns.map { Double(row[$0]) ?? .nan }
    }
    return result
  }

  /// Estimates of both scans with something made otherwise in what the run is given.
  private static func estimates(_ pipeline: String, _ name: String) throws -> [String: [Double]] {
    let folder = try made.get()
    _ = try BalanceRun(folder: folder).rows("study", pipeline, name)
    return try numbers(folder.file("\(name)/\(BalanceRun.balance)"), "dopamine", "serotonin")
  }

  /// Where both changes are above 0.3 %, what was told is what a run gives: within a share of it.
  private static func compare(
    _ told: [String: [Double]], _ other: [String: [Double]], within share: Double, least: Int = 10
  ) throws {
    let base = try numbers(try made.get().file("plain/\(BalanceRun.balance)"), "dopamine", "serotonin")
    var count = 0
    for (region, changes) in told {
      guard let now = other[region], let then = base[region] else { continue }
      for side in 0..<2 {
        let change = 100 * (now[side] / then[side] - 1)
        guard abs(change) > 0.3 else { continue }
        count += 1
        #expect(abs(changes[side] - change) < share * abs(change), "\(region) \(side): \(changes[side]) for \(change)")
      }
    }
    #expect(count >= least)
  }

  /// Labels half a millimetre higher are what a transform to labels says that are: the same to a hundredth of the change.
  @Test func movedLabelsAreARunWithMovedLabels() throws {
    let folder = try Self.made.get()
    // Points of the scan to points of the labels, in LPS: a point at the height of moved labels is one 0.5 mm below of theirs.
    let transform = try folder.write(
      "moved.txt",
      "#Insight Transform File V1.0\n#Transform 0\nTransform: AffineTransform_double_3_3\n"
        + "Parameters: 1 0 0 0 1 0 0 0 1 0 0 -0.5\nFixedParameters: 0 0 0\n")
    let told = try Self.numbers(
      folder.file("stated/\(Self.sensitivity)"), "dopamine-change", "serotonin-change"
    ) { $0["effect"] == "segmentation" && $0["component"] == "z" && $0["amount"] == "0.5" }
    let moved = try Self.estimates(
      Self.pipeline("regions: {transform: '\(transform)'}"), "moved")
    try Self.compare(told, moved, within: 0.01)
  }

  /// Another FWHM has the space around the labels told anew: 5 % of the change.
  @Test func anotherResolutionIsARunWithIt() throws {
    let told = try Self.numbers(
      try Self.made.get().file("stated/\(Self.sensitivity)"), "dopamine-change", "serotonin-change"
    ) { $0["effect"] == "fwhm" && $0["amount"] == "0.5" }
    try Self.compare(told, try Self.estimates(Self.pipeline(fwhm: "6.5"), "wide"), within: 0.05)
  }

  /// k2' of the refit, written into a pipeline: the same fits, to what a table's digits hold.
  @Test func anotherReferenceRateIsARunWithIt() throws {
    let folder = try Self.made.get()
    let json = try PETSidecar(path: folder.file("stated/sub-01/pet/sub-01_trc-DASB_model-MRTM2_kinpar.json"))
    let rate = try #require(json["k2prime"]?["Value"]?.double)
    let table = try TSVTable(path: folder.file("stated/\(Self.sensitivity)"))
    let (effect, amount) = (try table.required("effect"), try table.required("amount"))
    let share = try #require(table.rows.first { $0[effect] == "k2prime" }.flatMap { Double($0[amount]) })
    let told = try Self.numbers(
      folder.file("stated/\(Self.sensitivity)"), "dopamine-change", "serotonin-change"
    ) { $0["effect"] == "k2prime" && $0["amount"] == NumberText.exact(share) }
    let other = Self.pipeline().replacing(
      "model: MRTM2,", with: "model: MRTM2, k2prime: \(NumberText.exact(rate * (1 + share / 100))),")
    try Self.compare(told, try Self.estimates(other, "rate"), within: 0.01, least: 5)
  }

  /// A reference without its rim is what labels without it give, where curves are not corrected.
  @Test func erodedReferenceIsARunWithoutItsRim() throws {
    let folder = try TemporaryFolder()
    _ = try SampleStudyTests.simulate(folder, noise: 0.1)
    let runner = BalanceRun(folder: folder)
    _ = try runner.rows("study", PlainPipeline.text + "\nuncertainty: {reference-extent: both}\n", "stated")
    let path = folder.file("study/derivatives/segmentation/sub-01/anat/sub-01_dseg.nii.gz")
    let image = try Volume(path: path)
    let (nx, ny) = (image.grid.nx, image.grid.ny)
    // The cerebellum is the first label.
    let values = image.values.indices.map { at -> Double in
      let own = image.values[at]
      guard own == 1 else { return Double(own) }
      return [1, nx, nx * ny].allSatisfy { image.values[at - $0] == 1 && image.values[at + $0] == 1 } ? 1 : 0
    }
    try NIfTIWriter.write(path, grid: image.grid, storage: .int16(slope: 1), description: "labels") { _ in values }
    _ = try runner.rows("study", PlainPipeline.text, "eroded")
    let base = try Self.numbers(folder.file("stated/\(BalanceRun.balance)"), "dopamine", "serotonin")
    let other = try Self.numbers(folder.file("eroded/\(BalanceRun.balance)"), "dopamine", "serotonin")
    var count = 0
    for (side, system) in ["dopamine", "serotonin"].enumerated() {
      let told = try Self.numbers(folder.file("stated/\(Self.sensitivity)"), "\(system)-change") {
        $0["effect"] == "reference-extent" && $0["component"] == "eroded" && $0["scan"] == system
      }
      for (region, own) in told {
        guard let then = base[region]?[side], let now = other[region]?[side], then.isFinite, now.isFinite else {
          continue
        }
        count += 1
        // Frames weigh by the whole segmentation, which has lost the rim as well.
        let change = 100 * (now / then - 1)
        #expect(abs(own[0] - change) < 0.01 * abs(change) + 0.01, "\(region) \(system): \(own[0]) for \(change)")
      }
    }
    #expect(count > 30)
    // It has one part.
    let json = try PETSidecar(path: folder.file("stated/sub-01/pet/sub-01_trc-RAC_model-SRTM_refits.json"))
    #expect(json["LeftOut"]?["reference-extent"]?.string == "parts: the reference is one region")
  }

  /// The full form beside the simplified one is what `fit` makes of the same curves, where it tells BPND; nothing elsewhere.
  @Test func fullerFormsAreFits() throws {
    let folder = try Self.made.get()
    let stem = folder.file("stated/sub-01/pet/sub-01_trc-RAC")
    let fit = try Program.run([
      "fit", stem + "_seg-auto_pvc-GTM_tacs.tsv", "--model", "FRTM", "--reference", "cerebellum", "--out",
      folder.file("frtm.tsv"),
    ])
    #expect(fit.status == 0, "\(fit.errors)")
    let fitted = try TSVTable(path: folder.file("frtm.tsv"))
    let (region, value, status) = (
      try fitted.required("region"), try fitted.required("BPND"), try fitted.required("status")
    )
    let told = try Self.numbers(stem + "_model-SRTM_refits.tsv", "value") {
      $0["effect"] == "model" && $0["component"] == "FRTM"
    }
    var count = 0
    for row in fitted.rows {
      guard let own = told[row[region]]?[0] else { continue }
      guard row[status] == "converged" else {
        #expect(own.isNaN, "\(row[region])")
        continue
      }
      count += 1
      // Curves and numbers as tables hold them.
      #expect(try abs(own / #require(Double(row[value])) - 1) < 1e-9, "\(row[region])")
    }
    #expect(count >= 3 && told.count > count)
    // One k2' for all has a form without, and no effect of a form is in a budget.
    let other = try Self.numbers(folder.file("stated/sub-01/pet/sub-01_trc-DASB_model-MRTM2_refits.tsv"), "value") {
      $0["effect"] == "model" && $0["component"] == "SRTM"
    }
    #expect(other.values.contains { $0[0].isFinite })
    let json = try TextFile.read(folder.file("stated/" + BalanceRun.balance.replacing(".tsv", with: ".json"))).text
    #expect(!json.contains("\"Effect\": \"model\""))
  }

  /// Without stated errors there are the same estimates, and no file or column of them.
  @Test func nothingElseChanges() throws {
    let folder = try Self.made.get()
    for scan in ["RAC_model-SRTM", "DASB_model-MRTM2"] {
      let name = "sub-01/pet/sub-01_trc-\(scan)_kinpar.tsv"
      #expect(try TextFile.read(folder.file("plain/" + name)).text == TextFile.read(folder.file("stated/" + name)).text)
      #expect(!FileManager.default.fileExists(atPath: folder.file("plain/sub-01/pet/sub-01_trc-\(scan)_refits.tsv")))
    }
    let (plain, stated) = (
      try TSVTable(path: folder.file("plain/\(BalanceRun.balance)")),
      try TSVTable(path: folder.file("stated/\(BalanceRun.balance)"))
    )
    #expect(stated.columns.filter { !plain.columns.contains($0) } == ["ratio-budget-low", "ratio-budget-high"])
    #expect(!FileManager.default.fileExists(atPath: folder.file("plain/\(Self.sensitivity)")))
  }

  @Test func budgetsStandBesideSets() throws {
    let folder = try Self.made.get()
    let rows = try Self.numbers(
      folder.file("stated/\(BalanceRun.balance)"), "ratio", "log-ratio-se", "dof", "ratio-budget-low",
      "ratio-budget-high", "log-ratio-high", "log-ratio")
    var count = 0
    for (region, row) in rows where row[3].isFinite {
      count += 1
      // No narrower than the statistical limits of the log ratio.
      #expect(row[3] < row[0] && row[0] < row[4], "\(region)")
      #expect(log(row[4]) - row[6] > 0.9 * (row[5] - row[6]), "\(region)")
    }
    #expect(count > 12)
    let text = try TextFile.read(folder.file("stated/" + BalanceRun.balance.replacing(".tsv", with: ".json"))).text
    for words in [
      "motion of the dopamine scan: curves are not corrected for it", "SRTM cannot hold it", "scatter and attenuation",
      "alignment: not stated", "\"Correlated\"",
    ] { #expect(text.contains(words), "\(words)") }
    let page = try TextFile.read(folder.file("stated/sub-01/sub-01.html")).text
    for words in ["The budget of the ratio", "never a total", "weighs most", "scatter and attenuation"] {
      #expect(page.contains(words), "\(words)")
    }
  }

  @Test func theCommandPrintsThem() throws {
    let folder = try Self.made.get()
    let some = try Program.run([
      "sensitivity", folder.file("stated"), "--region", "putamen", "--effect", "fwhm", "scan-end",
    ])
    #expect(some.status == 0)
    let lines = some.output.split(separator: "\n")
    #expect(lines[0].hasPrefix("participant_id\tsession_id\tregion\teffect\tamount\tdopamine-change"))
    // Up and down in both scans, and the end of each.
    #expect(lines.count == 5 && lines.dropFirst().allSatisfy { $0.hasPrefix("sub-01\tn/a\tPutamen\t") })
    for (arguments, words, status) in [
      (["plain"], "no pair of it has stated errors", 66), (["stated", "--region", "moon"], "nothing of it", 66),
    ] as [([String], String, Int32)] {
      let run = try Program.run(["sensitivity", folder.file(arguments[0])] + arguments.dropFirst())
      #expect(run.status == status && run.errors.contains(words), "\(run)")
    }
  }

  /// The same bytes again, and nothing to do.
  @Test func itIsMadeAgain() throws {
    let folder = try Self.made.get()
    let verified = try Program.run(["verify", folder.file("stated"), "--rerun", "3"])
    #expect(verified.status == 0, "\(verified)")
    let again = try Program.run([
      "plan", folder.file("study"), folder.file("stated"), "--pipeline", folder.file("stated.yaml"),
    ])
    #expect(again.status == 0 && !again.output.contains("stale"), "\(again)")
  }

  @Test(arguments: [
    ("uncertainty: {segmentation: 0.5mm}", "uncertainty.segmentation"),
    ("uncertainty: {segmentations: 0.5}", "unknown key"), ("uncertainty: {motion: 0.5}", "uncertainty.motion"),
    ("uncertainty: {blood-volume: 0.05}", "uncertainty.blood-volume"),
    ("uncertainty: {blood-volume: {mean: 0.05}}", "uncertainty.blood-volume.sd"),
    ("uncertainty: {blood-volume: {mean: 0.01, sd: 0.05}}", "larger than the mean"),
    (
      "uncertainty: {days: retest}\nbalance: {retest: {dopamine: 0.05, serotonin: 0.05}}",
      "balance.retest has it"
    ),
  ]) func whatIsWrongIsTold(text: String, words: String) throws {
    let folder = try Self.made.get()
    let file = try folder.write("wrong-\(abs(text.hashValue)).yaml", Self.pipeline(text))
    let run = try Program.run(["run", folder.file("study"), folder.file("wrong"), "--pipeline", file])
    #expect(run.status == 65 && run.errors.contains(words), "\(run)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("wrong")))
  }
}
