package import PETCore

/// What an input function is made of, each from samples: its times, plasma, parent fraction, ratio to blood, arterial curve.
extension InputFunction {
  /// A day, s: a later sample is one of another unit.
  private static let longest = 86400.0

  /// The times of an input, s: those of its samples, and of a modelled curve a fine grid besides.
  ///
  /// - Parameter end: of a modelled curve; nil where samples are joined.
  static func times(of samples: [Double], until end: Double?, _ findings: inout [Finding]) throws(PETError)
    -> [Double]
  {
    var marks = Set(samples)
    if let end {
      let last = max(end, marks.max() ?? 0)
      guard last <= longest else {
        throw PETError(
          .wrongInput, field: "time", "the curve would go on to \(NumberText.short(last)) s after injection",
          remedy: "check the unit of the times")
      }
      marks.formUnion(stride(from: 0.0, through: min(600, last), by: 1))
      marks.formUnion(stride(from: 600.0, through: last, by: 10))
      marks.insert(last)
    }
    if let last = marks.max(), last > longest {
      throw PETError(
        .wrongInput, field: "time",
        "the last sample is \(NumberText.short(Rounding.significant(last / 3600, digits: 3))) h after injection",
        remedy: "check the unit of the times (s, min)")
    }
    let times = marks.filter { $0 >= 0 }.sorted()
    guard times.count >= 2 else {
      throw PETError(
        .wrongInput, field: "time", "\(times.count) samples come after injection", remedy: "check the zero of the times"
      )
    }
    if marks.count > times.count {
      findings.append(
        Finding(
          .warning, .samplesBeforeInjection, field: "time", value: "\(marks.count - times.count)",
          "\(marks.count - times.count) samples come before injection", remedy: "they are left out"))
    }
    return times
  }

  /// Plasma: of the autosampler's blood by the ratio of the two, then the samples.
  ///
  /// - Returns: the series, and which of its values are of the autosampler.
  static func plasma(_ samples: BloodSamples, continuous: BloodSamples.Series, ratio: BloodRatio?) -> (
    BloodSamples.Series, isContinuous: [Bool]
  ) {
    var plasma = BloodSamples.Series()
    var isContinuous: [Bool] = []
    if let ratio {
      for (time, value) in zip(continuous.times, continuous.values) {
        plasma.add(time, value / ratio(time))
        isContinuous.append(true)
      }
    }
    let end = continuous.times.last ?? -.infinity
    for (time, value) in zip(samples.plasma.times, samples.plasma.values) where isContinuous.isEmpty || time > end {
      plasma.add(time, value)
    }
    isContinuous += Array(repeating: false, count: plasma.times.count - isContinuous.count)
    return (plasma, isContinuous)
  }

  static func fraction(_ samples: BloodSamples, _ choices: InputChoices, _ findings: inout [Finding])
    throws(PETError) -> (share: @Sendable (Double) -> Double, model: ParentFraction?)
  {
    if choices.ignoresMetabolites {
      findings.append(
        Finding(
          .warning, .metabolitesIgnored, field: "metabolite_parent_fraction",
          "all plasma activity is taken as parent tracer", remedy: "as asked"))
      return ({ _ in 1 }, nil)
    }
    let measured = samples.parentFraction
    guard !measured.isEmpty else {
      throw PETError(
        .wrongInput, field: "metabolite_parent_fraction", "there are no samples of the parent fraction",
        remedy: "give the table that has them, or --parent-fraction none to take all activity as parent")
    }
    for (time, value) in zip(measured.times, measured.values) where !(value >= 0 && value <= 1.05) {
      throw PETError(
        .wrongInput, field: "metabolite_parent_fraction",
        "\(NumberText.short(value)) at \(NumberText.short(time)) s is no share of 1",
        remedy: value > 1.5 && value <= 100 ? "the values look like %: divide them by 100" : "correct the sample")
    }
    let model =
      if let chosen = choices.parentFraction {
        try ParentFraction(chosen, times: measured.times, values: measured.values)
      } else {
        try ParentFraction.best(times: measured.times, values: measured.values)
      }
    let lastPlasma = samples.plasma.times.last ?? 0
    if measured.times.count < 3 || measured.times[measured.times.count - 1] < 0.5 * lastPlasma {
      findings.append(
        Finding(
          .warning, .parentFractionRange, field: "metabolite_parent_fraction", value: "\(measured.times.count)",
          "\(measured.times.count) samples, the last at \(NumberText.short((measured.times.last ?? 0) / 60)) min where "
            + "plasma goes on to \(NumberText.short(lastPlasma / 60)) min",
          remedy: model.model == .interpolation ? "its last value is held" : "the fitted form is carried on"))
    }
    let deviation = (model.residualSum / Double(measured.times.count)).squareRoot()
    if deviation > 0.1 {
      findings.append(
        Finding(
          .warning, .parentFractionMisfit, field: "metabolite_parent_fraction", value: model.model.rawValue,
          "the fitted form is off by \(NumberText.fixed(deviation, decimals: 2)) on average",
          remedy: "use another form, or interpolation"))
    }
    return ({ model($0) }, model)
  }

