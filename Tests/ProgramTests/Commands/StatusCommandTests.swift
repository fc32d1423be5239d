import Foundation
import PETCore
import PETTestSupport
import Testing

/// Statuses as a user of the commands meets them.
struct StatusCommandTests {
  private static func table(_ folder: TemporaryFolder, _ name: String, _ rows: [String], _ more: String = "") throws
    -> String
  {
    let text = "region\tVT\tVT-se\tdof" + more + "\n" + rows.map { $0.replacing(" ", with: "\t") + "\n" }.joined()
    let path = try folder.write("sub-01_trc-\(name)_model-2TCM_kinpar.tsv", text)
    try folder.write("sub-01_trc-\(name)_model-2TCM_kinpar.json", #"{"Tracer": "\#(name)", "ModelName": "2TCM"}"#)
    return path
  }

  private static func balance(_ a: String, _ b: String) throws -> (rows: [[String: String]], errors: String) {
    let run = try Program.run(["balance", "--dopamine", a, "--serotonin", b, "--measure", "VT"])
    #expect(run.status == 0, "\(run.errors)")
    let table = try TSVTable(text: run.output, file: "balance")
    return (
      table.rows.map { Dictionary(uniqueKeysWithValues: zip(table.columns, $0)) }, run.errors
    )
  }

  @Test func fitsAtTheirBounds() throws {
    let folder = try TemporaryFolder()
    let columns = "\tstatus\tat-bound"
    let a = try Self.table(
      folder, "raclopride",
      [
        "Putamen 10 0.2 30 converged n/a", "Caudate 1.12 0.3 30 atBound k4", "Thalamus 5 0.2 30 atBound vB",
        "Insula 5 0.2 30 iterationLimit n/a", "Raphe 5 0.2 30 atBound n/a",
      ], columns)
    let b = try Self.table(
      folder, "dasb", ["Putamen", "Caudate", "Thalamus", "Insula", "Raphe"].map { $0 + " 4 0.1 30 converged n/a" },
      columns)
    let (rows, errors) = try Self.balance(a, b)
    #expect(
      rows.map { $0["status"] } == ["ok", "bindingUnreliable", "fitAtBound", "bindingUnreliable", "bindingUnreliable"])
    for row in rows where row["status"] == "bindingUnreliable" {
      for column in ["ratio", "ratio-low", "log-ratio", "log-ratio-se", "inverse-ratio", "fraction"] {
        #expect(row[column] == "n/a", "\(row)")
      }
      #expect(row["dopamine"] != "n/a" && row["note"]?.contains("dopamine fit ") == true, "\(row)")
    }
    #expect(rows[1]["note"]?.contains("dopamine fit atBound (k4)") == true && rows[2]["ratio"] == "1.25")
    #expect(!errors.contains("does not say how its fits ended"))
  }

  /// Without statuses a table counts as converged, and that is told.
  @Test func aTableThatDoesNotSay() throws {
    let folder = try TemporaryFolder()
    let a = try Self.table(folder, "raclopride", ["Putamen 10 0.2 30"])
    let b = try Self.table(folder, "dasb", ["Putamen 4 0.1 30"])
    let (rows, errors) = try Self.balance(a, b)
    #expect(rows.map { $0["status"] } == ["ok"] && errors.contains("does not say how its fits ended"), "\(errors)")
  }

  /// What is flagged counts when it is asked for, and how much is left out is said first.
  @Test func flaggedRowsCountWhenAsked() throws {
    let folder = try TemporaryFolder()
    let header = [
      "participant_id", "pair", "region", "dopamine", "dopamine-se", "dopamine-status", "serotonin", "serotonin-se",
      "serotonin-status", "log-ratio", "log-ratio-se", "status",
    ]
    let statuses = ["ok", "fitAtBound", "dataDoubtful", "ok", "ok", "bindingUnreliable", "ok", "ok"]
    let rows = statuses.enumerated().map { i, status in
      let fit = status == "fitAtBound" || status == "bindingUnreliable" ? "atBound" : "converged"
      let log = status == "bindingUnreliable" ? "n/a" : "0.\(i + 1)"
      return "sub-0\(i + 1) ab Putamen 2 0.1 \(fit) 1 0.1 converged \(log) 0.1 \(status)".replacing(" ", with: "\t")
    }
    let table = try folder.write("group_balance.tsv", ([header.joined(separator: "\t")] + rows).joined(separator: "\n"))
    let persons = try folder.write(
      "participants.tsv",
      "participant_id\tgroup\n" + (1...8).map { "sub-0\($0)\t\($0 % 2 == 0 ? "a" : "b")" }.joined(separator: "\n"))
    func count(_ more: [String]) throws -> (n: Int, errors: String) {
      let run = try Program.run(
        ["study", table, "--persons", persons, "--groups", "group", "--levels", "a", "b", "--permutations", "99"] + more
      )
      #expect(run.status == 0, "\(run.errors)")
      let text = try TSVTable(text: run.output, file: "study")
      let counts = try ["n-a", "n-b"].map { Int(text.rows[0][try text.required($0)]) ?? 0 }
      return (counts[0] + counts[1], run.errors)
    }
    let strict = try count([])
    #expect(strict.n == 5 && strict.errors.contains("3 of 8 rows of regions are left out"), "\(strict)")
    for words in ["1 bindingUnreliable", "1 dataDoubtful", "1 fitAtBound"] { #expect(strict.errors.contains(words)) }
    let wide = try count(["--include-flagged"])
    #expect(
      wide.n == 7 && wide.errors.contains("1 of 8 rows of regions are left out: 1 bindingUnreliable"), "\(wide)")
  }
}
