package import PETCore

/// Names of files that do not tell the machine: relative to the dataset, or beginning with their derivative's name.
package struct PortableNames: Sendable {
  /// The dataset first: derivatives inside it are named from its root.
  private let roots: [(path: String, name: String)]

  package init(dataset: String, derivatives: Derivatives, output: String) {
    roots =
      [(dataset + "/", "")]
      + derivatives.roots.map { ($0 + "/", ($0.split(separator: "/").last.map(String.init) ?? "derivative") + "/") }
      + [(output + "/", "")]
  }

  /// Of an output alone.
  package init(output: String) { roots = [(output + "/", "")] }

  /// Text in which every path of a known folder is made portable.
  package func text(_ text: String) -> String {
    roots.reduce(text) { text, root in
      // Within a longer path it is another folder: `/data/` is not that of `/mnt/data/`.
      text.ranges(of: root.path).reversed().reduce(into: text) { text, place in
        let before = text[..<place.lowerBound].last
        if before.map({ $0.isLetter || $0.isNumber || "._-~/".contains($0) }) != true {
          text.replaceSubrange(place, with: root.name)
        }
      }
    }
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