  /// Plasma over blood that a haematocrit allows, from nothing bound to cells to all of it in plasma, with some room.
  private static let plasmaOverBlood = 0.5...2.2

  /// - Parameter isNeeded: whether plasma is made with it.
  static func ratio(
    _ samples: BloodSamples, blood: BloodSamples.Series, _ model: BloodRatio.Model, isNeeded: Bool,
    _ findings: inout [Finding]
  ) throws(PETError) -> BloodRatio? {
    let byHand = Dictionary(
      zip(samples.wholeBlood.times, samples.wholeBlood.values), uniquingKeysWith: { first, _ in first })
    let curve = PiecewiseLinear(times: blood.times, values: blood.values)
    var times: [Double] = []
    var ratios: [Double] = []
    for (time, value) in zip(samples.plasma.times, samples.plasma.values) where value > 0 {
      // The blood of the same sample, else the autosampler's at that time.
      let own =
        byHand[time]
        ?? (samples.wholeBlood.isEmpty && time >= blood.times[0] && time <= blood.times[blood.times.count - 1]
          ? curve(time) : nil)
      guard let own, own > 0 else { continue }
      times.append(time)
      ratios.append(own / value)
    }
    guard !times.isEmpty else {
      throw PETError(
        .wrongInput, field: "plasma_radioactivity", "no sample has both blood and plasma",
        remedy: "their ratio is needed: give samples of both at one time")
    }
    // Before the bolus there is nothing to divide; after it the cells of blood leave a range.
    let peak = blood.values.max() ?? 0
    let arrival = zip(blood.times, blood.values).first { $0.1 >= 0.01 * peak }?.0 ?? 0
    let kept = times.indices.filter { times[$0] >= arrival && plasmaOverBlood.contains(1 / ratios[$0]) }
    let odd = times.indices.filter { times[$0] >= arrival && !plasmaOverBlood.contains(1 / ratios[$0]) }
    let early = times.count - kept.count - odd.count
    if early > 0, isNeeded {
      findings.append(
        Finding(
          .note, .samplesBeforeBolus, field: "plasma_radioactivity", value: "\(early)",
          "\(early) samples of blood and plasma were taken before the bolus came", remedy: "their ratio is left out"))
    }
    if let first = odd.first {
      findings.append(
        Finding(
          .warning, .bloodPlasmaRatio, field: "plasma_radioactivity", value: "\(odd.count)",
          "in \(odd.count) of \(times.count) samples plasma is not \(NumberText.short(plasmaOverBlood.lowerBound)) to "
            + "\(NumberText.short(plasmaOverBlood.upperBound)) times blood ("
            + "\(NumberText.short(Rounding.significant(1 / ratios[first], digits: 3))) at "
            + "\(NumberText.short(times[first])) s)",
          remedy: isNeeded ? "their ratio is left out" : "check these samples and the units of both columns",
          castsDoubt: odd.count > times.count / 2))
    }
    guard !kept.isEmpty else {
      guard isNeeded else { return nil }
      throw PETError(
        .wrongInput, field: "plasma_radioactivity",
        "in no sample plasma is \(NumberText.short(plasmaOverBlood.lowerBound)) to "
          + "\(NumberText.short(plasmaOverBlood.upperBound)) times blood, as cells allow",
        remedy: "check the units of both columns")
    }
    return try BloodRatio(model, times: kept.map { times[$0] }, ratios: kept.map { ratios[$0] })
  }

