import PETCore
import Yams

/// Walks a YAML mapping and collects every fault with its line and column, instead of stopping at the first.
final class YAMLReader {
  let file: String
  private var found: [(line: Int, column: Int, error: PETError)] = []

  /// Every fault, in the order of the file.
  var faults: [PETError] { found.sorted { ($0.line, $0.column) < ($1.line, $1.column) }.map(\.error) }

  init(file: String) { self.file = file }

  func fault(_ node: Node?, _ key: String, _ problem: String, _ remedy: String) {
    let place = node?.mark.map { "\(file):\($0.line):\($0.column)" } ?? file
    let error = PETError(.wrongInput, file: place, field: key, problem, remedy: remedy)
    found.append((node?.mark?.line ?? 0, node?.mark?.column ?? 0, error))
  }

  /// One mapping with the keys it may have; unknown keys are faults with the near miss.
  func section(_ node: Node?, _ key: String, allowed: [String]) -> Section {
    guard let node else { return Section(reader: self, key: key, members: [:], node: nil) }
    guard case .mapping(let mapping) = node else {
      fault(node, key, "a mapping is needed here", "write \(key): {\(allowed.joined(separator: ": …, ")): …}")
      return Section(reader: self, key: key, members: [:], node: node)
    }
    var members: [String: Node] = [:]
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
    let members: [String: Node]
    let node: Node?

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
      guard case .scalar(let scalar) = value, !scalar.string.isEmpty else {
        reader.fault(value, path(name), "text is needed here", "write \(name): …")
        return nil
      }
      return scalar.string
    }

    func requiredText(_ name: String) -> String? {
      if members[name] == nil, node != nil {
        reader.fault(node, path(name), "the key is missing", "add \(name): …")
      }
      return text(name)
    }

    func number(_ name: String, in range: ClosedRange<Double>, unit: String) -> Double? {
      guard let value = members[name] else { return nil }
      guard case .scalar(let scalar) = value, let number = Double(scalar.string), range.contains(number) else {
        let low = NumberText.short(range.lowerBound)
        reader.fault(
          value, path(name),
          "'\(value.string ?? "…")' is not a number from \(low) to \(NumberText.short(range.upperBound))",
          "give it in \(unit)")
        return nil
      }
      return number
    }

    func flag(_ name: String) -> Bool? {
      guard let value = members[name] else { return nil }
      if let flag = value.bool { return flag }
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
      guard case .sequence(let list) = value, list.allSatisfy({ $0.string != nil }) else {
        reader.fault(value, path(name), "a list of names is needed here", "write \(name): [first, second]")
        return nil
      }
      return list.compactMap(\.string)
    }

    /// `[low, high]`.
    func range(_ name: String, unit: String) -> ClosedRange<Double>? {
      guard let value = members[name] else { return nil }
      guard case .sequence(let list) = value, list.count == 2, let low = list[0].string.flatMap(Double.init),
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
