import Foundation
import PETBinding
import PETCore
import PETKinetics
import PETResults
import PETTestSupport
import Testing

/// `_kinpar.tsv` as it is written and read again.
struct KinparFileTests {
  static func fits(_ model: any KineticModel.Type = SRTM.self, volumes: [Double?]? = nil) throws -> RegionalFits {
    let scan = try ReferenceScan()
    var random = SeededGenerator(seed: 2)
    let target = scan.target(bpnd: 1.7, r1: 0.9, k2prime: 0.06).map { $0 + 0.1 * random.normal() }
    let none = [Double](repeating: .nan, count: target.count)
    var table = CurveTable(
      frames: scan.frames, names: ["cerebellum", "Left-Putamen", "nothing"],
      curves: [scan.reference(k2prime: 0.06), target, none], volumes: volumes ?? [nil, nil, nil])
    table.isotope = .carbon11
    var settings = FitSettings()
    settings.k2prime = 0.06 / 60
    return try RegionalFits(table, model: model, reference: "cerebellum", settings: settings)
  }

  @Test func whatIsWrittenIsRead() throws {
    let folder = try TemporaryFolder()
    let fits = try Self.fits(volumes: [1200, 5000, 0])
    let table = KinparTable(fits, level: 0.95)
    let path = folder.file("sub-01_model-SRTM_kinpar.tsv")
    try AtomicFile.write(table.tsv, to: path)
    let file = try KinparFile(path: path)
    #expect(file.symbols == SRTM.card.parameters.map(\.symbol) && file.model == "SRTM")
    #expect(file.columns.map(\.name) == table.columns.map(\.name))
    #expect(TSVText(file.columns, file.rows).text == table.tsv)
    let place = try #require(file.place(of: "BPND"))
    let own = fits.fits[1].estimate("BPND")
    #expect(
      file.rows[1].parameters[place].value == own.value && file.rows[1].parameters[place].error == own.standardError)
    #expect(file.rows[1].volume == 5000 && file.rows[2].parameters[place].value.isNaN)
    // The row of a region without a curve says how it ended, and is not believed.
    #expect(file.verdict(of: file.rows[1], measure: "BPND") == .reliable)
    #expect(file.verdict(of: file.rows[2], measure: "BPND") == .unreliable)
  }

  /// A table of another program: its regions have another name for their column, and it does not tell how fits ended.
  @Test func aForeignTable() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("other.tsv")
    try AtomicFile.write("name\tBPND\tBPND-se\nputamen\t2.5\t0.1\n", to: path)
    let file = try KinparFile(path: path)
    #expect(file.rows[0].region == "putamen" && file.rows[0].status == "n/a" && file.model == nil)
    #expect(file.atBound(of: file.rows[0]) == nil && file.ownModel(of: file.rows[0]) == nil)
    #expect(file.verdict(of: file.rows[0], measure: "BPND") == .reliable)
    let binding = try BindingReader.read(path, measure: "BPND", level: 0.95)
    #expect(binding.rows[0].estimate.value == 2.5 && binding.rows[0].ending.status == "n/a")
  }

  /// Limits of the table stand for those of its level alone; others are made of the error.
  @Test func limitsAreOfTheirLevel() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sub-01_kinpar.tsv")
    try AtomicFile.write(
      "region\tBPND\tBPND-se\tBPND-low\tBPND-high\tdof\tstatus\tat-bound\nA\t2\t0.1\t1.7\t2.4\t20\tconverged\tn/a\n",
      to: path)
    try AtomicFile.write("{\"ConfidenceLevel\": 0.95}\n", to: folder.file("sub-01_kinpar.json"))
    let same = try BindingReader.read(path, measure: "BPND", level: 0.95).rows[0]
    #expect(same.low == 1.7 && same.high == 2.4 && same.freedom == 20)
    let other = try BindingReader.read(path, measure: "BPND", level: 0.9).rows[0]
    // 1.7247 is the 0.95 quantile of Student's t at 20 degrees of freedom (published tables, four decimals).
    #expect(abs(other.low - (2 - 0.17247)) < 1e-5 && abs(other.high - 2.17247) < 1e-5)
  }

  @Test(arguments: [
    ("region\tBPND\tBPND-se\nA\t2\t-0.1\n", "is negative"),
    ("region\tBPND\tBPND-se\nA\t2\t1\na\t2\t1\n", "stands twice"),
    ("region\tBPND\nA\t2\n", "no column 'BPND-se'"), ("place\tBPND\tBPND-se\nA\t2\t1\n", "no column 'region'"),
    ("region\tBPND\tBPND-se\nA\ttwo\t1\n", "is not a number"),
  ])
  func wrongTablesAreRefused(text: String, words: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sub-01_kinpar.tsv")
    try AtomicFile.write(text, to: path)
    let error = #expect(throws: PETError.self) { try BindingReader.read(path, measure: "BPND", level: 0.95) }
    #expect(error?.problem.contains(words) == true && error?.file == path, "\(error as Any)")
  }
}
