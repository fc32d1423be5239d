import ArgumentParser
import PETCore

struct Manual: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The manual of all commands: as one page, or as manual pages of the system.",
    discussion: HelpText.of(
      """
      petbalance manual
      petbalance manual --out man1    petbalance.1 and one for each command: man -l man1/petbalance-run.1
      """))

  @Option(
    help: "Folder for manual pages of the system; without it the manual is printed as Markdown.", completion: .directory
  )
  var out: String?

  func run() throws {
    guard let program = CommandTree(PETBalanceCommand.self) else {
      throw PETError(.internalFault, "the program does not know its commands", remedy: "please report it")
    }
    guard let out else { return try Screen.write(program.markdown) }
    try AtomicFile.makeFolder(out)
    for page in ManualPage.all(program) { try AtomicFile.write(page.text, to: "\(out)/\(page.name).1") }
  }
}
