import Foundation
package import PETCore
import PETTracers

/// Body weights of a study, from its participants table.
package struct BodyWeights: Sendable {
  private let path: String
  private let kilograms: [String: Double]
  /// The table's own troubles.
  package let findings: [Finding]

  private static let columns = ["weight", "body_weight"]

  /// - Parameter path: of the table of persons, which need not be there.
  package init(persons path: String) {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else {
      (kilograms, findings) = ([:], [])
      return
    }
    do throws(PETError) {
      let people = try Participants(path: path)
      var kilograms: [String: Double] = [:]
      var findings = people.findings
      for person in people.persons {
        guard let column = Self.columns.first(where: { person.values[$0] != nil }) else { continue }
        if let weight = person.number(column).flatMap(PETSidecar.weightOfPerson) {
          kilograms[person.id] = weight
        } else {
          let stated = person.values[column] ?? ""
          findings.append(
            Self.unread(stated, file: path, field: "\(column) of \(person.id)", remedy: "write a number in kg, or n/a"))
        }
      }
      (self.kilograms, self.findings) = (kilograms, findings)
    } catch {
      kilograms = [:]
      findings = [Finding(error, .warning, .participants)]
    }
  }

  /// kg, from the sidecar or else the table; nil when it is not stated or no weight of a person.
  package func weight(of participant: String, sidecar: PETSidecar) -> Double? {
    sidecar.bodyWeight ?? kilograms[participant]
  }

  /// The table, where a person's weight is from it.
  package func files(of participant: String, sidecar: PETSidecar) -> [String] {
    sidecar.bodyWeight == nil && kilograms[participant] != nil ? [path] : []
  }

  /// What a sidecar states for a weight and is none; nil when it states nothing.
  package static func finding(_ sidecar: PETSidecar) -> Finding? {
    guard sidecar.bodyWeight == nil, let value = sidecar["BodyWeight"], value != .null,
      value.string?.lowercased() != "n/a"
    else { return nil }
    return unread(value.text.trimmed, file: sidecar.file, field: "BodyWeight", remedy: "write a number, in kg")
  }

  private static func unread(_ stated: String, file: String?, field: String, remedy: String) -> Finding {
    Finding(
      .warning, .bodyWeight, file: file, field: field, value: stated, "\(stated) is no body weight in kg",
      remedy: remedy)
  }
}

extension Finding.Code {
  package static let bodyWeight = Finding.Code("body-weight")
  package static let participants = Finding.Code("participants")
}
