import Foundation
package import PETCore

/// Frame times of a scan from a file of their own.
///
/// A table that names its columns and their unit, a scan information file of Turku (SIF), the lists of a BIDS JSON, or bare
/// pairs of start and end in a unit that is given: a unit is never guessed.
package struct FrameTimesFile: Sendable {
  package let file: String
  /// s, as the file counts them.
  package let starts: [Double]
  package let durations: [Double]
  /// Of a scan information file; nil where it is not told.
  package let isotope: Isotope?

  /// - Parameter unit: of times whose unit the file does not state, such as `min`; nil for none given.
  package init(path: String, unit: String? = nil) throws(PETError) {
    file = path
    let given = try unit.map { (name) throws(PETError) in try Self.factor(of: name, field: "--frame-unit", path) }
    let rows =
      path.lowercased().hasSuffix(".json") ? [] : try TextRows(path: path).named { FrameColumn($0).kind != nil }
    if rows.isEmpty {
      (starts, durations) = try Self.lists(path)
      isotope = nil
    } else if let known = try Self.scanInformation(rows, path) {
      (starts, durations) = known.times
      isotope = known.1
    } else {
      (starts, durations) = try Self.table(rows, given: given, path)
      isotope = nil
    }
    let statesItself = rows.isEmpty || Self.isScanInformation(rows[0])
    if statesItself, let given, given != 1 {
      throw Self.fault(path, "--frame-unit", "times of such a file are in s", "leave --frame-unit out")
    }
    do throws(PETError) {
      _ = try FrameSchedule(starts: starts, durations: durations)
    } catch { throw error.at(file: path) }
  }

  typealias Times = (starts: [Double], durations: [Double])
  typealias Row = TextRows.Row

  private static func fault(_ path: String, _ field: String, _ problem: String, _ remedy: String) -> PETError {
    PETError(.wrongInput, file: path, field: field, problem, remedy: remedy)
  }

  private static func factor(of unit: String, field: String, _ path: String) throws(PETError) -> Double {
    if let factor = TimeUnit.factorToSeconds(unit.trimmed) { return factor }
    throw fault(path, field, "'\(unit)' is not a unit of time", "write s or min")
  }

  // MARK: - BIDS

  private static func lists(_ path: String) throws(PETError) -> Times {
    let sidecar = try PETSidecar(files: [path])
    guard let starts = try sidecar.numbers("FrameTimesStart"), let durations = try sidecar.numbers("FrameDuration")
    else {
      throw fault(path, "FrameTimesStart", "it has no FrameTimesStart and FrameDuration", "give both, in s")
    }
    if let injection = try sidecar.number("InjectionStart"), injection != 0 {
      throw fault(path, "InjectionStart", "its times count from another zero than injection", "give it as --sidecar")
    }
    return (starts, durations)
  }

  // MARK: - Text

  private static func numbers(_ rows: some Sequence<Row>, _ path: String) throws(PETError) -> [[Double]] {
    var result: [[Double]] = []
    for (line, cells) in rows {
      var values: [Double] = []
      for cell in cells {
        guard let value = TextRows.number(cell), value.isFinite else {
          throw fault(
            path, "line \(line)", "'\(cell)' is not a number", "use a decimal point, and one line for each frame")
        }
        values.append(value)
      }
      if let first = result.first, first.count != values.count {
        throw fault(
          path, "line \(line)", "\(values.count) numbers where the first frame has \(first.count)",
          "give every frame the same columns")
      }
      result.append(values)
    }
    return result
  }

  /// Turku's scan information file: a line `date time frames columns version study isotope`, then start, end, prompts and
  /// randoms of each frame, s (turkupetcentre.net/petanalysis/format_image_sif.html); nil for another file.
  private static func scanInformation(_ rows: [Row], _ path: String) throws(PETError) -> (times: Times, Isotope?)? {
    guard isScanInformation(rows[0]) else { return nil }
    let head = rows[0].cells
    let frames = try numbers(rows.dropFirst(), path)
    guard Int(head[2]) == frames.count else {
      throw fault(path, "line 1", "\(head[2]) frames are announced and \(frames.count) follow", "check the file")
    }
    guard let first = frames.first, first.count >= 2 else {
      throw fault(path, "line 1", "no frame follows with start and end", "give a line for each frame")
    }
    return (try pairs(frames, factor: 1, path), head.count > 6 ? Isotope(spelling: head[6]) : nil)
  }

  /// `date time frames columns version study isotope`.
  private static func isScanInformation(_ row: Row) -> Bool {
    let head = row.cells
    return head.count >= 5 && head[0].wholeMatch(of: /\d{1,4}[-\/.]\d{1,2}[-\/.]\d{1,4}/) != nil
      && head[1].contains(":")
      && head[2].allSatisfy(\.isNumber) && head[3].allSatisfy(\.isNumber)
  }

  /// The times that a table lists.
  ///
  /// - Parameter given: s in the unit of a file that does not state it; nil where none is given.
  static func table(_ rows: [Row], given: Double?, _ path: String) throws(PETError) -> Times {
    guard rows[0].cells.contains(where: { TextRows.number($0) == nil }) else {
      guard let given else {
        throw fault(
          path, "unit", "the unit of the times is not stated",
          "name the columns with it (start[s]), or give --frame-unit (frame_unit in a table of scans)")
      }
      let frames = try numbers(rows, path)
      guard frames[0].count == 2 else {
        throw fault(
          path, "line \(rows[0].line)", "\(frames[0].count) numbers without names of their columns",
          "name the columns: start and end, start and duration, or mid and duration")
      }
      return try pairs(frames, factor: given, path)
    }
    let columns = rows[0].cells.map(FrameColumn.init)
    func place(_ kind: FrameColumn.Kind) -> Int? { columns.firstIndex { $0.kind == kind } }
    let kinds = columns.compactMap(\.kind)
    guard Set(kinds).count == kinds.count else {
      throw fault(path, "header", "two columns have one meaning", "keep one of them")
    }
    var factors: Set<Double> = []
    for (column, name) in zip(columns, rows[0].cells) where column.kind != nil {
      if let unit = column.unit {
        factors.insert(try factor(of: unit, field: "header", path))
      } else if let given {
        factors.insert(given)
      } else if columns.contains(where: { $0.kind != nil && $0.unit != nil }) {
        throw fault(
          path, "header", "the unit of '\(name)' is not stated", "write it behind every name: start[s] end[s]")
      }
    }
    if let given { factors.insert(given) }
    guard factors.count < 2 else {
      throw fault(path, "header", "the times have two units", "give all of them in one")
    }
    guard let factor = factors.first else {
      throw fault(
        path, "header", "the unit of the times is not stated",
        "name the columns with it (start[s]), or give --frame-unit (frame_unit in a table of scans)")
    }
    let frames = try numbers(rows.dropFirst(), path).map { $0.map { $0 * factor } }
    guard let width = frames.first?.count else { throw fault(path, "rows", "no frame follows", "give a line for each") }
    guard width == columns.count else {
      throw fault(
        path, "line \(rows[1].line)", "\(width) numbers where the header has \(columns.count) names",
        "give each column one name")
    }
    func values(_ kind: FrameColumn.Kind) -> [Double]? { place(kind).map { place in frames.map { $0[place] } } }
    let (starts, ends, lengths) = (values(.start), values(.end), values(.duration))
    // As far as two decimals of the unit tell.
    func differs(_ a: Double, _ b: Double) -> Bool { abs(a - b) > 0.011 * factor }
    if let starts, let lengths {
      let (sums, halves) = (zip(starts, lengths).map { $0 + $1 }, zip(starts, lengths).map { $0 + $1 / 2 })
      if let ends, zip(sums, ends).contains(where: differs) {
        throw fault(path, "header", "start and duration do not add up to end", "correct the columns")
      }
      if let middles = values(.middle), zip(halves, middles).contains(where: differs) {
        throw fault(path, "header", "mid is not the middle of start and duration", "correct the columns")
      }
      return (starts, lengths)
    }
    if let starts, let ends { return (starts, zip(ends, starts).map { $0 - $1 }) }
    if let middles = values(.middle), let lengths { return (zip(middles, lengths).map { $0 - $1 / 2 }, lengths) }
    throw fault(
      path, "header", "there are no columns of start and end, start and duration, or mid and duration",
      "name them so, with their unit: start[s] end[s]")
  }

  /// Starts and ends, the first two numbers of each frame.
  private static func pairs(_ frames: [[Double]], factor: Double, _ path: String) throws(PETError) -> Times {
    for (place, frame) in frames.enumerated() where !(frame[1] > frame[0]) {
      throw fault(
        path, "frame \(place + 1)", "\(NumberText.short(frame[1])) does not come after \(NumberText.short(frame[0]))",
        "give start and end, or name the columns")
    }
    return (frames.map { $0[0] * factor }, frames.map { ($0[1] - $0[0]) * factor })
  }
}

