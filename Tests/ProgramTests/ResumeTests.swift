import Foundation
import PETCore
import PETTestSupport
import Testing

/// Runs that were stopped, changed or done before: only what is stale is worked out again, and the bytes are the same.
struct ResumeTests {
  private static let pipeline = ["--pipeline", PlainPipeline.path]

  /// Every file of a folder with its bytes.
  static func tree(_ folder: String) throws -> [String: Data] {
    var tree: [String: Data] = [:]
    for file in try SampleStudyTests.files(folder) {
      tree[file] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))
    }
    return tree
  }

  /// Every file with what changes when it is written: place and time.
  static func stamps(_ folder: String) throws -> [String: FileStamp] {
    var stamps: [String: FileStamp] = [:]
    for file in try SampleStudyTests.files(folder) { stamps[file] = FileStamp(path: folder + "/" + file) }
    return stamps
  }

  private func states(_ study: String, _ out: String, _ more: [String] = []) throws -> [String: String] {
    let plan = try Program.run(["plan", study, out] + Self.pipeline + more)
    #expect(plan.status == 0, "\(plan.errors)")
    let table = try TSVTable(text: plan.output, file: "plan")
    let columns = try ["unit", "state"].map { try table.required($0) }
    return Dictionary(uniqueKeysWithValues: table.rows.map { ($0[columns[0]], $0[columns[1]]) })
  }

  @Test func anUnchangedStudyIsNotTouched() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    let out = try SampleStudyTests.run(study, into: folder).path
    let before = try Self.stamps(out)
    let again = try Program.run(["run", study, out] + Self.pipeline)
    #expect(again.status == 0 && again.errors.contains("0 scans fitted (4 more were done before)"), "\(again.errors)")
    #expect(try Self.stamps(out) == before)
    // Asked for, everything is made again, with the same bytes.
    let tree = try Self.tree(out)
    #expect(try SampleStudyTests.run(study, ["--force"], into: folder).outcome.status == 0)
    #expect(try Self.tree(out) == tree)
    let scan = "sub-01/pet/sub-01_trc-RAC_model-SRTM_kinpar.tsv"
    #expect(try Self.stamps(out)[scan] != before[scan])
  }

  /// A sidecar, a segmentation, a result: what hangs on the changed file is stale, with the reason, and nothing else.
  @Test(arguments: [
    ("study/sub-01/pet/sub-01_trc-RAC_pet.json", ["sub-01_trc-RAC", "sub-01_desc-raclopridedasb"]),
    (
      "study/derivatives/segmentation/sub-02/anat/sub-02_dseg.tsv",
      ["sub-02_trc-RAC", "sub-02_trc-DASB", "sub-02_desc-raclopridedasb"]
    ),
    ("out/sub-01/sub-01_desc-raclopridedasb_balance.tsv", ["sub-01_desc-raclopridedasb"]),
    ("out/sub-02/pet/sub-02_trc-DASB_seg-auto_morph.tsv", ["sub-02_trc-DASB", "sub-02_desc-raclopridedasb"]),
  ])
  func onlyWhatIsStaleIsDoneAgain(file: String, stale: [String]) throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    let out = try SampleStudyTests.run(study, into: folder).path
    #expect(Set(try states(study, out).values) == ["done"])
    let before = try Self.stamps(out)
    let path = folder.file(file)
    try (String(contentsOfFile: path, encoding: .utf8) + "\n").write(toFile: path, atomically: false, encoding: .utf8)
    let states = try states(study, out)
    #expect(Set(states.filter { $0.value == "stale" }.keys) == Set(stale), "\(states)")
    #expect(states.count == 6 && states.values.allSatisfy { ["done", "stale"].contains($0) })
    #expect(try SampleStudyTests.run(study, into: folder).outcome.status == 0)
    #expect(Set(try self.states(study, out).values) == ["done"])
    for (name, stamp) in try Self.stamps(out) where before[name] != stamp {
      let belongs = stale.contains { unit in name.contains(unit) } || BadStudy.isPage(name) || name == "out/\(file)"
      #expect(belongs, "\(name) was touched")
    }
  }

  /// Another pipeline, or faults accepted: everything is stale; a scan that is no longer there takes its results along
  /// when it is told to.
  @Test func settingsAndScansCount() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    let out = try SampleStudyTests.run(study, into: folder).path
    #expect(Set(try states(study, out, ["--accept", "dose-scale"]).values) == ["stale"])
    let suvr = try Program.run(["plan", study, out, "--pipeline", "suvr"])
    #expect(suvr.output.contains("made with another pipeline (raclopride-dasb)"))
    try FileManager.default.removeItem(atPath: study + "/sub-02")
    let run = try Program.run(["run", study, out, "--replace"] + Self.pipeline)
    #expect(run.status == 0 && run.errors.contains("sub-02_trc-RAC: no longer read from the study"), "\(run.errors)")
    #expect(try SampleStudyTests.files(out).allSatisfy { !$0.contains("sub-02") })
    let alone = try SampleStudyTests.run(study, into: folder, name: "alone").path
    #expect(try Self.tree(out) == Self.tree(alone))
  }

  /// Killed at any moment, a run that is started again ends with the same bytes and nothing besides.
  @Test func killedRunsGoOn() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 3)
    let reference = try Self.tree(try SampleStudyTests.run(study, into: folder, name: "reference").path)
    // The full suite kills at thirty moments, as long as a run takes.
    let moments = TestDepth.isFull ? 30 : 6
    var random = SeededGenerator(seed: 5)
    for attempt in 0..<moments {
      let out = folder.file("out-\(attempt)")
      let process = Process()
      process.executableURL = Program.executable
      process.arguments = ["run", study, out, "--quiet"] + Self.pipeline
      process.standardError = FileHandle.nullDevice
      try process.run()
      usleep(UInt32(400_000 * random.uniform()))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let again = try Program.run(["run", study, out, "--quiet"] + Self.pipeline)
      #expect(again.status == 0, "\(again.errors)")
      let tree = try Self.tree(out)
      #expect(tree == reference, "\(Set(tree.keys).symmetricDifference(reference.keys))")
      try FileManager.default.removeItem(atPath: out)
    }
  }

  /// Told to stop, a run ends by the signal within two seconds and leaves no temporary file and no lease.
  @Test(arguments: [SIGTERM, SIGINT])
  func signalsEndARunCleanly(number: Int32) throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 6)
    let out = folder.file("out")
    let process = Process()
    process.executableURL = Program.executable
    process.arguments = ["run", study, out, "--quiet", "--jobs", "1"] + Self.pipeline
    process.standardError = FileHandle.nullDevice
    try process.run()
    while !FileManager.default.fileExists(atPath: out + "/README") { usleep(500) }
    let start = ContinuousClock.now
    kill(process.processIdentifier, number)
    process.waitUntilExit()
    #expect(ContinuousClock.now - start < .seconds(2))
    // By the signal, or with a shell's code for it where the signal is blocked.
    let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    #expect(code == 128 + number)
    #expect(try SampleStudyTests.files(out).allSatisfy { !$0.contains(".partial-") && !$0.contains(".lease") })
  }

  /// Line by line, as the jobs of a cluster, in any order within scans and pairs: the same bytes as one run.
  @Test func aPlanLineByLineIsTheSame() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    try Data("<html>".utf8).write(to: URL(fileURLWithPath: study + "/sub-02/pet/sub-02_trc-RAC_pet.nii.gz"))
    let whole = try Self.tree(try SampleStudyTests.run(study, into: folder, name: "whole").path)
    let out = folder.file("out")
    let plan = folder.file("plan.tsv")
    #expect(try Program.run(["plan", study, out, "--out", plan] + Self.pipeline).status == 0)
    var codes: [Int32] = []
    for index in [4, 2, 3, 1, 5, 6] {
      let job = ["run", study, out, "--plan", plan, "--index", "\(index)"] + Self.pipeline
      codes.append(try Program.run(job).status)
    }
    // The broken scan fails, and its pair waits for it.
    #expect(codes == [1, 0, 0, 0, 0, 66])
    let group = try Program.run(["run", study, out, "group"] + Self.pipeline)
    #expect(group.status == 0, "\(group.errors)")
    let tree = try Self.tree(out)
    #expect(tree == whole, "\(Set(tree.keys).symmetricDifference(whole.keys))")
    #expect(try Program.run(["run", study, out, "--plan", plan, "--index", "7"] + Self.pipeline).status == 64)
  }

  /// Scans worked out again without their pair: the balance of before stands, and is told.
  @Test func aBalanceOfEarlierScansIsTold() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    let out = try SampleStudyTests.run(study, into: folder).path
    let path = study + "/sub-02/pet/sub-02_trc-RAC_pet.json"
    try (String(contentsOfFile: path, encoding: .utf8) + "\n").write(toFile: path, atomically: false, encoding: .utf8)
    #expect(try SampleStudyTests.run(study, ["--tracer-label", "RAC"], into: folder).outcome.status == 0)
    #expect(try Program.run(["run", study, out, "group"] + Self.pipeline).status == 0)
    #expect(try TSVTable(path: out + "/failures.tsv").rows.map { $0[0] } == ["sub-02_desc-raclopridedasb"])
    #expect(Set(try TSVTable(path: out + "/group_balance.tsv").rows.map { $0[0] }) == ["sub-01", "sub-02"])
  }

  /// Line by line over results of an earlier run: what no longer belongs goes, as in one run.
  @Test func aSecondPlanLineByLineIsTheSame() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 3)
    let out = try SampleStudyTests.run(study, into: folder).path
    try Data("<html>".utf8).write(to: URL(fileURLWithPath: study + "/sub-02/pet/sub-02_trc-RAC_pet.nii.gz"))
    try FileManager.default.removeItem(atPath: study + "/sub-03")
    let atOnce = folder.file("at-once")
    try FileManager.default.copyItem(atPath: out, toPath: atOnce)
    #expect(try Program.run(["run", study, atOnce, "--replace", "--quiet"] + Self.pipeline).status == 1)
    let plan = folder.file("plan.tsv")
    #expect(try Program.run(["plan", study, out, "--out", plan] + Self.pipeline).status == 0)
    for index in 1...6 {
      let line = ["--plan", plan, "--index", "\(index)", "--quiet", "--replace"]
      _ = try Program.run(["run", study, out] + line + Self.pipeline)
    }
    let group = try Program.run(["run", study, out, "group", "--replace"] + Self.pipeline)
    #expect(group.status == 0, "\(group.errors)")
    #expect(group.errors.contains("sub-03_trc-RAC: no longer read from the study"), "\(group.errors)")
    let (tree, whole) = (try Self.tree(out), try Self.tree(atOnce))
    #expect(tree == whole, "\(Set(tree.keys).symmetricDifference(whole.keys))")
  }

  /// A balance whose job was lost is a row of the group's failures as well.
  @Test func aLostBalanceIsTold() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    let out = try SampleStudyTests.run(study, into: folder).path
    try FileManager.default.removeItem(atPath: out + "/records/sub-01_desc-raclopridedasb.json")
    #expect(try Program.run(["run", study, out, "group"] + Self.pipeline).status == 0)
    #expect(try TSVTable(path: out + "/failures.tsv").rows.map { $0[0] } == ["sub-01_desc-raclopridedasb"])
  }

  /// A scan whose job was lost is a row of the group's failures, not a gap.
  @Test func aLostJobIsTold() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    let out = folder.file("out")
    let first = ["run", study, out, "participant", "--participant-label", "01"] + Self.pipeline
    #expect(try Program.run(first).status == 0)
    #expect(try Program.run(["run", study, out, "group"] + Self.pipeline).status == 0)
    let rows = try TSVTable(path: out + "/failures.tsv").rows
    #expect(rows.map { $0[0] } == ["sub-02_trc-DASB", "sub-02_trc-RAC"] && rows.allSatisfy { $0[1] == "run" })
  }
}

