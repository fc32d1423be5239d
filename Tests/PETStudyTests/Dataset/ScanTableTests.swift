import Foundation
import PETCore
import PETTestSupport
import PETTracers
import Testing

@testable import PETStudy

/// A table of scans: what it names, and what it refuses.
struct ScanTableTests {
  private static let header = "participant_id\tsession_id\ttracer\tpet\tframes\tisotope\tunits\tdecay_corrected"

  /// A table of rows beside files that are named in it (empty images: nothing opens them).
  private static func dataset(
    _ rows: [String], header: String = header, folder: TemporaryFolder, files: [String] = []
  ) throws -> Dataset {
    for file in files { try folder.write(file, "") }
    try folder.write("frames.txt", "start[min] end[min]\n0 1\n1 3\n")
    return try Dataset(folder.write("scans.tsv", ([header] + rows).joined(separator: "\n") + "\n"))
  }

  @Test func scansHaveTheNamesOfABIDSStudy() throws {
    let folder = try TemporaryFolder()
    let study = try Self.dataset(
      [
        "bob\tn/a\tDASB\tbob.nii.gz\tframes.txt\tC11\tkBq/mL\ttrue",
        "sub-anna\tses-1\t[11C]raclopride\tdata/a b.nii.gz\tframes.txt\tC11\tBq/mL\tfalse",
      ], folder: folder)
    #expect(study.scans.map(\.stem) == ["sub-anna_ses-1_trc-raclopride", "sub-bob_trc-DASB"])
    #expect(study.participants == ["sub-anna", "sub-bob"] && study.root == folder.path)
    let scan = study.scans[0]
    #expect(scan.image == folder.file("data/a b.nii.gz") && scan.folder == "sub-anna/ses-1/pet")
    #expect(scan.tracerName == "[11C]raclopride" && scan.isotope == .carbon11)
    let sidecar = try scan.sidecar()
    #expect(try sidecar.numbers("FrameTimesStart") == [0, 60] && sidecar.numbers("FrameDuration") == [60, 120])
    #expect(sidecar.text("Units") == "Bq/mL" && sidecar["ImageDecayCorrected"]?.bool == false)
    #expect(sidecar.findings.isEmpty && sidecar.file == folder.file("scans.tsv"))
  }

