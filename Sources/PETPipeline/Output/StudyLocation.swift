import Foundation
import PETCore
import PETStudy

/// What an output's study knows of its persons.
package enum OutputStudy {
  /// Its `participants.tsv`; nil where the output is a table, or the study is not where it lay.
  package static func participants(_ output: String) -> String? {
    guard let study = StudyLocation.read(output)?.study else { return nil }
    let path = "\(study)/participants.tsv"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}

/// Where the study of an output lies, seen from the output: the one thing there that is not of the results themselves.
struct StudyLocation: Sendable {
  let study: String
  /// Empty when they are the study's own.
  let derivatives: [String]
  /// Of the dataset; nil where it does not say it.
  let name: String?

  /// - Parameter given: derivatives as they were named; empty for the study's own.
  init(output: String, study: String, given: [String]) throws(PETError) {
    self.study = Self.relative(study, to: output)
    derivatives = given.map { Self.relative($0, to: output) }
    let stated = try readable { () throws(PETError) in
      try JSONValue.readObject(path: study + "/dataset_description.json")
    }
    name = stated?["Name"]?.string.flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed }
  }

  private static let file = "/logs/study.json"

  func write(to output: String) throws(PETError) {
    let json = JSONValue.object([
      ("Study", .string(study)), ("Derivatives", .array(derivatives.map(JSONValue.string))),
    ])
    try AtomicFile.update(json.text, to: output + Self.file)
  }

  /// What an output says of its study, as full paths; nil when it says nothing.
  static func read(_ output: String) -> (study: String, derivatives: [String])? {
    guard let json = try? JSONValue.readObject(path: output + file), let study = json["Study"]?.string else {
      return nil
    }
    func full(_ path: String) -> String {
      URL(fileURLWithPath: path.hasPrefix("/") ? path : output + "/" + path).standardizedFileURL.path
    }
    return (full(study), json["Derivatives"]?.list?.compactMap { $0.string.map(full) } ?? [])
  }

  private static func relative(_ path: String, to folder: String) -> String {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().pathComponents
    let base = URL(fileURLWithPath: folder).resolvingSymlinksInPath().pathComponents
    let common = zip(target, base).prefix { $0 == $1 }.count
    let up = base.dropFirst(common).map { _ in ".." }
    return (up + target.dropFirst(common)).joined(separator: "/")
  }
}
