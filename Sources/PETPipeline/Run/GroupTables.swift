import Foundation
import PETCore

/// The tables of every person of an output joined into one: read from the files, so that any run may have made them.
struct GroupTables {
  private let output: String

  init(_ output: String) { self.output = output }

  /// - Returns: whether there was anything to join.
  func write() throws(PETError) -> Bool {
    var fits = Joined(key: "tracer")
    var balances = Joined(key: "pair")
    for participant in BIDSDataset.folders(output, prefix: "sub-") {
      let folder = "\(output)/\(participant)"
      let sessions = BIDSDataset.folders(folder, prefix: "ses-")
      for place in [folder, folder + "/pet"] + sessions.map({ "\(folder)/\($0)/pet" }) {
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []).sorted()
        for file in files where !file.hasPrefix(".") {
          guard let name = BIDSName(file), name.ext == ".tsv" else { continue }
          let path = "\(place)/\(file)"
          let session = name["ses"].map { "ses-" + $0 } ?? "n/a"
          if name.suffix == "kinpar" {
            let sidecar = try PETSidecar(path: TSVTable.sidecarPath(of: path))
            try fits.add(TSVTable(path: path), [participant, session, sidecar.text("Tracer") ?? name["trc"] ?? "n/a"])
          } else if name.suffix == "balance" {
            try balances.add(TSVTable(path: path), [participant, session, name["desc"] ?? "n/a"])
          }
        }
      }
    }
    for (table, name) in [(fits, "group_kinpar.tsv"), (balances, "group_balance.tsv")] {
      let path = "\(output)/\(name)"
      if table.isEmpty {
        // A table of an earlier run would tell of results that are no longer there.
        unlink(path)
      } else {
        try AtomicFile.write(table.tsv, to: path)
      }
    }
    return !fits.isEmpty
  }

  /// Tables one under the other; columns in the order they are first met, `n/a` where a table lacks one.
  private struct Joined {
    private var columns: [String]
    private var rows: [[String: String]] = []
    private let lead: [String]

    init(key: String) {
      lead = ["participant_id", "session_id", key]
      columns = lead
    }

    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ table: TSVTable, _ values: [String]) {
      for column in table.columns where !columns.contains(column) { columns.append(column) }
      for row in table.rows {
        var cells = Dictionary(zip(table.columns, row), uniquingKeysWith: { a, _ in a })
        for (name, value) in zip(lead, values) { cells[name] = value }
        rows.append(cells)
      }
    }

    var tsv: String {
      var text = TSVText(columns: columns)
      for row in rows { text.add(columns.map { row[$0] ?? "n/a" }) }
      return text.text
    }
  }
}
