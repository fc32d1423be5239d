import PETCore

extension FitSetting {
  /// Every setting, in the order of help and page.
  ///
  /// Ranges hold whatever a scan could ask for; what lies outside is a slip of the unit or of the hand.
  package static let all: [FitSetting] = [
    k2prime, k2primeFloor, tstar, tstarLimit, window, start, end, challenge, excludeFrames, vb, delay, bounds, weights,
    weightFloor, frameSampling, dose, bodyWeight, bootstrap, seed, truncation,
  ]

  private static func needs(_ need: ModelCard.Need) -> @Sendable (ModelCard) -> Bool { { $0.needs.contains(need) } }

  private static let everyModel: @Sendable (ModelCard) -> Bool = { _ in true }

  /// A time in s from a value in min.
  private static func seconds(_ text: some StringProtocol) -> Double { 60 * (Double(text) ?? .nan) }

  private static func window(_ text: String) -> ClosedRange<Double> {
    let ends = text.split(separator: ":").map(seconds)
    return ends[0]...ends[1]
  }

  // MARK: Reference models

  package static let k2prime = FitSetting(
    "k2prime",
    .number(1e-4...10, unit: "1/min", words: ["estimate"] + ReferenceRateRule.Average.allCases.map(\.rawValue)),
    standard: "estimate",
    "k2' of the reference region, or how it is estimated over regions (estimate: by their mean)",
    example: "0.1", serves: needs(.k2prime)
  ) { (text, _, settings) throws(PETError) in
    if let average = ReferenceRateRule.Average(rawValue: text) {
      settings.k2primeRule.average = average
    } else {
      settings.k2prime = Double(text).map { $0 / 60 }
    }
  }

  static let k2primeFloor = FitSetting(
    "k2prime-floor", .number(0...100, unit: ""), standard: "0.5", "regions below this BPND do not tell k2'",
    example: "0.5", serves: needs(.k2prime)
  ) { (text, _, settings) throws(PETError) in settings.k2primeRule.floor = Double(text) ?? 0.5 }

  // MARK: Which frames count

  static let tstar = FitSetting(
    "tstar", .number(0...600, unit: "min", words: ["auto"]), standard: "0",
    "t*: earlier frames do not count in linear models; auto finds it", example: "30", serves: needs(.linearStart)
  ) { (text, scene, settings) throws(PETError) in
    settings.linearStart =
      text == "auto"
      ? .automatic(limit: (scene.choices.number("tstar-limit") ?? 10) / 100) : .given(seconds(text))
  }

  static let tstarLimit = FitSetting(
    "tstar-limit", .number(0.01...99.99, unit: "%"), standard: "10", "largest relative residual that t* auto allows",
    example: "10", serves: needs(.linearStart))

  static let window = FitSetting(
    "window", .range(unit: "min"), standard: "none: a scan of several frames needs one",
    "the window of ratio models, after injection", example: "30:50", serves: needs(.window)
  ) { (text, _, settings) throws(PETError) in settings.window = window(text) }

  package static let start = FitSetting(
    "start", .number(0...10_000, unit: "min"), standard: "the beginning",
    "start of the window of ratio models, of the frames that count in others", example: "30", serves: everyModel
  ) { (_, scene, settings) throws(PETError) in try setEnds(scene, &settings) }

  static let end = FitSetting(
    "end", .number(0...10_000, unit: "min"), standard: "the end of the scan", "their end, likewise", example: "60",
    serves: everyModel
  ) { (_, scene, settings) throws(PETError) in
    if scene.choices["start"] == nil { try setEnds(scene, &settings) }
  }

  private static func setEnds(_ scene: Scene, _ settings: inout FitSettings) throws(PETError) {
    let from = (scene.choices.number("start") ?? 0) * 60
    let to = scene.choices.number("end").map { $0 * 60 } ?? scene.frames.ends.last ?? 0
    guard from < to else {
      throw PETError(
        .usage, "the window from \(NumberText.exact(from / 60)) to \(NumberText.exact(to / 60)) min is empty",
        remedy: "start before the end")
    }
    guard scene.card.needs.contains(.window) else {
      let middles = scene.frames.midpoints
      settings.unfitted = Set(middles.indices.filter { middles[$0] < from || middles[$0] > to })
      return
    }
    guard scene.choices["window"] == nil else {
      throw PETError(.usage, "the window is given twice", remedy: "write window, or start and end")
    }
    settings.window = from...to
  }

  static let challenge = FitSetting(
    "challenge", .range(unit: "min"), standard: "none", "the window after a challenge (Equilibrium)", example: "50:80",
    serves: { $0.id == Equilibrium.card.id }
  ) { (text, _, settings) throws(PETError) in settings.challenge = window(text) }

