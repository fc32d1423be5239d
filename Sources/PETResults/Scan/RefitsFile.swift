package import PETBinding
package import PETCore
import PETStudy

/// `_refits.tsv` with its sidecar: estimates of a scan with one thing changed, for the budget of a ratio.
package enum RefitsFile {
  private static let columns: [TableColumn<Refits.Row>] = [
    .init("region", .text(\.region)), .init("effect", .text(\.effect)), .init("component", .text(\.component)),
    .init("amount", .number(\.amount)), .init("value", .number(\.value)), .init("change-percent", .number(\.change)),
  ]

  private static let (spreads, leftOut, labels, given) = ("Spreads", "LeftOut", "Labels", "ResolutionGiven")
  private static let (size, source) = ("Value", "Source")

  package static func tsv(_ refits: Refits) -> String { TSVText(columns, refits.rows).text }

  /// - Parameters:
  ///   - measure: that was fitted, and its unit.
  ///   - names: turns a path into that which the results have.
  package static func sidecar(
    _ refits: Refits, measure: (name: String, unit: String), _ details: [(name: String, value: JSONValue)],
    names: (String) -> String
  ) -> JSONValue {
    let known = BudgetEffect.all.compactMap { effect in
      refits.spreads[effect.key].map { own -> (name: String, value: JSONValue) in
        (
          effect.key,
          .object([
            (size, .number(Rounding.significant(own.value, digits: 6))), (Sidecar.units, .string(effect.unit)),
            (source, .string(own.source)),
          ])
        )
      }
    }
    let lost = BudgetEffect.all.compactMap { effect in
      refits.leftOut[effect.key].map { (name: effect.key, value: JSONValue.string($0)) }
    }
    let members: [(name: String, value: JSONValue)] = [
      (
        "Description",
        .string(
          "\(measure.name) of each region fitted again with one thing otherwise: labels moved along or turned about an axis of "
            + "their own space (mm; turns by the mm that they move a point at \(NumberText.short(Refits.turnRadius)) mm), FWHM (mm), k2' (%), "
            + "blood volume (mL/cm3), reference curve (share), the scan's end or start (min); component sd is the spread over "
            + "seeded draws, amount its size")
      ),
      (Sidecar.measure, .string(measure.name)),
    ]
    let columns: [(name: String, value: JSONValue)] = [
      (
        "value",
        .object([("Description", .string("\(measure.name) as it is then")), (Sidecar.units, .string(measure.unit))])
      ),
      (
        "change-percent",
        .object([
          ("Description", .string("against the estimate that counts; of sd the spread")), (Sidecar.units, .string("%")),
        ])
      ),
      (spreads, .object(known)), (leftOut, .object(lost)),
      (labels, .array(refits.labels.map { .string(names($0)) })), (given, .bool(refits.isResolutionGiven)),
    ]
    return .object(members + details + columns + [("GeneratedBy", Product.generatedBy)])
  }

  package static func read(_ path: String) throws(PETError) -> Refits {
    var refits = Refits()
    refits.rows = try TSVTable(path: path).rows(columns, empty: Refits.Row(), requiring: columns.map(\.name))
    let about = try PETSidecar(path: TSVTable.sidecarPath(of: path))
    for effect in BudgetEffect.all {
      if let own = about[spreads]?[effect.key], let value = own[Self.size]?.double {
        refits.spreads[effect.key] = Refits.Spread(value, source: own[source]?.string ?? "")
      }
      refits.leftOut[effect.key] = about[leftOut]?[effect.key]?.string
    }
    refits.labels = (about[labels]?.list ?? []).compactMap(\.string)
    refits.isResolutionGiven = about[given]?.bool ?? false
    return refits
  }
}
