import PETBinding
import PETCore
import PETKinetics
import PETStudy
import PETTracers

extension PipelineLoader {
  /// What follows where a role's model tells no measure.
  private static func choice(_ fit: YAMLReader.Section, after first: (any KineticModel.Type)?) -> ModelChoice? {
    let rule = fit.word(.choose).flatMap(ModelChoice.Rule.init)
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
    let scan = read.requiredSection(system.rawValue, allowed: PipelineKey.names(in: "read.*"))
    let fit = models.requiredSection(system.rawValue, allowed: PipelineKey.names(in: "models.*"))
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
    let choices = choices(of: .role, in: fit)
    if let card = model?.card {
      let cards = [card] + [other?.card].compactMap { $0 }
      let mapped = maps.flatMap { try? ModelCatalogue.named($0) }?.card
      for setting in choices.unused(by: cards) {
        // A window may be that of the maps alone.
        if setting.kind.isWindow, let mapped, setting.serves(mapped) { continue }
        fit.fault(setting.key, "\(card.id) does not use it", "remove it")
      }
      if fit.members["reference"] != nil, !cards.contains(where: { $0.needs.contains(.referenceCurve) }) {
        fit.fault("reference", "\(card.id) does not use it", "remove it")
      }
      if choices["vb"] == "fit", !card.canFitBlood {
        fit.fault("vb", "\(card.id) does not fit the blood volume", "give its value, such as 0.05")
      }
      for part in (choices["bounds"] ?? "").split(separator: " ") {
        let symbol = part.prefix { $0 != "=" }
        guard card.index(of: String(symbol)) == nil else { continue }
        fit.fault(
          "bounds", "\(card.id) has no parameter '\(symbol)'",
          NearestName.advice(for: String(symbol), among: card.parameters.map(\.symbol)))
      }
    }
    if choice != nil, let key = ["bootstrap", "truncation"].first(where: { choices[$0] != nil }) {
      fit.fault(key, "it goes with one model", "remove it, or otherwise")
    }
    if (choices["dose"] == nil) != (choices["body-weight"] == nil) {
      fit.fault("dose", "dose and body-weight belong together", "give both, or leave them to each scan's sidecar")
    }
    let resolution = scan.resolution(.fwhm)
    var filter = EntityFilter()
    for key in EntityFilter.keys { filter[key] = scan.text(key) }
    guard let tracer, let model, reference != nil || !needsReference else { return nil }
    return PipelineDefinition.Role(
      system: system, tracer: tracer, filter: filter, resolution: resolution, model: model.card.id, choice: choice,
      reference: reference, choices: choices)
  }
}
