import PETCore

/// Text as HTML and SVG have it.
package enum HTML {
  /// Shown and never executed: marks of the language become entities, control characters their code.
  package static func escaped(_ text: String) -> String {
    let text = printable(text)
    guard text.utf8.contains(where: { "<>&\"'".utf8.contains($0) }) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  /// A name as an identifier of a page: letters, digits and hyphens.
  package static func identifier(_ name: String) -> String {
    String(
      name.unicodeScalars.flatMap { scalar -> String in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": String(scalar)
        case "-", "_", " ": "-"
        default: "u" + String(scalar.value, radix: 16)
        }
      })
  }
}
