import PETCore

extension TracerCard {
  static let sb207145 = TracerCard(
    id: "sb207145", name: "[11C]SB207145",
    target: "5-HT4 receptor", system: .serotonin, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["SRTM", "MRTM2", "2TCM"],
    usualScan: UsualScan(0...120, .bolus, source: "J Nucl Med 2007 48 suppl 2:159P"),
    usualRanges: UsualRange.atlas([
      ("accumbens", 2.34, 0.36), ("caudate", 3.23, 0.33), ("putamen", 3.12, 0.26), ("pallidum", 2.48, 0.3),
      ("thalamus", 0.61, 0.09), ("amygdala", 0.88, 0.14), ("hippocampus", 0.86, 0.1), ("midbrain", 0.55, 0.11),
      ("insula", 0.88, 0.1),
    ]),
    caveats: [
      "SRTM reads about 30% below the two-tissue model, as kinetics are slow (J Nucl Med 2007 48 suppl 2:159P).",
      "Striatal binding falls by 1% per decade, and limbic binding is 13% lower in women (Madsen 2011).",
      "Marner 2010 found a fall with age too, and no difference between the sexes.",
    ],
    sources: [
      "Marner 2010 NeuroImage 50:855",
      "Madsen 2011 J Cereb Blood Flow Metab 31:1475, doi:10.1038/jcbfm.2011.11",
      "J Nucl Med 2007 48 suppl 2:159P",
      "Beliveau 2017 J Neurosci 37:120, doi:10.1523/JNEUROSCI.2830-16.2016",
    ])
}
