package import PETCore

/// How samples become an input function.
package struct InputChoices: Sendable {
  /// Nil chooses by Akaike's criterion.
  package var parentFraction: ParentFraction.Model? = .interpolation
  package var ratio = BloodRatio.Model.interpolation
  /// Nil chooses by Akaike's criterion.
  package var arterial: ArterialCurve.Model? = .interpolation
  /// τ in s; that of the samples when nil.
  package var dispersion: Double?
  /// Take all plasma activity as parent.
  package var ignoresMetabolites = false
  /// End of a modelled curve, s; the last sample when nil.
  package var until: Double?

  package init() {}
}

/// An arterial input function with what it was made from.
package struct InputFunction: Sendable {
  package let times: [Double]
  /// Nil where whole blood was not measured.
  package let wholeBlood: [Double]?
  package let plasma: [Double]
  package let fraction: [Double]
  /// Parent tracer in plasma.
  package let parent: [Double]
  package let parentFraction: ParentFraction?
  package let ratio: BloodRatio?
  package let arterial: ArterialCurve
  /// τ that was corrected for, s; 0 for none.
  package let dispersion: Double
  package let findings: [Finding]

  package var plasmaInput: PlasmaInput {
    get throws(PETError) { try PlasmaInput(times: times, parent: parent, wholeBlood: wholeBlood) }
  }

  /// Makes the input of a scan from its samples.
  ///
  /// Autosampler blood, freed of dispersion, becomes plasma by the ratio of blood to plasma; samples of plasma follow.
  /// Times the parent fraction that is the arterial curve, kept as it is or fitted.
  package init(_ samples: BloodSamples, _ choices: InputChoices) throws(PETError) {
    var findings = samples.findings
    let samples = try samples.usable(ignoringMetabolites: choices.ignoresMetabolites, &findings)
    findings += samples.doubts(ignoringMetabolites: choices.ignoresMetabolites)
    guard !samples.plasma.isEmpty else {
      throw PETError(
        .wrongInput, field: "plasma_radioactivity", "there are no plasma samples",
        remedy: "give the table that has them (manual samples)")
    }
    let fraction = try Self.fraction(samples, choices, &findings)
    let (continuous, dispersion) = Self.undispersed(samples, choices, &findings)
    // Whole blood: the autosampler while it runs, then the samples.
    let end = continuous.times.last ?? -.infinity
    var blood = continuous
    for (time, value) in zip(samples.wholeBlood.times, samples.wholeBlood.values) where time > end {
      blood.add(time, value)
    }
    if !blood.isEmpty {
      ratio = try Self.ratio(samples, blood: blood, choices.ratio, isNeeded: !continuous.isEmpty, &findings)
    } else {
      ratio = nil
    }
    let (plasma, isContinuous) = Self.plasma(samples, continuous: continuous, ratio: ratio)
    let parent = zip(plasma.times, plasma.values).map { $1 * fraction.share($0) }
    let weights = Self.weights(times: plasma.times, values: parent, isContinuous: isContinuous)
    let arterial = try Self.arterial(choices.arterial, times: plasma.times, values: parent, weights: weights)
    findings += Self.doubts(arterial, isChosen: choices.arterial == nil)
    try Self.check(parent, &findings)
    let times = try Self.times(
      of: plasma.times + blood.times, until: arterial.model == .interpolation ? nil : choices.until ?? 0, &findings)
    self.times = times
    self.arterial = arterial
    self.fraction = times.map(fraction.share)
    self.parent =
      arterial.model == .interpolation
      ? PiecewiseLinear(times: plasma.times, values: parent).joined(from: times) : times.map { arterial($0) }
    self.plasma = PiecewiseLinear(times: plasma.times, values: plasma.values).joined(from: times)
    wholeBlood = blood.isEmpty ? nil : PiecewiseLinear(times: blood.times, values: blood.values).joined(from: times)
    parentFraction = fraction.model
    self.dispersion = continuous.isEmpty ? 0 : dispersion
    self.findings = findings
  }
}

extension PiecewiseLinear {
  /// Values at times, the curve beginning at (0, 0) when its first sample comes later.
  fileprivate func joined(from wanted: [Double]) -> [Double] {
    guard let first = times.first, first > 0 else { return wanted.map { self($0) } }
    let joined = PiecewiseLinear(times: [0] + times, values: [0] + values)
    return wanted.map { joined($0) }
  }
}
