import Foundation
package import PETCore

/// A table of regional parameters of any origin: ours, petfit's or kinfitr's.
package struct ParameterTable: Sendable {
  package let file: String
  package let regions: [String]
  /// Parameter names in our spelling.
  package let parameters: [String]
  /// Value and standard error of each region and parameter.
  package let estimates: [[Estimate]]

  /// Spellings of others for our parameters.
  private static let spellings = [
    "bp": "BPND", "bpnd": "BPND", "vt": "VT", "vnd": "VND", "ki": "Ki", "k2prime": "k2prime", "vb": "vB",
    "kiref": "Kiref",
    "k1": "K1", "r1": "R1", "suvr": "SUVR", "suv": "SUV",
  ]

  /// What stands in parameter tables and is no parameter.
  private static let others: Set<String> = [
    "region", "name", "model", "at-bound", "volume-mm3", "volume_mm3", "frames", "dof", "rss", "aic", "bic",
    "reduced_chisq", "status",
    "note",
    "sub", "ses", "trc", "rec", "task", "run", "pet", "segmentation", "inpshift", "index", "hemi", "label",
  ]

  /// petfit and kinfitr write standard errors as a share of the estimate; their tables are told by their columns.
  private static let relativeMarks: Set<String> = ["reduced_chisq", "BIC", "pet"]

  package init(path: String) throws(PETError) {
    let table = try TSVTable(path: path)
    let region = try table.regions(["region", "name", "Region"])
    let isRelative = table.columns.contains(where: Self.relativeMarks.contains)
    var columns: [(name: String, value: Int, error: Int?)] = []
    for (i, name) in table.columns.enumerated() {
      let isExtra = ["-se", "-low", "-high", ".se", "_se", "-boot-se", "-boot-low", "-boot-high"].contains {
        name.hasSuffix($0)
      }
      guard i != region, !isExtra, !Self.others.contains(name.lowercased()) else { continue }
      // A column of words is no parameter; one with a number and a slip is, and is refused where it is read.
      guard table.rows.contains(where: { Double($0[i]) != nil }) else { continue }
      columns.append(
        (Self.spellings[name.lowercased()] ?? name, i, table.column(anyOf: [name + "-se", name + ".se", name + "_se"])))
    }
    guard !columns.isEmpty, !table.rows.isEmpty else {
      throw PETError(
        .wrongInput, file: path, field: "header", "the table has no parameters", remedy: "give a _kinpar.tsv")
    }
    file = path
    regions = table.rows.map { $0[region] }
    parameters = columns.map(\.name)
    var estimates: [[Estimate]] = []
    for row in table.rows.indices {
      var own: [Estimate] = []
      for column in columns {
        let value = try table.number(row, column.value)
        var error = Double.nan
        if let place = column.error { error = try table.number(row, place) * (isRelative ? abs(value) : 1) }
        own.append(Estimate(value, standardError: error))
      }
      estimates.append(own)
    }
    self.estimates = estimates
  }
}
