import PETCore

extension TracerCard {
  static let dtbz = TracerCard(
    id: "dtbz", name: "[11C]DTBZ", synonyms: ["dihydrotetrabenazine"],
    target: "vesicular monoamine transporter 2 (VMAT2)", system: .dopamine, isotope: .carbon11,
    referenceRegions: [], models: ["Logan", "2TCM", "1TCM"],
    usualScan: UsualScan(
      0...60, source: "Koeppe 1996 J Cereb Blood Flow Metab 16:1288, doi:10.1097/00004647-199611000-00025"),
    misuse: [
      Misuse(
        [], except: Misuse.striatum + ["nigra"] + Misuse.notTarget,
        "outside striatum VMAT2 is of serotonin and noradrenaline neurons too",
        source: "Kilbourn 1993 J Neurochem, doi:10.1111/j.1471-4159.1993.tb03521.x")
    ],
    caveats: [
      "VMAT2 is on serotonin and noradrenaline vesicles as well: outside striatum it is no dopamine marker.",
      "Striatal binding falls by about 0.5% a year in healthy adults (Bohnen 2006).",
      "Bohnen 2006 used a constant infusion and equilibrium, which is another outcome than a bolus fit.",
      "No reference region is listed for want of a source: use a plasma input or name a region.",
    ],
    sources: [
      "Koeppe 1996 J Cereb Blood Flow Metab 16:1288, doi:10.1097/00004647-199611000-00025",
      "Kilbourn 1993 J Neurochem, doi:10.1111/j.1471-4159.1993.tb03521.x",
      "Bohnen 2006 J Cereb Blood Flow Metab 26:1198",
    ],
    unverified: ["reference region"])
}
