import Foundation
import PETCore
import PETTestSupport
import Testing

/// What `check` tells of a study, `run` tells as well.
struct RunAndCheckTests {
  /// Codes of `check` with their fields.
  private func check(_ bad: BadStudy) throws -> [[String]] {
    let run = try Program.run(["check", bad.study, "--pipeline", "raclopride-dasb", "--format", "tsv"])
    return try TSVTable(text: run.output, file: "check").rows
  }

  private func log(_ outcome: BadStudy.Outcome, _ unit: String = BadStudy.unit) -> String {
    String(decoding: outcome.results["logs/\(unit).log"] ?? Data(), as: UTF8.self)
  }

  /// A weight and a dose that are no numbers stand in the scan's log.
  @Test(arguments: [
    ("BodyWeight", "\"seventy\"", "body-weight", "\"seventy\" is no body weight in kg"),
    ("InjectedRadioactivity", "\"n.a.\"", "dose-value", "\"n.a.\" is not a number"),
  ])
  func amountsThatAreNone(field: String, value: String, code: String, words: String) throws {
    let bad = try BadStudy()
    try bad.set(field, value)
    let rows = try check(bad)
    #expect(rows.contains { $0[1] == code && $0[3] == field && $0[5] == words }, "\(rows)")
    #expect(log(try bad.accepts()).contains("\(field): \(words)"))
  }

  /// In the table of persons likewise, and persons who stand in it twice.
  @Test func personsOfTheTable() throws {
    let bad = try BadStudy()
    let lines = try bad.text("participants.tsv").split(separator: "\n").map(String.init)
    var cells = lines[2].split(separator: "\t").map(String.init)
    cells[3] = "seventy"
    let table = [lines[0], lines[1], lines[1], cells.joined(separator: "\t")]
    try bad.write(table.joined(separator: "\n") + "\n", to: "participants.tsv")
    let words = ["seventy is no body weight in kg", "sub-01 stands twice, with the same values"]
    let rows = try check(bad)
    #expect(rows.contains { $0[0] == "warning" && $0[1] == "body-weight" && $0[5] == words[0] }, "\(rows)")
    #expect(rows.contains { $0[0] == "note" && $0[1] == "participant-twice" && $0[5] == words[1] }, "\(rows)")
    let run = try Program.run(["run", bad.study, bad.out, "--pipeline", "raclopride-dasb"])
    #expect(run.status == 0)
    for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
  }

  /// Rows that differ: nothing of the person is used, in norms neither, and the others have theirs.
  @Test func contradictoryPerson() throws {
    let bad = try BadStudy()
    try bad.write("participant_id\tage\tsex\n01\t30\tM\nsub-02\t40\tF\n02\t41\tF\n", to: "participants.tsv")
    let words = "sub-02 stands twice, with other values of age"
    let rows = try check(bad)
    #expect(rows.contains { $0[0] == "warning" && $0[1] == "participant-twice" && $0[5] == words }, "\(rows)")
    let folder = try TemporaryFolder()
    try folder.write(
      "norms.tsv", "measure\tregion\tn\tdof\tsd\tintercept\tage\ndopamine\tLeft-Putamen\t30\t28\t0.5\t3\t0\n")
    let text = try Program.run(["pipelines", "raclopride-dasb"]).output
    let pipeline = try folder.write(
      "p.yaml", text.replacing("\nbalance:", with: "\nbalance:\n  norms: norms.tsv", maxReplacements: 1))
    let run = try Program.run(["run", bad.study, bad.out, "--pipeline", pipeline])
    #expect(run.status == 0 && run.errors.contains(words), "\(run.errors)")
    for (person, isTold) in [("sub-01", true), ("sub-02", false)] {
      let table = try TSVTable(path: "\(bad.out)/\(person)/\(person)_desc-raclopridedasb_balance.tsv")
      let row = try #require(table.rows.first { $0[0] == "Left-Putamen" })
      #expect((row[try table.required("dopamine-t")] != "n/a") == isTold)
    }
  }

  /// A label of one voxel, in check, in the scan's log and in curves.
  @Test func regionsOfOneVoxel() throws {
    let bad = try BadStudy()
    let name = "derivatives/segmentation/sub-02/anat/sub-02_dseg.nii.gz"
    var bytes = try BadStudy.plain(bad.path(name))
    let type = Int(bytes[70]) + 256 * Int(bytes[71])
    let size = try #require([2: 1, 4: 2, 8: 4][type])
    var isFirst = true
    // Label 12 is the right thalamus.
    for place in stride(from: 352, to: bytes.count, by: size) where bytes[place] == 12 {
      guard (1..<size).allSatisfy({ bytes[place + $0] == 0 }) else { continue }
      if !isFirst { bytes[place] = 0 }
      isFirst = false
    }
    #expect(!isFirst)
    try bad.remove(name)
    let plain = String(name.dropLast(3))
    try bad.write(bytes, to: plain)
    let rows = try check(bad)
    #expect(rows.contains { $0[1] == "single-voxel" && $0[5] == "regions of one voxel: Right-Thalamus" }, "\(rows)")
    let pet = bad.path(BadStudy.image)
    let curves = try Program.run(["tacs", pet, "--labels", bad.path(plain)])
    #expect(curves.status == 0 && curves.errors.contains("regions of one voxel: Right-Thalamus"), "\(curves.errors)")
    #expect(log(try bad.accepts()).contains("regions of one voxel: Right-Thalamus"))
  }
}
