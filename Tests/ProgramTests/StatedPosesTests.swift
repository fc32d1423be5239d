import Foundation
import PETCore
import PETImaging
import PETTestSupport
import Testing

/// Scans as they were reconstructed with the transforms that PETPrep leaves: the structural image's labels come to every frame.
///
/// Transforms are written here by ITK's definition: from-A_to-B takes points of B to points of A, in left, posterior, superior.
struct StatedPosesTests {
  private static let tracers = ["RAC", "DASB"]
  /// Points of the head at rest to points of the structural image.
  private static let structural = rigid([11, -7, 5, 0.1, -0.05, 0.2])
  /// Points of the head at rest to the pose that a derivative calls petref.
  private static let reference = rigid([2, 1, -3, 0.02, 0.03, -0.04])

  /// Rz Ry Rx, then the shift; mm and radians.
  private static func rigid(_ step: [Double]) -> Affine {
    func turn(_ axis: Int) -> Affine {
      let (c, s) = (cos(step[3 + axis]), sin(step[3 + axis]))
      let (i, j) = ((axis + 1) % 3, (axis + 2) % 3)
      var rows = [Double](repeating: 0, count: 12)
      rows[4 * axis + axis] = 1
      (rows[4 * i + i], rows[4 * i + j], rows[4 * j + i], rows[4 * j + j]) = (c, -s, s, c)
      return Affine(rows: rows)
    }
    let shift = Affine(rows: [1, 0, 0, step[0], 0, 1, 0, step[1], 0, 0, 1, step[2]])
    return shift.after(turn(2)).after(turn(1)).after(turn(0))
  }

  private static func itk(_ maps: [Affine]) -> String {
    let sign: (Int) -> Double = { $0 < 2 ? -1 : 1 }
    return "#Insight Transform File V1.0\n"
      + maps.enumerated().map { place, map in
        let matrix = (0..<3).flatMap { i in (0..<3).map { sign(i) * sign($0) * map[i, $0] } }
        let shift = (0..<3).map { sign($0) * map[$0, 3] }
        return "#Transform \(place)\nTransform: AffineTransform_double_3_3\nParameters: "
          + (matrix + shift).map { "\($0)" }.joined(separator: " ") + "\nFixedParameters: 0 0 0\n"
      }.joined(separator: "\n")
  }

  /// Writes another affine into a header, which is then the only one.
  private static func place(_ path: String, _ map: (Affine) -> Affine) throws {
    let grid = try VoxelStream(path: path).header.grid
    _ = try Program.run(URL(fileURLWithPath: "/bin/gzip"), ["-d", path])
    let plain = URL(fileURLWithPath: String(path.dropLast(3)))
    var data = try Data(contentsOf: plain)
    let affine = map(grid.affine)
    BadStudy.put(UInt16(0), at: 252, in: &data)
    BadStudy.put(UInt16(1), at: 254, in: &data)
    for row in 0..<3 {
      for column in 0..<4 {
        BadStudy.put(Float(affine[row, column]).bitPattern, at: 280 + 16 * row + 4 * column, in: &data)
      }
    }
    try data.write(to: plain)
  }

