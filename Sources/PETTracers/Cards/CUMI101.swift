import PETCore

extension TracerCard {
  static let cumi101 = TracerCard(
    id: "cumi101", name: "[11C]CUMI-101", synonyms: ["CUMI"],
    target: "5-HT1A receptor (agonist in vitro)", system: .serotonin, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["SRTM", "MRTM2"],
    usualRanges: UsualRange.atlas([
      ("accumbens", 0.42, 0.12), ("putamen", 0.24, 0.11), ("thalamus", 0.27, 0.12), ("amygdala", 1.53, 0.3),
      ("hippocampus", 3.02, 0.4), ("midbrain", 0.25, 0.08), ("insula", 2.35, 0.34),
    ]),
    retest: [
      Retest(
        [], 9.9, measure: "BPF",
        source: "Milak 2010 J Nucl Med 51:1892, doi:10.2967/jnumed.110.076257; LEGA with plasma input")
    ],
    caveats: [
      "Alpha-1 adrenoceptors are bound too, as autoradiography with a fluoro analogue shows.",
      "SRTM BPND has a slope of 0.92 against the plasma-input method (Milak 2010).",
    ],
    sources: [
      "Milak 2010 J Nucl Med 51:1892, doi:10.2967/jnumed.110.076257",
      "Beliveau 2017 J Neurosci 37:120, doi:10.1523/JNEUROSCI.2830-16.2016",
    ])
}
