/// Reads JSON text in one pass, in time that grows with its length.
///
/// Strict where other parsers are not, and exact about the place: a comma before a closing bracket, a key twice, endless
/// nesting, a number that is none or that no Double holds.
struct JSONParser {
  /// What is wrong, by the byte where it was seen or by the member.
  struct Fault: Error {
    let problem: String
    let remedy: String
    let byte: Int
    /// `Name[3]`; nil where the line tells more.
    var place: String?

    /// The same, of a member or element of something larger.
    func within(_ step: String) -> Fault {
      guard let place else { return self }
      var outer = self
      outer.place = step + (place.isEmpty || place.hasPrefix("[") ? "" : ".") + place
      return outer
    }
  }

  private static let deepest = 64

  let bytes: UnsafeBufferPointer<UInt8>
  var at = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  static func value(of text: String, file: String) throws(PETError) -> JSONValue {
    var text = text
    let result = text.withUTF8 { bytes -> Result<JSONValue, PETError> in
      var parser = JSONParser(bytes)
      do throws(Fault) { return .success(try parser.document()) } catch {
        let line = 1 + bytes[..<min(error.byte, bytes.count)].count { $0 == UInt8(ascii: "\n") }
        return .failure(
          PETError(
            .wrongInput, file: file, field: error.place ?? "line \(line)", error.problem, remedy: error.remedy))
      }
    }
    return try result.get()
  }

  func fault(_ problem: String, _ remedy: String = "correct the JSON text") -> Fault {
    Fault(problem: problem, remedy: remedy, byte: at)
  }

  private mutating func document() throws(Fault) -> JSONValue {
    skipBlanks()
    guard at < bytes.count else { throw fault("the text is empty: there is no value", "write { \"Name\": value, … }") }
    let value = try value(depth: 0)
    skipBlanks()
    guard at == bytes.count else { throw fault("something stands after the end of the value") }
    return value
  }

  private mutating func skipBlanks() {
    while at < bytes.count, Self.isBlank(bytes[at]) { at += 1 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }

  /// The next byte that is no blank.
  private mutating func next() throws(Fault) -> UInt8 {
    skipBlanks()
    guard at < bytes.count else { throw fault("the text ends before its last bracket: it is cut off") }
    return bytes[at]
  }

  private mutating func value(depth: Int) throws(Fault) -> JSONValue {
    switch try next() {
    case UInt8(ascii: "{"):
      guard depth < Self.deepest else { throw fault("nested too deep") }
      return try object(depth: depth + 1)
    case UInt8(ascii: "["):
      guard depth < Self.deepest else { throw fault("nested too deep") }
      return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    default: return try bare()
    }
  }

  private mutating func array(depth: Int) throws(Fault) -> JSONValue {
    at += 1
    var values: [JSONValue] = []
    while try !ends(with: UInt8(ascii: "]"), isFirst: values.isEmpty) {
      do throws(Fault) { values.append(try value(depth: depth)) } catch {
        throw error.within("[\(values.count + 1)]")
      }
    }
    return .array(values)
  }

  private mutating func object(depth: Int) throws(Fault) -> JSONValue {
    at += 1
    let start = at
    var members: [(name: String, value: JSONValue)] = []
    while try !ends(with: UInt8(ascii: "}"), isFirst: members.isEmpty) {
      let name = try key()
      do throws(Fault) { members.append((name, try value(depth: depth))) } catch { throw error.within(name) }
    }
    if !zip(members, members.dropFirst()).allSatisfy({ $0.name < $1.name }) {
      members.sort { $0.name < $1.name }
      if zip(members, members.dropFirst()).contains(where: { $0.name == $1.name }) {
        at = start
        try findRepeated(depth: depth)
      }
    }
    return .object(members)
  }

  /// The key that stands here, with its colon.
  private mutating func key() throws(Fault) -> String {
    guard try next() == UInt8(ascii: "\"") else {
      throw fault("a key is expected where '\(word())' stands", "write \"Name\": value")
    }
    let name = try string()
    guard try next() == UInt8(ascii: ":") else {
      throw fault("a colon is expected after the key '\(name)'", "write \"\(name)\": value")
    }
    at += 1
    return name
  }

  /// Reads the members of an object again, up to the first key that stands twice.
  private mutating func findRepeated(depth: Int) throws(Fault) {
    var names: Set<String> = []
    while try !ends(with: UInt8(ascii: "}"), isFirst: names.isEmpty) {
      let name = try key()
      guard names.insert(name).inserted else { throw fault("the key '\(name)' stands twice", "remove one") }
      _ = try value(depth: depth)
    }
  }

  /// Steps over the comma between two members or elements, or over the bracket that ends them.
  private mutating func ends(with bracket: UInt8, isFirst: Bool) throws(Fault) -> Bool {
    var byte = try next()
    if byte == bracket {
      at += 1
      return true
    }
    if isFirst { return false }
    guard byte == UInt8(ascii: ",") else {
      throw fault("a comma or a closing bracket is expected where '\(word())' stands")
    }
    at += 1
    byte = try next()
    if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
      throw fault("a comma stands before a closing bracket", "remove the comma")
    }
    return false
  }

