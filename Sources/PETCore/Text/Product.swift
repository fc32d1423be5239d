/// What the product calls itself in everything it writes.
package enum Product {
  package static let name = "PETBalance"
  package static let version = "0.2.0"

  /// `GeneratedBy` of BIDS derivatives.
  package static var generatedBy: JSONValue {
    .array([.object([("Name", .string(name)), ("Version", .string(version))])])
  }

  /// Whether the description of a folder says that we made it.
  package static func made(_ folder: String) -> Bool {
    (try? JSONValue.readObject(path: folder + "/dataset_description.json")).map(isOurs) ?? false
  }

  /// Whether a folder's description says that we made it.
  package static func isOurs(_ description: JSONValue) -> Bool {
    (description["GeneratedBy"]?.list ?? []).contains { $0["Name"]?.string == name }
  }

  /// What may be claimed of a balance, in every place that shows one.
  package static let claim =
    "Exploratory index: binding is availability, not concentration; a ratio belongs to its tracer pair, models, "
    + "reference regions and resolution. Not a diagnosis."
}
