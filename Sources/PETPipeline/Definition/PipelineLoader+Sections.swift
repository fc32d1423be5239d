import Foundation
import PETBinding
import PETCore
import PETImaging
import PETKinetics
import PETResults
import PETStudy
import PETTracers

/// The sections of a pipeline, one reader each; what is wrong in one is told of its keys.
extension PipelineLoader {
  /// The name, and the text with it: that of the file where the text names none.
  static func name(_ top: YAMLReader.Section, _ text: String) -> (name: String, text: String) {
    let file = top.reader.file
    let name = top.text("name") ?? ((file as NSString).lastPathComponent as NSString).deletingPathExtension
    guard top.members["name"] == nil else { return (name, text) }
    let named = naming(text, name)
    // A line cannot be set before a document within braces.
    if (try? YAMLReader.root(of: named, file: file)) == nil {
      top.fault("name", "a pipeline within braces has no name", "write name: as its first key")
    }
    return (name, named)
  }

  /// A scan that marks both systems is fitted once.
  static func checkOneScan(_ roles: [PipelineDefinition.Role?], _ models: YAMLReader.Section) {
    guard let a = roles[0], let b = roles.dropFirst().first ?? nil, a.tracer.id == b.tracer.id,
      (a.model, a.choice, a.reference, a.choices) != (b.model, b.choice, b.reference, b.choices)
    else { return }
    models.fault(
      b.system.rawValue, "one scan marks both systems and is fitted once: the two models differ",
      "give both the same model and reference")
  }

  static func regions(_ top: YAMLReader.Section) -> PipelineDefinition.Regions {
    let section = top.section("regions", allowed: PipelineKey.names(in: "regions"))
    let atlas = section.text("atlas")
    let segmentation = atlas.map { $0.hasPrefix("/") ? $0 : "{study}/" + $0 } ?? section.text("segmentation")
    if atlas != nil, section.text("segmentation") ?? "auto" != "auto" {
      section.fault("atlas", "both segmentation and atlas are given", "give one of them")
    }
    let masks = section.text("masks")
    if masks != nil, let segmentation, segmentation != "auto" {
      section.fault("masks", "both \(atlas == nil ? "segmentation" : "atlas") and masks are given", "give one of them")
    }
    let definitions: PipelineDefinition.Definitions =
      switch section.text("definitions") ?? "auto" {
      case "auto": .automatic
      case "labels": .labels
      case let path: .table(beside(top.reader.file, path))
      }
    let vocabulary = section.text("vocabulary").map { beside(top.reader.file, $0) }
    var words = AnatomicalVocabulary.builtIn
    do throws(PETError) {
      if let vocabulary { words = try words.adding(vocabulary) }
    } catch {
      section.fault(
        "vocabulary", [error.file, error.field, error.problem].compactMap { $0 }.joined(separator: ": "), error.remedy)
    }
    return PipelineDefinition.Regions(
      segmentation: segmentation == "auto" ? nil : segmentation, masks: masks, transform: section.text("transform"),
      definitions: definitions,
      vocabulary: vocabulary,
      words: words)
  }

  /// The table of regions as the pipeline names it; nil where it names none.
  static func regionTable(_ top: YAMLReader.Section) -> String? {
    let text = top.members["regions"]?["definitions"]?.string
    return text.flatMap { ["auto", "labels", ""].contains($0) ? nil : $0 }
  }

  static func motion(_ top: YAMLReader.Section) -> MotionRule {
    let section = top.section("motion", allowed: PipelineKey.names(in: "motion"))
    return MotionRule(
      mode: section.word(.motionMode).flatMap(MotionRule.Mode.init) ?? MotionRule.usual.mode,
      limit: section.number(.motionLimit) ?? MotionRule.usual.limit)
  }

  static func alignment(_ top: YAMLReader.Section) -> AlignmentRule {
    let section = top.section("align", allowed: PipelineKey.names(in: "align"))
    return AlignmentRule(
      mode: section.word(.alignMode).flatMap(AlignmentRule.Mode.init) ?? AlignmentRule.usual.mode,
      limit: section.number(.alignLimit) ?? AlignmentRule.usual.limit)
  }

