import ArgumentParser
import Foundation
import PETCore
import PETKinetics
import PETResults
import PETStudy

struct Fit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A kinetic model fitted to every region of a curve table.",
    discussion: """
      Estimates with standard errors and confidence limits in the field's units (rates in 1/min). Models: \
      \(ModelCatalogue.names.joined(separator: ", ")).

      petbalance fit sub-01_tacs.tsv --model SRTM --reference cerebellum
      petbalance fit sub-01_tacs.tsv --model MRTM2 --reference Left-Cerebellum-Cortex+Right-Cerebellum-Cortex
      petbalance fit sub-01_tacs.tsv --model 2TCM --input sub-01_inputfunction.tsv --vb fit --delay fit
      petbalance fit sub-01_tacs.tsv --model 1TCM,2TCM --input sub-01_inputfunction.tsv    models side by side
      petbalance fit sub-01_tacs.tsv --model SRTM --reference cerebellum --truncation 40,50,60
      """)

  @Argument(help: "Curve table: frame_start, frame_end (s) and one column a region.") var tacs: String
  @Option(help: "Model token; several joined by commas are compared (AIC, BIC).") var model: String
  @OptionGroup var options: FitOptions
  @Option(help: "Resampled fits, for errors beside those of the fit.") var bootstrap: Int?
  @Option(help: "Seed of the resampling.") var seed: UInt64 = 1
  @Option(help: "Ends of the scan in min, joined by commas: the outcome against scan length.") var truncation: String?
  @Option(help: "Confidence level of the limits.") var level: Double = 0.95
  @Option(help: "Table to write (default: standard output); its JSON goes beside it.") var out: String?

  func validate() throws {
    guard level > 0.5, level < 1 else { throw ValidationError("--level \(level) is not between 0.5 and 1") }
    if let bootstrap, !(20...100_000).contains(bootstrap) {
      throw ValidationError("--bootstrap \(bootstrap) is not a number of samples from 20 to 100000")
    }
    if bootstrap != nil, truncation != nil || model.contains(",") {
      throw ValidationError("--bootstrap goes with one model and the whole scan")
    }
    if truncation != nil, model.contains(",") { throw ValidationError("--truncation goes with one model") }
  }

  func run() throws {
    let models = try Self.models(model)
    guard let first = models.first else {
      throw PETError(.usage, field: "--model", "no model is named", remedy: "see petbalance models")
    }
    var table = try CurveReader.read(tacs, isotope: options.isotope.flatMap(Isotope.init(spelling:)))
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
    let text: String
    let sidecar: JSONValue
    if let truncation {
      let study: Truncation
      do throws(PETError) {
        study = try Truncation(
          table, model: first, reference: options.reference, settings: settingsOfFirst,
          ends: try ends(truncation, table.frames))
      } catch { throw error.at(file: tacs) }
      let result = TruncationText(study, level: level)
      (text, sidecar) = (result.tsv, result.sidecar([("Sources", .array(sources))]))
    } else if all.count > 1 {
      let result = ModelComparisonText(all, level: level)
      (text, sidecar) = (result.tsv, result.sidecar([("Sources", .array(sources))]))
    } else {
      let resampled = try bootstrap.map { count throws(PETError) in try Bootstrap(all[0], count: count, seed: seed) }
      let result = KinparTable(all[0], level: level, bootstrap: resampled)
      (text, sidecar) = (result.tsv, result.sidecar([("Sources", .array(sources))]))
    }
    try Screen.write(
      text, sidecar: sidecar, to: out, inputs: [tacs, TSVTable.sidecarPath(of: tacs)] + options.files)
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

  /// Ends of truncated scans, s.
  private func ends(_ list: String, _ frames: FrameSchedule) throws(PETError) -> [Double] {
    var result: [Double] = []
    for part in list.split(separator: ",") {
      guard let end = Double(part.trimmed), end > 0, end * 60 <= (frames.ends.last ?? 0) + 1 else {
        throw PETError(
          .usage, field: "--truncation", "'\(part)' is not a time in min within the scan", remedy: "write 40,50,60")
      }
      result.append(end * 60)
    }
    return result
  }
}
