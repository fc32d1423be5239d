import Foundation
import PETCore
import PETTestSupport
import Testing

/// One injection in two runs: one scan where the clocks say so, and refused where they cannot all be right.
struct JoinedRunsTests {
  private static let rac = SpoiltStudy.scan
  static let zero = 10 * 3600.0
  /// Frames of the first run; the others are of the second.
  private static let first = 25

  /// How the second run says when it was.
  enum Clock: CaseIterable {
    /// Its own zero, and how long before it injection was.
    case ownZero
    /// The zero of the first run.
    case oneZero
    /// Its own zero and no word of injection: clocks and doses alone.
    case clocksAlone
    /// Its own zero, to which its frames are corrected for decay.
    case ownDecay
  }

  private static func time(_ seconds: Double) -> String {
    let whole = Int(seconds)
    return String(format: "%02d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
  }

  /// Splits the scan of a study in two runs.
  ///
  /// - Parameter lost: frames between them that nobody has.
  private static func split(
    _ study: SpoiltStudy, _ clock: Clock, lost: Int = 0, change: [String: Any?] = [:]
  ) throws {
    let (starts, durations) = (SpoiltStudy.starts, SpoiltStudy.durations)
    let second = first + lost
    let from = starts[second]
    try study.copy(rac + "_pet.json", to: rac + "_run-2_pet.json")
    // Decayed since injection, with the half-life of carbon-11.
    let factor = clock == .ownDecay ? Float(exp2(-from / Isotope.carbon11.halfLife)) : 1
    try study.image(rac + "_pet.nii.gz", to: rac + "_run-2_pet.nii") { frames in
      frames.removeFirst(second)
      for frame in frames.indices { frames[frame] = frames[frame].map { $0 * factor } }
    }
    var late: [String: Any?] = [
      "FrameTimesStart": starts[second...].map { clock == .oneZero ? $0 : $0 - from },
      "FrameDuration": Array(durations[second...]), "ScanStart": clock == .oneZero ? from : 0,
    ]
    if clock != .oneZero { late["TimeZero"] = time(zero + from) }
    switch clock {
    case .oneZero: break
    case .ownZero: (late["InjectionStart"], late["ImageDecayCorrectionTime"]) = (-from, -from)
    case .clocksAlone: (late["InjectionStart"], late["ImageDecayCorrectionTime"]) = (nil as Any?, -from)
    case .ownDecay: (late["InjectionStart"], late["ImageDecayCorrectionTime"]) = (-from, 0)
    }
    try study.sidecar(late.merging(change) { $1 }, of: rac + "_run-2")
    try study.image(rac + "_pet.nii.gz", to: rac + "_run-1_pet.nii") { $0.removeLast(starts.count - first) }
    try study.sidecar([
      "FrameTimesStart": Array(starts[..<first]), "FrameDuration": Array(durations[..<first]),
    ])
    try study.move(rac + "_pet.json", to: rac + "_run-1_pet.json")
    try study.remove(rac + "_pet.nii.gz")
  }

  private static func whole() throws -> SpoiltStudy {
    let study = try SpoiltStudy()
    try study.sidecar(["TimeZero": time(zero)])
    return study
  }

  /// BPND by region as the parameters of the scan have it.
  private static func parameters(_ out: String) throws -> [String: (value: Double, status: String)] {
    let table = try TSVTable(path: out + "/sub-01/pet/sub-01_trc-RAC_model-SRTM_kinpar.tsv")
    let (value, status) = (try table.required("BPND"), try table.required("status"))
    return Dictionary(uniqueKeysWithValues: table.rows.map { ($0[0], (Double($0[value]) ?? .nan, $0[status])) })
  }

  /// Split where no frame is lost, the numbers are those of the unbroken scan.
  ///
  /// To 1e-6, as the frames are written anew in single precision. Nothing is `ok`: the head left the scanner.
  @Test(arguments: Clock.allCases) func runsAreTheUnbrokenScan(clock: Clock) throws {
    let study = try Self.whole()
    let unbroken = try study.run(name: "unbroken")
    try Self.split(study, clock)
    let printed = try study.run()
    #expect(printed.status == 0 && printed.failures.isEmpty, "\(printed.errors)")
    #expect(!printed.rows.isEmpty && !printed.statuses.contains("ok"), "\(printed.statuses)")
    #expect(printed.rows["Left-Putamen"]?.status == "dataDoubtful")
    #expect(printed.rows["Left-Putamen"]?.note.contains("runs-joined") == true)
    let (own, other) = (try Self.parameters(printed.out), try Self.parameters(unbroken.out))
    #expect(own.count == other.count && own.count > 10)
    for (region, value) in other {
      let joined = try #require(own[region])
      #expect(
        abs(joined.value - value.value) <= 1e-6 * abs(value.value) || joined.value.isNaN && value.value.isNaN,
        "\(region) \(joined) \(value)")
    }
  }

