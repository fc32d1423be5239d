import Foundation
import PETCore
import PETTestSupport
import Testing

/// Heads that move in simulated scans, and what the program says of them.
struct MotionTests {
  private static let made = Result {
    let folder = try TemporaryFolder()
    let simulated = try Program.run([
      "simulate", folder.file("study"), "--participants", "1", "--noise", "0.05", "--fwhm", "6", "--label-size", "2.3",
      "--head", "--motion", "5",
    ])
    #expect(simulated.status == 0, "\(simulated.errors)")
    return folder
  }

  private static func scan(_ folder: TemporaryFolder) -> String {
    folder.file("study/sub-01/pet/sub-01_trc-RAC_pet.nii.gz")
  }

  private static let labels = "study/derivatives/segmentation/sub-01/anat/sub-01_dseg.nii.gz"

  /// Where a point of the head is in each frame.
  private static func places(_ path: String, centre: [Double], _ point: [Double]) throws -> [[Double]] {
    let table = try TSVTable(path: path)
    let columns = try ["trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z"].map(table.required)
    return try table.rows.indices.map { row in
      let p = try columns.map { try table.number(row, $0) }
      let q = zip(point, centre).map { $0 - $1 }
      let r: [(Double, Double)] = p.suffix(3).map { (cos($0), sin($0)) }
      let x = [q[0], r[0].0 * q[1] - r[0].1 * q[2], r[0].1 * q[1] + r[0].0 * q[2]]
      let y = [r[1].0 * x[0] + r[1].1 * x[2], x[1], -r[1].1 * x[0] + r[1].0 * x[2]]
      let z = [r[2].0 * y[0] - r[2].1 * y[1], r[2].1 * y[0] + r[2].0 * y[1], y[2]]
      return (0..<3).map { z[$0] + centre[$0] + p[$0] }
    }
  }

  /// With labels every frame after 5 min lies where the simulation put it within 0.4 mm, in the median 0.15, and without within 1
  /// and 0.4: blocks of 4.6 mm, where a standard scan has 4.
  @Test func whereFramesLie() throws {
    let folder = try Self.made.get()
    let truth = folder.file("study/derivatives/truth/sub-01/pet/sub-01_trc-RAC_desc-truth_timeseries.tsv")
    for (more, limits) in [(["--labels", folder.file(Self.labels)], (0.15, 0.4)), ([], (0.4, 1))] {
      let out = folder.file("motion\(more.count).tsv")
      let run = try Program.run(["motion", Self.scan(folder), "--limit", "0.5", "--out", out] + more)
      #expect(run.status == 0 && run.errors.contains("the head moved") == true, "\(run)")
      let about = try JSONValue.readObject(path: TSVTable.sidecarPath(of: out))
      let centre = about["RotationCentre"]?.list?.compactMap(\.double) ?? []
      var squares: [Double] = []
      for point in [[50.0, 0, 0], [-50, 0, 0], [0, 60, 0], [0, -60, 0], [0, 0, 45], [0, 0, -45]] {
        let found = try Self.places(out, centre: centre, point)
        let own = try Self.places(truth, centre: [0, 0, 0], point)
        // Frames after 5 min, about their mean: the reference pose is another than the head's at rest.
        let late = Array(found.indices.suffix(18))
        let differences = late.map { frame in zip(found[frame], own[frame]).map { $0 - $1 } }
        let mean = (0..<3).map { axis in differences.reduce(0.0) { $0 + $1[axis] } / Double(late.count) }
        let own2 = differences.map { difference in
          zip(difference, mean).map { $0 - $1 }.reduce(0.0) { $0 + $1 * $1 }
        }
        squares = squares.isEmpty ? own2 : zip(squares, own2).map(+)
      }
      let errors = squares.map { ($0 / 6).squareRoot() }.sorted()
      #expect(Order.quantile(errors, 0.5) < limits.0 && (errors.last ?? 9) < limits.1, "\(errors)")
    }
    let one = try Program.run(["motion", Self.scan(folder), "--limit", "0.5", "--jobs", "1"])
    #expect(one.output == (try TextFile.read(folder.file("motion0.tsv")).text))
    let wider = try Program.run(["motion", Self.scan(folder), "--limit", "20"])
    #expect(wider.status == 0 && !wider.errors.contains("the head moved"))
  }

