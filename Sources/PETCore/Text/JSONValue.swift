/// A JSON document: read with its members sorted by name, written with them in the order given.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(name: String, value: JSONValue)])

  package static func == (a: JSONValue, b: JSONValue) -> Bool { a.text == b.text }

  /// The object of a JSON file; anything else is refused with the parser's reason.
  package static func readObject(path: String) throws(PETError) -> JSONValue {
    var ignored: [Finding] = []
    return try readObject(path: path, findings: &ignored)
  }

  /// The same, with what was odd about the text.
  package static func readObject(path: String, findings: inout [Finding]) throws(PETError) -> JSONValue {
    let stamp = FileStamp(path: path)
    if let large = largest.withLock({ $0 }), let stamp, large.path == path, large.stamp == stamp {
      findings += large.findings
      return large.value
    }
    let (text, found) = try TextFile.read(path)
    findings += found
    let value = try JSONParser.value(of: text, file: path)
    guard case .object = value else {
      throw PETError(.wrongInput, file: path, "the top level is not an object", remedy: "write { \"Name\": value, … }")
    }
    if text.utf8.count > 1 << 22, let stamp, stamp == FileStamp(path: path) {
      largest.withLock { $0 = (path, stamp, value, found) }
    }
    return value
  }

  /// The last document that takes long to read: a run asks for the sidecar of a scan four times.
  private static let largest = Locked<(path: String, stamp: FileStamp, value: JSONValue, findings: [Finding])?>(nil)

  /// Text that another program answers; nil when it is not JSON.
  package init?(parsing text: String) {
    guard let value = try? JSONParser.value(of: text, file: "") else { return nil }
    self = value
  }

  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  package var double: Double? { if case .number(let value) = self { value } else { nil } }
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  package var members: [(name: String, value: JSONValue)]? {
    if case .object(let members) = self { members } else { nil }
  }
  package var list: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
  /// Text; a list of one element counts as its element, as some writers wrap scalars.
  package var string: String? {
    switch self {
    case .string(let text): text
    case .array(let values) where values.count == 1: values[0].string
    default: nil
    }
  }

  // MARK: - Writing

  /// Pretty text with two-space indent and a final line end.
  package var text: String { rendered(indent: 0) + "\n" }

  private func rendered(indent: Int) -> String {
    let pad = String(repeating: " ", count: indent + 2)
    let close = String(repeating: " ", count: indent)
    switch self {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .number(let value): return value.isFinite ? NumberText.exact(value) : "\"\(NumberText.exact(value))\""
    case .string(let value): return Self.quoted(value)
    case .array(let values):
      if values.isEmpty { return "[]" }
      let plain = values.allSatisfy { value in
        switch value {
        case .number, .null: true
        default: false
        }
      }
      if plain { return "[" + values.map { $0.rendered(indent: 0) }.joined(separator: ", ") + "]" }
      return "[\n" + values.map { pad + $0.rendered(indent: indent + 2) }.joined(separator: ",\n") + "\n\(close)]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map { pad + Self.quoted($0.name) + ": " + $0.value.rendered(indent: indent + 2) }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(close)}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 {
          let hex = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}

extension JSONValue {
  /// A list in which what is missing is null.
  package static func numbers(_ values: [Double]) -> JSONValue {
    .array(values.map { $0.isNaN ? .null : .number($0) })
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(integerLiteral value: Int) { self = .number(Double(value)) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral values: JSONValue...) { self = .array(values) }
  package init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(members.map { ($0.0, $0.1) }) }
}
