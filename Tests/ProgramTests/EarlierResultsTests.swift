import Foundation
import PETCore
import PETSimulation
import PETTestSupport
import Testing

/// A run over an output that holds something already: nothing of it is lost, or changed, that was not given away.
struct EarlierResultsTests {
  /// A study of two persons with the results of a pipeline of its own name.
  private struct Outputs {
    let folder: TemporaryFolder
    let study: String
    let out: String
    let pipeline: String
    let before: [String: Data]

    init() throws {
      folder = try TemporaryFolder()
      study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
      out = folder.file("out")
      pipeline = folder.file("mine.yaml")
      try Self.text(named: "mine").write(toFile: pipeline, atomically: true, encoding: .utf8)
      let run = try Program.run(["run", study, out, "--pipeline", pipeline, "--quiet"])
      #expect(run.status == 0, "\(run.errors)")
      before = try ResumeTests.tree(out)
    }

    /// The shipped pipeline under another name, with a part of its text replaced.
    static func text(named name: String, _ old: String = "", _ new: String = "") throws -> String {
      let shipped = PlainPipeline.text
      let text = shipped.replacing("name: raclopride-dasb", with: "name: \(name)")
      #expect(text != shipped && (old.isEmpty || text.contains(old)))
      return old.isEmpty ? text : text.replacing(old, with: new)
    }

    func write(_ file: String, named name: String, _ old: String = "", _ new: String = "") throws -> String {
      let path = folder.file(file)
      try Self.text(named: name, old, new).write(toFile: path, atomically: true, encoding: .utf8)
      return path
    }

    func run(_ more: [String] = [], of study: String? = nil, pipeline: String? = nil) throws -> Program.Outcome {
      try Program.run(
        ["run", study ?? self.study, out, "--pipeline", pipeline ?? self.pipeline, "--quiet"] + more)
    }

    /// Names of files that are not what they were, but those named.
    func changed(except known: Set<String> = []) throws -> [String] {
      let now = try ResumeTests.tree(out)
      return Set(before.keys).union(now.keys).filter { before[$0] != now[$0] && !known.contains($0) }.sorted()
    }
  }

  /// An edit that reaches every fit.
  private static let edit = ("models:\n", "models:\n  level: 0.9\n")
  private static let typo = ("reference: cerebellum", "reference: cerebelum")

