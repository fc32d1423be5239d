/// What Foundation's parser lets pass and JSON does not: a comma before a closing bracket, a key twice, endless nesting.
enum JSONStrictness {
  private static let deepest = 64

  static func check(_ text: String, file: String) throws(PETError) {
    var scan = Scan(file: file)
    for byte in text.utf8 { try scan.step(byte) }
  }

  private struct Scan {
    let file: String
    private var line = 1
    /// Keys of each open object; nil for an open array.
    private var open: [Set<[UInt8]>?] = []
    private var inString = false
    private var escaped = false
    private var afterComma = false
    /// The string being read, or the last one.
    private var word: [UInt8] = []

    init(file: String) { self.file = file }

    private func fault(_ problem: String, _ remedy: String) -> PETError {
      PETError(.wrongInput, file: file, field: "line \(line)", problem, remedy: remedy)
    }

    mutating func step(_ byte: UInt8) throws(PETError) {
      if byte == UInt8(ascii: "\n") { line += 1 }
      if inString {
        if !escaped, byte == UInt8(ascii: "\"") {
          inString = false
        } else {
          word.append(byte)
          escaped = !escaped && byte == UInt8(ascii: "\\")
        }
        return
      }
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): return
      case UInt8(ascii: "\""):
        inString = true
        word = []
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        open.append(byte == UInt8(ascii: "{") ? [] : nil)
        if open.count > deepest { throw fault("nested too deep", "correct the JSON text") }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if afterComma { throw fault("a comma stands before a closing bracket", "remove the comma") }
        _ = open.popLast()
      case UInt8(ascii: ":"):
        guard let level = open.indices.last, open[level] != nil else { break }
        if open[level]?.insert(word).inserted == false {
          throw fault("the key '\(String(decoding: word, as: UTF8.self))' stands twice", "remove one")
        }
      default: break
      }
      afterComma = byte == UInt8(ascii: ",")
    }
  }
}
