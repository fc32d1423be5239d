import PETCore

/// Curve tables as other programs write them: named, so that who has one knows what it is.
enum ForeignCurves {
  /// Why a table is not read, where its first lines are those of another program; nil for any other file.
  static func error(_ path: String) -> PETError? {
    guard let text = try? TextFile.read(path).text else { return nil }
    let lines = text.split(whereSeparator: \.isNewline).prefix(6).map(String.init)
    guard let first = lines.first, let form = form(first.lowercased(), lines) else { return nil }
    return PETError(
      .wrongInput, file: path, field: "header", "it is \(form)",
      remedy: "write a table with the columns frame_start, frame_end (s) and one for each region, separated by tabs")
  }

  private static func form(_ header: String, _ lines: [String]) -> String? {
    if header.hasPrefix("dft") { return "a Turku .dft table" }
    if header.contains("start[") || header.contains("end[") {
      return lines.dropFirst().contains { $0.hasPrefix("#") } ? "a Turku .tac table" : "a PMOD .tac table"
    }
    if header.contains("frame_start(") { return "a table of PETPAL, with units in its header" }
    if !header.contains("\t"), header.contains(",") { return "separated by commas" }
    let names = header.split(separator: "\t").map(\.trimmed)
    if names.contains(where: { ["times", "time", "mid", "midtime", "frame_mid"].contains($0) }) {
      return "a table of mid times alone, as kinfitr takes it: frames have a start and an end"
    }
    return nil
  }

  /// Columns that hold the uncertainty of another, as PETPAL names them (`Putamen`, `Putamen_unc`).
  static func uncertainties(_ columns: [String]) -> [Int] {
    columns.indices.filter { columns[$0].hasSuffix("_unc") && columns.contains(String(columns[$0].dropLast(4))) }
  }
}
