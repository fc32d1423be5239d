import PETCore

extension TracerCard {
  static let gsk215083 = TracerCard(
    id: "gsk215083", name: "[11C]GSK215083",
    target: "5-HT6 receptor (5-HT2A in cortex)", system: .serotonin, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["MA1"],
    usualScan: UsualScan(0...90, source: "J Nucl Med 2013 54 suppl 2:28"),
    misuse: [
      Misuse(
        Misuse.cortex, except: Misuse.notCortex, "cortical binding is to 5-HT2A receptors, not 5-HT6",
        source: "Radhakrishnan 2018 J Nucl Med")
    ],
    caveats: [
      "The signal is 5-HT6 in striatum but 5-HT2A in cortex (Radhakrishnan 2018).",
      "Binding falls by 14% per decade in caudate and 11% in putamen in men (Radhakrishnan 2018).",
    ],
    sources: [
      "Parker 2012 J Nucl Med 53:295, doi:10.2967/jnumed.111.093419",
      "Radhakrishnan 2018 J Nucl Med",
    ])
}
