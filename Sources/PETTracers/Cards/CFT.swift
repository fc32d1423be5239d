import PETCore

private let mccann1998 =
  "McCann 1998 J Neurosci 18:8417, doi:10.1523/JNEUROSCI.18-20-08417.1998; "
  + "mean ± 2 SD in 10 controls, three-compartment model"

extension TracerCard {
  static let cft = TracerCard(
    id: "cft", name: "[11C]CFT (WIN 35,428)", synonyms: ["WIN35428", "beta-CFT"],
    target: "dopamine transporter (DAT)", system: .dopamine, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["SRTM", "2TCM"],
    usualRanges: [
      UsualRange("caudate", "k3/k4", 4.1...10.9, source: mccann1998),
      UsualRange("putamen", "k3/k4", 4.5...10.1, source: mccann1998),
    ],
    misuse: [
      Misuse(
        [], except: Misuse.striatum + ["nigra"] + Misuse.notTarget,
        "outside striatum the serotonin and noradrenaline transporters are bound too",
        source: "EJNMMI Research 2012 2:3, doi:10.1186/2191-219X-2-3")
    ],
    interactions: [
      .transporterBlockers
    ],
    caveats: [
      "Kinetics are slow against the carbon-11 half-life (doi:10.1186/2191-219X-2-3); there is an [18F] form too.",
      "Phenyltropanes also bind the serotonin and noradrenaline transporters (doi:10.1186/2191-219X-2-3).",
      "The published k3/k4 needs a plasma input; do not hold an SRTM BPND against it.",
    ],
    sources: [
      "EJNMMI Research 2012 2:3, doi:10.1186/2191-219X-2-3",
      "McCann 1998 J Neurosci 18:8417, doi:10.1523/JNEUROSCI.18-20-08417.1998",
      "Kerenyi 2003 Arch Neurol 60:1223",
    ])
}
