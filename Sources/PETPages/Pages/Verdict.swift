import PETBinding
import PETCore
import PETKinetics
import PETResults
import PETTracers

/// What is to be said first of a page: whether all is there, and every flag.
struct Verdict {
  /// `note` is of the study or the tracer: nothing that is this person's own.
  enum Level: String { case good, note, look, bad }

  let level: Level
  let line: String
  let flags: [(level: Level, words: String)]

  init(_ report: PersonReport) {
    var flags: [(level: Level, words: String)] = report.failures.map { failure in
      (.bad, "\(failure.unit): failed in \(failure.stage): \(failure.words)")
    }
    var summary: [String] = []
    var (isReadable, areFew) = (true, false)
    if let balance = report.balance {
      let (told, rows, own) = Self.flags(balance, of: report.scans)
      summary.append("a ratio in \(told) of \(rows) regions")
      let doubtful = balance.file.rows.count { $0.status == BalanceStatus.dataDoubtful.rawValue }
      if doubtful > 0 { summary.append("in \(doubtful) the data are in doubt") }
      isReadable = told > 0 && doubtful < told
      areFew = 4 * told < rows
      if !balance.budget.isEmpty, let first = BudgetFigure.first(balance) {
        summary.append("of the stated errors \(first.effect.key) weighs most: mend that first")
      }
      flags += own
    } else if report.scans.count > 0 {
      let scans = report.scans.count == 1 ? "one scan" : "\(report.scans.count) scans"
      summary.append(report.isPairExpected ? "no balance: \(scans) alone" : scans)
    } else {
      summary.append("no scan has results")
    }
    for scan in report.scans { flags += Self.flags(scan) }
    var seen: Set<String> = []
    self.flags = flags.filter { seen.insert($0.words).inserted }
    let isBad = !isReadable || flags.contains { $0.level == .bad }
    level = isBad ? .bad : flags.contains { $0.level == .look } ? .look : .good
    let word =
      switch level {
      case .good, .note: "Complete"
      case .look: areFew ? "Few ratios" : "Complete, with flags"
      case .bad: report.scans.isEmpty ? "Failed" : isReadable ? "In part" : "Not to be read as it is"
      }
    line = word + ": " + summary.joined(separator: "; ") + "."
  }

  /// What a row says that is no flag: how it was made.
  private static let facts = ["corrected for partial volume", "resolution matched"]

  private static func flags(_ balance: BalanceReport, of scans: [ScanReport]) -> (
    told: Int, rows: Int, flags: [(level: Level, words: String)]
  ) {
    let references = ReferenceRegions(of: scans)
    let rows = balance.file.rows
    var flags: [(level: Level, words: String)] = []
    for kind in BalanceStatus.allCases where kind != .ok {
      let own = rows.filter { $0.status == kind.rawValue }.map(\.region)
        .filter { !references.contains($0) }
      guard !own.isEmpty else { continue }
      flags.append((.look, "\(BalanceForest.words(kind, balance)): \(list(own)); \(Advice.on(kind))"))
    }
    let far = rows.filter { row in
      guard let norm = balance.norms[RegionName.key(row.region)], !row.logRatio.value.isNaN else { return false }
      return abs(row.logRatio.value - norm.expected) > 2 * norm.sd
    }
    if !far.isEmpty {
      let regions = list(far.map(\.region))
      flags.append(
        (.look, "log ratio more than 2 SD from the norm: \(regions); look at scans and fits before it is read"))
    }
    for finding in balance.findings where finding.level != .note { flags.append((.look, finding.words())) }
    // What stands in every row is of the pair; what a scan's own finding says is told with that.
    if rows.count > 1 {
      let told = scans.flatMap(\.findings).filter { $0.level == .warning }.map(\.code.word)
      let common = rows.dropFirst().reduce(Set(rows[0].notes)) { $0.intersection($1.notes) }
      for words in common.sorted()
      where !facts.contains(where: words.hasPrefix) && !told.contains(where: words.hasSuffix) {
        let isUnmatched = words.hasPrefix("resolution unknown")
        let advice = isUnmatched ? "; give each scanner's fwhm in the pipeline" : ""
        flags.append((isUnmatched ? .note : .look, "every region: \(words)\(advice)"))
      }
    }
    // A reference has no binding of its own: that is no loss.
    let targets = rows.filter { !references.contains($0.region) }
    return (targets.count { !$0.ratio.value.isNaN }, targets.count, flags)
  }

  private static func flags(_ scan: ScanReport) -> [(level: Level, words: String)] {
    var flags: [(level: Level, words: String)] = []
    let reference = ReferenceRegions(of: [scan])
    var groups: [String: [String]] = [:]
    for row in scan.estimates.rows
    where row.status != FitStatus.converged.rawValue && !reference.contains(row.region) {
      groups[row.status, default: []].append(row.region)
    }
    for (status, regions) in groups.sorted(by: { $0.key < $1.key }) {
      let advice = FitStatus(rawValue: status).map { "; \(Advice.on($0))" } ?? ""
      flags.append((.look, "\(scan.unit): fit \(status) in \(list(regions))\(advice)"))
    }
    for finding in scan.findings where finding.level == .warning {
      // What holds for a tracer holds for everybody.
      let level: Level = finding.code == .tracerMisuse ? .note : .look
      flags.append((level, "\(scan.unit): \(finding.words(of: scan.unit))"))
    }
    return flags
  }

  private static func list(_ regions: [String]) -> String {
    regions.count <= 6
      ? regions.joined(separator: ", ") : regions.prefix(5).joined(separator: ", ") + " and \(regions.count - 5) more"
  }
}
