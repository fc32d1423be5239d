extension Finding {
  package var json: JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      ("Level", .string(level.rawValue)), ("Code", .string(code.word)),
    ]
    if let file { members.append(("File", .string(file))) }
    if !field.isEmpty { members.append(("Field", .string(field))) }
    if !value.isEmpty { members.append(("Value", .string(value))) }
    members.append(("Problem", .string(problem)))
    if !remedy.isEmpty { members.append(("Remedy", .string(remedy))) }
    if castsDoubt { members.append(("CastsDoubt", true)) }
    return .object(members)
  }

  /// A finding as `json` writes it; nil for anything else.
  package init?(json: JSONValue) {
    guard let level = json["Level"]?.string.flatMap(Level.init), let code = json["Code"]?.string,
      let problem = json["Problem"]?.string
    else { return nil }
    self.init(
      level, Code(code), file: json["File"]?.string, field: json["Field"]?.string ?? "",
      value: json["Value"]?.string ?? "",
      problem, remedy: json["Remedy"]?.string ?? "", castsDoubt: json["CastsDoubt"]?.bool ?? false)
  }

  /// The `Findings` of a sidecar.
  package static func list(_ findings: JSONValue?) -> [Finding] {
    (findings?.list ?? []).compactMap(Finding.init(json:))
  }

  /// Evidence against the data among them.
  package static func doubts(in findings: JSONValue?) -> [Finding] { list(findings).filter(\.castsDoubt) }
}
