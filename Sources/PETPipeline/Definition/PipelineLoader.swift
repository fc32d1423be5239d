import Foundation
import PETBinding
package import PETCore
import PETImaging
import PETKinetics
import PETResults
import PETStudy
import ShippedPipelines
import Yams

/// Reads pipelines, by name from those shipped in the program or from a file.
package enum PipelineLoader {
  /// What `read` may hold besides systems.
  static let readKeys = PipelineKey.names(in: "read")

  /// Names of the shipped pipelines.
  package static var shipped: [String] { ShippedPipelines.texts.map(\.name) }

  /// The text of a shipped pipeline.
  package static func text(_ name: String) throws(PETError) -> String {
    if let own = ShippedPipelines.texts.first(where: { $0.name == name }) { return own.text }
    throw PETError(
      .usage, field: "pipeline", "there is no pipeline '\(name)'", remedy: NearestName.advice(for: name, among: shipped)
    )
  }

  /// - Parameter nameOrPath: a shipped name; anything with a slash or a YAML ending is a path.
  package static func load(_ nameOrPath: String) throws(PETError) -> PipelineDefinition {
    if let own = ShippedPipelines.texts.first(where: { $0.name == nameOrPath }) {
      return try parse(own.text, file: own.name + ".yaml")
    }
    guard nameOrPath.contains("/") || nameOrPath.hasSuffix(".yaml") || nameOrPath.hasSuffix(".yml") else {
      throw PETError(
        .usage, field: "pipeline", "there is no pipeline '\(nameOrPath)'",
        remedy: NearestName.advice(for: nameOrPath, among: shipped) + " (or give a .yaml file)")
    }
    let bytes = try RegularFile.contents(nameOrPath, limit: 1 << 20)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw PETError(.wrongInput, file: nameOrPath, "the text is not UTF-8", remedy: "save the file as UTF-8")
    }
    return try parse(text, file: nameOrPath)
  }

  /// Parses a pipeline; every fault is reported, each with line and column.
  package static func parse(_ text: String, file: String) throws(PETError) -> PipelineDefinition {
    let root = try YAMLReader.root(of: text, file: file)
    guard let root, case .mapping = root else {
      throw PETError(
        .wrongInput, file: file, "the file holds no pipeline", remedy: "begin with name: and read: (see a shipped one)")
    }
    return try definition(root, text: text, file: file)
  }

  /// The pipeline of a document that has been read.
  static func definition(_ root: Node, text: String, file: String) throws(PETError) -> PipelineDefinition {
    let reader = YAMLReader(file: file)
    let definition = build(reader, root, text: text)
    try reader.throwFaults()
    guard let definition else {
      throw PETError(.internalFault, file: file, "the pipeline could not be read", remedy: "please report it")
    }
    return definition
  }

  /// A text that says the name that its file's name gave it: a copy under another name is the same pipeline.
  private static func naming(_ text: String, _ name: String) -> String {
    let line = "name: \(JSONValue.string(name).text.trimmed)\n"
    guard let start = text.range(of: #"(?m)^---[^\n]*\n"#, options: .regularExpression) else { return line + text }
    return text.replacingCharacters(in: start.upperBound..<start.upperBound, with: line)
  }

  private static func build(_ reader: YAMLReader, _ root: Node, text: String) -> PipelineDefinition? {
    let top = reader.section(root, "", allowed: PipelineKey.names(in: ""))
    let (name, text) = name(top, text)
    let (tracers, tracersFile, findings) = tracers(reader, root)
    let systems = systems(root, tracers)
    let read = top.requiredSection("read", allowed: systems.map(\.rawValue) + readKeys)
    let models = top.requiredSection(
      "models", allowed: systems.map(\.rawValue) + PipelineKey.names(in: "models"))
    let fitLevel = models.number(.fitLevel) ?? ConfidenceLevel.usual
    let roles = systems.map { role($0, read: read, models: models, tracers, maps: root["maps"]?["model"]?.string) }
    checkOneScan(roles, models)
    let regions = regions(top)
    let curves = curves(top)
    let input = top.section("input", allowed: PipelineKey.names(in: "input"))
    let (scanChoices, blood) = (choices(of: .scan, in: input), bloodChoices(input))
    let section = top.section("balance", allowed: PipelineKey.names(in: "balance"))
    let measure = measure(section, roles)
    let maps = maps(top, roles: roles.compactMap { $0 }, measure: measure)
    var balance = balance(section, systems: systems, measure: measure)
    balance.catalogue = tracers
    if systems.count == 1, top.members["balance"] != nil {
      top.fault("balance", "one system alone has no balance", "name a second one in read, or remove balance")
    }
    let isMatching = section.word(.resolution) != "ignore"
    let report = report(top)
    let (pairing, pairs) = pairing(read, balance.systems)
    let norms = norms(section, of: roles.compactMap { $0 })
    let files: [String: [String]] = [
      "read.tracers": [tracersFile], "read.pairing.table": [pairs], "balance.norms": norms.files,
    ].mapValues { $0.compactMap { $0 } }
    let values = PipelineValues(
      root, systems: systems.map(\.rawValue), files: files.mapValues { $0.map { beside(reader.file, $0) } })
    guard let numerator = roles[0], reader.faults.isEmpty else { return nil }
    let named = ["read.tracers", "read.pairing.table", "balance.norms"].flatMap { files[$0] ?? [] }
    return PipelineDefinition(
      name: name, summary: top.text("description") ?? "", numerator: numerator,
      denominator: roles.dropFirst().first ?? nil, pairing: pairing, regions: regions, curves: curves,
      scanChoices: scanChoices, blood: blood, maps: maps, measure: measure, matchResolution: isMatching,
      balance: balance, fitLevel: fitLevel, norms: norms.table, report: report,
      companions: companions(named + [regionTable(top)].compactMap { $0 }, of: reader.file), text: text,
      values: values, digest: PipelineDefinition.digest(name, values.all.filter { $0.key != "description" }),
      tracers: tracers, findings: findings)
  }

  // MARK: - Sections

  /// The name, and the text with it: that of the file where the text names none.
  private static func name(_ top: YAMLReader.Section, _ text: String) -> (name: String, text: String) {
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
  private static func checkOneScan(_ roles: [PipelineDefinition.Role?], _ models: YAMLReader.Section) {
    guard let a = roles[0], let b = roles.dropFirst().first ?? nil, a.tracer.id == b.tracer.id,
      (a.model, a.choice, a.reference, a.choices) != (b.model, b.choice, b.reference, b.choices)
    else { return }
    models.fault(
      b.system.rawValue, "one scan marks both systems and is fitted once: the two models differ",
      "give both the same model and reference")
  }

  private static func regions(_ top: YAMLReader.Section) -> PipelineDefinition.Regions {
    let section = top.section("regions", allowed: PipelineKey.names(in: "regions"))
    let segmentation = section.text("segmentation")
    let definitions: PipelineDefinition.Definitions =
      switch section.text("definitions") ?? "auto" {
      case "auto": .automatic
      case "labels": .labels
      case let path: .table(beside(top.reader.file, path))
      }
    return PipelineDefinition.Regions(
      segmentation: segmentation == "auto" ? nil : segmentation, definitions: definitions)
  }

  /// The table of regions as the pipeline names it; nil where it names none.
  private static func regionTable(_ top: YAMLReader.Section) -> String? {
    let text = top.members["regions"]?["definitions"]?.string
    return text.flatMap { ["auto", "labels", ""].contains($0) ? nil : $0 }
  }

  private static func curves(_ top: YAMLReader.Section) -> PipelineDefinition.Curves {
    let section = top.section("curves", allowed: PipelineKey.names(in: "curves"))
    return PipelineDefinition.Curves(
      sampling: section.word(.sampling).flatMap(GridSampling.init) ?? .labelsToImage,
      smoothing: section.number(.smooth).flatMap { $0 > 0 ? $0 : nil })
  }

  /// The measure that is compared: it must be one of every model.
  private static func measure(_ section: YAMLReader.Section, _ roles: [PipelineDefinition.Role?]) -> String {
    // One system alone has its model's own outcome.
    let own = roles.count == 1 ? roles[0].flatMap { try? ModelCatalogue.named($0.model).card.outcome } : nil
    let measure = section.text("measure") ?? own ?? "BPND"
    for role in roles.compactMap({ $0 }) {
      for token in [role.model, role.choice?.otherwise].compactMap({ $0 }) {
        let symbols = (try? ModelCatalogue.named(token))?.card.parameters.map(\.symbol) ?? []
        guard !symbols.contains(measure) else { continue }
        section.fault(
          "measure", "\(token) of \(role.system.rawValue) has no '\(measure)'",
          NearestName.advice(for: measure, among: symbols))
      }
    }
    return measure
  }

  private static func balance(_ section: YAMLReader.Section, systems: [TracerCard.System], measure: String)
    -> BalanceSettings
  {
    var balance = BalanceSettings()
    balance.level = section.number(.balanceLevel) ?? ConfidenceLevel.usual
    balance.correlation = section.number(.correlation) ?? 0
    balance.centreOver = section.texts("centre-over")
    balanceExtras(section, systems: systems.map(\.rawValue), &balance)
    if measure != "BPND" { balance.floor = nil }
    if systems.count == 2 { balance.systems = BalanceSystems(systems[0], over: systems[1]) }
    return balance
  }

  /// The table of norms, with the names of its files: what it does not tell itself is in the JSON beside it.
  private static func norms(_ section: YAMLReader.Section, of roles: [PipelineDefinition.Role]) -> (
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

  private static func report(_ top: YAMLReader.Section) -> PipelineDefinition.Report {
    let section = top.section("report", allowed: PipelineKey.names(in: "report"))
    return PipelineDefinition.Report(html: section.flag("html") ?? true, colours: colours(section))
  }

  /// Files that stand beside the pipeline by relative names.
  private static func companions(_ names: [String], of pipeline: String) -> [(name: String, path: String)] {
    names.filter { !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") }
      .map { (name: $0, path: beside(pipeline, $0)) }
  }

  /// Ends of the colours of maps: BPND to 4 and log ratios to 3 either side, unless the file says otherwise.
  private static func colours(_ report: YAMLReader.Section) -> [String: Double] {
    let section = report.section("colours", allowed: PipelineKey.colours)
    var colours = PipelineKey.usualColours
    for measure in PipelineKey.colours {
      guard let key = PipelineKey.at("report.colours.\(measure)", []), let end = section.number(key) else { continue }
      colours[measure] = end
    }
    return colours
  }

  /// A path that is not full counts from the pipeline's own folder, where it leads to a file.
  static func beside(_ pipeline: String, _ path: String) -> String {
    let here = ((pipeline as NSString).deletingLastPathComponent as NSString).appendingPathComponent(path)
    return !path.hasPrefix("/") && FileManager.default.fileExists(atPath: here) ? here : path
  }

  /// The built-in tracers and those of the file that `read: {tracers: FILE}` names, with the file's name and what it changes.
  private static func tracers(_ reader: YAMLReader, _ root: Node) -> (TracerCatalogue, String?, [Finding]) {
    guard let node = root["read"]?["tracers"] else { return (.builtIn, nil, []) }
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      reader.fault(node, "read.tracers", "the name of a file is needed here", "write tracers: FILE.yaml")
      return (.builtIn, nil, [])
    }
    do throws(PETError) {
      let cards = try TracerFile.read(beside(reader.file, scalar.string))
      let gone = TracerCatalogue.builtIn.replaced(by: cards).map(\.id)
      let finding = Finding(
        .note, "card-replaced", file: scalar.string, field: "id", value: gone.joined(separator: ", "),
        "its tracers take the place of the cards \(gone.joined(separator: ", "))", remedy: "the file's cards count")
      return (TracerCatalogue.builtIn.adding(cards), scalar.string, gone.isEmpty ? [] : [finding])
    } catch {
      reader.add(error)
      return (.builtIn, nil, [])
    }
  }

  /// The systems that a pipeline reads, the numerator first: two of any, or one alone, which makes no balance.
  private static func systems(_ root: Node, _ tracers: TracerCatalogue) -> [TracerCard.System] {
    let usual: [TracerCard.System] = [.dopamine, .serotonin]
    guard case .mapping(let read)? = root["read"] else { return usual }
    let known = Set(tracers.all.flatMap { [$0.system] + $0.alsoMarks })
    let named = read.compactMap(\.key.string).filter { !readKeys.contains($0) }.map(TracerCard.System.init)
    // With a slip among them the usual two are what is asked for.
    return (1...2).contains(named.count) && named.allSatisfy(known.contains) ? named : usual
  }

  private static func maps(_ top: YAMLReader.Section, roles: [PipelineDefinition.Role], measure: String)
    -> PipelineDefinition.Maps?
  {
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
      if balance, card.index(of: measure) == nil {
        section.fault(
          "balance", "maps of \(card.id) have no '\(measure)'", "name another model, or write balance: false")
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

  private static func bloodChoices(_ input: YAMLReader.Section) -> InputChoices {
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
