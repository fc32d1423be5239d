import PETCore

extension TracerCard {
  static let methylphenidate = TracerCard(
    id: "methylphenidate", name: "d-threo-[11C]methylphenidate", synonyms: ["threo-methylphenidate"],
    target: "dopamine transporter (DAT)", system: .dopamine, isotope: .carbon11,
    referenceRegions: [], models: [],
    interactions: [.transporterBlockers],
    caveats: [
      "The drug itself blocks striatal binding of [123I]FP-CIT wholly and reversibly (Cheng and Morley 2014)."
    ],
    sources: ["Cheng and Morley 2014 Clin Nucl Med (2):211; on the drug, not on its use as a tracer"],
    unverified: ["models", "reference region", "use as a tracer"])
}
