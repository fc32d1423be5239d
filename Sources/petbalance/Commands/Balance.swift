import ArgumentParser
import PETBinding
import PETCore
import PETImaging
import PETResults
import PETStudy
import PETTracers

extension CrossRegion: ExpressibleByArgument {
  /// `NAME=REGION/REGION`.
  public init?(argument: String) { self.init(argument) }
}

struct Balance: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Dopamine-serotonin balance, or that of any two systems, from two parameter tables or two maps.",
    discussion: HelpText.of(
      """
      From tables: ratio with Fieller's set, log ratio, centred log ratio, the inverse, lateral contrast and asymmetry. \
      From maps: ratio of regional means with flags, and with --out, beside the table, maps of the ratio, of its Fieller \
      set where both standard-error maps are known (petbalance maps --se-maps), of the log ratio, and of where the \
      denominator is too small.

      petbalance balance --dopamine sub-01_trc-RAC_model-SRTM_kinpar.tsv --serotonin sub-01_trc-DASB_model-MRTM2_kinpar.tsv
      petbalance balance --systems glutamate/gaba --numerator abp688_kinpar.tsv --denominator flumazenil_kinpar.tsv
      petbalance balance --dopamine betacit.tsv --serotonin betacit.tsv --cross nigrostriatal=striatum/midbrain
      petbalance balance --dopamine-map D2.nii.gz --serotonin-map SERT.nii.gz --labels dseg.nii.gz --names dseg.tsv
      """))

  @Option(name: [.customLong("dopamine"), .customLong("numerator")], help: "Parameter table above the line.")
  var numerator: String?
  @Option(name: [.customLong("serotonin"), .customLong("denominator")], help: "Parameter table below the line.")
  var denominator: String?
  @Option(help: "The two systems, as columns are named.") var systems = "dopamine/serotonin"
  @Option(help: "The parameter that counts as binding; of maps, what they are said to hold.") var measure: String?
  @Option(help: "Confidence level.") var level: Double = 0.95
  @Option(help: "Correlation of the two scans' errors in a region.") var correlation: Double = 0
  @Option(parsing: .upToNextOption, help: "Regions to centre log ratios over.") var centreOver: [String] = []
  @Option(help: "NAME=REGION/REGION: a balance of two different regions; may be repeated.") var cross: [CrossRegion] =
    []
  @Option(
    parsing: .upToNextOption,
    help: "Within-subject CVs of the two markers between sessions, which limits then hold (0.035 0.12).")
  var retestCv: [Double] = []
  @Option(
    parsing: .upToNextOption,
    help: "pmol/mL for one unit of either measure, each with its error (VALUE SE VALUE SE): adds the density ratio.")
  var calibration: [Double] = []
  @Option(help: "Draws of a parametric bootstrap of the log ratio.") var bootstrap: Int?
  @Option(help: "Seed of the bootstrap.") var seed: UInt64 = 1
  @Option(help: "Table of norms (see petbalance norms): adds z scores.") var norms: String?
  @Option(parsing: .upToNextOption, help: "With --norms: what is known of the person, as age=34 sex=F.")
  var person: [String] = []
  @Option(name: [.customLong("dopamine-map"), .customLong("numerator-map")], help: "Map of the system above the line.")
  var numeratorMap: String?
  @Option(
    name: [.customLong("serotonin-map"), .customLong("denominator-map")], help: "Map of the system below the line.")
  var denominatorMap: String?
  @Option(
    name: [.customLong("dopamine-se-map"), .customLong("numerator-se-map")],
    help: "Standard errors of the map above the line (default: the _desc-se map beside it).")
  var numeratorSeMap: String?
  @Option(
    name: [.customLong("serotonin-se-map"), .customLong("denominator-se-map")],
    help: "Standard errors of the map below the line (default: the _desc-se map beside it).")
  var denominatorSeMap: String?
  @Option(help: "With maps: label image.") var labels: String?
  @Option(help: "With maps: names of the labels.") var names: String?
  @Option(help: "With maps: regions, joined by +, whose mean is taken off both maps first.") var reference: String?
  @Option(help: "With maps: how grids are brought together.") var sampling: GridSampling = .labelsToImage
  @Flag(
    help: "With maps: only labelled voxels that both maps tell: finite and not exactly 0 (sampled on the labels' grid)."
  ) var common = false
  @Flag(inversion: .prefixedNo, help: "With maps and --out: the voxelwise balance beside the table.") var maps = true
  @Option(help: "Table to write (default: standard output); its JSON goes beside it.") var out: String?
  @OptionGroup var printing: TableOptions

  func validate() throws {
    let tables = [numerator, denominator].compactMap { $0 }.count
    let maps = [numeratorMap, denominatorMap, labels].compactMap { $0 }.count
    guard (tables, maps) == (2, 0) || (tables, maps) == (0, 3) else {
      throw ValidationError("give --dopamine and --serotonin, or --dopamine-map, --serotonin-map and --labels")
    }
    let ofTables = !cross.isEmpty || !retestCv.isEmpty || !calibration.isEmpty || bootstrap != nil || norms != nil
    if maps == 3, !centreOver.isEmpty || ofTables {
      throw ValidationError(
        "--centre-over, --cross, --retest-cv, --calibration, --bootstrap and --norms belong to tables")
    }
    guard maps == 3 || names == nil && numeratorSeMap == nil && denominatorSeMap == nil else {
      throw ValidationError("--names and the --se-map options belong to maps")
    }
    guard maps == 3 || reference == nil && !common else {
      throw ValidationError("--reference and --common belong to maps")
    }
    guard ConfidenceLevel.range.contains(level) else {
      throw ValidationError("--level \(level) is not \(ConfidenceLevel.words)")
    }
    guard abs(correlation) < 1 else { throw ValidationError("--correlation \(correlation) is not between -1 and 1") }
    guard retestCv.isEmpty || retestCv.count == 2 && retestCv.allSatisfy({ (0...1).contains($0) }) else {
      throw ValidationError("--retest-cv takes two shares, as 0.035 0.12")
    }
    let isScale =
      calibration.count == 4 && [0, 2].allSatisfy { calibration[$0] > 0 } && calibration.allSatisfy { $0 >= 0 }
    guard calibration.isEmpty || isScale else { throw ValidationError("--calibration takes VALUE SE VALUE SE") }
    guard (100...1_000_000).contains(bootstrap ?? 100) else {
      throw ValidationError("--bootstrap \(bootstrap ?? 0) is not 100 to 1000000")
    }
    guard person.allSatisfy({ $0.contains("=") }), norms != nil || person.isEmpty else {
      throw ValidationError("--person goes with --norms and is written as age=34 sex=F")
    }
    _ = try pair
  }

  var pair: BalanceSystems {
    get throws {
      let words = systems.lowercased().split(separator: "/").map(String.init)
      let taken: Set<String> = ["region", "ratio", "fraction", "status", "note", "dof", "index", "flags"]
      guard words.count == 2, words[0] != words[1], words.allSatisfy({ $0.allSatisfy(\.isLetter) }),
        taken.isDisjoint(with: words)
      else {
        throw ValidationError("--systems is FIRST/SECOND, such as glutamate/gaba")
      }
      return BalanceSystems(.init(rawValue: words[0]), over: .init(rawValue: words[1]))
    }
  }

  func run() throws {
    if let numerator, let denominator {
      try fromTables(numerator, denominator)
    } else if let numeratorMap, let denominatorMap, let labels {
      try fromMaps(numeratorMap, denominatorMap, labels)
    }
  }

  private func fromTables(_ numerator: String, _ denominator: String) throws {
    let measure = measure ?? "BPND"
    _ = try SessionTables([numerator], [denominator], allowsOne: true)
    var settings = BalanceSettings()
    settings.systems = try pair
    settings.level = level
    settings.correlation = correlation
    settings.floor = BalanceSettings.floor(of: measure)
    if !centreOver.isEmpty { settings.centreOver = centreOver }
    settings.cross = cross
    settings.isOneScan = Screen.isSame(numerator, denominator)
    if retestCv.count == 2 { settings.retest = BothSides(retestCv[0], retestCv[1]) }
    if calibration.count == 4 {
      settings.calibration = BothSides(
        Estimate(calibration[0], standardError: calibration[1]), Estimate(calibration[2], standardError: calibration[3])
      )
    }
    settings.bootstrap = bootstrap.map { ($0, seed) }
    if let norms { settings.norms = (try NormReader.read(norms), Person(id: "n/a", values: known)) }
    let (a, b) = (
      try BindingReader.read(numerator, measure: measure, level: level),
      try BindingReader.read(denominator, measure: measure, level: level)
    )
    try BalanceTable.check(settings, [a, b])
    let label = [a, b].map { settings.catalogue.find($0.tracer ?? "")?.id ?? $0.tracer ?? "" }.joined()
    if let pair = settings.norms?.table.pair, pair != label {
      throw PETError(
        .wrongInput, file: norms, field: "--norms", "they are of \(pair), the tables of \(label)",
        remedy: "give norms of the same tracers, models, scanner and pipeline")
    }
    let balance = BalanceTable(numerator: a, denominator: b, settings: settings)
    let text = BalanceText(balance)
    let inputs = [numerator, denominator].flatMap { [$0, TSVTable.sidecarPath(of: $0)] } + [norms].compactMap { $0 }
    try Screen.write(text.tsv, sidecar: text.sidecar([]), to: out, inputs: inputs, as: printing)
    Screen.findings(balance.findings)
  }

  private var known: [String: String] {
    Dictionary(
      person.compactMap { text in
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : nil
      }, uniquingKeysWith: { _, last in last })
  }
}
