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
    var text = TSVText(
      columns: [
        "participant_id", "method", "n", "occupancy", "occupancy-se", "occupancy-low", "occupancy-high", "VND",
        "VND-low", "VND-high", "scatter", "note",
      ])
    for (participant, occupancy) in persons {
      for plot in occupancy.lassen {
        text.add(
          [participant, plot.method.rawValue, "\(plot.count)"]
            + [
              plot.occupancy.value, plot.occupancy.standardError, plot.occupancyLimits.low, plot.occupancyLimits.high,
              plot.nondisplaceable, plot.nondisplaceableLimits.low, plot.nondisplaceableLimits.high, plot.scatter,
            ].map(NumberText.exact) + [plot.notes.joined(separator: "; ")])
      }
    }
    guard persons.count > 1 else { return text.text }
    for method in LassenPlot.Method.allCases {
      let group = OccupancyGroup(persons.map(\.occupancy), method: method, level: level)
      let error = group.occupancy.sd / Double(group.occupancy.count).squareRoot()
      text.add(
        ["group", method.rawValue, "\(group.occupancy.count)"]
          + [
            group.occupancy.mean, error, group.occupancyLimits.low, group.occupancyLimits.high,
            group.nondisplaceable.mean, group.nondisplaceableLimits.low, group.nondisplaceableLimits.high, .nan,
          ].map(NumberText.exact) + ["mean of persons, n of them; VND of \(group.nondisplaceable.count)"])
    }
    return text.text
  }

  /// One row for each person and region.
  package var regions: String {
    var text = TSVText(
      columns: [
        "participant_id", "region", "baseline", "baseline-se", "blocked", "blocked-se", "occupancy", "occupancy-se",
        "occupancy-low", "occupancy-high", "occupancy-interval", "status", "note",
      ])
    for (participant, occupancy) in persons {
      for row in occupancy.regions {
        let a = row.baseline?.estimate ?? .missing
        let b = row.drug?.estimate ?? .missing
        text.add(
          [participant, row.region]
            + [
              a.value, a.standardError, b.value, b.standardError, row.occupancy, row.error, row.limits.low,
              row.limits.high,
            ].map(NumberText.exact)
            + [row.set?.kind.rawValue ?? "n/a", row.status.rawValue, row.notes.joined(separator: "; ")])
      }
    }
    return text.text
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
            (
              "likelihood",
              "errors of both scans' fits, regions independent (York 2004, doi:10.1119/1.1632486), times the scatter left"
            ),
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
}
