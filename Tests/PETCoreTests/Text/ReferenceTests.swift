import Testing

@testable import PETCore

/// Works as cards name them, taken apart.
struct ReferenceTests {
  @Test(
    arguments: [
      (
        "Nord 2014 Eur J Nucl Med Mol Imaging 41:301, doi:10.1007/s00259-013-2529-1",
        ["Nord"], "Eur J Nucl Med Mol Imaging", 2014, "41", "301", "10.1007/s00259-013-2529-1"
      ),
      (
        "Lammertsma and Hume 1996 NeuroImage 4:153, doi:10.1006/nimg.1996.0066", ["Lammertsma", "Hume"], "NeuroImage",
        1996, "4", "153", "10.1006/nimg.1996.0066"
      ),
      ("Synapse 2014 68:556, doi:10.1002/syn.21767", [], "Synapse", 2014, "68", "556", "10.1002/syn.21767"),
      ("Synapse 2018 72(3), doi:10.1002/syn.22016", [], "Synapse", 2018, "72(3)", nil, "10.1002/syn.22016"),
      (
        "Chahid 2023 Eur J Nucl Med Mol Imaging (7):1974, doi:10.1007/s00259-023-06171-x", ["Chahid"],
        "Eur J Nucl Med Mol Imaging", 2023, "(7)", "1974", "10.1007/s00259-023-06171-x"
      ),
      ("Kantonen 2020 NeuroImage 116922, PMID 32407992", ["Kantonen"], "NeuroImage", 2020, nil, "116922", nil),
      (
        "Praschak-Rieder 2008 Arch Gen Psychiatry 65:1072, doi:10.1001/archpsyc.65.9.1072; upper bound",
        ["Praschak-Rieder"], "Arch Gen Psychiatry", 2008, "65", "1072", "10.1001/archpsyc.65.9.1072"
      ),
      ("Ettrup 2016, [11C]Cimbi-36 and [18F]altanserin", ["Ettrup"], nil, 2016, nil, nil, nil),
    ] as [(String, [String], String?, Int, String?, String?, String?)])
  func sourcesAreTakenApart(
    source: String, authors: [String], journal: String?, year: Int, volume: String?, pages: String?, doi: String?
  ) {
    let work = Reference(source: source)
    #expect(work.authors == authors && work.journal == journal && work.year == year, "\(work)")
    #expect(work.volume == volume && work.pages == pages && work.doi == doi, "\(work)")
    #expect(
      work.note
        == (source.contains("; ") ? "upper bound" : source.contains("[") ? "[11C]Cimbi-36 and [18F]altanserin" : nil))
  }

  @Test func worksAreWrittenAndMentioned() {
    let work = Reference.bland1986
    #expect(work.mention == "Bland and Altman 1986, doi:10.1016/S0140-6736(86)90837-8")
    #expect(Reference.mentions(in: "limits (\(work.mention)), and PMID 9591599.") == [work.doi, "9591599"])
    #expect(Reference.gluer1995.mention == "Glüer 1995, doi:10.1007/BF01774016")
    #expect(work.full.hasSuffix("Lancet 1986;327:307-310, doi:10.1016/S0140-6736(86)90837-8"))
    #expect(Reference.power2012.text.hasPrefix("Power JD, et al. Spurious but"))
    #expect(work.isSame(Reference(source: "Bland 1986, doi:10.1016/s0140-6736(86)90837-8")))
    #expect(Reference.methods.allSatisfy { $0.identifier != nil && $0.title != nil })
  }
}