  /// An image with the head in one pose: it moves no more, and is read as any other.
  @Test func resampled() throws {
    let folder = try Self.made.get()
    let labels = ["--labels", folder.file(Self.labels)]
    let out = folder.file("still.nii.gz")
    let made = try Program.run(["motion", Self.scan(folder), "--resample", out] + labels)
    #expect(made.status == 0 && made.output.isEmpty, "\(made)")
    let json = try TextFile.read(folder.file("still.json")).text
    #expect(
      json.contains("FrameTimesStart") && json.contains("motion corrected")
        && json.contains("sub-01_trc-RAC_pet.nii.gz"))
    func extent(_ image: String, _ name: String) throws -> Double {
      let run = try Program.run(["motion", image, "--out", folder.file(name + ".tsv")] + labels)
      #expect(run.status == 0, "\(run)")
      let about = try JSONValue.readObject(path: folder.file(name + ".json"))
      return about["HeadMotion"]?["Displacement"]?.double ?? .nan
    }
    let (before, after) = (try extent(Self.scan(folder), "before"), try extent(out, "after"))
    #expect(before > 1 && after < 0.2, "\(before) \(after)")
    let slip = try Program.run(["motion", Self.scan(folder), "--resample", folder.file("x.nii")])
    #expect(slip.status == 64 && slip.errors.contains(".nii.gz"))
    // Each has a JSON of its own beside it.
    let one = try Program.run([
      "motion", Self.scan(folder), "--resample", folder.file("x.nii.gz"), "--out", folder.file("x.tsv"),
    ])
    #expect(one.status == 64 && one.errors.contains("two names"), "\(one)")
    let itself = try Program.run(["motion", Self.scan(folder), "--resample", Self.scan(folder)])
    #expect(itself.status == 64, "\(itself)")
  }

  @Test(arguments: [
    (["--limit", "-1"], "--limit"), (["--fwhm", "0"], "--fwhm"), (["--out", "x.txt"], ".tsv"),
    (["--transform", "x.txt"], "--labels"), (["--jobs", "0"], "--jobs"),
  ])
  func slips(more: [String], words: String) throws {
    let folder = try Self.made.get()
    let slip = try Program.run(["motion", Self.scan(folder)] + more)
    #expect(slip.status == 64 && slip.errors.contains(words) && slip.output.isEmpty, "\(slip)")
  }

  /// Labels that lie elsewhere tell no poses, and take none away.
  @Test func labelsElsewhere() throws {
    let folder = try Self.made.get()
    let far = try folder.write(
      "far.txt",
      "#Insight Transform File V1.0\nTransform: AffineTransform_double_3_3\nParameters: 1 0 0 0 1 0 0 0 1 0 60 0\n"
        + "FixedParameters: 0 0 0\n")
    let run = try Program.run([
      "motion", Self.scan(folder), "--labels", folder.file(Self.labels), "--transform", far, "--limit", "0.5",
    ])
    let plain = try Program.run(["motion", Self.scan(folder), "--limit", "0.5"])
    #expect(run.status == 0 && run.errors.contains("do not fit to the labels") && run.output == plain.output, "\(run)")
  }

  /// Where one of the two files cannot be written there is neither.
  @Test func nothingHalfWritten() throws {
    let folder = try Self.made.get()
    try FileManager.default.createDirectory(atPath: folder.file("taken.tsv"), withIntermediateDirectories: true)
    let run = try Program.run(["motion", Self.scan(folder), "--out", folder.file("taken.tsv")])
    #expect(run.status == 73 && !FileManager.default.fileExists(atPath: folder.file("taken.json")), "\(run)")
  }

  @Test func refusals() throws {
    let folder = try Self.made.get()
    let itself = try Program.run([
      "motion", Self.scan(folder), "--out", folder.file("study/sub-01/pet/sub-01_trc-RAC_pet.tsv"),
    ])
    #expect(itself.status == 64 && itself.errors.contains("choose another name"), "\(itself)")
    let other = try Program.run([
      "simulate", folder.file("x"), "--motion", "3", "--variation", "0.1",
    ])
    #expect(other.status == 64 && other.errors.contains("--variation"))
    let late = try Program.run(["simulate", folder.file("x"), "--motion-start", "3"])
    #expect(late.status == 64 && late.errors.contains("--motion-start"))
  }
}
