import ArgumentParser
import Foundation
import PETCore
import PETSimulation

extension StudyPlan.Size: ExpressibleByArgument {}

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A BIDS study of two tracers with known truth.",
    discussion: HelpText.of(
      """
      Raw scans, segmentations, participants, true parameters and true ratios. The truth is integrated apart from the
      fitting code. The same options give the same bytes.

      petbalance simulate STUDY --participants 4 --noise 0.1 --seed 7
      petbalance simulate STUDY --size standard --fwhm 6 --label-size 1 --head
      petbalance run STUDY OUT --pipeline raclopride-dasb
      """))

  @Argument(help: "Folder to write; must be empty or absent.") var output: String
  @Option(help: "Matrix and frames.") var size: StudyPlan.Size = .small
  @Option(help: "Number of persons.") var participants = 2
  @Option(help: "Dopamine tracer: raclopride or fepe2i.") var dopamine = "raclopride"
  @Option(help: "Serotonin tracer: dasb.") var serotonin = "dasb"
  @Option(help: "Coefficient of variation of a reference voxel in a 5 min frame at 40 min; 0 for none.") var noise = 0.1
  @Option(help: "Log-normal spread of binding between persons.") var between = 0.15
  @Option(help: "Log-normal spread of binding between regions of a person.") var regional = 0.0
  @Option(
    help: "REGION=LOG: every second person is a patient and has that much more of the log ratio there; may be repeated."
  )
  var groupEffect: [String] = []
  @Option(help: "Point spread of the scanner, FWHM in mm; 0 for none.") var fwhm = 0.0
  @Option(help: "Share of the point spread that is 15 mm wide, 0 to 0.5.") var tail = 0.0
  @Option(help: "Edge of the labels' voxels in mm, rounded to a part of the scan's (default: the scan's).")
  var labelSize: Double?
  @Option(help: "How far the segmentation lies from its place, mm; what brings it back is in derivatives/truth.")
  var displace = 0.0
  @Option(
    help: "How far the head moves in each scan, mm: a drift and three jumps; the poses are in derivatives/truth.")
  var motion = 0.0
  @Option(help: "When it moves, min after injection: one jump in place of them.") var motionStart: Double?
  @Option(help: "SD of what binding differs by inside regions, relative, 0 to 0.3: smooth, of its own in each tracer.")
  var variation = 0.0
  @Flag(help: "Fluid, skull and scalp around the brain, which no label tells; the right side larger than the left.")
  var head = false
  @Option(help: "Seed of the random numbers.") var seed: UInt64 = 1

  func validate() throws {
    guard (1...9999).contains(participants) else {
      throw ValidationError("--participants \(participants) is not 1 to 9999")
    }
    guard (0...10).contains(noise), (0...2).contains(between), (0...2).contains(regional) else {
      throw ValidationError("--noise is 0 to 10, --between and --regional 0 to 2")
    }
    guard fwhm == 0 || (1...20).contains(fwhm), (0...0.5).contains(tail), (0...20).contains(displace) else {
      throw ValidationError("--fwhm is 0 or 1 to 20 mm, --tail 0 to 0.5, --displace 0 to 20 mm")
    }
    guard (0...0.3).contains(variation) else { throw ValidationError("--variation is 0 to 0.3") }
    guard (0...30).contains(motion), motionStart.map({ (0...1000).contains($0) }) ?? true else {
      throw ValidationError("--motion is 0 to 30 mm, --motion-start 0 to 1000 min")
    }
    guard motionStart == nil || motion > 0 else { throw ValidationError("--motion-start belongs to --motion") }
    guard motion == 0 || variation == 0 && tail == 0 else {
      throw ValidationError("--motion goes with neither --variation nor --tail")
    }
    guard tail == 0 || fwhm > 0 else { throw ValidationError("--tail belongs to --fwhm") }
    guard labelSize.map({ (0.5...10).contains($0) }) ?? true else {
      throw ValidationError("--label-size is 0.5 to 10 mm")
    }
    _ = try effects
  }

  private var effects: [String: Double] {
    get throws {
      var effects: [String: Double] = [:]
      for text in groupEffect {
        let parts = text.split(separator: "=").map(String.init)
        guard parts.count == 2, let value = Double(parts[1]), abs(value) <= 3 else {
          throw ValidationError("--group-effect \(text) is not REGION=LOG, such as Left-Putamen=0.3")
        }
        guard let region = StudyPlan.regions.first(where: { RegionName.key($0) == RegionName.key(parts[0]) }) else {
          throw ValidationError(
            "there is no region '\(parts[0])': \(NearestName.advice(for: parts[0], among: StudyPlan.regions))")
        }
        effects[region] = value
      }
      return effects
    }
  }

  func run() throws {
    var plan = StudyPlan()
    plan.regional = regional
    plan.groupEffects = try effects
    plan.size = size
    plan.participants = participants
    plan.noise = noise
    (plan.fwhm, plan.tail, plan.labelSize) = (fwhm, tail, labelSize)
    (plan.displacement, plan.isWholeHead) = (displace, head)
    plan.variation = variation
    (plan.motion, plan.motionStart) = (motion, motionStart)
    plan.between = between
    plan.seed = seed
    plan.dopamine = try tracer(dopamine, among: [.raclopride, .fepe2i], option: "--dopamine")
    plan.serotonin = try tracer(serotonin, among: [.dasb], option: "--serotonin")
    try StudySimulation(plan).write(to: try Screen.emptyFolder(output))
    Screen.note("\(participants) persons, two scans each, in \(output)")
  }

  private func tracer(_ name: String, among all: [SimulatedTracer], option: String) throws(PETError) -> SimulatedTracer
  {
    if let found = all.first(where: { $0.id == name.lowercased() }) { return found }
    throw PETError(
      .usage, field: option, "there is no simulated tracer '\(name)'",
      remedy: NearestName.advice(for: name, among: all.map(\.id)))
  }
}
