import Foundation
import PETCore
import PETTestSupport
import Testing

/// `tacs --partial-volume gtm` on a scan of two regions in a third.
struct PartialVolumeTests {
  /// Labels of 2 mm under a scan of 4 mm without any blur but the voxel's: a point spread of 1 mm is all it has.
  private static func study() throws -> (folder: TemporaryFolder, arguments: [String]) {
    let folder = try TemporaryFolder()
    let size = 24
    var labels = [Double](repeating: 0, count: size * size * size)
    for at in labels.indices {
      let (i, j, k) = (at % size, at / size % size, at / (size * size))
      guard (4...19).contains(i), (4...19).contains(j), (4...19).contains(k) else { continue }
      labels[at] =
        (8...11).contains(j) && (8...13).contains(k) ? ((6...9).contains(i) ? 1 : (14...17).contains(i) ? 2 : 3) : 3
    }
    func raw(_ edge: Double, _ count: Int, frames: Int, _ values: [Double], as type: Int) -> RawNIfTI {
      var raw = RawNIfTI()
      raw.dims = [frames > 1 ? 4 : 3, count, count, count, frames, 1, 1, 1]
      raw.pixdim = [1, edge, edge, edge, 1, 0, 0, 0]
      let start = -Double(count - 1) / 2 * edge
      raw.sform = [edge, 0, 0, start, 0, edge, 0, start, 0, 0, edge, start]
      raw.store(values, as: type)
      return raw
    }
    try folder.write("x_dseg.nii", raw(2, size, frames: 1, labels, as: 4).data)
    try folder.write("x_dseg.tsv", "index\tname\n1\tLeft-Caudate\n2\tRight-Caudate\n3\tCerebellum\n")
    let half = size / 2
    var frame = [Double](repeating: 0, count: half * half * half)
    for at in labels.indices {
      let (i, j, k) = (at % size / 2, at / size % size / 2, at / (size * size) / 2)
      frame[i + half * (j + half * k)] += [0, 40, 20, 10][Int(labels[at])] / 8
    }
    try folder.write("x_pet.nii", raw(4, half, frames: 2, frame + frame.map { $0 / 2 }, as: 64).data)
    try folder.write(
      "x_pet.json",
      """
      {"TracerName": "RAC", "TracerRadionuclide": "C11", "Units": "kBq/mL", "ImageDecayCorrected": true,
       "ImageDecayCorrectionTime": 0, "TimeZero": "10:00:00", "InjectionStart": 0, "ScanStart": 0,
       "FrameTimesStart": [0, 1800], "FrameDuration": [1800, 1800]}
      """)
    return (folder, ["tacs", folder.file("x_pet.nii"), "--labels", folder.file("x_dseg.nii")])
  }

  @Test func curvesAndSidecar() throws {
    let (folder, arguments) = try Self.study()
    let out = folder.file("c_tacs.tsv")
    let made = try Program.run(arguments + ["--partial-volume", "gtm", "--fwhm", "1.2,1", "--out", out])
    #expect(made.status == 0, "\(made.errors)")
    let table = try TSVTable(path: out)
    for (name, value) in [("Left-Caudate", 40.0), ("Right-Caudate", 20), ("Cerebellum", 10)] {
      let column = try table.required(name)
      // The scan has no blur but its voxels': 1.2 mm and those of the labels are too much for a caudate of 8 mm.
      for (row, share) in zip(table.rows, [1, 0.5]) {
        #expect(abs((Double(row[column]) ?? .nan) / (value * share) - 1) < 0.15, "\(name) \(row[column])")
      }
    }
    let json = try TextFile.read(folder.file("c_tacs.json")).text
    for words in [
      "\"FWHM\": [1.2, 1.2, 1]", "\"Source\": \"given\"", "\"Method\": \"GTM\"", "ConditionNumber",
      "OwnShares", "not yet on measured images",
    ] {
      #expect(json.contains(words), "\(words) \(json)")
    }
    // fit reads it as any table, and the plain curves are those of before.
    let plain = try Program.run(arguments)
    #expect(plain.status == 0 && !plain.output.contains("n/a"), "\(plain.errors)")
  }

  @Test(arguments: [
    (["--partial-volume", "gtm"], "needs the resolution"), (["--fwhm", "6"], "belongs to --partial-volume"),
    (["--partial-volume", "gtm", "--fwhm", "0"], "no resolution of a scanner"),
    (["--partial-volume", "gtm", "--fwhm", "40"], "no resolution of a scanner"),
    (["--partial-volume", "gtm", "--fwhm", "-6"], "--fwhm"),
    (["--partial-volume", "gtm", "--fwhm", "6,5,4"], "is no FWHM in mm"),
    (["--partial-volume", "gtm", "--fwhm", "six"], "is no FWHM in mm"),
    (["--partial-volume", "gtm", "--fwhm", "6", "--sampling", "image-to-labels"], "--sampling"),
    (["--partial-volume", "gtm", "--fwhm", "6", "--jobs", "0"], "--jobs"),
    (["--partial-volume", "sgtm", "--fwhm", "6"], "sgtm"),
  ])
  func slips(more: [String], words: String) throws {
    let (folder, arguments) = try Self.study()
    let outcome = try withExtendedLifetime(folder) { try Program.run(arguments + more) }
    #expect(outcome.status == 64 && outcome.errors.contains(words) && outcome.output.isEmpty, "\(outcome)")
  }

  /// Masks need not part the space.
  @Test func masksAreNotCorrected() throws {
    let (folder, _) = try Self.study()
    let masks = try Program.run([
      "tacs", folder.file("x_pet.nii"), "--masks", folder.file("x_dseg.nii"), "--partial-volume", "gtm", "--fwhm", "6",
    ])
    #expect(masks.status != 0 && masks.output.isEmpty && !masks.errors.isEmpty, "\(masks)")
  }
}
