/// The remarks of a table: each said once below it, with its number in the rows that it is of.
struct PageNotes {
  /// Of the table, on its page.
  let id: String
  let rows: Int
  private var notes: [(words: String, isOfAll: Bool)] = []
  private var places: [String: Int] = [:]

  init(id: String, rows: Int) { (self.id, self.rows) = (id, rows) }

  /// Marks of each row as HTML; a remark that every row has needs none.
  mutating func marks(_ remarks: [[String]]) -> [String] {
    var counts: [String: Int] = [:]
    for own in remarks { for words in Set(own) { counts[words, default: 0] += 1 } }
    return remarks.map { own in
      own.compactMap { words in
        let isOfAll = rows > 1 && counts[words] == rows
        let place = places[words] ?? notes.count
        if places[words] == nil {
          places[words] = place
          notes.append((words, isOfAll))
        }
        return isOfAll ? nil : "<a href=\"#\(name(place))\">\(place + 1)</a>"
      }.joined(separator: " ")
    }
  }

  private func name(_ place: Int) -> String { "\(id)-note-\(place + 1)" }

  /// The list below the table; empty where there is nothing to say.
  var html: String {
    guard !notes.isEmpty else { return "" }
    return "<ol class=\"notes\">"
      + notes.enumerated().map { place, note in
        "<li id=\"\(name(place))\">\(HTML.escaped((note.isOfAll ? "Every row: " : "") + note.words))</li>"
      }.joined() + "</ol>"
  }
}
