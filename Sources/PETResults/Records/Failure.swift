package import PETCore
package import PETStudy

/// One row of `failures.tsv`.
package struct Failure: Sendable, Equatable {
  package let unit: String
  package let stage: String
  /// Portable name; nil when it is not of one file.
  package let file: String?
  let field: String?
  package let problem: String
  package let remedy: String

  package init(unit: String, stage: String, error: PETError, names: PortableNames) {
    self.unit = unit
    self.stage = stage
    file = error.file.map(names.path)
    field = error.field
    problem = printable(names.text(error.problem))
    remedy = printable(names.text(error.remedy))
  }

  package static let columns = ["unit", "stage", "file", "field", "problem", "remedy"]

  package var cells: [String] { [unit, stage, file ?? "n/a", field ?? "n/a", problem, remedy] }

  /// A row of the table.
  package init(cells: [String]) {
    unit = cells[0]
    stage = cells[1]
    file = cells[2] == "n/a" ? nil : cells[2]
    field = cells[3] == "n/a" ? nil : cells[3]
    problem = cells[4]
    remedy = cells[5] == "n/a" ? "" : cells[5]
  }

  /// One line for a person.
  package var line: String { [unit, stage].map { printable($0) + ": " }.joined() + words }

  /// A line for each kind: alike ones are told once, with the units they are of.
  package static func lines(_ failures: [Failure]) -> [String] {
    var kinds: [[String]: [Failure]] = [:]
    var order: [[String]] = []
    for failure in failures {
      let kind = [failure.stage, failure.field ?? "", failure.problem, failure.remedy]
      if kinds[kind] == nil { order.append(kind) }
      kinds[kind, default: []].append(failure)
    }
    return order.compactMap { kind in
      guard let alike = kinds[kind], let first = alike.first else { return nil }
      guard alike.count > 1 else { return first.line }
      // Names of three tell the pattern.
      let names = alike.prefix(3).map { printable($0.unit) }.joined(separator: ", ")
      let more = alike.count > 3 ? " and \(alike.count - 3) more" : ""
      return "\(names)\(more): \(printable(first.stage)): \(first.words)"
    }
  }

  /// The line without the unit and the stage.
  package var words: String {
    let place = [file, field].compactMap { $0 }.map { printable($0) + ": " }.joined()
    return place + problem + (remedy.isEmpty ? "" : "; " + remedy)
  }

  var json: JSONValue {
    var members: [(name: String, value: JSONValue)] = [("Unit", .string(unit)), ("Stage", .string(stage))]
    if let file { members.append(("File", .string(file))) }
    if let field { members.append(("Field", .string(field))) }
    return .object(members + [("Problem", .string(problem)), ("Remedy", .string(remedy))])
  }

  init?(json: JSONValue) {
    guard let unit = json["Unit"]?.string, let stage = json["Stage"]?.string, let problem = json["Problem"]?.string
    else { return nil }
    self.unit = unit
    self.stage = stage
    self.problem = problem
    file = json["File"]?.string
    field = json["Field"]?.string
    remedy = json["Remedy"]?.string ?? ""
  }
}
