import Foundation
package import PETCore

/// What the sidecar of a PET scan says, with the inheritance of BIDS applied; nothing converted.
package struct PETSidecar: Sendable {
  /// The nearest file, for messages.
  package let file: String
  /// Every file that contributed, outermost first.
  package let files: [String]
  /// What was odd about the text of the files.
  package let findings: [Finding]
  private let members: [String: JSONValue]

  /// Reads one JSON file.
  package init(path: String) throws(PETError) { try self.init(files: [path]) }

  /// Reads files in order, later ones replacing members of earlier ones.
  package init(files: [String]) throws(PETError) {
    var members: [String: JSONValue] = [:]
    var findings: [Finding] = []
    for path in files {
      guard case .object(let list) = try JSONValue.readObject(path: path, findings: &findings) else { continue }
      for member in list { members[member.name] = member.value }
    }
    self.members = members
    self.findings = findings
    self.files = files
    file = files.last ?? ""
  }

  /// What is taken for granted of a file without a sidecar.
  init(assumed file: String, members: [String: JSONValue]) {
    self.init(file: file, files: [], findings: [], members: members)
  }

  /// The same with what another file states, which counts before its own.
  ///
  /// - Parameter file: that stands in messages where there is no sidecar.
  func stating(_ stated: [(name: String, value: JSONValue)], in file: String, findings: [Finding]) -> PETSidecar {
    PETSidecar(
      file: files.isEmpty ? file : self.file, files: files, findings: self.findings + findings,
      members: members.merging(stated.map { ($0.name, $0.value) }) { $1 })
  }

  /// All members, by their names.
  package var json: JSONValue { .object(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }) }

  /// The same with a nearer sidecar, which counts before it.
  func under(_ nearer: PETSidecar) -> PETSidecar {
    PETSidecar(
      file: nearer.file, files: files + nearer.files, findings: findings + nearer.findings,
      members: members.merging(nearer.members) { $1 })
  }

  private init(file: String, files: [String], findings: [Finding], members: [String: JSONValue]) {
    self.file = file
    self.files = files
    self.findings = findings
    self.members = members
  }

  /// Where the JSON of a table stands, whatever the table's ending.
  package static func path(beside table: String) -> String {
    let ending = (table as NSString).pathExtension.lowercased()
    return ["tac", "dft", "csv", "txt", "voistat", "bld", "crv", "dat"].contains(ending)
      ? (table as NSString).deletingPathExtension + ".json" : TSVTable.sidecarPath(of: table)
  }

  /// The sidecars of an image or table: files of its folder and those above, up to the dataset's root, that end in the
  /// same suffix and whose entities are among its own; of a file that has another name, the JSON of that name.
  package static func find(for path: String, suffix: String = "pet") throws(PETError) -> [String] {
    let url = URL(fileURLWithPath: path)
    // Another name has the JSON of its own name.
    guard let name = BIDSName(url.lastPathComponent), name.suffix == suffix else {
      let plain = path.hasSuffix(".nii.gz") ? path.dropLast(7) : path.dropLast(url.pathExtension.count + 1)
      return FileManager.default.fileExists(atPath: plain + ".json") ? [plain + ".json"] : []
    }
    var found: [String] = []
    let own = url.deletingLastPathComponent().path
    var folder = url.deletingLastPathComponent()
    for _ in 0..<5 {
      let all = try Folder.names(folder.path, ending: ".json", unlessForbidden: folder.path != own)
      let here = all.filter { file in
        guard !file.hasPrefix("."), let other = BIDSName(file) else {
          return file == "\(suffix).json"
        }
        return other.suffix == suffix && other.entitiesBelong(to: name)
      }
      found += here.sorted { $0.count > $1.count }.map { folder.appendingPathComponent($0).path }
      let isRoot = FileManager.default.fileExists(
        atPath: folder.appendingPathComponent("dataset_description.json").path)
      if isRoot || folder.path == "/" { break }
      folder = folder.deletingLastPathComponent()
    }
    return found.reversed()
  }

  package subscript(name: String) -> JSONValue? { members[name] }

  package func number(_ name: String) throws(PETError) -> Double? {
    guard let value = members[name], value != .null else { return nil }
    if let number = value.double { return try finite(number, name) }
    if value.string?.lowercased() == "n/a" { return nil }
    throw wrong(name, "\(value.text.trimmed) is not a number", "write a number without quotes")
  }

  /// A list of numbers; one number counts as a list of one.
  package func numbers(_ name: String) throws(PETError) -> [Double]? {
    guard let value = members[name], value != .null else { return nil }
    let list = value.list ?? [value]
    var result: [Double] = []
    for (i, element) in list.enumerated() {
      guard let number = element.double else {
        throw wrong("\(name)[\(i + 1)]", "\(element.text.trimmed) is not a number", "write a number without quotes")
      }
      result.append(try finite(number, "\(name)[\(i + 1)]"))
    }
    return result
  }

  private func finite(_ value: Double, _ field: String) throws(PETError) -> Double {
    if value.isFinite { return value }
    throw wrong(field, "\(value) is not a finite number", "correct the value")
  }

  package func text(_ name: String) -> String? { members[name]?.string }

  /// Maker and model; nil when it does not tell.
  package var scanner: String? {
    let words = ["Manufacturer", "ManufacturersModelName"].compactMap { text($0) }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  private func wrong(_ field: String, _ problem: String, _ remedy: String) -> PETError {
    PETError(.wrongInput, file: file, field: field, problem, remedy: remedy)
  }

  /// kg; nil when it is not stated or no weight of a person.
  var bodyWeight: Double? {
    guard let weight = self["BodyWeight"]?.double else { return nil }
    switch text("BodyWeightUnits") ?? "kg" {
    case "kg": return Self.weightOfPerson(weight)
    case "g": return Self.weightOfPerson(weight / 1000)
    default: return nil
    }
  }

  static func weightOfPerson(_ kilograms: Double) -> Double? { 2...400 ~= kilograms ? kilograms : nil }

  /// The isotope, when it is one of ours.
  package var isotope: Isotope? { text("TracerRadionuclide").flatMap(Isotope.init(spelling:)) }
}
