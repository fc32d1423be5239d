import Foundation
package import PETCore

/// What the sidecar of a parameter table says of how it was made: stands beside results that rest on it.
package enum ScanSettings {
  private static let members = [
    "Tracer", "ModelName", "ReferenceRegion", "Input", "InputFunction", "InputDelay", "BloodVolume", "vB", "Weights",
    "FrameSampling", "TStar", "k2prime",
  ]

  package static func json(_ table: String) -> JSONValue {
    let name = (table as NSString).lastPathComponent
    let sidecar = try? PETSidecar(path: TSVTable.sidecarPath(of: table))
    let known = members.compactMap { member in sidecar?[member].map { (name: member, value: $0) } }
    return .object([("Table", .string(name))] + (known.isEmpty ? [("Sidecar", "none")] : known))
  }
}
