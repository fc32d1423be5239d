import PETBinding
import PETCore

extension TSVTable {
  /// The column that names regions, in which each stands once.
  ///
  /// - Parameter spellings: of its name.
  /// - Throws: there is none, or a region has two rows.
  func regions(_ spellings: [String] = ["region"]) throws(PETError) -> Int {
    guard let region = column(anyOf: spellings) else {
      throw PETError(
        .wrongInput, file: file, field: "header", "there is no column 'region'", remedy: "name the regions in a column")
    }
    var seen: Set<String> = []
    for (number, row) in rows.enumerated() where !seen.insert(RegionName.key(row[region])).inserted {
      throw PETError(
        .wrongInput, file: file, field: "line \(number + 2)", "region '\(row[region])' stands twice",
        remedy: "give each region one row")
    }
    return region
  }
}