  static let excludeFrames = FitSetting(
    "exclude-frames", .frames, standard: "none", "frames that count nowhere: they are bridged as a gap",
    example: "3,17", serves: everyModel
  ) { (text, scene, settings) throws(PETError) in
    for part in text.split(separator: ",") {
      guard let number = Int(part), number <= scene.frames.count else {
        throw PETError(
          .usage, "'\(part)' is not a frame from 1 to \(scene.frames.count)", remedy: "count frames from 1")
      }
      settings.excluded.insert(number - 1)
    }
  }

  // MARK: Plasma models

  package static let vb = FitSetting(
    "vb", .number(0...0.99, unit: "mL/cm3", words: ["fit"]), standard: "the model's own",
    "the blood volume, or fit", example: "0.05",
    serves: { $0.needs.contains(.plasma) && !$0.needs.contains(.window) }
  ) { (text, scene, settings) throws(PETError) in
    guard text == "fit" else {
      settings.vB = Double(text).map(BloodVolume.fixed)
      return
    }
    guard scene.card.canFitBlood else {
      throw PETError(
        .usage, "\(scene.card.id) does not fit the blood volume", remedy: "give its value, such as 0.05")
    }
    settings.vB = .fitted
  }

  static let delay = FitSetting(
    "delay", .number(-300...300, unit: "s", words: ["fit"]), of: .scan, standard: "0",
    "the delay of the arterial input (positive: later), or fit", example: "fit", serves: needs(.plasma)
  ) { (text, _, settings) throws(PETError) in settings.delay = Double(text).map(InputDelay.Rule.given) ?? .fitted }

  // MARK: Every model

  static let bounds = FitSetting(
    "bounds", .bounds, standard: "the model's own",
    "bounds that replace the model's, in the field's units (rates in 1/min); the same value twice holds a parameter",
    example: "BPND=0:10", serves: everyModel
  ) { (text, scene, settings) throws(PETError) in
    for part in text.split(separator: " ") {
      let sides = part.split(separator: "=").map(String.init)
      guard let parameter = scene.card.parameters.first(where: { $0.symbol == sides[0] }) else {
        throw PETError(
          .usage, "\(scene.card.id) has no parameter '\(sides[0])'",
          remedy: NearestName.advice(for: sides[0], among: scene.card.parameters.map(\.symbol)))
      }
      let ends = sides[1].split(separator: ":").map { (Double($0) ?? .nan) / parameter.unit.fromInternal }
      if parameter.symbol == "k2a", ends[0] <= 0 {
        throw PETError(
          .usage, "'\(part)' begins at 0, where the rate has no logarithm", remedy: "begin above 0")
      }
      settings.bounds[parameter.symbol] = ends[0]...ends[1]
    }
  }

  static let weights = FitSetting(
    "weights", .words(WeightScheme.allCases.map(\.rawValue)), of: .scan,
    standard: "counts when the isotope is known, else uniform", "weights of frames", example: "counts",
    serves: everyModel
  ) { (text, _, settings) throws(PETError) in settings.weights = WeightScheme(rawValue: text) }

  static let weightFloor = FitSetting(
    "weight-floor", .number(1e-6...0.999999, unit: ""), of: .scan, standard: "none (kinfitr's schemes: 0.5)",
    "least weight of a frame, as a share of the largest", example: "0.1", serves: everyModel
  ) { (text, _, settings) throws(PETError) in settings.weightFloor = Double(text) }

  static let frameSampling = FitSetting(
    "frame-sampling", .words(FrameSampling.allCases.map(\.rawValue)), of: .scan, standard: "average",
    "how the model meets a frame: averaged over it, or at its middle", example: "average", serves: everyModel
  ) { (text, _, settings) throws(PETError) in settings.sampling = FrameSampling(rawValue: text) ?? .average }

  // MARK: Uptake

  static let dose = FitSetting(
    "dose", .number(1e-3...1e5, unit: "MBq"), standard: "the scan's sidecar", "injected activity (SUV)",
    example: "370", serves: needs(.dose)
  ) { (text, scene, settings) throws(PETError) in
    if let dose = Double(text), let weight = scene.choices.number("body-weight") {
      settings.dosePerGram = dose / weight
    }
  }

  static let bodyWeight = FitSetting(
    "body-weight", .number(0.1...1000, unit: "kg"), standard: "the scan's sidecar, or participants.tsv",
    "body weight (SUV)", example: "70", serves: needs(.dose))

  // MARK: Beside the fit

  static let bootstrap = FitSetting(
    "bootstrap", .whole(20...100_000, of: "samples"), standard: "none",
    "resampled fits, for errors beside those of the fit", example: "200")

  static let seed = FitSetting(
    "seed", .whole(0...9_007_199_254_740_992), standard: "1", "seed of the resampling", example: "1")

  static let truncation = FitSetting(
    "truncation", .numbers(0.1...10_000, unit: "min"), standard: "none",
    "ends of the scan at which the outcome is fitted again, against scan length", example: "40,50,60")
}