  // MARK: - Words and numbers

  /// What stands here up to the next blank, bracket or sign, for messages: not more than is fit to be read.
  private func word() -> String {
    String(decoding: bytes[at..<max(wordEnd, min(at + 1, bytes.count))].prefix(40), as: UTF8.self)
  }

  private var wordEnd: Int {
    var end = at
    while !isEnd(end) { end += 1 }
    return end
  }

  /// Whether a word ends before this place.
  private func isEnd(_ place: Int) -> Bool {
    guard place < bytes.count else { return true }
    switch bytes[place] {
    case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: ":"), UInt8(ascii: ","):
      return true
    default: return Self.isBlank(bytes[place])
    }
  }

  /// A number, `true`, `false`, `null`, or what should be one.
  private mutating func bare() throws(Fault) -> JSONValue {
    let start = at
    if let number = number() {
      if number.isFinite { return .number(number) }
      at = start
      throw notFinite()
    }
    let word = bytes[at..<wordEnd]
    for (name, value) in [("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null)]
    where word.elementsEqual(name.utf8) {
      at = word.endIndex
      return value
    }
    // What other writers put for missing numbers.
    let unsigned = self.word().drop { $0 == "-" || $0 == "+" }.lowercased()
    if ["nan", "inf", "infinity"].contains(unsigned) { throw notFinite() }
    throw fault("'\(self.word())' is no value of JSON")
  }

  private func notFinite() -> Fault {
    var fault = fault("\(word()) is not a finite number", "correct the value")
    fault.place = ""
    return fault
  }

  /// The number that stands here; nil when what stands is none by JSON's grammar.
  private mutating func number() -> Double? {
    var end = at
    func isDigit(_ place: Int) -> Bool { place < bytes.count && 0x30...0x39 ~= bytes[place] }
    var (mantissa, digits, exponent) = (UInt64(0), 0, 0)
    func take(_ byte: UInt8) {
      // More than nineteen digits may not fit; those go the exact way below.
      if digits < 19 { mantissa = mantissa * 10 + UInt64(byte - 0x30) }
      if mantissa > 0 || digits > 0 { digits += 1 }
    }
    let isNegative = end < bytes.count && bytes[end] == UInt8(ascii: "-")
    if isNegative { end += 1 }
    guard isDigit(end) else { return nil }
    let first = end
    while isDigit(end) {
      take(bytes[end])
      end += 1
    }
    if bytes[first] == 0x30, end > first + 1 { return nil }
    if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
      end += 1
      guard isDigit(end) else { return nil }
      while isDigit(end) {
        take(bytes[end])
        if exponent > -1000 { exponent -= 1 }
        end += 1
      }
    }
    if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "e") {
      end += 1
      let isDown = end < bytes.count && bytes[end] == UInt8(ascii: "-")
      if isDown || end < bytes.count && bytes[end] == UInt8(ascii: "+") { end += 1 }
      guard isDigit(end) else { return nil }
      var power = 0
      while isDigit(end) {
        power = min(power * 10 + Int(bytes[end] - 0x30), 100_000)
        end += 1
      }
      exponent += isDown ? -power : power
    }
    guard isEnd(end) else { return nil }
    defer { at = end }
    // Both factors are exact, so that one operation rounds once: the nearest Double.
    if digits <= 19, mantissa <= 1 << 53, abs(exponent) < Self.powers.count {
      let value = Double(mantissa)
      let scaled = exponent < 0 ? value / Self.powers[-exponent] : value * Self.powers[exponent]
      return isNegative ? -scaled : scaled
    }
    return Double(String(decoding: bytes[at..<end], as: UTF8.self))
  }

  /// Powers of ten that a Double holds exactly.
  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]
}
