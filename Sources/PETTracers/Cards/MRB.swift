import PETCore

extension TracerCard {
  static let mrb = TracerCard(
    id: "mrb", name: "(S,S)-[11C]MRB", synonyms: ["MeNER", "methylreboxetine", "O-methylreboxetine", "SS-MRB"],
    target: "noradrenaline transporter (NET)", system: .noradrenaline, isotope: .carbon11,
    referenceRegions: ["occipital cortex"], models: ["MRTM2", "SRTM2"],
    usualScan: UsualScan(0...90, source: "Logan 2007 Nucl Med Biol 34:667"),
    misuse: [
      Misuse(
        Misuse.striatum + Misuse.cortex, except: Misuse.notCortex + ["extrastriat"],
        "binds no more than the reference here: BPND is about zero or below",
        source: "Hansen 2022 Nat Neurosci, Table S3, doi:10.1038/s41593-022-01186-3")
    ],
    interactions: [
      Interaction(
        ["atomoxetine"], "atomoxetine holds the noradrenaline transporter", source: "Logan 2007 Nucl Med Biol 34:667")
    ],
    caveats: [
      "Striatum and cortex bind no more than the reference: BPND there is about zero or below (Hansen 2022).",
      "Binding falls by 14-19% per decade in locus coeruleus, raphe and hypothalamus (PMC10416616).",
    ],
    sources: [
      "Ding 2010 Synapse 64:30, doi:10.1002/syn.20696",
      "Logan 2007 Nucl Med Biol 34:667",
      "Hansen 2022 Nat Neurosci, Table S3, doi:10.1038/s41593-022-01186-3",
    ])
}
