import ArgumentParser
import PETCore
import PETKinetics
import PETStudy

extension WeightScheme: ExpressibleByArgument {}
extension FrameSampling: ExpressibleByArgument {}

/// What a fit is told besides curves and model.
struct FitOptions: ParsableArguments {
  @Option(help: "Reference region, or several joined by +.") var reference: String?
  @Option(help: "Arterial input: an _inputfunction.tsv (petbalance input makes one from blood).") var input: String?
  @Option(
    name: .customLong("k2prime"),
    help: "k2' in 1/min, or how to estimate it over regions: mean (default), median, nested.")
  var k2prime: String?
  @Option(name: .customLong("k2prime-floor"), help: "Regions below this BPND do not tell k2'.") var k2primeFloor:
    Double =
      0.5
  @Option(help: "t* in min: earlier frames do not count in linear models; auto finds it.") var tstar: String?
  @Option(name: .customLong("tstar-limit"), help: "Largest relative residual that t* auto allows, in %.")
  var tstarLimit: Double = 10
  @Option(name: .customLong("vb"), help: "Blood volume: fit, or its value (mL/cm3).") var vB: String?
  @Option(help: "Delay of the input in s (positive: later), or fit.") var delay: String?
  @Option(help: "Weights of frames (default: counts when the isotope is known, else uniform).") var weights:
    WeightScheme?
  @Option(help: "Least weight, as a share of the largest (kinfitr schemes: their minimum weight, 0.5).")
  var weightFloor: Double?
  @Option(help: "How the model meets a frame.") var frameSampling: FrameSampling = .average
  @Option(
    help: """
      Start in min: of the window of ratio models (which need one, unless the scan is one frame), of the frames that \
      count in others.
      """)
  var start: Double?
  @Option(help: "End in min, likewise.") var end: Double?
  @Option(help: "Window after a challenge in min, LOW:HIGH (Equilibrium).") var challenge: String?
  @Option(help: "Frames that count nowhere, from 1, joined by commas: they are bridged as a gap.") var excludeFrames:
    String?
  @Option(parsing: .upToNextOption, help: "Bounds that replace the model's, such as BPND=0:10 k2a=0.001:1 (1/min).")
  var bounds: [String] = []
  @Option(help: "Injected activity in MBq (SUV).") var dose: Double?
  @Option(help: "Body weight in kg (SUV).") var bodyWeight: Double?
  @Option(help: "Isotope, when the table's sidecar does not say it (C11, F18).") var isotope: String?

