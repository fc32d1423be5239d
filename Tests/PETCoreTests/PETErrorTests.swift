import PETCore
import Testing

struct PETErrorTests {
  /// A name from a file can neither steer a terminal nor begin a line of its own.
  @Test(arguments: ["\n", "\r\n", "\u{1b}[2J", "\u{7f}", "\u{85}", "\u{2028}", "\u{2029}"])
  func staysOnOneLine(mark: String) {
    let error = PETError(.wrongInput, file: "a\(mark).tsv", field: "x\(mark)", "'\(mark)' is odd", remedy: "mend it")
    #expect(error.description.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7f })
    #expect(error.description.contains("\\u{"))
  }
}
