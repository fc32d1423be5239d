import Foundation
package import PETCore
import PETRegistration

/// How a head moved in a scan that a derivative has corrected for it, as its table of confounds says (PETPrep, fMRIPrep).
package struct ConfoundsTable: Sendable {
  package let path: String
  /// Frame by frame: mm, then radians.
  private let steps: [[Double]]

  /// mm; rms over a ball of 80 mm, about whose middle nothing is known.
  private static let radius = 50.0

  /// The table beside curves or an image; nil where there is none.
  package static func path(beside file: String) throws(PETError) -> String? {
    let url = URL(fileURLWithPath: file)
    guard let name = BIDSName(url.lastPathComponent) else { return nil }
    let folder = url.deletingLastPathComponent()
    for other in try Folder.names(folder.path) {
      guard let own = BIDSName(other), own.suffix == "timeseries", own.ext == ".tsv", own["desc"] == "confounds",
        own.entitiesBelong(to: name, ignoring: ["desc"])
      else { continue }
      return folder.appendingPathComponent(other).path
    }
    return nil
  }

  package init(path: String) throws(PETError) {
    self.path = path
    let table = try TSVTable(path: path)
    let columns = try ["trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z"].map(table.required)
    steps = try table.rows.indices.map { (row) throws(PETError) in
      try columns.map { (column) throws(PETError) in try table.number(row, column) }
    }
  }

  /// That the scan was corrected for more than a limit, with how far the head moved about its mean after 5 min.
  ///
  /// What is left of it nobody knows: it is no evidence against the data.
  package func finding(_ frames: FrameSchedule, limit: Double) -> Finding? {
    guard steps.count == frames.count, steps.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      return Finding(
        .note, .motionCorrected, file: path, field: "rows", value: "\(steps.count)",
        "the table of confounds has not the \(frames.count) frames of the scan, or not every number of them",
        remedy: "how the head moved is not told")
    }
    let late = frames.midpoints.indices.filter { frames.midpoints[$0] >= 300 }
    let used = late.isEmpty ? Array(frames.midpoints.indices) : late
    let whole = used.reduce(0) { $0 + frames.durations[$1] }
    let mean = (0..<6).map { i in used.reduce(0) { $0 + steps[$1][i] * frames.durations[$1] / whole } }
    func displacement(_ frame: Int) -> Double {
      let d = zip(steps[frame], mean).map { $0 - $1 }
      let (shift, turn) = (d[0..<3].reduce(0) { $0 + $1 * $1 }, d[3..<6].reduce(0) { $0 + $1 * $1 })
      return (shift + Self.radius * Self.radius * turn).squareRoot()
    }
    let square = used.reduce(0) { sum, frame in
      sum + frames.durations[frame] / whole * displacement(frame) * displacement(frame)
    }
    guard let most = used.max(by: { displacement($0) < displacement($1) }), displacement(most) > limit else {
      return nil
    }
    func mm(_ value: Double) -> String { "\(NumberText.fixed(value, decimals: 1)) mm" }
    let minute = NumberText.short(Rounding.significant(frames.midpoints[most] / 60, digits: 3))
    return Finding(
      .note, .motionCorrected, file: path, field: "displacement",
      value: NumberText.fixed(square.squareRoot(), decimals: 1),
      "the head moved and was corrected for it: \(mm(square.squareRoot())) over time after 5 min (rms), "
        + "\(mm(displacement(most))) at \(minute) min", remedy: "what is left of it is not known")
  }
}
