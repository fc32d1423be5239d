import PETCore

extension TracerCard {
  static let fepe2i = TracerCard(
    id: "fepe2i", name: "[18F]FE-PE2I", synonyms: ["FEPE2I", "FE-PE2I"],
    target: "dopamine transporter (DAT)", system: .dopamine, isotope: .fluorine18,
    referenceRegions: ["cerebellum"], models: ["SRTM", "LoganRef", "SUVR", "2TCM"],
    retest: [
      Retest(
        ["caudate", "putamen", "striatum"], 6.5,
        source: "Kerstens 2020 EJNMMI Res 10:95; middle of 5.3-7.6%, Parkinson patients"),
      Retest(["substantia nigra"], 11, source: "Kerstens 2020 EJNMMI Res 10:95; Parkinson patients"),
    ],
    misuse: [
      Misuse(
        Misuse.cortex + ["hippocamp"], except: Misuse.notCortex,
        "binds almost nothing here and is unusable as a denominator",
        source: "Hansen 2022 Nat Neurosci, Table S3, doi:10.1038/s41593-022-01186-3")
    ],
    interactions: [
      .transporterBlockers
    ],
    caveats: [
      "Cortex and hippocampus bind almost nothing: unusable as a denominator (Hansen 2022).",
      "Nigra is small and noisier than striatum: retest variability 11% against 5-8% in patients (Kerstens 2020).",
      "In Parkinson's disease the late ratio is less repeatable than the early one (doi:10.1177/0271678X20958755).",
      "A voxel mean over the whole brainstem is not the nigra.",
    ],
    sources: [
      "Kerstens 2020 EJNMMI Res 10:95, doi:10.1186/s13550-020-00676-4",
      "Brumberg 2021 J Cereb Blood Flow Metab 41:1291, doi:10.1177/0271678X20958755",
      "Hansen 2022 Nat Neurosci, Table S3, doi:10.1038/s41593-022-01186-3",
    ])
}
