import PETCore

/// A manual page of the system (man 7), made from what the parser knows of a command.
struct ManualPage {
  let name: String
  let text: String

  /// The page of the program and one of each command.
  static func all(_ program: CommandTree) -> [ManualPage] {
    [ManualPage(program, of: nil, others: program.commands.map { "\(program.name)-\($0.name)" })]
      + program.commands.map { ManualPage($0, of: program, others: [program.name]) }
  }

  private init(_ command: CommandTree, of program: CommandTree?, others: [String]) {
    name = [program?.name, command.name].compactMap { $0 }.joined(separator: "-")
    let typed = [program?.name, command.name].compactMap { $0 }.joined(separator: " ")
    var lines = [
      ".TH \(Self.escaped(name.uppercased())) 1 \"\" \"\(Product.name) \(Product.version)\" \"\(Product.name)\"",
      ".SH NAME", "\(Self.escaped(name)) \\- \(Self.escaped(command.abstract))", ".SH SYNOPSIS",
      ".B \(Self.escaped(typed))",
    ]
    let positional = command.arguments.filter { $0.kind == .positional }
    if program == nil { lines.append("\\fICOMMAND\\fR ...") }
    lines += positional.map { argument in
      let name = "\\fI\(Self.escaped(argument.shown))\\fR"
      return argument.isOptional ? "[\(name)]" : name
    }
    if command.arguments.contains(where: { $0.kind != .positional }) { lines.append("[\\fIOPTIONS\\fR]") }
    lines.append(".SH DESCRIPTION")
    lines += Self.paragraphs(command.discussion)
    if !command.commands.isEmpty {
      lines.append(".SH COMMANDS")
      for own in command.commands { lines += [".TP", ".B \(Self.escaped(own.name))", Self.escaped(own.abstract)] }
    }
    for (title, arguments) in [
      ("ARGUMENTS", positional), ("OPTIONS", command.arguments.filter { $0.kind != .positional }),
    ] where !arguments.isEmpty {
      lines.append(".SH \(title)")
      for argument in arguments {
        lines += [".TP", ".B \(Self.escaped(argument.shown))", Self.escaped(argument.words)]
      }
    }
    lines += [".SH SEE ALSO", others.map { "\\fB\(Self.escaped($0))\\fR(1)" }.joined(separator: ", ")]
    text = lines.joined(separator: "\n") + "\n"
  }

  /// Paragraphs as they are, examples in lines of their own.
  private static func paragraphs(_ discussion: String) -> [String] {
    discussion.split(separator: "\n\n").flatMap { paragraph -> [String] in
      guard paragraph.hasPrefix("  ") else { return [".PP", escaped(String(paragraph))] }
      return [".PP", ".nf"] + paragraph.split(separator: "\n").map { escaped(String($0)) } + [".fi"]
    }
  }

  private static func escaped(_ text: String) -> String {
    let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    // A line must not begin as an order to the formatter does.
    return plain.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&\($0)" : String($0)
    }.joined(separator: "\n")
  }
}

extension CommandTree.Argument {
  /// As a list of options has it: `--jobs N`.
  var shown: String {
    switch kind {
    case .positional: "<\(valueName)>" + (isRepeating ? " ..." : "")
    case .flag: names.joined(separator: ", ")
    case .option: names.joined(separator: ", ") + " <\(valueName)>" + (isRepeating ? " ..." : "")
    }
  }

  /// What it is for, with what it is when left out.
  var words: String {
    abstract + (values.isEmpty ? "" : " One of: \(values.joined(separator: ", ")).")
      + (standard.map { " Default: \($0)." } ?? "")
  }
}

extension CommandTree {
  /// Every command with its options, for the documentation.
  var markdown: String {
    var text =
      "# Commands\n\nMade by `petbalance manual` from what the program itself knows of its commands: the same as "
      + "`petbalance COMMAND --help`.\n"
    for command in commands {
      text += "\n## \(command.name)\n\n\(command.abstract)\n"
      for paragraph in command.discussion.split(separator: "\n\n") {
        text +=
          paragraph.hasPrefix("  ") ? "\n```\n\(paragraph)\n```\n" : "\n\(paragraph.replacing("<", with: "&lt;"))\n"
      }
      text += "\n| argument | meaning |\n| --- | --- |\n"
      for argument in command.arguments where argument.names != ["--version"] && !argument.names.contains("--help") {
        text += "| `\(argument.shown)` | \(argument.words.replacing("|", with: "\\|")) |\n"
      }
    }
    return text
  }
}
