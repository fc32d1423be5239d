package import PETCore

/// What the product calls itself in everything it writes.
package enum Product {
  package static let name = "PETBalance"
  package static let version = "0.1.0"

  /// `GeneratedBy` of BIDS derivatives.
  package static var generatedBy: JSONValue {
    .array([.object([("Name", .string(name)), ("Version", .string(version))])])
  }

  /// What may be claimed of a balance, in every place that shows one.
  package static let claim =
    "Exploratory index: binding is availability, not concentration; a ratio belongs to its tracer pair, models, "
    + "reference regions and resolution. Not a diagnosis."
}

extension Finding {
  package var json: JSONValue {
    var members: [(name: String, value: JSONValue)] = [("Level", .string(level.rawValue)), ("Code", .string(code))]
    if let file { members.append(("File", .string(file))) }
    if !field.isEmpty { members.append(("Field", .string(field))) }
    if !value.isEmpty { members.append(("Value", .string(value))) }
    members.append(("Problem", .string(problem)))
    if !remedy.isEmpty { members.append(("Remedy", .string(remedy))) }
    return .object(members)
  }
}
