package import PETCore

/// Names of files that do not tell the machine: relative to the dataset, or beginning with their derivative's name.
package struct PortableNames: Sendable {
  /// The dataset first: derivatives inside it are named from its root.
  private let roots: [(path: String, name: String)]

  package init(_ dataset: Dataset, derivatives: Derivatives, output: String) {
    roots =
      [(dataset.root + "/", "")]
      + (derivatives.roots + [dataset.elsewhere].compactMap { $0 })
      .map { ($0 + "/", ($0.split(separator: "/").last.map(String.init) ?? "derivative") + "/") }
      + [(output + "/", "")]
  }

  /// Of an output alone.
  package init(output: String) { roots = [(output + "/", "")] }

  /// Text in which every path of a known folder is made portable.
  package func text(_ text: String) -> String {
    roots.reduce(text) { text, root in text.replacing(root.path, with: root.name) }
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
