package import PETBinding

/// What a person's page says of the rest of the study: who comes before and after, and where the first ratios lie among those
/// of the others.
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

  package init() {}

  /// All of it, for its digest.
  package var text: String {
    let links = [previous, next].map { $0.map { "\($0.name) \($0.href)" } ?? "n/a" }
    return (links + places.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.rawValue)" }).joined(separator: "\n")
  }
}
