import PETCore
import PETStudy
import PETTestSupport
import Testing

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
