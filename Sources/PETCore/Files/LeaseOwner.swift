import Foundation

/// The process that a lease belongs to.
struct LeaseOwner: Sendable {
  let host: String
  let process: Int32
  /// When the process began, in ticks since the machine did: a number that is used again is told by it.
  private let started: String
  /// This start of this machine, and the space in which process numbers count.
  private let machine: String

  static let own = LeaseOwner()

  private init() {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    process = getpid()
    started = Self.start(of: process) ?? "0"
    machine = Self.thisMachine
  }

  init?(_ text: String) {
    var members: [Substring: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      if parts.count == 2 { members[parts[0]] = String(parts[1]) }
    }
    guard let host = members["host"], let process = members["process"].flatMap({ Int32($0) }),
      let started = members["started"], let machine = members["machine"], members["beat"] != nil
    else { return nil }
    (self.host, self.process, self.started, self.machine) = (host, process, started, machine)
  }

  init?(path: String) {
    guard let text = Self.contents(path) else { return nil }
    self.init(text)
  }

  func text(beat: Int) -> String {
    let count = "\(beat)"
    return "host \(host)\nprocess \(process)\nstarted \(started)\nmachine \(machine)\nbeat "
      + String(repeating: "0", count: max(0, 12 - count.count)) + count + "\n"
  }

  var isOfThisMachine: Bool { machine == Self.thisMachine }
  var isAlive: Bool { Self.start(of: process) == started }

  /// Nil when there is no such file; of one that cannot be read as text, when it was last changed.
  static func contents(_ path: String) -> String? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    if status.st_mode & S_IFMT == S_IFREG, let text = try? String(contentsOfFile: path, encoding: .utf8) { return text }
    guard lstat(path, &status) == 0 else { return nil }
    return "unreadable \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
  }

  private static let thisMachine: String = {
    let boot = contents("/proc/sys/kernel/random/boot_id")?.filter { !$0.isWhitespace } ?? "unknown"
    let space = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? "unknown"
    return boot + " " + space
  }()

  /// The 22nd field of the process's state; the second, its name, may hold anything but ends with the last bracket.
  private static func start(of process: Int32) -> String? {
    guard let text = contents("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    // A process that has ended and was not yet asked for its end holds nothing any more.
    return fields.count > 19 && fields[0] != "Z" ? String(fields[19]) : nil
  }
}
