import PETCore

extension TracerCard {
  static let mppf = TracerCard(
    id: "mppf", name: "[18F]MPPF", synonyms: ["p-MPPF"],
    target: "5-HT1A receptor", system: .serotonin, isotope: .fluorine18,
    referenceRegions: ["cerebellum"], models: ["SRTM", "Logan"],
    caveats: [
      "Binding potential is four to six times lower than with [carbonyl-11C]WAY-100635 (Passchier 2000).",
      "It falls by 3.6% per decade in women and not in men (Costes 2005).",
    ],
    sources: [
      "Costes 2005 J Nucl Med 46:1980, PMID 16330560",
      "Passchier 2000 Nucl Med Biol 27:473",
    ])
}
