import Foundation
package import PETCore

/// What the sidecar of a parameter table says of how it was made: stands beside results that rest on it.
package enum ScanSettings {
  private static let members = [
    "Tracer", "ModelName", "ReferenceRegion", "ReferenceLabels", "Input", "InputDelay", "BloodVolume", "Weights",
    "FrameSampling", "TStar",
    "Scanner",
  ]

  /// What two scans of one person, that are held against each other, were not made alike in.
  ///
  /// - Throws: where they are of two tracers, which are not compared.
  package static func differences(_ first: String, _ second: String) throws(PETError) -> [Finding] {
    func sidecar(_ table: String) throws(PETError) -> PETSidecar? {
      try readable { () throws(PETError) in try PETSidecar(path: TSVTable.sidecarPath(of: table)) }
    }
    guard let a = try sidecar(first), let b = try sidecar(second) else { return [] }
    if let x = a.text("Tracer"), let y = b.text("Tracer"), x != y {
      throw PETError(
        .wrongInput, file: second, field: "Tracer", "\(y) beside \(x)", remedy: "give scans of one tracer (--tracer)")
    }
    return [
      "Tracer", "ModelName", "Pipeline", "ReferenceRegion", "ReferenceLabels", "BloodVolume", "Weights",
      "FrameSampling", "TStar",
      "Scanner",
    ].compactMap { member in
      guard let x = a[member], let y = b[member], x != y else { return nil }
      func words(_ value: JSONValue) -> String {
        if let inside = value["Value"] { return words(inside) + (value["Units"]?.string.map { " " + $0 } ?? "") }
        return value.string ?? value.double.map(NumberText.short) ?? value.text.trimmed
      }
      return Finding(
        ["Tracer", "ModelName", "Pipeline"].contains(member) ? .warning : .note, .settingsDiffer,
        file: (second as NSString).lastPathComponent, field: member, value: words(y),
        "\(words(y)) beside \(words(x)) of the other scan", remedy: "what differs between scans may be the setting")
    }
  }

  package static func json(_ table: String) -> JSONValue {
    let name = (table as NSString).lastPathComponent
    let sidecar = try? PETSidecar(path: TSVTable.sidecarPath(of: table))
    let known = members.compactMap { member in sidecar?[member].map { (name: member, value: $0) } }
    return .object([("Table", .string(name))] + (known.isEmpty ? [("Sidecar", "none")] : known))
  }
}

extension Finding.Code {
  package static let settingsDiffer = Finding.Code("settings-differ")
}
