import ArgumentParser
import Foundation
import PETCore
import PETKinetics
import PETPipeline
import PETReport

extension WeightScheme: ExpressibleByArgument {}
extension FrameSampling: ExpressibleByArgument {}

struct Fit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A kinetic model fitted to every region of a curve table.",
    discussion: """
      Estimates with standard errors and confidence limits in the field's units (rates in 1/min). Models: \
      \(ModelCatalogue.names.joined(separator: ", ")).

      petbalance fit sub-01_tacs.tsv --model SRTM --reference cerebellum
      petbalance fit sub-01_tacs.tsv --model MRTM2 --reference Left-Cerebellum-Cortex+Right-Cerebellum-Cortex
      """)

  @Argument(help: "Curve table: frame_start, frame_end (s) and one column a region.") var tacs: String
  @Option(help: "Model token.") var model: String
  @Option(help: "Reference region, or several joined by +.") var reference: String
  @Option(name: .customLong("k2prime"), help: "k2' in 1/min (default: estimated over regions).") var k2prime: Double?
  @Option(help: "t* in min: earlier frames do not count in linear models.") var tstar: Double = 0
  @Option(help: "Weights of frames (default: counts when the isotope is known, else uniform).") var weights:
    WeightScheme?
  @Option(help: "How the model meets a frame.") var frameSampling: FrameSampling = .average
  @Option(help: "Start in min: of the window of ratio models, of the frames that count in others.") var start: Double?
  @Option(help: "End in min, likewise.") var end: Double?
  @Option(help: "Frames to leave out, counted from 1, joined by commas.") var excludeFrames: String?
  @Option(parsing: .upToNextOption, help: "Bounds that replace the model's, such as BPND=0:10 k2a=0.001:1 (1/min).")
  var bounds: [String] = []
  @Option(help: "Confidence level of the limits.") var level: Double = 0.95
  @Option(help: "Isotope, when the table's sidecar does not say it (C11, F18).") var isotope: String?
  @Option(help: "Table to write (default: standard output); its JSON goes beside it.") var out: String?

  func validate() throws {
    guard level > 0.5, level < 1 else { throw ValidationError("--level \(level) is not between 0.5 and 1") }
    guard tstar >= 0, tstar.isFinite else { throw ValidationError("--tstar \(tstar) is not a time of 0 min or more") }
    if let k2prime, !(k2prime > 0 && k2prime < 100) {
      throw ValidationError("--k2prime \(k2prime) is not a rate above 0 (1/min)")
    }
    if let isotope, Isotope(spelling: isotope) == nil {
      throw ValidationError(
        "--isotope '\(isotope)' is none of \(Isotope.allCases.map(\.rawValue).joined(separator: ", "))")
    }
  }

  func run() throws {
    let kinetics: any KineticModel.Type
    do { kinetics = try ModelCatalogue.named(model) } catch {
      throw PETError(.usage, field: "--model", error.problem, remedy: error.remedy)
    }
    let table = try CurveReader.read(tacs, isotope: isotope.flatMap(Isotope.init(spelling:)))
    var settings = FitSettings()
    settings.weights = weights
    settings.sampling = frameSampling
    settings.k2prime = k2prime.map { $0 / 60 }
    settings.linearStart = tstar * 60
    if start != nil || end != nil {
      let last = table.frames.ends.last ?? 0
      let from = (start ?? 0) * 60
      let to = end.map { $0 * 60 } ?? last
      guard from < to else {
        throw PETError(
          .usage, field: "--start", "the window from \(from / 60) to \(to / 60) min is empty",
          remedy: "--start before --end")
      }
      if kinetics.card.needs.contains(.window) {
        settings.window = from...to
      } else {
        let middles = table.frames.midpoints
        settings.excluded = Set(middles.indices.filter { middles[$0] < from || middles[$0] > to })
      }
    }
    if let excludeFrames { settings.excluded.formUnion(try frames(excludeFrames, of: table.frames.count)) }
    for text in bounds {
      let (symbol, range) = try bound(text, of: kinetics.card)
      settings.bounds[symbol] = range
    }
    let fits: RegionalFits
    do { fits = try RegionalFits(table, model: kinetics, reference: reference, settings: settings) } catch {
      throw error.at(file: tacs)
    }
    let result = KinparTable(fits, level: level)
    let sources: JSONValue = .array([.string((tacs as NSString).lastPathComponent)])
    try Screen.write(
      result.tsv, sidecar: result.sidecar([("Sources", sources)]), to: out,
      inputs: [tacs, TSVTable.sidecarPath(of: tacs)])
    Screen.findings(fits.findings)
  }

  private func frames(_ list: String, of count: Int) throws(PETError) -> Set<Int> {
    var result: Set<Int> = []
    for part in list.split(separator: ",") {
      guard let number = Int(part.trimmed), (1...count).contains(number) else {
        throw PETError(
          .usage, field: "--exclude-frames", "'\(part)' is not a frame from 1 to \(count)",
          remedy: "count frames from 1")
      }
      result.insert(number - 1)
    }
    return result
  }

  /// `P=LO:HI` in the field's units.
  private func bound(_ text: String, of card: ModelCard) throws(PETError) -> (String, ClosedRange<Double>) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard let parameter = card.parameters.first(where: { $0.symbol == parts.first }) else {
      throw PETError(
        .usage, field: "--bounds", "\(card.id) has no parameter '\(parts.first ?? text)'",
        remedy: NearestName.advice(for: parts.first ?? text, among: card.parameters.map(\.symbol)))
    }
    let ends = (parts.count == 2 ? parts[1] : "").split(separator: ":").map { Double($0) }
    guard ends.count == 2, let low = ends[0], let high = ends[1], low < high else {
      throw PETError(
        .usage, field: "--bounds", "'\(text)' is not P=LOW:HIGH", remedy: "write \(parameter.symbol)=LOW:HIGH")
    }
    if parameter.symbol == "k2a", low <= 0 {
      throw PETError(
        .usage, field: "--bounds", "'\(text)' begins at 0, where the rate has no logarithm", remedy: "begin above 0")
    }
    let unit = parameter.unit.fromInternal
    return (parameter.symbol, low / unit...high / unit)
  }
}
