import Foundation
import PETCore
import PETStudy
import PETTestSupport
import Testing

struct ScanTimingTests {
  private func timing(_ json: String) throws -> ScanTiming {
    let folder = try TemporaryFolder()
    return try ScanTiming(try PETSidecar(path: try folder.write("sub-1_pet.json", json)))
  }

  private let plain = #""FrameTimesStart": [0, 60, 120], "FrameDuration": [60, 60, 60], "TracerRadionuclide": "C11""#

  @Test func convertsUnits() throws {
    let scan = try timing(#"{\#(plain), "Units": "Bq/mL", "ImageDecayCorrected": true}"#)
    #expect(scan.activity([1000, 2000, 3000]) == [1, 2, 3])
    #expect(scan.findings.isEmpty)
  }

  @Test func unknownUnitsAreAFinding() throws {
    let scan = try timing(#"{\#(plain), "Units": "counts", "ImageDecayCorrected": true}"#)
    #expect(scan.activity([1, 2, 3]) == [1, 2, 3])
    #expect(scan.findings.map(\.code) == ["units"])
  }

  /// An undecayed concentration of 1, measured without correction, comes back as 1 in every frame.
  @Test func correctsForDecayWhenTheScanIsNot() throws {
    let scan = try timing(#"{\#(plain), "Units": "kBq/mL", "ImageDecayCorrected": false}"#)
    let lambda = log(2) / Isotope.carbon11.halfLife
    let stored = [0.0, 60, 120].map { (exp(-lambda * $0) - exp(-lambda * ($0 + 60))) / (lambda * 60) }
    for value in scan.activity(stored) { #expect(abs(value - 1) < 1e-12) }
  }

  @Test func decayWithoutAnIsotopeIsRefused() {
    let error = #expect(throws: PETError.self) {
      try timing(#"{"FrameTimesStart": [0], "FrameDuration": [60], "Units": "kBq/mL", "ImageDecayCorrected": false}"#)
    }
    #expect(error?.field == "ImageDecayCorrected")
  }

  @Test func correctionTimeIsBroughtToInjection() throws {
    let scan = try timing(
      #"{\#(plain), "Units": "kBq/mL", "ImageDecayCorrected": true, "ImageDecayCorrectionTime": 1221.66}"#)
    #expect(abs(scan.activity([1, 1, 1])[0] - 2) < 1e-6)
  }

  /// Times count from injection; a frame that straddles it holds its activity in the part after it.
  @Test func injectionStart() throws {
    let scan = try timing(
      #"{"FrameTimesStart": [0, 60, 120], "FrameDuration": [60, 60, 60], "InjectionStart": 90, "Units": "kBq/mL", "ImageDecayCorrected": true}"#
    )
    #expect(scan.frames.starts == [0, 30] && scan.frames.durations == [30, 60])
    #expect(scan.activity([5, 1, 3]) == [2, 3])
    #expect(scan.findings.map(\.code).contains("before-injection"))
  }

  @Test(arguments: [
    (#"{"FrameDuration": [60]}"#, "FrameTimesStart"),
    (#"{"FrameTimesStart": [0, "10"], "FrameDuration": [10, 10]}"#, "FrameTimesStart[2]"),
    (#"{"FrameTimesStart": [0, 10, 20, 40], "FrameDuration": [10, 20, 40, 60]}"#, "FrameDuration"),
    (#"{"FrameTimesStart": [0, 10], "FrameDuration": [10, 1e400]}"#, "FrameDuration[2]"),
  ])
  func refuses(json: String, field: String) {
    let error = #expect(throws: PETError.self) { try timing(json) }
    #expect(error?.file?.hasSuffix("sub-1_pet.json") == true)
    // A parser may refuse 1e400 itself, without a field.
    #expect(error?.field == field || json.contains("1e400"))
  }

  @Test func sidecarsAreInherited() throws {
    let folder = try TemporaryFolder()
    try folder.write("dataset_description.json", "{}")
    try folder.write("pet.json", #"{"Units": "Bq/mL", "TracerName": "DASB"}"#)
    try folder.write("sub-1/pet/sub-1_pet.json", #"{"Units": "kBq/mL"}"#)
    try folder.write("sub-1/pet/sub-1_trc-X_pet.json", "{}")
    let files = try PETSidecar.find(for: folder.file("sub-1/pet/sub-1_pet.nii.gz"))
    let sidecar = try PETSidecar(files: files)
    #expect(files.count == 2 && sidecar.text("Units") == "kBq/mL" && sidecar.text("TracerName") == "DASB")
  }
}

struct CurveReaderTests {
  /// Each dialect of PETPrep's time columns, with CR LF.
  @Test(arguments: [
    ("frame_start", "frame_end"), ("FrameTimesStart", "FrameTimesEnd"), ("FrameTimeStart", "FrameTimesEnd"),
  ])
  func readsTheDialects(start: String, end: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "sub-1_tacs.tsv", "\(start)\t\(end)\tLeft-A\tB\r\n0\t30\t1000\t2000\r\n30\t90\t3000\tn/a\r\n")
    try folder.write("sub-1_tacs.json", #"{"Units": ["Bq/mL"], "ImageDecayCorrected": true}"#)
    let table = try CurveReader.read(path)
    #expect(table.names == ["Left-A", "B"] && table.curves[0] == [1, 3] && table.curves[1][1].isNaN)
    #expect(table.frames.durations == [30, 60])
  }

  @Test func withoutSidecarSaysWhatItAssumes() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.tsv", "frame_start\tframe_end\tA\tweight\n0\t30\t1\t2\n30\t60\t2\t3\n")
    let table = try CurveReader.read(path)
    #expect(table.names == ["A"] && table.weightColumn == [2, 3])
    #expect(table.findings.map(\.code) == ["units"])
  }

  @Test func timesInMinutesBySidecar() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.tsv", "frame_start\tframe_end\tA\n0\t0.5\t1\n0.5\t1\t2\n")
    try folder.write("a.json", #"{"Units": "kBq/mL", "ImageDecayCorrected": true, "frame_start": {"Units": "min"}}"#)
    #expect(try CurveReader.read(path).frames.durations == [30, 30])
  }

  @Test func volumesComeFromMorph() throws {
    let folder = try TemporaryFolder()
    try folder.write("sub-1/anat/sub-1_desc-preproc_seg-gtm_morph.tsv", "index\tname\tvolume-mm3\n1\tA\t12.5\n")
    let path = try folder.write(
      "sub-1/ses-a/pet/sub-1_ses-a_desc-preproc_seg-gtm_tacs.tsv", "frame_start\tframe_end\tA\tB\n0\t30\t1\t2\n")
    let table = try CurveReader.read(path)
    #expect(table.volumes == [12.5, nil])
  }
}

/// A real study: PETPrep curves of 28 scans as published.
@Suite(.enabled(if: SharedMaterial.has("validation/ds004869/derivatives"), "ds004869 is not beside this checkout"))
struct RealStudyTests {
  static var tables: [String] {
    let root = SharedMaterial.path("validation/ds004869/derivatives/petprep")
    let all = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return all.filter { $0.hasSuffix("_tacs.tsv") }.sorted().map { root + "/" + $0 }
  }

  /// SRTM on every region against the cerebellar cortex: every region a row, most converged or at a bound.
  ///
  /// 2852 of 3036 are (93.9 %): of the others the data do not tell BPND, most of them small regions beside its noise. The
  /// bound leaves 13 fits for another rounding.
  @Test func everyScanIsFitted() throws {
    #expect(Self.tables.count == 28)
    var good = 0
    var all = 0
    for path in Self.tables {
      let run = try Program.run([
        "fit", path, "--model", "SRTM", "--reference", "Left-Cerebellum-Cortex+Right-Cerebellum-Cortex",
      ])
      #expect(run.status == 0, "\(run.errors)")
      let table = try TSVTable(text: run.output, file: path)
      let regions = try TSVTable(path: path).columns.count - 2
      #expect(table.rows.count == regions)
      let status = try table.required("status")
      good += table.rows.count { ["converged", "atBound"].contains($0[status]) }
      all += table.rows.count
    }
    #expect(Double(good) >= 0.935 * Double(all), "\(good) of \(all)")
  }
}
