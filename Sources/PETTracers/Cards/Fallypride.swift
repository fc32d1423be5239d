import PETCore

extension TracerCard {
  static let fallypride = TracerCard(
    id: "fallypride", name: "[18F]fallypride", synonyms: ["FALLY"],
    target: "D2/D3 receptor", system: .dopamine, isotope: .fluorine18,
    referenceRegions: ["cerebellum"], models: ["SRTM", "LoganRef"],
    usualScan: UsualScan(
      0...240, source: "Dunn 2013 J Cereb Blood Flow Metab, doi:10.1038/jcbfm.2013.55; with breaks"),
    retest: [
      Retest(
        ["caudate", "putamen", "striatum", "thalamus", "amygdala", "hippocampus"], 8,
        source: "Dunn 2013 J Cereb Blood Flow Metab, doi:10.1038/jcbfm.2013.55; upper bound, all but prefrontal")
    ],
    misuse: [
      Misuse(
        Misuse.striatum, except: Misuse.notStriatum,
        "striatum settles after 2 h or more, so that values of shorter scans are suspect",
        source: "Christian 2000 Synapse, PMID 10941142; in monkeys")
    ],
    interactions: [
      .antipsychotics,
      .dopamineReleasers,
    ],
    caveats: [
      "Striatum is slow to settle: in monkeys 2 h were needed for all regions (Christian 2000).",
      "Striatal values from scans of 90 min or less are suspect; extrastriatal regions settle sooner.",
      "Human protocols run to about 4 h with breaks; adapted retest variability is under 8% (Dunn 2013).",
    ],
    sources: [
      "Christian 2000 Synapse, PMID 10941142",
      "Dunn 2013 J Cereb Blood Flow Metab, doi:10.1038/jcbfm.2013.55",
    ])
}
