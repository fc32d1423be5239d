import Foundation
package import PETCore
import PETKinetics

/// A pipeline file in which settings may be lists: every combination is a pipeline of its own.
package struct ChoiceGrid: Sendable {
  /// One combination.
  package struct Universe: Sendable {
    /// From 1.
    package let index: Int
    /// One for each of the grid's choices; `n/a` where the universe's model has no use for it.
    package let values: [String]
    package let definition: PipelineDefinition
  }

  /// The keys that are lists, such as `models.dopamine.model`.
  package let choices: [String]
  package let universes: [Universe]

  /// More combinations than this are refused.
  package static let mostUniverses = 10_000

  package init(path: String) throws(PETError) {
    let bytes = try RegularFile.contents(path, limit: 1 << 20)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw PETError(.wrongInput, file: path, "the text is not UTF-8", remedy: "save the file as UTF-8")
    }
    try self.init(text: text, file: path)
  }

  package init(text: String, file: String) throws(PETError) {
    guard let root = try YAMLReader.root(of: text, file: file), root.members != nil else {
      throw PETError(
        .wrongInput, file: file, "the file holds no pipeline", remedy: "begin with name: and read: (see a shipped one)")
    }
    var lists: [(path: [String], values: [YAMLNode])] = []
    for section in ["read", "regions", "motion", "align", "curves", "input", "models"] {
      Self.collect(root[section], [section], &lists)
    }
    if let wrong = lists.first(where: {
      !Self.settings.contains($0.path.last ?? "") || $0.path.count < 2 || $0.values.isEmpty
    }) {
      throw PETError(
        .wrongInput, file: file, field: wrong.path.joined(separator: "."),
        wrong.values.isEmpty ? "the list is empty" : "it cannot be a list of choices",
        remedy: wrong.values.isEmpty
          ? "name at least one" : "choices are: " + Self.settings.sorted().joined(separator: ", "))
    }
    guard !lists.isEmpty else {
      throw PETError(
        .wrongInput, file: file, field: "models", "no setting is a list: there is one universe",
        remedy: "write lists, such as model: [SRTM, MRTM2]")
    }
    let count = lists.reduce(1) { $0.multipliedReportingOverflow(by: max(1, $1.values.count)).partialValue }
    guard count <= Self.mostUniverses, lists.reduce(1.0, { $0 * Double($1.values.count) }) <= Double(Self.mostUniverses)
    else {
      throw PETError(
        .wrongInput, file: file, field: "lists", "more than \(Self.mostUniverses) combinations",
        remedy: "take choices out")
    }
    choices = lists.map { $0.path.joined(separator: ".") }
    var universes: [Universe] = []
    var seen: Set<[String]> = []
    for number in 0..<count {
      var rest = number
      var node = root
      // The first choice changes slowest, as it is read.
      var picks = [Int](repeating: 0, count: lists.count)
      for place in lists.indices.reversed() {
        picks[place] = rest % lists[place].values.count
        rest /= lists[place].values.count
      }
      for (list, pick) in zip(lists, picks) { Self.set(&node, list.path, list.values[pick]) }
      let unused = Self.dropUnused(&node, chosen: lists.map(\.path))
      Self.remove(["maps"], from: &node)
      let values = zip(lists, picks).map { list, pick in
        unused.contains(list.path) ? "n/a" : Self.words(list.values[pick])
      }
      // Two that differ only in what their models have no use for are one.
      let keys = zip(lists, picks).map { list, pick in
        unused.contains(list.path) ? "n/a" : Self.key(list.values[pick])
      }
      guard seen.insert(keys).inserted else { continue }
      let definition: PipelineDefinition
      do throws(PETError) {
        definition = try PipelineLoader.definition(node, text: text, file: file)
      } catch {
        let words = zip(choices, values).map { "\($0) \($1)" }.joined(separator: ", ")
        throw PETError(
          error.code, file: error.file, field: error.field, "\(error.problem) (with \(words))", remedy: error.remedy)
      }
      universes.append(Universe(index: universes.count + 1, values: values, definition: definition))
    }
    self.universes = universes
  }

  /// Keys that may be lists: those with one value, of the sections that are read here.
  private static let settings: Set<String> = Set(
    PipelineKey.all.filter { key in
      let isChoice = ["regions", "motion", "align", "curves", "input", "models"].contains {
        key.path.hasPrefix($0 + ".")
      }
      return (isChoice && key.path != PipelineKey.fitLevel.path || key.path == PipelineKey.fwhm.path)
    }.map(\.name))

  /// Keys whose value is a list by nature; several of them are a list of lists.
  private static let ranges: Set<String> = Set(FitSetting.all.filter(\.kind.isList).map(\.key))

  /// Keys whose value is a mapping by nature, with lists inside it that are no choices.
  private static let mappings: Set<String> = Set(
    FitSetting.all.filter { if case .bounds = $0.kind { true } else { false } }.map(\.key))

  private static func collect(
    _ node: YAMLNode?, _ path: [String], _ lists: inout [(path: [String], values: [YAMLNode])]
  ) {
    switch node?.content {
    case .mapping(let members)?:
      if mappings.contains(path.last ?? "") { return }
      for (name, value) in members {
        if let name = name.string, path + [name] != ["read", "pairing"] { collect(value, path + [name], &lists) }
      }
    case .sequence(let values)?:
      if ranges.contains(path.last ?? ""), values.first?.list == nil { return }
      lists.append((path, values))
    default: break
    }
  }

  private static func set(_ node: inout YAMLNode, _ path: [String], _ value: YAMLNode) {
    guard let first = path.first else {
      node = value
      return
    }
    guard var child = node[first] else { return }
    set(&child, Array(path.dropFirst()), value)
    node[first] = child
  }

  /// Removes from each role what its model has no use for, where the model or that setting is a choice.
  ///
  /// - Returns: the paths removed.
  private static func dropUnused(_ node: inout YAMLNode, chosen: [[String]]) -> Set<[String]> {
    var removed: Set<[String]> = []
    guard let roles = node["models"]?.members else { return removed }
    for (system, role) in roles {
      guard let system = system.string, let token = role["model"]?.string,
        let card = try? ModelCatalogue.named(token).card
      else { continue }
      // The model that follows where the first tells nothing has its own use for settings.
      let other = role["otherwise"]?.string.flatMap { try? ModelCatalogue.named($0).card }
      let cards = [card] + [other].compactMap { $0 }
      var unused = FitSetting.all.filter { setting in setting.scope == .role && !cards.contains(where: setting.serves) }
        .map(\.key)
      if !cards.contains(where: { $0.needs.contains(.referenceCurve) }) { unused.append("reference") }
      for key in unused where role[key] != nil {
        let path = ["models", system, key]
        guard chosen.contains(path) || chosen.contains(["models", system, "model"]) else { continue }
        remove(path, from: &node)
        removed.insert(path)
      }
    }
    return removed
  }

  private static func remove(_ path: [String], from node: inout YAMLNode) {
    guard let members = node.members, let first = path.first else { return }
    var kept: YAMLNode.Members = []
    for (name, value) in members {
      guard name.string == first else {
        kept.append((name, value))
        continue
      }
      guard path.count > 1 else { continue }
      var child = value
      remove(Array(path.dropFirst()), from: &child)
      kept.append((name, child))
    }
    node.content = .mapping(kept)
  }

  /// What tells a value from others: names whatever their case and dashes, numbers and lists as they are (a sign is no dash).
  private static func key(_ node: YAMLNode) -> String {
    let text = words(node)
    return node.string == nil || Double(text) != nil ? text : RegionName.key(text)
  }

  private static func words(_ node: YAMLNode) -> String {
    if let list = node.list { return list.map(words).joined(separator: "-") }
    if let members = node.members {
      return members.map { "\(words($0))=\(words($1))" }.joined(separator: " ")
    }
    return node.string ?? "…"
  }
}
