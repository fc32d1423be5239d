import Foundation
import PETCore
import PETPipeline
import PETTestSupport
import Testing

/// A study of one scan of two regions, sound but for what each test spoils.
struct StudyCheckTests {
  private static let sidecar = """
    {"FrameTimesStart": [500, 1700, 2900, 4100], "FrameDuration": [1200, 1200, 1200, 1200], "TracerRadionuclide": "C11",
     "TracerName": "DASB", "TimeZero": "10:00:00", "Units": "kBq/mL", "ImageDecayCorrected": true,
     "InjectedRadioactivity": 370, "InjectedRadioactivityUnits": "MBq", "BodyWeight": 74}
    """
  private static let (scan, labels) = ("sub-1/pet/sub-1_trc-b_pet", "derivatives/seg/sub-1/pet/sub-1_trc-b_dseg")
  private static let names = "index\tname\n1\tCerebellum\n2\tPutamen\n"

  private static func image(_ frames: [[Double]], shift: Double = 0) -> Data {
    var image = RawNIfTI()
    image.dims = [frames.count > 1 ? 4 : 3, 4, 4, 4, frames.count, 1, 1, 1]
    image.sform = [2, 0, 0, shift, 0, 2, 0, 0, 0, 0, 2, 0]
    image.store(frames.flatMap(\.self), as: frames.count > 1 ? 16 : 8)
    return image.data
  }

  private static let frames = (0..<4).map { frame in
    (0..<64).map { voxel -> Double in
      let activity = voxel < 32 ? 5.0 : 9.0
      let noise = 0.1 * sin(Double(voxel * (frame + 3)))
      return activity * (1 - 0.02 * Double(frame)) + noise
    }
  }
  /// Half of the voxels each.
  private static let halves = (0..<64).map { $0 < 32 ? 1.0 : 2 }

  private static func study(
    _ files: [String: String] = [:], labels own: [Double] = halves, shift: Double = 0, without: String? = nil
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(scan + ".nii", image(frames))
    try folder.write(labels + ".nii", image([own], shift: shift))
    for (name, text) in [scan + ".json": sidecar, labels + ".tsv": names].merging(files, uniquingKeysWith: { $1 }) {
      try folder.write(name, text)
    }
    if let without { try FileManager.default.removeItem(atPath: folder.file(without)) }
    return folder
  }

  private static func pipeline(_ model: String = "model: SRTM, reference: cerebellum", measure: String = "") throws
    -> PipelineDefinition
  {
    try PipelineLoader.parse(
      "name: x\nread: {serotonin: {tracer: dasb}}\nmodels: {serotonin: {\(model)}}\n\(measure)", file: "p.yaml")
  }

  private static func codes(_ folder: TemporaryFolder, _ definition: PipelineDefinition? = nil) throws -> [String] {
    var options = StudyCheck.Options()
    options.definition = definition
    return try StudyCheck(folder.path, options: options).findings.map(\.code.word)
  }

  /// It begins late, which is said of it alone.
  @Test func aSoundStudy() throws {
    let codes = try Self.codes(try Self.study())
    #expect(codes == ["late-start"])
    #expect(
      try Self.codes(try Self.study(), try Self.pipeline()).filter { $0 != "late-start" }.isEmpty)
  }

  @Test(arguments: [
    ("no sidecar", "sidecar-missing"), ("broken sidecar", "unreadable"), ("no image", "image-missing"),
    ("folder", "no-folder"), ("drug", "medication"), ("weight", "body-weight"), ("stray", "no-scan-name"),
    ("anatomy", "image-unreadable"),
  ])
  func whatIsSpoiltIsTold(what: String, code: String) throws {
    let files = [
      "broken sidecar": [Self.scan + ".json": "{"], "folder": ["participants.tsv": "participant_id\nsub-1\n2\n"],
      "drug": ["participants.tsv": "participant_id\tmedication\nsub-1\tcitalopram\n"],
      "weight": [Self.scan + ".json": Self.sidecar.replacingOccurrences(of: ": 74", with: ": 74000")],
      "stray": ["sub-1/pet/scan.nii": ""], "anatomy": ["sub-1/anat/sub-1_T1w.nii": "text"],
    ]
    let without = ["no sidecar": Self.scan + ".json", "no image": Self.scan + ".nii"]
    let found = try Self.codes(try Self.study(files[what] ?? [:], without: without[what]))
    #expect(found.filter { $0 != "late-start" } == [code])
  }

  /// Labels against their names, the scan's grid, and what the pipeline's model needs.
  @Test func labelsAndNames() throws {
    let definition = try Self.pipeline()
    func found(_ folder: TemporaryFolder) throws -> Set<String> { Set(try Self.codes(folder, definition)) }
    let other = try Self.study([Self.labels + ".tsv": "index\tname\n1\tCaudate\n2\tPutamen\n"])
    #expect(try found(other).contains("reference-missing"))
    let more = try Self.study([Self.labels + ".tsv": Self.names + "3\tRaphe\n"])
    #expect(try found(more).contains("empty-labels"))
    // Labels that lie 1 m beside the scan.
    #expect(try found(try Self.study(shift: 1000)).contains("segmentation-overlap"))
    let broken = try Self.study([Self.labels + ".tsv": "number\tname\n1\tA\n"])
    #expect(try found(broken).contains("segmentation"))
    let sound = try found(try Self.study())
    for code in ["reference-missing", "empty-labels", "segmentation-overlap", "segmentation"] {
      #expect(!sound.contains(code))
    }
  }

  /// A dynamic scan needs a window for a ratio, and plasma for a model of it.
  @Test func whatTheModelNeeds() throws {
    let ratio = try Self.codes(try Self.study(), try Self.pipeline("model: SUVR, reference: cerebellum"))
    #expect(ratio.contains("window-missing"))
    let given = try Self.codes(
      try Self.study(), try Self.pipeline("model: SUVR, reference: cerebellum, window: [30, 70]"))
    #expect(!given.contains("window-missing"))
    #expect(try Self.codes(try Self.study(), try Self.pipeline("model: 2TCM")).contains("input-missing"))
    #expect(try !Self.codes(try Self.study(), try Self.pipeline()).contains("input-missing"))
  }

  /// One scan by its image or sidecar; files in findings are named from the study.
  @Test func oneScan() throws {
    let spoilt = Self.sidecar.replacingOccurrences(of: "10:00:00", with: "ten")
    let folder = try Self.study([Self.scan + ".json": spoilt, "sub-1/pet/sub-1_trc-d_pet.json": Self.sidecar])
    for name in [Self.scan + ".json", Self.scan + ".nii"] {
      let check = try StudyCheck(folder.file(name), options: .init())
      #expect(check.scans == 1)
      #expect(check.findings.first { $0.code.word == "time-zero" }?.file == Self.scan + ".json")
    }
    for name in [Self.labels + ".nii", "none", "sub-1/pet/sub-1_trc-c_pet.nii"] {
      #expect(throws: PETError.self) { try StudyCheck(folder.file(name), options: .init()) }
    }
  }
}
