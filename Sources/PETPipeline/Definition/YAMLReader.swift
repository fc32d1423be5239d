import PETCore
import PETKinetics

/// Walks a YAML mapping and collects every fault with its line and column, instead of stopping at the first.
final class YAMLReader {
  let file: String
  private var found: [(line: Int, column: Int, error: PETError)] = []
  /// Of files that it names.
  private var elsewhere: [PETError] = []

  /// Every fault, in the order of the file; then those of files that it names.
  var faults: [PETError] {
    found.sorted { ($0.line, $0.column) < ($1.line, $1.column) }.map(\.error) + elsewhere
  }

  /// A file with more faults than this is not what it is taken for; the rest is not listed.
  private static let mostFaults = 50

  init(file: String) { self.file = file }

  /// Throws the first fault with all others, if there is any.
  func throwFaults() throws(PETError) {
    guard var first = faults.first else { return }
    let others = first.others + faults.dropFirst().flatMap { [$0.description] + $0.others }
    first.others = Array(others.prefix(Self.mostFaults))
    throw first
  }

  /// Keeps what is wrong with a file that this one names.
  func add(_ error: PETError) { elsewhere.append(error) }

  /// The document of a text; nil when it is empty.
  static func root(of text: String, file: String) throws(PETError) -> YAMLNode? {
    // Editors of other systems begin a file with a mark of its encoding.
    let text = text.unicodeScalars.first == "\u{feff}" ? String(text.unicodeScalars.dropFirst()) : text
    return try YAMLParser.root(of: text, file: file)
  }

  func fault(_ node: YAMLNode?, _ key: String, _ problem: String, _ remedy: String) {
    let place = node.map { "\(file):\($0.mark.line):\($0.mark.column)" } ?? file
    let error = PETError(.wrongInput, file: place, field: key, problem, remedy: remedy)
    found.append((node?.mark.line ?? 0, node?.mark.column ?? 0, error))
  }

  /// One mapping with the keys it may have; unknown keys are faults with the near miss.
  func section(_ node: YAMLNode?, _ key: String, allowed: [String]) -> Section {
    guard let node else { return Section(reader: self, key: key, members: [:], node: nil) }
    guard let mapping = node.members else {
      fault(node, key, "a mapping is needed here", "write \(key): {\(allowed.joined(separator: ": …, ")): …}")
      return Section(reader: self, key: key, members: [:], node: node)
    }
    var members: [String: YAMLNode] = [:]
    for (name, value) in mapping {
      guard let text = name.string else {
        fault(name, key, "the key is not text", "choose one of: \(allowed.joined(separator: ", "))")
        continue
      }
      if allowed.contains(text) {
        members[text] = value
      } else {
        fault(name, key.isEmpty ? text : "\(key).\(text)", "unknown key", NearestName.advice(for: text, among: allowed))
      }
    }
    return Section(reader: self, key: key, members: members, node: node)
  }

  /// A mapping whose members are read one by one.
  struct Section {
    let reader: YAMLReader
    let key: String
    let members: [String: YAMLNode]
    let node: YAMLNode?

    private func path(_ name: String) -> String { key.isEmpty ? name : "\(key).\(name)" }

    func section(_ name: String, allowed: [String]) -> Section {
      reader.section(members[name], path(name), allowed: allowed)
    }

    func requiredSection(_ name: String, allowed: [String]) -> Section {
      // Where the mapping itself is missing, that was told.
      if members[name] == nil, node != nil {
        reader.fault(node, path(name), "the key is missing", "add \(name): {\(allowed.joined(separator: ": …, ")): …}")
      }
      return section(name, allowed: allowed)
    }

    func text(_ name: String) -> String? {
      guard let value = members[name] else { return nil }
      guard let text = value.string, !text.isEmpty else {
        reader.fault(value, path(name), "text is needed here", "write \(name): …")
        return nil
      }
      return text
    }

    func requiredText(_ name: String) -> String? {
      if members[name] == nil, node != nil {
        reader.fault(node, path(name), "the key is missing", "add \(name): …")
      }
      return text(name)
    }

