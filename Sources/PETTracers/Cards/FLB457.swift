import PETCore

extension TracerCard {
  static let flb457 = TracerCard(
    id: "flb457", name: "[11C]FLB 457", synonyms: ["FLB"],
    target: "D2/D3 receptor", system: .dopamine, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["SRTM", "2TCM"],
    retest: [
      Retest(
        ["cortex"], 11, source: "Narendran 2013 PLoS ONE 8:e76905; upper bound, after amphetamine, two-tissue model")
    ],
    misuse: [
      Misuse(
        Misuse.striatum, except: Misuse.notStriatum, "striatum cannot be quantified with this tracer",
        source: "Turku PET Centre, analysis of [11C]FLB 457")
    ],
    interactions: [
      .antipsychotics,
      .dopamineReleasers,
    ],
    caveats: [
      "Striatum cannot be quantified with this tracer (Turku PET Centre, analysis of [11C]FLB 457).",
      "Cerebellum holds some D2/D3 receptors, which lowers BPND against this reference (Asselin 2007).",
      "Binding in every region, cerebellum included, depends on the injected mass (Asselin 2007).",
    ],
    sources: [
      "Asselin 2007 J Cereb Blood Flow Metab, doi:10.1038/sj.jcbfm.9600340",
      "Narendran 2013 PLoS ONE 8:e76905, doi:10.1371/journal.pone.0076905",
    ])
}
