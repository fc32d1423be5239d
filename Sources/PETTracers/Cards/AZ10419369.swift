import PETCore

private let nord2014 = "Nord 2014 Eur J Nucl Med Mol Imaging 41:301, doi:10.1007/s00259-013-2529-1"

extension TracerCard {
  static let az10419369 = TracerCard(
    id: "az10419369", name: "[11C]AZ10419369",
    target: "5-HT1B receptor", system: .serotonin, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["SRTM", "MRTM2"],
    usualRanges: UsualRange.atlas([
      ("accumbens", 2.29, 0.37), ("caudate", 1.08, 0.25), ("putamen", 1.45, 0.21), ("pallidum", 2.97, 0.48),
      ("thalamus", 0.6, 0.13), ("amygdala", 1.09, 0.22), ("hippocampus", 0.43, 0.14), ("midbrain", 1.03, 0.22),
      ("insula", 1.51, 0.25),
    ]),
    retest: [
      Retest(["cortex"], 6, source: nord2014 + "; middle of 5-7%"),
      Retest(
        ["caudate", "putamen", "pallidum", "thalamus", "amygdala", "hippocampus"], 10.5,
        source: nord2014 + "; middle of 7-14%, subcortex"),
      Retest(["raphe"], 20, source: nord2014),
    ],
    caveats: [
      "Absolute variability is 5-7% in cortex, 7-14% below it, and 20% in the raphe (Nord 2014).",
      "Binding responds to changes in endogenous serotonin in the primate brain (Nord 2014).",
    ],
    sources: [
      "Nord 2014 Eur J Nucl Med Mol Imaging 41:301, doi:10.1007/s00259-013-2529-1",
      "Beliveau 2017 J Neurosci 37:120, doi:10.1523/JNEUROSCI.2830-16.2016",
    ])
}
