import ArgumentParser
import PETCore

/// The commands with their options as the parser itself describes them: what help, manual pages and advice come from.
struct CommandTree {
  struct Argument {
    enum Kind: String { case positional, option, flag }

    let kind: Kind
    /// As they are typed: `--pipeline`, `-h`; none of a positional.
    let names: [String]
    let valueName: String
    let abstract: String
    let isOptional: Bool
    let isRepeating: Bool
    let standard: String?
    let values: [String]
  }

  let name: String
  let abstract: String
  let discussion: String
  let arguments: [Argument]
  let commands: [CommandTree]

  /// A program by its description; nil when that is none.
  init?(_ program: any ParsableCommand.Type) {
    guard let command = JSONValue(parsing: program._dumpHelp())?["command"] else { return nil }
    self.init(command)
  }

  private init(_ value: JSONValue) {
    name = value["commandName"]?.string ?? ""
    abstract = value["abstract"]?.string ?? ""
    discussion = value["discussion"]?.string ?? ""
    arguments = (value["arguments"]?.list ?? []).compactMap(Argument.init)
    commands = (value["subcommands"]?.list ?? []).map(CommandTree.init).filter { $0.name != "help" }
  }

  func command(_ name: String) -> CommandTree? { commands.first { $0.name == name } }
}

extension CommandTree.Argument {
  fileprivate init?(_ value: JSONValue) {
    guard let kind = value["kind"]?.string.flatMap(Kind.init), value["shouldDisplay"]?.bool ?? true else { return nil }
    self.kind = kind
    names = (value["names"]?.list ?? []).compactMap { name in
      name["name"]?.string.map { (name["kind"]?.string == "long" ? "--" : "-") + $0 }
    }
    valueName = value["valueName"]?.string ?? ""
    abstract = value["abstract"]?.string ?? ""
    isOptional = value["isOptional"]?.bool ?? false
    isRepeating = value["isRepeating"]?.bool ?? false
    standard = value["defaultValue"]?.string
    values = (value["allValues"]?.list ?? []).compactMap(\.string)
  }
}