  /// Where the labels of each run are moved to where the head is in it, that it left the scanner is no doubt any more, and stays
  /// none when fits alone are made again.
  @Test func movedLabelsSettleIt() throws {
    let study = try Self.whole()
    try Self.split(study, .ownZero)
    func pipeline(_ level: String) throws -> String {
      try study.folder.write(
        "move.yaml",
        """
        name: raclopride-dasb
        read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
        align: {mode: move}
        models:
          level: \(level)
          dopamine: {model: SRTM, reference: cerebellum}
          serotonin: {model: MRTM2, reference: cerebellum}
        """)
    }
    for level in ["0.95", "0.9"] {
      let printed = try study.run(pipeline: try pipeline(level))
      let putamen = try #require(printed.rows["Left-Putamen"])
      #expect(putamen.status == "ok" && !putamen.note.contains("runs-joined"), "\(putamen)")
      let findings = try TextFile.read(printed.out + "/logs/sub-01_trc-RAC.log").text
      #expect(findings.contains("with labels where each run has them"), "\(findings)")
    }
  }

  /// What the bridge over three lost frames costs, noise-free: BPND is 0.5 to 1.3 % too low where binding exceeds 0.3.
  @Test func aGapIsBridged() throws {
    let study = try Self.whole()
    let unbroken = try Self.parameters(try study.run(name: "unbroken").out)
    try Self.split(study, .ownZero, lost: 3)
    let joined = try Self.parameters(try study.run().out)
    for (region, value) in unbroken where value.value > 0.3 {
      let error = (joined[region]?.value ?? .nan) / value.value - 1
      #expect(abs(error) < 0.02, "\(region) \(error)")
    }
  }

  /// Clocks that cannot all be right, a run that overlaps, another dose: no balance, with the reason.
  @Test(arguments: [
    ("InjectionStart", 0.0, "said to start at injection"),
    ("InjectionStart", -SpoiltStudy.starts[25] - 600, "10 min before"),
    ("InjectionStart", -SpoiltStudy.starts[25] + 600, "10 min after"), ("InjectedRadioactivity", 100, "another"),
    ("TimeZero", zero + SpoiltStudy.starts[25] - 600, "has ended"),
  ])
  func contradictionsAreRefused(field: String, value: Double, words: String) throws {
    let study = try Self.whole()
    var change: [String: Any?] = [field: value]
    if field == "TimeZero" {
      change = [field: Self.time(value), "InjectionStart": Self.zero - value]
    }
    try Self.split(study, .ownZero, change: change)
    let printed = try study.run()
    #expect(printed.rows.isEmpty && printed.errors.contains("nobody says"), "\(printed.errors)")
    let check = try Program.run(["check", study.root, "--pipeline", PlainPipeline.path])
    #expect(check.output.contains("[runs-apart]") && check.output.contains(words), "\(words) \(check.output)")
  }

  /// A filter that names the run joins nothing.
  @Test func theUserChoosesARun() throws {
    let study = try Self.whole()
    try Self.split(study, .ownZero)
    let early = try study.run(["--filter", "dopamine:run=1"], name: "first")
    try study.expectHonest(early)
    #expect(early.rows["Left-Putamen"]?.note.contains("runs-") == false, "\(early.rows)")
    let late = try study.run(["--filter", "dopamine:run=02"], name: "second")
    #expect(late.statuses.contains("dataDoubtful") && !late.statuses.contains("ok"), "\(late.errors)")
    #expect(late.rows["Left-Putamen"]?.note.contains("runs-apart") == true)
    // Results of single runs are not taken away by a run that joins them.
    let joined = try study.run(name: "first")
    #expect(joined.status == 73 && joined.errors.contains("run-1"), "\(joined.errors)")
  }

