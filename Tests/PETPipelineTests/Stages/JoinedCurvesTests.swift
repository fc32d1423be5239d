import PETCore
import PETImaging
import PETStudy
import PETTestSupport
import Testing

@testable import PETPipeline

/// Curves of the runs of one injection, put together.
struct JoinedCurvesTests {
  private static func curves(
    _ names: [String], from start: Double, weights: [Double]? = nil, origin: Double? = nil, value: Float = 1
  ) throws -> ScanCurves {
    var table = CurveTable(
      frames: try FrameSchedule(starts: [start, start + 60], durations: [60, 60]), names: names,
      curves: names.indices.map { [start + Double($0), start + Double($0) + 60] },
      volumes: names.map { Double($0.count) })
    table.weightColumn = weights
    table.merged = ["both"]
    var curves = ScanCurves(
      table: table, indices: names.indices.map(Optional.some), voxelCounts: names.map(\.count), label: "x",
      sources: ["\(start).nii", "labels.nii"])
    if let origin {
      let matrix = Affine(rows: [1, 0, 0, origin, 0, 1, 0, 0, 0, 0, 1, 0])
      curves.picture = ScanPicture(
        grid: Grid(nx: 1, ny: 1, nz: 1, affine: matrix), mean: [value], duration: 120, labels: [1])
    }
    return curves
  }

  @Test func framesFollowFrames() throws {
    let joined = try ScanCurves(
      joining: [
        try Self.curves(["a", "both", "left"], from: 0, origin: 0, value: 2),
        try Self.curves(["both", "a", "right"], from: 600, origin: 0, value: 4),
      ])
    #expect(joined.table.names == ["a", "both"] && joined.table.merged == ["both"])
    #expect(joined.table.frames.starts == [0, 60, 600, 660])
    #expect(joined.table.curves == [[0, 60, 601, 661], [1, 61, 600, 660]] && joined.table.volumes == [1, 4])
    #expect(joined.sources == ["0.0.nii", "labels.nii", "600.0.nii"] && joined.voxelCounts == [1, 4])
    #expect(joined.table.findings.map(\.problem) == ["not every run has left, right"])
    #expect(joined.picture?.mean == [3] && joined.picture?.duration == 240)
    // What has no voxel in one run is no region of the scan.
    var empty = try Self.curves(["a", "b"], from: 600)
    empty.table.curves[1] = [.nan, .nan]
    let without = try ScanCurves(joining: [try Self.curves(["a", "b"], from: 0), empty])
    #expect(without.table.names == ["a"] && without.table.findings.map(\.problem) == ["not every run has b"])
    // One run is itself.
    #expect(try ScanCurves(joining: [try Self.curves(["a"], from: 0)]).table.names == ["a"])
  }

  @Test func whatCannotBeJoinedIsRefused() throws {
    #expect(throws: PETError.self) {
      try ScanCurves(joining: [try Self.curves(["a"], from: 0), try Self.curves(["b"], from: 600)])
    }
    #expect(throws: PETError.self) {
      try ScanCurves(joining: [try Self.curves(["a"], from: 0), try Self.curves(["a"], from: 60)])
    }
    #expect(throws: PETError.self) {
      try ScanCurves(joining: [try Self.curves(["a"], from: 0, weights: [1, 2]), try Self.curves(["a"], from: 600)])
    }
    let weighted = try ScanCurves(
      joining: [
        try Self.curves(["a"], from: 0, weights: [1, 2], origin: 0),
        try Self.curves(["a"], from: 600, weights: [3, 4], origin: 5),
      ])
    #expect(weighted.table.weightColumn == [1, 2, 3, 4] && weighted.picture == nil)
  }

  /// Blood of one run is no blood of the injection.
  @Test func bloodIsOfTheInjection() throws {
    let folder = try TemporaryFolder()
    try folder.write("dataset_description.json", "{\"Name\": \"a\", \"BIDSVersion\": \"1.9.0\"}")
    for (run, start) in [(1, 0), (2, 1200)] {
      try folder.write(
        "sub-1/pet/sub-1_trc-DASB_run-\(run)_pet.json",
        "{\"TracerName\": \"DASB\", \"TracerRadionuclide\": \"C11\", \"FrameTimesStart\": [\(start)], \"FrameDuration\": [600]}"
      )
    }
    func joined() throws -> ScanEntry {
      try #require(RoleAssignment.joined(try Dataset(folder.path).scans, nil).first)
    }
    #expect(try joined().parts.count == 2 && joined().bloodTables().isEmpty)
    let own = try folder.write("sub-1/pet/sub-1_trc-DASB_recording-manual_blood.tsv", "time\n")
    #expect(try joined().bloodTables() == [own])
    try folder.write("sub-1/pet/sub-1_trc-DASB_run-2_recording-manual_blood.tsv", "time\n")
    #expect { try joined().bloodTables() } throws: { ($0 as? PETError)?.problem.contains("of one run") == true }
  }
}
