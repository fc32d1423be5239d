import PETCore
import PETImaging
import PETStudy
import PETTestSupport
import Testing

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
