import Foundation
import PETCore
import PETImaging
import PETTestSupport
import Testing

@testable import PETStudy

/// A table of scans proposed from folders of other labs' habits.
struct ScanProposalTests {
  private static let grid = Grid(nx: 3, ny: 2, nz: 1, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))
  private static let other = Grid(nx: 2, ny: 2, nz: 1, affine: Affine(rows: [3, 0, 0, 0, 0, 3, 0, 0, 0, 0, 3, 0]))

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func image(_ name: String, frames: Int = 1, on grid: Grid = grid, _ values: [Double]) throws {
    let path = folder.file(name)
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try NIfTIWriter.write(path, grid: grid, frames: frames, description: "") { _ in
      (0..<grid.count).map { values[$0 % values.count] }
    }
  }

  private func pet(_ name: String, frames: Int = 3) throws { try image(name, frames: frames, [1.5, 2.25, 7]) }

  private func rows() throws -> [[ScanRow.Column: String]] { try ScanProposal(folder.path).rows }

  private func notes(_ row: [ScanRow.Column: String]) -> [String] {
    (row[.note] ?? "").components(separatedBy: "; ")
  }

  @Test func flatNames() throws {
    for person in ["Anna", "Bob"] {
      for tracer in ["rac", "DASB"] { try pet("\(person)_\(tracer).nii.gz") }
      try image("\(person)_labels.nii.gz", [0, 1, 2])
      try folder.write("\(person)_labels.tsv", "index\tname\n1\tPutamen\n2\tCerebellum\n")
      try image("\(person)_T1.nii.gz", [3, 4, 5])
    }
    try folder.write("rac_frames.txt", "start[min] end[min]\n0 1\n1 2\n2 5\n")
    try folder.write("dasb_frames.txt", "0 60\n60 120\n120 300\n")
    let rows = try rows()
    #expect(rows.map { $0[.participant] } == ["Anna", "Anna", "Bob", "Bob"])
    #expect(rows.map { $0[.tracer] } == ["dasb", "raclopride", "dasb", "raclopride"])
    #expect(rows.map { $0[.pet] } == ["Anna_DASB.nii.gz", "Anna_rac.nii.gz", "Bob_DASB.nii.gz", "Bob_rac.nii.gz"])
    #expect(rows.map { $0[.frames] } == ["dasb_frames.txt", "rac_frames.txt", "dasb_frames.txt", "rac_frames.txt"])
    #expect(rows.allSatisfy { $0[.labels] == "\($0[.participant] ?? "")_labels.nii.gz" && $0[.isotope] == "C11" })
    // The table beside the labels is found by itself; the unit of bare numbers is nobody's guess.
    #expect(rows.allSatisfy { $0[.names] == nil && $0[.frameUnit] == nil && $0[.units] == nil })
    #expect(
      notes(rows[0]).contains { $0.hasPrefix("frame_unit: not stated") }
        && !notes(rows[1]).contains { $0.hasPrefix("frame_unit") })
    #expect(notes(rows[0]).contains("labels: by name and grid") && notes(rows[0]).contains("tracer: by the name"))
    // A table that was filled in is a table of scans.
    let table = try folder.write(
      "scans.tsv", try ScanProposal(folder.path).tsv)
    #expect(try ScanTable(path: table).rows.map(\.scan.stem).first == "sub-Anna_trc-dasb")
  }

  /// A folder a person, a folder a visit; masks in a folder of their own.
  @Test func foldersOfPersons() throws {
    for person in ["P01", "P02"] {
      for visit in ["base", "post"] { try pet("Data/\(person)/\(visit)/raclopride_dyn.nii") }
      for region in ["caudate", "putamen", "cereb"] { try image("Data/\(person)/ROIs/roi_\(region).nii", [0, 1]) }
    }
    try image("Data/P02/ROIs/readme_mask.nii", [0, 1])
    let rows = try rows()
    #expect(rows.map { $0[.participant] } == ["P01", "P01", "P02", "P02"])
    #expect(rows.map { $0[.session] } == ["base", "post", "base", "post"])
    #expect(rows[0][.masks] == "Data/P01/ROIs/roi_*.nii" && rows[0][.labels] == nil)
    // With another name among them the pattern is the folder's.
    #expect(rows[2][.masks] == "Data/P02/ROIs/*.nii")
    #expect(notes(rows[0]).contains { $0.hasPrefix("frames: none found for 3 frames") })
  }

  /// What is ambiguous is left open, with what it could be.
  @Test func ambiguous() throws {
    try pet("anna_pet.nii.gz")
    try pet("bob_rac.nii.gz")
    try pet("bob_rac_2.nii.gz")
    for name in ["bob_aparc_seg.nii.gz", "bob_hammers_seg.nii.gz"] { try image(name, [0, 1, 2]) }
    let rows = try rows()
    let anna = try #require(rows.first { $0[.participant] == "anna" })
    #expect(anna[.tracer] == nil && notes(anna).contains("tracer: not known"))
    let bob = try #require(rows.first { $0[.participant] == "bob" })
    #expect(bob[.labels] == nil)
    #expect(notes(bob).contains("labels: several fit (bob_aparc_seg.nii.gz, bob_hammers_seg.nii.gz)"))
    // Without a tracer the table is refused until somebody has filled it in.
    let table = try folder.write("scans.tsv", try ScanProposal(folder.path).tsv)
    #expect(throws: PETError.self) { try ScanTable(path: table) }
  }

  /// What a JSON says is not asked for; of two label images that of the scan's grid is meant.
  @Test func sidecarsAndGrids() throws {
    try pet("anna_x1.nii.gz")
    try folder.write(
      "anna_x1.json",
      """
      {"TracerName": "DASB", "TracerRadionuclide": "C11", "Units": "Bq/mL", "ImageDecayCorrected": true,
       "FrameTimesStart": [0, 60, 120], "FrameDuration": [60, 60, 60]}
      """)
    try image("anna_x1_seg.nii.gz", [0, 1, 2])
    try image("anna_x1_fine_seg.nii.gz", on: Self.other, [0, 1, 2])
    try folder.write("bad.nii.gz", "no image")
    let proposal = try ScanProposal(folder.path)
    let row = try #require(proposal.rows.first)
    #expect(row[.tracer] == "dasb" && row[.frames] == nil && row[.isotope] == nil)
    #expect(row[.labels] == "anna_x1_seg.nii.gz")
    #expect(notes(row).allSatisfy { $0.hasPrefix("labels") || $0.hasPrefix("names") })
    #expect(proposal.findings.map(\.code) == [.imageUnreadable] && proposal.count == 1)
  }

  /// Links that lead nowhere and linked folders are told, and runs of BIDS names keep theirs.
  @Test func whatIsPassedOver() throws {
    try pet("sub-01_trc-RAC_run-2_pet.nii.gz")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("gone.nii"), withDestinationPath: folder.file("none"))
    let elsewhere = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(atPath: folder.file("linked"), withDestinationPath: elsewhere.path)
    let proposal = try ScanProposal(folder.path)
    #expect(proposal.count == 1 && proposal.rows[0][.run] == "2")
    #expect(proposal.findings.map(\.code) == [.passedOver, .passedOver])
    #expect(proposal.findings.map { ($0.file as NSString?)?.lastPathComponent } == ["gone.nii", "linked"])
  }

  @Test func nothingToPropose() throws {
    #expect(throws: PETError.self) { try ScanProposal(folder.file("none")) }
    #expect(throws: PETError.self) { try ScanProposal(folder.path) }
    try image("a_labels.nii.gz", [0, 1])
    let error = #expect(throws: PETError.self) { try ScanProposal(folder.path) }
    #expect(error?.code == .missingInput && error?.field == "pet")
  }
}
