import Foundation
package import PETBinding
package import PETCore

/// The change of a balance between two sessions as a table and its sidecar.
package struct ChangeText: Sendable {
  private let change: BalanceChange

  package init(_ change: BalanceChange) { self.change = change }

  package var tsv: String {
    var text = TSVText(
      columns: [
        "region", "log-ratio-before", "log-ratio-after", "change", "change-se", "change-low", "change-high",
        "ratio-change", "ratio-change-low", "ratio-change-high", "p", "note",
      ])
    for row in change.rows {
      text.add(
        [row.region]
          + [
            row.before, row.after, row.change.value, row.change.standardError, row.limits.low, row.limits.high,
            exp(row.change.value), exp(row.limits.low), exp(row.limits.high), row.probability,
          ].map(NumberText.exact) + [row.note])
    }
    return text.text
  }

  package func sidecar(
    level: Double, counted rule: CountingRule, retest: Double?, participant: String, findings: [Finding]
  ) -> JSONValue {
    .object([
      ("Description", .string("Change of the balance between two sessions. " + Product.claim)),
      ("Participant", .string(participant)), (Sidecar.confidenceLevel, .number(level)),
      ("Counted", .string(rule.words)),
      ("RetestSD", retest.map(JSONValue.number) ?? "none: limits hold the errors of the fits alone"),
      ("change", .object([("Description", "log-ratio after less before; ratio-change is its exponential")])),
      ("p", .object([("Description", "two-sided, of no change; not adjusted for the number of regions")])),
      (Sidecar.findings, .array(findings.map(\.json))), ("GeneratedBy", Product.generatedBy),
    ])
  }
}