  /// time/activity, each of the two ways of sampling with the same sum, so that many samples do not outweigh late ones.
  static func weights(times: [Double], values: [Double], isContinuous: [Bool]) -> [Double] {
    let peak = values.max() ?? 0
    var weights = zip(times, values).map { max(0, $0) / max($1, 0.01 * peak) }
    for kind in [true, false] {
      let own = weights.indices.filter { isContinuous[$0] == kind }
      let sum = own.reduce(0) { $0 + weights[$1] }
      for i in own where sum > 0 { weights[i] /= sum }
    }
    let mean = weights.reduce(0, +) / Double(max(1, weights.count))
    return mean > 0 ? weights.map { $0 / mean } : weights.map { _ in 1 }
  }

  static func arterial(_ model: ArterialCurve.Model?, times: [Double], values: [Double], weights: [Double])
    throws(PETError) -> ArterialCurve
  {
    if let model { return try ArterialCurve(model, times: times, values: values, weights: weights) }
    let fits = [
      try ArterialCurve(.triexponential, times: times, values: values, weights: weights),
      try ArterialCurve(.feng, times: times, values: values, weights: weights),
    ].filter { $0.hasBolus && $0.aic.isFinite }
    if let best = fits.min(by: { $0.aic < $1.aic }) { return best }
    return try ArterialCurve(.interpolation, times: times, values: values, weights: weights)
  }

  /// Autosampler blood freed of dispersion, and τ in s.
  static func undispersed(_ samples: BloodSamples, _ choices: InputChoices, _ findings: inout [Finding]) -> (
    BloodSamples.Series, dispersion: Double
  ) {
    let dispersion = samples.isDispersionCorrected ? 0 : choices.dispersion ?? samples.dispersionConstant ?? 0
    var continuous = samples.continuous
    guard !continuous.isEmpty else { return (continuous, dispersion) }
    continuous.values = Dispersion.corrected(
      times: continuous.times, values: continuous.values, constant: dispersion)
    if dispersion == 0, !samples.isDispersionCorrected {
      findings.append(
        Finding(
          .note, .dispersion, field: "DispersionCorrected", "autosampler blood is not corrected for dispersion",
          remedy: "give --dispersion in s"))
    }
    return (continuous, dispersion)
  }

  /// What an arterial curve does not show of the samples.
  ///
  /// - Parameter isChosen: whether its form was chosen by a criterion.
  static func doubts(_ arterial: ArterialCurve, isChosen: Bool) -> [Finding] {
    var findings: [Finding] = []
    if !arterial.hasBolus {
      findings.append(
        Finding(
          .warning, .aifMisfit, field: "AIF", value: arterial.model.rawValue,
          "the fitted curve stays below half of the measured peak", remedy: "use --aif interpolation"))
    }
    if isChosen, arterial.model == .interpolation {
      findings.append(
        Finding(
          .note, .aifInterpolated, field: "AIF", "neither form shows the measured bolus",
          remedy: "samples are joined by straight lines"))
    }
    return findings
  }

  /// Refuses a parent tracer without activity; less than none is told.
  static func check(_ parent: [Double], _ findings: inout [Finding]) throws(PETError) {
    guard let peak = parent.max(), peak > 0 else {
      throw PETError(
        .wrongInput, field: "AIF", "no sample of the parent tracer has activity",
        remedy: "check plasma and parent fraction")
    }
    guard let lowest = parent.min(), lowest < -0.02 * peak else { return }
    findings.append(
      Finding(
        .warning, .inputNegative, field: "plasma_radioactivity", value: NumberText.short(lowest),
        "a sample of the parent tracer is \(NumberText.short(lowest)) kBq/mL, the peak \(NumberText.short(peak)) kBq/mL",
        remedy: "activity is not negative: correct the sample"))
  }
}

extension Finding.Code {
  package static let aifInterpolated = Finding.Code("aif-interpolated")
  package static let aifMisfit = Finding.Code("aif-misfit")
  package static let bloodPlasmaRatio = Finding.Code("blood-plasma-ratio")
  package static let dispersion = Finding.Code("dispersion")
  package static let inputNegative = Finding.Code("input-negative")
  package static let metabolitesIgnored = Finding.Code("metabolites-ignored")
  package static let parentFractionMisfit = Finding.Code("parent-fraction-misfit")
  package static let parentFractionRange = Finding.Code("parent-fraction-range")
  package static let samplesBeforeBolus = Finding.Code("samples-before-bolus")
  package static let samplesBeforeInjection = Finding.Code("samples-before-injection")
}
