import PETCore
import PETResults
import Testing

/// Tables of results as they are read on a screen.
struct PrintedTableTests {
  private static func table(_ lines: String...) throws -> TSVTable {
    try TSVTable(text: lines.joined(separator: "\n") + "\n", file: "t.tsv")
  }

  private static func balance() throws -> TSVTable {
    try table(
      "region\tpair\tdopamine\tdopamine-se\tratio\tratio-low\tratio-high\tratio-interval\tz\tstatus",
      "Putamen\tracdasb\t3.43712\t0.02611\t1.6163\t1.5401\t1.6921\tbounded\tn/a\tok",
      "Midbrain\tracdasb\t0.41923\t0.0071\t0.13567\t0.12801\t0.14339\tbounded\tn/a\tok",
      "Raphe\tracdasb\t-0.02\t0.15\tn/a\t4.2\t-1.3\texclusive\tn/a\tdenominatorIndistinct")
  }

  /// An error has two digits and its estimate the same place, limits are one cell, Fieller's sets are in words.
  @Test func estimatesAndLimitsAreReadable() throws {
    let text = PrintedTable(try Self.balance()).text()
    for words in [
      "3.437 ± 0.026", "0.4192 ± 0.0071", "-0.02 ± 0.15", "1.62  1.54 to 1.69", "0.136  0.128 to 0.143",
      "to -1.3 or from 4.2",
      "in every row: pair: racdasb", "n/a in every row: z",
    ] { #expect(text.contains(words), "\(text)") }
    #expect(!text.contains("dopamine-se") && !text.contains("ratio-interval"))
  }

  /// Whatever the width: no line is longer, the status is there, and what is left out is named.
  @Test(arguments: [38, 60, 80, 200]) func tablesFitTheScreen(width: Int) throws {
    let text = PrintedTable(try Self.balance()).text(width: width)
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= width }, "\(text)")
    #expect(lines[0].contains("region") && lines[0].contains("status"))
    for column in ["dopamine", "ratio"] { #expect(text.contains(column), "\(text)") }
    #expect((width < 50) == text.contains("not shown:"), "\(text)")
  }

  @Test func oneRowKeepsItsColumns() throws {
    let text = PrintedTable(try Self.table("region\tBPND\tnote", "Pons\t0.123456\tfine")).text()
    #expect(text == "region    BPND  note\nPons    0.1235  fine\n")
    #expect(PrintedTable(try Self.table("region\tBPND")).text() == "region  BPND\n")
  }

  /// Numbers are numbers, what is missing is null, labels with leading zeros and infinite limits stay words.
  @Test func rowsForPrograms() throws {
    let table = try Self.table("participant_id\tn\tlow\tname", "01\t3\t-inf\ta", "02\tn/a\t1.5\tn/a")
    let json = PrintedTable.json(table, sidecar: .object([("n", .object([("Units", "mm")]))]))
    let rows = try #require(json["Rows"]?.list)
    #expect(rows.count == 2 && rows[0]["n"]?.double == 3 && rows[1]["n"] == .null)
    #expect(rows[0]["low"]?.string == "-inf" && rows[1]["low"]?.double == 1.5 && rows[1]["name"] == .null)
    #expect(json["Sidecar"]?["n"]?["Units"]?.string == "mm")
    #expect(rows[0]["participant_id"]?.string == "01")
  }

  /// Words are broken into lines of their column, numbers never.
  @Test func wordsAreBrokenToFit() {
    let table = ScreenTable(["model", "BPND", "title"], [["SRTM", "1.25", "Simplified reference tissue model"]])
    #expect(
      table.text(width: 30)
        == "model  BPND  title\nSRTM   1.25  Simplified\n             reference tissue\n             model\n")
    #expect(table.text() == "model  BPND  title\nSRTM   1.25  Simplified reference tissue model\n")
    // Without room for columns a row is a paragraph.
    #expect(
      table.text(width: 20)
        == "SRTM\n  BPND: 1.25\n  title: Simplified\n  reference tissue\n  model\n")
  }
}
