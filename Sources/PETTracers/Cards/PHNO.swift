import PETCore

private let ginovart2007 =
  "Ginovart 2007 J Cereb Blood Flow Metab, doi:10.1038/sj.jcbfm.9600411; "
  + "mean ± 2 SD, SRTM with cerebellum, 6 volunteers"

private let gallezot2014 =
  "Gallezot 2014 J Nucl Med 55:960, doi:10.2967/jnumed.113.132928; two scans of a day, 8 subjects, MA1"

private let d3Share = "Ann Nucl Med, doi:10.1007/s12149-022-01819-4"

extension TracerCard {
  static let phno = TracerCard(
    id: "phno", name: "[11C]-(+)-PHNO", synonyms: ["naxagolide"],
    target: "D3-preferring D2/D3 receptor (agonist)", system: .dopamine, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["SRTM", "SRTM2", "LoganRef", "MA1", "2TCM"],
    usualScan: UsualScan(
      0...90, source: "Ginovart 2007 J Cereb Blood Flow Metab, as in doi:10.1007/s12149-022-01819-4"),
    usualRanges: [
      UsualRange("caudate", "BPND", 1.40...2.76, source: ginovart2007),
      UsualRange("pallidum", "BPND", 1.99...5.11, source: ginovart2007),
    ],
    retest: [
      Retest(["caudate", "putamen"], 9, source: gallezot2014),
      Retest(["pallidum"], 6, source: gallezot2014),
      Retest(["substantia nigra"], 19, source: gallezot2014),
      Retest(["thalamus"], 14, source: gallezot2014),
      Retest(["hypothalamus"], 21, source: gallezot2014),
    ],
    misuse: [
      Misuse(["nigra", "hypothalam"], "all of the binding here is to D3 receptors", source: d3Share),
      Misuse(["thalamus"], except: ["hypothalam"], "half of the binding here is to D3 receptors", source: d3Share),
      Misuse(["pallid"], "some 60% of the binding here is to D3 receptors", source: d3Share),
    ],
    interactions: [
      .antipsychotics,
      .dopamineReleasers,
    ],
    caveats: [
      "The D3 share grows from none in caudate and putamen to all of it in nigra (doi:10.1007/s12149-022-01819-4).",
      "SRTM reads about 11% below the two-tissue model (Ginovart 2007).",
      "Retest variability is 9% in caudate and putamen, 6% in pallidum, 19% in nigra (Gallezot 2014).",
      "Mass of an earlier injection may carry over into the nigra of a same-day second scan (Gallezot 2014).",
    ],
    sources: [
      "Ginovart 2007 J Cereb Blood Flow Metab, doi:10.1038/sj.jcbfm.9600411",
      "Gallezot 2014 J Nucl Med 55:960, doi:10.2967/jnumed.113.132928",
    ])
}
