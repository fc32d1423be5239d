import Foundation
import PETCore
import PETSimulation
import PETTestSupport
import Testing

/// A noise-free study of one person with known truth, of which one thing is spoilt, and what a run prints of it.
struct SpoiltStudy {
  let folder: TemporaryFolder
  var root: String { folder.file("study") }

  static let scan = "sub-01/pet/sub-01_trc-RAC"
  static let labels = "derivatives/segmentation/sub-01/anat/sub-01_dseg"
  static let starts = BadStudy.starts
  static let durations = BadStudy.durations

  private static let clean = Result { () throws -> TemporaryFolder in
    let folder = try TemporaryFolder()
    _ = try SampleStudyTests.simulate(folder, noise: 0)
    place.withLock { $0 = folder.path }
    atexit { SpoiltStudy.place.withLock { path in try? FileManager.default.removeItem(atPath: path) } }
    return folder
  }
  private static let place = Locked("")

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: try Self.clean.get().file("study"), toPath: folder.file("study"))
  }

  func path(_ name: String) -> String { root + "/" + name }
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  func write(_ text: String, to name: String) throws {
    try AtomicFile.makeFolder((path(name) as NSString).deletingLastPathComponent)
    try AtomicFile.write(text, to: path(name))
  }

  func move(_ name: String, to other: String) throws {
    try AtomicFile.makeFolder((path(other) as NSString).deletingLastPathComponent)
    try FileManager.default.moveItem(atPath: path(name), toPath: path(other))
  }

  func copy(_ name: String, to other: String) throws {
    try AtomicFile.makeFolder((path(other) as NSString).deletingLastPathComponent)
    try FileManager.default.copyItem(atPath: path(name), toPath: path(other))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  /// Image and sidecar of a scan under another name.
  func rename(_ scan: String, to other: String) throws {
    for ending in ["_pet.nii.gz", "_pet.json"] { try move(scan + ending, to: other + ending) }
  }

  /// Changes members of a sidecar; nil takes one away.
  func sidecar(_ change: [String: Any?], of scan: String = scan) throws {
    let file = URL(fileURLWithPath: path(scan + "_pet.json"))
    var members = try #require(
      JSONSerialization.jsonObject(with: try Data(contentsOf: file)) as? [String: Any])
    for (name, value) in change { members[name] = value }
    try JSONSerialization.data(withJSONObject: members, options: [.sortedKeys]).write(to: file)
  }

  /// How the frames of an image are written anew.
  enum Stored {
    case float32
    /// As unsigned 16-bit numbers under a header that says signed: what is above three fifths of the largest becomes negative.
    case wrapped
    /// As signed 16-bit numbers that end at this share of the largest.
    case cutOff(Float)
  }

  /// Writes the frames of an image anew.
  func image(
    _ name: String = scan + "_pet.nii.gz", to target: String? = nil, stored: Stored = .float32,
    _ change: (inout [[Float]]) -> Void = { _ in }, header: (inout Data) -> Void = { _ in }
  ) throws {
    let plain = try BadStudy.plain(path(name))
    func read<T: FixedWidthInteger>(_ offset: Int, _: T.Type) -> T {
      plain.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
    }
    let sizes = (0..<4).map { Int(read(42 + 2 * $0, Int16.self)) }
    let slope = Float(bitPattern: read(112, UInt32.self))
    let count = sizes[0] * sizes[1] * sizes[2]
    var frames = (0..<max(1, sizes[3])).map { frame in
      (0..<count).map { Float(read(352 + 2 * (frame * count + $0), Int16.self)) * (slope == 0 ? 1 : slope) }
    }
    change(&frames)
    let most = frames.joined().max() ?? 0
    let (step, isFloat): (Float, Bool) =
      switch stored {
      case .float32: (1, true)
      case .wrapped: (most * 1.2 / 65535, false)
      case .cutOff(let share): (most * share / 32767, false)
      }
    var bytes = plain.prefix(352)
    BadStudy.put(UInt16(isFloat ? 16 : 4), at: 70, in: &bytes)
    BadStudy.put(UInt16(isFloat ? 32 : 16), at: 72, in: &bytes)
    BadStudy.put(step.bitPattern, at: 112, in: &bytes)
    if sizes[3] > 1 { BadStudy.put(Int16(frames.count), at: 48, in: &bytes) }
    header(&bytes)
    for frame in frames {
      switch stored {
      case .float32: frame.withUnsafeBytes { bytes.append(contentsOf: $0) }
      case .wrapped:
        let numbers = frame.map { Int16(bitPattern: UInt16((max(0, $0) / step).rounded())) }
        numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
      case .cutOff:
        let numbers = frame.map { Int16(min(32767, ($0 / step).rounded())) }
        numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
      }
    }
    let out = target ?? String(name.dropLast(3))
    if target == nil { try remove(name) }
    try AtomicFile.makeFolder((path(out) as NSString).deletingLastPathComponent)
    try bytes.write(to: URL(fileURLWithPath: path(out)))
  }

  // MARK: - What a run prints

  struct Row: Sendable {
    let dopamine: Double
    let ratio: Double
    let status: String
    let note: String
  }

  struct Printed {
    let status: Int32
    let errors: String
    let out: String
    /// By region; empty without a balance.
    let rows: [String: Row]
    let failures: [[String]]

    var statuses: Set<String> { Set(rows.values.map(\.status)) }
  }

  func run(_ arguments: [String] = [], pipeline: String = PlainPipeline.path, name: String = "out") throws -> Printed {
    let out = folder.file(name)
    let outcome = try Program.run(["run", root, out, "--pipeline", pipeline, "--quiet"] + arguments)
    let balance = out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv"
    var rows: [String: Row] = [:]
    if FileManager.default.fileExists(atPath: balance) {
      let table = try TSVTable(path: balance)
      let columns = try ["dopamine", "ratio", "status", "note"].map { try table.required($0) }
      for row in table.rows {
        rows[row[0]] = Row(
          dopamine: Double(row[columns[0]]) ?? .nan, ratio: Double(row[columns[1]]) ?? .nan, status: row[columns[2]],
          note: row[columns[3]])
      }
    }
    let table = out + "/failures.tsv"
    let failures = FileManager.default.fileExists(atPath: table) ? try TSVTable(path: table).rows : []
    return Printed(status: outcome.status, errors: outcome.errors, out: out, rows: rows, failures: failures)
  }

  /// The truth of the left putamen: BPND and ratio.
  static let truth: (dopamine: Double, ratio: Double) = {
    let study = try? clean.get().file("study")
    let own = study.flatMap { try? SampleStudyTests.truth($0, "sub-01")["Left-Putamen"] }
    return (own?[0] ?? .nan, own?[2] ?? .nan)
  }()

  /// No number with status `ok` is more than 3 % from the truth, where binding exceeds 0.3.
  func expectHonest(_ printed: Printed, sourceLocation: SourceLocation = #_sourceLocation) throws {
    for (region, values) in try SampleStudyTests.truth(try Self.clean.get().file("study"), "sub-01") {
      guard let row = printed.rows[region], row.status == "ok", min(values[0], values[1]) > 0.3 else { continue }
      #expect(abs(row.ratio / values[2] - 1) < 0.03, "\(region) \(row)", sourceLocation: sourceLocation)
      #expect(abs(row.dopamine / values[0] - 1) < 0.03, "\(region) \(row)", sourceLocation: sourceLocation)
    }
  }

  /// The right value, and `ok`: noise-free, within 0.2 % (steps of 16 bits, and what a bridge costs).
  func expectRight(_ printed: Printed, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(printed.status == 0, "\(printed.errors)", sourceLocation: sourceLocation)
    let row = try #require(printed.rows["Left-Putamen"], "\(printed.errors)", sourceLocation: sourceLocation)
    #expect(row.status == "ok", "\(row)", sourceLocation: sourceLocation)
    #expect(abs(row.dopamine / Self.truth.dopamine - 1) < 2e-3, "\(row)", sourceLocation: sourceLocation)
    #expect(abs(row.ratio / Self.truth.ratio - 1) < 2e-3, "\(row)", sourceLocation: sourceLocation)
    try expectHonest(printed, sourceLocation: sourceLocation)
  }
}
