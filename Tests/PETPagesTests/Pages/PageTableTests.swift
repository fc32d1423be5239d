import PETCore
import Testing

@testable import PETPages
@testable import PETResults

/// Tables of a page: what is in a cell, what is said once, and what is noted below.
struct PageTableTests {
  private struct Row {
    var name: String
    var value: Double
    var error: Double
    var status = "ok"
    var notes: [String] = []
  }

  private static var columns: [PageTable<Row>.Column] {
    [
      .init("region") { $0.name }, .init("BP ± SE", .cell { .estimate($0.value, error: $0.error) }),
      .init("kind", isExtra: true) { _ in "bounded" }, .init("own share", isExtra: true) { _ in "n/a" },
      .status("status", of: \.status, isExpected: { $0.name == "C" }), .init("notes", .notes(\.notes)),
    ]
  }

  private static func html(_ rows: [Row]) -> String { PageTable("Table <1>", caption: "All", columns).html(rows) }

  private static func cells(_ html: String) -> [String] {
    html.matches(of: /<t[dh][^>]*>(.*?)<\/t[dh]>/).map { String($0.1).replacing(/<[^>]*>/, with: "") }
  }

  /// Errors have two digits, estimates end where their errors do, and points of numbers stand below each other.
  @Test func numbersAsPeopleWriteThem() {
    let html = Self.html([
      Row(name: "A", value: 2.50649, error: 0.12345), Row(name: "B", value: 0.123456, error: 0.00994),
      Row(name: "C", value: 13.2, error: .nan), Row(name: "D", value: .nan, error: 1),
    ])
    #expect(html.contains("<data value=\"2.50649\">2.51</data> ± <data value=\"0.12345\">0.12</data>"))
    #expect(html.contains(">0.1235</data> ± <data value=\"0.00994\">0.0099</data>"))
    // Without an error as the usual one is, here that of B, the larger of two.
    #expect(html.contains("<data value=\"13.2\">13.2000</data>"))
    #expect(html.contains("<td class=\"number r2\"><data value=\"2.50649\""))
    #expect(PageNumber.decimals(error: 0.0996) == 2 && PageNumber.decimals(error: 0.0994) == 3)
    #expect(PageNumber.decimals(error: 123) == 0 && PageNumber.decimals(error: .infinity) == nil)
    // What is not 0 is not shown as 0.
    #expect(PageNumber.inTable(0.000126, decimals: 3) == "0.00013" && PageNumber.inTable(0, decimals: 3) == "0.000")
  }

  /// What is the same in every row of three and more stands in the caption, and is no column.
  @Test func whatAllShareIsSaidOnce() {
    let row = Row(name: "A", value: 1, error: 0.1)
    let three = Self.html([row, Row(name: "B", value: 2, error: 0.1), Row(name: "C", value: 3, error: 0.1)])
    #expect(three.contains("<caption>All. In every row: kind bounded; status ok; n/a: own share</caption>"))
    #expect(Self.cells(three) == ["region", "BP ± SE", "A", "1.00 ± 0.10", "B", "2.00 ± 0.10", "C", "3.00 ± 0.10"])
    #expect(three.contains("aria-label=\"Table &lt;1&gt;\""))
    let two = Self.html([row, row])
    #expect(two.contains("<caption>All</caption>") && two.contains("<td class=\"more\">bounded</td>"))
  }

  /// A remark is said once, with its number in its rows; one of every row needs none; an expected end is no flag.
  @Test func notesAndStatuses() {
    let html = Self.html([
      Row(name: "A", value: 1, error: 0.1, notes: ["all <x>", "few"]),
      Row(name: "B", value: 2, error: 0.1, status: "singular", notes: ["all <x>"]),
      Row(name: "C", value: 3, error: 0.1, status: "singular", notes: ["few", "all <x>", "one"]),
    ])
    let notes = html.matches(of: /<li id="(.*?)">(.*?)<\/li>/).map { [String($0.1), String($0.2)] }
    let id = "Table-u3c1u3e-note"
    #expect(notes == [["\(id)-1", "Every row: all &lt;x&gt;"], ["\(id)-2", "few"], ["\(id)-3", "one"]])
    let marks = html.matches(of: /<td class="marks">((?:<a href[^>]*>\d+<\/a> ?)*)<\/td><\/tr>/).map {
      String($0.1).replacing(/<[^>]*>/, with: "")
    }
    #expect(marks == ["2", "", "2 3"], "\(html)")
    let looks = html.matches(of: /class="status (\w+)">(\w+)</).map { "\($0.1) \($0.2)" }
    #expect(looks == ["good ok", "look singular", "good singular"])
  }

  /// A set is told as it is: with its gap, with one end, or as everything.
  @Test(arguments: [
    ("bounded", 1.5, 2.5, "1.50 to 2.50"), ("exclusive", 3.0, -1.0, "up to −1.0, or from 3.0"),
    ("whole_line", -Double.infinity, .infinity, "any value"), ("half_line", 0.5, .infinity, "0.5 to ∞"),
    ("n/a", .nan, .nan, ""),
  ])
  func sets(kind: String, low: Double, high: Double, words: String) {
    let ratio = BalanceFile.Quotient(value: .nan, low: low, high: high, interval: kind)
    #expect(BalanceForest.set(ratio) == words)
  }
}
