package import PETCore

/// What the product knows of a tracer; every figure has a source of its own.
package struct TracerCard: Sendable, Identifiable, Equatable {
  /// The transmitter system a tracer's target belongs to, by a lower-case word: those of the field, or a user's own.
  package struct System: RawRepresentable, Sendable, Hashable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let dopamine = System(rawValue: "dopamine")
    package static let serotonin = System(rawValue: "serotonin")
    package static let gaba = System(rawValue: "gaba")
    package static let acetylcholine = System(rawValue: "acetylcholine")
    package static let noradrenaline = System(rawValue: "noradrenaline")
    package static let glutamate = System(rawValue: "glutamate")
    package static let opioid = System(rawValue: "opioid")

    /// As a name in a sidecar, such as `Dopamine`.
    package var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
  }

  /// A published range of a binding measure in a region, healthy adults unless the note says otherwise.
  package struct UsualRange: Sendable, Equatable {
    package let region: String
    package let measure: String
    package let range: ClosedRange<Double>
    /// Citation and DOI of the paper the range is from.
    package let source: String

    package init(_ region: String, _ measure: String, _ range: ClosedRange<Double>, source: String) {
      self.region = region
      self.measure = measure
      self.range = range
      self.source = source
    }
  }

  /// A published k2' in 1/min with its source.
  package struct ReferenceRate: Sendable, Equatable {
    package let perMinute: Double
    package let source: String

    package init(perMinute: Double, source: String) {
      self.perMinute = perMinute
      self.source = source
    }
  }

  /// Short lower-case name used in pipelines, such as `raclopride`.
  package let id: String
  /// Full name, such as `[11C]raclopride`.
  package let name: String
  /// Other spellings met in TracerName and `trc-` labels.
  package let synonyms: [String]
  package let target: String
  package let system: System
  /// Systems that it marks in other regions: one scan may then stand for both.
  package let alsoMarks: [System]
  package let isotope: Isotope
  /// Usual reference region(s), most usual first; empty when the tracer has none.
  package let referenceRegions: [String]
  /// Model tokens in use for the tracer, most usual first.
  package let models: [String]
  /// Nil when no source was seen.
  package let usualScan: UsualScan?
  package let k2prime: ReferenceRate?
  package let usualRanges: [UsualRange]
  package let retest: [Retest]
  package let misuse: [Misuse]
  package let interactions: [Interaction]
  package let caveats: [String]
  /// `Author Year Journal, doi:…` lines.
  package let sources: [String]
  /// What of the card has no source that was seen, said plainly.
  package let unverified: [String]

  /// - Parameter unverified: besides what the card lacks altogether, which is told of itself.
  package init(
    id: String, name: String, synonyms: [String] = [], target: String, system: System, alsoMarks: [System] = [],
    isotope: Isotope,
    referenceRegions: [String], models: [String], usualScan: UsualScan? = nil, k2prime: ReferenceRate? = nil,
    usualRanges: [UsualRange] = [], retest: [Retest] = [], misuse: [Misuse] = [], interactions: [Interaction] = [],
    caveats: [String] = [], sources: [String], unverified: [String] = []
  ) {
    self.id = id
    self.name = name
    self.synonyms = synonyms
    self.target = target
    self.system = system
    self.alsoMarks = alsoMarks
    self.isotope = isotope
    self.referenceRegions = referenceRegions
    self.models = models
    self.usualScan = usualScan
    self.k2prime = k2prime
    self.usualRanges = usualRanges
    self.retest = retest
    self.misuse = misuse
    self.interactions = interactions
    self.caveats = caveats
    self.sources = sources
    let missing = [
      usualScan == nil ? "usual scan" : nil, k2prime == nil ? "k2'" : nil, usualRanges.isEmpty ? "usual values" : nil,
      retest.isEmpty ? "test-retest variability" : nil,
    ].compactMap { $0 }
    self.unverified = missing + unverified.filter { !missing.contains($0) }
  }
}

extension TracerCard {
  /// Whether a scan of the tracer may stand for a system.
  package func marks(_ other: System) -> Bool { other == system || alsoMarks.contains(other) }

  /// What is to be said when the tracer stands for another system than its own; nil when it does not.
  package func finding(as role: System, source: String) -> Finding? {
    guard !marks(role) else { return nil }
    return Finding(
      .warning, .role, file: source, field: "tracer", value: id,
      "\(name) is a \(system.rawValue) tracer, used here as \(role.rawValue)", remedy: "check the roles")
  }
}

extension Finding.Code {
  package static let role = Finding.Code("role")
}
