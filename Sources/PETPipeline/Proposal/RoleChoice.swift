package import PETCore
import PETImaging
import PETKinetics
import PETStudy
import PETTracers

/// Model and reference region of a tracer: the first of its card that the study's regions and blood allow.
struct RoleChoice {
  /// Lines of the section `models`.
  let lines: [String]
  /// What the model gives.
  let measure: String
  let findings: [Finding]

  init(_ role: StudyTracers.Role, _ regions: SegmentationChoice, _ derivatives: Derivatives) {
    let names = Self.regions(of: role.scans, regions.pattern, derivatives)
    let words = role.card.referenceRegions + (role.card.referenceRegions.contains("cerebellum") ? [] : ["cerebellum"])
    let reference = names.flatMap { names in
      words.first { SegmentationChecks.missing($0, among: names, .builtIn) == nil }
    }
    let hasBlood = role.scans.contains { scan in
      ((try? scan.inputFunction(in: derivatives)) ?? nil) != nil || !((try? scan.bloodTables()) ?? []).isEmpty
    }
    let isStatic = role.scans.first.flatMap { try? $0.sidecar().numbers("FrameTimesStart")?.count } == 1
    let models = (role.card.models + ["SRTM", "Logan"]).compactMap { try? ModelCatalogue.named($0).card }
    let fitting = models.first { card in
      !card.needs.contains(.window) && !card.needs.contains(.dose)
        && (!card.needs.contains(.referenceCurve) || reference != nil || names == nil)
        && (!card.needs.contains(.plasma) || hasBlood)
    }
    let card = fitting ?? models.first ?? SRTM.card
    measure = card.outcome
    var members = ["model: \(card.id)"]
    if card.needs.contains(.referenceCurve) {
      members.append("reference: \(PipelineProposal.quoted(reference ?? words[0]))")
    }
    if card.needs.contains(.k2prime) { members.append("k2prime: estimate") }
    var reasons = [
      role.card.models.first == card.id
        ? "the usual model of \(role.card.name)"
        : "of \(role.card.name)'s models \(role.card.models.joined(separator: ", ")) the first that can be fitted here"
    ]
    if card.needs.contains(.referenceCurve), reference == nil {
      reasons.append(
        names == nil ? "the reference was not looked up: no regions were found" : "name a reference region")
    } else if card.needs.contains(.referenceCurve), let reference, reference != role.card.referenceRegions.first {
      reasons.append("the card's \(role.card.referenceRegions.first ?? "reference") is not among the regions")
    }
    lines = ["  \(role.system.rawValue): {\(members.joined(separator: ", "))}    # \(reasons.joined(separator: "; "))"]
    var findings: [Finding] = []
    if card.needs.contains(.referenceCurve), reference == nil, let names {
      findings.append(
        Finding(
          .warning, .proposal, field: "models.\(role.system.rawValue).reference",
          "none of \(words.joined(separator: ", ")) is among the regions",
          remedy: "name one of " + names.prefix(12).joined(separator: ", ")))
    }
    if isStatic {
      findings.append(
        Finding(
          .warning, .proposal, field: "models.\(role.system.rawValue).model",
          "the scans of \(role.card.name) have one frame: \(card.id) cannot be fitted to it",
          remedy: "use SUVR (see petbalance pipelines suvr)"))
    }
    self.findings = findings
  }

  /// Names of the regions of the first scan that has any.
  private static func regions(of scans: [ScanEntry], _ pattern: String?, _ derivatives: Derivatives) -> [String]? {
    for scan in scans.prefix(5) {
      let source = try? ScanSource(
        scan, in: derivatives, pattern: pattern, filter: EntityFilter(), acceptance: Acceptance())
      if let files = source?.regions, let table = try? files.read(on: nil).names,
        let regions = try? RegionsStage.regions(of: table, .automatic)
      {
        return regions.map(\.name)
      }
      if let curves = source?.curves, let table = try? CurveReader.read(curves) { return table.names }
    }
    return nil
  }
}

extension Finding.Code {
  package static let proposal = Finding.Code("proposal")
}
