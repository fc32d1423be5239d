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
    #expect(scan.findings.map(\.code.word) == ["units"])
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
    let told = scan.findings.filter { $0.code == .beforeInjection }
    #expect(told.map(\.level) == [.warning, .note], "\(told)")
    #expect(told[1].problem == "30 s of the frame's 60 s lie before injection" && told[1].remedy.hasSuffix("by 2"))
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
