import PETCore

extension TracerCard {
  static let pe2i = TracerCard(
    id: "pe2i", name: "[11C]PE2I",
    target: "dopamine transporter (DAT)", system: .dopamine, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["SRTM", "2TCM"],
    usualScan: UsualScan(0...80, source: "Jonasson 2013 NeuroImage 74:172"),
    interactions: [
      .transporterBlockers
    ],
    caveats: [
      "Plasma-input models read striatum about 30% above reference tissue models (Jucaite 2006).",
      "Not the same tracer as [18F]FE-PE2I: values of the two do not compare.",
    ],
    sources: [
      "Jucaite 2006 Eur J Nucl Med Mol Imaging 33:657, doi:10.1007/s00259-005-0027-9",
      "Jonasson 2013 NeuroImage 74:172",
    ])
}
