import Foundation
import PETCore
import PETSimulation
import PETTestSupport
import Testing

/// The whole way on studies with known truth.
struct SampleStudyTests {
  /// Runs a study; returns its output folder.
  static func run(
    _ study: String, _ arguments: [String] = [], pipeline: String = PlainPipeline.path, into folder: TemporaryFolder,
    name: String = "out"
  ) throws
    -> (path: String, outcome: Program.Outcome)
  {
    let out = folder.file(name)
    return (out, try Program.run(["run", study, out, "--pipeline", pipeline, "--quiet"] + arguments))
  }

  /// region to (dopamine, serotonin, ratio) of the truth of a person.
  static func truth(_ study: String, _ person: String) throws -> [String: [Double]] {
    let table = try TSVTable(path: study + "/derivatives/truth/balance.tsv")
    var result: [String: [Double]] = [:]
    for row in table.rows where row[0] == person { result[row[1]] = row[2...].compactMap { Double($0) } }
    return result
  }

  static func simulate(_ folder: TemporaryFolder, noise: Double, size: StudyPlan.Size = .tiny, participants: Int = 1)
    throws -> String
  {
    var plan = StudyPlan()
    plan.size = size
    plan.noise = noise
    plan.participants = participants
    let study = folder.file("study")
    try StudySimulation(plan).write(to: study)
    return study
  }

