import PETCore

extension TracerCard {
  static let sch23390 = TracerCard(
    id: "sch23390", name: "[11C]SCH 23390", synonyms: ["SCH"],
    target: "D1/D5 receptor", system: .dopamine, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["MRTM2", "SRTM"],
    usualScan: UsualScan(0...90, .bolus, source: "Kaller 2017 Eur J Nucl Med Mol Imaging"),
    retest: [
      Retest(["cortex"], 9.21, source: "Hirvonen 2001 J Cereb Blood Flow Metab 21:1146; 5 subjects")
    ],
    misuse: [
      Misuse(
        Misuse.cortex, except: Misuse.notCortex,
        "serotonin 5-HT2 receptors are bound to some extent too",
        source: "Cross 1983 Neuropharmacology 22:1327, doi:10.1016/0028-3908(83)90208-3")
    ],
    caveats: [
      "Cortical binding is low; its absolute retest variability was 9.2% in five subjects (Hirvonen 2001)."
    ],
    sources: [
      "Hirvonen 2001 J Cereb Blood Flow Metab 21:1146, doi:10.1097/00004647-200110000-00002",
      "Hansen 2022 Nat Neurosci, Table S3, doi:10.1038/s41593-022-01186-3",
    ])
}
