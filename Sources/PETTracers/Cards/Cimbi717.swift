import PETCore

extension TracerCard {
  static let cimbi717 = TracerCard(
    id: "cimbi717", name: "[11C]Cimbi-717",
    target: "5-HT7 receptor", system: .serotonin, isotope: .carbon11,
    referenceRegions: [], models: [],
    misuse: [
      Misuse(
        [], except: Misuse.notTarget, "shown in pigs alone: no human scan was seen that bears it out",
        source: "J Nucl Med 2014 (4):640")
    ],
    caveats: [
      "It was made and tried in pigs (J Nucl Med 2014).",
      "A later paper on [11C]Cimbi-701 says that no clinical tracer of this receptor exists (L'Estrade).",
    ],
    sources: [
      "J Nucl Med 2014 (4):640, Radiosynthesis and in vivo evaluation of radioligands of cerebral 5-HT7 receptors",
      "L'Estrade, Radiosynthesis and preclinical evaluation of [11C]Cimbi-701",
    ],
    unverified: ["models", "reference region", "use in humans"])
}
