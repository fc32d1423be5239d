/// What Foundation's parser lets pass and JSON does not: a comma before a closing bracket, endless nesting.
enum JSONStrictness {
  private static let deepest = 64

  static func check(_ text: String, file: String) throws(PETError) {
    var line = 1
    var depth = 0
    var inString = false
    var escaped = false
    var afterComma = false
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\n") { line += 1 }
      if inString {
        if escaped {
          escaped = false
        } else if byte == UInt8(ascii: "\\") {
          escaped = true
        } else if byte == UInt8(ascii: "\"") {
          inString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): continue
      case UInt8(ascii: "\""): inString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        if depth > deepest {
          throw PETError(
            .wrongInput, file: file, field: "line \(line)", "nested too deep", remedy: "correct the JSON text")
        }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if afterComma {
          throw PETError(
            .wrongInput, file: file, field: "line \(line)", "a comma stands before a closing bracket",
            remedy: "remove the comma")
        }
      default: break
      }
      afterComma = byte == UInt8(ascii: ",")
    }
  }
}
