import Foundation
import PETBinding
import PETCore
import PETImaging
import PETStudy
import PETTestSupport
import Testing

/// Blood tables of one tube a minute beside a scan of 60 min and 370 MBq in 74 kg: 5 kBq/g.
struct BloodChecksTests {
  private static let scan = Result { try FrameSchedule(starts: [0, 1800], durations: [1800, 1800]) }

  private static func findings(
    unit: String = "kBq/mL", time: String = "s", peak: Double = 50, last: Double = 3600, isKnown: Bool = true
  ) throws -> [Finding] {
    let folder = try TemporaryFolder()
    var table = "time\tplasma_radioactivity\n"
    for i in 0...10 { table += "\(last * Double(i) / 10)\t\(peak * (i == 0 ? 0 : exp(-Double(i - 1) / 3)))\n" }
    let path = try folder.write("sub-1_recording-manual_blood.tsv", table)
    try folder.write(
      "sub-1_recording-manual_blood.json",
      #"{"time": {"Units": "\#(time)"}, "plasma_radioactivity": {"Units": "\#(unit)"}}"#)
    return BloodChecks.run(
      [path], 0, scan: try scan.get(),
      uptake: isKnown ? UptakeChecks(megabecquerels: 370, weight: 74, isUsual: true) : nil)
  }

  @Test func soundBloodIsSilent() throws { #expect(try Self.findings().isEmpty) }

  /// An SUV of 0.1 to 1000 g/mL is possible in blood; without a dose nothing is known.
  @Test(arguments: [(0.49, true), (0.51, false), (4990, false), (5010, true)])
  func activityMustFitTheDose(peak: Double, isTold: Bool) throws {
    let found = try Self.findings(peak: peak)
    #expect(found.contains { $0.code == .bloodScale && $0.level == .fault } == isTold)
    #expect(found.filter { $0.code == .bloodScale }.allSatisfy { $0.field == "plasma_radioactivity.Units" })
    #expect(try !Self.findings(peak: peak, isKnown: false).contains { $0.code == .bloodScale })
  }

  /// The same numbers in Bq/mL are a thousandth.
  @Test func theUnitCounts() throws {
    #expect(try Self.findings(unit: "Bq/mL").contains { $0.code == .bloodScale && $0.value == "Bq/mL" })
    #expect(try Self.findings(unit: "Bq/mL", peak: 50_000).isEmpty)
    #expect(try Self.findings(unit: "furlongs").map(\.code) == [.blood])
  }

  /// Times in minutes written as s end early, in s written as minutes outlast the scan by far.
  @Test(arguments: [
    (1790.0, "s", "blood-ends-early" as String?), (1810, "s", nil), (60, "s", "blood-ends-early"), (60, "min", nil),
    (3600, "min", "blood-outlasts-scan"), (18_000, "s", nil), (18_060, "s", "blood-outlasts-scan"),
  ])
  func itsLength(last: Double, time: String, code: String?) throws {
    let codes = try Self.findings(time: time, last: last).map(\.code.word).filter { $0.hasPrefix("blood") }
    #expect(codes == [code].compactMap { $0 })
  }

  @Test func tablesThatCannotBeRead() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("sub-1_blood.tsv", "time\tplasma_radioactivity\n0\t1\n")
    let found = BloodChecks.run([path, folder.file("none.tsv")], 0, scan: nil, uptake: nil)
    #expect(found.map(\.code) == [.blood, .blood] && found.allSatisfy { $0.level == .fault })
    #expect(BloodChecks.run([], 0, scan: try Self.scan.get(), uptake: nil).isEmpty)
  }
}

/// Images of 8 x 8 x 8 voxels and four frames, of which one voxel in 64 is much brighter than the rest.
struct ImageChecksTests {
  private static let timing =
    #""FrameTimesStart": [600, 900, 1200, 1500], "FrameDuration": [300, 300, 300, 300], "TracerRadionuclide": "C11""#

  private static func findings(scale: Double, bright: Double = 10, frames: Int = 4, listed: Int? = 4)
    throws -> [Finding]
  {
    let folder = try TemporaryFolder()
    var image = RawNIfTI()
    image.dims = [4, 8, 8, 8, frames, 1, 1, 1]
    let voxels = (0..<frames).flatMap { frame -> [Double] in
      let activity = scale * (1 - 0.02 * Double(frame))
      return (0..<512).map { $0 % 64 == 0 ? bright * activity : activity }
    }
    image.store(voxels, as: 16)
    let path = try folder.write("sub-1_pet.nii", image.data)
    let sidecar = try folder.write(
      "sub-1_pet.json", "{\(timing), \"Units\": \"kBq/mL\", \"ImageDecayCorrected\": true}")
    let timing = try ScanTiming(try PETSidecar(path: sidecar))
    return ImageChecks.run(
      path, frames: listed, timing: timing, unit: ("kBq/mL", 1),
      uptake: UptakeChecks(megabecquerels: 370, weight: 74, isUsual: true))
  }

