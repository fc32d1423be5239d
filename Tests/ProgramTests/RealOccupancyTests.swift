import Foundation
import PETCore
import PETTestSupport
import Testing

/// Blocked and repeated scans of a real study, ds004869 (CC0, doi:10.18112/openneuro.ds004869.v1.3.0), from its raw blood
/// and curves to occupancy and reliability: a tracer of the user's own, one system alone.
@Suite(.enabled(if: SharedMaterial.has("validation/ds004869/README"), "ds004869 is not beside this checkout"))
struct RealOccupancyTests {
  /// One output for all tests; the unit that sub-01's blocked blood states is corrected in a copy.
  private static let made: Result<(folder: TemporaryFolder, study: String, out: String), any Error> = Result {
    let folder = try TemporaryFolder()
    let study = folder.file("study")
    try FileManager.default.copyItem(atPath: SharedMaterial.path("validation/ds004869"), toPath: study)
    let blood = study + "/sub-01/ses-blocked/pet/sub-01_ses-blocked_recording-manual_blood.json"
    let text = try String(contentsOfFile: blood, encoding: .utf8)
    for path in [(blood as NSString).deletingLastPathComponent, blood] {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    try text.replacing("\"Bq/mL\"", with: "\"kBq/mL\"").write(toFile: blood, atomically: false, encoding: .utf8)
    try AtomicFile.write(
      """
      - id: mc1
        name: "[11C]MC1"
        target: cyclooxygenase-2 (COX-2)
        system: cyclooxygenase
        isotope: C-11
        models: [2TCM, MA1, Logan]
        sources: ["OpenNeuro ds004869, doi:10.18112/openneuro.ds004869.v1.3.0"]
      """, to: folder.file("mc1.yaml"))
    let pipeline = folder.file("ma1.yaml")
    try AtomicFile.write(
      """
      name: mc1-ma1
      read: {tracers: mc1.yaml, cyclooxygenase: {tracer: mc1}}
      regions: {definitions: labels}
      input: {weights: uniform}
      models: {cyclooxygenase: {model: MA1}}
      """, to: pipeline)
    let (out, outcome) = try SampleStudyTests.run(
      study, ["--accept", "dose-scale"], pipeline: pipeline, into: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return (folder, study, out)
  }

  /// Ten pairs, each with three lines or the reason why not, and a group line; input, weights and vB stand beside them.
  @Test func tenPersonsAndTheGroup() throws {
    let made = try Self.made.get()
    let path = made.folder.file("occupancy.tsv")
    let run = try Program.run(
      [
        "occupancy", "--from", made.out, "--baseline", "baseline", "--blocked", "blocked", "--out", path, "--regional",
        made.folder.file("regions.tsv"), "--regions", "ctx-*", "*thalamus*", "*caudate", "*putamen", "*hippocampus",
        "*amygdala", "*cerebellum-cortex",
      ])
    #expect(run.status == 0, "\(run.errors)")
    let table = try TSVTable(path: path)
    #expect(table.rows.count == 33 && Set(table.rows.map { $0[0] }).count == 11)
    let (value, note) = (try table.required("occupancy"), try table.required("note"))
    let (low, high) = (try table.required("occupancy-low"), try table.required("occupancy-high"))
    for (number, row) in table.rows.enumerated() {
      let own = try table.number(number, value)
      if own.isNaN {
        #expect(!row[note].isEmpty)
      } else {
        let limits = (try table.number(number, low), try table.number(number, high))
        #expect(limits.0 < own && own < limits.1)
      }
    }
    let sidecar = try JSONValue.readObject(path: made.folder.file("occupancy.json"))
    let first = sidecar["Scans"]?.list?.first?["Baseline"]
    #expect(first?["Weights"]?.string == "uniform" && first?["BloodVolume"]?.double == 0)
    #expect(first?["Input"]?.string?.contains("parent tracer in arterial plasma") == true)
    let regions = try TSVTable(path: made.folder.file("regions.tsv"))
    #expect(regions.rows.count == 800)
    // The two scans of some persons were made on two scanners.
    #expect(run.errors.contains("Scanner: Siemens petmct2 beside Siemens petmct1"))
  }

  /// VT and both least-squares lines of two persons, worked out from blood and curves by numpy apart from the product.
  @Test(arguments: [
    (
      "sub-04", [0.38188481625918147, 0.029942786443377015, 1.064513351369338, 0.8513570106669004, 1.222852900676434],
      [0.3367581362449654, 0.042443104688398126, 0.9161650314601636, 0.4940958500026221, 1.1723232156289405]
    ),
    (
      "sub-08", [0.5442141207985493, 0.043715611768909736, 1.456315798068186, 1.3683816687895372, 1.5260440956707322],
      [0.45589640500356554, 0.10784668928418979, 1.3885512539542086, 0.9443358098529737, 1.5535383745350229]
    ),
  ])
  func fromBloodToOccupancyAgainstNumpy(person: String, ordinary: [Double], orthogonal: [Double]) throws {
    let made = try Self.made.get()
    let place = { (session: String) in
      "\(made.out)/\(person)/ses-\(session)/pet/\(person)_ses-\(session)_model-MA1_kinpar.tsv"
    }
    let run = try Program.run(["occupancy", "--baseline", place("baseline"), "--blocked", place("blocked")])
    #expect(run.status == 0, "\(run.errors)")
    let table = try TSVTable(text: run.output, file: "occupancy")
    let columns = try ["occupancy", "occupancy-se", "VND", "VND-low", "VND-high"].map(table.required)
    for (row, expected) in zip(table.rows, [ordinary, orthogonal]) {
      // Through ten thousand additions and a spline of either side: 1e-8.
      for (column, value) in zip(columns, expected) {
        #expect(abs((Double(row[column]) ?? .nan) / value - 1) < 1e-8, "\(row[1]) \(table.columns[column])")
      }
    }
  }

  /// All ten pairs from blood and curves by numpy, the two least-squares lines of each: 1e-8 where both tell a line.
  @Test(
    .enabled(
      if: TestDepth.isFull && FullComparisonTests.hasScipy,
      "long, and needs scipy: run Scripts/test --full"))
  func everyPairAgainstNumpy() throws {
    let made = try Self.made.get()
    let script = Program.package.appendingPathComponent("Tests/ProgramTests/Independent/lassen-of-ds004869.py").path
    var compared = 0
    for person in (1...10).map({ "sub-" + ($0 < 10 ? "0\($0)" : "\($0)") }) {
      func file(_ root: String, _ session: String, _ ending: String) -> String {
        "\(root)/\(person)/ses-\(session)/pet/\(person)_ses-\(session)_\(ending)"
      }
      let curves = made.study + "/derivatives/petprep"
      let tables = ["baseline", "blocked"].map { file(made.out, $0, "model-MA1_kinpar.tsv") }
      // Fits that are not to be believed are no points of either line.
      let without = try tables.flatMap { path -> [String] in
        let table = try TSVTable(path: path)
        let (region, status) = (try table.required("region"), try table.required("status"))
        return table.rows.filter { $0[status] != "converged" }.map { $0[region] }
      }
      let theirs = try Program.run(
        URL(fileURLWithPath: "/usr/bin/env"),
        ["python3", script]
          + ["baseline", "blocked"].flatMap { session in
            [
              file(curves, session, "desc-preproc_seg-gtm_tacs.tsv"), file(made.out, session, "inputfunction.tsv"),
            ]
          } + ["--model", "MA1"] + (without.isEmpty ? [] : ["--without"] + without))
      #expect(theirs.status == 0, "\(theirs.errors)")
      let ours = try Program.run(["occupancy", "--baseline", tables[0], "--blocked", tables[1]])
      let (a, b) = (try TSVTable(text: ours.output, file: "a"), try TSVTable(text: theirs.output, file: "b"))
      for row in b.rows {
        let own = try #require(a.rows.first { $0[1] == row[0] })
        for name in ["occupancy", "occupancy-se", "VND"] {
          guard let x = Double(own[try a.required(name)]), let y = Double(row[try b.required(name)]) else { continue }
          #expect(abs(x / y - 1) < 1e-8, "\(person) \(row[0]) \(name) \(x) \(y)")
          compared += 1
        }
      }
    }
    print("Lassen lines against numpy: \(compared) numbers")
    #expect(compared > 40)
  }

  /// Four persons twice: every number of a region as the published formulae give it by hand.
  @Test func reliabilityOfFourPersons() throws {
    let made = try Self.made.get()
    let run = try Program.run(
      ["reliability", "--from", made.out, "--test", "test", "--retest", "retest", "--measure", "VT"])
    #expect(run.status == 0, "\(run.errors)")
    let table = try TSVTable(text: run.output, file: "reliability")
    let row = try #require(table.rows.firstIndex { $0[1] == "ctx-lh-insula" })
    func number(_ name: String) throws -> Double { try table.number(row, try table.required(name)) }
    var (a, b) = ([Double](), [Double]())
    for person in 11...14 {
      for session in ["test", "retest"] {
        let path = "\(made.out)/sub-\(person)/ses-\(session)/pet/sub-\(person)_ses-\(session)_model-MA1_kinpar.tsv"
        let scan = try TSVTable(path: path)
        let place = try #require(scan.rows.firstIndex { $0[0] == "ctx-lh-insula" })
        let value = try scan.number(place, try scan.required("VT"))
        if session == "test" { a.append(value) } else { b.append(value) }
      }
    }
    let d = zip(a, b).map { $1 - $0 }
    let (n, k) = (4.0, 2.0)
    #expect(abs(try number("difference") - d.reduce(0, +) / n) < 1e-12)
    #expect(abs(try number("within-sd") - (d.reduce(0) { $0 + $1 * $1 } / (2 * n)).squareRoot()) < 1e-12)
    let variability = zip(a, b).reduce(0) { $0 + 200 * abs($1.1 - $1.0) / ($1.1 + $1.0) } / n
    #expect(abs(try number("absolute-variability") - variability) < 1e-10)
    // ICC(A,1) from sums of squares.
    let grand = (a + b).reduce(0, +) / (n * k)
    let means = zip(a, b).map { ($0 + $1) / 2 }
    let between = k * means.reduce(0) { $0 + ($1 - grand) * ($1 - grand) } / (n - 1)
    let columns = [a, b].map { $0.reduce(0, +) / n }
    let sessions = n * columns.reduce(0) { $0 + ($1 - grand) * ($1 - grand) } / (k - 1)
    let total = (a + b).reduce(0) { $0 + ($1 - grand) * ($1 - grand) }
    let error = (total - between * (n - 1) - sessions * (k - 1)) / ((n - 1) * (k - 1))
    let icc = (between - error) / (between + (k - 1) * error + k / n * (sessions - error))
    #expect(abs(try number("icc-a-1") - icc) < 1e-10)
    #expect(abs(try number("icc-c-1") - (between - error) / (between + (k - 1) * error)) < 1e-10)
  }
}
