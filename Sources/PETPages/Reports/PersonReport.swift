package import PETCore
package import PETImaging
package import PETKinetics
package import PETResults
import PETTracers

/// What the page of a person shows at one time: the values of the tables, nothing worked out anew.
package struct PersonReport: Sendable {
  /// `sub-01`, or `sub-01_ses-a`: the name of the page's files.
  package let stem: String
  package let participant: String
  package let session: String?
  /// Pages of the same person at other times.
  package var others: [String] = []
  /// Nil where the page is made without a look at the study.
  package var studyContext: StudyContext?
  /// The numerator's scan first.
  package var scans: [ScanReport] = []
  package var balance: BalanceReport?
  /// Regions that are shown first, by name; those that there are not are passed over.
  package var primary: [String] = []
  /// The head that the values of regions are painted on; nil where there is no image.
  package var brain: BrainSlices?
  /// Whether two systems are read, so that a person should have a balance.
  package var isPairExpected = true
  /// What could not be done.
  package var failures: [Failure] = []
  package var provenance: Provenance

  package init(stem: String, participant: String, session: String?, provenance: Provenance) {
    self.stem = stem
    self.participant = participant
    self.session = session
    self.provenance = provenance
  }

  package var title: String { stem.replacing("_", with: " ") }

  /// Of some rows those of the regions that are shown first, in their order.
  func first<Row>(_ rows: [Row], region: (Row) -> String) -> [Row] {
    primary.compactMap { name in rows.first { RegionName.key(region($0)) == RegionName.key(name) } }
  }
}

/// Where the values of a page are from.
package struct Provenance: Sendable {
  package let pipeline: String
  /// What the pipeline says of itself.
  package let summary: String
  package let digest: String
  package let command: String
  /// Files that were read, with their SHA-256.
  package var inputs: [(file: String, sha256: String)] = []

  package init(pipeline: String, summary: String, digest: String, command: String) {
    self.pipeline = pipeline
    self.summary = summary
    self.digest = digest
    self.command = command
  }
}

/// One scan of a person as its files tell it.
package struct ScanReport: Sendable {
  package let unit: String
  /// `dopamine`, or how the pipeline names the system.
  package let system: String
  package let tracer: String
  package let card: ModelCard
  package let reference: Reference?
  package let frames: FrameSchedule
  /// Whether it is of the second system: its colour everywhere.
  package var isSecond = false
  /// What is known of the scan, in the order it is told.
  package let facts: [(name: String, value: String)]
  /// Sentences that hold for the fits of the scan.
  package let settings: [String]
  package let regions: [String]
  /// kBq/mL, region by region.
  package let curves: [[Double]]
  package var fitted: Fitted?
  package var input: InputReport?
  package let estimates: KinparFile
  /// Rows of the estimates by their region's key.
  let rowOf: [String: Int]
  /// Keys of regions that are left to the tables: nothing of them is to be seen.
  package let leftOut: Set<String>
  package var picture: ScanPlanes?
  package var moved: BeforeAfter?
  package var maps: [MapReport] = []
  package var mapRegions: MapRegionsFile?
  package var findings: [Finding] = []
  /// How the curves were corrected for partial volume; nil of those that are as they were measured.
  package var correction: CurveCorrection?
  package var transfer: RegionTransfer?
  package var motion: MotionFile?

  /// What the model makes of the curves, frame by frame; NaN where a frame or region has nothing.
  package struct Fitted: Sendable {
    package let weights: [Double]
    /// Region by region, in the order of the curves.
    package let predicted: [[Double]]
    /// Of models that are fitted to a plot of the curve: ordinate, and abscissa, s, where it is a straight line.
    package let plot: (x: [[Double]]?, y: [[Double]])?

    package init(weights: [Double], predicted: [[Double]], plot: (x: [[Double]]?, y: [[Double]])?) {
      self.weights = weights
      self.predicted = predicted
      self.plot = plot
    }
  }

  /// Curves of a scan, kBq/mL, region by region.
  package struct Curves: Sendable {
    package let frames: FrameSchedule
    package let names: [String]
    package let values: [[Double]]

    package init(frames: FrameSchedule, names: [String], values: [[Double]]) {
      self.frames = frames
      self.names = names
      self.values = values
    }
  }

  /// The reference of a scan's fits.
  package struct Reference: Sendable {
    /// As it was asked for.
    package let name: String
    /// Regions that stand for it, where it is a word; empty where they are named themselves.
    package let labels: [String]

    package init(name: String, labels: [String]) {
      self.name = name
      self.labels = labels
    }

    /// With what stood for it.
    var words: String { labels.isEmpty ? name : "\(name) (\(labels.joined(separator: ", ")))" }

    /// The regions themselves.
    package var regions: [String] { labels.isEmpty ? name.split(separator: "+").map(String.init) : labels }
  }

  /// What is known of a scan besides its numbers.
  package struct About: Sendable {
    package let facts: [(name: String, value: String)]
    /// Sentences that hold for all its fits.
    package let settings: [String]

    package init(facts: [(name: String, value: String)], settings: [String]) {
      self.facts = facts
      self.settings = settings
    }
  }

  package init(
    unit: String, system: String, tracer: String, card: ModelCard, reference: Reference?, curves: Curves,
    estimates: KinparFile, about: About
  ) {
    self.unit = unit
    self.system = system
    self.tracer = tracer
    self.card = card
    self.reference = reference
    frames = curves.frames
    settings = about.settings
    let shown = PageRegions(curves.values.map { $0.contains(where: \.isFinite) })
    let names = shown.places.map { curves.names[$0] }
    let leftOut =
      shown.leftOut == 0 ? [] : Set(curves.names.map(RegionName.key)).subtracting(names.map(RegionName.key))
    self.leftOut = leftOut
    let rest = "\(names.count) of \(curves.names.count); the others have no curve and stand in the tables alone"
    facts = about.facts + (shown.leftOut == 0 ? [] : [("regions", rest)])
    regions = names
    self.curves = shown.places.map { curves.values[$0] }
    self.estimates = leftOut.isEmpty ? estimates : estimates.keeping { !leftOut.contains(RegionName.key($0.region)) }
    rowOf = Dictionary(
      self.estimates.rows.enumerated().map { (RegionName.key($1.region), $0) }, uniquingKeysWith: { first, _ in first })
  }
}