  /// Noise-free, the truth comes back: 0.1 % where binding exceeds 0.3 (int16 steps and the reference inside a frame).
  @Test func noiseFreeStudyGivesTheTruth() throws {
    let folder = try TemporaryFolder()
    let study = try Self.simulate(folder, noise: 0)
    let (out, outcome) = try Self.run(study, pipeline: "raclopride-dasb", into: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let truth = try Self.truth(study, "sub-01")
    let table = try TSVTable(path: out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv")
    var compared = 0
    for row in table.rows.indices {
      guard let expected = truth[table.rows[row][0]] else { continue }
      for (column, value) in zip(["dopamine", "serotonin", "ratio"], expected) {
        guard column == "ratio" ? min(expected[0], expected[1]) > 0.3 : value > 0.3 else { continue }
        let ours = try table.number(row, try table.required(column))
        #expect(abs(ours / value - 1) < 1e-3, "\(table.rows[row][0]) \(column) \(ours) \(value)")
        compared += 1
      }
    }
    #expect(compared > 30)
  }

  /// The sample: every ratio's set holds the truth in at least nine of ten regions (95 % sets, shared reference noise).
  @Test func sampleCoversTheTruth() throws {
    let folder = try TemporaryFolder()
    let (out, outcome) = try Self.run(Program.sampleData, pipeline: "raclopride-dasb", into: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    var covered = 0
    var all = 0
    for person in ["sub-01", "sub-02"] {
      let counts = try Self.coverage(Program.sampleData, out, person)
      covered += counts.covered
      all += counts.all
    }
    #expect(all == 34 && Double(covered) >= 0.9 * Double(all), "\(covered) of \(all)")
  }

  /// In how many regions of a person the ratio's set holds the truth.
  static func coverage(_ study: String, _ out: String, _ person: String) throws -> (covered: Int, all: Int) {
    var covered = 0
    var all = 0
    let truth = try truth(study, person)
    let table = try TSVTable(path: "\(out)/\(person)/\(person)_desc-raclopridedasb_balance.tsv")
    let columns = try ["ratio-low", "ratio-high"].map { try table.required($0) }
    let kind = try table.required("ratio-interval")
    for row in table.rows {
      guard let ratio = truth[row[0]]?[2], let low = Double(row[columns[0]]), let high = Double(row[columns[1]]) else {
        continue
      }
      all += 1
      if row[kind] == "exclusive" ? ratio >= low || ratio <= high : ratio >= low && ratio <= high { covered += 1 }
    }
    return (covered, all)
  }

  /// Same bytes for one job and two, and in the form of a BIDS App; no path of the machine in any file.
  @Test func sameBytesForAnyNumberOfJobs() throws {
    let folder = try TemporaryFolder()
    let study = try Self.simulate(folder, noise: 0.1, participants: 3)
    let one = try Self.run(study, ["--jobs", "1"], pipeline: "raclopride-dasb", into: folder, name: "one").path
    let app = folder.file("app")
    #expect(try Program.run([study, app, "all", "--pipeline", "raclopride-dasb", "--jobs", "4"]).status == 0)
    let files = try Self.files(one)
    #expect(files == (try Self.files(app)) && files.count > 30)
    for file in files {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: one + "/" + file))
      #expect(bytes == (try Data(contentsOf: URL(fileURLWithPath: app + "/" + file))), "\(file)")
      #expect(!String(decoding: bytes, as: UTF8.self).contains(folder.path), "\(file)")
    }
  }

  static func files(_ folder: String) throws -> [String] {
    var isFolder: ObjCBool = false
    return try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
      FileManager.default.fileExists(atPath: folder + "/" + $0, isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }

  /// One broken scan is a row; the other person's files are what they are without it.
  @Test func aFailedScanIsARow() throws {
    let folder = try TemporaryFolder()
    let study = try Self.simulate(folder, noise: 0.1, participants: 2)
    let good = try Self.run(study, into: folder, name: "good").path
    let scan = study + "/sub-02/pet/sub-02_trc-DASB_pet.nii.gz"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: scan))
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: scan))
    let (out, outcome) = try Self.run(study, into: folder, name: "bad")
    #expect(outcome.status == 1)
    let failures = try TSVTable(path: out + "/failures.tsv")
    #expect(failures.rows.count == 1 && failures.rows[0][0] == "sub-02_trc-DASB" && failures.rows[0][1] == "curves")
    let own = try Self.files(good).filter { $0.hasPrefix("sub-01") }
    #expect(own == (try Self.files(out)).filter { $0.hasPrefix("sub-01") })
    for file in own {
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: good + "/" + file))
          == Data(contentsOf: URL(fileURLWithPath: out + "/" + file)))
    }
    #expect(try !Self.files(out).contains { $0.contains("sub-02") && $0.contains("balance") })
    #expect(try !Self.files(out).contains { $0.contains(".partial-") })
  }

  /// A rerun that fails leaves the results of the earlier run, and tells of the failure.
  @Test func aRerunThatFailsLeavesWhatStood() throws {
    let folder = try TemporaryFolder()
    let study = try Self.simulate(folder, noise: 0.1)
    let out = try Self.run(study, into: folder).path
    let before = try ResumeTests.tree(out)
    try Data("<html>".utf8).write(to: URL(fileURLWithPath: study + "/sub-01/pet/sub-01_trc-RAC_pet.nii.gz"))
    #expect(try Self.run(study, into: folder).outcome.status == 1)
    let now = try ResumeTests.tree(out)
    // Pages tell of the failure, and so their records do.
    let told = now.keys.filter { now[$0] != before[$0] && !BadStudy.isPage($0) && !$0.contains("_page.json") }
    #expect(told.sorted() == ["failures.tsv", "records/attempts/sub-01_trc-RAC.json"])
    #expect(try TSVTable(path: out + "/failures.tsv").rows.map { $0[0] } == ["sub-01_trc-RAC"])
  }

  @Test func sessionsPairAndGroupTablesJoin() throws {
    let folder = try TemporaryFolder()
    let study = try Self.simulate(folder, noise: 0.1)
    for (tracer, session) in [("RAC", "a"), ("DASB", "b")] {
      for ending in ["_pet.nii.gz", "_pet.json"] {
        let from = "\(study)/sub-01/pet/sub-01_trc-\(tracer)\(ending)"
        let to = "\(study)/sub-01/ses-\(session)/pet/sub-01_ses-\(session)_trc-\(tracer)\(ending)"
        try AtomicFile.makeFolder("\(study)/sub-01/ses-\(session)/pet")
        try FileManager.default.moveItem(atPath: from, toPath: to)
      }
    }
    let (out, outcome) = try Self.run(study, into: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(FileManager.default.fileExists(atPath: out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv"))
    let fits = try TSVTable(path: out + "/group_kinpar.tsv")
    #expect(Array(fits.columns.prefix(4)) == ["participant_id", "session_id", "tracer", "region"])
    #expect(Set(fits.rows.map { $0[1] + $0[2] }) == ["ses-araclopride", "ses-bdasb"])
    let balance = try TSVTable(path: out + "/group_balance.tsv")
    #expect(Array(balance.columns.prefix(3)) == ["participant_id", "session_id", "pair"])
    let own = try TSVTable(path: out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv")
    #expect(Array(balance.columns.dropFirst(3)) == own.columns)
    #expect(
      Array(own.columns.prefix(20)) == [
        "region", "dopamine", "dopamine-se", "dopamine-status", "serotonin", "serotonin-se", "serotonin-status",
        "ratio",
        "ratio-low", "ratio-high", "ratio-interval", "log-ratio", "log-ratio-se", "log-ratio-low", "log-ratio-high",
        "centred-log-ratio", "centred-log-ratio-se", "dof", "status", "note",
      ])
  }

  /// Moves a scan of the tiny study into a session.
  private func move(_ tracer: String, to session: String, in study: String) throws {
    try AtomicFile.makeFolder("\(study)/sub-01/ses-\(session)/pet")
    for ending in ["_pet.nii.gz", "_pet.json"] {
      try FileManager.default.copyItem(
        atPath: "\(study)/sub-01/pet/sub-01_trc-\(tracer)\(ending)",
        toPath: "\(study)/sub-01/ses-\(session)/pet/sub-01_ses-\(session)_trc-\(tracer)\(ending)")
    }
  }

  /// Two sessions of both tracers, a third of one: two balances, the lone scan is told, and a run restricted to one
  /// session leaves the other's balance as it is.
  @Test func sessionsKeepTheirOwnBalances() throws {
    let folder = try TemporaryFolder()
    let study = try Self.simulate(folder, noise: 0.1)
    for session in ["a", "b"] { for tracer in ["RAC", "DASB"] { try move(tracer, to: session, in: study) } }
    try move("RAC", to: "c", in: study)
    try FileManager.default.removeItem(atPath: study + "/sub-01/pet")
    let (out, outcome) = try Self.run(study, into: folder)
    #expect(outcome.status == 1)
    let failures = try TSVTable(path: out + "/failures.tsv")
    #expect(failures.rows.map { $0[4] } == ["1 dopamine and 0 serotonin scans in ses-c without a partner"])
    let balances = { try Self.files(out).filter { $0.hasPrefix("sub-") && $0.hasSuffix("_balance.tsv") } }
    let expected = ["a", "b"].map { "sub-01/sub-01_ses-\($0)_desc-raclopridedasb_balance.tsv" }
    #expect(try balances() == expected)
    #expect(try Self.run(study, ["--session-label", "a"], into: folder).outcome.status == 0)
    #expect(try balances() == expected)
  }

  /// A folder that is not ours is never written to or cleared: the dataset itself, another dataset, a link to it.
  @Test func foreignFoldersAreRefused() throws {
    let folder = try TemporaryFolder()
    let study = try Self.simulate(folder, noise: 0.1)
    let before = try Self.files(study)
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: study)
    try FileManager.default.copyItem(atPath: study, toPath: folder.file("other"))
    for target in [study, folder.file("link"), folder.file("other"), study + "/derivatives/segmentation"] {
      let run = try Program.run(["run", study, target, "--pipeline", "raclopride-dasb"])
      #expect([64, 73].contains(run.status), "\(target) \(run.errors)")
    }
    #expect(try Self.files(study) == before && Self.files(folder.file("other")) == before)
  }

  /// Name and sidecar that contradict each other, and a scan in another person's folder, are rows.
  @Test func contradictionsAreRows() throws {
    let folder = try TemporaryFolder()
    let study = try Self.simulate(folder, noise: 0.1, participants: 2)
    let sidecar = study + "/sub-01/pet/sub-01_trc-RAC_pet.json"
    let text = try String(contentsOfFile: sidecar, encoding: .utf8)
    try text.replacing("[11C]raclopride", with: "DASB").write(toFile: sidecar, atomically: true, encoding: .utf8)
    let (out, outcome) = try Self.run(study, into: folder)
    #expect(outcome.status == 1)
    let failures = try TSVTable(path: out + "/failures.tsv")
    #expect(failures.rows.count == 1 && failures.rows[0][0] == "sub-01_trc-RAC" && failures.rows[0][3] == "TracerName")
  }

  /// Warnings of a scan stand in every row made from it.
  @Test func warningsStandInTheTables() throws {
    let folder = try TemporaryFolder()
    let study = try Self.simulate(folder, noise: 0.1)
    let sidecar = study + "/sub-01/pet/sub-01_trc-RAC_pet.json"
    let text = try String(contentsOfFile: sidecar, encoding: .utf8)
    try text.replacing("\"kBq/mL\"", with: "\"counts\"").write(toFile: sidecar, atomically: true, encoding: .utf8)
    let out = try Self.run(study, into: folder).path
    for file in ["pet/sub-01_trc-RAC_model-SRTM_kinpar.tsv", "sub-01_desc-raclopridedasb_balance.tsv"] {
      let table = try TSVTable(path: out + "/sub-01/" + file)
      let note = try table.required("note")
      #expect(table.rows.allSatisfy { $0[note].contains("scan: units") })
    }
  }

  /// Which of two images of one name is meant nobody can tell.
  @Test func twoImagesOfOneNameAreARow() throws {
    let folder = try TemporaryFolder()
    let study = try Self.simulate(folder, noise: 0.1)
    let image = study + "/sub-01/pet/sub-01_trc-RAC_pet.nii"
    try Data().write(to: URL(fileURLWithPath: image))
    let (out, outcome) = try Self.run(study, into: folder)
    #expect(outcome.status == 1)
    #expect(try TSVTable(path: out + "/failures.tsv").rows.map { $0[0] } == ["sub-01_trc-RAC"])
  }

  @Test func aPersonWithOneTracerIsARow() throws {
    let folder = try TemporaryFolder()
    let study = try Self.simulate(folder, noise: 0.1)
    try FileManager.default.removeItem(atPath: study + "/sub-01/pet/sub-01_trc-DASB_pet.nii.gz")
    try FileManager.default.removeItem(atPath: study + "/sub-01/pet/sub-01_trc-DASB_pet.json")
    let (out, outcome) = try Self.run(study, into: folder)
    #expect(outcome.status == 1)
    let failures = try TSVTable(path: out + "/failures.tsv")
    #expect(failures.rows.map { $0[1] } == ["balance"] && failures.rows[0][4] == "no serotonin scan")
  }

  @Test func uptakeRatiosRunToo() throws {
    let folder = try TemporaryFolder()
    let study = try Self.simulate(folder, noise: 0.1)
    let (out, outcome) = try Self.run(study, pipeline: "suvr", into: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try TSVTable(path: out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv")
    let ratio = try table.required("ratio")
    #expect(table.rows.count { Double($0[ratio]) != nil } > 20)
  }

  /// Sidecars tell unit and meaning of every parameter column.
  @Test func sidecarsStateUnits() throws {
    let folder = try TemporaryFolder()
    let study = try Self.simulate(folder, noise: 0.1)
    let out = try Self.run(study, into: folder).path
    let base = out + "/sub-01/pet/sub-01_trc-DASB_model-MRTM2_kinpar"
    let sidecar = try JSONValue.readObject(path: base + ".json")
    let table = try TSVTable(path: base + ".tsv")
    for symbol in ["BPND", "R1", "k2", "k2a", "k2prime"] {
      #expect(sidecar[symbol]?["Units"]?.string == (symbol.hasPrefix("k") ? "1/min" : "unitless"))
      for ending in ["", "-se", "-low", "-high"] { #expect(table.column(symbol + ending) != nil) }
    }
    #expect(sidecar["k2prime"]?["Origin"]?.string?.hasPrefix("estimated") == true)
    #expect(sidecar["Tracer"]?.string == "dasb" && sidecar["PipelineDigest"]?.string?.hasPrefix("sha256:") == true)
  }
}
