import Foundation
package import PETCore
import PETImaging

/// Writes a BIDS study of two tracers with known truth: raw scans, segmentations, participants, true parameters.
package struct StudySimulation: Sendable {
  private let plan: StudyPlan
  private let frames: FrameSchedule

  package init(_ plan: StudyPlan) throws(PETError) {
    self.plan = plan
    var starts: [Double] = []
    var durations: [Double] = []
    for (count, seconds) in plan.size.frames {
      for _ in 0..<count {
        starts.append((starts.last ?? 0) + (durations.last ?? 0))
        durations.append(seconds)
      }
    }
    frames = try FrameSchedule(starts: starts, durations: durations)
  }

  /// True binding of one person for one tracer.
  private struct Person {
    let index: Int
    let name: String
    let weight: Double
    let age: Int
    let sex: String
    /// Scale of all binding of the dopamine and of the serotonin tracer.
    let scales: (dopamine: Double, serotonin: Double)
    /// Further factors by region.
    let regions: [String: (dopamine: Double, serotonin: Double)]
    let isPatient: Bool
    /// Injected, MBq.
    let doses: (dopamine: Double, serotonin: Double)
  }

  package func write(to root: String) throws(PETError) {
    let phantom = Phantom(plan.size, factor: plan.labelFactor, isWhole: plan.isWholeHead)
    let isBlurred = plan.fwhm > 0 || plan.labelFactor > 1 || plan.isWholeHead || plan.variation > 0 || plan.motion > 0
    // Each tracer's binding differs in its own way.
    let streams: [UInt64] = plan.variation > 0 ? [1, 2] : [1]
    let blurred = isBlurred ? streams.map { regions(phantom, stream: $0) } : []
    try AtomicFile.makeFolder(root + "/derivatives/truth")
    try AtomicFile.makeFolder(root + "/derivatives/segmentation")
    try describe(root, name: "Simulated two-tracer PET study", type: "raw")
    try describe(root + "/derivatives/truth", name: "Truth of the simulated study", type: "derivative")
    try describe(root + "/derivatives/segmentation", name: "Segmentation of the simulated study", type: "derivative")
    var random = SeededGenerator(seed: plan.seed)
    let hasGroups = !plan.groupEffects.isEmpty
    var participants = TSVText(columns: ["participant_id", "age", "sex", "weight"] + (hasGroups ? ["group"] : []))
    var ratios = TSVText(columns: ["participant_id", "region", "dopamine", "serotonin", "ratio"])
    for index in 1...plan.participants {
      let person = draw(
        index, "sub-" + (index < 10 ? "0\(index)" : "\(index)"), isPatient: hasGroups && index % 2 == 0, &random)
      participants.add(
        [person.name, "\(person.age)", person.sex, NumberText.exact(person.weight)]
          + (hasGroups ? [person.isPatient ? "patient" : "control"] : []))
      try writeSegmentation(phantom, person, root, index: index)
      try writeScan(
        plan.dopamine, scale: { person.scales.dopamine * (person.regions[$0]?.dopamine ?? 1) },
        dose: person.doses.dopamine, phantom, blurred.first, person, root, &random)
      try writeScan(
        plan.serotonin, scale: { person.scales.serotonin * (person.regions[$0]?.serotonin ?? 1) },
        dose: person.doses.serotonin, phantom, blurred.last, person, root, &random)
      for region in Phantom.regions where region.tissue != .cerebellum {
        let own = person.regions[region.name] ?? (1, 1)
        let a = (plan.dopamine.binding[region.tissue] ?? 0) * person.scales.dopamine * own.dopamine
        let b = (plan.serotonin.binding[region.tissue] ?? 0) * person.scales.serotonin * own.serotonin
        ratios.add([person.name, region.name, NumberText.exact(a), NumberText.exact(b), NumberText.exact(a / b)])
      }
    }
    try AtomicFile.write(participants.text, to: root + "/participants.tsv")
    let columns: JSONValue = .object([
      ("age", .object([("Description", "age"), ("Units", "year")])), ("sex", .object([("Description", "sex")])),
      ("weight", .object([("Description", "body weight"), ("Units", "kg")])),
    ])
    try AtomicFile.write(columns.text, to: root + "/participants.json")
    try AtomicFile.write(ratios.text, to: root + "/derivatives/truth/balance.tsv")
    try AtomicFile.write(readme, to: root + "/README")
  }

  /// The regions as the scanner sees them.
  private func regions(_ phantom: Phantom, stream: UInt64) -> BlurredRegions {
    let variation =
      plan.variation > 0
      ? BlurredRegions.variation(phantom, sd: plan.variation, seed: plan.seed &* 104_729 &+ stream) : nil
    return BlurredRegions(
      phantom, fwhm: plan.fwhm, tail: plan.tail, variation: variation, isMoving: plan.motion > 0)
  }

  private func draw(_ index: Int, _ name: String, isPatient: Bool, _ random: inout SeededGenerator) -> Person {
    let weight = Rounding.significant(55 + 35 * random.uniform(), digits: 3)
    let age = 20 + Int(40 * random.uniform())
    let sex = random.uniform() < 0.5 ? "F" : "M"
    let scales = (exp(plan.between * random.normal()), exp(plan.between * random.normal()))
    let doses = (
      Rounding.significant(250 + 150 * random.uniform(), digits: 4),
      Rounding.significant(350 + 200 * random.uniform(), digits: 4)
    )
    var regions: [String: (dopamine: Double, serotonin: Double)] = [:]
    if plan.regional > 0 || !plan.groupEffects.isEmpty {
      for region in Phantom.regions {
        // Half of an effect is in either marker.
        let half = isPatient ? (plan.groupEffects[region.name] ?? 0) / 2 : 0
        regions[region.name] = (
          exp(plan.regional * random.normal() + half), exp(plan.regional * random.normal() - half)
        )
      }
    }
    return Person(
      index: index,
      name: name, weight: weight, age: age, sex: sex, scales: scales, regions: regions, isPatient: isPatient,
      doses: doses)
  }

  private func describe(_ folder: String, name: String, type: String) throws(PETError) {
    let text: JSONValue = .object([
      ("Name", .string(name)), ("BIDSVersion", "1.10.0"), ("DatasetType", .string(type)), ("License", "CC0"),
      ("Authors", .array(["petbalance simulate"])),
      ("GeneratedBy", .array([.object([("Name", "petbalance simulate"), ("Description", .string(settings))])])),
    ])
    try AtomicFile.write(text.text, to: folder + "/dataset_description.json")
  }

  private var settings: String {
    "size \(plan.size.rawValue), \(plan.participants) participants, seed \(plan.seed), noise \(NumberText.short(plan.noise)), "
      + "between \(NumberText.short(plan.between)), \(plan.dopamine.id) and \(plan.serotonin.id)"
      + (plan.fwhm > 0 ? ", FWHM \(NumberText.short(plan.fwhm)) mm" : "")
      + (plan.tail > 0 ? ", \(NumberText.short(plan.tail)) of it 15 mm wide" : "")
      + (plan.labelFactor > 1 ? ", \(plan.labelFactor) labels along each voxel's edge" : "")
      + (plan.motion > 0 ? ", heads that move by \(NumberText.short(plan.motion)) mm" : "")
      + (plan.displacement > 0 ? ", segmentation \(NumberText.short(plan.displacement)) mm off" : "")
      + (plan.variation > 0 ? ", variation \(NumberText.short(plan.variation))" : "")
      + (plan.isWholeHead ? ", whole head" : "")
      + (plan.regional > 0 ? ", regional \(NumberText.short(plan.regional))" : "")
      + plan.groupEffects.sorted { $0.key < $1.key }.map { ", \($0.key) \(NumberText.short($0.value)) in patients" }
      .joined()
  }

  private var readme: String {
    """
    A simulated study: nobody was scanned. Dynamic PET of two tracers for each person, in BIDS-PET layout.

    Every brain voxel follows the simplified reference tissue model exactly; curves are integrated step by step from a
    plasma curve, apart from the code that fits them. \(
      plan.variation > 0 ? "BPND differs\ninside regions, whose mean is the truth." : "Voxels of a region share one BPND.") No motion, no scatter\(
      plan.fwhm > 0 ? "" : " and no\npartial volume"). Noise: independent between voxels, variance as activity over counts.
    Made by: petbalance simulate (\(settings)).
    Licence: CC0, no rights reserved.

    sub-*/pet                     scans in kBq/mL as int16 with a slope, decay corrected to injection
    derivatives/segmentation      label image and names of each person
    derivatives/truth             true BPND, R1, k2, k2a (1/min) of each scan, and balance.tsv with the true ratios

    """
  }

  private func writeSegmentation(_ phantom: Phantom, _ person: Person, _ root: String, index: Int) throws(PETError) {
    let folder = "\(root)/derivatives/segmentation/\(person.name)/anat"
    try AtomicFile.makeFolder(folder)
    var grid = phantom.labelGrid
    if plan.displacement > 0 {
      let move = displacement(of: index)
      let shift = Affine(rows: [1, 0, 0, move[0], 0, 1, 0, move[1], 0, 0, 1, move[2]])
      grid = Grid(nx: grid.nx, ny: grid.ny, nz: grid.nz, affine: shift.after(grid.affine))
      try writeTransform(move, person, root)
    }
    let labels = phantom.told.map(Double.init)
    try NIfTIWriter.write(
      "\(folder)/\(person.name)_dseg.nii.gz", grid: grid, storage: .int16(slope: 1), description: "simulated labels"
    ) { (_: Int) throws(PETError) in labels }
    var names = TSVText(columns: ["index", "name"])
    for region in Phantom.regions { names.add(["\(region.label)", region.name]) }
    try AtomicFile.write(names.text, to: "\(folder)/\(person.name)_dseg.tsv")
  }

  /// mm to the right, front and top; of a generator of its own, so that scans are those of labels in their place.
  private func displacement(of index: Int) -> [Double] {
    var random = SeededGenerator(seed: plan.seed &* 7919 &+ UInt64(index))
    let direction = (0..<3).map { _ in random.normal() }
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return direction.map { plan.displacement * $0 / length }
  }

  /// What brings the labels back, as an image transform of ITK: points of the scan to points of the labels, in left,
  /// posterior, superior.
  private func writeTransform(_ move: [Double], _ person: Person, _ root: String) throws(PETError) {
    let folder = "\(root)/derivatives/truth/\(person.name)/anat"
    try AtomicFile.makeFolder(folder)
    let numbers = [-move[0], -move[1], move[2]].map(NumberText.exact).joined(separator: " ")
    try AtomicFile.write(
      "#Insight Transform File V1.0\n#Transform 0\nTransform: AffineTransform_double_3_3\n"
        + "Parameters: 1 0 0 0 1 0 0 0 1 \(numbers)\nFixedParameters: 0 0 0\n",
      to: "\(folder)/\(person.name)_from-dseg_to-pet_mode-image_xfm.txt")
  }

  private func writeScan(
    _ tracer: SimulatedTracer, scale: (String) -> Double, dose: Double, _ phantom: Phantom,
    _ blurred: BlurredRegions?, _ person: Person, _ root: String,
    _ random: inout SeededGenerator
  ) throws(PETError) {
    let curves = TissueCurves(frames, tracer: tracer)
    // One kBq/mL of the curve's own scale for 300 MBq in 70 kg.
    let activity = dose / 300 * 70 / person.weight
    var means: [Int32: [Double]] = [:]
    var changes: [Int32: (first: [Double], second: [Double])] = [:]
    var truth = TSVText(columns: ["region", "voxels", "BPND", "R1", "k2", "k2a"])
    for region in Phantom.regions {
      let binding = (tracer.binding[region.tissue] ?? 0) * scale(region.name)
      let r1 = region.tissue.delivery
      let own = curves.means(delivery: r1, binding: binding).map { $0 * activity }
      means[region.label] = own
      if plan.variation > 0, binding > 0 {
        // A parabola through three bindings: what it leaves is of the third order.
        let step = 2 * plan.variation
        let (less, more) = (
          curves.means(delivery: r1, binding: binding * (1 - step)).map { $0 * activity },
          curves.means(delivery: r1, binding: binding * (1 + step)).map { $0 * activity }
        )
        changes[region.label] = (
          zip(less, more).map { ($1 - $0) / (2 * step) },
          own.indices.map { (less[$0] + more[$0] - 2 * own[$0]) / (2 * step * step) }
        )
      }
      let k2 = r1 * tracer.k2prime
      truth.add(
        [region.name, "\(phantom.labels.count { $0 == region.label })"]
          + [binding, r1, k2, k2 / (1 + binding)].map(NumberText.exact))
    }
    let motion =
      plan.motion > 0
      ? HeadMotion(
        size: plan.motion, start: plan.motionStart, end: frames.ends.last ?? 1,
        seed: plan.seed &* 15_485_863 &+ UInt64(person.index * 2 + (tracer.id == plan.dopamine.id ? 0 : 1))) : nil
    let folder = "\(root)/\(person.name)/pet"
    let stem = "\(person.name)_trc-\(tracer.label)"
    try AtomicFile.makeFolder(folder)
    let images = FrameImages(
      phantom: phantom, means: means, frames: frames, tracer: tracer, noise: plan.noise, blurred: blurred,
      changes: changes, variation: plan.variation, motion: motion)
    let slope = images.slope
    var generator = random
    try NIfTIWriter.write(
      "\(folder)/\(stem)_pet.nii.gz", grid: phantom.grid, frames: frames.count, storage: .int16(slope: slope),
      description: "petbalance simulate"
    ) { (frame: Int) throws(PETError) in images.frame(frame, &generator) }
    random = generator
    try AtomicFile.write(sidecar(tracer, person, dose: dose).text, to: "\(folder)/\(stem)_pet.json")
    let truthFolder = "\(root)/derivatives/truth/\(person.name)/pet"
    try AtomicFile.makeFolder(truthFolder)
    try AtomicFile.write(truth.text, to: "\(truthFolder)/\(stem)_desc-truth_kinpar.tsv")
    if let motion {
      try AtomicFile.write(poses(motion), to: "\(truthFolder)/\(stem)_desc-truth_timeseries.tsv")
    }
  }

  /// The mean over each frame of where the head lies, against the head at rest, about the centre of the grid.
  private func poses(_ motion: HeadMotion) -> String {
    var text = TSVText(columns: ["trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z"])
    for (start, duration) in zip(frames.starts, frames.durations) {
      let parts = motion.parts(of: start, duration)
      text.add(
        (0..<6).map { i in
          NumberText.exact(Rounding.significant(parts.reduce(0) { $0 + $1.share * $1.step[i] }, digits: 8))
        })
    }
    return text.text
  }

  private func sidecar(_ tracer: SimulatedTracer, _ person: Person, dose: Double) -> JSONValue {
    .object([
      ("Manufacturer", "simulated"), ("ManufacturersModelName", "simulated"), ("Units", "kBq/mL"),
      ("TracerName", .string(tracer.name)), ("TracerRadionuclide", .string(tracer.isotope.rawValue)),
      ("InjectedRadioactivity", .number(dose)), ("InjectedRadioactivityUnits", "MBq"), ("InjectedMass", 1.2),
      ("InjectedMassUnits", "ug"), ("SpecificRadioactivity", .number(Rounding.significant(dose / 1.2, digits: 6))),
      ("SpecificRadioactivityUnits", "MBq/ug"), ("ModeOfAdministration", "bolus"), ("TimeZero", "10:00:00"),
      ("ScanStart", 0),
      ("InjectionStart", 0), ("BodyWeight", .number(person.weight)), ("BodyWeightUnits", "kg"),
      ("FrameTimesStart", .array(frames.starts.map(JSONValue.number))),
      ("FrameDuration", .array(frames.durations.map(JSONValue.number))), ("AcquisitionMode", "list mode"),
      ("ImageDecayCorrected", true), ("ImageDecayCorrectionTime", 0), ("ReconMethodName", "simulated"),
      ("ReconMethodParameterLabels", .array(["none"])), ("ReconMethodParameterUnits", .array(["none"])),
      ("ReconMethodParameterValues", .array([0])), ("ReconFilterType", "none"), ("ReconFilterSize", 0),
      ("AttenuationCorrection", "none needed: simulated activity"),
    ])
  }
}
