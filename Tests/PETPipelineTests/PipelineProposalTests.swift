import Foundation
import PETBinding
import PETCore
import PETImaging
import PETStudy
import PETTestSupport
import PETTracers
import Testing

@testable import PETPipeline

/// A pipeline proposed for a study: what is there decides, and every choice has its reason.
struct PipelineProposalTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A scan with a sidecar and a file in the place of its image.
  private func scan(_ person: String, _ tracer: String, rec: String? = nil) throws {
    let stem =
      "study/sub-\(person)/pet/sub-\(person)_trc-\(BIDSName.label(tracer))" + (rec.map { "_rec-\($0)" } ?? "") + "_pet"
    try folder.write(stem + ".nii.gz", "")
    try folder.write(
      stem + ".json",
      """
      {"TracerName": "\(tracer)", "TracerRadionuclide": "C11", "Units": "Bq/mL", "ImageDecayCorrected": true,
       "FrameTimesStart": [0, 60, 120], "FrameDuration": [60, 60, 60], "Manufacturer": "Maker", "ReconFilterSize": 2}
      """)
  }

  private func segmentation(_ person: String, _ names: [String], seg: String? = nil) throws {
    let stem = folder.file(
      "study/derivatives/labels/sub-\(person)/anat/sub-\(person)" + (seg.map { "_seg-\($0)" } ?? "") + "_dseg")
    try FileManager.default.createDirectory(
      atPath: (stem as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let grid = Grid(nx: names.count + 1, ny: 1, nz: 1, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))
    try NIfTIWriter.write(stem + ".nii.gz", grid: grid, storage: .int16(slope: 1), description: "") { _ in
      (0...names.count).map(Double.init)
    }
    let rows = names.enumerated().map { "\($0 + 1)\t\($1)\n" }
    try folder.write(
      String(stem.dropFirst(folder.path.count + 1)) + ".tsv", "index\tname\n" + rows.joined())
  }

  private func propose(tracers: String? = nil) throws -> (PipelineDefinition, text: String, findings: [Finding]) {
    var options = PipelineProposal.Options()
    options.tracers = tracers
    let proposal = try PipelineProposal(folder.file("study"), options: options, place: folder.path)
    return (try PipelineLoader.parse(proposal.text, file: folder.file("p.yaml")), proposal.text, proposal.findings)
  }

  @Test func theUsualPair() throws {
    for person in ["1", "2"] {
      try scan(person, "[11C]raclopride")
      try scan(person, "DASB")
      try segmentation(person, ["Left-Cerebellum-Cortex", "Right-Cerebellum-Cortex", "Left-Putamen"])
    }
    try scan("2", "CIMBI36")
    let (pipeline, text, findings) = try propose()
    #expect(pipeline.name == "raclopride-dasb" && pipeline.regions.segmentation == nil && findings.isEmpty)
    #expect(
      pipeline.roles.map(\.model) == ["SRTM", "MRTM2"]
        && pipeline.roles.map(\.reference) == ["cerebellum", "cerebellum"])
    #expect(text.contains("# 2 scans of 2 persons") && text.contains("# also there: cimbi36 (1 scans)"))
    #expect(text.contains("# Maker filter 2 mm; fwhm: is not stated"))
  }

  /// Of several segmentations the one that most scans have; of two reconstructions that with attenuation corrected.
  @Test func whatIsThereSeveralTimes() throws {
    for person in ["1", "2"] {
      for rec in ["acdyn", "nacdyn"] { try scan(person, "[11C]raclopride", rec: rec) }
      try scan(person, "DASB")
      for seg in ["gtm", "aal"] { try segmentation(person, ["Cerebellum", "Putamen"], seg: seg) }
    }
    try segmentation("1", ["Cerebellum"], seg: "rare")
    let (pipeline, text, _) = try propose()
    #expect(pipeline.regions.segmentation == "*_seg-aal*_dseg.nii*")
    #expect(text.contains("# also there: '*_seg-rare*_dseg.nii*'"))
    #expect(pipeline.roles[0].filter["rec"] == "acdyn" && text.contains("# reconstructions: acdyn, nacdyn"))
  }

  /// One system has no balance; a reference that is not there is told.
  @Test func oneSystemWithoutAReference() throws {
    try scan("1", "DASB")
    try segmentation("1", ["Putamen", "Caudate"])
    let (pipeline, text, findings) = try propose()
    #expect(pipeline.roles.count == 1 && !text.contains("balance:"))
    #expect(findings.map(\.code) == [.proposal] && findings.first?.remedy.contains("Putamen") == true)
  }

  @Test func tracersOfTheUser() throws {
    try scan("1", "My tracer")
    let error = #expect(throws: PETError.self) { try propose() }
    #expect(error?.problem.contains("My tracer") == true && error?.code == .missingInput)
    let file = try folder.write(
      "mine.yaml",
      """
      - id: mytracer
        name: "[11C]my tracer"
        target: "its receptor"
        system: dopamine
        isotope: C11
        reference: [pons]
        models: [SRTM2]
        sources: [own]

      """)
    try segmentation("1", ["Pons", "Putamen"])
    let (pipeline, text, _) = try propose(tracers: file)
    #expect(pipeline.roles.map(\.tracer.id) == ["mytracer"] && pipeline.roles.first?.reference == "pons")
    #expect(text.contains("tracers: 'mine.yaml'") && text.contains("k2prime: estimate"))
  }
}
