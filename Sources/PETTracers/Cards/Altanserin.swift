import PETCore

extension TracerCard {
  static let altanserin = TracerCard(
    id: "altanserin", name: "[18F]altanserin",
    target: "5-HT2A receptor", system: .serotonin, isotope: .fluorine18,
    referenceRegions: ["cerebellum"], models: ["SUVR", "2TCM"],
    usualScan: UsualScan(120...160, .bolusInfusion, source: "Pinborg 2003 J Cereb Blood Flow Metab"),
    misuse: [
      Misuse(
        [], except: Misuse.notTarget, "binding has a meaning only at a steady state of bolus plus infusion",
        source: "Pinborg 2003 J Cereb Blood Flow Metab")
    ],
    interactions: [
      Interaction(
        ["ketanserin"], "ketanserin brings the binding down to that of the cerebellum",
        source: "Pinborg 2003 J Cereb Blood Flow Metab")
    ],
    caveats: [
      "A metabolite enters the brain: bolus plus infusion to a steady state is needed (Pinborg 2003).",
      "A tissue ratio (SUVR) has a meaning only in that steady state.",
      "The usual outcome is BPP, specific binding over parent plasma, and not BPND.",
      "Binding falls by some 17% per decade from age 20, mostly by midlife (doi:10.1176/appi.ajp.159.3.430).",
    ],
    sources: [
      "Pinborg 2003 J Cereb Blood Flow Metab",
      "Am J Psychiatry 2002 159:430, doi:10.1176/appi.ajp.159.3.430",
    ])
}