/// The right to write a folder.
struct LeaseTests {
  @Test func scopesNest() throws {
    let folder = try TemporaryFolder()
    let person = try Lease(folder.path, scope: "sub-01", waits: false)
    for scope in ["study", "sub-01", "sub-01_trc-RAC"] {
      #expect(throws: PETError.self, "\(scope)") { try Lease(folder.path, scope: scope, waits: false) }
    }
    for scope in ["sub-02", "sub-010", "tables"] { try Lease(folder.path, scope: scope, waits: false).release() }
    person.release()
    try Lease(folder.path, scope: "study", waits: false).release()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  /// Of a process that is gone, or of a number that another process has now.
  @Test func aDeadOwnersLeaseIsTakenOver() throws {
    let folder = try TemporaryFolder()
    let own = try Lease(folder.path, scope: "study", waits: false)
    let text = try String(contentsOfFile: folder.file(".study.lease"), encoding: .utf8)
    own.release()
    let gone = text.replacing(/process \d+/, with: "process 2147483646")
    let reused = text.replacing(/started \d+/, with: "started 1")
    for stale in [gone, reused] {
      try folder.write(".study.lease", stale)
      let start = ContinuousClock.now
      try Lease(folder.path, scope: "study", waits: false).release()
      #expect(ContinuousClock.now - start < .seconds(2))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  /// A lease of another machine that is renewed is held; who wants it is told by whom.
  @Test func aLivingOwnerElsewhereIsBelieved() throws {
    let folder = try TemporaryFolder()
    let own = try Lease(folder.path, scope: "study", waits: false)
    let text = try String(contentsOfFile: folder.file(".study.lease"), encoding: .utf8)
    own.release()
    let other = text.replacing(/host .*/, with: "host node7").replacing(/machine .*/, with: "machine elsewhere")
    try folder.write(".study.lease", other)
    let path = folder.file(".study.lease")
    let beats = Thread {
      usleep(500_000)
      try? other.replacing(/beat \d+/, with: "beat 000000000009").write(
        toFile: path, atomically: false, encoding: .utf8)
    }
    beats.start()
    let error = #expect(throws: PETError.self) { try Lease(folder.path, scope: "sub-01", waits: false) }
    #expect(error?.problem.contains("node7") == true)
  }
}