  /// Errors that are not statistical; nil where none is stated.
  static func uncertainty(_ top: YAMLReader.Section, _ balance: BalanceSettings) -> UncertaintyRule? {
    guard top.members["uncertainty"] != nil else { return nil }
    let section = top.section("uncertainty", allowed: PipelineKey.names(in: "uncertainty"))
    var rule = UncertaintyRule()
    for effect in BudgetEffect.all where section.members[effect.key] != nil {
      if let kind = effect.kind {
        let key = PipelineKey.effect(effect, kind)
        guard let value = section.value(effect.key, kind, example: key.example) else { continue }
        rule[effect] = Double(value).map { .number($0) } ?? .word(value)
      } else {
        let own = section.section(effect.key, allowed: PipelineKey.names(in: "uncertainty.\(effect.key)"))
        for name in ["mean", "sd"] where own.members[name] == nil {
          own.fault(name, "the key is missing", "write \(effect.key): \(effect.example)")
        }
        guard let mean = own.number(.bloodVolumeMean), let spread = own.number(.bloodVolumeSpread) else { continue }
        if mean < spread { own.fault("sd", "it is larger than the mean", "write \(effect.key): \(effect.example)") }
        rule[effect] = .about(mean: mean, sd: spread)
      }
    }
    if rule[.days] != nil, balance.retest != nil {
      section.fault(
        BudgetEffect.days.key, "balance.retest has it in the statistical error already", "remove one of them")
    }
    return rule.effects.isEmpty ? nil : rule
  }

  static func curves(_ top: YAMLReader.Section) -> PipelineDefinition.Curves {
    let section = top.section("curves", allowed: PipelineKey.names(in: "curves"))
    return PipelineDefinition.Curves(
      sampling: section.word(.sampling).flatMap(GridSampling.init) ?? .labelsToImage,
      smoothing: section.number(.smooth).flatMap { $0 > 0 ? $0 : nil },
      partialVolume: section.word(.partialVolume).flatMap(PartialVolume.init) ?? .none)
  }

  /// What a correction for partial volume needs, and what does not go with it.
  static func checkCorrection(
    _ top: YAMLReader.Section, _ read: YAMLReader.Section, _ curves: PipelineDefinition.Curves,
    _ roles: [PipelineDefinition.Role?]
  ) {
    guard curves.partialVolume != .none else { return }
    let section = top.section("curves", allowed: PipelineKey.names(in: "curves"))
    for role in roles.compactMap({ $0 }) where role.resolution == nil {
      let system = role.system.rawValue
      // What is written and is no resolution was told.
      guard read.members[system]?[PipelineKey.fwhm.name] == nil else { continue }
      read.fault(
        system, "a correction for partial volume needs the resolution of its scans", "add fwhm: 6 (mm, of this scanner)"
      )
    }
    if curves.smoothing != nil {
      section.fault("smooth", "a correction for partial volume takes the scans as they are", "remove it")
    }
    if curves.sampling != .labelsToImage {
      section.fault("sampling", "a correction for partial volume takes the labels to the scan", "remove it")
    }
  }

  /// The measure that is compared, one for both systems or one each: it must be one of every model.
  static func measure(_ roles: inout [PipelineDefinition.Role?], _ section: YAMLReader.Section) {
    let systems = roles.compactMap { $0?.system.rawValue }
    var named: YAMLReader.Section?
    if section.members["measure"]?.members != nil { named = section.section("measure", allowed: systems) }
    var common: String?
    if section.members["measure"]?.list != nil {
      section.fault("measure", "a list is no measure", "write BPND, or {dopamine: Kiref, serotonin: BPND}")
    } else if named == nil {
      common = section.text("measure")
    }
    for i in roles.indices {
      guard let role = roles[i] else { continue }
      if let named, named.members[role.system.rawValue] == nil {
        named.fault(role.system.rawValue, "the key is missing", "add \(role.system.rawValue): a parameter of its model")
      }
      // One system alone has its model's own outcome.
      let own = roles.count == 1 ? try? ModelCatalogue.named(role.model).card.outcome : nil
      let measure = named?.text(role.system.rawValue) ?? common ?? own ?? "BPND"
      roles[i]?.measure = measure
      for token in [role.model, role.choice?.otherwise].compactMap({ $0 }) {
        let symbols = (try? ModelCatalogue.named(token))?.card.parameters.map(\.symbol) ?? []
        guard !symbols.contains(measure) else { continue }
        section.fault(
          "measure", "\(token) of \(role.system.rawValue) has no '\(measure)'",
          NearestName.advice(for: measure, among: symbols))
      }
    }
  }

  /// - Parameter measure: of the denominator.
  static func balance(_ section: YAMLReader.Section, systems: [TracerCard.System], of measure: String?)
    -> BalanceSettings
  {
    var balance = BalanceSettings()
    balance.level = section.number(.balanceLevel) ?? ConfidenceLevel.usual
    balance.correlation = section.number(.correlation) ?? 0
    balance.centreOver = section.texts("centre-over")
    balanceExtras(section, systems: systems.map(\.rawValue), &balance)
    balance.floor = BalanceSettings.floor(of: measure ?? "BPND")
    if systems.count == 2 { balance.systems = BalanceSystems(systems[0], over: systems[1]) }
    return balance
  }

