import PETCore

extension TracerCard {
  static let cimbi36 = TracerCard(
    id: "cimbi36", name: "[11C]Cimbi-36", synonyms: ["CIMBI"],
    target: "5-HT2A and 5-HT2C receptor (agonist)", system: .serotonin, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["SRTM", "MRTM2", "2TCM"],
    usualScan: UsualScan(
      0...120, .bolus, source: "Ettrup 2016, [11C]Cimbi-36 test-retest and comparison with [18F]altanserin"),
    usualRanges: UsualRange.atlas([
      ("accumbens", 0.47, 0.11), ("caudate", 0.27, 0.08), ("putamen", 0.33, 0.08), ("pallidum", 0.21, 0.08),
      ("thalamus", 0.34, 0.08), ("amygdala", 0.53, 0.12), ("hippocampus", 0.49, 0.12), ("insula", 1.25, 0.19),
    ]),
    retest: [
      Retest(
        ["cortex"], 5,
        source: "Ettrup 2016, [11C]Cimbi-36 test-retest; upper bound, high-binding cortex, reference tissue models")
    ],
    misuse: [
      Misuse(
        ["hippocamp", "choroid"], except: ["parahippocamp"], "part of the binding here is to 5-HT2C receptors",
        source: "Ettrup 2016, [11C]Cimbi-36 and [18F]altanserin")
    ],
    caveats: [
      "In hippocampus and choroid plexus part of the binding is 5-HT2C (Ettrup 2016).",
      "Reference tissue models read lower than the two-tissue model by a predictable amount (Ettrup 2014).",
      "Test-retest variability is under 5% in high-binding cortex (Ettrup 2016).",
    ],
    sources: [
      "Ettrup 2014 J Cereb Blood Flow Metab 34:1188, doi:10.1038/jcbfm.2014.68",
      "Ettrup 2016, [11C]Cimbi-36 test-retest and comparison with [18F]altanserin",
      "Beliveau 2017 J Neurosci 37:120, doi:10.1523/JNEUROSCI.2830-16.2016",
    ])
}
