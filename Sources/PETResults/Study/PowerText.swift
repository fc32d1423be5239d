import Foundation
package import PETBinding
package import PETCore

/// How many persons a study needs, as a table and its sidecar.
package struct PowerText: Sendable {
  private let planned: StudyPower

  package init(_ planned: StudyPower) { self.planned = planned }

  package var tsv: String {
    let lines = planned.rows.map { own in
      var row = PowerRow()
      (row.region, row.kind, row.design) = (own.region, own.kind.rawValue, own.design.rawValue)
      (row.measure, row.count) = (planned.settings.measure, own.count)
      (row.spread, row.errors) = (own.spread, own.errors)
      (row.spreadLow, row.spreadHigh) = own.spreadLimits
      (row.effect, row.size) = (planned.settings.effect, own.size)
      (row.persons, row.personsInFamily) = (own.persons, own.personsInFamily)
      (row.personsLow, row.personsHigh) = own.personsLimits
      row.power = own.power
      (row.powerLow, row.powerHigh) = own.powerLimits
      (row.leastEffect, row.notes) = (own.leastEffect, own.notes)
      return row
    }
    return TSVText(PowerRow.columns, lines).text
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    let settings = planned.settings
    func about(_ text: String) -> JSONValue { .object([("Description", .string(text))]) }
    var members: [(name: String, value: JSONValue)] = [
      ("Description", .string("Persons that a study needs, from the spread of one that is done. " + Product.claim)),
      (Sidecar.measure, .string(settings.measure)),
      (Sidecar.covariates, .array(settings.covariates.map(JSONValue.string))),
    ]
    if let session = settings.session ?? settings.sessions?.first { members.append(("Session", .string(session))) }
    if let pair = settings.sessions {
      members.append(("Sessions", .array([.string(pair.first), .string(pair.second)])))
    }
    if let retest = settings.retest { members.append(("RetestSD", .number(retest))) }
    if let planned = settings.planned { members.append(("Planned", .number(Double(planned)))) }
    members += details
    members += [
      (Sidecar.confidenceLevel, .number(settings.level)), ("Power", .number(settings.power)),
      ("Alpha", .number(settings.alpha)),
      (
        "design",
        about(
          "groups: two of as many persons; sessions: the same persons twice; association: the measure goes with a quantity"
        )
      ),
      (
        "sd",
        about(
          "of the measure between persons, covariates held; for sessions of its change. What persons differ by and the errors "
            + "of estimates together; limits by chi-squared")
      ),
      ("sd-errors", about("what the known errors of estimates put into sd")),
      (
        "effect",
        about(
          "groups: their difference; sessions: the mean change; association: the slope for one SD of the quantity. Of a "
            + "log ratio 0.1 multiplies the ratio by 1.105")
      ),
      ("effect-size", about("effect / sd")),
      (
        "persons",
        about(
          "fewest with the power asked for by a two-sided t test at Alpha (noncentral t); for groups in each of them. "
            + "persons-low and persons-high with the limits of sd")
      ),
      (
        "persons-family",
        about(
          "the same at Alpha over the number of regions of the family: what a false discovery rate asks of a region that has "
            + "the effect alone")
      ),
      ("power", about("of the planned persons for the effect; limits with those of sd")),
      ("least-effect", about("the smallest that the planned persons find with the power asked for")),
      (Sidecar.findings, .array(planned.findings.map(\.json))), ("GeneratedBy", Product.generatedBy),
    ]
    return .object(members)
  }
}
