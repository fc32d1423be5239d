import Foundation
import PETCore

/// One end of Chrome's DevTools Protocol: commands and their answers, and what every page reports meanwhile.
///
/// A message is JSON ended by NUL; https://chromedevtools.github.io/devtools-protocol describes them.
struct DevToolsPipe {
  /// What a page reported of itself.
  struct Heard {
    var loads = 0
    var requests: [String] = []
    var problems: [String] = []
  }

  /// A page by the name of its session; forgotten with it.
  var heard: [String: Heard] = [:]
  private var socket: Int32
  private let patience: TimeInterval
  private var bytes: [UInt8] = []
  private var looked = 0
  private var lastCommand = 0

  /// - Parameter patience: s; an answer that takes longer is an error.
  init(socket: Int32, patience: TimeInterval) {
    self.socket = socket
    self.patience = patience
  }

  /// The result of one command.
  mutating func call(_ method: String, _ parameters: JSONValue, session: String?) throws -> JSONValue {
    lastCommand += 1
    var members: [(name: String, value: JSONValue)] = [
      ("id", .number(Double(lastCommand))), ("method", .string(method)), ("params", parameters),
    ]
    if let session { members.append(("sessionId", .string(session))) }
    try send(JSONValue.object(members).text)
    let deadline = Date(timeIntervalSinceNow: patience)
    while true {
      let message = try next(before: deadline, waitingFor: method)
      guard message["id"]?.double == Double(lastCommand) else {
        note(message)
        continue
      }
      if let fault = message["error"] {
        throw PETError(.internalFault, field: method, fault["message"]?.string ?? fault.text, remedy: "")
      }
      return message["result"] ?? .null
    }
  }

  /// Reads on until a page has loaded.
  mutating func waitForLoad(_ session: String) throws {
    let deadline = Date(timeIntervalSinceNow: patience)
    while heard[session]?.loads == 0 { note(try next(before: deadline, waitingFor: "load")) }
  }

  /// Closes the pipe; false when it was closed before.
  mutating func close() -> Bool {
    guard socket >= 0 else { return false }
    Foundation.close(socket)
    socket = -1
    return true
  }

  // MARK: - Bytes

  private func send(_ text: String) throws {
    guard socket >= 0 else { throw gone }
    let message = Array(text.utf8) + [0]
    var sent = 0
    while sent < message.count {
      // A browser that is gone must not take the tests with it by a signal.
      let count = message[sent...].withUnsafeBytes { rest in
        Foundation.send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw gone }
      sent += count
    }
  }

  private mutating func next(before deadline: Date, waitingFor what: String) throws -> JSONValue {
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end = bytes[looked...].firstIndex(of: 0) {
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        bytes.removeSubrange(...end)
        looked = 0
        guard let message = JSONValue(parsing: text) else {
          throw PETError(.internalFault, "the browser's message is not JSON: \(text.prefix(100))", remedy: "")
        }
        return message
      }
      looked = bytes.count
      var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      let left = deadline.timeIntervalSinceNow
      guard left > 0 else {
        throw PETError(.internalFault, field: what, "the browser did not answer in \(Int(patience)) s", remedy: "")
      }
      guard poll(&waiting, 1, Int32(left * 1000) + 1) > 0 else { continue }
      let count = recv(socket, &part, part.count, 0)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw gone }
      bytes.append(contentsOf: part[..<count])
    }
  }

  private var gone: PETError { PETError(.internalFault, "the browser has ended", remedy: "") }

  // MARK: - What pages report

  private mutating func note(_ event: JSONValue) {
    guard let session = event["sessionId"]?.string, heard[session] != nil, let parameters = event["params"] else {
      return
    }
    switch event["method"]?.string {
    case "Page.loadEventFired": heard[session]?.loads += 1
    case "Network.requestWillBeSent":
      if let address = parameters["request"]?["url"]?.string { heard[session]?.requests.append(address) }
    case "Network.webSocketCreated":
      if let address = parameters["url"]?.string { heard[session]?.requests.append(address) }
    case "Runtime.exceptionThrown":
      let details = parameters["exceptionDetails"]
      let text = details?["exception"]?["description"]?.string ?? details?["text"]?.string ?? "no words"
      heard[session]?.problems.append("exception: \(text)")
    case "Runtime.consoleAPICalled":
      guard let kind = parameters["type"]?.string, ["error", "warning", "assert"].contains(kind) else { return }
      let words = (parameters["args"]?.list ?? []).map { argument in
        argument["value"]?.string ?? argument["description"]?.string ?? argument["value"]?.text.trimmed ?? "?"
      }
      heard[session]?.problems.append("console.\(kind): \(words.joined(separator: " "))")
    case "Log.entryAdded":
      guard let entry = parameters["entry"], let level = entry["level"]?.string, ["error", "warning"].contains(level)
      else { return }
      let place = entry["url"]?.string.map { " (\($0))" } ?? ""
      heard[session]?.problems.append("\(level): \(entry["text"]?.string ?? "")\(place)")
    default: break
    }
  }
}
