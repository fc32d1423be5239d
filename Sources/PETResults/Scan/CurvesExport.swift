package import PETCore

/// Regional curves as other programs read them: PMOD's `.tac`, Turku's `.dft`.
package enum CurvesExport: String, Sendable, CaseIterable {
  /// `start[seconds]`, `end[kBq/cc]`, a tab at the header's end.
  case pmod
  /// Four lines of names, unit, kind of times and volumes in mm3; times in minutes, `.` for what is not known.
  case turku

  /// - Returns: the text with every digit, of curves decay corrected to injection.
  package func text(_ table: CurveTable) throws(PETError) -> String {
    try check(table.names)
    switch self {
    case .pmod:
      let header = ["start[seconds]", "end[kBq/cc]"] + table.names
      return header.joined(separator: "\t") + "\t\n" + lines(table, perUnit: 1, none: "NaN")
    case .turku:
      func line(_ first: String, _ cells: [String]) -> String { ([first] + cells).joined(separator: "\t") + "\n" }
      let none = table.names.map { _ in "." }
      return line("DFT1", table.names) + line(".", none) + line("kBq/ml", none)
        + line("Times (min)", table.volumes.map { $0.map(NumberText.exact) ?? "." })
        + lines(table, perUnit: 60, none: ".")
        + (table.isotope.map { "# isotope := \($0.rawValue)\n" } ?? "")
    }
  }

  private func lines(_ table: CurveTable, perUnit seconds: Double, none: String) -> String {
    table.frames.starts.indices.map { frame in
      let times = [table.frames.starts[frame], table.frames.ends[frame]].map { NumberText.exact($0 / seconds) }
      let values = table.curves.map { $0[frame].isFinite ? NumberText.exact($0[frame]) : none }
      return (times + values).joined(separator: "\t") + "\n"
    }.joined()
  }

  /// Blanks end a name in Turku's tables, a tab in both.
  private func check(_ names: [String]) throws(PETError) {
    for name in names where name.contains("\t") || self == .turku && name.contains(where: \.isWhitespace) {
      throw PETError(
        .wrongInput, field: "region '\(name)'", "a name with a blank is two in such a table",
        remedy: "rename the column first")
    }
  }
}
