import Foundation
import PETCore
import PETTracers

/// Every value of a pipeline in its one form, by the path of its key: what results depend on besides files.
///
/// A comment, another order of keys or a default that is written out changes nothing here; the order of the systems in
/// `read` does, and that of the balances in `cross`, whose rows follow it.
struct PipelineValues: Sendable, Equatable {
  /// Values by path; what is not said has the words of its default.
  let all: [String: String]
  private let systems: [String]
  private let reaches: [String: Set<PipelineKey.Reach>]

  /// Sections that are values themselves: whether there are maps, and which system is above the line.
  private static let (maps, read) = ("maps", "read")

  /// - Parameter files: those that keys name and that count as part of the pipeline, by the key's path.
  init(_ root: YAMLNode, systems: [String], files: [String: [String]]) {
    var all = [
      Self.maps: root[Self.maps] == nil ? "none" : "made", Self.read: systems.joined(separator: " over "),
    ]
    var reaches: [String: Set<PipelineKey.Reach>] = [Self.maps: [.maps, .pairs], Self.read: [.pairs, .pages]]
    for key in PipelineKey.all {
      for path in key.paths(systems) {
        let node = path.split(separator: ".").reduce(Optional(root)) { node, name in node?[String(name)] }
        var text = node.map { key.text($0) } ?? key.standard ?? "none"
        for file in files[path] ?? [] {
          if let digest = try? FileDigest(path: file) { text += " (sha256 \(digest.sha256.prefix(12)))" }
        }
        all[path] = text
        reaches[path] = key.reach
      }
    }
    self.all = all
    self.reaches = reaches
    self.systems = systems
  }

  /// What has to be made again when the value at a path is another.
  func reach(_ path: String) -> Set<PipelineKey.Reach> { reaches[path] ?? [] }

  /// The values that some results depend on.
  ///
  /// - Parameter system: whose keys count; nil for those of all systems.
  func reaching(_ parts: Set<PipelineKey.Reach>, of system: String? = nil) -> [String: String] {
    let others = systems.filter { $0 != system }
    return all.filter { path, _ in
      !reach(path).isDisjoint(with: parts)
        && (system == nil || !path.split(separator: ".").contains { others.contains(String($0)) })
    }
  }
}

extension PipelineKey {
  /// A value of a pipeline in its one form; text that may not be written as it stands, for that was told.
  fileprivate func text(_ node: YAMLNode) -> String {
    switch kind {
    case .value(let kind): kind.canonical(node) ?? node.string ?? ""
    case .flag: node.flag.map { "\($0)" } ?? node.string ?? ""
    case .resolution: ScanResolution(node)?.canonical ?? node.string ?? ""
    // The order of members of what may be a text says nothing.
    case .text: Self.flat(node, sorted: true)
    case .list, .mapping: Self.flat(node)
    }
  }

  private static func flat(_ node: YAMLNode, sorted: Bool = false) -> String {
    switch node.content {
    case .mapping(let members) where sorted:
      "{" + members.map { "\($0.string ?? ""): \(flat($1))" }.sorted().joined(separator: ", ") + "}"
    case .sequence(let list): "[" + list.map { flat($0) }.joined(separator: ", ") + "]"
    case .mapping(let members):
      "{" + members.map { "\($0.string ?? ""): \(flat($1))" }.joined(separator: ", ") + "}"
    case .scalar(let text, _): text
    }
  }
}

extension PipelineDefinition {
  /// What results of one kind depend on.
  enum Part {
    case curves(Role), scan(Role), pair, page
  }

  /// The values that results depend on, by the paths of their keys.
  func values(of part: Part) -> [String: String] {
    switch part {
    case .curves(let role): return values(of: .scan(role)).filter { reach(of: [$0.key]).contains(.curves) }
    case .scan(let role):
      var own = values.reaching([.curves, .fits, .maps], of: role.system.rawValue)
      // Resolutions count by the smoothing that they lead to, or where they are taken out.
      if curves.partialVolume == .none { own[PipelineKey.fwhm.path.replacing("*", with: role.system.rawValue)] = nil }
      if let width = smoothing(of: role) {
        own[PipelineKey.resolution.path] = "smoothed by \(NumberText.short(width)) mm"
      }
      // The measure counts where models are chosen by it.
      own["balance.measure"] = role.choice == nil ? nil : role.measure
      return own
    case .pair: return values.reaching([.pairs])
    case .page: return values.reaching([.pages])
    }
  }

  /// SHA-256 of the pipeline's name and of the values that results depend on.
  func digest(of part: Part) -> String { Self.digest(name, values(of: part)) }

  static func digest(_ name: String, _ values: [String: String]) -> String {
    let lines = values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }
    return sha256(Data((name + "\n" + lines.joined()).utf8))
  }

  /// What has to be made again of a role's results when some of their values are others.
  func reach(of paths: some Sequence<String>) -> Set<PipelineKey.Reach> {
    paths.reduce(into: []) { sum, path in
      // Smoothing is of the curves.
      sum.formUnion(path == PipelineKey.resolution.path ? [.curves] : values.reach(path))
    }
  }
}