    func number(_ name: String, in range: ClosedRange<Double>, unit: String) -> Double? {
      guard let value = members[name] else { return nil }
      guard let number = value.string.flatMap(Double.init), range.contains(number) else {
        let low = NumberText.short(range.lowerBound)
        reader.fault(
          value, path(name),
          "'\(value.string ?? "…")' is not a number from \(low) to \(NumberText.short(range.upperBound))",
          "give it in \(unit)")
        return nil
      }
      return number
    }

    /// A value in its one form; nil where there is none, or none that may be written.
    func value(_ name: String, _ kind: FitSetting.Kind, example: String) -> String? {
      if case .words(let words) = kind { return choice(name, words) }
      guard let node = members[name] else { return nil }
      if let value = kind.canonical(node) { return value }
      reader.fault(node, path(name), "'\(kind.text(node) ?? "…")' is not \(kind.sentence)", "write \(name): \(example)")
      return nil
    }

    /// A number that a key's card describes.
    ///
    /// - Parameter name: of the member, where the key stands for several.
    func number(_ key: PipelineKey, named name: String? = nil) -> Double? {
      guard case .value(let kind) = key.kind else { return nil }
      return value(name ?? key.name, kind, example: key.example).flatMap(Double.init)
    }

    /// How sharp a scan is, where a key says it.
    func resolution(_ key: PipelineKey) -> ScanResolution? {
      guard let node = members[key.name] else { return nil }
      if let resolution = ScanResolution(node) { return resolution }
      reader.fault(
        node, path(key.name), "'\(node.string ?? "…")' is not \(ScanResolution.words)",
        "write \(key.name): \(key.example)")
      return nil
    }

    /// One of the words that a key's card lists.
    func word(_ key: PipelineKey) -> String? {
      guard case .value(.words(let words)) = key.kind else { return nil }
      return choice(key.name, words)
    }

    func flag(_ name: String) -> Bool? {
      guard let value = members[name] else { return nil }
      if let flag = value.flag { return flag }
      reader.fault(value, path(name), "'\(value.string ?? "…")' is not true or false", "write true or false")
      return nil
    }

    func choice(_ name: String, _ allowed: [String]) -> String? {
      guard let text = text(name) else { return nil }
      if allowed.contains(text) { return text }
      reader.fault(members[name], path(name), "there is no '\(text)'", NearestName.advice(for: text, among: allowed))
      return nil
    }

    func texts(_ name: String) -> [String]? {
      guard let value = members[name] else { return nil }
      guard let list = value.list, list.allSatisfy({ $0.string != nil }) else {
        reader.fault(value, path(name), "a list of names is needed here", "write \(name): [first, second]")
        return nil
      }
      return list.compactMap(\.string)
    }

    /// `[low, high]`.
    func range(_ name: String, unit: String) -> ClosedRange<Double>? {
      guard let value = members[name] else { return nil }
      guard let list = value.list, list.count == 2, let low = list[0].string.flatMap(Double.init),
        let high = list[1].string.flatMap(Double.init), low < high
      else {
        reader.fault(value, path(name), "two rising numbers are needed here", "write \(name): [from, to] in \(unit)")
        return nil
      }
      return low...high
    }

    func fault(_ name: String, _ problem: String, _ remedy: String) {
      reader.fault(members[name] ?? node, path(name), problem, remedy)
    }
  }
}

extension FitSetting.Kind {
  /// The text of a value as an option has it: lists joined, mappings as `P=LOW:HIGH`; nil for what has no such text.
  func text(_ node: YAMLNode) -> String? {
    switch node.content {
    case .scalar(let text, _): return text
    case .sequence(let list):
      let parts = list.map(\.string)
      return parts.contains(nil) ? nil : parts.compactMap { $0 }.joined(separator: separator)
    case .mapping(let members):
      let parts = members.map { name, value -> String? in
        guard let name = name.string, let ends = FitSetting.Kind.range(unit: "").text(value) else { return nil }
        return "\(name)=\(ends)"
      }
      return parts.contains(nil) ? nil : parts.compactMap { $0 }.joined(separator: " ")
    }
  }

  func canonical(_ node: YAMLNode) -> String? { text(node).flatMap { canonical($0.trimmed) } }
}
