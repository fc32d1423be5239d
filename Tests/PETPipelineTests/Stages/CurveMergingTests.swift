import PETCore
import PETTestSupport
import Testing

@testable import PETPipeline

/// Regions merged of curves that were read.
struct CurveMergingTests {
  private static func table(_ volumes: [Double?], names: [String] = ["Left-Putamen", "Right-Putamen", "Pons"]) throws
    -> CurveTable
  {
    CurveTable(
      frames: try FrameSchedule(starts: [0, 60], durations: [60, 60]), names: names,
      curves: [[1, 2], [5, 10], [7, 7]].prefix(names.count).map { $0 }, volumes: volumes)
  }

  /// Left of 1000 mm³ and right of 3000: (1 + 3 x 5)/4 and (2 + 3 x 10)/4.
  @Test func sidesAreMergedByTheirVolumes() throws {
    let merged = try CurveMerging.run(try Self.table([1000, 3000, 10]), .automatic, file: "a.tsv")
    let place = try #require(merged.index(of: "Putamen"))
    #expect(merged.curves[place] == [4, 8] && merged.volumes[place] == 4000 && merged.merged.contains("Putamen"))
    // What was read stays as it was, in its place.
    #expect(Array(merged.names.prefix(3)) == ["Left-Putamen", "Right-Putamen", "Pons"] && merged.curves[2] == [7, 7])
    #expect(!merged.merged.contains("Pons") && merged.findings.isEmpty)
    #expect(try CurveMerging.run(try Self.table([1000, 3000, 10]), .labels, file: "a.tsv").names.count == 3)
  }

  @Test func withoutVolumesNothingIsMerged() throws {
    let merged = try CurveMerging.run(try Self.table([1000, nil, 10]), .automatic, file: "a.tsv")
    #expect(merged.names.count == 3 && merged.merged.isEmpty)
    #expect(merged.findings.map(\.code.word) == ["not-merged"] && merged.findings[0].problem.contains("Putamen"))
    #expect(try CurveMerging.run(try Self.table([0, 0, 0]), .automatic, file: "a.tsv").findings.count == 1)
  }

  /// A region that somebody asked for by name is made, or the work stops.
  @Test func aTableOfRegionsIsObeyed() throws {
    let folder = try TemporaryFolder()
    let regions = try folder.write("regions.tsv", "region\tlabels\nBoth\tPons+Left-Putamen\n")
    // (1 + 3 x 7)/4 and (2 + 3 x 7)/4.
    let merged = try CurveMerging.run(try Self.table([1000, nil, 3000]), .table(regions), file: "a.tsv")
    #expect(merged.names.last == "Both" && merged.curves.last == [5.5, 5.75])
    let error = #expect(throws: PETError.self) {
      try CurveMerging.run(try Self.table([1000, 3000, nil]), .table(regions), file: "a.tsv")
    }
    #expect(error?.problem.contains("the volume of 'Pons' is not known") == true && error?.file == regions)
    #expect(throws: PETError.self) {
      try CurveMerging.run(
        try Self.table([1, 1], names: ["Left-Putamen", "Right-Putamen"]), .table(regions), file: "a.tsv")
    }
  }

  /// A merged region that is there already is not made again.
  @Test func whatIsThereIsNotMadeAgain() throws {
    let own = try Self.table([1000, 3000, 10], names: ["Left-Putamen", "Right-Putamen", "putamen"])
    let merged = try CurveMerging.run(own, .automatic, file: "a.tsv")
    #expect(merged.names.count { $0.lowercased() == "putamen" } == 1 && merged.curves[2] == [7, 7])
  }
}
