import Foundation
import PETCore
import PETTestSupport
import Testing

/// The metadata doctor: what it must find in real studies, and nothing in a clean one.
struct CheckTests {
  /// Rows of `check --format tsv` as (level code, file, field).
  private func check(_ path: String, _ more: [String] = []) throws -> (status: Int32, rows: [[String]]) {
    let run = try Program.run(["check", path, "--format", "tsv"] + more)
    let table = try TSVTable(text: run.output, file: "check")
    #expect(table.columns == ["level", "code", "file", "field", "value", "problem", "remedy"], "\(run.errors)")
    return (run.status, table.rows)
  }

  @Test(arguments: [[], ["--pipeline", "raclopride-dasb"]])
  func aCleanStudyHasNoFinding(options: [String]) throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    for path in [study, Program.sampleData] {
      let (status, rows) = try check(path, options)
      #expect(status == 0 && rows.isEmpty, "\(rows)")
    }
  }

  /// A published study: every sidecar states a dose a thousand times too small, one blood sidecar the wrong unit.
  @Test(.enabled(if: SharedMaterial.has("validation/ds004869"), "needs the shared validation/ds004869"))
  func aRealStudysUnits() throws {
    let (status, rows) = try check(SharedMaterial.path("validation/ds004869"))
    #expect(status == 65)
    let dose = rows.filter { $0[1] == "dose-scale" }
    #expect(dose.count == 28 && dose.allSatisfy { $0[0] == "fault" && $0[3] == "InjectedRadioactivity" })
    #expect(Set(dose.map { $0[2] }).count == 28)
    let blood = rows.filter { $0[1] == "blood-scale" }
    let file = "sub-01/ses-blocked/pet/sub-01_ses-blocked_recording-manual_blood.json"
    #expect(!blood.isEmpty && blood.allSatisfy { $0[2] == file })
    #expect(rows.filter { $0[0] == "fault" }.count == dose.count + blood.count)
    #expect(rows.count { $0[1] == "image-missing" } == 28)
  }

  /// The standard's own examples: ten web pages, five files of one byte and three volumes of zeros under names of
  /// images; end times as durations in three.
  @Test(.enabled(if: SharedMaterial.has("validation/bids-examples"), "needs the shared validation/bids-examples"))
  func examplesWithFakeImages() throws {
    var images: [String] = []
    var ends: [String] = []
    for number in 1...6 {
      let (status, rows) = try check(SharedMaterial.path("validation/bids-examples/pet00\(number)"))
      #expect(status == 65)
      images += rows.filter { ["image-unreadable", "constant"].contains($0[1]) && $0[0] == "fault" }.map { $0[5] }
      ends += rows.filter { $0[1] == "frame-timing" && $0[5].contains("end times") }.map { _ in "pet00\(number)" }
    }
    #expect(images.count { $0.contains("web page") } == 10)
    #expect(images.count { $0.contains("1 bytes") } == 5)
    #expect(images.count { $0.contains("zero") } == 3)
    #expect(ends == ["pet001", "pet003", "pet004"])
  }

  /// One change of a sidecar each, with what it must be called.
  @Test(arguments: [
    ("\"InjectedRadioactivityUnits\": \"MBq\"", "\"InjectedRadioactivityUnits\": \"kBq\"", "fault", "dose-scale"),
    ("\"InjectedMass\": 1.2", "\"InjectedMass\": 3.6", "warning", "dose-consistency"),
    ("\"InjectedRadioactivity\"", "\"Injected\"", "warning", "dose-missing"),
    ("\"InjectedRadioactivity\": ", "\"InjectedRadioactivity\": -", "warning", "dose-value"),
    ("\"MBq/ug\"", "\"MBq\"", "warning", "dose-unit"),
    ("\"kBq/mL\"", "\"Bq/mL\"", "fault", "suv-scale"),
    ("\"kBq/mL\"", "\"counts\"", "warning", "units"),
    ("\"10:00:00\"", "\"25:00:00\"", "warning", "time-zero"),
    ("\"C11\"", "\"F18\"", "warning", "isotope-tracer"),
    ("\"BodyWeightUnits\": \"kg\"", "\"BodyWeightUnits\": \"lb\"", "warning", "body-weight"),
    ("\"TimeZero\"", "\"RadionuclideHalfLife\": 6586, \"TimeZero\"", "warning", "half-life"),
    ("\"FrameDuration\": [", "\"FrameDuration\": [-", "fault", "frame-timing"),
    ("\"ScanStart\": 0,", "\"ScanStart\": 0", "fault", "unreadable"),
    ("[11C]raclopride", "[11C]DASB", "fault", "contradiction"),
  ])
  func sidecarFaults(old: String, new: String, level: String, code: String) throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let sidecar = study + "/sub-01/pet/sub-01_trc-RAC_pet.json"
    let text = try String(contentsOfFile: sidecar, encoding: .utf8)
    #expect(text.contains(old))
    try text.replacing(old, with: new, maxReplacements: 1).write(toFile: sidecar, atomically: true, encoding: .utf8)
    let (status, rows) = try check(study)
    #expect(
      rows.contains { $0[0] == level && $0[1] == code },
      "\(rows)")
    #expect(status == (rows.contains { $0[0] == "fault" } ? 65 : 0))
    // The other scan is as clean as before.
    #expect(rows.allSatisfy { !$0[2].contains("DASB") }, "\(rows)")
  }

  /// Images, segmentations and their names.
  @Test func filesThatAreNotWhatTheyShouldBe() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 4)
    func pet(_ person: Int) -> String { "\(study)/sub-0\(person)/pet/sub-0\(person)_trc-RAC_pet.nii.gz" }
    try FileManager.default.removeItem(atPath: pet(1))
    try Data("<!DOCTYPE html><html>".utf8).write(to: URL(fileURLWithPath: pet(2)))
    let names = study + "/derivatives/segmentation/sub-03/anat/sub-03_dseg.tsv"
    try (String(contentsOfFile: names, encoding: .utf8) + "999\tNowhere\n")
      .write(toFile: names, atomically: true, encoding: .utf8)
    try FileManager.default.removeItem(atPath: "\(study)/sub-04/pet/sub-04_trc-RAC_pet.json")
    let (status, rows) = try check(study, ["--pipeline", "raclopride-dasb"])
    #expect(status == 65)
    let found = Set(rows.map { "\($0[0]) \($0[1])" })
    #expect(
      found == ["fault image-missing", "fault image-unreadable", "note empty-labels", "fault sidecar-missing"],
      "\(rows)")
    // A pipeline's reference region that no label has.
    let labels = study + "/derivatives/segmentation/sub-01/anat/sub-01_dseg.tsv"
    try String(contentsOfFile: labels, encoding: .utf8).replacing("Cerebellum", with: "Cerebrum")
      .write(toFile: labels, atomically: true, encoding: .utf8)
    let without = try check("\(study)/sub-01/pet/sub-01_trc-DASB_pet.nii.gz", ["--pipeline", "raclopride-dasb"])
    #expect(without.rows.map { $0[1] } == ["reference-missing"] && without.status == 65, "\(without)")
    // One scan alone, by its sidecar or image.
    let one = try check("\(study)/sub-03/pet/sub-03_trc-RAC_pet.json")
    #expect(one.rows.map { $0[1] } == ["empty-labels"] && one.status == 0)
  }

  /// A fault that a run would not stumble over stops its scan, unless it is accepted; then it stands in every row, and its
  /// ratios are doubtful.
  @Test func runsRefuseFaults() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let sidecar = study + "/sub-01/pet/sub-01_trc-RAC_pet.json"
    try String(contentsOfFile: sidecar, encoding: .utf8).replacing("\"kBq/mL\"", with: "\"Bq/mL\"")
      .write(toFile: sidecar, atomically: true, encoding: .utf8)
    let refused = try SampleStudyTests.run(study, into: folder)
    #expect(refused.outcome.status == 1 && refused.outcome.errors.contains("--accept suv-scale"))
    let accepted = try SampleStudyTests.run(study, ["--accept", "suv-scale"], into: folder)
    #expect(accepted.outcome.status == 0, "\(accepted.outcome.errors)")
    let table = try TSVTable(path: accepted.path + "/sub-01/pet/sub-01_trc-RAC_model-SRTM_kinpar.tsv")
    let note = try table.required("note")
    #expect(table.rows.allSatisfy { $0[note].contains("suv-scale") })
    let balance = try TSVTable(path: accepted.path + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv")
    let status = try balance.required("status")
    #expect(balance.rows.contains { $0[status] == "dataDoubtful" } && !balance.rows.contains { $0[status] == "ok" })
    #expect(try SampleStudyTests.run(study, ["--accept", "all"], into: folder).outcome.status == 64)
  }

  /// A dose that cannot be right stops nothing that needs no dose, and casts no doubt on it.
  @Test func aDoseStopsOnlyWhatNeedsIt() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let sidecar = study + "/sub-01/pet/sub-01_trc-RAC_pet.json"
    try String(contentsOfFile: sidecar, encoding: .utf8)
      .replacing("\"InjectedRadioactivityUnits\": \"MBq\"", with: "\"InjectedRadioactivityUnits\": \"GBq\"")
      .write(toFile: sidecar, atomically: true, encoding: .utf8)
    let (out, outcome) = try SampleStudyTests.run(study, into: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try TSVTable(path: out + "/sub-01/pet/sub-01_trc-RAC_model-SRTM_kinpar.tsv")
    let note = try table.required("note")
    #expect(table.rows.allSatisfy { $0[note].contains("dose-scale") })
    let balance = try TSVTable(path: out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv")
    let status = try balance.required("status")
    #expect(balance.rows.contains { $0[status] == "ok" } && !balance.rows.contains { $0[status] == "dataDoubtful" })
  }
}
