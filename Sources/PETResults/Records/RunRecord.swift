import Foundation
package import PETCore
import PETStudy

/// What the results of one unit were made from and what they are: written last, so that results without it are not done.
///
/// `OUT/records/<unit>.json`. It holds no clock, host or path of a machine: the same study gives the same record.
package struct RunRecord: Sendable {
  /// A scan, the pair of scans of a balance, what could not become either, or the page of a person.
  package enum Kind: String, Sendable { case scan, pair, refused, page }

  /// A file by its portable name.
  package struct File: Sendable, Equatable {
    package let name: String
    package let digest: FileDigest

    package init(name: String, digest: FileDigest) {
      self.name = name
      self.digest = digest
    }

    /// Nil when it is not what we write.
    package init?(json: JSONValue) {
      guard let file = json["File"]?.string, let size = json["Bytes"]?.double.flatMap({ Int(exactly: $0) }),
        let digest = json["SHA256"]?.string.flatMap({ FileDigest(size: size, sha256: $0) })
      else { return nil }
      self.init(name: file, digest: digest)
    }

    package var json: JSONValue {
      .object([("File", .string(name)), ("Bytes", .number(Double(digest.size))), ("SHA256", .string(digest.sha256))])
    }
  }

  /// What results depend on besides files.
  package struct Settings: Sendable, Hashable {
    package let version: String
    package let pipeline: String
    package let pipelineDigest: String
    /// Values of the pipeline that the results depend on, by the paths of their keys; nil in records of earlier versions.
    package let values: [String: String]?
    /// Codes of faults that were accepted.
    package let accepted: [String]
    /// Entities that chose among scans, `ROLE:ENTITY=VALUE`.
    package let filters: [String]

    package init(
      version: String = Product.version, pipeline: String, pipelineDigest: String, values: [String: String]?,
      accepted: [String] = [], filters: [String] = []
    ) {
      self.version = version
      self.pipeline = pipeline
      self.pipelineDigest = pipelineDigest
      self.values = values
      self.accepted = accepted
      self.filters = filters
    }

    /// The options of `run` that say the same.
    package var arguments: String {
      [("--accept", accepted), ("--filter", filters)].filter { !$1.isEmpty }
        .map { " \($0) " + $1.joined(separator: " ") }.joined()
    }
  }

  /// `sub-01_ses-a_trc-RAC`, or `sub-01_desc-raclopridedasb`.
  package let unit: String
  package let kind: Kind
  package let participant: String
  package let session: String?
  /// The tracer of a scan, the label of a pair; nil for what is refused.
  package let tracer: String?
  package let settings: Settings
  /// Of a pair or page: the records it is made from.
  package var inputs: [File] = []
  /// Relative to OUT.
  package var outputs: [File] = []
  /// Empty when the unit is done.
  package var failures: [Failure] = []
  /// Of a scan's findings, as JSON.
  package var findings: [JSONValue] = []

  package init(
    unit: String, kind: Kind, participant: String, session: String?, tracer: String? = nil, settings: Settings
  ) {
    self.unit = unit
    self.kind = kind
    self.participant = participant
    self.session = session
    self.tracer = tracer
    self.settings = settings
  }

  package var isDone: Bool { failures.isEmpty }

  /// What tells the visits of a person apart: the session, and the run where a session has several pairs.
  package var visit: String? {
    guard kind == .pair, let end = unit.range(of: "_desc-")?.lowerBound else { return session }
    let own = unit[..<end].dropFirst(participant.count + 1)
    return own.isEmpty ? nil : String(own)
  }

  // MARK: - On disk

  package static let folder = String(ResultFile.records.name.dropLast())

  package static func path(of unit: String, in output: String) -> String { "\(output)/\(folder)/\(unit).json" }

  package func write(in output: String) throws(PETError) {
    try AtomicFile.makeFolder("\(output)/\(Self.folder)")
    try AtomicFile.update(text, to: Self.path(of: unit, in: output))
  }

  package var text: String { json.text }

  private var json: JSONValue {
    func files(_ list: [File]) -> JSONValue { .array(list.map(\.json)) }
    var members: [(name: String, value: JSONValue)] = [
      ("Unit", .string(unit)), ("Kind", .string(kind.rawValue)), ("Participant", .string(participant)),
    ]
    if let session { members.append(("Session", .string(session))) }
    if let tracer { members.append(("Tracer", .string(tracer))) }
    members += [
      ("State", .string(isDone ? "done" : "failed")), ("Version", .string(settings.version)),
      ("Pipeline", .string(settings.pipeline)), ("PipelineDigest", .string("sha256:" + settings.pipelineDigest)),
      ("Accepted", .array(settings.accepted.map(JSONValue.string))),
    ]
    if let values = settings.values, !values.isEmpty {
      members.append(("Values", .object(values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })))
    }
    if !settings.filters.isEmpty { members.append(("Filters", .array(settings.filters.map(JSONValue.string)))) }
    members += [
      ("Inputs", files(inputs)),
      ("Outputs", files(outputs)), ("Failures", .array(failures.map(\.json))), ("Findings", .array(findings)),
    ]
    return .object(members)
  }

  /// Reads the record of a unit; nil when there is none.
  package static func read(_ unit: String, in output: String) throws(PETError) -> RunRecord? {
    try read(at: path(of: unit, in: output), unit)
  }

  /// Reads a record that lies elsewhere.
  package static func read(at path: String, _ unit: String) throws(PETError) -> RunRecord? {
    guard let stamp = FileStamp(path: path) else { return nil }
    if let earlier = known.withLock({ $0[path] }), earlier.stamp == stamp { return earlier.record }
    let isSettled = stamp.isSettled
    let record = try RunRecord(path: path)
    if isSettled { known.withLock { $0[path] = (stamp, record) } }
    return record
  }

  /// Records as they were last read, by path: a run asks a dozen times for each, and they are held once.
  ///
  /// Those of the last second are read anew, as another may be written in the same moment.
  private static let known = Locked<[String: (stamp: FileStamp, record: RunRecord)]>([:])

  /// Settings of records: a study has few, and each is held once.
  private static let settings = Locked<Set<Settings>>([])

  private static func shared(_ own: Settings) -> Settings {
    settings.withLock { known in known.insert(own).memberAfterInsert }
  }

  /// Every unit that has a record, with it or why it cannot be read.
  package static func all(in output: String, jobs: Int) throws(PETError) -> [(
    unit: String, record: Result<RunRecord?, PETError>
  )] {
    let units = try units(in: output)
    return Parallel.map(units.count, jobs: jobs) { index in
      do throws(PETError) { return (units[index], .success(try read(units[index], in: output))) } catch {
        return (units[index], .failure(error))
      }
    }
  }

  /// Names of all units that have a record.
  package static func units(in output: String) throws(PETError) -> [String] {
    try Folder.names("\(output)/\(folder)")
      .filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { String($0.dropLast(5)) }
  }

  private init(path: String) throws(PETError) {
    let json = try JSONValue.readObject(path: path)
    func wrong(_ field: String) -> PETError {
      PETError(
        .wrongInput, file: path, field: field, "it is not there or not what we write", remedy: "run with --force")
    }
    func text(_ name: String) throws(PETError) -> String {
      guard let text = json[name]?.string else { throw wrong(name) }
      return text
    }
    func files(_ name: String) throws(PETError) -> [File] {
      guard let list = json[name]?.list else { throw wrong(name) }
      return try list.map { (item) throws(PETError) in
        guard let file = File(json: item) else { throw wrong(name) }
        return file
      }
    }
    unit = try text("Unit")
    guard let kind = Kind(rawValue: try text("Kind")) else { throw wrong("Kind") }
    self.kind = kind
    participant = try text("Participant")
    session = json["Session"]?.string
    tracer = json["Tracer"]?.string
    settings = Self.shared(
      Settings(
        version: try text("Version"), pipeline: try text("Pipeline"),
        pipelineDigest: String(try text("PipelineDigest").dropFirst("sha256:".count)),
        values: json["Values"]?.members?.reduce(into: [:]) { $0[$1.name] = $1.value.string },
        accepted: json["Accepted"]?.list?.compactMap(\.string) ?? [],
        filters: json["Filters"]?.list?.compactMap(\.string) ?? []))
    inputs = try files("Inputs")
    outputs = try files("Outputs")
    guard let failures = json["Failures"]?.list else { throw wrong("Failures") }
    self.failures = failures.compactMap(Failure.init(json:))
    findings = json["Findings"]?.list ?? []
    guard (try text("State") == "done") == isDone else { throw wrong("State") }
    // A copy under another name, or a name that leads elsewhere, is not of ours.
    guard (path as NSString).lastPathComponent == unit + ".json" else { throw wrong("Unit") }
    guard outputs.allSatisfy({ Self.isInside($0.name) }) else { throw wrong("Outputs") }
  }

  /// Whether a name can be that of a result.
  package static func isInside(_ name: String) -> Bool {
    (name.hasPrefix("sub-") || name.hasPrefix("logs/")) && !name.split(separator: "/").contains("..")
  }

  // MARK: - Against files

  /// Why what is on disk is not what the record says; nil when it is.
  ///
  /// - Parameters:
  ///   - files: those that would be read now, by portable name.
  ///   - stated: what is an input and no file of its own.
  package func difference(inputs files: [(name: String, path: String)], stated: [File] = [], output: String) -> String?
  {
    let known = Set(inputs.map(\.name))
    if let new = (files.map(\.name) + stated.map(\.name)).first(where: { !known.contains($0) }) {
      return "\(new) is new"
    }
    let places = Dictionary(files.map { ($0.name, $0.path) }, uniquingKeysWith: { a, _ in a })
    for file in inputs {
      if let now = stated.first(where: { $0.name == file.name }) {
        if now != file { return "\(file.name) has changed" }
        continue
      }
      guard let path = places[file.name] else { return "\(file.name) is gone" }
      if !file.digest.matches(path) { return "\(file.name) has changed" }
    }
    return damage(in: output)
  }

  /// What is wrong with the outputs; nil when they are as they were written.
  package func damage(in output: String) -> String? {
    for file in outputs where !file.digest.matches("\(output)/\(file.name)") {
      let isThere = FileManager.default.fileExists(atPath: "\(output)/\(file.name)")
      return "result \(file.name) \(isThere ? "has changed" : "is gone")"
    }
    return nil
  }
}

