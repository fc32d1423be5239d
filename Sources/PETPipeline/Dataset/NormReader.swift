import Foundation
package import PETBinding
package import PETCore

/// Reads a table of norms: ours, or a published one with `measure region mean sd` and perhaps `n`.
package enum NormReader {
  package static func read(_ path: String) throws(PETError) -> NormTable {
    let table = try TSVTable(path: path)
    let (measure, region) = (try table.required("measure"), try table.required("region"))
    let sd = try table.required("sd")
    let count = table.column("n")
    func fault(_ row: Int, _ column: String, _ problem: String) -> PETError {
      PETError(
        .wrongInput, file: path, field: "line \(row + 2), column '\(column)'", problem,
        remedy: "see petbalance norms --help")
    }
    guard let intercept = table.column(anyOf: ["intercept", "mean"]) else {
      throw PETError(
        .wrongInput, file: path, field: "header", "there is no column 'intercept' or 'mean'",
        remedy: "give the mean of each region")
    }
    let plain: Set<String> = ["measure", "region", "n", "dof", "sd", "intercept", "mean", "inverse-gram", "source"]
    let names = table.columns.filter { !plain.contains($0) }
    // `sex-M` is a level of sex; its reference level is not in the table and stands for all others.
    let covariates = Self.covariates(names)
    let places = names.compactMap(table.column)
    var norms: [NormTable.Norm] = []
    for (number, row) in table.rows.enumerated() {
      let spread = try table.number(number, sd)
      guard spread > 0 else { throw fault(number, "sd", "an SD is above 0") }
      let coefficients = try ([intercept] + places).map { (column) throws(PETError) in try table.number(number, column)
      }
      guard coefficients.allSatisfy(\.isFinite) else { throw fault(number, "intercept", "a number is missing") }
      let people = try count.map { (column) throws(PETError) in try table.number(number, column) }
      var gram: [[Double]] = []
      if let column = table.column("inverse-gram"), row[column] != "n/a" {
        let numbers = row[column].split(separator: ",").compactMap { Double($0) }
        let size = coefficients.count
        guard numbers.count == size * size else {
          throw fault(number, "inverse-gram", "\(numbers.count) numbers where there should be \(size * size)")
        }
        gram = (0..<size).map { Array(numbers[$0 * size..<($0 + 1) * size]) }
      } else if let people, people > 0, coefficients.count == 1 {
        gram = [[1 / people]]
      }
      let freedom = try table.column("dof").map { (column) throws(PETError) in try table.number(number, column) }
      norms.append(
        NormTable.Norm(
          measure: row[measure], region: row[region], count: people.flatMap { $0.isFinite ? Int($0) : nil },
          freedom: freedom ?? people.map { $0 - Double(coefficients.count) } ?? .infinity, sd: spread,
          coefficients: coefficients, inverseGram: gram))
    }
    return NormTable(covariates: covariates, norms: norms)
  }

  private static func covariates(_ columns: [String]) -> [Covariate] {
    var result: [Covariate] = []
    for column in columns {
      guard let dash = column.lastIndex(of: "-"), dash != column.startIndex else {
        result.append(Covariate(name: column, levels: []))
        continue
      }
      let (name, level) = (String(column[..<dash]), String(column[column.index(after: dash)...]))
      if let at = result.firstIndex(where: { $0.name == name }) {
        result[at] = Covariate(name: name, levels: result[at].levels + [level])
      } else {
        result.append(Covariate(name: name, levels: [Covariate.otherLevel, level]))
      }
    }
    return result
  }
}
