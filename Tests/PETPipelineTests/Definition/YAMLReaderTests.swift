import PETCore
import Testing

@testable import PETPipeline

/// What the text of a pipeline may hold, told with line and column.
struct YAMLReaderTests {
  private static let models =
    "models: {dopamine: {model: SRTM, reference: a}, serotonin: {model: SRTM, reference: a}}"
  private static let head = "name: x\nread: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}\n\(models)\n"

  private static func faults(_ text: String) -> [String] {
    do throws(PETError) {
      _ = try PipelineLoader.parse(text, file: "p.yaml")
      return []
    } catch { return [error.description] + error.others }
  }

  /// Counted from 1, of the line that has them.
  @Test(arguments: [
    ("name: &a x\n", 1), ("name: x\nread: {dopamine: *a}\n", 2), ("name: x\n\n&a read: {}\n", 3), ("*a", 1),
    ("name: x\r\nread: {dopamine: *a}\r\n", 2),
    ("name: x\nread:\n  - *a\n", 3),
  ])
  func anchorsAndAliases(text: String, line: Int) {
    let fault = Self.faults(text).first ?? ""
    #expect(fault.hasPrefix("p.yaml:\(line):") && fault.contains(": YAML anchors and aliases are not read"), "\(fault)")
  }

  /// Patterns in quotes are none, wherever their stars stand; nor is a star or an ampersand within a word.
  @Test(arguments: ["'*_seg-*gtm_dseg.nii.gz'", "'*_dseg.nii.gz'", "'*_desc-*aseg*_dseg.nii'", "a*b&c.nii"])
  func patternsInQuotes(pattern: String) {
    #expect(Self.faults(Self.head + "regions: {segmentation: \(pattern)}\n").isEmpty)
  }

  @Test(arguments: [
    ("name: !x a\n", "the tag"), ("name: [a\n", "not YAML"), ("name: a\nname: b\n", "the key stands twice"),
    ("name: a\n\tread: b\n", "not YAML"), ("name: a\n---\nname: b\n", "second document"), ("name: \u{1}\n", "not YAML"),
    (String(repeating: "[", count: 20_000), "nested too deep"),
  ])
  func whatIsNotRead(text: String, words: String) {
    #expect(Self.faults(text).contains { $0.contains(words) }, "\(Self.faults(text))")
  }

  /// Every fault has its place and the near miss, in the order of the file.
  @Test func valuesOfTheWrongKind() {
    let found = Self.faults(
      Self.head + """
        curves: {smooth: 51, sampling: label-to-image}
        regions: []
        report: {html: yep}
        balance: {level: high, centre-over: A, bootstrap: 99}
        """)
    let places = found.map { $0.split(separator: " ").first.map(String.init) ?? "" }
    #expect(
      places == [
        "p.yaml:4:18:", "p.yaml:4:32:", "p.yaml:5:10:", "p.yaml:6:16:", "p.yaml:7:18:", "p.yaml:7:37:", "p.yaml:7:51:",
      ],
      "\(found)")
    #expect(
      found.count == 7 && found[1].contains("'labels-to-image'") && found[3].contains("'yep' is not true or false"))
  }

  /// What quotes are around is text and no flag; a core tag changes nothing else.
  @Test func quotesAndCoreTags() {
    #expect(Self.faults(Self.head + "report: {html: 'true'}\n").contains { $0.contains("is not true or false") })
    #expect(Self.faults(Self.head + "report: {html: !!str true}\n").contains { $0.contains("is not true or false") })
    for flag in ["true", "off", "Yes", "!!bool no"] {
      #expect(Self.faults(Self.head + "report: {html: \(flag)}\n").isEmpty)
    }
  }

  /// The name of a file goes where a document's keys begin, however its lines end.
  @Test(arguments: [
    ("read: x\n", "name: \"a\"\nread: x\n"), ("# note\n---\nread: x\n", "# note\n---\nname: \"a\"\nread: x\n"),
    ("--- # first\r\nread: x\r\n", "--- # first\r\nname: \"a\"\nread: x\r\n"), ("", "name: \"a\"\n"),
  ])
  func namesAreAdded(text: String, named: String) { #expect(PipelineLoader.naming(text, "a") == named) }

  /// Of more than fifty faults the rest is not listed.
  @Test func manyFaults() {
    let keys = (0..<80).map { "key\($0): 1" }.joined(separator: "\n")
    #expect(Self.faults(Self.head + keys).count == 51)
  }
}