extension RunRecord.Settings {
  /// Changed values that are named.
  private static let mostTold = 4

  /// What results of earlier versions do not tell.
  private static let lacks = ["0.1.0": "at-bound and what casts doubt on the data"]

  /// Values of the pipeline that are not as they were, in the order of their keys.
  package func changes(_ now: Self) -> [(path: String, old: String, new: String)] {
    guard let old = values, let new = now.values, old != new else { return [] }
    return Set(old.keys).union(new.keys).sorted().compactMap { path in
      let (a, b) = (old[path] ?? "none", new[path] ?? "none")
      return a == b ? nil : (path, a, b)
    }
  }

  /// Whether nothing but values of the pipeline is another.
  package func isLike(_ now: Self) -> Bool {
    values != nil && version == now.version && pipeline == now.pipeline && accepted == now.accepted
      && filters == now.filters
  }

  /// What is not as it was; nil when all is.
  package func difference(_ now: Self) -> String? {
    if version != now.version {
      let lacks = Self.lacks[version].map { "; it lacks \($0)" } ?? ""
      return "made by version \(version), this is \(now.version)" + lacks
    }
    if pipeline != now.pipeline { return "made with another pipeline (\(pipeline))" }
    let changes = changes(now).map { "\($0.path): \($0.old) -> \($0.new)" }
    if !changes.isEmpty {
      let rest = changes.count > Self.mostTold ? " and \(changes.count - Self.mostTold) more" : ""
      return changes.prefix(Self.mostTold).joined(separator: ", ") + rest
    }
    if pipelineDigest != now.pipelineDigest { return "made with another pipeline (\(pipeline))" }
    if accepted != now.accepted { return "other faults were accepted" }
    if filters != now.filters { return "other scans were chosen (--filter)" }
    return nil
  }
}
