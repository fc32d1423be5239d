import ArgumentParser
import Foundation
import PETCore
import PETKinetics
import PETResults
import PETStudy

struct Fit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A kinetic model fitted to every region of a curve table.",
    discussion: HelpText.of(
      """
      Estimates with standard errors and confidence limits in the field's units (rates in 1/min). Models: \
      \(ModelCatalogue.names.joined(separator: ", ")).

      petbalance fit sub-01_tacs.tsv --model SRTM --reference cerebellum
      petbalance fit sub-01_tacs.tsv --model MRTM2 --reference Left-Cerebellum-Cortex+Right-Cerebellum-Cortex
      petbalance fit sub-01_tacs.tsv --model 2TCM --input sub-01_inputfunction.tsv --vb fit --delay fit
      petbalance fit sub-01_tacs.tsv --model 1TCM,2TCM --input sub-01_inputfunction.tsv    models side by side
      petbalance fit sub-01_tacs.tsv --model SRTM --reference cerebellum --truncation 40,50,60
      petbalance fit tables/*.tac --model SRTM --reference cerebellum --out fits    one table each in the folder fits

      Tables of other programs are read as they are: PMOD .tac and .voistat, Turku .tac and .dft, PETPAL, commas.
      """))

  @Argument(help: "Curve tables: frame_start, frame_end (s) and one column a region, or those of other programs.")
  var tacs: [String]
  @Option(
    help: "Model token; several joined by commas are compared (AIC, BIC).", completion: .list(ModelCatalogue.names))
  var model: String
  @OptionGroup var options: FitOptions
  @Option(setting: "bootstrap") var bootstrap: String?
  @Option(setting: "seed") var seed: String?
  @Option(setting: "truncation") var truncation: String?
  @Option(help: "Confidence level of the limits.") var level: Double = 0.95
  @Option(
    help: "Table to write (default: standard output), its JSON beside it; of several tables the folder for theirs.")
  var out: String?
  @OptionGroup var printing: TableOptions

  func validate() throws {
    guard tacs.count == 1 || out != nil else { throw ValidationError("several tables need --out, a folder") }
    guard ConfidenceLevel.range.contains(level) else {
      throw ValidationError("--level \(level) is not \(ConfidenceLevel.words)")
    }
    if bootstrap != nil, truncation != nil || model.contains(",") {
      throw ValidationError("--bootstrap goes with one model and the whole scan")
    }
    if truncation != nil, model.contains(",") { throw ValidationError("--truncation goes with one model") }
  }

  func run() throws {
    guard tacs.count > 1, let out else { return try run(tacs[0], to: out) }
    let names = tacs.map { Self.name(of: $0) }
    if let twice = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
      throw PETError(
        .usage, file: tacs[twice], field: "--out", "another table has the name \(names[twice]) as well",
        remedy: "fit them one by one")
    }
    try AtomicFile.makeFolder(out)
    // One that cannot be fitted is no end of the others.
    var failures = 0
    for (path, name) in zip(tacs, names) {
      do throws(PETError) {
        try run(path, to: "\(out)/\(name)_model-\(model.replacing(",", with: "+"))_kinpar.tsv")
      } catch {
        failures += 1
        Screen.note("petbalance: error: \(error.file == nil ? error.at(file: path) : error)")
      }
    }
    if failures > 0 { throw ExitCode(1) }
  }

  /// What files of a table begin with: its name without its ending.
  private static func name(of path: String) -> String {
    let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    return name.hasSuffix("_tacs") ? String(name.dropLast(5)) : name
  }

  private func run(_ tacs: String, to out: String?) throws(PETError) {
    let models = try Self.models(model)
    guard !models.isEmpty else {
      throw PETError(.usage, field: "--model", "no model is named", remedy: "see petbalance models")
    }
    let beside = try besides
    var table = try CurveReader.read(tacs, isotope: options.isotope.value)
    table.vocabulary = try options.words
    var findings: [Finding] = []
    var all: [RegionalFits] = []
    var settingsOfFirst = FitSettings()
    for kinetics in models {
      let (settings, told) = try options.settings(kinetics.card, frames: table.frames)
      if all.isEmpty { table.findings += told }
      if all.isEmpty { settingsOfFirst = settings }
      do throws(PETError) {
        all.append(try RegionalFits(table, model: kinetics, reference: options.reference, settings: settings))
      } catch { throw error.at(file: tacs) }
      findings += all.last?.findings ?? []
    }
    let sources = ([tacs] + (options.input.map { [$0] } ?? [])).map {
      JSONValue.string(($0 as NSString).lastPathComponent)
    }
    let cards = models.map { model in model.card }
    findings += try options.unused(by: cards)
    let text: String
    let sidecar: JSONValue
    if beside["truncation"] != nil {
      let study: Truncation
      do throws(PETError) {
        let last = try ends(beside.numbers("truncation"), table.frames)
        study = try Truncation(of: all[0], table, settings: settingsOfFirst, ends: last)
      } catch { throw error.at(file: tacs) }
      let result = TruncationText(study, level: level)
      (text, sidecar) = (result.tsv, result.sidecar([("Sources", .array(sources))]))
    } else if all.count > 1 {
      let result = ModelComparisonText(all, level: level)
      (text, sidecar) = (result.tsv, result.sidecar([("Sources", .array(sources))]))
    } else {
      let resampled = try Bootstrap.asked(beside, of: all[0])
      let result = KinparTable(
        all[0], level: level, bootstrap: resampled, choices: beside.adding(try options.choices))
      (text, sidecar) = (result.tsv, result.sidecar([("Sources", .array(sources))]))
    }
    try Screen.write(
      text, sidecar: sidecar, to: out, inputs: [tacs, PETSidecar.path(beside: tacs)] + options.files,
      as: printing)
    Screen.findings(findings)
  }

  private static func models(_ list: String) throws(PETError) -> [any KineticModel.Type] {
    var result: [any KineticModel.Type] = []
    for name in list.split(separator: ",") {
      do throws(PETError) { result.append(try ModelCatalogue.named(String(name).trimmed)) } catch {
        throw PETError(.usage, field: "--model", error.problem, remedy: error.remedy)
      }
    }
    return result
  }

  /// What is asked for beside the fit.
  private var besides: FitChoices {
    get throws(PETError) {
      var choices = FitChoices()
      for (key, text) in [("bootstrap", bootstrap), ("seed", seed), ("truncation", truncation)] {
        if let text, let setting = FitSetting.named(key) { try choices.set(setting, text, field: setting.option) }
      }
      return choices
    }
  }

  /// Ends of truncated scans, s.
  private func ends(_ minutes: [Double], _ frames: FrameSchedule) throws(PETError) -> [Double] {
    for end in minutes where end * 60 > (frames.ends.last ?? 0) + 1 {
      throw PETError(
        .usage, field: "--truncation", "'\(NumberText.exact(end))' is not a time in min within the scan",
        remedy: "write 40,50,60")
    }
    return minutes.map { $0 * 60 }
  }
}
