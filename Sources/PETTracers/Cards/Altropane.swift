import PETCore

extension TracerCard {
  static let altropane = TracerCard(
    id: "altropane", name: "[11C]altropane",
    target: "dopamine transporter (DAT)", system: .dopamine, isotope: .carbon11,
    referenceRegions: [], models: [],
    interactions: [.transporterBlockers],
    caveats: [
      "Binding in the right caudate was higher in adults with attention deficit than in controls (Spencer 2007)."
    ],
    sources: ["Spencer 2007 Biol Psychiatry 62:1059, doi:10.1016/j.biopsych.2006.12.008"],
    unverified: ["models", "reference region"])
}