  /// The table of norms, with the names of its files: what it does not tell itself is in the JSON beside it.
  static func norms(_ section: YAMLReader.Section, of roles: [PipelineDefinition.Role]) -> (
    table: NormTable?, files: [String?]
  ) {
    guard let name = section.text("norms") else { return (nil, []) }
    let file = section.reader.file
    let about = TSVTable.sidecarPath(of: name)
    let files = [name, FileManager.default.fileExists(atPath: beside(file, about)) ? about : nil]
    do throws(PETError) {
      let norms = try NormReader.read(beside(file, name))
      let label = BIDSName.label(roles.map(\.tracer.id).joined())
      if let pair = norms.pair, pair != label {
        section.fault("norms", "they are of \(pair), not of \(label)", "give norms of the same tracers and pipeline")
      }
      return (norms, files)
    } catch {
      section.fault(
        "norms", [error.file, error.field, error.problem].compactMap { $0 }.joined(separator: ": "), error.remedy)
      return (nil, files)
    }
  }

  static func report(_ top: YAMLReader.Section) -> PipelineDefinition.Report {
    let section = top.section("report", allowed: PipelineKey.names(in: "report"))
    return PipelineDefinition.Report(html: section.flag("html") ?? true, colours: colours(section))
  }

  /// Files that stand beside the pipeline by relative names.
  static func companions(_ names: [String], of pipeline: String) -> [(name: String, path: String)] {
    names.filter { !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") }
      .map { (name: $0, path: beside(pipeline, $0)) }
  }

  /// Ends of the colours of maps: BPND to 4 and log ratios to 3 either side, unless the file says otherwise.
  static func colours(_ report: YAMLReader.Section) -> [String: Double] {
    let section = report.section("colours", allowed: PipelineKey.colours)
    var colours = PipelineKey.usualColours
    for measure in PipelineKey.colours {
      if let end = section.number(.colour(measure)) { colours[measure] = end }
    }
    return colours
  }

  static func maps(_ top: YAMLReader.Section, roles: [PipelineDefinition.Role]) -> PipelineDefinition.Maps? {
    guard top.members["maps"] != nil else { return nil }
    let section = top.section("maps", allowed: PipelineKey.names(in: "maps"))
    let token = section.text("model")
    let model = token.flatMap { try? ModelCatalogue.named($0) }
    if let token, model == nil {
      section.fault(
        "model", "there is no model '\(token)'", NearestName.advice(for: token, among: ModelCatalogue.names))
    }
    let balance = section.flag("balance") ?? true
    for role in model == nil ? roles : Array(roles.prefix(1)) {
      guard let card = model?.card ?? (try? ModelCatalogue.named(role.model).card) else { continue }
      if card.needs.contains(.regions) {
        section.fault("model", "\(card.id) is estimated over regions together and has no map", "name another model")
        continue
      }
      if card.needs.contains(.referenceCurve), role.reference == nil {
        section.fault(
          "model", "\(card.id) needs a reference region, and models: \(role.system.rawValue) names none",
          "name a model with plasma, or a reference")
      }
      if balance, card.index(of: role.measure) == nil {
        section.fault(
          "balance", "maps of \(card.id) have no '\(role.measure)'", "name another model, or write balance: false")
      }
    }
    let smoothing = section.number(.mapSmooth)
    return PipelineDefinition.Maps(
      model: model?.card.id, smoothing: smoothing, withErrors: section.flag("se-maps") ?? true,
      withStatus: section.flag("status-map") ?? true, balance: balance)
  }

  /// The settings of fits that a section gives.
  static func choices(of scope: FitSetting.Scope, in section: YAMLReader.Section) -> FitChoices {
    var choices = FitChoices()
    for setting in FitSetting.all where setting.scope == scope {
      guard let value = section.value(setting.key, setting.kind, example: setting.yaml) else { continue }
      choices.set(setting, value)
    }
    return choices
  }

  static func bloodChoices(_ input: YAMLReader.Section) -> InputChoices {
    var choices = InputChoices()
    switch input.word(.parentFraction) {
    case "auto"?: choices.parentFraction = nil
    case "none"?: choices.ignoresMetabolites = true
    case let name?: choices.parentFraction = ParentFraction.Model(rawValue: name)
    case nil: break
    }
    if let model = input.word(.bloodRatio).flatMap(BloodRatio.Model.init) { choices.ratio = model }
    if let name = input.word(.aif) { choices.arterial = ArterialCurve.Model(rawValue: name) }
    choices.dispersion = input.number(.dispersion)
    return choices
  }
}
