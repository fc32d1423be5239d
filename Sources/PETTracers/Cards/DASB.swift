import PETCore

extension TracerCard {
  static let dasb = TracerCard(
    id: "dasb", name: "[11C]DASB",
    target: "serotonin transporter (SERT)", system: .serotonin, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["MRTM2", "SRTM2", "SRTM", "1TCM", "2TCM"],
    usualScan: UsualScan(
      0...80, source: "Ginovart 2001 J Cereb Blood Flow Metab 21:1342; least for stable estimates"),
    usualRanges: UsualRange.atlas([
      ("accumbens", 2.15, 0.38), ("caudate", 1.66, 0.28), ("putamen", 2.14, 0.29), ("pallidum", 2.15, 0.41),
      ("thalamus", 1.94, 0.27), ("amygdala", 2.0, 0.33), ("hippocampus", 0.7, 0.12), ("midbrain", 2.69, 0.34),
      ("insula", 1.15, 0.17),
    ]),
    interactions: [
      .reuptakeInhibitors
    ],
    caveats: [
      "Binding in the thalamus is not symmetric: 200 (R - L)/(R + L) is 10.0 (SD 6.8) % in 60 people (openneuropet/multiverse_tools).",
      "Antidepressant treatment at usual doses occupies about 80% of the transporter (Meyer 2007).",
      "At least 80 min of data were needed for stable estimates (Ginovart 2001).",
      "Preprocessing choices differ widely between centres and move BPND (Norgaard 2019).",
      "Binding in the lung traps early tracer and shapes the plasma input (Parsey 2006).",
      "Binding in healthy people changes with the season (Praschak-Rieder 2008).",
    ],
    sources: [
      "Ichise 2003 J Cereb Blood Flow Metab, PMID 12973026",
      "Ginovart 2001 J Cereb Blood Flow Metab 21:1342, doi:10.1097/00004647-200111000-00010",
      "Frankle 2006 J Nucl Med 47(5)",
      "Parsey 2006 J Nucl Med 47:1796",
      "Praschak-Rieder 2008 Arch Gen Psychiatry 65:1072, doi:10.1001/archpsyc.65.9.1072",
      "Beliveau 2017 J Neurosci 37:120, doi:10.1523/JNEUROSCI.2830-16.2016",
      "Meyer 2007 J Psychiatry Neurosci 32:86, PMID 17353938",
      "Norgaard 2019 J Cereb Blood Flow Metab",
    ])
}
