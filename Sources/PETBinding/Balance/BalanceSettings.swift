package import PETCore
package import PETTracers

/// A balance of two different regions, such as DAT in striatum over SERT in midbrain.
package struct CrossRegion: Sendable, Equatable {
  package let name: String
  package let numerator: String
  package let denominator: String

  package init(name: String, numerator: String, denominator: String) {
    self.name = name
    self.numerator = numerator
    self.denominator = denominator
  }

  /// `NAME=REGION/REGION`; nil when it is not of that form.
  package init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let slash = parts[1].firstIndex(of: "/"), !parts[0].isEmpty else { return nil }
    let (a, b) = (parts[1][..<slash], parts[1][parts[1].index(after: slash)...])
    guard !a.isEmpty, !b.isEmpty else { return nil }
    self.init(name: String(parts[0]), numerator: String(a), denominator: String(b))
  }
}

/// How the balance is taken.
package struct BalanceSettings: Sendable {
  package var level = 0.95
  /// What stands above the line and below it: the names of columns.
  package var systems = BalanceSystems()
  /// Correlation of the errors of the two scans in a region; 0 for independent scans.
  package var correlation = 0.0
  /// Denominators below this are flagged; nil for measures that have no natural zero.
  package var floor = BalanceSettings.floor(of: "BPND")
  /// Whether both systems are told by one measure: a share of their sum is one of like and like.
  package var isOneMeasure = true
  /// Regions over which log ratios are centred, fixed in advance; nil for the default words.
  package var centreOver: [String]?
  /// Codes of evidence against the pair, of which neither scan alone tells.
  package var doubts: [String] = []
  /// Whether one scan stands for both systems: then there is no balance within a region, only of two.
  package var isOneScan = false
  /// Balances of two different regions, after those of the same one.
  package var cross: [CrossRegion] = []
  /// Within-subject coefficients of variation between sessions, which the limits then hold as well:
  /// SE² = SE_fit² + (CV x)².
  package var retest: BothSides<Double>?
  /// Densities for one unit of the measure (pmol/mL), with their errors.
  package var calibration: BothSides<Estimate>?
  /// Draws of the parametric bootstrap; nil for none.
  package var bootstrap: (draws: Int, seed: UInt64)?
  /// What is usual at the person's age and sex.
  package var norms: (table: NormTable, person: Person)?
  /// The tracers that tables and maps may name.
  package var catalogue = TracerCatalogue.builtIn
  /// A remark that stands in every row.
  package var remark: String?
  /// What is to be said of the pair of scans.
  package var findings: [Finding] = []

  package init() {}

  /// The floor of a denominator's measure; nil for measures that have no natural zero.
  package static func floor(of measure: String) -> Double? { measure == "BPND" ? 0.05 : nil }

  /// Regions with signal for both systems in every usual pair, by the words of their names.
  package static let centreWords = [
    "caudate", "putamen", "accumbens", "ventralstriatum", "thalamus", "hippocampus", "amygdala",
  ]
}
