extension JSONParser {
  /// The string whose opening quotation mark stands here.
  mutating func string() throws(Fault) -> String {
    let start = at + 1
    at = start
    /// What stands before `run`, once there is an escape.
    var before: [UInt8] = []
    var run = start
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\""):
        defer { at += 1 }
        guard run > start else { return String(decoding: bytes[run..<at], as: UTF8.self) }
        before += bytes[run..<at]
        return String(decoding: before, as: UTF8.self)
      case UInt8(ascii: "\\"):
        before += bytes[run..<at]
        try escape(into: &before)
        run = at
      case 0..<0x20: throw fault("a control character stands in a string", "write line ends as \\n and tabs as \\t")
      default: at += 1
      }
    }
    at = start - 1
    throw fault("a string begins here and has no end", "close it with a quotation mark")
  }

  /// Takes an escape, and the other half of a pair.
  private mutating func escape(into bytes: inout [UInt8]) throws(Fault) {
    let mark = at + 1 < self.bytes.count ? self.bytes[at + 1] : 0
    at += 2
    switch mark {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(mark)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0c)
    case UInt8(ascii: "n"): bytes.append(0x0a)
    case UInt8(ascii: "r"): bytes.append(0x0d)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "u"):
      var number = try unit()
      if 0xd800..<0xdc00 ~= number, at + 1 < self.bytes.count, self.bytes[at] == UInt8(ascii: "\\"),
        self.bytes[at + 1] == UInt8(ascii: "u")
      {
        at += 2
        let low = try unit()
        guard 0xdc00..<0xe000 ~= low else { throw halved(number) }
        number = 0x10000 + (number - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(number) else { throw halved(number) }
      if let encoded = UTF8.encode(scalar) { bytes.append(contentsOf: encoded) }
    default:
      at -= 2
      throw fault("a backslash stands before what is no escape", "write a backslash as \\\\")
    }
  }

  private func halved(_ number: UInt32) -> Fault {
    fault("\\u\(String(number, radix: 16)) is half a character", "write both halves, or the character itself")
  }

  /// The four hexadecimal digits of a `\u`.
  private mutating func unit() throws(Fault) -> UInt32 {
    var number: UInt32 = 0
    for _ in 0..<4 {
      guard at < bytes.count, let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue else {
        throw fault("\\u has fewer than four hexadecimal digits")
      }
      number = number << 4 | UInt32(digit)
      at += 1
    }
    return number
  }
}
