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
    let (covariates, pair) = try about(path, columns: names)
    let places = names.compactMap(table.column)
    var norms: [NormTable.Norm] = []
    var seen: Set<[String]> = []
    for (number, row) in table.rows.enumerated() {
      let spread = try table.number(number, sd)
      guard spread > 0, spread.isFinite else { throw fault(number, "sd", "an SD is a number above 0") }
      guard seen.insert([row[measure], RegionName.key(row[region])]).inserted else {
        throw fault(number, "region", "'\(row[region])' of \(row[measure]) stands twice")
      }
      let coefficients = try ([intercept] + places).map { (column) throws(PETError) in try table.number(number, column)
      }
      guard coefficients.allSatisfy(\.isFinite) else { throw fault(number, "intercept", "a number is missing") }
      let people = try count.map { (column) throws(PETError) in try table.number(number, column) }
      if let people, people.isFinite, !(1...1e9).contains(people) || people != people.rounded() {
        throw fault(number, "n", "\(NumberText.short(people)) is no number of persons")
      }
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
      guard freedom.map({ $0.isNaN || $0 > 0 }) ?? true else {
        throw fault(number, "dof", "degrees of freedom are above 0")
      }
      // Where the coefficients take all persons there is no SD, and no t.
      let left = people.flatMap { $0.isNaN ? nil : $0 }.map { $0 - Double(coefficients.count) }
      let told = freedom.flatMap { $0.isNaN ? nil : $0 } ?? left ?? .infinity
      guard told > 0 else {
        throw fault(number, "n", "\(NumberText.short(people ?? .nan)) persons are too few for an SD")
      }
      norms.append(
        NormTable.Norm(
          measure: row[measure], region: row[region], count: people.flatMap { $0.isFinite ? Int($0) : nil },
          freedom: told, sd: spread, coefficients: coefficients, inverseGram: gram))
    }
    return NormTable(covariates: covariates, norms: norms, pair: pair)
  }

  /// Covariates with their levels, and the pair of tracers: from the JSON beside the table.
  ///
  /// Without it every column is a number, and a column such as `sex-M` does not tell whom it sets apart.
  private static func about(_ path: String, columns: [String]) throws(PETError) -> ([Covariate], String?) {
    let file = TSVTable.sidecarPath(of: path)
    guard FileManager.default.fileExists(atPath: file) else {
      if let column = columns.first(where: { $0.contains("-") }) {
        throw PETError(
          .wrongInput, file: path, field: "column '\(column)'", "it does not say which level it is set against",
          remedy: "keep the JSON of --write beside the table, or give it: {\"Covariates\": {\"sex\": [\"F\", \"M\"]}}")
      }
      return (columns.map { Covariate(name: $0, levels: []) }, nil)
    }
    let sidecar = try JSONValue.readObject(path: file)
    var covariates: [Covariate] = []
    if case .object(let members)? = sidecar[Sidecar.covariates] {
      covariates = members.map { member in
        Covariate(name: member.name, levels: member.value.list?.compactMap(\.string) ?? [])
      }
    }
    // Members of an object have no order; the columns have.
    covariates.sort { a, b in
      (a.columns.first.flatMap(columns.firstIndex) ?? 0) < (b.columns.first.flatMap(columns.firstIndex) ?? 0)
    }
    guard covariates.flatMap(\.columns) == columns else {
      throw PETError(
        .wrongInput, file: file, field: "Covariates", "they are not those of the table's columns",
        remedy: "keep the table and its JSON as they were written")
    }
    return (covariates, sidecar["Pair"]?.string)
  }
}
