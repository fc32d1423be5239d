package import PETBinding
import PETCore
import PETResults

/// What a person's page says of the rest of the study: who comes before and after, where the first ratios lie among those of
/// the others, and what analyses say of the person.
package struct StudyContext: Sendable {
  /// Another person's page.
  package struct Link: Sendable {
    package let name: String
    /// Seen from the folder of a person.
    package let href: String

    package init(name: String, href: String) { (self.name, self.href) = (name, href) }
  }

  package var previous: Link?
  package var next: Link?
  /// By region's key; without regions that have no place.
  package var places: [String: StudyPlace] = [:]
  /// Changes, occupancies and deviations, with the person's rows alone.
  package var analyses: [AnalysisReport] = []

  package init() {}

  /// All of it, for its digest.
  package var text: String {
    let links = [previous, next].map { $0.map { "\($0.name) \($0.href)" } ?? "n/a" }
    let lines =
      links + places.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.rawValue)" }
      + analyses.flatMap { analysis in
        [analysis.file, analysis.changed ?? "", analysis.sidecar?.text ?? ""]
          + ([analysis.table.columns] + analysis.table.cells).map { $0.joined(separator: "\t") }
      }
    return lines.joined(separator: "\n")
  }
}
