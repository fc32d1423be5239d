import Foundation
import PETBinding
package import PETCore
import PETImaging
import PETKinetics
import PETResults
import PETStudy
import PETTracers
import ShippedPipelines

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
    guard let root, root.members != nil else {
      throw PETError(
        .wrongInput, file: file, "the file holds no pipeline", remedy: "begin with name: and read: (see a shipped one)")
    }
    return try definition(root, text: text, file: file)
  }

  /// The pipeline of a document that has been read.
  static func definition(_ root: YAMLNode, text: String, file: String) throws(PETError) -> PipelineDefinition {
    let reader = YAMLReader(file: file)
    let definition = build(reader, root, text: text)
    try reader.throwFaults()
    guard let definition else {
      throw PETError(.internalFault, file: file, "the pipeline could not be read", remedy: "please report it")
    }
    return definition
  }

  /// A text that says the name that its file's name gave it: a copy under another name is the same pipeline.
  static func naming(_ text: String, _ name: String) -> String {
    let line = "name: \(JSONValue.string(name).text.trimmed)\n"
    // Not before the mark that a document begins with.
    guard let mark = text.firstMatch(of: /(?m)^---.*\R/) else { return line + text }
    return text[..<mark.range.upperBound] + line + text[mark.range.upperBound...]
  }

  private static func build(_ reader: YAMLReader, _ root: YAMLNode, text: String) -> PipelineDefinition? {
    let top = reader.section(root, "", allowed: PipelineKey.names(in: ""))
    let (name, text) = name(top, text)
    let (tracers, tracersFile, findings) = tracers(reader, root)
    let systems = systems(root, tracers)
    let read = top.requiredSection("read", allowed: systems.map(\.rawValue) + readKeys)
    let models = top.requiredSection(
      "models", allowed: systems.map(\.rawValue) + PipelineKey.names(in: "models"))
    let fitLevel = models.number(.fitLevel) ?? ConfidenceLevel.usual
    var roles = systems.map { role($0, read: read, models: models, tracers, maps: root["maps"]?["model"]?.string) }
    checkOneScan(roles, models)
    let regions = regions(top)
    let (motion, alignment) = (motion(top), alignment(top))
    let curves = curves(top)
    checkCorrection(top, read, curves, roles)
    let input = top.section("input", allowed: PipelineKey.names(in: "input"))
    let (scanChoices, blood) = (choices(of: .scan, in: input), bloodChoices(input))
    let section = top.section("balance", allowed: PipelineKey.names(in: "balance"))
    measure(&roles, section)
    let maps = maps(top, roles: roles.compactMap { $0 })
    var balance = balance(section, systems: systems, of: roles.last??.measure)
    balance.catalogue = tracers
    if systems.count == 1, top.members["balance"] != nil {
      top.fault("balance", "one system alone has no balance", "name a second one in read, or remove balance")
    }
    let uncertainty = uncertainty(top, balance)
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
      denominator: roles.dropFirst().first ?? nil, pairing: pairing, regions: regions, motion: motion,
      alignment: alignment,
      curves: curves,
      scanChoices: scanChoices, blood: blood, maps: maps, matchResolution: isMatching,
      balance: balance, uncertainty: uncertainty, fitLevel: fitLevel, norms: norms.table, report: report,
      primary: section.texts("primary"),
      companions: companions(named + [regionTable(top)].compactMap { $0 }, of: reader.file), text: text,
      values: values, digest: PipelineDefinition.digest(name, values.all.filter { $0.key != "description" }),
      tracers: tracers, findings: findings)
  }

  /// A path that is not full counts from the pipeline's own folder, where it leads to a file.
  static func beside(_ pipeline: String, _ path: String) -> String {
    // NSString's own way breaks on a path of one letter.
    let here = (pipeline.lastIndex(of: "/").map { String(pipeline[...$0]) } ?? "") + path
    return !path.hasPrefix("/") && FileManager.default.fileExists(atPath: here) ? here : path
  }

  /// The built-in tracers and those of the file that `read: {tracers: FILE}` names, with the file's name and what it changes.
  private static func tracers(_ reader: YAMLReader, _ root: YAMLNode) -> (TracerCatalogue, String?, [Finding]) {
    guard let node = root["read"]?["tracers"] else { return (.builtIn, nil, []) }
    guard let path = node.string, !path.isEmpty else {
      reader.fault(node, "read.tracers", "the name of a file is needed here", "write tracers: FILE.yaml")
      return (.builtIn, nil, [])
    }
    do throws(PETError) {
      let cards = try TracerFile.read(beside(reader.file, path))
      let gone = TracerCatalogue.builtIn.replaced(by: cards).map(\.id)
      let finding = Finding(
        .note, .cardReplaced, file: path, field: "id", value: gone.joined(separator: ", "),
        "its tracers take the place of the cards \(gone.joined(separator: ", "))", remedy: "the file's cards count")
      return (TracerCatalogue.builtIn.adding(cards), path, gone.isEmpty ? [] : [finding])
    } catch {
      reader.add(error)
      return (.builtIn, nil, [])
    }
  }

  /// The systems that a pipeline reads, the numerator first: two of any, or one alone, which makes no balance.
  private static func systems(_ root: YAMLNode, _ tracers: TracerCatalogue) -> [TracerCard.System] {
    let usual: [TracerCard.System] = [.dopamine, .serotonin]
    guard let read = root["read"]?.members else { return usual }
    let known = Set(tracers.all.flatMap { [$0.system] + $0.alsoMarks })
    let named = read.compactMap(\.key.string).filter { !readKeys.contains($0) }.map(TracerCard.System.init)
    // With a slip among them the usual two are what is asked for.
    return (1...2).contains(named.count) && named.allSatisfy(known.contains) ? named : usual
  }
}

extension Finding.Code {
  package static let cardReplaced = Finding.Code("card-replaced")
}
