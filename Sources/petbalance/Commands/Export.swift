import ArgumentParser
import Foundation
import PETCore
import PETPipeline

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A copy of a run without images, which another laboratory can verify and, with the scans, make again.",
    discussion: HelpText.of(
      """
      Tables, sidecars, records, pipeline and what the run rests on, as an RO-Crate. Images stay: their SHA-256 goes with
      the copy. Pages show the head in slices; they and what participants.tsv says of persons stay too, without --pages. Names of \
      participants are those of the study.

      petbalance export OUT CRATE
      petbalance verify CRATE
      petbalance verify CRATE --study STUDY --rerun 2
      """))

  @Argument(help: "Output of a run.", completion: .directory) var output: String
  @Argument(help: "The copy: a new folder.", completion: .directory) var crate: String
  @Option(help: "Under which the results may be used, a URL or SPDX name (default: what the study says).")
  var license: String?
  @Flag(help: "With the pages, and what is known of persons.") var pages = false

  func run() throws {
    var options = ExportedOutput.Options(date: String(Date.now.ISO8601Format().prefix(10)))
    options.license = license
    options.pages = pages
    let made = try ExportedOutput(output, to: crate, options)
    Screen.note(
      "\(made.files) files, \(made.size / 1024) kB; \(made.leftOut) images, pages and tables of persons stay; verify it with petbalance verify \(crate)"
    )
  }
}