  /// Runs by their numbers, as a spreadsheet writes them.
  @Test(arguments: [("1", "1"), ("01", "01"), ("2.0", "2"), ("run-3", "3"), ("late", "late")])
  func runs(cell: String, run: String) throws {
    let folder = try TemporaryFolder()
    let header = "participant_id\ttracer\trun\tpet\tframes\tisotope"
    let study = try Self.dataset(["bob\tDASB\t\(cell)\tb.nii\tframes.txt\tC11"], header: header, folder: folder)
    #expect(study.scans.map(\.stem) == ["sub-bob_trc-DASB_run-\(run)"])
    let error = #expect(throws: PETError.self) {
      try Self.dataset(["bob\tDASB\t-1\tb.nii\tframes.txt\tC11"], header: header, folder: folder)
    }
    #expect(error?.field?.contains("run") == true)
  }

  /// The JSON of the image's name counts where the table is silent; where both speak the table counts, and it is told.
  @Test func tableAndJSON() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "bob.json",
      """
      {"Units": "Bq/mL", "TracerRadionuclide": "F18", "FrameTimesStart": [0, 60], "FrameDuration": [60, 120],
       "ImageDecayCorrected": true, "BodyWeight": 70, "InjectedRadioactivity": 0.3, "InjectedRadioactivityUnits": "GBq"}
      """)
    let header = "participant_id\ttracer\tpet\tunits\tisotope\tbody_weight\tinjected_radioactivity"
    let study = try Self.dataset(
      ["bob\tDASB\tbob.nii.gz\tkBq/mL\tn/a\t80\t300"], header: header, folder: folder)
    let sidecar = try #require(study.scans.first).sidecar()
    #expect(sidecar.isotope == .fluorine18 && sidecar.text("Units") == "kBq/mL")
    #expect(sidecar["BodyWeight"]?.double == 80 && sidecar["InjectedRadioactivity"]?.double == 300)
    // 0.3 GBq are 300 MBq: no contradiction.
    #expect(sidecar.findings.map(\.field) == ["line 2, units", "line 2, body_weight"])
    #expect(sidecar.findings.allSatisfy { $0.castsDoubt && $0.code == .scanTable })
  }

  @Test(arguments: [
    (
      "a_b\tn/a\tRAC\tx.nii\tframes.txt\tC11\tBq/mL\ttrue\na-b\tn/a\tRAC\ty.nii\tframes.txt\tC11\tBq/mL\ttrue",
      "line 3, participant_id"
    ),
    (
      "a\tp 1\tRAC\tx.nii\tframes.txt\tC11\tBq/mL\ttrue\na\tp1\tRAC\ty.nii\tframes.txt\tC11\tBq/mL\ttrue",
      "line 3, session_id"
    ),
    (
      "a\tn/a\tRAC\tx.nii\tframes.txt\tC11\tBq/mL\ttrue\nsub-a\tn/a\tRAC\ty.nii\tframes.txt\tC11\tBq/mL\ttrue",
      "line 3, tracer"
    ),
    ("\u{3042}\tn/a\tRAC\tx.nii\tframes.txt\tC11\tBq/mL\ttrue", "line 2, participant_id"),
    ("n/a\tn/a\tRAC\tx.nii\tframes.txt\tC11\tBq/mL\ttrue", "line 2, participant_id"),
    ("a\tn/a\t\tx.nii\tframes.txt\tC11\tBq/mL\ttrue", "line 2, tracer"),
  ])
  func namesThatCannotBe(rows: String, field: String) throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: PETError.self) {
      try Self.dataset(rows.split(separator: "\n").map(String.init), folder: folder)
    }
    #expect(error?.field == field && error?.code == .wrongInput, "\(error as Any)")
  }

  /// Labels of another space that the pipeline's transform brings to the scan are no doubt about it.
  @Test func transformOfThePipeline() throws {
    let folder = try TemporaryFolder()
    let study = try Self.dataset(
      ["1\tRAC\tsub-1_pet.nii\tframes.txt\tsub-1_space-T1w_dseg.nii"],
      header: "participant_id\ttracer\tpet\tframes\tlabels", folder: folder,
      files: ["sub-1_pet.nii", "sub-1_space-T1w_dseg.nii", "xfm/sub-1.txt"])
    func source(_ transform: String?) throws -> ScanSource {
      try ScanSource(
        #require(study.scans.first), in: Derivatives(dataset: study.root, given: []), pattern: nil,
        transform: transform,
        filter: EntityFilter(), acceptance: Acceptance())
    }
    let (plain, moved) = (try source(nil), try source("xfm/{participant}.txt"))
    #expect(plain.findings.map(\.code) == [.labelsSpace] && plain.regions?.transforms.isEmpty == true)
    #expect(moved.findings.isEmpty && moved.regions?.transforms == [folder.file("xfm/sub-1.txt")])
    #expect(throws: StageError.self) { try source("xfm/{participant}.lta") }
  }

  /// One image for two scans is a slip of the hand.
  @Test func oneFileTwice() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: PETError.self) {
      try Self.dataset(
        ["a\tn/a\tRAC\tx.nii\tframes.txt\tC11\tBq/mL\ttrue", "a\tn/a\tDASB\t./x.nii\tframes.txt\tC11\tBq/mL\ttrue"],
        folder: folder)
    }
    #expect(error?.field == "line 3, pet" && error?.problem.contains("line 2") == true)
  }

  @Test(arguments: [
    ("participant_id\tpet\na\tx.nii\n", "tracer"), ("participant_id\ttracer\na\tRAC\n", "'pet' or 'curves'"),
    ("participant_id\ttracer\tpet\n", "no scan"), ("", "empty"),
  ])
  func tablesThatAreNone(text: String, words: String) throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: PETError.self) { try Dataset(folder.write("scans.tsv", text)) }
    #expect(error?.problem.contains(words) == true, "\(error as Any)")
  }

  /// A row that is wrong is that scan's failure, with its line and column; the others go on.
  @Test(arguments: [
    ("a\tn/a\tRAC\tx.nii\tn/a\tC11\tBq/mL\ttrue", "line 2, frames"),
    ("a\tn/a\tRAC\tx.nii\tnone.txt\tC11\tBq/mL\ttrue", "line 2, frames"),
    ("a\tn/a\tRAC\tx.nii\tframes.txt\tC13\tBq/mL\ttrue", "line 2, isotope"),
    ("a\tn/a\tRAC\tx.nii\tframes.txt\tC11\tcps\ttrue", "line 2, units"),
    ("a\tn/a\tRAC\tx.nii\tframes.txt\tC11\tBq/mL\tmaybe", "line 2, decay_corrected"),
    ("a\tn/a\tRAC\tn/a\tframes.txt\tC11\tBq/mL\ttrue", "line 2, pet"),
  ])
  func rowsThatCannotBeRead(row: String, field: String) throws {
    let folder = try TemporaryFolder()
    let study = try Self.dataset([row, "b\tn/a\tRAC\ty.nii\tframes.txt\tC11\tBq/mL\ttrue"], folder: folder)
    #expect(study.unreadable.map(\.error.field) == [field] && study.unreadable.first?.unit == "sub-a_trc-RAC")
    #expect(study.unreadable.first?.folder == "sub-a/pet" && study.scans.map(\.stem) == ["sub-b_trc-RAC"])
  }

  /// Columns that are not of scans are of persons, as far as all of a person's rows agree.
  @Test func columnsOfPersons() throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(
      "scans.tsv",
      "participant_id\ttracer\tpet\tage\tmood\tweight\na_1\tRAC\tx.nii\t40\t3\t71\na_1\tDASB\ty.nii\t40\t5\t71\n")
    let person = try Participants(path: table).person("sub-a1")
    #expect(person.values == ["age": "40", "weight": "71"])
    let none = try PETSidecar(files: [])
    #expect(BodyWeights(persons: table).weight(of: "sub-a1", sidecar: none) == 71)
  }

  /// A column that is nearly one of ours is told.
  @Test func misspeltColumns() throws {
    let folder = try TemporaryFolder()
    let study = try Self.dataset(
      ["a\tRAC\tx.nii\tframes.txt\tl.nii"], header: "participant_id\ttracer\tpet\tframes\tlabel", folder: folder)
    #expect(study.findings.map(\.value) == ["label"] && study.findings.first?.remedy == "did you mean 'labels'?")
  }

  /// Files that lie elsewhere are told from the folder they have in common, so that two of one name are two.
  @Test func namesOfFilesElsewhere() throws {
    let folder = try TemporaryFolder()
    let study = try Self.dataset(
      [
        "a\tn/a\tRAC\t/data/x/pet/i.nii\tframes.txt\tC11\tBq/mL\ttrue",
        "b\tn/a\tRAC\t/data/x/mr/i.nii\tframes.txt\tC11\tBq/mL\ttrue",
      ],
      folder: folder)
    #expect(study.elsewhere == "/data/x")
    let names = PortableNames(
      dataset: study.root, elsewhere: study.elsewhere, derivatives: try Derivatives(dataset: study.root, given: []),
      output: "/out")
    #expect(study.scans.compactMap(\.image).map(names.path) == ["x/pet/i.nii", "x/mr/i.nii"])
    #expect(names.path(folder.file("frames.txt")) == "frames.txt")
  }
}
