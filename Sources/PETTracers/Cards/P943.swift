import PETCore

extension TracerCard {
  static let p943 = TracerCard(
    id: "p943", name: "[11C]P943",
    target: "5-HT1B receptor", system: .serotonin, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["MRTM2", "MA1", "SRTM2", "SRTM", "2TCM"],
    caveats: [
      "k2' was fixed to the median of well-binding voxels in a first pass; its value is not given (Hansen 2022)."
    ],
    sources: [
      "Gallezot 2010 J Cereb Blood Flow Metab 30:196, doi:10.1038/jcbfm.2009.195",
      "Hansen 2022 Nat Neurosci, Table S3, doi:10.1038/s41593-022-01186-3",
    ])
}
