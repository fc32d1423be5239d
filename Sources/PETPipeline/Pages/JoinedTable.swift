import PETCore
import PETResults
import PETStudy

/// Tables of one kind one under the other: columns in the order they are first met, `n/a` where a table lacks one.
///
/// Read twice, once for the columns: joined tables of a large study are more than memory should hold.
struct JoinedTable {
  /// Units whose table is not what its record says.
  private(set) var damaged: [(unit: String, file: String)] = []

  private let name: String
  private let output: String
  private let jobs: Int
  private var columns: [String]
  /// Tables with rows, each with the first cells of its rows.
  private var parts: [(path: String, first: [String])] = []

  /// - Parameters:
  ///   - name: of the joined file.
  ///   - key: the column of tracers or pairs.
  init(
    _ kind: ResultFile, as name: String, key: String, of records: [RunRecord], in output: String, jobs: Int
  ) throws(PETError) {
    (self.name, self.output, self.jobs) = (name, output, jobs)
    columns = ["participant_id", "session_id", key]
    let all = records.filter(\.isDone).flatMap { record in
      record.outputs.filter { Self.isOne($0.name, kind) }.map { (record: record, file: $0) }
    }
    let headers = Parallel.map(all.count, jobs: jobs) { Self.header(all[$0].file, in: output) }
    var known: [UInt8] = []
    for (own, header) in zip(all, headers) {
      guard let header else {
        damaged.append((own.record.unit, own.file.name))
        continue
      }
      let path = "\(output)/\(own.file.name)"
      if header.line != known {
        known = header.line
        let table = try TSVTable(text: String(decoding: known, as: UTF8.self), file: path)
        for column in table.columns where !columns.contains(column) { columns.append(column) }
      }
      if header.hasRows {
        parts.append((path, [own.record.participant, own.record.visit ?? "n/a", own.record.tracer ?? "n/a"]))
      }
    }
  }

  /// The first line of a table; nil where the table is not what it was.
  private static func header(_ file: RunRecord.File, in output: String) -> (line: [UInt8], hasRows: Bool)? {
    guard let bytes = try? RegularFile.contents("\(output)/\(file.name)", limit: TextFile.limit),
      FileDigest(of: bytes) == file.digest
    else { return nil }
    let line = Array(bytes.prefix { $0 != UInt8(ascii: "\n") })
    return (line, bytes.count > line.count + 1)
  }

  private static func isOne(_ path: String, _ kind: ResultFile) -> Bool {
    guard let name = BIDSName(path.split(separator: "/").last.map(String.init) ?? "") else { return false }
    return kind.has(name)
  }

  var path: String { "\(output)/\(name)" }

  var isEmpty: Bool { parts.isEmpty }

  /// Some of its columns, with all rows.
  ///
  /// - Parameter isKept: whether a column, among all, is wanted.
  func table(_ isKept: (String, [String]) -> Bool) throws(PETError) -> TSVTable {
    let places = columns.indices.filter { isKept(columns[$0], columns) }
    var rows: [[String]] = []
    try each(places) { _, own in rows += own }
    return TSVTable(file: path, columns: places.map { columns[$0] }, rows: rows)
  }

  /// Brings the file to what the tables make, or says whether it is that.
  ///
  /// - Parameter isKept: columns of the table that comes back, with all rows.
  func file(_ purpose: UpdatedFile.Purpose, keeping isKept: (String, [String]) -> Bool) throws(PETError)
    -> (digest: FileDigest, isSame: Bool, table: TSVTable)
  {
    let places = columns.indices.filter { isKept(columns[$0], columns) }
    var rows: [[String]] = []
    var file = UpdatedFile(path, purpose)
    try file.write(TSVText(columns: columns).bytes)
    try each(places) { (lines, own) throws(PETError) in
      try file.write(lines)
      rows += own
    }
    let (digest, isSame) = try file.finish()
    return (digest, isSame, TSVTable(file: path, columns: places.map { columns[$0] }, rows: rows))
  }

  /// Tables that are read at once.
  private static let most = 64

  /// - Parameters:
  ///   - places: of the columns that the rows hold.
  ///   - body: is given the lines of a table and its rows, one table after the other.
  private func each(_ places: [Int], _ body: ([UInt8], [[String]]) throws(PETError) -> Void) throws(PETError) {
    for start in stride(from: 0, to: parts.count, by: Self.most) {
      let found = Parallel.map(min(Self.most, parts.count - start), jobs: jobs) { index in
        Result { () throws(PETError) in try lines(parts[start + index], places) }
      }
      for table in found {
        let (lines, rows) = try table.get()
        try body(lines, rows)
      }
    }
  }

  private func lines(_ part: (path: String, first: [String]), _ kept: [Int]) throws(PETError) -> ([UInt8], [[String]]) {
    let table = try TSVTable(path: part.path)
    let places = table.columns.map { columns.firstIndex(of: $0) ?? 0 }
    var (lines, rows): ([UInt8], [[String]]) = ([], [])
    for row in table.rows {
      var cells = [String](repeating: "n/a", count: columns.count)
      for (place, cell) in zip(places, row) { cells[place] = cell }
      cells.replaceSubrange(0..<part.first.count, with: part.first)
      lines += TSVText.line(cells)
      if !kept.isEmpty { rows.append(kept.map { cells[$0] }) }
    }
    return (lines, rows)
  }
}
