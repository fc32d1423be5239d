package import PETCore

/// What a simulated study is made of.
///
/// Values are made up, of the order seen in healthy people.
package struct StudyPlan: Sendable {
  package enum Size: String, Sendable, CaseIterable {
    case tiny, small, standard
  }

  package var size = Size.small
  package var participants = 2
  package var seed: UInt64 = 1
  /// Coefficient of variation of a reference voxel in a 5 min frame at 40 min; 0 for none.
  package var noise = 0.1
  /// Log-normal spread of binding between persons.
  package var between = 0.15
  /// Log-normal spread of binding between regions of a person, beyond that of the person.
  package var regional = 0.0
  /// What patients, every second person, have more of the log ratio in a region than controls; empty for one group.
  package var groupEffects: [String: Double] = [:]
  /// Point spread of the scanner, FWHM in mm; 0 for none.
  package var fwhm = 0.0
  /// Share of a second, wide Gaussian of 15 mm in it.
  package var tail = 0.0
  /// Edge of the labels' voxels in mm, as far as it goes into the scan's; nil for the scan's own.
  package var labelSize: Double?
  /// How far the segmentation lies from where it belongs, mm, in a direction of its own for each person.
  package var displacement = 0.0
  /// How far the head moves in each scan, mm; 0 for one that lies still.
  package var motion = 0.0
  /// When it does, min, in one jump; nil for a drift and jumps over the scan.
  package var motionStart: Double?
  /// SD of what binding differs by from place to place inside a region, relative; 0 for none.
  package var variation = 0.0
  /// Whether fluid, skull and scalp are around the brain, and its sides differ.
  package var isWholeHead = false
  package var dopamine = SimulatedTracer.raclopride
  package var serotonin = SimulatedTracer.dasb

  package init() {}

  /// Voxels of the labels along each edge of the scan's.
  package var labelFactor: Int {
    labelSize.map { max(1, Int((size.grid.edge.0 / $0).rounded())) } ?? 1
  }

  /// Names of the phantom's regions.
  package static var regions: [String] { Phantom.regions.map(\.name) }
}

/// A tracer as the simulation knows it: reference kinetics and binding of each tissue.
package struct SimulatedTracer: Sendable {
  package let id: String
  package let name: String
  /// The `trc-` label.
  package let label: String
  package let isotope: Isotope
  /// Reference K1, mL/cm3/min.
  package let k1Reference: Double
  /// Reference k2', 1/min.
  package let k2prime: Double
  /// BPND of each tissue.
  package let binding: [Tissue: Double]

  package static let all = [raclopride, fepe2i, dasb]

  package static let raclopride = SimulatedTracer(
    id: "raclopride", name: "[11C]raclopride", label: "RAC", isotope: .carbon11, k1Reference: 0.09, k2prime: 0.16,
    binding: [
      .caudate: 2.5, .putamen: 3.2, .ventralStriatum: 2.2, .thalamus: 0.5, .midbrain: 0.4, .raphe: 0.3,
      .hippocampus: 0.25, .amygdala: 0.35, .cortex: 0.25, .white: 0.05,
    ])

  package static let fepe2i = SimulatedTracer(
    id: "fepe2i", name: "[18F]FE-PE2I", label: "FEPE2I", isotope: .fluorine18, k1Reference: 0.33, k2prime: 0.1,
    binding: [
      .caudate: 3.2, .putamen: 3.9, .ventralStriatum: 2.6, .thalamus: 0.35, .midbrain: 0.8, .raphe: 0.45,
      .hippocampus: 0.15, .amygdala: 0.25, .cortex: 0.1, .white: 0.05,
    ])

  package static let dasb = SimulatedTracer(
    id: "dasb", name: "[11C]DASB", label: "DASB", isotope: .carbon11, k1Reference: 0.42, k2prime: 0.06,
    binding: [
      .caudate: 1.2, .putamen: 1.5, .ventralStriatum: 1.6, .thalamus: 1.6, .midbrain: 2.2, .raphe: 2.8,
      .hippocampus: 0.5, .amygdala: 1.1, .cortex: 0.3, .white: 0.1,
    ])
}

/// Tissues of the phantom.
package enum Tissue: String, Sendable, CaseIterable {
  case cerebellum, caudate, putamen, ventralStriatum, thalamus, midbrain, raphe, hippocampus, amygdala, cortex, white

  /// Delivery relative to the reference.
  var delivery: Double {
    switch self {
    case .cerebellum, .cortex: 1
    case .caudate: 0.97
    case .putamen: 1.03
    case .ventralStriatum: 0.9
    case .thalamus: 1.02
    case .midbrain: 0.85
    case .raphe: 0.8
    case .hippocampus: 0.8
    case .amygdala: 0.75
    case .white: 0.55
    }
  }
}

extension StudyPlan.Size {
  /// Voxels and edge lengths in mm.
  var grid: (count: (Int, Int, Int), edge: (Double, Double, Double)) {
    switch self {
    case .tiny: ((24, 28, 22), (7, 7, 7))
    case .small: ((36, 44, 34), (4.6, 4.6, 4.6))
    case .standard: ((91, 109, 91), (2, 2, 2))
    }
  }

  /// Frame counts and lengths in s.
  package var frames: [(count: Int, seconds: Double)] {
    switch self {
    case .tiny: [(6, 10), (6, 20), (4, 30), (4, 60), (3, 180), (7, 360)]
    case .small: [(6, 10), (4, 15), (4, 30), (6, 60), (4, 150), (4, 300), (3, 600)]
    case .standard: [(6, 10), (4, 15), (4, 30), (6, 60), (4, 150), (4, 300), (5, 600)]
    }
  }
}
