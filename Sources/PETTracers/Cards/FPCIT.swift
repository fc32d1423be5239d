import PETCore

extension TracerCard {
  static let fpcit = TracerCard(
    id: "fpcit", name: "[123I]FP-CIT (ioflupane)", synonyms: ["FP-CIT", "ioflupane", "DaTSCAN"],
    target: "dopamine transporter (DAT)", system: .dopamine, isotope: .iodine123,
    referenceRegions: ["occipital cortex"], models: ["SUVR"],
    misuse: [
      Misuse(
        ["midbrain", "brain stem", "raphe", "diencephal", "thalamus"],
        "binding in midbrain and diencephalon is mostly to the serotonin transporter",
        source: "Koopman 2012 J Nucl Med 53:1087")
    ],
    interactions: [
      .transporterBlockers,
      Interaction(
        ["sertraline", "benztropine", "benzatropine", "phentermine"],
        "the prescribing information names it among the drugs that change the binding",
        source: "Honkanen 2019 Clin Neuropharmacol, doi:10.1097/WNF.0000000000000359"),
    ],
    caveats: [
      "A tracer of single photons: its ratio is no binding potential and belongs to camera and corrections.",
      "The ratio differs by 46% between ways of correction (Varrone 2013).",
      "It falls by 4% to 7% per decade of age (Varrone 2013).",
      "Outside striatum the ratio is steady from 2 h to 3 h after injection (Koopman 2012).",
    ],
    sources: [
      "Varrone 2013 Eur J Nucl Med Mol Imaging (ENC-DAT)",
      "Koopman 2012 J Nucl Med 53:1087",
      "Chahid 2023 Eur J Nucl Med Mol Imaging (7):1974, doi:10.1007/s00259-023-06171-x",
    ])
}
