import Foundation
import PETCore
import PETPages
import PETSimulation
import PETTestSupport
import Testing

/// A study of two persons of whom the second has one defect, and what a run makes of it.
///
/// The good study and its results are made once; every defect gets a copy.
struct BadStudy {
  let folder: TemporaryFolder
  var study: String { folder.file("study") }
  var out: String { folder.file("out") }

  /// The scan that is spoiled, and its files relative to the study.
  static let unit = "sub-02_trc-RAC"
  static let sidecar = "sub-02/pet/sub-02_trc-RAC_pet.json"
  static let image = "sub-02/pet/sub-02_trc-RAC_pet.nii.gz"

  private struct Good: Sendable {
    let folder: TemporaryFolder
    let results: [String: Data]
  }

  private static let good = Result {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    let (out, outcome) = try SampleStudyTests.run(study, into: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    goodFolder.withLock { $0 = folder.path }
    // It is used to the end of the process.
    atexit { BadStudy.goodFolder.withLock { path in try? FileManager.default.removeItem(atPath: path) } }
    return Good(folder: folder, results: try ResumeTests.tree(out))
  }
  private static let goodFolder = Locked("")

  /// What a run of the good study gives: every file with its bytes.
  static func results() throws -> [String: Data] { try good.get().results }

  /// A copy of the good study.
  ///
  /// - Parameter name: of the folder, when it matters.
  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: try Self.good.get().folder.file("study"), toPath: folder.file("study"))
  }

  // MARK: - Spoiling

  func path(_ name: String) -> String { study + "/" + name }
  func text(_ name: String = sidecar) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
  func write(_ text: String, to name: String = sidecar) throws { try write(Data(text.utf8), to: name) }
  func write(_ bytes: Data, to name: String) throws { try folder.write("study/" + name, bytes) }
  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  /// Gives a field of the sidecar another value, as JSON text.
  func set(_ field: String, _ value: String) throws {
    let text = try text()
    let pattern = try Regex("\"\(field)\": (\\[[^\\]]*\\]|[^,\\n]*)")
    #expect(text.firstMatch(of: pattern) != nil)
    try write(text.replacing(pattern, with: "\"\(field)\": \(value)"))
  }

  func replace(_ old: String, _ new: String, in name: String = sidecar) throws {
    let text = try text(name)
    #expect(text.contains(old))
    try write(text.replacing(old, with: new, maxReplacements: 1), to: name)
  }

  static let starts: [Double] = zip(durations.indices, durations).map { index, _ in durations[..<index].reduce(0, +) }
  static let durations = StudyPlan.Size.tiny.frames.flatMap { Array(repeating: $0.seconds, count: $0.count) }

  /// Writes frame times, after a change.
  func frames(_ change: (inout [Double], inout [Double]) -> Void) throws {
    var (starts, durations) = (Self.starts, Self.durations)
    change(&starts, &durations)
    func list(_ values: [Double]) -> String { "[" + values.map(NumberText.exact).joined(separator: ", ") + "]" }
    try set("FrameTimesStart", list(starts))
    try set("FrameDuration", list(durations))
  }

  /// Writes an image anew as plain float32, after a change of its values and its header.
  ///
  /// - Parameter to: its new name; the old file goes when it is of the same scan.
  func image(
    _ name: String = image, to target: String = "sub-02/pet/sub-02_trc-RAC_pet.nii",
    header: (inout Data) -> Void = { _ in }, values change: (inout [Float]) -> Void = { _ in }
  ) throws {
    let plain = try Self.plain(path(name))
    let slope = Float(bitPattern: Self.number(plain, 112, UInt32.self))
    let count = (plain.count - 352) / 2
    var values = (0..<count).map { Float(Self.number(plain, 352 + 2 * $0, Int16.self)) * slope }
    change(&values)
    var bytes = plain.prefix(352)
    Self.put(UInt16(16), at: 70, in: &bytes)
    Self.put(UInt16(32), at: 72, in: &bytes)
    Self.put(Float(1).bitPattern, at: 112, in: &bytes)
    header(&bytes)
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    try? FileManager.default.removeItem(atPath: path(target + ".gz"))
    try write(bytes, to: target)
  }

  static func plain(_ path: String) throws -> Data {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: path, toPath: folder.file("a.gz"))
    _ = try Program.run(URL(fileURLWithPath: "/bin/gzip"), ["-d", folder.file("a.gz")])
    return try Data(contentsOf: URL(fileURLWithPath: folder.file("a")))
  }

  private static func number<T: FixedWidthInteger>(_ data: Data, _ offset: Int, _: T.Type) -> T {
    data.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
  }

  static func put<T: FixedWidthInteger>(_ value: T, at offset: Int, in data: inout Data) {
    withUnsafeBytes(of: value.littleEndian) { data.replaceSubrange(offset..<offset + $0.count, with: $0) }
  }

  // MARK: - Judging

  struct Outcome {
    let run: Program.Outcome
    let results: [String: Data]
    let failures: [[String]]
    let out: String

    /// A table of the results.
    func table(_ name: String) throws -> TSVTable { try TSVTable(path: out + "/" + name) }
  }

  /// Runs it: the input is untouched, the first person's results are those of the good study to the byte, and nothing
  /// is left over.
  func run(_ more: [String] = []) throws -> Outcome {
    let before = try Self.input(study)
    let start = ContinuousClock.now
    let run = try Program.run(["run", study, out, "--pipeline", PlainPipeline.path, "--quiet"] + more)
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(try Self.input(study) == before)
    let results = try ResumeTests.tree(out)
    let good = try Self.results().filter { $0.key.contains("sub-01") }
    #expect(results.filter { $0.key.contains("sub-01") } == good && !good.isEmpty)
    #expect(Self.leftovers(results).isEmpty)
    return Outcome(run: run, results: results, failures: try TSVTable(path: out + "/failures.tsv").rows, out: out)
  }

  /// Pages tell of failures: they are there also where results are not.
  static func isPage(_ name: String) -> Bool {
    name.hasSuffix(".html") || name.hasSuffix("_report.json") || name.hasSuffix("_page.json")
  }

  /// The scan is one row, which names file, field and what is wrong, and has no result; the person's other scan has.
  func refuses(file: String, field: String = "", words: String) throws {
    let outcome = try run()
    let lines = outcome.run.errors.split(separator: "\n")
    #expect(outcome.run.status == 1 && lines.count == 1 && outcome.failures.count == 1, "\(outcome.run.errors)")
    guard let row = outcome.failures.first, let line = lines.first else { return }
    #expect(row[0] == Self.unit && row[2].hasSuffix(file), "\(row)")
    #expect(try field.isEmpty || row[3].contains(Regex(field)), "\(row)")
    #expect(try (row[3] + " " + row[4]).contains(Regex(words).ignoresCase()), "\(row)")
    #expect(row[5] != "n/a", "no remedy: \(row)")
    #expect(line.hasPrefix("petbalance: error: \(Self.unit): ") && line.contains(row[4]), "\(line)")
    let expected = try Self.results().keys.filter {
      $0.contains("sub-02")
        && ($0.contains("DASB") && !$0.contains("raclopridedasb") || $0 == "records/\(Self.unit).json"
          || $0 == "logs/\(Self.unit).log" || Self.isPage($0))
    }
    #expect(outcome.results.keys.filter { $0.contains("sub-02") }.sorted() == expected.sorted())
  }

  /// The scan is done, and the warning stands in its log, in every row made from it and on the person's page.
  ///
  /// - Returns: what came of it.
  @discardableResult
  func warns(_ code: String, words: String) throws -> Outcome {
    let outcome = try accepts()
    for name in ["pet/\(Self.unit)_model-SRTM_kinpar.tsv", "sub-02_desc-raclopridedasb_balance.tsv"] {
      let table = try outcome.table("sub-02/" + name)
      let note = try table.required("note")
      #expect(table.rows.allSatisfy { $0[note].contains("scan: ") && $0[note].contains(code) }, "\(table.rows[1])")
    }
    for name in ["logs/\(Self.unit).log", "sub-02/sub-02.html"] {
      let text = String(decoding: outcome.results[name] ?? Data(), as: UTF8.self).replacing("&#39;", with: "'")
      #expect(try text.contains(Regex(words).ignoresCase()), "\(name) \(text)")
    }
    return outcome
  }

  /// The scan is done.
  @discardableResult
  func accepts() throws -> Outcome {
    let outcome = try run()
    #expect(outcome.run.status == 0 && outcome.failures.isEmpty, "\(outcome.run.errors)")
    // Frames that are said to lie in the first minute tell no motion.
    func names(_ results: [String: Data]) -> Set<String> {
      Set(results.keys.filter { !$0.contains("desc-confounds") })
    }
    #expect(try names(outcome.results) == names(Self.results()))
    return outcome
  }

  /// The tables are those of the good study.
  func isAsGood() throws {
    let outcome = try accepts()
    let good = try Self.results()
    for (name, bytes) in outcome.results where name.hasSuffix(".tsv") { #expect(good[name] == bytes, "\(name)") }
  }

  /// What was left that has no place among results.
  static func leftovers(_ tree: [String: Data]) -> [String] {
    tree.keys.filter { $0.contains(".partial-") || $0.contains(".lease") }
  }

  /// Every file, link and pipe of a study, with the bytes of files.
  static func input(_ folder: String) throws -> [String: Data] {
    var tree: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
      let isFile = attributes[.type] as? FileAttributeType == .typeRegular
      tree[name] = isFile ? try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)) : Data()
    }
    return tree
  }
}

/// One defect and what must come of it.
struct BadStudyRow: Sendable, CustomTestStringConvertible {
  enum Verdict: Sendable {
    /// By a row of the failures: file, field, words.
    case refused(String, String, String)
    /// A code in every table, words in log and page.
    case warned(String, String)
    case accepted
    /// With the very tables of the good study.
    case asGood
  }

  let testDescription: String
  let verdict: Verdict
  let spoil: @Sendable (BadStudy) throws -> Void

  init(_ name: String, _ verdict: Verdict, _ spoil: @escaping @Sendable (BadStudy) throws -> Void) {
    (testDescription, self.verdict, self.spoil) = (name, verdict, spoil)
  }

  func check() throws {
    let bad = try BadStudy()
    try spoil(bad)
    switch verdict {
    case .refused(let file, let field, let words): try bad.refuses(file: file, field: field, words: words)
    case .warned(let code, let words): try bad.warns(code, words: words)
    case .accepted: try bad.accepts()
    case .asGood: try bad.isAsGood()
    }
  }
}
