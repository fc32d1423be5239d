package import PETBinding
package import PETCore
import PETTracers

/// What a study has in each region, as tables.
package enum SummaryText {
  /// One row for each session and region.
  package static func regions(_ balances: StudyBalances) -> String {
    TSVText(SummaryRow.columns(balances.study.systems), balances.summary).text
  }

  /// One row for each pair of regions.
  package static func couplings(_ balances: StudyBalances) -> String {
    let (systems, pair) = (balances.study.systems, balances.study.pair)
    let (a, b) = (systems.numerator.rawValue, systems.denominator.rawValue)
    var text = TSVText(
      columns: [
        "session_id", "pair", "\(a)-region", "\(b)-region", "n", "r", "r-low", "r-high", "p", "q", "\(a)-reliability",
        "\(b)-reliability", "corrected-r", "corrected-r-low", "corrected-r-high",
      ])
    for row in balances.couplings {
      let (r, corrected) = (row.correlation, row.corrected)
      text.add(
        [row.session ?? "n/a", pair, row.numerator, row.denominator, "\(r.count)"]
          + [
            r.value, r.low, r.high, r.probability, row.discovery, corrected.reliabilities.a, corrected.reliabilities.b,
            corrected.value, corrected.low, corrected.high,
          ].map(NumberText.exact))
    }
    return text.text
  }

  /// One row for each person and session, one column for each measure and region.
  package static func wide(_ table: StudyTable) -> String {
    let measures = [table.systems.numerator.rawValue, table.systems.denominator.rawValue, "ratio", StudyTable.logRatio]
      .filter(table.measures.contains)
    let pairs = measures.flatMap { measure in table.regions.indices.map { (measure, $0) } }
    var text = TSVText(
      columns: ["participant_id", "session_id", "pair"] + pairs.map { "\($0.0).\(table.regions[$0.1])" })
    let columns = pairs.map { table.values($0.0, region: $0.1) }
    for (i, visit) in table.visits.enumerated() {
      text.add(
        [visit.participant, visit.session ?? "n/a", table.pair] + columns.map { NumberText.exact($0[i]) })
    }
    return text.text
  }

  package static func sidecar(_ table: StudyTable, level: Double) -> JSONValue {
    let systems = table.systems
    func about(_ text: String) -> JSONValue { .object([("Description", .string(text))]) }
    return .object([
      ("Description", .string("The study in each region. " + Product.claim)), (Sidecar.confidenceLevel, .number(level)),
      (
        "n",
        about(
          "persons whose ratio is told (status ok, both fits converged); where n is less than persons, those left may not "
            + "stand for all")
      ),
      (
        "LeftOut",
        .object(table.leftOut.sorted { $0.key < $1.key }.map { ($0.key, .number(Double($0.value))) })
      ),
      ("geometric-mean-ratio", about("exp(mean of ln(\(systems.quotient))), limits by Student's t")),
      (
        "coupling",
        about(
          "Pearson's correlation between persons of \(systems.numerator.rawValue) and \(systems.denominator.rawValue) "
            + "binding in the region, limits by Fisher's transformation; errors of the estimates bring it nearer to 0")
      ),
      (
        "group_coupling.tsv",
        about(
          "the same of every region of one system with every region of the other, where at least one visit of the session "
            + "has both values")
      ),
      (
        "corrected-r",
        about(
          "the correlation of ln binding without what the errors of the estimates take from it, r over the root of both "
            + "reliabilities (\(Reference.spearman1904.mention)), limits likewise, within -1 and 1; n/a where a reliability "
            + "is below \(NumberText.short(CorrectedCoupling.least)); the test is coupling-p")
      ),
      (
        "\(systems.numerator.rawValue)-reliability",
        about(
          "share of the variance of ln binding between persons that is not error of the estimates; likewise the other")
      ),
      ("coupling-q", about("false discovery rate over regions (Benjamini and Hochberg 1995)")),
      ("GeneratedBy", Product.generatedBy),
    ])
  }
}
