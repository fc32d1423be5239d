import Foundation
import PETCore
import PETPipeline
import PETTestSupport
import Testing

/// Which scans of a person make a pair, as a plan tells it.
struct PersonPairTests {
  private static func pipeline(_ pairing: String) -> String {
    SmallStudy.pipeline.replacingOccurrences(of: "tracer: dasb}}", with: "tracer: dasb}, pairing: {\(pairing)}}")
  }

  /// Scans of one person by runs, each on a day of January 2024; a day of 0 is not told.
  private static func study(_ scans: [(tracer: String, day: Int)], session: String? = nil) throws -> SmallStudy {
    var table = "filename\tacq_time\n"
    let place = session.map { "_" + $0 } ?? ""
    let names = scans.indices.map { "sub-1\(place)_trc-\(scans[$0].tracer)_run-\($0 + 1)" }
    for (name, scan) in zip(names, scans) where scan.day > 0 {
      table += "pet/\(name)_pet.nii.gz\t2024-01-\(String(format: "%02d", scan.day))\n"
    }
    let folder = session.map { "sub-1/\($0)/" } ?? "sub-1/"
    return try SmallStudy(
      zip(names, scans).map { ($0, $1.tracer) }, files: [folder + "sub-1\(place)_scans.tsv": table])
  }

  private static func reasons(_ study: SmallStudy, _ pipeline: String = SmallStudy.pipeline) throws -> [String] {
    try study.batch(pipeline).planFindings.filter { $0.code.word == "no-pair" }.map(\.problem)
  }

  @Test func oneOfEach() throws {
    let study = try SmallStudy([
      ("sub-1_trc-a", "raclopride"), ("sub-1_trc-b", "DASB"), ("sub-2_ses-x_trc-a", "raclopride"),
      ("sub-2_ses-y_trc-b", "DASB"), ("sub-3_ses-x_trc-a", "raclopride"), ("sub-3_ses-x_trc-b", "DASB"),
      ("sub-4_trc-a", "raclopride"),
    ])
    // The only two of a person may lie in two sessions.
    #expect(try study.pairs() == ["sub-1", "sub-2", "sub-3_ses-x"])
    #expect(try Self.reasons(study) == ["no serotonin scan"])
  }

  /// Days 1, 2, 9 of one tracer and 3, 10 of the other: 2 with 3 and 9 with 10, each scan once; 1 is left over.
  @Test func theNearestInDays() throws {
    let scans = [("raclopride", 1), ("raclopride", 2), ("raclopride", 9), ("dasb", 3), ("dasb", 10)]
    let study = try Self.study(scans.map { (tracer: $0.0, day: $0.1) })
    let byDate = Self.pipeline("by: date")
    #expect(try study.pairs(byDate) == ["sub-1_run-2", "sub-1_run-3"])
    #expect(try Self.reasons(study, byDate) == ["1 dopamine and 0 serotonin scans in no session without a partner"])
    let one = try Self.study([("raclopride", 2), ("dasb", 3), ("dasb", 10)])
    #expect(try one.pairs(byDate) == ["sub-1"])
    // Of one session, nobody but the user says which are meant.
    #expect(try study.pairs().isEmpty && Self.reasons(study).first?.contains("nobody says") == true)
  }

  /// Two of the same day, and days that are not told, decide nothing.
  @Test(arguments: [[5, 5], [5, 0]])
  func daysThatDecideNothing(days: [Int]) throws {
    let study = try Self.study([("raclopride", days[0]), ("raclopride", days[1]), ("dasb", 7)])
    #expect(try study.pairs(Self.pipeline("by: date")).isEmpty)
    #expect(try Self.reasons(study, Self.pipeline("by: date")).count == 1)
  }

  /// So many days are within the limit and not one more; without dates nobody knows.
  @Test(arguments: [(11, 1), (12, 0), (0, 0)])
  func within(day: Int, count: Int) throws {
    let study = try Self.study([("raclopride", 1), ("dasb", day)])
    #expect(try study.pairs(Self.pipeline("within: 10")).count == count)
    #expect(try Self.reasons(study, Self.pipeline("within: 10")).count == 1 - count)
    #expect(try study.pairs().count == 1)
  }

  @Test func theUsersTableDecides() throws {
    let study = try Self.study([("raclopride", 1), ("raclopride", 2), ("dasb", 3)])
    let table =
      "participant_id\tdopamine\tserotonin\n1\tsub-1_trc-raclopride_run-2_pet.nii.gz\tpet/sub-1_trc-dasb_run-3_pet.json\n"
    try study.folder.write("pairs.tsv", table)
    #expect(try study.pairs(Self.pipeline("table: pairs.tsv")) == ["sub-1"])
    try study.folder.write("pairs.tsv", table + "1\tsub-1_trc-raclopride_run-1\tsub-1_trc-dasb_run-3\n")
    // Two pairs of one place go by the runs of their first scans.
    #expect(try study.pairs(Self.pipeline("table: pairs.tsv")) == ["sub-1_run-2", "sub-1_run-1"])
    try study.folder.write("pairs.tsv", "participant_id\tdopamine\tserotonin\n1\tses-a\tsub-1_trc-dasb_run-3\n")
    #expect(try study.pairs(Self.pipeline("table: pairs.tsv")).isEmpty)
    #expect(
      try Self.reasons(study, Self.pipeline("table: pairs.tsv")) == [
        "pairs.tsv names dopamine 'ses-a', which no scan is"
      ])
    try study.folder.write("pairs.tsv", "participant_id\tdopamine\tserotonin\n2\ta\tb\n")
    #expect(try Self.reasons(study, Self.pipeline("table: pairs.tsv")) == ["pairs.tsv has no row for sub-1"])
  }
}
