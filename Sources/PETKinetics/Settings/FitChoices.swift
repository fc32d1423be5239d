package import PETCore

/// What is asked of a fit, as values of its settings: what is not asked is left to each model.
package struct FitChoices: Sendable, Equatable {
  /// Values in their one form, by the keys of the settings.
  package private(set) var values: [String: String] = [:]

  package init() {}

  package subscript(key: String) -> String? { values[key] }

  /// - Parameter field: where the value was written.
  package mutating func set(_ setting: FitSetting, _ text: String, field: String) throws(PETError) {
    values[setting.key] = try setting.checked(text, field: field)
  }

  /// - Parameter value: in its one form.
  package mutating func set(_ setting: FitSetting, _ value: String) { values[setting.key] = value }

  /// Without some of the settings.
  package func without(_ keys: String...) -> FitChoices {
    var result = self
    for key in keys { result.values[key] = nil }
    return result
  }

  /// These, and others where these are silent.
  package func adding(_ others: FitChoices) -> FitChoices {
    var result = self
    result.values.merge(others.values) { own, _ in own }
    return result
  }

  /// Settings that a model has no use for.
  package func unused(by cards: [ModelCard]) -> [FitSetting] {
    FitSetting.all.filter { setting in values[setting.key] != nil && !cards.contains(where: setting.serves) }
  }

  /// What was asked for that is not the default anyway, in the order of the settings.
  package var told: [(key: String, value: String)] {
    FitSetting.all.compactMap { setting in
      values[setting.key].flatMap { $0 == setting.standard ? nil : (setting.key, $0) }
    }
  }

  package func number(_ key: String) -> Double? { values[key].flatMap(Double.init) }

  /// Numbers of a list.
  package func numbers(_ key: String) -> [Double] {
    (values[key] ?? "").split(separator: ",").compactMap { Double($0) }
  }

  /// The settings of a fit of one model to a scan of these frames; what it does not serve is left out.
  ///
  /// - Parameter field: how the place of a setting's value is named.
  package func settings(
    for card: ModelCard, frames: FrameSchedule, field: (FitSetting) -> String = \.option
  ) throws(PETError) -> FitSettings {
    var settings = FitSettings()
    let scene = FitSetting.Scene(card: card, frames: frames, choices: self)
    for setting in FitSetting.all {
      guard let value = values[setting.key], setting.serves(card) else { continue }
      do throws(PETError) { try setting.apply(value, scene, &settings) } catch {
        throw PETError(error.code, file: error.file, field: field(setting), error.problem, remedy: error.remedy)
      }
    }
    return settings
  }
}
