import PETCore

extension TracerCard {
  static let fdopa = TracerCard(
    id: "fdopa", name: "[18F]FDOPA", synonyms: ["DOPA", "fluorodopa", "6-FDOPA"],
    target: "aromatic amino acid decarboxylase (AADC)", system: .dopamine, isotope: .fluorine18,
    referenceRegions: ["occipital cortex"], models: ["PatlakRef", "Patlak"],
    usualScan: UsualScan(0...90, source: "Mol Imaging Radionucl Ther 2021 30:69, doi:10.4274/mirt.galenos.2021.08831"),
    misuse: [
      Misuse(
        ["raphe", "midbrain", "brain stem", "hypothalam", "anterior cingul"], "uptake here is of serotonin neurons too",
        source: "Pavese 2012 NeuroImage 59:1080")
    ],
    interactions: [
      Interaction(
        ["carbidopa", "benserazide"], "it raises what of the tracer reaches the brain",
        source: "FDA label of fluorodopa F 18, section 7")
    ],
    caveats: [
      "Trapping is irreversible only early on; loss of the product needs 2-4 h to see (Kumakura 2005).",
      "The metabolite 3-O-methyl-FDOPA lowers the reference-input rate, more so in disease (Sossi 2003).",
      "AADC also makes serotonin: uptake in raphe or midbrain is not dopamine alone.",
      "Outcome is a rate (Ki or Kocc), not a binding potential.",
    ],
    sources: [
      "Sossi 2003 J Cereb Blood Flow Metab, doi:10.1097/01.WCB.0000050041.22945.3E",
      "Kumakura 2005 J Cereb Blood Flow Metab, doi:10.1038/sj.jcbfm.9600202",
      "Pavese 2012 NeuroImage 59:1080",
    ])
}
