import Foundation
import PETBinding
import PETCore
import PETKinetics
import PETResults
import PETStudy
import PETTestSupport
import PETTracers
import Testing

@testable import PETPipeline

/// The stages of one scan from the curves of a derivative to its files: `ReadStage`, `CurvesStage`, `InputStage`,
/// `ModelsStage` and `ReportStage`.
struct ReportStageTests {
  /// A study of one scan without an image, whose curves a derivative has.
  private struct Study {
    let folder: TemporaryFolder
    let definition: PipelineDefinition
    let entry: ScanEntry
    let derivatives: Derivatives

    init() throws {
      folder = try TemporaryFolder()
      definition = try SmallOutput.pipeline()
      let scan = try ReferenceScan()
      let root = folder.file("study")
      try folder.write("study/dataset_description.json", "{\"Name\": \"x\", \"BIDSVersion\": \"1.10.0\"}")
      let sidecar = JSONValue.object([
        ("TracerName", "raclopride"), ("TracerRadionuclide", "C11"), ("Manufacturer", "A"),
        ("ManufacturersModelName", "B"), ("InjectedRadioactivity", 400), ("InjectedRadioactivityUnits", "MBq"),
        ("FrameTimesStart", .numbers(scan.frames.starts)), ("FrameDuration", .numbers(scan.frames.durations)),
        ("ImageDecayCorrected", true), ("ImageDecayCorrectionTime", 0), ("Units", "kBq/mL"),
      ])
      let name = "sub-1/pet/sub-1_trc-RAC"
      try folder.write("study/\(name)_pet.json", sidecar.text)
      try folder.write(
        "study/derivatives/d/dataset_description.json", "{\"Name\": \"d\", \"DatasetType\": \"derivative\"}")
      let curves = FrameFile(
        starts: scan.frames.starts, ends: scan.frames.ends, names: ["cerebellum", "Left-Putamen"],
        columns: [scan.reference(k2prime: 0.06), scan.target(bpnd: 1.7, r1: 0.9, k2prime: 0.06)])
      try folder.write("study/derivatives/d/\(name)_seg-own_tacs.tsv", curves.tsv)
      try folder.write("study/derivatives/d/\(name)_seg-own_tacs.json", "{\"Units\": \"kBq/mL\"}")
      entry = try #require(try Dataset(root).scans.first)
      derivatives = try Derivatives(dataset: root, given: [])
    }

    var files: ScanFiles {
      get throws {
        try ScanFiles(
          entry, role: definition.numerator, definition: definition, derivatives: derivatives,
          acceptance: Acceptance())
      }
    }

    func read() throws -> ReadScan {
      try ReadStage.run(
        entry, role: definition.numerator, files: try files, known: [], acceptance: Acceptance())
    }

    /// Every stage in turn, into a folder beside the study.
    func write(_ staging: StagedFiles, hasCurves: Bool = false) throws {
      let scan = try read()
      let curves = try CurvesStage.run(scan, [nil], definition, uptake: nil, acceptance: Acceptance())
      let inputs = try InputStage.run(scan, curves, definition, dosePerGram: nil)
      let output = folder.file("out")
      try ReportStage(
        output: output,
        names: PortableNames(dataset: folder.file("study"), derivatives: derivatives, output: output),
        definition: definition
      ).scan(
        scan, curves, inputs, try ModelsStage.run(curves, inputs), nil, nil, hasCurves: hasCurves, staging: staging)
    }

    var written: Set<String> {
      get throws { Set(try Folder.names(folder.file("out/sub-1/pet")).filter { !$0.hasPrefix(".") }) }
    }
  }

  @Test func theScanIsRead() throws {
    let study = try Study()
    let scan = try study.read()
    guard case .curves(let path, let isotope) = scan.source else {
      Issue.record("it has no image")
      return
    }
    #expect(path.hasSuffix("_seg-own_tacs.tsv") && isotope == .carbon11 && scan.scanner == "A B")
    #expect(scan.unit(of: path) == "kBq/mL" && scan.role.system.rawValue == "dopamine")
    let curves = try CurvesStage.run(scan, [nil], study.definition, uptake: nil, acceptance: Acceptance())
    #expect(curves.label == "own" && curves.voxelCounts == [0, 0] && curves.indices == [nil, nil])
    #expect(curves.sources == [path] && curves.voxels == nil)
    // A model without blood has no input, and one that needs it says what is missing.
    let inputs = try InputStage.run(scan, curves, study.definition, dosePerGram: nil)
    #expect(inputs.plasma == nil && inputs.made == nil && inputs.sources.isEmpty)
    let missing = InputStage.missing("2TCM", of: study.entry)
    #expect(missing.code == .missingInput && missing.file == "sub-1_trc-RAC_blood.tsv")
  }

  /// Nothing has its name before all of it is whole; then tables and sidecars are there, and are what was put in.
  @Test func filesGetTheirNamesTogether() throws {
    let study = try Study()
    let staging = StagedFiles()
    try study.write(staging)
    #expect(try study.written.isEmpty)
    try staging.commit()
    let (scan, model) = ("sub-1_trc-RAC_seg-own", "sub-1_trc-RAC_model-SRTM")
    #expect(
      try study.written == [
        "\(scan)_tacs.tsv", "\(scan)_tacs.json", "\(model)_kinpar.tsv", "\(model)_kinpar.json", "\(model)_fitted.tsv",
        "\(model)_fitted.json",
      ])
    let folder = study.folder.file("out/sub-1/pet")
    let fits = try BindingReader.read("\(folder)/\(model)_kinpar.tsv", measure: "BPND", level: 0.95)
    // What the model makes of means of frames in this scan is 0.1 % off at most.
    #expect(abs((fits.row("Left-Putamen")?.estimate.value ?? 0) - 1.7) < 0.005 && fits.tracer == "raclopride")
    let sidecar = try JSONValue.readObject(path: "\(folder)/\(model)_kinpar.json")
    #expect(sidecar["Scanner"]?.string == "A B" && sidecar["InjectedRadioactivity"]?.double == 400)
    #expect(sidecar["Pipeline"]?.string == "small" && sidecar["InjectedMass"] == nil)
    // The same study gives the same files, wherever it lies.
    for name in try study.written {
      #expect(try !String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).contains(study.folder.path), "\(name)")
    }
    let sources = sidecar["Sources"]?.list?.compactMap(\.string) ?? []
    #expect(sources.contains("sub-1/pet/sub-1_trc-RAC_pet.json"), "\(sources)")
  }

  /// Curves on record are not written again.
  @Test func curvesOnRecordStay() throws {
    let study = try Study()
    let staging = StagedFiles()
    try study.write(staging, hasCurves: true)
    try staging.commit()
    #expect(try study.written.allSatisfy { !$0.contains("_tacs.") } && study.written.count == 4)
  }
}
