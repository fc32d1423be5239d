import PETCore
import PETKinetics
import PETResults

/// The methods of a page in sentences that can be pasted, with what they cite.
struct Methods {
  private(set) var sentences: [String] = []
  private(set) var references: [String] = []

  init(_ report: PersonReport) {
    let provenance = report.provenance
    sentences.append(
      "Scans were analysed with \(Product.name) \(Product.version), pipeline \(provenance.pipeline) "
        + "(\(provenance.digest.prefix(19))…).")
    for scan in report.scans {
      let cited = scan.card.references.map { "\(cite($0))" }.joined(separator: ", ")
      var text = "\(scan.tracer) (\(scan.system)): \(scan.card.sentence) [\(cited)]"
      if let reference = scan.reference { text += " The reference region was the \(reference.words)." }
      sentences.append(text)
      if let own = scan.correction { correct(scan, own) }
      // What holds for both scans is said once.
      for own in scan.settings.map({ $0.hasSuffix(".") ? $0 : $0 + "." }) where !sentences.contains(own) {
        sentences.append(own)
      }
    }
    if let balance = report.balance {
      let level = NumberText.short(100 * balance.level)
      let cited = cite(.fieller1954)
      sentences.append(
        "The balance is the ratio of \(balance.numerator) to \(balance.denominator) binding in each region, with "
          + "Fieller's \(level) % confidence set [\(cited)]; its logarithm has limits by the delta method. No ratio is given "
          + "where the denominator cannot be told from 0.")
    }
    sentences.append(Product.claim)
  }

  private mutating func correct(_ scan: ScanReport, _ own: CurveCorrection) {
    let first = cite(.rousset1998)
    sentences.append(
      "Its curves were corrected for partial volume by the geometric transfer matrix [\(first)] with a Gaussian point spread of "
        + "\(own.resolution.words) (\(own.resolution.source)); labels were taken at their own resolution, unlabelled space within "
        + "4 mm of them, from there to 6 mm, the rest of the head and air as regions of their own. The correction is \(CurveCorrection.validation)."
    )
  }

  private mutating func cite(_ reference: Reference) -> Int {
    if let known = references.firstIndex(of: reference.full) { return known + 1 }
    references.append(reference.full)
    return references.count
  }
}
