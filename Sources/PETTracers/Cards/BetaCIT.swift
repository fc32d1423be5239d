import PETCore

private let twoTimes = "Eur J Nucl Med Mol Imaging 2004, doi:10.1007/s00259-004-1489-x"

extension TracerCard {
  /// One tracer of two systems, told apart by region and time.
  static let betacit = TracerCard(
    id: "betacit", name: "[123I]beta-CIT", synonyms: ["β-CIT"],
    target: "dopamine transporter (DAT) in striatum, serotonin transporter (SERT) in midbrain", system: .dopamine,
    alsoMarks: [.serotonin], isotope: .iodine123,
    referenceRegions: ["cerebellum"], models: ["SUVR"],
    usualScan: UsualScan(1200...1440, source: twoTimes + "; for the dopamine transporter"),
    misuse: [
      Misuse(
        [], except: Misuse.striatum + Misuse.notTarget,
        "outside striatum the binding is mostly to the serotonin transporter",
        source: "Neuropsychopharmacology 2003, doi:10.1038/sj.npp.1300036; Kuikka 1995 Eur J Nucl Med 22:346")
    ],
    interactions: [
      .transporterBlockers,
      Interaction(
        ["ssri", "serotonin reuptake", "citalopram"],
        "citalopram displaces the tracer in diencephalon and brainstem",
        source: "Neuropsychopharmacology 2003, doi:10.1038/sj.npp.1300036"),
    ],
    caveats: [
      "The serotonin transporter is imaged at 1-2 h, the dopamine transporter at 20-24 h (\(twoTimes)).",
      "Striatal activity peaks at about 20 h, that of the midbrain at about 4 h (Brücke 1993).",
      "The two transporters are measured in different regions: their quotient is of no region (Kuikka 1995).",
    ],
    sources: [
      "Kuikka 1995 Eur J Nucl Med 22:346, doi:10.1007/BF00941852",
      "Brücke 1993 J Neural Transm, doi:10.1007/bf01245007",
      "Neuropsychopharmacology 2003, doi:10.1038/sj.npp.1300036",
      twoTimes,
      "Ruhe 2009 Eur J Nucl Med Mol Imaging 36",
    ])
}
