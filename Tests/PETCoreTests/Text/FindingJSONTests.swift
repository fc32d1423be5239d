import PETCore
import Testing

struct FindingJSONTests {
  private static let findings = [
    Finding(.note, .init("a-b"), "plain"),
    Finding(.warning, .init("c"), file: "sub-01_pet.json", field: "x", value: "0", "one", remedy: "two"),
    Finding(.fault, .init("d"), file: "", "a \"quoted\"\nline \u{1}", remedy: "µ", castsDoubt: true),
  ]

  /// What is written is read again, through the text of a sidecar.
  @Test func readsBack() throws {
    let text = JSONValue.object([("Findings", .array(Self.findings.map(\.json)))]).text
    let read = try #require(JSONValue(parsing: text))
    #expect(Finding.list(read["Findings"]) == Self.findings)
    #expect(Finding.doubts(in: read["Findings"]) == [Self.findings[2]])
  }

  /// Members in their order, and none that says nothing.
  @Test func membersInOrder() {
    func names(_ finding: Finding) -> [String] {
      guard case .object(let members) = finding.json else { return [] }
      return members.map(\.name)
    }
    #expect(names(Self.findings[0]) == ["Level", "Code", "Problem"])
    #expect(names(Self.findings[1]) == ["Level", "Code", "File", "Field", "Value", "Problem", "Remedy"])
    #expect(Self.findings[2].json["CastsDoubt"]?.bool == true && Self.findings[2].json["File"]?.string == "")
  }

  /// A level that is none, a member that is missing or of another type: no finding; a list of what is no list is empty.
  @Test func whatIsNoFinding() {
    let whole: [(name: String, value: JSONValue)] = [
      ("Level", .string("note")), ("Code", .string("c")), ("Problem", .string("p")),
    ]
    #expect(Finding(json: .object(whole)) == Finding(.note, .init("c"), "p"))
    for i in whole.indices {
      var some = whole
      some.remove(at: i)
      #expect(Finding(json: .object(some)) == nil)
      some.append((whole[i].name, .number(1)))
      #expect(Finding(json: .object(some)) == nil)
    }
    #expect(Finding(json: .object([("Level", .string("Note"))] + whole.dropFirst())) == nil)
    #expect(Finding.list(nil).isEmpty && Finding.list(.string("x")).isEmpty && Finding.list(.object(whole)).isEmpty)
    #expect(Finding.list(.array([.null, .object(whole)])).count == 1)
  }
}