/// An arterial input function; times in s, activities in kBq/mL.
package struct InputReport: Sendable {
  package let times: [Double]
  package let parent: [Double]
  package let wholeBlood: [Double]?
  package let fraction: [Double]?
  package let source: String

  package init(
    times: [Double], parent: [Double], wholeBlood: [Double]?, fraction: [Double]?, source: String
  ) {
    self.times = times
    self.parent = parent
    self.wholeBlood = wholeBlood
    self.fraction = fraction
    self.source = source
  }
}

/// The balance of two scans as its files tell it.
package struct BalanceReport: Sendable {
  /// What a system is told by.
  package struct Measure: Sendable, Equatable {
    package let name: String
    package let unit: String

    package init(name: String, unit: String) { (self.name, self.unit) = (name, unit) }
  }

  package let file: BalanceFile
  package let level: Double
  /// Names of the two systems.
  package var numerator: String { file.systems.numerator.rawValue }
  package var denominator: String { file.systems.denominator.rawValue }
  /// Expected log ratio and its SD between persons, by region; empty without norms.
  package let norms: [String: (expected: Double, sd: Double)]
  package let days: Double?
  package var findings: [Finding] = []
  /// Rows that are of one region over another: what each is, in words.
  package var crossRegions: [(name: String, words: String)] = []
  /// What the two systems are told by; empty where the table does not say it.
  package var measures: [Measure] = []
  /// Of the ratio.
  package var unit = "unitless"
  /// Log ratio at which colours end; nil for a round one that holds all.
  package var colourEnd: Double?
  /// The log ratio in every voxel.
  package var map: MapReport?
  /// What the variance of the log ratio is made of, by region; empty where no errors are stated.
  package var budget: [String: BudgetText.Shares] = [:]
  /// What that does not hold.
  package var budgetLeftOut: [String] = []

  package init(
    file: BalanceFile, level: Double, norms: [String: (expected: Double, sd: Double)], days: Double?
  ) {
    self.file = file
    self.level = level
    self.norms = norms
    self.days = days
  }
}

/// A map in slices.
package struct MapReport: Sendable {
  package let title: String
  package let measure: String
  package let unit: String
  package let file: String
  package let scale: ColourScale
  /// Whether the ends of the scale are the same for everybody.
  package let isFixed: Bool
  package let planes: [WorldPlane]
  /// One for each plane.
  package let slices: [IndexedImage]

  package init(
    title: String, measure: String, unit: String, file: String, scale: ColourScale, isFixed: Bool,
    planes: [WorldPlane], slices: [IndexedImage]
  ) {
    self.title = title
    self.measure = measure
    self.unit = unit
    self.file = file
    self.scale = scale
    self.isFixed = isFixed
    self.planes = planes
    self.slices = slices
  }
}
