package import PETCore

/// Names of the labels of a segmentation, in the order of their file.
package struct LabelTable: Sendable {
  package struct Entry: Sendable, Equatable {
    package let index: Int
    package let name: String

    package init(index: Int, name: String) {
      self.index = index
      self.name = name
    }
  }

  package let entries: [Entry]
  package let file: String
  /// Colour tables name many labels that a segmentation does not have.
  package let isColourTable: Bool

  package init(entries: [Entry], file: String = "") {
    self.entries = entries
    self.file = file
    isColourTable = false
  }

  /// Reads a BIDS `_dseg.tsv` (columns `index` and `name`) or a FreeSurfer colour table (`index name r g b a`).
  ///
  /// Label 0 is background and left out. Indices and names must be unique.
  package init(path: String) throws(PETError) {
    let text = try TextFile.read(path).text
    let isTable = text.prefix { !$0.isNewline }.split(separator: "\t").contains { $0.trimmed == "index" }
    let read = isTable ? try Self.bids(text, path) : try Self.colourTable(text, path)
    var seen: [Int: String] = [:]
    var names: Set<String> = []
    for entry in read {
      if let other = seen.updateValue(entry.name, forKey: entry.index) {
        throw PETError(
          .wrongInput, file: path, field: "index \(entry.index)", "two names, '\(other)' and '\(entry.name)'",
          remedy: "give each label one name")
      }
      guard names.insert(RegionName.key(entry.name)).inserted else {
        throw PETError(
          .wrongInput, file: path, field: "name", "'\(entry.name)' names two labels",
          remedy: "give each label its own name (merge them in a region table)")
      }
    }
    entries = read.filter { $0.index != 0 }
    file = path
    isColourTable = !isTable
    guard !entries.isEmpty else {
      throw PETError(
        .wrongInput, file: path, field: "name", "the table names no label", remedy: "give index and name lines")
    }
  }

  private static func bids(_ text: String, _ path: String) throws(PETError) -> [Entry] {
    let table = try TSVTable(text: text, file: path)
    let index = try table.required("index")
    let name = try table.required("name")
    var entries: [Entry] = []
    for row in table.rows.indices {
      let value = try table.number(row, index)
      guard value == value.rounded(), abs(value) < 1e9 else {
        throw PETError(
          .wrongInput, file: path, field: "line \(row + 2), column 'index'",
          "'\(table.rows[row][index])' is not a whole number", remedy: "labels are integers")
      }
      entries.append(Entry(index: Int(value), name: table.rows[row][name]))
    }
    return entries
  }

  private static func colourTable(_ text: String, _ path: String) throws(PETError) -> [Entry] {
    var entries: [Entry] = []
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.isEmpty || words[0].hasPrefix("#") { continue }
      guard words.count >= 2, let index = Int(words[0]), index.magnitude < 1_000_000_000 else {
        throw PETError(
          .wrongInput, file: path, field: "line \(number + 1)",
          "neither a _dseg.tsv with columns index and name, nor a FreeSurfer colour table",
          remedy: "give 'index name r g b a' lines, or a table with a header")
      }
      entries.append(Entry(index: index, name: String(words[1])))
    }
    return entries
  }
}
