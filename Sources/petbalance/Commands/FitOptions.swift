import ArgumentParser
package import PETCore
import PETKinetics
import PETStudy

extension Option where Value == String? {
  /// An option that is a setting of a fit: name and help are its card's.
  init(setting key: String) {
    self.init(name: .customLong(key), help: ArgumentHelp(FitSetting.help(key)))
  }
}

extension FitSetting {
  static func help(_ key: String) -> String { named(key).map { "\($0.words) (default: \($0.standard))." } ?? key }
}

/// What a fit is told besides curves and model.
struct FitOptions: ParsableArguments {
  @Option(help: "Reference: a region, several joined by +, or an anatomical word such as cerebellum.")
  var reference: String?
  @Option(help: "Table of anatomical words of your own: columns word and labels (joined by +).") var vocabulary: String?
  @Option(help: "Arterial input: an _inputfunction.tsv (petbalance input makes one from blood).") var input: String?
  @Option(setting: "k2prime") var k2prime: String?
  @Option(setting: "k2prime-floor") var k2primeFloor: String?
  @Option(setting: "tstar") var tstar: String?
  @Option(setting: "tstar-limit") var tstarLimit: String?
  @Option(setting: "vb") var vb: String?
  @Option(setting: "delay") var delay: String?
  @Option(setting: "weights") var weights: String?
  @Option(setting: "weight-floor") var weightFloor: String?
  @Option(setting: "frame-sampling") var frameSampling: String?
  @Option(setting: "window") var window: String?
  @Option(setting: "start") var start: String?
  @Option(setting: "end") var end: String?
  @Option(setting: "challenge") var challenge: String?
  @Option(setting: "exclude-frames") var excludeFrames: String?
  @Option(parsing: .upToNextOption, help: ArgumentHelp(FitSetting.help("bounds"))) var bounds: [String] = []
  @Option(setting: "dose") var dose: String?
  @Option(setting: "body-weight") var bodyWeight: String?
  @OptionGroup var isotope: IsotopeOption

  func validate() throws {
    if (dose == nil) != (bodyWeight == nil) { throw ValidationError("--dose and --body-weight belong together") }
  }

  /// Files that are read besides the curves.
  var files: [String] {
    (input.map { [$0, PETSidecar.path(beside: $0)] } ?? []) + (vocabulary.map { [$0] } ?? [])
  }

  /// Anatomical words, the user's own first.
  var words: AnatomicalVocabulary {
    get throws(PETError) {
      guard let vocabulary else { return .builtIn }
      return try AnatomicalVocabulary.builtIn.adding(vocabulary)
    }
  }

  /// What was asked for, checked.
  var choices: FitChoices {
    get throws(PETError) {
      var choices = FitChoices()
      for (key, text) in [
        ("k2prime", k2prime), ("k2prime-floor", k2primeFloor), ("tstar", tstar), ("tstar-limit", tstarLimit),
        ("vb", vb), ("delay", delay), ("weights", weights), ("weight-floor", weightFloor),
        ("frame-sampling", frameSampling), ("window", window), ("start", start), ("end", end),
        ("challenge", challenge), ("exclude-frames", excludeFrames),
        ("bounds", bounds.isEmpty ? nil : bounds.joined(separator: " ")), ("dose", dose), ("body-weight", bodyWeight),
      ] {
        if let text, let setting = FitSetting.named(key) { try choices.set(setting, text, field: setting.option) }
      }
      return choices
    }
  }

  /// The settings for a model, and what was to be said of the input.
  func settings(_ card: ModelCard, frames: FrameSchedule) throws(PETError) -> (FitSettings, [Finding]) {
    let choices = try choices
    if choices["vb"] != nil, FitSetting.named("vb")?.serves(card) == false {
      throw PETError(.usage, field: "--vb", "\(card.id) has no blood volume", remedy: "leave it out")
    }
    var settings = try choices.settings(for: card, frames: frames)
    guard let input, card.needs.contains(.plasma) else { return (settings, []) }
    let (plasma, findings) = try InputFunctionReader.read(input)
    settings.plasma = plasma
    return (settings, findings)
  }

  /// Options that no model has a use for.
  func unused(by cards: [ModelCard]) throws(PETError) -> [Finding] {
    try choices.unused(by: cards).map { setting in
      Finding(
        .warning, .optionUnused, field: setting.option,
        "\(cards.map(\.id).joined(separator: ", ")) does not use it", remedy: "leave it out")
    }
  }
}

extension Finding.Code {
  package static let optionUnused = Finding.Code("option-unused")
}
