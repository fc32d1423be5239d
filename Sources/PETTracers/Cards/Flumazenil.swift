import PETCore

extension TracerCard {
  static let flumazenil = TracerCard(
    id: "flumazenil", name: "[11C]flumazenil", synonyms: ["FMZ"],
    target: "GABA-A receptor, benzodiazepine site", system: .gaba, isotope: .carbon11,
    referenceRegions: ["pons", "white matter"], models: ["SRTM", "1TCM", "Logan"],
    interactions: [
      Interaction(
        ["zolpidem"], "zolpidem lowers the distribution volume by about 10%",
        source: "Myers 2012 J Cereb Blood Flow Metab 32:731, doi:10.1038/jcbfm.2011.177"),
      Interaction(
        ["benzodiazepine", "lorazepam"], "benzodiazepines hold the site that the tracer binds",
        source: "J Pharmacol Exp Ther 2007 320:1030, doi:10.1124/jpet.106.114884; lorazepam, in rats"),
    ],
    caveats: [
      "BPND is 23% higher with pons than with white matter as the reference (Klumpers 2008).",
      "SRTM with white matter failed in 5.5% of fits and never with pons (Klumpers 2008).",
    ],
    sources: [
      "Klumpers 2008 J Cereb Blood Flow Metab, doi:10.1038/sj.jcbfm.9600554",
      "Geeraerts 2011 Ann Nucl Med",
    ])
}
