import PETCore
import PETResults
import PETTestSupport
import Testing

/// Curves as they are written (`CurvesText`) and read again from the record of their scan.
struct CurvesFileTests {
  private static func table() throws -> CurveTable {
    var table = CurveTable(
      frames: try FrameSchedule(starts: [0, 60, 200], durations: [60, 120, 100.25]), names: ["A", "B", "A-and-B"],
      curves: [[0, 1.5, .nan], [1e-7, 2, 3], [0.1, 0.2, 0.3]], volumes: [1000, nil, 8.5])
    table.merged = ["A-and-B"]
    table.isotope = .fluorine18
    table.findings = [Finding(.warning, Finding.Code("gap"), file: "x.nii", "a gap", castsDoubt: true)]
    return table
  }

  private static func record(_ names: [String]) -> RunRecord {
    var record = RunRecord(
      unit: "sub-1_trc-A", kind: .scan, participant: "sub-1", session: nil,
      settings: RunRecord.Settings(pipeline: "p", pipelineDigest: "d", values: nil))
    record.outputs = names.map { RunRecord.File(name: $0, digest: FileDigest(of: "")) }
    return record
  }

  private static let tacs = "sub-1/sub-1_seg-x_tacs.tsv"
  private static let morph = "sub-1/sub-1_seg-x_morph.tsv"

  @Test func whatIsWrittenIsRead() throws {
    let (folder, table) = (try TemporaryFolder(), try Self.table())
    let text = CurvesText(table)
    try folder.write(Self.tacs, text.tsv)
    try folder.write("sub-1/sub-1_seg-x_tacs.json", text.sidecar([]).text)
    try folder.write(Self.morph, text.volumes(indices: [11, 12, nil], voxels: [125, 0, 1], correction: nil))
    let file = try CurvesFile(Results(Self.record([Self.morph, Self.tacs]), in: folder.path))
    let own = file.table
    #expect(own.frames == table.frames && own.names == table.names && own.volumes == table.volumes)
    #expect(own.curves[1] == table.curves[1] && own.curves[0][2].isNaN && own.curves[0][1] == 1.5)
    #expect(own.merged == table.merged && own.isotope == .fluorine18 && own.findings == table.findings)
    #expect(file.indices == [11, 12, nil] && file.voxelCounts == [125, 0, 1])
    // Without a table of volumes nothing is known of them.
    let plain = try CurvesFile(Results(Self.record([Self.tacs]), in: folder.path))
    #expect(
      plain.table.volumes == [nil, nil, nil] && plain.voxelCounts == [0, 0, 0] && plain.indices == [nil, nil, nil])
  }

  /// The frames are those of the sidecar: the table's ends do not tell a gap from a long frame.
  @Test func theTableAndItsSidecarBelongTogether() throws {
    let (folder, table) = (try TemporaryFolder(), try Self.table())
    let results = Results(Self.record([Self.morph, Self.tacs]), in: folder.path)
    let missing = #expect(throws: PETError.self) { try CurvesFile(Results(Self.record([]), in: folder.path)) }
    #expect(missing?.code == .missingInput)
    try folder.write(Self.tacs, CurvesText(table).tsv)
    try folder.write(Self.morph, CurvesText(table).volumes(indices: [1, 2, nil], voxels: [1, 1, 2], correction: nil))
    try folder.write("sub-1/sub-1_seg-x_tacs.json", "{\"FrameTimesStart\": [0, 60], \"FrameDuration\": [60, 120]}")
    let short = #expect(throws: PETError.self) { try CurvesFile(results) }
    #expect(short?.field == "FrameTimesStart" && short?.remedy == "run with --force")
    try folder.write("sub-1/sub-1_seg-x_tacs.json", CurvesText(table).sidecar([]).text)
    try folder.write(Self.morph, "index\tname\tvolume-mm3\tvoxels\n1\tA\t1\t1\n")
    let other = #expect(throws: PETError.self) { try CurvesFile(results) }
    #expect(other?.file?.hasSuffix("morph.tsv") == true && other?.field == "name")
  }
}
