import Foundation
import PETCore
import PETKinetics
import PETTestSupport

/// Published data sets of kinfitr with what it, and an exact computation, gave for them.
struct KinfitrMaterial: Sendable {
  static let isThere = SharedMaterial.has("validation/kinfitr/golden.tsv")
  static let shared: KinfitrMaterial? = isThere ? try? KinfitrMaterial() : nil

  struct Scan: Sendable {
    let dataset: String
    let table: CurveTable
    let input: PlasmaInput?
  }

  let scans: [String: Scan]
  private let golden: [String: Double]
  private let blood: [String: [(time: Double, value: Double)]]

  /// A table as rows by column name.
  static func rows(_ name: String) throws -> [[String: String]] {
    let table = try TSVTable(path: SharedMaterial.path("validation/kinfitr/\(name).tsv"))
    return table.rows.map { Dictionary(uniqueKeysWithValues: zip(table.columns, $0)) }
  }

  init() throws {
    func number(_ row: [String: String], _ name: String) -> Double { Double(row[name] ?? "") ?? .nan }
    var blood: [String: [(time: Double, value: Double)]] = [:]
    for row in try Self.rows("blood") where number(row, "value").isFinite {
      blood["\(row["scan"] ?? "") \(row["kind"] ?? "")", default: []].append(
        (number(row, "time_s"), number(row, "value")))
    }
    self.blood = blood
    var golden: [String: Double] = [:]
    for name in ["golden", "exact"] {
      for row in try Self.rows(name) {
        let polished = number(row, "estimate_polished")
        let key = ["settings_id", "model", "scan", "region", "parameter"].map { row[$0] ?? "" }.joined(separator: " ")
        golden[key] = polished.isFinite ? polished : number(row, "estimate")
        golden[key + " usable"] = row["usable"] == "error" ? 0 : 1
      }
    }
    self.golden = golden
    var scans: [String: Scan] = [:]
    for (name, rows) in Dictionary(grouping: try Self.rows("tacs"), by: { $0["scan"] ?? "" }) {
      var regions: [String] = []
      for row in rows where !regions.contains(row["region"] ?? "") { regions.append(row["region"] ?? "") }
      let factor = rows[0]["time_unit"] == "min" ? 60.0 : 1
      // The artificial first frame of no duration is left out.
      func frames(_ region: String) -> [[String: String]] {
        rows.filter { $0["region"] == region && number($0, "duration") > 0 }
      }
      let first = frames(regions[0])
      var table = CurveTable(
        frames: try FrameSchedule(
          starts: first.map { number($0, "start") * factor }, durations: first.map { number($0, "duration") * factor }),
        names: regions, curves: regions.map { frames($0).map { number($0, "activity") } })
      table.weightColumn = first.map { number($0, "weight") }
      table.isotope = .carbon11
      let parent = blood["\(name) processed_aif"]
      let whole = blood["\(name) processed_wholeblood"]
      let input = try parent.map { samples in
        try PlasmaInput(
          times: samples.map(\.time), parent: samples.map(\.value), wholeBlood: whole?.map(\.value))
      }
      scans[name] = Scan(dataset: rows[0]["dataset"] ?? "", table: table, input: input)
    }
    self.scans = scans
  }

  func samples(_ scan: String, _ kind: String) -> [(time: Double, value: Double)] { blood["\(scan) \(kind)"] ?? [] }

  func expected(_ setting: String, _ model: String, _ scan: String, _ region: String, _ parameter: String) -> Double? {
    golden["\(setting) \(model) \(scan) \(region) \(parameter)"]
  }

  /// t* that leaves the last ten frames.
  func lastTen(_ scan: String) -> LinearStart {
    let middles = scans[scan]?.table.frames.midpoints ?? []
    return .given(middles.dropLast(9).last ?? 0)
  }
}
