import PETCore

extension TracerCard {
  static let nnc112 = TracerCard(
    id: "nnc112", name: "[11C]NNC 112", synonyms: ["NNC"],
    target: "D1/D5 receptor", system: .dopamine, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["2TCM", "SRTM"],
    misuse: [
      Misuse(
        Misuse.cortex, except: Misuse.notCortex, "20-30% of cortical binding is to 5-HT2A receptors",
        source: "Slifstein 2007 J Cereb Blood Flow Metab, doi:10.1038/sj.jcbfm.9600468")
    ],
    interactions: [
      Interaction(
        ["risperidone"], "risperidone takes the 5-HT2A share of cortical binding, 20-30%",
        source: "Slifstein 2007 J Cereb Blood Flow Metab, doi:10.1038/sj.jcbfm.9600468")
    ],
    caveats: [
      "Some 20-30% of cortical binding is 5-HT2A: do not divide it by a serotonin marker (Slifstein 2007).",
      "Striatal binding was untouched by 5-HT2A block (Slifstein 2007).",
      "Kinetics are slower than those of [11C]SCH 23390, so the scan must be longer (Hirvonen 2001).",
    ],
    sources: [
      "Slifstein 2007 J Cereb Blood Flow Metab, doi:10.1038/sj.jcbfm.9600468",
      "Hirvonen 2001 J Cereb Blood Flow Metab 21:1146, doi:10.1097/00004647-200110000-00002",
    ])
}
