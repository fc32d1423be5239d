import Foundation
package import PETCore
import PETKinetics
import PETStudy
import PETTracers

/// A pipeline for the study that was read: the tracers that its scans have, the segmentation that is there, reference regions
/// that it names and the models of the tracers' cards, with the reason of every choice.
package struct PipelineProposal {
  /// The YAML text; it is a pipeline that loads.
  package let text: String
  package let findings: [Finding]

  package struct Options: Sendable {
    package var derivatives: [String] = []
    /// A file of tracers that the catalogue does not have.
    package var tracers: String?

    package init() {}
  }

  /// - Parameters:
  ///   - study: a BIDS dataset, or a table of scans.
  ///   - place: the folder that the text is to stand in, for paths in it; nil for none.
  package init(_ study: String, options: Options, place: String? = nil) throws(PETError) {
    let dataset = try Dataset(study)
    let derivatives = try Derivatives(dataset: dataset.root, given: options.derivatives)
    var catalogue = TracerCatalogue.builtIn
    if let file = options.tracers { catalogue = catalogue.adding(try TracerFile.read(file)) }
    let found = StudyTracers(dataset.scans, catalogue)
    let roles = try found.roles(in: dataset.place)
    let regions = SegmentationChoice(roles.flatMap(\.scans), derivatives)
    var faults: [Finding] = []
    var fits: [RoleChoice] = []
    for role in roles {
      let choice = RoleChoice(role, regions, derivatives)
      faults += choice.findings
      fits.append(choice)
    }
    var lines = Self.head(roles, found, dataset)
    lines += Self.read(roles, tracers: options.tracers.map { Self.path($0, from: place) })
    lines += regions.lines
    lines += ["models:"] + fits.flatMap(\.lines)
    lines += Self.balance(roles, fits)
    let text = lines.joined(separator: "\n") + "\n"
    // What is proposed is read as any other pipeline is.
    _ = try PipelineLoader.parse(text, file: (place ?? FileManager.default.currentDirectoryPath) + "/proposed.yaml")
    self.text = text
    findings = dataset.unreadable.map { Finding($0.error, .warning, .unreadScan) } + faults
  }

  private static func head(_ roles: [StudyTracers.Role], _ found: StudyTracers, _ dataset: Dataset) -> [String] {
    let name = roles.map(\.card.id).joined(separator: "-")
    var lines = [
      "# Proposed by petbalance init: \(dataset.scans.count) scans of \(dataset.participants.count) persons were looked at.",
      "# Look through it; every line may be changed (petbalance pipelines --keys).",
      "name: \(name)",
      "description: \(quoted(roles.map { "\($0.card.name), \($0.card.target)" }.joined(separator: " over ")))",
    ]
    if !found.unknown.isEmpty {
      lines.append(
        "# Not read, as no card is known: \(found.unknown.joined(separator: ", ")) (--tracers FILE adds one)")
    }
    return lines + [""]
  }

  private static func read(_ roles: [StudyTracers.Role], tracers: String?) -> [String] {
    var lines = ["read:"]
    if let tracers { lines.append("  tracers: \(quoted(tracers))") }
    for role in roles {
      var members = "tracer: \(role.card.id)"
      if let rec = role.reconstruction { members += ", rec: \(rec.value)" }
      lines.append("  \(role.system.rawValue): {\(members)}    # \(role.words)")
      if let rec = role.reconstruction {
        lines.append("  # reconstructions: \(rec.all.joined(separator: ", ")); one scan a session is meant")
      }
      for other in role.others { lines.append("  # also there: \(other)") }
      if let scanner = role.scanner {
        lines.append(
          "  # \(scanner); fwhm: is not stated by the sidecars, give it in mm where it is known (petbalance resolution)"
        )
      }
    }
    return lines + [""]
  }

  private static func balance(_ roles: [StudyTracers.Role], _ fits: [RoleChoice]) -> [String] {
    guard roles.count == 2 else {
      return ["", "# One system alone: there is no balance. The report has its binding.", "report:", "  html: true"]
    }
    let measures = fits.map(\.measure)
    let measure =
      measures[0] == measures[1]
      ? measures[0]
      : "{" + zip(roles, measures).map { "\($0.system.rawValue): \($1)" }.joined(separator: ", ") + "}"
    return [
      "", "balance:", "  measure: \(measure)    # what the models give", "  level: 0.95", "", "report:", "  html: true",
    ]
  }

  /// A text of YAML that is itself, whatever it holds.
  static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

  /// A path as a pipeline in a folder names it.
  private static func path(_ file: String, from place: String?) -> String {
    let full = URL(fileURLWithPath: file).standardizedFileURL
    let folder = place.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    return full.deletingLastPathComponent().path == folder ? full.lastPathComponent : full.path
  }
}