  /// Every run is an input: a change of the second makes the scan stale, and check tells what is joined.
  @Test func everyRunCounts() throws {
    let study = try Self.whole()
    try Self.split(study, .ownZero)
    let printed = try study.run()
    func plan() throws -> String {
      try Program.run(["plan", study.root, printed.out, "--pipeline", PlainPipeline.path]).output
    }
    let before = try plan()
    #expect(before.contains("sub-01_trc-RAC\tscan\traclopride\tdone"), "\(before)")
    let check = try Program.run(["check", study.root, "--pipeline", PlainPipeline.path])
    #expect(check.status == 0 && check.output.contains("one injection in 2 runs"), "\(check.output)")
    #expect(!check.output.contains("late-start") && !check.output.contains("runs-apart"), "\(check.output)")
    try study.sidecar(["Note": "later"], of: Self.rac + "_run-2")
    let after = try plan()
    #expect(after.contains("run-2_pet.json has changed"), "\(after)")
  }

  /// A run that cannot be read takes its injection with it, and earlier results of the whole stand.
  @Test(arguments: ["broken JSON", "another tracer"]) func aRunThatCannotBeRead(how: String) throws {
    let study = try Self.whole()
    try Self.split(study, .ownZero)
    let before = try study.run()
    #expect(before.rows["Left-Putamen"]?.status == "dataDoubtful")
    if how == "broken JSON" {
      try study.write("{\"TracerName\": ", to: Self.rac + "_run-2_pet.json")
    } else {
      try study.sidecar(["TracerName": "[11C]DASB"], of: Self.rac + "_run-2")
    }
    let fresh = try study.run(name: "fresh")
    #expect(fresh.status == 1 && fresh.rows.isEmpty, "\(fresh.errors) \(fresh.rows)")
    #expect(fresh.failures.contains { $0[0] == "sub-01_trc-RAC" }, "\(fresh.failures)")
    let again = try study.run()
    #expect(
      again.status == 1 && again.rows["Left-Putamen"]?.ratio == before.rows["Left-Putamen"]?.ratio, "\(again.errors)")
    // The user may say that the first run is all there is.
    let chosen = try study.run(["--filter", "dopamine:run=1"], name: "chosen")
    #expect(!chosen.rows.isEmpty, "\(chosen.errors)")
  }

  /// Maps of the runs are those of the unbroken scan: single precision, written anew.
  @Test func mapsOfRuns() throws {
    let study = try Self.whole()
    let name = "/sub-01/pet/sub-01_trc-RAC_model-MRTM2_meas-BPND_mimap.nii.gz"
    let one = try study.run(pipeline: "raclopride-dasb-maps", name: "unbroken")
    try Self.split(study, .ownZero)
    let two = try study.run(pipeline: "raclopride-dasb-maps")
    #expect(two.status == 0, "\(two.errors)")
    let maps = try [one, two].map { try BadStudy.plain($0.out + name).dropFirst(352) }
    #expect(maps[0].count == maps[1].count && maps[0].count > 1000)
    let values = maps.map { map in
      map.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: Float.self) }
      }
    }
    var worst: Float = 0
    for (a, b) in zip(values[0], values[1]) where a.isFinite && b.isFinite && abs(a) > 0.1 {
      worst = max(worst, abs(b / a - 1))
    }
    #expect(worst < 1e-4, "\(worst)")
  }

  /// A lab's own names: a table of scans whose column `run` tells the runs apart.
  @Test func aTableOfScansHasRuns() throws {
    let study = try Self.whole()
    try Self.split(study, .ownZero)
    let bids = try Self.parameters(try study.run().out)
    let labels = SpoiltStudy.labels + ".nii.gz"
    try study.write(
      "participant_id\ttracer\trun\tpet\tlabels\n"
        + "01\tRAC\t1\t\(Self.rac)_run-1_pet.nii\t\(labels)\n" + "01\tRAC\t2\t\(Self.rac)_run-2_pet.nii\t\(labels)\n"
        + "01\tDASB\tn/a\tsub-01/pet/sub-01_trc-DASB_pet.nii.gz\t\(labels)\n", to: "scans.tsv")
    let out = study.folder.file("table")
    let run = try Program.run(
      ["run", "--scans", study.path("scans.tsv"), out, "--pipeline", PlainPipeline.path, "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    for (region, value) in try Self.parameters(out) where value.value.isFinite {
      #expect(value == bids[region] ?? (.nan, ""), "\(region)")
    }
  }
}