extension FrameTimesFile {
  /// That a sidecar lists other times; nil where it lists none, or these.
  func contradiction(_ sidecar: PETSidecar) -> Finding? {
    guard let starts = try? sidecar.numbers("FrameTimesStart"), let durations = try? sidecar.numbers("FrameDuration")
    else { return nil }
    let isSame =
      starts.count == self.starts.count && durations.count == starts.count
      && zip(starts + durations, self.starts + self.durations).allSatisfy { abs($0 - $1) < 0.01 }
    guard !isSame else { return nil }
    return Finding(
      .warning, .framesDiffer, file: file, field: "frames", value: "\(self.starts.count)",
      "its frame times are not those of \((sidecar.file as NSString).lastPathComponent)",
      remedy: "the file that was given counts")
  }
}

extension FrameTimesFile {
  /// That the scan is said to be of another isotope; nil where it is not.
  func contradiction(_ stated: Isotope?) -> Finding? {
    guard let stated, let isotope, stated != isotope else { return nil }
    return Finding(
      .warning, .framesDiffer, file: file, field: "isotope", value: isotope.rawValue,
      "it says \(isotope.rawValue), the scan \(stated.rawValue)", remedy: "correct the one that is wrong")
  }
}

extension Finding.Code {
  package static let framesDiffer = Finding.Code("frames-differ")
}
