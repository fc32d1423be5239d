import ArgumentParser
import Foundation
import PETCore
import PETStudy

struct Scans: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Proposes a table of scans from a folder that is no BIDS dataset.",
    discussion: HelpText.of(
      """
      Images of several frames are scans; label images, masks, frame times and names are found by their names, grids and
      numbers. Every guess stands in the column note, and what is not known is n/a: look through the table before it is run.
      Paths are from the folder, so keep the table in it.

      petbalance scans DIR --out DIR/scans.tsv
      petbalance run --scans DIR/scans.tsv OUT --pipeline raclopride-dasb
      """))

  @Argument(help: "Folder with the scans of a study.") var folder: String
  @Option(help: "Table to write (default: standard output).") var out: String?
  @OptionGroup var printing: TableOptions

  func run() throws {
    // A table that is there has perhaps been filled in by hand; an image never is one.
    if let out, out != "/dev/stdout", FileManager.default.fileExists(atPath: out) {
      throw PETError(
        .cannotWrite, file: out, field: "--out", "it is there already, and perhaps filled in by hand",
        remedy: "choose another name, or remove it")
    }
    let proposal = try ProgressBar.over("looking through") { bar in try ScanProposal(folder) { bar.show($0) } }
    try Screen.write(proposal.tsv, to: out, inputs: [], as: printing)
    Screen.findings(proposal.findings)
    Screen.note("\(proposal.count) scans; read the column note, correct what is wrong, and fill in what is n/a")
  }
}