  func validate() throws {
    if let isotope, Isotope(spelling: isotope) == nil {
      throw ValidationError(
        "--isotope '\(isotope)' is none of \(Isotope.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    for (name, value) in [("--dose", dose), ("--body-weight", bodyWeight)] {
      if let value, !(value > 0 && value.isFinite) { throw ValidationError("\(name) \(value) is not above 0") }
    }
    if (dose == nil) != (bodyWeight == nil) { throw ValidationError("--dose and --body-weight belong together") }
    guard tstarLimit > 0, tstarLimit < 100 else {
      throw ValidationError("--tstar-limit \(tstarLimit) is not between 0 and 100")
    }
    if let weightFloor, !(weightFloor > 0 && weightFloor < 1) {
      throw ValidationError("--weight-floor \(weightFloor) is not between 0 and 1")
    }
  }

  /// Files that are read besides the curves.
  var files: [String] { input.map { [$0, TSVTable.sidecarPath(of: $0)] } ?? [] }

  /// The settings for a model, and what was to be said of the input.
  func settings(_ card: ModelCard, frames: FrameSchedule) throws(PETError) -> (FitSettings, [Finding]) {
    var settings = FitSettings()
    settings.weights = weights
    settings.weightFloor = weightFloor
    settings.sampling = frameSampling
    settings.k2primeRule.floor = k2primeFloor
    if let k2prime {
      if let average = ReferenceRateRule.Average(rawValue: k2prime) {
        settings.k2primeRule.average = average
      } else {
        settings.k2prime =
          try number(k2prime, "--k2prime", "a rate above 0 (1/min), mean, median or nested") { $0 > 0 && $0 < 100 } / 60
      }
    }
    if tstar == "auto" {
      settings.linearStart = .automatic(limit: tstarLimit / 100)
    } else if let tstar {
      settings.linearStart = .given(60 * (try number(tstar, "--tstar", "a time of 0 min or more, or auto") { $0 >= 0 }))
    }
    if vB == "fit" {
      settings.vB = .fitted
    } else if let vB {
      settings.vB = .fixed(try number(vB, "--vb", "fit, or a share of 0 or more and below 1") { $0 >= 0 && $0 < 1 })
    }
    if vB != nil, !card.needs.contains(.plasma) || card.needs.contains(.window) {
      throw PETError(.usage, field: "--vb", "\(card.id) has no blood volume", remedy: "leave it out")
    }
    if settings.vB == .fitted, !card.canFitBlood {
      throw PETError(
        .usage, field: "--vb", "\(card.id) does not fit the blood volume", remedy: "give its value, such as 0.05")
    }
    if delay == "fit" {
      settings.delay = .fitted
    } else if let delay {
      settings.delay = .given(try number(delay, "--delay", "fit, or a time in s within 300") { abs($0) <= 300 })
    }
    if let dose, let bodyWeight { settings.dosePerGram = dose / bodyWeight }
    try setWindows(&settings, card, frames)
    if let excludeFrames { settings.excluded = try frameNumbers(excludeFrames, of: frames.count) }
    for text in bounds {
      let (symbol, range) = try bound(text, of: card)
      settings.bounds[symbol] = range
    }
    guard let input, card.needs.contains(.plasma) else { return (settings, []) }
    let (plasma, findings) = try InputFunctionReader.read(input)
    settings.plasma = plasma
    return (settings, findings)
  }

  private func setWindows(_ settings: inout FitSettings, _ card: ModelCard, _ frames: FrameSchedule) throws(PETError) {
    if let challenge {
      let ends = challenge.split(separator: ":").map { Double($0) }
      guard ends.count == 2, let low = ends[0], let high = ends[1], low >= 0, low < high else {
        throw PETError(.usage, field: "--challenge", "'\(challenge)' is not LOW:HIGH", remedy: "write 50:80")
      }
      settings.challenge = low * 60...high * 60
    }
    guard start != nil || end != nil else { return }
    let last = frames.ends.last ?? 0
    let from = (start ?? 0) * 60
    let to = end.map { $0 * 60 } ?? last
    guard from < to else {
      throw PETError(
        .usage, field: "--start", "the window from \(from / 60) to \(to / 60) min is empty",
        remedy: "--start before --end")
    }
    if card.needs.contains(.window) {
      settings.window = from...to
    } else {
      let middles = frames.midpoints
      settings.unfitted = Set(middles.indices.filter { middles[$0] < from || middles[$0] > to })
    }
  }

  private func number(_ text: String, _ option: String, _ what: String, _ holds: (Double) -> Bool) throws(PETError)
    -> Double
  {
    if let value = Double(text), value.isFinite, holds(value) { return value }
    throw PETError(.usage, field: option, "'\(text)' is not \(what)", remedy: "see petbalance fit --help")
  }

  private func frameNumbers(_ list: String, of count: Int) throws(PETError) -> Set<Int> {
    var result: Set<Int> = []
    for part in list.split(separator: ",") {
      guard let number = Int(part.trimmed), (1...count).contains(number) else {
        throw PETError(
          .usage, field: "--exclude-frames", "'\(part)' is not a frame from 1 to \(count)",
          remedy: "count frames from 1")
      }
      result.insert(number - 1)
    }
    return result
  }

  /// `P=LO:HI` in the field's units; the same value twice holds the parameter there.
  private func bound(_ text: String, of card: ModelCard) throws(PETError) -> (String, ClosedRange<Double>) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard let parameter = card.parameters.first(where: { $0.symbol == parts.first }) else {
      throw PETError(
        .usage, field: "--bounds", "\(card.id) has no parameter '\(parts.first ?? text)'",
        remedy: NearestName.advice(for: parts.first ?? text, among: card.parameters.map(\.symbol)))
    }
    let ends = (parts.count == 2 ? parts[1] : "").split(separator: ":").map { Double($0) }
    guard ends.count == 2, let low = ends[0], let high = ends[1], low <= high, low.isFinite, high.isFinite else {
      throw PETError(
        .usage, field: "--bounds", "'\(text)' is not P=LOW:HIGH", remedy: "write \(parameter.symbol)=LOW:HIGH")
    }
    if parameter.symbol == "k2a", low <= 0 {
      throw PETError(
        .usage, field: "--bounds", "'\(text)' begins at 0, where the rate has no logarithm", remedy: "begin above 0")
    }
    let unit = parameter.unit.fromInternal
    return (parameter.symbol, low / unit...high / unit)
  }
}
