import Foundation
import PETCore
import PETTestSupport
import Testing

struct TSVTextTests {
  /// Cells as a spreadsheet sees them: split at tabs, without the quotes around them.
  private static func cells(_ text: String) -> [String] {
    text.split(separator: "\n").flatMap { $0.split(separator: "\t", omittingEmptySubsequences: false) }.map { cell in
      guard cell.count >= 2, cell.first == "\"", cell.last == "\"" else { return String(cell) }
      return String(cell.dropFirst().dropLast()).replacing("\"\"", with: "\"")
    }
  }

  /// Nothing that was read from somewhere is run by who opens the table.
  @Test(arguments: [
    "=HYPERLINK(\"http://x\";\"Putamen\")", "=1+1", "+cmd|' /C calc'!A0", "-cmd", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)",
    "\t=1", "\r=1", "\n=1", "  =1", "\u{a0}=1", "\u{ff1d}1+1", "\u{ff20}x", "- x", "--1", "-2 +A1",
    "-2 cmd|' /C calc'!A0", "=", "+",
  ])
  func formulasAreText(hostile: String) throws {
    var table = TSVText(columns: ["region", hostile])
    table.add([hostile, "a\t\(hostile)"])
    for cell in Self.cells(table.text) {
      let trimmed = cell.trimmed
      #expect(!["=", "+", "-", "@", "\u{ff1d}", "\u{ff20}"].contains(trimmed.prefix(1)), "\(cell)")
    }
    #expect(Self.cells(table.text).count == 4 && table.text.filter(\.isNewline).count == 2)
    #expect(Formula.isOne(hostile))
    #expect(throws: PETError.self) { try RegionName.check(hostile, file: "a.tsv", field: "region") }
    // Written again, as joined tables are, it stays what it is.
    let read = try TSVTable(text: table.text, file: "a.tsv")
    var again = TSVText(columns: read.columns)
    for row in read.rows { again.add(row) }
    #expect(again.text == table.text)
  }

  @Test(arguments: [
    "-1.5", "+2", "-inf", "inf", "-1e-300", "-0", "n/a", "Left-Putamen", "ctx-lh-insula", "5-HT", "a=b", "1-2", "é",
    "''",
    "-nan", "-60.0 s is no duration",
  ])
  func numbersAndNamesAreUntouched(cell: String) throws {
    var table = TSVText(columns: ["a"])
    table.add([cell])
    #expect(table.text == "a\n\(cell)\n")
    try RegionName.check(cell, file: "a.tsv", field: "region")
  }
}

struct RegionKeyTests {
  /// Names in ASCII have the keys that all others have.
  @Test func plainNamesHaveTheSameKeys() {
    for name in ["Left-Putamen", "CTX_lh insula", "-_ ", "", "A.B+C/1"] {
      let general = RegionName.key(name + "é")
      #expect(RegionName.key(name) + "é" == general)
    }
    #expect(RegionName.key("Ärea-É_x") == "äreaéx")
    #expect(RegionName.holds("leftputamen", "putamen") && RegionName.holds("a", "") && RegionName.holds("ab", "ab"))
    #expect(
      !RegionName.holds("put", "putamen") && !RegionName.holds("", "a") && !RegionName.holds("putamem", "putamen"))
  }
}
