import PETCore

extension TracerCard {
  static let sch23390 = TracerCard(
    id: "sch23390", name: "[11C]SCH 23390", synonyms: ["SCH"],
    target: "D1/D5 receptor", system: .dopamine, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["MRTM2", "SRTM"],
    caveats: [
      "Cortical binding is low; its absolute retest variability was 9.2% in five subjects (Hirvonen 2001)."
    ],
    sources: [
      "Hirvonen 2001 J Cereb Blood Flow Metab 21:1146, doi:10.1097/00004647-200110000-00002",
      "Hansen 2022 Nat Neurosci, Table S3, doi:10.1038/s41593-022-01186-3",
    ])
}
