import ArgumentParser
import Foundation
import PETBinding
import PETCore
import PETPipeline
import PETResults

struct Power: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How many persons a study needs, from the spread of one that is done.",
    discussion: HelpText.of(
      """
      Persons for an effect and a power, for two groups, two sessions of the same persons and an association, from the \
      spread between and within the persons of an output: for all regions together, for sets, and region by region, with \
      limits. What a pilot of few persons says of its spread is vague, and the limits say how vague. Name the groups of \
      the pilot under --covariates: their difference is no spread.

      petbalance power OUT --ratio 1.2
      petbalance power OUT --effect 0.15 --power 0.9 --set striatum=Caudate,Putamen --design groups
      petbalance power OUT --planned 20 --covariates diagnosis --retest-sd 0.08
      """))

  @Argument(help: "Output folder of a run, or its group_balance.tsv.") var output: String
  @Option(help: "By how much the ratio is multiplied, such as 1.2: the effect is its logarithm.") var ratio: Double?
  @Option(
    help:
      "Effect in the measure's unit: difference of groups, change between sessions, slope for one SD of a quantity.")
  var effect: Double?
  @Option(help: "Probability that it is found.") var power = 0.8
  @Option(help: "Of the two-sided test.") var alpha = 0.05
  @Option(help: "Persons that there will be, in each group: what they find is told.") var planned: Int?
  @Option(
    parsing: .upToNextOption, help: "groups, sessions, association (default: all).",
    completion: .list(StudyPower.Design.allCases.map(\.rawValue)))
  var design: [String] = []
  @Option(help: "log-ratio, centred-log-ratio, ratio, or a system such as dopamine.") var measure = StudyTable.logRatio
  @Option(parsing: .upToNextOption, help: "Regions that count (default: all).") var regions: [String] = []
  @OptionGroup var sets: SetOptions
  @Option(help: "Session of the spread between persons, where they have several.") var session: String?
  @Option(parsing: .upToNextOption, help: "Sessions of the spread within them (default: the two that there are).")
  var sessions: [String] = []
  @Option(help: "Within-subject SD of the measure in one session, in place of two sessions.") var retestSd: Double?
  @Option(parsing: .upToNextOption, help: "Tables of persons: participants.tsv, phenotype/*.tsv.")
  var persons: [String] = []
  @Option(parsing: .upToNextOption, help: "Columns held: numbers, or categories.") var covariates: [String] = []
  @OptionGroup var counting: CountingOptions
  @Option(help: "Confidence level.") var level = 0.95
  @Option(help: "Table to write (default: standard output); its JSON goes beside it.") var out: String?
  @OptionGroup var printing: TableOptions

  func validate() throws {
    guard ratio == nil || effect == nil else { throw ValidationError("give --ratio or --effect") }
    guard ratio != nil || effect != nil || planned != nil else {
      throw ValidationError("give --ratio or --effect, or the persons there will be with --planned")
    }
    guard ratio == nil || measure == StudyTable.logRatio else {
      throw ValidationError("--ratio is of the log ratio: for '\(measure)' give --effect")
    }
    if let ratio {
      guard ratio > 0, ratio != 1, ratio.isFinite else {
        throw ValidationError("--ratio \(NumberText.short(ratio)) is not above 0 and other than 1")
      }
    }
    if let effect {
      guard effect.isFinite, effect != 0 else {
        throw ValidationError("--effect \(NumberText.short(effect)) is no effect")
      }
    }
    guard alpha > 0, alpha <= 0.5 else {
      throw ValidationError("--alpha \(NumberText.short(alpha)) is not above 0 and at most 0.5")
    }
    guard power > alpha, power <= 0.999 else {
      throw ValidationError("--power \(NumberText.short(power)) is not above --alpha and at most 0.999")
    }
    guard planned.map({ (2...100_000).contains($0) }) ?? true else {
      throw ValidationError("--planned \(planned ?? 0) is not 2 to 100000")
    }
    for name in design where StudyPower.Design(rawValue: name) == nil {
      throw ValidationError("--design '\(name)' is none of groups, sessions and association")
    }
    guard sessions.isEmpty || Set(sessions).count == 2 && sessions.count == 2 else {
      throw ValidationError("--sessions names two sessions")
    }
    guard sessions.isEmpty || retestSd == nil else { throw ValidationError("give --sessions or --retest-sd") }
    guard retestSd.map({ $0 > 0 && $0.isFinite }) ?? true else {
      throw ValidationError("--retest-sd \(NumberText.short(retestSd ?? 0)) is not above 0")
    }
    guard ConfidenceLevel.range.contains(level) else {
      throw ValidationError("--level \(level) is not \(ConfidenceLevel.words)")
    }
  }

  func run() throws {
    let own = covariates.isEmpty ? nil : OutputStudy.participants(output)
    let known = persons.isEmpty ? [own].compactMap { $0 } : persons
    let table = try StudyReader.read(output, persons: known, session: nil, rule: counting.rule).keeping(regions)
    try table.check(measure: measure)
    var settings = StudyPower.Settings()
    (settings.measure, settings.effect) = (measure, effect ?? ratio.map { log($0) } ?? .nan)
    (settings.power, settings.alpha, settings.planned) = (power, alpha, planned)
    if !design.isEmpty { settings.designs = design.compactMap(StudyPower.Design.init) }
    (settings.session, settings.retest, settings.covariates) = (session, retestSd, covariates)
    let visits = Set(table.visits.compactMap(\.session)).sorted()
    let pair = sessions.isEmpty && visits.count == 2 ? visits : sessions
    if pair.count == 2, retestSd == nil { settings.sessions = (pair[0], pair[1]) }
    settings.level = level
    if regions.isEmpty { settings.outside = StudyFamily.outside(table.regions) }
    settings.sets = try sets.named()
    let planned = try StudyPower(table, settings)
    let text = PowerText(planned)
    try Screen.write(
      text.tsv, sidecar: text.sidecar([("Pair", .string(table.pair)), ("Counted", .string(counting.rule.words))]),
      to: out, inputs: [output] + known, isAnalysis: true, as: printing)
    Screen.findings(planned.findings)
  }
}
