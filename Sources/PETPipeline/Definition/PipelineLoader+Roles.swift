import PETBinding
import PETCore
import PETKinetics
import PETStudy

extension PipelineLoader {
  /// What follows where a role's model tells no measure.
  private static func choice(_ fit: YAMLReader.Section, after first: (any KineticModel.Type)?) -> ModelChoice? {
    let rule = fit.choice("choose", ModelChoice.Rule.allCases.map(\.rawValue)).flatMap(ModelChoice.Rule.init)
    guard let token = fit.text("otherwise") else {
      if rule != nil { fit.fault("choose", "there is nothing to choose from", "name a model: otherwise: MA1") }
      return nil
    }
    guard let other = try? ModelCatalogue.named(token) else {
      fit.fault(
        "otherwise", "there is no model '\(token)'", NearestName.advice(for: token, among: ModelCatalogue.names))
      return nil
    }
    guard let first else { return nil }
    let card = other.card
    let further = card.needs.subtracting(first.card.needs).subtracting([.linearStart, .k2prime])
    guard card.id != first.card.id, further.isEmpty, !card.needs.contains(.regions) else {
      fit.fault(
        "otherwise",
        card.id == first.card.id
          ? "it is the model itself"
          : "\(card.id) needs what \(first.card.id) has not: \(further.map(\.rawValue).sorted().joined(separator: ", "))",
        "name another model of the same input")
      return nil
    }
    guard card.outcome == first.card.outcome else {
      fit.fault(
        "otherwise", "\(card.id) gives \(card.outcome), \(first.card.id) \(first.card.outcome)",
        "name a model of the same outcome")
      return nil
    }
    if rule == .aic, let plot = [first, other].first(where: { !$0.predictsCurve }) {
      fit.fault(
        "choose", "the AIC of \(plot.card.id) is that of its plot", "choose between models that predict the curve")
    }
    return ModelChoice(otherwise: card.id, rule: rule ?? .reliable)
  }

  /// - Parameter maps: the model of the maps, when it is one of their own.
  static func role(
    _ system: TracerCard.System, read: YAMLReader.Section, models: YAMLReader.Section, _ tracers: TracerCatalogue,
    maps: String?
  ) -> PipelineDefinition.Role? {
    let scan = read.requiredSection(system.rawValue, allowed: ["tracer", "fwhm"] + EntityFilter.keys)
    let fit = models.requiredSection(
      system.rawValue, allowed: ["model", "otherwise", "choose", "reference", "k2prime", "tstar", "window", "vb"])
    let spelling = scan.node == nil ? nil : scan.requiredText("tracer")
    let tracer = spelling.flatMap { tracers.find($0) }
    if let spelling, tracer == nil {
      scan.fault(
        "tracer", "there is no tracer '\(spelling)'",
        NearestName.advice(for: spelling, among: tracers.all.map(\.id)))
    }
    if let tracer, !tracer.marks(system) {
      scan.fault(
        "tracer", "\(tracer.name) is a \(tracer.system.rawValue) tracer, not \(system.rawValue)", "swap the two roles")
    }
    let token = fit.node == nil ? nil : fit.requiredText("model")
    let model = token.flatMap { try? ModelCatalogue.named($0) }
    if let token, model == nil {
      fit.fault("model", "there is no model '\(token)'", NearestName.advice(for: token, among: ModelCatalogue.names))
    }
    let choice = choice(fit, after: model)
    let other = choice.flatMap { try? ModelCatalogue.named($0.otherwise) }
    let needsReference = model?.card.needs.contains(.referenceCurve) ?? true
    let reference = fit.node == nil ? nil : needsReference ? fit.requiredText("reference") : nil
    var k2prime: Double?
    var rule = ReferenceRateRule()
    if let text = fit.text("k2prime"), text != "estimate" {
      if let average = ReferenceRateRule.Average(rawValue: text) {
        rule.average = average
      } else {
        k2prime = fit.number("k2prime", in: 1e-4...10, unit: "1/min, or write mean, median or nested").map { $0 / 60 }
      }
    }
    if let card = model?.card {
      let uses = [
        ("k2prime", ModelCard.Need.k2prime), ("tstar", .linearStart), ("window", .window), ("vb", .plasma),
        ("reference", .referenceCurve),
      ]
      // A window may be that of the maps alone.
      let isOfMaps = maps.flatMap { try? ModelCatalogue.named($0) }?.card.needs.contains(.window) ?? false
      for (key, need) in uses
      where fit.members[key] != nil && !card.needs.contains(need) && !(other?.card.needs.contains(need) ?? false) {
        if need == .window, isOfMaps { continue }
        fit.fault(key, "\(card.id) does not use it", "remove it")
      }
    }
    if fit.text("vb") == "fit", let card = model?.card, !card.canFitBlood {
      fit.fault("vb", "\(card.id) does not fit the blood volume", "give its value, such as 0.05")
    }
    let tstar: LinearStart =
      fit.text("tstar") == "auto"
      ? .automatic(limit: 0.1)
      : .given((fit.number("tstar", in: 0...600, unit: "min, or write auto") ?? 0) * 60)
    let vB: BloodVolume? =
      fit.text("vb") == "fit"
      ? .fitted : fit.number("vb", in: 0...0.99, unit: "mL/cm3, or write fit").map(BloodVolume.fixed)
    let window = fit.range("window", unit: "min")
    let fwhm = scan.number("fwhm", in: 0...30, unit: "mm")
    var filter = EntityFilter()
    for key in EntityFilter.keys { filter[key] = scan.text(key) }
    guard let tracer, let model, reference != nil || !needsReference else { return nil }
    return PipelineDefinition.Role(
      system: system, tracer: tracer, filter: filter, fwhm: fwhm, model: model.card.id, choice: choice,
      reference: reference,
      k2prime: k2prime,
      k2primeRule: rule, linearStart: tstar, vB: vB, window: window.map { $0.lowerBound * 60...$0.upperBound * 60 })
  }
}
