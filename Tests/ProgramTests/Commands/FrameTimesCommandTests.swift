import Foundation
import PETCore
import PETTestSupport
import Testing

/// A scan whose frame times stand in a text file: the curves are those of its sidecar, to the byte.
struct FrameTimesCommandTests {
  private static let image = Program.sampleData + "/sub-01/pet/sub-01_trc-RAC_pet"
  private static let labels = Program.sampleData + "/derivatives/segmentation/sub-01/anat/sub-01_dseg.nii.gz"

  private static func frames(inMinutes: Bool) throws -> (text: String, count: Int) {
    let sidecar = try JSONValue.readObject(path: image + ".json")
    let starts = try #require(sidecar["FrameTimesStart"]?.list).compactMap(\.double)
    let durations = try #require(sidecar["FrameDuration"]?.list).compactMap(\.double)
    let rows = zip(starts, durations).map { start, length in
      inMinutes ? "\(start / 60) \(length / 60)\n" : "\(start) \(length)\n"
    }
    return (rows.joined(), starts.count)
  }

  @Test func curvesAreThoseOfTheSidecar() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: Self.image + ".nii.gz", toPath: folder.file("anna_rac.nii.gz"))
    let (text, _) = try Self.frames(inMinutes: false)
    let frames = try folder.write("frames.txt", "start[s] duration[s]\n" + text)
    let plain = try Program.run(["tacs", Self.image + ".nii.gz", "--labels", Self.labels])
    let own = try Program.run([
      "tacs", folder.file("anna_rac.nii.gz"), "--labels", Self.labels, "--frames", frames, "--isotope", "C11",
    ])
    #expect(plain.status == 0 && own.status == 0 && own.output == plain.output, "\(own.errors)")
    // What nobody states is told, and not made up.
    #expect(own.errors.contains("decay state is not stated") && own.errors.contains("unit of activity is not stated"))
    let minutes = try folder.write(
      "minutes.txt", "start[min] duration[min]\n" + (try Self.frames(inMinutes: true).text))
    let again = try Program.run([
      "tacs", folder.file("anna_rac.nii.gz"), "--labels", Self.labels, "--frames", minutes, "--isotope", "C11",
    ])
    let (a, b) = (try TSVTable(text: own.output, file: "a"), try TSVTable(text: again.output, file: "b"))
    for row in a.rows.indices {
      for column in a.columns.indices {
        let (x, y) = (try a.number(row, column), try b.number(row, column))
        #expect(abs(x - y) <= 1e-9 * max(1, abs(x)))
      }
    }
  }

  /// Beside a sidecar that lists other times, the file counts and that is said; too few frames are refused.
  @Test func theFileCounts() throws {
    let folder = try TemporaryFolder()
    let (text, count) = try Self.frames(inMinutes: false)
    let shifted = try folder.write(
      "frames.txt", "start[s] duration[s]\n" + text.replacing("3600.0 600.0", with: "3600 540"))
    let run = try Program.run(["tacs", Self.image + ".nii.gz", "--labels", Self.labels, "--frames", shifted])
    #expect(run.status == 0 && run.errors.contains("its frame times are not those of sub-01_trc-RAC_pet.json"))
    #expect(run.output.split(separator: "\n").last?.hasPrefix("3600\t4140\t") == true)
    let few = try folder.write("few.txt", "start[s] duration[s]\n0 10\n10 10\n")
    let refused = try Program.run(["tacs", Self.image + ".nii.gz", "--labels", Self.labels, "--frames", few])
    #expect(refused.status == 65 && refused.errors.contains("\(count)"), "\(refused.errors)")
    let usage = try Program.run(["tacs", Self.image + ".nii.gz", "--labels", Self.labels, "--frame-unit", "s"])
    #expect(usage.status == 64)
  }
}
