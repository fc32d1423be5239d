import PETCore
import PETRegistration
import PETTestSupport
import Testing

@testable import PETStudy

/// What a derivative says of motion that it has corrected.
struct ConfoundsTableTests {
  private static let header = "trans_x\ttrans_y\ttrans_z\trot_x\trot_y\trot_z\tframewise_displacement\trmsd\n"

  private static func table(_ shifts: [Double], turn: Double = 0) throws -> (TemporaryFolder, ConfoundsTable) {
    let folder = try TemporaryFolder()
    let rows = shifts.enumerated().map { place, shift in
      "\(shift)\t0\t0\t\(place == 0 ? turn : 0)\t0\t0\tn/a\tn/a\n"
    }
    let path = try folder.write("sub-1_ses-a_desc-confounds_timeseries.tsv", header + rows.joined())
    return (folder, try ConfoundsTable(path: path))
  }

  private static func frames(_ count: Int) throws -> FrameSchedule {
    try FrameSchedule(
      starts: (0..<count).map { 600 + 300 * Double($0) }, durations: [Double](repeating: 300, count: count))
  }

  /// Shifts of 0 and 6 mm are 3 from their mean; a turn counts on 50 mm.
  @Test func howFarItMoved() throws {
    let (_, table) = try Self.table([0, 6])
    let told = try #require(table.finding(try Self.frames(2), limit: 2))
    #expect(told.code == .motionCorrected && told.level == .note && !told.castsDoubt && told.value == "3.0", "\(told)")
    #expect(told.problem.contains("3.0 mm at 12.5 min") || told.problem.contains("3.0 mm at 17.5 min"), "\(told)")
    #expect(table.finding(try Self.frames(2), limit: 4) == nil)
    let turned = try Self.table([0, 0], turn: 0.2).1.finding(try Self.frames(2), limit: 2)
    #expect(turned?.value == "5.0", "\(String(describing: turned))")
    // Of other frames nothing is told.
    #expect(table.finding(try Self.frames(3), limit: 2)?.problem.contains("not the 3 frames") == true)
  }

  /// It is that of the person's session, whatever is said besides.
  @Test func whereItIs() throws {
    let (folder, _) = try Self.table([0, 6])
    let path = try ConfoundsTable.path(beside: folder.file("sub-1_ses-a_desc-preproc_seg-gtm_tacs.tsv"))
    #expect(path?.hasSuffix("sub-1_ses-a_desc-confounds_timeseries.tsv") == true)
    for other in ["sub-1_ses-b_tacs.tsv", "sub-2_ses-a_tacs.tsv", "curves.tsv"] {
      #expect(try ConfoundsTable.path(beside: folder.file(other)) == nil, "\(other)")
    }
  }

  @Test func refusals() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("x_desc-confounds_timeseries.tsv", "trans_x\n0\n")
    #expect(throws: PETError.self) { try ConfoundsTable(path: path) }
  }
}
