import PETCore

/// What a table of regional curves holds, whoever wrote it: values as they are stored.
struct CurveColumns {
  /// s, as the table counts them.
  let starts: [Double]
  let durations: [Double]
  let names: [String]
  /// One a region; NaN where there is no value.
  let values: [[Double]]
  var weights: [Double]?
  /// mm3 of each region; nil where the table does not tell them.
  var volumes: [Double?]?
  /// Columns that are uncertainties of others.
  var uncertainties: [String] = []
  /// Of activity, where the table itself states it.
  var unit: String?
  var isotope: Isotope?
  var findings: [Finding] = []

  /// Refuses names that no region can have, and two of one region.
  static func check(_ names: [String], file: String) throws(PETError) {
    guard !names.isEmpty else {
      throw PETError(.wrongInput, file: file, field: "header", "there are no region columns", remedy: "check the file")
    }
    var seen: [String: String] = [:]
    for name in names {
      try RegionName.check(name, file: file, field: "header")
      if let other = seen.updateValue(name, forKey: RegionName.key(name)) {
        throw PETError(
          .wrongInput, file: file, field: "header", "'\(other)' and '\(name)' are one region's name",
          remedy: "rename one of the columns")
      }
    }
  }

  /// Columns that hold the uncertainty of another, as PETPAL names them (`Putamen`, `Putamen_unc`).
  static func uncertainties(_ columns: [String]) -> [Int] {
    columns.indices.filter { place in
      ["_unc", "_SD", "_sd"].contains {
        columns[place].hasSuffix($0) && columns.contains(String(columns[place].dropLast($0.count)))
      }
    }
  }
}
