import PETCore

private let mawlawi2001 =
  "Mawlawi 2001 J Cereb Blood Flow Metab 21:1034, PMID 11524609; "
  + "mean ± 2 SD of V3'' (BPND) in 10 subjects, ECAT HR+, bolus plus infusion"

private let alakurtti2015 =
  "Alakurtti 2015 J Cereb Blood Flow Metab 35:1199; two scans 5 weeks apart, 7 men, bolus plus infusion, SRTM"

extension TracerCard {
  static let raclopride = TracerCard(
    id: "raclopride", name: "[11C]raclopride", synonyms: ["RAC", "RACL", "RACLO"],
    target: "D2/D3 receptor", system: .dopamine, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["SRTM", "MRTM2"],
    usualRanges: [
      UsualRange("ventral striatum", "BPND", 1.28...2.44, source: mawlawi2001),
      UsualRange("dorsal caudate", "BPND", 1.77...2.89, source: mawlawi2001),
      UsualRange("dorsal putamen", "BPND", 2.47...3.51, source: mawlawi2001),
    ],
    retest: [
      Retest(["caudate"], 4.5, source: alakurtti2015),
      Retest(["putamen"], 3.9, source: alakurtti2015),
      Retest(["ventral striatum", "accumbens"], 3.9, source: alakurtti2015),
      Retest(["thalamus"], 3.7, source: alakurtti2015),
    ],
    misuse: [
      Misuse(
        Misuse.cortex + ["thalamus", "hippocamp", "amygdala"], except: Misuse.notCortex,
        "extrastriatal binding has low convergent validity with that of FLB 457",
        source: "Freiburghaus 2021 NeuroImage 226:117523, doi:10.1016/j.neuroimage.2020.117523")
    ],
    interactions: [
      .antipsychotics,
      .dopamineReleasers,
    ],
    caveats: [
      "Extrastriatal BPND has low convergent validity (Freiburghaus 2021, doi:10.1016/j.neuroimage.2020.117523).",
      "Displaced by endogenous dopamine: BPND is availability, not density.",
      "Cortical retest variability is 6-13% (Alakurtti 2015); within a day, ventral striatum 5.8% (Alakurtti 2011).",
    ],
    sources: [
      "Lammertsma and Hume 1996 NeuroImage 4:153, doi:10.1006/nimg.1996.0066",
      "Mawlawi 2001 J Cereb Blood Flow Metab 21:1034, PMID 11524609",
      "Alakurtti 2011 J Cereb Blood Flow Metab 31:155, doi:10.1038/jcbfm.2010.64",
      "Alakurtti 2015 J Cereb Blood Flow Metab 35:1199",
      "Freiburghaus 2021 NeuroImage 226:117523, doi:10.1016/j.neuroimage.2020.117523",
    ])
}