  /// The brightest hundredth counts: at 5 kBq/g, 10 times 0.024 kBq/mL is an SUV of 0.048 (0.05 to 200 are possible).
  @Test(arguments: [(0.024, true), (0.027, false), (99, false), (105, true)])
  func activityMustFitTheDose(scale: Double, isTold: Bool) throws {
    let codes = try Self.findings(scale: scale).map(\.code)
    #expect(codes == (isTold ? [.suvScale] : []))
  }

  @Test func framesOfImageAndSidecar() throws {
    let found = try Self.findings(scale: 1, frames: 3)
    #expect(found.map(\.code) == [.frameCount] && found.map(\.value) == ["3"] && found.map(\.level) == [.fault])
    #expect(try Self.findings(scale: 1, listed: nil).isEmpty)
  }

  /// A file that holds nothing, and one that is no image, are faults.
  @Test func whatIsNoImage() throws {
    #expect(try Self.findings(scale: 0).contains { $0.level == .fault })
    let folder = try TemporaryFolder()
    let found = ImageChecks.run(try folder.write("sub-1_pet.nii", "no image"))
    #expect(found.map(\.code) == [.imageUnreadable] && found.map(\.level) == [.fault])
    #expect(ImageChecks.run(folder.file("none.nii")).map(\.code) == [.imageUnreadable])
  }
}

struct NamedSegmentationTests {
  private static func segmentation(_ labels: [Double], names: String? = nil) throws -> NamedSegmentation {
    let folder = try TemporaryFolder()
    var image = RawNIfTI()
    image.dims = [3, labels.count, 1, 1, 1, 1, 1, 1]
    image.store(labels, as: 8)
    let path = try folder.write("sub-1_dseg.nii", image.data)
    if let names { try folder.write("sub-1_dseg.tsv", names) }
    return try NamedSegmentation(path: path)
  }

  @Test func namesFromTheTableBeside() throws {
    let own = try Self.segmentation([0, 1, 2, 2], names: "index\tname\n1\tA\n2\tB\n")
    #expect(own.image.present == [1, 2] && own.names.entries.map(\.name) == ["A", "B"] && own.findings.isEmpty)
    #expect(own.files.map { ($0 as NSString).lastPathComponent } == ["sub-1_dseg.nii", "sub-1_dseg.tsv"])
    let lacking = try Self.segmentation([0, 1, 3], names: "index\tname\n1\tA\n")
    #expect(!lacking.findings.isEmpty)
  }

  /// FreeSurfer's own numbers have its names (FreeSurferColorLUT.txt) where both sides of cerebellum, caudate and putamen are
  /// there; others are label-N.
  @Test func namesWithoutATable() throws {
    let known = try Self.segmentation([0, 8, 47, 11, 50, 12, 51, 17, 53])
    #expect(known.findings.map(\.code) == [.freesurferNumbers] && known.findings.map(\.value) == ["8"])
    let names = Dictionary(known.names.entries.map { ($0.index, $0.name) }, uniquingKeysWith: { a, _ in a })
    #expect(names[8] == "Left-Cerebellum-Cortex" && names[50] == "Right-Caudate" && names[53] == "Right-Hippocampus")
    let unknown = try Self.segmentation([0, 8, 47])
    #expect(unknown.findings.map(\.code) == [.noLabelNames] && unknown.files.count == 1)
    #expect(unknown.names.entries.map(\.name) == ["label-8", "label-47"])
  }
}

struct DynamicScanTests {
  @Test func anImageWithItsTimes() throws {
    let folder = try TemporaryFolder()
    var image = RawNIfTI()
    image.dims = [4, 2, 2, 2, 2, 1, 1, 1]
    image.store((0..<16).map(Double.init), as: 16)
    let path = try folder.write("sub-1_pet.nii", image.data)
    let error = #expect(throws: PETError.self) { try DynamicScan(path, sidecar: nil) }
    #expect(error?.code == .missingInput && error?.field == "sidecar")
    let text = """
      {"FrameTimesStart": [0, 60], "FrameDuration": [60, 60], "Units": "Bq/mL", "ImageDecayCorrected": true,
       "TracerRadionuclide": "C11"}
      """
    let other = try folder.write("other.json", text)
    // What is known from elsewhere counts before the sidecar.
    #expect(try DynamicScan(path, sidecar: other).timing.isotope == .carbon11)
    #expect(try DynamicScan(path, sidecar: other, isotope: .fluorine18).timing.isotope == .fluorine18)
    try folder.write("sub-1_pet.json", text)
    let scan = try DynamicScan(path, sidecar: nil)
    #expect(scan.header.frames == 2 && scan.timing.frames.ends == [60, 120] && scan.findings.isEmpty)
    // That the image is missing is the plainer word.
    #expect(
      #expect(throws: PETError.self) { try DynamicScan(folder.file("none.nii"), sidecar: nil) }?.field != "sidecar")
  }
}
