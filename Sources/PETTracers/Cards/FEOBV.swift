import PETCore

extension TracerCard {
  static let feobv = TracerCard(
    id: "feobv", name: "[18F]FEOBV", synonyms: ["fluoroethoxybenzovesamicol"],
    target: "vesicular acetylcholine transporter (VAChT)", system: .acetylcholine, isotope: .fluorine18,
    referenceRegions: ["white matter"], models: ["SUVR"],
    usualScan: UsualScan(180...210, source: "Molecular Psychiatry 2018, doi:10.1038/s41380-018-0130-5"),
    misuse: [
      Misuse(
        ["cerebell"], except: ["white matter"], "cerebellar cortex has cholinergic terminals",
        source: "Molecular Psychiatry 2018, doi:10.1038/s41380-018-0130-5")
    ],
    caveats: [
      "Cerebellar cortex has cholinergic terminals and is no reference (doi:10.1038/s41380-018-0130-5).",
      "The late static ratio is taken 3-3.5 h after injection (doi:10.1038/s41380-018-0130-5).",
      "Full kinetic analysis took plasma data and 360 min (doi:10.1007/s11307-019-01466-8).",
    ],
    sources: [
      "Molecular Psychiatry 2018, doi:10.1038/s41380-018-0130-5",
      "Molecular Imaging and Biology, doi:10.1007/s11307-019-01466-8",
    ])
}
