import Foundation
import PETCore
import PETTestSupport
import Testing

struct JSONParserTests {
  private static func read(_ text: String) throws -> JSONValue {
    let folder = try TemporaryFolder()
    return try JSONValue.readObject(path: try folder.write("a.json", text))
  }

  /// Every fault is one line with the place.
  @Test(arguments: [
    ("", "line 1", "empty"),
    ("{\n\"a\": 1", "line 2", "cut off"),
    ("{\"a\": [1,\n2,]}", "line 2", "a comma stands before a closing bracket"),
    ("{\"a\": 1,\n}", "line 2", "a comma stands before a closing bracket"),
    ("{\"a\": 1,\n\"a\": 2}", "line 2", "the key 'a' stands twice"),
    (
      "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\n\"b\":1}", "line 2",
      "'b' stands twice"
    ),
    ("{\"a\": {\"b\": [1, {\"c\": -Infinity}]}}", "a.b[2].c", "-Infinity is not a finite number"),
    ("{\"a\": [[1e400]]}", "a[1][1]", "1e400 is not a finite number"),
    ("{\"a\": 01}", "line 1", "'01' is no value"),
    ("{\"a\": .5}", "line 1", "'.5' is no value"),
    ("{\"a\": True}", "line 1", "'True' is no value"),
    ("{\"a\"\n 1}", "line 2", "a colon is expected after the key 'a'"),
    ("{a: 1}", "line 1", "a key is expected where 'a' stands"),
    ("{\"a\": [1 2]}", "line 1", "a comma or a closing bracket is expected where '2' stands"),
    ("{\"a\": 1} {", "line 1", "after the end"),
    ("{\"a\": \"x\n\"}", "line 1", "a control character"),
    ("{\n\"a\": \"x}", "line 2", "has no end"),
    ("{\"a\": \"\\x\"}", "line 1", "no escape"),
    ("{\"a\": \"\\ud800\"}", "line 1", "half a character"),
    ("{\"a\": \"\\u12g4\"}", "line 1", "hexadecimal"),
    ("{\"a\": " + String(repeating: "[", count: 70), "line 1", "nested too deep"),
  ])
  func tellsThePlace(text: String, field: String, problem: String) {
    #expect {
      try Self.read(text)
    } throws: { error in
      guard let error = error as? PETError else { return false }
      return error.field == field && error.problem.contains(problem) && error.code == .wrongInput
    }
  }

  @Test func readsWhatOthersWrite() throws {
    let value = try Self.read(
      "\r\n{ \"t\" : \"\\u00e9\\ud83d\\ude00\\/\\\"\\\\\\b\\f\\n\\r\\t\\u0000é\", \"n\":-1.5E+3,\"l\":[ ],\"o\":{},\"f\":false,\"z\":null}\n"
    )
    #expect(value["t"]?.string == "é😀/\"\\\u{8}\u{c}\n\r\t\0é")
    #expect(value["n"]?.double == -1500 && value["l"]?.list?.isEmpty == true && value["f"]?.bool == false)
    #expect(value["z"] == .null && value["o"] == .object([]))
  }

  /// As Swift reads the same digits, whatever way they are written.
  @Test func numbersAreTheNearestDoubles() throws {
    var generator = SeededGenerator(seed: 3)
    var words = [
      "0", "-0.0", "9007199254740993", "9007199254740992.5", "1e22", "1e23", "1e-22", "1e-23", "4.9e-324", "1e-400",
      "179769313486231570e291", "0.000000000000000000000000000001", "123456789012345678901234567890", "1E5",
      "0.30000000000000004", "2.2250738585072011e-308", "1" + String(repeating: "0", count: 300),
    ]
    for _ in 0..<2000 {
      let digits = String(
        UInt64.random(in: 0...UInt64.max, using: &generator).description.prefix(
          Int.random(in: 1...20, using: &generator)))
      words.append(
        "\(Int.random(in: 0...999, using: &generator)).\(digits)e\(Int.random(in: -40...40, using: &generator))")
    }
    let value = try Self.read("{\"a\": [\(words.joined(separator: ", "))]}")
    #expect(value["a"]?.list?.map(\.double) == words.map { Double($0) })
  }

  /// Work grows with the length of the text, whatever its shape: eight times as much takes no more than forty times as
  /// long, where work that grows with the square takes sixty-four.
  @Test(arguments: ["string", "escapes", "numbers", "members", "lists", "keys"])
  func growsWithItsLength(shape: String) throws {
    func text(_ count: Int) -> String {
      func many(_ item: (Int) -> String) -> String { (0..<count).map(item).joined(separator: ",") }
      return switch shape {
      case "string": "{\"a\":\"" + String(repeating: "abcdefgh", count: count) + "\"}"
      case "escapes": "{\"a\":\"" + String(repeating: "\\n\\u00e9", count: count) + "\"}"
      case "numbers": "{\"a\":[" + many { "0.\($0)" } + "]}"
      case "members": "{" + many { "\"key\($0)\":1" } + "}"
      case "lists": "{\"a\":[" + many { _ in "[1]" } + "]}"
      default: "{\"a\":[" + many { _ in "{\"b\":1,\"c\":2}" } + "]}"
      }
    }
    func time(_ count: Int) throws -> Duration {
      let folder = try TemporaryFolder()
      let path = try folder.write("a.json", text(count))
      return try (0..<3).map { _ in try ContinuousClock().measure { _ = try JSONValue.readObject(path: path) } }.min()
        ?? .zero
    }
    let (short, long) = (try time(500), try time(4000))
    #expect(long < short * 40 + .milliseconds(10), "\(short) \(long)")
  }
}
