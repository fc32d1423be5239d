import Foundation
import PETCore
import PETTestSupport
import Testing

/// Which scans make a pair, as `plan` tells it.
struct PairingTests {
  /// A study of sidecars with curves in a derivative: scans by place and tracer name.
  static func study(
    _ folder: TemporaryFolder, _ scans: [(person: String, session: String?, name: String, tracer: String)]
  )
    throws -> String
  {
    let root = folder.file("study")
    for scan in scans {
      let place = [root, scan.person, scan.session].compactMap { $0 }.joined(separator: "/") + "/pet"
      try AtomicFile.makeFolder(place)
      try AtomicFile.write(
        #"{"TracerName": "\#(scan.tracer)", "TracerRadionuclide": "C11"}"#, to: "\(place)/\(scan.name)_pet.json")
    }
    return root
  }

  static func pipeline(_ folder: TemporaryFolder, _ pairing: String = "") throws -> String {
    let path = folder.file("p.yaml")
    try AtomicFile.write(
      """
      name: p
      read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}\(pairing.isEmpty ? "" : ", pairing: {\(pairing)}")}
      models:
        dopamine: {model: SRTM, reference: cerebellum}
        serotonin: {model: SRTM, reference: cerebellum}
      """, to: path)
    return path
  }

  /// Units of the pairs of a plan.
  static func pairs(_ study: String, _ pipeline: String) throws -> [String] {
    let run = try Program.run(["plan", study, "--pipeline", pipeline])
    #expect(run.status == 0, "\(run.errors)")
    let table = try TSVTable(text: run.output, file: "plan")
    return table.rows.filter { $0[2] == "pair" }.map { $0[1] }
  }

  static let four = ["DASB", "[11C]DASB", "dasb", "11C-Dasb"]

  @Test func aTracerIsKnownInAnySpelling() throws {
    let folder = try TemporaryFolder()
    let study = try Self.study(
      folder,
      Self.four.enumerated().flatMap { i, name in
        [("sub-0\(i)", nil, "sub-0\(i)_trc-a", "Raclopride (C11)"), ("sub-0\(i)", nil, "sub-0\(i)_trc-b", name)]
      })
    #expect(try Self.pairs(study, try Self.pipeline(folder)).count == 4)
  }

  /// Two sessions of each tracer in turn: the nearest in days, each scan once; the fifth scan has none.
  @Test func nearestInDays() throws {
    let folder = try TemporaryFolder()
    let scans = [("1", "raclopride"), ("2", "dasb"), ("3", "raclopride"), ("4", "dasb"), ("5", "dasb")]
    let study = try Self.study(
      folder, scans.map { ("sub-01", "ses-\($0.0)", "sub-01_ses-\($0.0)_trc-x", $0.1) })
    let plain = try Self.pipeline(folder)
    // Without dates nobody knows.
    #expect(try Self.pairs(study, plain).isEmpty)
    let days = ["2020-02-27", "2020-03-01", "2020-06-01T09:00:00", "2020-06-01T13:30:00", "2021-01-01"]
    try AtomicFile.write(
      "session_id\tacq_time\n" + zip(1...5, days).map { "ses-\($0)\t\($1)\n" }.joined(),
      to: study + "/sub-01/sub-01_sessions.tsv")
    #expect(
      try Self.pairs(study, plain) == [
        "sub-01_ses-1_desc-raclopridedasb", "sub-01_ses-3_desc-raclopridedasb",
      ])
    // 27 February to 1 March of a leap year are three days.
    #expect(
      try Self.pairs(study, try Self.pipeline(folder, "within: 2")) == ["sub-01_desc-raclopridedasb"])
  }

  /// Two scans of one tracer in a session: nobody but the user says which belong together; asked for, by the time of day, with
  /// names that differ.
  ///
  /// Scans of one time are never told apart.
  @Test func severalScansOfOneSession() throws {
    let folder = try TemporaryFolder()
    let names = ["trc-RAC_run-1", "trc-RAC_run-2", "trc-DASB_run-1", "trc-DASB_run-2"]
    let study = try Self.study(
      folder, names.map { ("sub-01", "ses-a", "sub-01_ses-a_\($0)", $0.contains("RAC") ? "raclopride" : "dasb") })
    let times = ["08:00:00", "14:00:00", "16:00:00", "10:00:00"]
    try AtomicFile.write(
      "filename\tacq_time\n"
        + zip(names, times).map { "pet/sub-01_ses-a_\($0)_pet.nii.gz\t2020-01-01T\($1)\n" }.joined(),
      to: study + "/sub-01/ses-a/sub-01_ses-a_scans.tsv")
    #expect(try Self.pairs(study, try Self.pipeline(folder)).isEmpty)
    #expect(
      try Self.pairs(study, try Self.pipeline(folder, "by: date")) == [
        "sub-01_ses-a_run-1_desc-raclopridedasb", "sub-01_ses-a_run-2_desc-raclopridedasb",
      ])
  }

  /// Times of day with zones and blanks count; where nobody tells the days, a limit on them cannot be held.
  @Test func datesAsPeopleWriteThem() throws {
    let folder = try TemporaryFolder()
    let study = try Self.study(
      folder,
      [("sub-01", "ses-1", "sub-01_ses-1_trc-x", "raclopride"), ("sub-01", "ses-2", "sub-01_ses-2_trc-x", "dasb")])
    let limited = try Self.pipeline(folder, "within: 5")
    #expect(try Self.pairs(study, limited).isEmpty)
    for (first, second, isNear) in [
      ("2020-01-01 10:00:00", "2020-01-09 10:00:00", false),
      ("2020-01-01T10:00:00+01:00", "2020-01-06T09:00:00Z", true),
      ("01/02/2020", "02/02/2020", false),
    ] {
      try AtomicFile.write(
        "session_id\tacq_time\nses-1\t\(first)\nses-2\t\(second)\n", to: study + "/sub-01/sub-01_sessions.tsv")
      #expect(try Self.pairs(study, limited).isEmpty == !isNear, "\(first)")
    }
    let plan = try Program.run(["plan", study, "--pipeline", limited])
    #expect(plan.errors.contains("sub-01") && plan.errors.contains("acq_time does not tell"))
  }

  @Test func aTableDecides() throws {
    let folder = try TemporaryFolder()
    let study = try Self.study(
      folder,
      [
        ("sub-01", "ses-1", "sub-01_ses-1_trc-RAC", "raclopride"), ("sub-01", "ses-1", "sub-01_ses-1_trc-DASB", "dasb"),
        ("sub-01", "ses-2", "sub-01_ses-2_trc-DASB", "dasb"), ("sub-02", nil, "sub-02_trc-RAC", "raclopride"),
        ("sub-02", nil, "sub-02_trc-DASB", "dasb"),
      ])
    try AtomicFile.write(
      "participant_id\tdopamine\tserotonin\nsub-01\tses-1\tsub-01_ses-2_trc-DASB\n", to: folder.file("pairs.tsv"))
    // The second person has no row, and no pair.
    #expect(
      try Self.pairs(study, try Self.pipeline(folder, "table: pairs.tsv")) == ["sub-01_desc-raclopridedasb"])
    try AtomicFile.write("participant_id\tdopamine\tserotonine\n", to: folder.file("pairs.tsv"))
    let bad = try Program.run(["plan", study, "--pipeline", try Self.pipeline(folder, "table: pairs.tsv")])
    #expect(bad.status == 65 && bad.errors.contains("serotonin") && bad.errors.contains("read.pairing.table"))
  }

  /// Roles that the tracers contradict are refused, whatever the pair.
  @Test func swappedRoles() throws {
    let folder = try TemporaryFolder()
    let study = try Self.study(folder, [("sub-01", nil, "sub-01_trc-RAC", "raclopride")])
    let path = folder.file("swapped.yaml")
    try AtomicFile.write(
      """
      name: p
      read: {dopamine: {tracer: dasb}, serotonin: {tracer: raclopride}}
      models: {dopamine: {model: SRTM, reference: a}, serotonin: {model: SRTM, reference: a}}
      """, to: path)
    let run = try Program.run(["plan", study, "--pipeline", path])
    #expect(run.status == 65 && run.errors.contains("swap the two roles"))
  }
}
