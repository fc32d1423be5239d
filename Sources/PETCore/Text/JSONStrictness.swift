/// What Foundation's parser lets pass and JSON does not, or refuses without the place: a comma before a closing bracket, a
/// key twice, endless nesting, a number that is none.
enum JSONStrictness {
  private static let deepest = 64

  static func check(_ text: String, file: String) throws(PETError) {
    var scan = Scan(file: file)
    for byte in text.utf8 { try scan.step(byte) }
  }

  private struct Scan {
    /// An open object or array.
    private struct Level {
      /// Nil for an array.
      var keys: Set<[UInt8]>?
      /// The key whose value is being read, or how many elements stand before.
      var key: [UInt8] = []
      var index = 0
    }

    let file: String
    private var line = 1
    private var open: [Level] = []
    private var inString = false
    private var escaped = false
    private var afterComma = false
    /// The string being read, or the last one.
    private var word: [UInt8] = []
    /// A number, `true`, `false`, `null`, or what should be one.
    private var bare: [UInt8] = []

    init(file: String) { self.file = file }

    private func fault(_ problem: String, _ remedy: String, at field: String? = nil) -> PETError {
      PETError(.wrongInput, file: file, field: field ?? "line \(line)", problem, remedy: remedy)
    }

    /// `Name[3]` of the value being read.
    private var place: String {
      open.reduce(into: "") { place, level in
        if level.keys == nil {
          place += "[\(level.index + 1)]"
        } else {
          place += (place.isEmpty ? "" : ".") + String(decoding: level.key, as: UTF8.self)
        }
      }
    }

    mutating func step(_ byte: UInt8) throws(PETError) {
      if inString {
        if byte == UInt8(ascii: "\n") { line += 1 }
        if !escaped, byte == UInt8(ascii: "\"") {
          inString = false
        } else {
          word.append(byte)
          escaped = !escaped && byte == UInt8(ascii: "\\")
        }
        return
      }
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
        try endBare()
        if byte == UInt8(ascii: "\n") { line += 1 }
        return
      case UInt8(ascii: "\""):
        inString = true
        word = []
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        open.append(Level(keys: byte == UInt8(ascii: "{") ? [] : nil))
        if open.count > deepest { throw fault("nested too deep", "correct the JSON text") }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        try endBare()
        if afterComma { throw fault("a comma stands before a closing bracket", "remove the comma") }
        _ = open.popLast()
      case UInt8(ascii: ":"):
        guard let level = open.indices.last, open[level].keys != nil else { break }
        open[level].key = word
        if open[level].keys?.insert(word).inserted == false {
          throw fault("the key '\(String(decoding: word, as: UTF8.self))' stands twice", "remove one")
        }
      case UInt8(ascii: ","):
        try endBare()
        if let level = open.indices.last { open[level].index += 1 }
      default: bare.append(byte)
      }
      afterComma = byte == UInt8(ascii: ",")
    }

    /// What a double cannot hold, and what other writers put for missing numbers.
    private mutating func endBare() throws(PETError) {
      guard !bare.isEmpty else { return }
      defer { bare = [] }
      let text = String(decoding: bare, as: UTF8.self)
      let unsigned = text.drop { $0 == "-" || $0 == "+" }.lowercased()
      let isNumber = unsigned.first?.isASCII == true && unsigned.first?.isNumber == true
      guard isNumber ? Double(text)?.isFinite == false : ["nan", "inf", "infinity"].contains(unsigned) else { return }
      throw fault("\(text) is not a finite number", "correct the value", at: place)
    }
  }
}
