import PETCore
import Testing

/// One list of columns writes, reads and shows a table.
struct TableColumnTests {
  struct Row: Equatable {
    var name = ""
    var value = Double.nan
    var count: Int?
    var notes: [String] = []
  }

  static let columns: [TableColumn<Row>] = [
    .init("name", .text(\.name)), .init("value", .number(\.value)), .init("n", .count(\.count)),
    .init("note", .notes(\.notes)),
  ]

  static let rows = [
    Row(name: "Left-Putamen", value: 0.1 + 0.2, count: 12, notes: ["a, b", "\"c\""]),
    Row(name: "n/a", value: -.infinity, count: nil, notes: []), Row(name: "a b", value: .nan, count: 0, notes: ["d"]),
  ]

  @Test func whatIsWrittenIsRead() throws {
    let text = TSVText(Self.columns, Self.rows).text
    #expect(text.hasPrefix("name\tvalue\tn\tnote\nLeft-Putamen\t0.30000000000000004\t12\t"))
    let read = try TSVTable(text: text, file: "t.tsv").rows(Self.columns, empty: Row(), requiring: ["name"])
    #expect(read.map(\.name) == Self.rows.map(\.name) && read.map(\.count) == Self.rows.map(\.count))
    #expect(read.map(\.notes) == Self.rows.map(\.notes))
    #expect(read[0].value == 0.1 + 0.2 && read[1].value == -.infinity && read[2].value.isNaN)
    #expect(TSVText(Self.columns, read).text == text)
  }

  /// Columns in another order, some missing and others besides: each value comes from its own.
  @Test func columnsAreFoundByName() throws {
    let table = try TSVTable(text: "other\tn\tname\nx\t3\tA\n", file: "t.tsv")
    let read = try table.rows(Self.columns, empty: Row(), requiring: ["name"])
    #expect(read[0].name == "A" && read[0].count == 3 && read[0].value.isNaN && read[0].notes.isEmpty)
    #expect(throws: PETError.self) { try table.rows(Self.columns, empty: Row(), requiring: ["value"]) }
  }

  @Test(arguments: ["name\tvalue\nA\tabout 3\n", "name\tn\nA\t3.5\n", "name\tn\nA\tthree\n"])
  func whatIsNoNumberIsRefused(text: String) throws {
    let table = try TSVTable(text: text, file: "t.tsv")
    let error = #expect(throws: PETError.self) { try table.rows(Self.columns, empty: Row()) }
    #expect(error?.field?.hasPrefix("line 2, column '") == true && error?.file == "t.tsv")
  }

  @Test func numbersAreNumbersForPrograms() {
    let json = Self.columns.map { $0.json(Self.rows[1]).text.trimmed }
    #expect(json == ["null", "\"-inf\"", "null", "null"])
    #expect(
      Self.columns.map { $0.json(Self.rows[0]).text.trimmed }.prefix(3) == [
        "\"Left-Putamen\"", "0.30000000000000004", "12",
      ])
  }

  /// Places are told apart by where they lead, not by their columns' names.
  @Test func placesAreComparable() {
    #expect(Self.columns[1].place == .number(\.value) && Self.columns[1].place != Self.columns[2].place)
    #expect(Self.columns.filter { $0.place != .text(\.name) }.map(\.name) == ["value", "n", "note"])
  }
}
