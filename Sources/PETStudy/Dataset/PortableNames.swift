package import PETCore

/// Names of files that do not tell the machine: relative to the dataset, or beginning with their derivative's name.
package struct PortableNames: Sendable {
  /// The dataset first: derivatives inside it are named from its root.
  private let roots: [(path: String, name: String)]

  /// - Parameters:
  ///   - dataset: the study's folder.
  ///   - elsewhere: the folder of its files that lie elsewhere; nil for none.
  package init(dataset: String, elsewhere: String? = nil, derivatives: Derivatives, output: String) {
    roots =
      [(dataset + "/", "")]
      + (derivatives.roots + [elsewhere].compactMap { $0 })
      .map { ($0 + "/", ($0.split(separator: "/").last.map(String.init) ?? "derivative") + "/") }
      + [(output + "/", "")]
  }

  /// Of an output alone.
  package init(output: String) { roots = [(output + "/", "")] }

  /// Text in which every path of a known folder is made portable; the folder itself goes by its own name.
  package func text(_ text: String) -> String { roots.reduce(text) { Self.text($0, $1.path.dropLast(), $1.name) } }

  private static func text(_ text: String, _ folder: Substring, _ name: String) -> String {
    guard folder.count > 1 else { return text }
    // Within a longer path it is another folder: `/data` is not that of `/mnt/data` or `/data-2`.
    func goesOn(_ character: Character?) -> Bool {
      character.map { $0.isLetter || $0.isNumber || "._-~/".contains($0) } ?? false
    }
    var portable = ""
    var place = text.startIndex
    for found in text.ranges(of: folder) {
      let after = text[found.upperBound...].first
      guard !goesOn(text[..<found.lowerBound].last), after == "/" || !goesOn(after) else { continue }
      portable += text[place..<found.lowerBound]
      portable += after == "/" ? name : folder.split(separator: "/").last.map(String.init) ?? ""
      place = after == "/" ? text.index(after: found.upperBound) : found.upperBound
    }
    return portable + text[place...]
  }

  package func finding(_ finding: Finding) -> Finding {
    Finding(
      finding.level, finding.code, file: finding.file.map(path), field: finding.field, value: text(finding.value),
      text(finding.problem), remedy: text(finding.remedy), castsDoubt: finding.castsDoubt)
  }

  /// A path; of a file that lies elsewhere only its own name.
  package func path(_ path: String) -> String {
    for root in roots where path.hasPrefix(root.path) { return root.name + path.dropFirst(root.path.count) }
    return path.hasPrefix("/") ? String(path.split(separator: "/").last ?? "") : path
  }
}
