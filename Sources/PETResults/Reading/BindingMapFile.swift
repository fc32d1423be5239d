import Foundation
package import PETBinding
package import PETCore
package import PETImaging
import PETStudy

/// A binding map named by its file, with the error map and the sidecar that belong to it.
package struct BindingMapFile: Sendable {
  package let path: String
  /// The map of its standard errors; nil when there is none.
  package let errors: String?
  /// The map of how the fits ended, with the verdict of each of its labels; nil when there is none.
  package let statuses: (path: String, verdicts: [Int: FitVerdict])?
  package let freedom: Double?
  package let tracer: String?
  package let model: String?
  /// The measure in the file's name, such as BPND.
  package let measure: String?
  /// Evidence against the data of its scan.
  package let doubts: [Finding]
  /// The files that belong to it.
  package let files: [String]

  /// - Parameter errors: nil for the map named `_desc-se` (or `_desc-sm6se`) beside it, if there is one.
  package init(_ path: String, errors given: String? = nil) throws(PETError) {
    self.path = path
    errors = given ?? Self.errors(beside: path)
    let sidecar = Self.sidecarPath(path)
    let json = FileManager.default.fileExists(atPath: sidecar) ? try PETSidecar(path: sidecar) : nil
    statuses = try Self.statuses(beside: path)
    files =
      [path] + (errors.map { [$0, Self.sidecarPath($0)] } ?? []) + [sidecar]
      + (statuses.map { [$0.path, Self.table(of: $0.path)] } ?? [])
    let entities = BIDSName((path as NSString).lastPathComponent)
    freedom = try json?.number(Sidecar.degreesOfFreedom)
    tracer = json?.text(Sidecar.tracer) ?? entities?["trc"]
    model = json?.text(Sidecar.modelName) ?? entities?["model"]
    measure = entities?["meas"]
    doubts = Finding.doubts(in: json?[Sidecar.findings])
  }

  private static func sidecarPath(_ path: String) -> String {
    let plain = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    return (plain.hasSuffix(".nii") ? String(plain.dropLast(4)) : plain) + ".json"
  }

  private static func errors(beside path: String) -> String? {
    for ending in ["_mimap.nii.gz", "_mimap.nii"] where path.hasSuffix(ending) {
      let stem = path.dropLast(ending.count)
      // A folder may have any name.
      let isDescribed = (String(stem) as NSString).lastPathComponent.contains("_desc-")
      let name = (isDescribed ? stem + "se" : stem + "_desc-se") + ending
      if FileManager.default.fileExists(atPath: String(name)) { return String(name) }
    }
    return nil
  }

  private static func table(of labels: String) -> String { String(labels.dropLast(".nii.gz".count)) + ".tsv" }

  /// The status map that was written with a map (`_desc-status` or `_desc-sm6status`).
  private static func statuses(beside path: String) throws(PETError) -> (path: String, verdicts: [Int: FitVerdict])? {
    guard let measure = path.range(of: "_meas-", options: .backwards), path.hasSuffix("_mimap.nii.gz") else {
      return nil
    }
    let name = BIDSName((path as NSString).lastPathComponent)
    let labels = path[..<measure.lowerBound] + "_desc-\(name?["desc"] ?? "")status_dseg.nii.gz"
    let table = Self.table(of: String(labels))
    guard [String(labels), table].allSatisfy(FileManager.default.fileExists) else { return nil }
    let words = try TSVTable(path: table).rows(
      StatusLabel.columns, empty: StatusLabel(), requiring: ["index", "name"])
    var verdicts: [Int: FitVerdict] = [:]
    for row in words {
      guard let label = row.index else { continue }
      verdicts[label] = FitVerdict(status: row.status, atBound: nil, measure: name?["meas"] ?? "", model: nil)
    }
    return (String(labels), verdicts)
  }

  /// Measures that a map of arbitrary units may not be called.
  private static let quantities: Set<String> = ["BPND", "VT", "VND", "SUVR", "SUV", "Ki", "Kiref", "K1", "R1"]

  /// Refuses the name of a quantity for a map that was rescaled to 0-100, as published templates often are.
  ///
  /// - Parameter stated: what the user says it holds; nil for what its name says.
  package func check(_ volume: Volume, measure stated: String?) throws(PETError) {
    guard let name = stated ?? measure, Self.quantities.contains(name) else { return }
    let finite = volume.values.lazy.filter(\.isFinite)
    guard let largest = finite.max(), abs(largest - 100) < 1e-3, finite.allSatisfy({ $0 >= -1e-3 }) else { return }
    throw PETError(
      .wrongInput, file: path, field: "measure",
      "its values run from 0 to 100: the map was rescaled and is no map of \(name)",
      remedy: "say nothing of its measure, or give the map in its own units")
  }

  /// What a sidecar says of it.
  package var json: JSONValue {
    .object([
      (Sidecar.tracer, .string(tracer ?? "n/a")), (Sidecar.model, .string(model ?? "n/a")),
      (Sidecar.measure, .string(measure ?? "n/a")),
      ("Source", .string((path as NSString).lastPathComponent)),
      (Sidecar.standardErrors, .string(errors.map { ($0 as NSString).lastPathComponent } ?? "none")),
    ])
  }
}
