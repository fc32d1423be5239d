package import PETBinding
package import PETCore

/// The occupancies of persons as tables and their sidecar.
package struct OccupancyText: Sendable {
  private let persons: [(participant: String, occupancy: Occupancy)]
  private let level: Double

  package init(_ persons: [(participant: String, occupancy: Occupancy)], level: Double) {
    self.persons = persons
    self.level = level
  }

  package var hasLassen: Bool { persons.contains { !$0.occupancy.lassen.isEmpty } }

  /// One row for each person and method, then one for the group.
  package var lassen: String {
    var rows = persons.flatMap { participant, occupancy in
      occupancy.lassen.map { plot in
        LassenRow(
          participant: participant, method: plot.method.rawValue, count: plot.count, occupancy: plot.occupancy.value,
          error: plot.occupancy.standardError, low: plot.occupancyLimits.low, high: plot.occupancyLimits.high,
          nondisplaceable: plot.nondisplaceable, nondisplaceableLow: plot.nondisplaceableLimits.low,
          nondisplaceableHigh: plot.nondisplaceableLimits.high, scatter: plot.scatter, notes: plot.notes)
      }
    }
    if persons.count > 1 { rows += LassenPlot.Method.allCases.map(group) }
    return TSVText(LassenRow.columns, rows).text
  }

  private func group(_ method: LassenPlot.Method) -> LassenRow {
    let group = OccupancyGroup(persons.map(\.occupancy), method: method, level: level)
    return LassenRow(
      participant: "group", method: method.rawValue, count: group.occupancy.count, occupancy: group.occupancy.mean,
      error: group.occupancy.sd / Double(group.occupancy.count).squareRoot(), low: group.occupancyLimits.low,
      high: group.occupancyLimits.high, nondisplaceable: group.nondisplaceable.mean,
      nondisplaceableLow: group.nondisplaceableLimits.low, nondisplaceableHigh: group.nondisplaceableLimits.high,
      notes: ["mean of persons, n of them", "VND of \(group.nondisplaceable.count)"])
  }

  /// One row for each person and region.
  package var regions: String {
    let rows = persons.flatMap { participant, occupancy in
      occupancy.regions.map { own in
        let (a, b) = (own.baseline?.estimate ?? .missing, own.drug?.estimate ?? .missing)
        return OccupancyRow(
          participant: participant, region: own.region, baseline: a.value, baselineError: a.standardError,
          blocked: b.value, blockedError: b.standardError, occupancy: own.occupancy, error: own.error,
          low: own.limits.low, high: own.limits.high, interval: own.set?.kind.rawValue ?? "n/a",
          status: own.status.rawValue, notes: own.notes)
      }
    }
    return TSVText(OccupancyRow.columns, rows).text
  }

  private static let statusWords =
    "ok; outsideRange: the limits hold no share from 0 to 1; denominatorBelowFloor: BPND at baseline below "
    + "\(NumberText.short(BalanceSettings().floor ?? 0)), no occupancy is told; bindingUnreliable: a fit is not to be "
    + "believed; dataDoubtful: evidence against the data of a scan; fitAtBound: a parameter beside the "
    + "measure lies at its bound; the others say why there is none"

  /// - Parameter details: members that name the tables and what they were made with.
  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    func about(_ text: String, _ units: String) -> JSONValue {
      .object([("Description", .string(text)), ("Units", .string(units))])
    }
    let first = persons.first?.occupancy
    let specific =
      first?.nondisplaceableBy.map { "VT - VND, VND of the \($0.rawValue) line" } ?? first?.measure ?? "n/a"
    return .object(
      [
        ("Description", "Occupancy of a target by a drug, from a scan before and one with it"),
        (Sidecar.measure, .string(first?.measure ?? "n/a")), (Sidecar.confidenceLevel, .number(level)),
      ] + details + [
        ("SpecificBinding", .string(specific)),
        ("occupancy", about("share of the target that the drug holds", "unitless")),
        ("status", about(Self.statusWords, "n/a")),
        ("VND", about("distribution volume of non-displaceable uptake, limits by Fieller", "mL/cm3")),
        (
          "scatter",
          about(
            "residual sum over what the fits' errors say, per degree of freedom; far above 1 the line, or the errors, do "
              + "not describe the regions", "unitless")
        ),
        (
          "Methods",
          .object([
            ("ordinary", "least squares of VT_base - VT_drug on VT_base"),
            ("orthogonal", "orthogonal distances to VT_drug = m VT_base + c, errors by delete-one jackknife"),
            ("likelihood", .string(Self.likelihood)),
          ])
        ),
        (
          Sidecar.points,
          .object(
            persons.map { person in
              (
                person.participant,
                .object(
                  person.occupancy.regions.map { row in
                    let values = [row.baseline?.estimate.value, row.drug?.estimate.value].map { $0 ?? .nan }
                    return (row.region, .numbers(values))
                  })
              )
            })
        ),
        (
          Sidecar.findings,
          .array(persons.flatMap { person in person.occupancy.findings.map(\.json) })
        ), ("GeneratedBy", Product.generatedBy),
      ])
  }

  private static let likelihood =
    "errors of both scans' fits, regions independent (\(Reference.york2004.mention)), times the scatter left"
}
