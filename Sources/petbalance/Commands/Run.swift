import ArgumentParser
import Foundation
import PETCore
import PETPipeline
import PETResults

extension BatchRun.Level: ExpressibleByArgument {}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A study through a pipeline: curves, fits, binding, balance, tables.",
    discussion: HelpText.of(
      """
      Each scan on its own: one that fails is a row of OUT/failures.tsv and the others go on (exit 1). What is done and
      unchanged stays; a run that was stopped goes on where it was.

      petbalance run STUDY OUT --pipeline raclopride-dasb --jobs 2
      petbalance run --scans scans.tsv OUT --pipeline raclopride-dasb    folders of your own: see petbalance scans
      petbalance STUDY OUT participant --pipeline mine.yaml --participant-label 01 02
      petbalance run STUDY OUT --pipeline mine.yaml --plan plan.tsv --index 7    one line of a plan, as a cluster's job
      """))

  @Argument(help: "BIDS dataset with PET scans; not with --scans.") var bids: String
  @Argument(help: "Folder for the results (a BIDS derivative).") var output: String?
  @Argument(help: "participant, group (joins the tables of OUT) or all (default: all).") var level: BatchRun.Level?
  @OptionGroup var study: StudyOptions
  @Option(help: "Memory, GiB, that scans worked on at once may need together (default: 3/4 of what is free).")
  var memory: Double?
  @Option(help: "A plan made by petbalance plan: one of its lines is worked on.") var plan: String?
  @Option(help: "The line's index.") var index: Int?
  @Flag(help: "Print the plan, and stop.") var dryRun = false
  @Flag(help: "No progress on standard error.") var quiet = false

  /// What the arguments are: with a table of scans the study is none of them.
  private func places() throws -> (study: String, output: String, level: BatchRun.Level) {
    guard let table = study.table else {
      guard let output else { throw ValidationError("Missing expected argument '<output>'") }
      return (bids, output, level ?? .all)
    }
    guard level == nil, let own = BatchRun.Level(rawValue: output ?? BatchRun.Level.all.rawValue) else {
      throw ValidationError("with --scans there is no dataset: petbalance run --scans TABLE OUT")
    }
    return (table, bids, own)
  }

  func validate() throws {
    _ = try places()
    guard (plan == nil) == (index == nil) else { throw ValidationError("--plan and --index belong together") }
    guard (0.001...1e6).contains(memory ?? 1) else { throw ValidationError("--memory is 0.001 to 1e6 GiB") }
  }

  func run() throws {
    let (dataset, output, level) = try places()
    let batch = try study.batch(dataset, output, memory: memory)
    if dryRun { return try Screen.write(batch.plan.tsv) }
    if let plan, let index { return try runLine(batch, try WorkPlan.unit(index, inPlan: plan)) }
    let start = ContinuousClock.now
    let lines = quiet || level == .group ? nil : RunProgress()
    let summary: BatchRun.Summary
    do {
      defer { lines?.finish() }
      summary = try batch.run(level) { lines?.show($0) }
    }
    for unit in summary.removed {
      Screen.note("\(printable(unit)): no longer read from the study, its results are removed")
    }
    for unit in summary.standing {
      Screen.note("\(printable(unit)): it could not be made again, its earlier results stand")
    }
    if level == .group {
      if !summary.failures.isEmpty {
        Screen.note("\(summary.failures.count) failures, see \(output)/failures.tsv")
      }
      return
    }
    Screen.findings(batch.passedOver.filter { $0.level != .note || !quiet }, most: 5)
    for line in Failure.lines(summary.failures) { Screen.note("petbalance: error: \(line)") }
    if !quiet {
      if level == .all { show(try batch.headline()) }
      tell(summary, output, (ContinuousClock.now - start) / .seconds(1))
    }
    if !summary.failures.isEmpty { throw ExitCode(1) }
  }

  private func runLine(_ batch: BatchRun, _ unit: String) throws {
    let (words, failure) = try batch.run(unit: unit)
    if let failure {
      Screen.note("petbalance: error: \(failure.line)")
      throw ExitCode(1)
    }
    if !quiet { Screen.note("\(printable(unit)): \(words)") }
  }

  /// The first rows of the balances that there are now.
  private func show(_ headline: Headline?) {
    guard let headline else { return }
    Screen.tell(headline.table.text(width: Terminal.output.width, paint: TableOptions.paint))
    for name in headline.missing {
      Screen.note("petbalance: warning: balance.primary: no balance has a region '\(printable(name))'")
    }
    if headline.more > 0 { Screen.tell("\(headline.more) more rows in \(printable(headline.file))\n") }
  }

  private func tell(_ summary: BatchRun.Summary, _ output: String, _ seconds: Double) {
    func words(_ counts: BatchRun.Counts, _ what: String) -> String {
      "\(counts.done) \(what)" + (counts.cached > 0 ? " (\(counts.cached) more were done before)" : "")
        + (counts.failed > 0 ? ", \(counts.failed) failed" : "")
    }
    Screen.note(
      words(summary.scans, "scans fitted") + "; " + words(summary.balances, "balances")
        + "; \(summary.failures.count) failures; \(Duration.words(seconds: seconds)); results in \(printable(output))")
    if let page = OutputPage.path(in: output) {
      Screen.note("page: \(printable(page)) (petbalance open \(printable(output)))")
    }
  }
}

struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What a run would do: every scan and pair with its state, and why it is not done.",
    discussion: HelpText.of(
      """
      Tab-separated lines in an order that stays: scans, then pairs. States: done, stale, failed, pending. Nothing is
      written.

      petbalance plan STUDY OUT --pipeline raclopride-dasb
      petbalance plan STUDY --pipeline raclopride-dasb > plan.tsv
      petbalance plan --scans scans.tsv OUT --pipeline raclopride-dasb
      """))

  @Argument(help: "BIDS dataset with PET scans; not with --scans.") var bids: String?
  @Argument(help: "Folder of the results; without it everything is pending.") var output: String?
  @OptionGroup var study: StudyOptions
  @Option(help: "File for the plan (default: standard output).") var out: String?
  @OptionGroup var printing: TableOptions

  /// What the arguments are: with a table of scans the study is none of them.
  private func places() throws -> (study: String, output: String?) {
    if let table = study.table {
      guard output == nil else {
        throw ValidationError("with --scans there is no dataset: petbalance plan --scans TABLE OUT")
      }
      return (table, bids)
    }
    guard let bids else { throw ValidationError("Missing expected argument '<bids>'") }
    return (bids, output)
  }

  func validate() throws { _ = try places() }

  func run() throws {
    let (dataset, output) = try places()
    let batch = try study.batch(dataset, output ?? BatchRun.nowhere)
    try Screen.write(
      batch.plan.tsv, to: out,
      inputs: StudyFiles.named(by: dataset, derivatives: study.scans.derivatives), as: printing)
    Screen.findings(batch.planFindings)
  }
}