  /// Results under another pipeline's name are refused, listed, and not touched, whether that pipeline works or fails.
  @Test(arguments: [false, true]) func anotherPipeline(isWrong: Bool) throws {
    let outputs = try Outputs()
    let other =
      isWrong
      ? try outputs.write("other.yaml", named: "other", Self.typo.0, Self.typo.1)
      : try outputs.write("other.yaml", named: "other")
    let run = try outputs.run(pipeline: other)
    #expect(run.status == 73 && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    for words in ["results of the pipeline 'mine'", "sub-01_trc-RAC", "sub-02_desc-raclopridedasb", "--replace"] {
      #expect(run.errors.contains(words), "\(run.errors)")
    }
    #expect(try outputs.changed() == [])
    let plan = try Program.run(["plan", outputs.study, outputs.out, "--pipeline", other])
    #expect(plan.status == 0 && plan.errors.contains("results of the pipeline 'mine'"), "\(plan.errors)")
    // Given away, they go where new ones are whole, and nowhere else.
    let replaced = try outputs.run(["--replace"], pipeline: other)
    #expect(replaced.status == (isWrong ? 1 : 0), "\(replaced.errors)")
    if isWrong {
      let told: Set = ["failures.tsv", "group.html", "group_report.json"]
      #expect(try outputs.changed(except: told).allSatisfy { $0.hasPrefix("records/attempts/") })
    } else {
      #expect(try Program.run(["verify", outputs.out]).status == 0)
      #expect(try TextFile.read(outputs.out + "/pipeline.yaml").text.contains("name: other"))
    }
  }

  /// A pipeline that was edited and has a slip: the failures are told, the results stand, and go on from there.
  @Test func anEditWithASlip() throws {
    let outputs = try Outputs()
    let run = try outputs.run(pipeline: try outputs.write("edited.yaml", named: "mine", Self.typo.0, Self.typo.1))
    #expect(run.status == 1 && run.errors.contains("no region 'cerebelum'"), "\(run.errors)")
    #expect(run.errors.contains("sub-01_trc-RAC: it could not be made again, its earlier results stand"))
    // What tells of failures has them; tables and pages of persons are as they were.
    let told: Set = ["failures.tsv", "group.html", "group_report.json"]
    #expect(try outputs.changed(except: told).allSatisfy { $0.hasPrefix("records/attempts/") })
    #expect(try TSVTable(path: outputs.out + "/failures.tsv").rows.count == 4)
    let verified = try Program.run(["verify", outputs.out])
    #expect(verified.status == 0 && verified.output.contains("its earlier results stand"), "\(verified.output)")
    // The pipeline as it was: nothing is left of the slip.
    #expect(try outputs.run().status == 0)
    #expect(try outputs.changed() == [])
  }

  /// One person with an edited pipeline: the tables have everybody, and say who is of the earlier one.
  @Test func oneParticipant() throws {
    let outputs = try Outputs()
    #expect(try outputs.run(["--participant-label", "01"]).status == 0)
    #expect(try outputs.changed() == [])
    let edited = try outputs.write("edited.yaml", named: "mine", Self.edit.0, Self.edit.1)
    #expect(try outputs.run(["--participant-label", "01"], pipeline: edited).status == 0)
    #expect(try outputs.changed().allSatisfy { !$0.contains("sub-02") })
    // Made again from what the output holds they are the same.
    for isReported in [false, true] {
      if isReported { #expect(try Program.run(["report", outputs.out]).status == 0) }
      for table in ["group_balance.tsv", "group_kinpar.tsv", "group_wide.tsv"] {
        let persons = Set(try TSVTable(path: "\(outputs.out)/\(table)").rows.map { $0[0] })
        #expect(persons == ["sub-01", "sub-02"], "\(table)")
      }
    }
    let failures = try TSVTable(path: outputs.out + "/failures.tsv")
    #expect(failures.rows.map { $0[0] } == ["sub-02_trc-DASB", "sub-02_trc-RAC"])
    #expect(try TextFile.read(outputs.out + "/group.html").text.contains("sub-02"))
    // An earlier version's results are of that kind too, and the plan says what they lack.
    for file in try SampleStudyTests.files(outputs.out + "/records") {
      let path = "\(outputs.out)/records/\(file)"
      let text = try TextFile.read(path).text.replacing(#""Version": "0.2.0""#, with: #""Version": "0.1.0""#)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let plan = try Program.run(["plan", outputs.study, outputs.out, "--pipeline", edited])
    #expect(plan.output.contains("made by version 0.1.0, this is 0.2.0; it lacks at-bound"), "\(plan.output)")
  }

  /// A study at another place is the same study; another study at that place is another.
  @Test func aMovedStudyAndAnother() throws {
    let outputs = try Outputs()
    let moved = outputs.folder.file("moved")
    try FileManager.default.moveItem(atPath: outputs.study, toPath: moved)
    let run = try outputs.run(of: moved)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try outputs.changed(except: ["logs/study.json"]) == [])
    let location = try Data(contentsOf: URL(fileURLWithPath: outputs.out + "/logs/study.json"))
    var plan = StudyPlan()
    plan.size = .tiny
    plan.noise = 0.1
    plan.participants = 2
    plan.seed = 9
    let other = outputs.folder.file("other")
    try StudySimulation(plan).write(to: other)
    let refused = try outputs.run(of: other)
    #expect(refused.status == 73 && refused.errors.contains("results of another study"), "\(refused.errors)")
    #expect(try outputs.changed(except: ["logs/study.json"]) == [])
    #expect(try Data(contentsOf: URL(fileURLWithPath: outputs.out + "/logs/study.json")) == location)
  }

  /// Scans that the study does not have: their results go when they are told to.
  @Test func scansThatAreGone() throws {
    let outputs = try Outputs()
    try FileManager.default.removeItem(atPath: outputs.study + "/sub-02")
    let run = try outputs.run()
    #expect(run.status == 73 && run.errors.contains("not read from the study now: sub-02_desc"), "\(run.errors)")
    #expect(try outputs.changed() == [])
    let replaced = try outputs.run(["--replace"])
    #expect(replaced.status == 0 && replaced.errors.contains("sub-02_trc-RAC: no longer read"), "\(replaced.errors)")
    #expect(try SampleStudyTests.files(outputs.out).allSatisfy { !$0.contains("sub-02") })
    #expect(try Program.run(["verify", outputs.out]).status == 0)
  }

  /// A pipeline without a name has that of its file, and so has its copy in the output.
  @Test func theFilesNameCounts() throws {
    let outputs = try Outputs()
    let text = try TextFile.read(outputs.pipeline).text.replacing("name: mine\n", with: "")
    let nameless = outputs.folder.file("mine.yaml")
    try text.write(toFile: nameless, atomically: true, encoding: .utf8)
    let run = try outputs.run(pipeline: nameless)
    #expect(run.status == 0, "\(run.errors)")
    let copy = outputs.out + "/pipeline.yaml"
    #expect(try Program.run(["run", outputs.study, outputs.out, "--pipeline", copy]).errors.contains("0 scans fitted"))
    #expect(try Program.run(["verify", outputs.out]).status == 0)
    let braces = try outputs.folder.write(
      "braces.yaml", "{read: {dopamine: {tracer: RAC}}, models: {dopamine: {model: SRTM, reference: cerebellum}}}\n")
    let refused = try Program.run(["plan", outputs.study, "--pipeline", braces])
    #expect(refused.status == 65 && refused.errors.contains("write name: as its first key"), "\(refused.errors)")
  }

  /// Killed while new results take the place of earlier ones: the next run makes them whole.
  @Test func killedWhileReplacing() throws {
    let outputs = try Outputs()
    let edited = try outputs.write("edited.yaml", named: "mine", Self.edit.0, Self.edit.1)
    let whole = outputs.folder.file("whole")
    #expect(try Program.run(["run", outputs.study, whole, "--pipeline", edited, "--quiet"]).status == 0)
    let reference = try ResumeTests.tree(whole)
    // The full suite kills at forty moments of a run that replaces everything.
    let moments = TestDepth.isFull ? 40 : 5
    var random = SeededGenerator(seed: 3)
    for attempt in 0..<moments {
      let out = outputs.folder.file("out-\(attempt)")
      try FileManager.default.copyItem(atPath: outputs.out, toPath: out)
      let process = Process()
      process.executableURL = Program.executable
      process.arguments = ["run", outputs.study, out, "--pipeline", edited, "--quiet"]
      process.standardError = FileHandle.nullDevice
      try process.run()
      usleep(UInt32(random.uniform() * 400_000))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      // Of every scan and balance the files are of one run, the earlier or the new, once a run has looked at it.
      let again = try Program.run(["run", outputs.study, out, "--pipeline", edited, "--quiet"])
      #expect(again.status == 0, "\(again.errors)")
      let tree = try ResumeTests.tree(out)
      let names = Set(tree.keys).union(reference.keys).filter { tree[$0] != reference[$0] }
      #expect(names.isEmpty, "attempt \(attempt): \(names.sorted())")
    }
  }

  /// The moment itself, which no kill meets on purpose: a journal stands, some files have their names and some do not.
  @Test func aJournalIsCarriedOut() throws {
    let outputs = try Outputs()
    let edited = try outputs.write("edited.yaml", named: "mine", Self.edit.0, Self.edit.1)
    let whole = outputs.folder.file("whole")
    #expect(try Program.run(["run", outputs.study, whole, "--pipeline", edited, "--quiet"]).status == 0)
    let unit = "sub-01_trc-RAC"
    let record = try TextFile.read("\(whole)/records/\(unit).json").text
    let names = try #require(try JSONValue.readObject(path: "\(whole)/records/\(unit).json")["Outputs"]?.list)
      .compactMap { $0["File"]?.string }
    var files: [JSONValue] = []
    for (place, name) in names.enumerated() {
      let last = (name as NSString).lastPathComponent
      let temporary = (name as NSString).deletingLastPathComponent + "/.\(last).partial-1-2"
      files.append(.object([("Temporary", .string(temporary)), ("File", .string(name))]))
      // The first have their names already.
      let target = outputs.out + "/" + (place < 3 ? name : temporary)
      try? FileManager.default.removeItem(atPath: target)
      try FileManager.default.copyItem(atPath: "\(whole)/\(name)", toPath: target)
    }
    try AtomicFile.makeFolder(outputs.out + "/records/replacing")
    let journal = JSONValue.object([("Files", .array(files)), ("Outdated", .array([])), ("Record", .string(record))])
    try AtomicFile.write(journal.text, to: "\(outputs.out)/records/replacing/\(unit).json")
    let verified = try Program.run(["verify", outputs.out])
    #expect(verified.status == 65 && verified.output.contains("[interrupted]"), "\(verified.output)")
    #expect(try outputs.run(pipeline: edited).status == 0)
    #expect(try ResumeTests.tree(outputs.out) == ResumeTests.tree(whole))
  }

  /// An analysis of an earlier run says so, on the page and in verify.
  @Test func analysesOfAnEarlierRun() throws {
    let outputs = try Outputs()
    let persons = outputs.folder.file("persons.tsv")
    try "participant_id\tage\nsub-01\t30\nsub-02\t40\n".write(toFile: persons, atomically: true, encoding: .utf8)
    let norms = outputs.folder.file("norms.tsv")
    try "measure\tregion\tmean\tsd\nlog-ratio\tLeft-Putamen\t0.5\t0.2\n".write(
      toFile: norms, atomically: true, encoding: .utf8)
    let table = outputs.out + "/analyses/deviations.tsv"
    let made = try Program.run(["norms", outputs.out, "--persons", persons, "--norms", norms, "--out", table])
    #expect(made.status == 0, "\(made.errors)")
    #expect(try outputs.run().status == 0)
    #expect(try Program.run(["verify", outputs.out]).output.contains("[analysis-old]") == false)
    let edited = try outputs.write("edited.yaml", named: "mine", Self.edit.0, Self.edit.1)
    #expect(try outputs.run(pipeline: edited).status == 0)
    #expect(try TextFile.read(outputs.out + "/group.html").text.contains("made of an earlier group_balance.tsv"))
    #expect(try Program.run(["verify", outputs.out]).output.contains("[analysis-old]"))
  }
}
