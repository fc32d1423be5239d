package import PETBinding
package import PETCore

/// The change of a balance between two sessions as a table and its sidecar.
package struct ChangeText: Sendable {
  private let change: BalanceChange

  package init(_ change: BalanceChange) { self.change = change }

  package var tsv: String { TSVText(ChangeRow.columns, change.rows.map(ChangeRow.init)).text }

  package func sidecar(
    level: Double, counted rule: CountingRule, retest: Double?, participant: String, findings: [Finding]
  ) -> JSONValue {
    .object([
      ("Description", .string("Change of the balance between two sessions. " + Product.claim)),
      (Sidecar.participant, .string(participant)), (Sidecar.confidenceLevel, .number(level)),
      ("Counted", .string(rule.words)),
      ("RetestSD", retest.map(JSONValue.number) ?? "none: limits hold the errors of the fits alone"),
      ("change", .object([("Description", "log-ratio after less before; ratio-change is its exponential")])),
      ("p", .object([("Description", "two-sided, of no change; not adjusted for the number of regions")])),
      (Sidecar.findings, .array(findings.map(\.json))), ("GeneratedBy", Product.generatedBy),
    ])
  }
}
