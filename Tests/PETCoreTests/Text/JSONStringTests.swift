import PETCore
import Testing

struct JSONStringTests {
  private static func read(_ inside: String) -> String? { JSONValue(parsing: "{\"a\": \"\(inside)\"}")?["a"]?.string }

  /// By the rule of UTF-16: the ends of what one unit holds, and of what two hold.
  @Test(arguments: [
    ("\\u0041", "A"), ("\\uD7FF", "\u{d7ff}"), ("\\ue000", "\u{e000}"), ("\\uffff", "\u{ffff}"),
    ("\\ud800\\udc00", "\u{10000}"), ("\\uDBFF\\uDFFF", "\u{10ffff}"), ("a\\ud83d\\ude00b", "a😀b"), ("", ""),
    ("\\\\u0041", "\\u0041"), ("e\\u0301", "e\u{301}"),
  ])
  func escapes(inside: String, text: String) {
    #expect(Self.read(inside)?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
  }

  /// Halves of characters, in every order, and digits that are too few or none.
  @Test(arguments: [
    "\\udc00", "\\ud800", "\\ud800x", "\\ud800\\n", "\\ud800\\u0041", "\\ud800\\ud800", "\\udc00\\ud800", "\\u12",
    "\\u+123", "\\U0041", "\\'", "\\", "\u{1f}", "\t",
  ])
  func refuses(inside: String) { #expect(Self.read(inside) == nil) }

  /// What is written is read again, whatever it holds.
  @Test func readsBack() {
    let text = String(String.UnicodeScalarView((0..<UInt32(0x300)).compactMap { Unicode.Scalar($0) })) + "😀\u{10ffff}"
    let document = JSONValue.object([("a", .string(text))]).text
    #expect(JSONValue(parsing: document)?["a"]?.string == text)
  }
}
