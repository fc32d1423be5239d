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
  /// What a column `mapping` says that labels are in some standard list, by index; empty without one.
  package let mapping: [Int: Int]
  /// Colour tables name many labels that a segmentation does not have.
  package let isColourTable: Bool

  package init(entries: [Entry], file: String = "") {
    self.entries = entries
    self.file = file
    mapping = [:]
    isColourTable = false
  }

  /// Reads a BIDS `_dseg.tsv` (columns `index` and `name`), a FreeSurfer colour table (`index name r g b a`) or the label
  /// descriptions of ITK-SNAP (`index r g b alpha visible mesh "name"`).
  ///
  /// Label 0 is background and left out. Indices and names must be unique.
  package init(path: String) throws(PETError) {
    let text = try TextFile.read(path).text
    let isTable = text.prefix { !$0.isNewline }.split(separator: "\t").contains { $0.trimmed == "index" }
    let (read, mapping) = isTable ? try Self.bids(text, path) : (try Self.colourTable(text, path), [:])
    self.mapping = mapping
    var seen: [Int: String] = [:]
    var names: Set<String> = []
    for entry in read {
      try RegionName.check(entry.name, file: path, field: "index \(entry.index)")
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

  private static func bids(_ text: String, _ path: String) throws(PETError) -> ([Entry], mapping: [Int: Int]) {
    let table = try TSVTable(text: text, file: path)
    let standard = table.column("mapping")
    var mapping: [Int: Int] = [:]
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
      if let standard, let other = Int(table.rows[row][standard].trimmed), other != 0 { mapping[Int(value)] = other }
    }
    return (entries, mapping)
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
      // A second number is no name: ITK-SNAP has the colour there, and the name at the end in quotes.
      guard Double(words[1]) != nil else {
        entries.append(Entry(index: index, name: String(words[1])))
        continue
      }
      guard words.count >= 8, words[1...6].allSatisfy({ Double($0) != nil }),
        let start = line.firstIndex(of: "\""), let end = line.lastIndex(of: "\""), start < end
      else {
        throw PETError(
          .wrongInput, file: path, field: "line \(number + 1)",
          "'\(words[1])' stands where the name of label \(index) belongs",
          remedy: "give 'index name r g b a' lines, ITK-SNAP's label descriptions, or a table with a header")
      }
      entries.append(Entry(index: index, name: String(line[line.index(after: start)..<end]).trimmed))
    }
    return entries
  }
}