  /// A study whose labels lie on a structural image, with transforms to its scans; beside it the same as it was simulated.
  ///
  /// - Parameters:
  ///   - more: of the simulation.
  ///   - elsewhere: where the scanner of the second scan has its points.
  private static func study(_ folder: TemporaryFolder, _ more: [String], elsewhere: Affine = .identity) throws {
    let study = folder.file("study")
    let simulated = try Program.run(
      ["simulate", study, "--participants", "1", "--noise", "0", "--fwhm", "6", "--head"] + more)
    #expect(simulated.status == 0, "\(simulated.errors)")
    try FileManager.default.copyItem(atPath: study, toPath: folder.file("plain"))
    let own = study + "/derivatives/segmentation/sub-01/anat/sub-01_dseg"
    let prep = study + "/derivatives/petprep/sub-01"
    for place in ["anat", "pet"] { try AtomicFile.makeFolder("\(prep)/\(place)") }
    let labels = "\(prep)/anat/sub-01_space-T1w_dseg"
    for ending in [".nii.gz", ".tsv"] {
      try FileManager.default.moveItem(atPath: own + ending, toPath: labels + ending)
    }
    try FileManager.default.removeItem(atPath: study + "/derivatives/segmentation")
    try place(labels + ".nii.gz") { structural.after($0) }
    for tracer in tracers {
      let scan = "sub-01_trc-\(tracer)"
      let world = tracer == "DASB" ? elsewhere : .identity
      let image = "\(study)/sub-01/pet/\(scan)_pet"
      try place(image + ".nii.gz") { world.after($0) }
      let truth = "\(study)/derivatives/truth/sub-01/pet/\(scan)_desc-truth_timeseries.tsv"
      let isMoving = FileManager.default.fileExists(atPath: truth)
      // Where nobody looked for motion the scan is its own reference.
      let petref = isMoving ? world.after(reference) : world
      func write(_ maps: [Affine], _ name: String) throws {
        try itk(maps).write(toFile: "\(prep)/pet/\(scan)_\(name)_xfm.txt", atomically: true, encoding: .utf8)
      }
      try write([petref.after(try #require(structural.inverse))], "from-petref_to-T1w_mode-image_desc-coreg")
      guard isMoving else { continue }
      let table = try TSVTable(path: truth)
      let back = try #require(petref.inverse)
      try write(
        try table.rows.indices.map { row in
          world.after(rigid(try (0..<6).map { try table.number(row, $0) })).after(back)
        }, "from-orig_to-petref_mode-image_desc-hmc")
    }
  }

  private static let scan = "sub-01/pet/sub-01_trc-RAC"

  /// Heads at rest in two scanners: tables and the balance map are those of labels that lie on scans of one space.
  @Test func atRest() throws {
    let folder = try TemporaryFolder()
    try Self.study(folder, [], elsewhere: Self.rigid([30, -12, 9, 0.05, 0.1, -0.3]))
    let pipeline = BalanceRun.pipeline("align: {mode: none}\nmotion: {mode: none}\nmaps: {se-maps: false}")
    let runs = BalanceRun(folder: folder)
    let (found, plain) = (try runs.rows("study", pipeline, "found"), try runs.rows("plain", pipeline, "own"))
    // Affines of images have the 24 bits of a Float: places are off by some 1e-5 mm, and a map that is read there by less than 1e-3.
    func difference(_ a: [String], _ b: [String]) -> Double {
      abs((Double(a[1]) ?? .nan) / (Double(b[1]) ?? .nan) - 1)
    }
    let told = plain.filter { Double($0.value[1]) != nil }
    #expect(told.count > 15)
    for (region, row) in told { #expect(difference(try #require(found[region]), row) < 1e-6, "\(region)") }
    func map(_ name: String) throws -> [Double] {
      try Volume(path: folder.file("\(name)/sub-01/sub-01_meas-logratio_desc-raclopridedasb_mimap.nii.gz")).values
    }
    let maps = zip(try map("found"), try map("own")).filter { $0.0.isFinite || $0.1.isFinite }
    #expect(maps.count > 500 && maps.allSatisfy { abs($0.0 - $0.1) < 1e-3 }, "\(maps.count)")
    let log = try TextFile.read(folder.file("found/\(Self.scan)_seg-auto_tacs.json")).text
    #expect(log.contains("desc-coreg_xfm.txt"))
  }

  /// A head that jumps by 8 mm, in poses that are told: ratios are those of the head at rest, within 4 % in nuclei (voxels of
  /// 4.6 mm, as where a fit tells them); without the file of the frames they are not, and that is told.
  @Test func moving() throws {
    let folder = try TemporaryFolder()
    let more = ["--label-size", "2.3"]
    try Self.study(folder, more + ["--motion", "8", "--motion-start", "60"])
    let still = try Program.run(
      ["simulate", folder.file("still"), "--participants", "1", "--noise", "0", "--fwhm", "6", "--head"] + more)
    #expect(still.status == 0)
    let runs = BalanceRun(folder: folder)
    let pipeline = BalanceRun.pipeline("align: {mode: none}")
    // Voxels on borders are parted among regions, as where labels are brought to frames.
    let own = try runs.rows("still", BalanceRun.pipeline("align: {mode: move}"), "own")
    func worst(_ rows: [String: [String]]) -> Double {
      own.compactMap { region, cells in
        guard !region.contains("Cortex"), region != "White-Matter", let own = Double(cells[1]),
          let other = rows[region].flatMap({ Double($0[1]) })
        else { return nil }
        return abs(100 * (other / own - 1))
      }.max() ?? .nan
    }
    let found = try runs.rows("study", pipeline, "found")
    #expect(worst(found) < 4 && found["Left-Putamen"]?[2] == "ok", "\(worst(found)) \(found)")
    let about = try JSONValue.readObject(path: folder.file("found/\(Self.scan)_seg-auto_tacs.json"))
    let codes = about["Findings"]?.list?.compactMap { $0["Code"]?.string } ?? []
    #expect(codes.contains("motion-corrected") && !codes.contains("motion"), "\(codes)")
    #expect(about["HeadMotion"]?["Stated"]?.bool == true && about["HeadMotion"]?["Corrected"]?.bool == true)
    let table = try TSVTable(path: folder.file("found/\(Self.scan)_desc-confounds_timeseries.tsv"))
    let error = try table.required("rmsd-se")
    #expect(table.rows.count > 20 && table.rows.allSatisfy { $0[error] == "n/a" })
    #expect(try Program.run(["verify", folder.file("found")]).status == 0)
    // Poses that the scan tells itself begin there, and say the same (a fit is off by some 0.1 mm, of voxels of 4.6 mm: within 2 %);
    // so does a check before a run.
    let fitted = try runs.rows("study", BalanceRun.pipeline("align: {mode: none}\nmotion: {mode: correct}"), "fitted")
    for region in ["Left-Putamen", "Thalamus", "Midbrain"] {
      let (one, other) = (Double(found[region]?[1] ?? "") ?? .nan, Double(fitted[region]?[1] ?? "") ?? .nan)
      #expect(abs(one / other - 1) < 0.02 && fitted[region]?[2] == "ok", "\(region) \(one) \(other)")
    }
    let check = try Program.run(["check", folder.file("study"), "--pipeline", try folder.write("check.yaml", pipeline)])
    #expect(check.status == 0 && !check.output.contains("[motion]") && !check.output.contains("displaced"), "\(check)")
    // Commands that take regions in one place do not drop them.
    let prep = folder.file("study/derivatives/petprep/sub-01")
    for command in [["motion"], ["tacs", "--out", folder.file("x.tsv")], ["align"]] {
      let refused = try Program.run(
        [command[0], folder.file("study/\(Self.scan)_pet.nii")] + command.dropFirst() + [
          "--labels", prep + "/anat/sub-01_space-T1w_dseg.nii", "--transform",
          prep + "/pet/sub-01_trc-RAC_from-orig_to-petref_mode-image_desc-hmc_xfm.txt",
        ])
      #expect(refused.status == 64 && refused.errors.contains("one a frame"), "\(refused)")
    }
    // One transform too few, or one alone.
    let poses = folder.file(
      "study/derivatives/petprep/\(Self.scan)_from-orig_to-petref_mode-image_desc-hmc_xfm.txt")
    let text = try TextFile.read(poses).text
    let places = text.ranges(of: "#Transform ")
    let file = try folder.write("few.yaml", pipeline)
    for place in [1, places.count - 1] {
      try String(text[..<places[place].lowerBound]).write(toFile: poses, atomically: true, encoding: .utf8)
      let few = try Program.run(["run", folder.file("study"), folder.file("few"), "--pipeline", file, "--quiet"])
      #expect(few.status == 1 && few.errors.contains("the scan has"), "\(few.errors)")
    }
    for tracer in Self.tracers { try FileManager.default.removeItem(atPath: poses.replacing("RAC", with: tracer)) }
    let without = try runs.rows("study", pipeline, "without")
    #expect(worst(without) > 10 && without["Left-Putamen"]?[2] == "dataDoubtful", "\(worst(without))")
  }
}
