import Foundation
import PETCore
import PETTestSupport
import Testing

/// What leaves the laboratory: references, and a copy that another can verify and make again.
struct SharingTests {
  @Test func aCopyIsVerifiedElsewhere() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let out = try SampleStudyTests.run(study, into: folder).path
    let (crate, full) = (folder.file("crate"), folder.file("with pages"))
    #expect(try Program.run(["export", out, crate]).status == 0)
    #expect(try Program.run(["export", out, full, "--pages", "--license", "CC-BY-4.0"]).status == 0)
    let files = try ResumeTests.tree(crate).keys.sorted()
    #expect(!files.contains { $0.hasSuffix(".nii.gz") || $0.hasSuffix(".html") || $0 == "logs/study.json" })
    #expect(try ResumeTests.tree(full).keys.contains("sub-01/sub-01.html"))

    // What the metadata name is what is there, byte for byte.
    let metadata = try JSONValue.readObject(path: crate + "/ro-crate-metadata.json")
    let entities = try #require(metadata["@graph"]?.list)
    let named = entities.filter { $0["@type"]?.string == "File" }
    let root = try #require(entities.first { $0["@id"]?.string == "./" })
    #expect(named.compactMap { $0["name"]?.string } == files.filter { $0 != "ro-crate-metadata.json" })
    #expect(root["hasPart"]?.list?.compactMap { $0["@id"]?.string } == named.compactMap { $0["@id"]?.string })
    for file in named {
      let digest = try FileDigest(path: "\(crate)/\(file["name"]?.string ?? "")")
      #expect(file["sha256"]?.string == digest.sha256 && file["contentSize"]?.string == String(digest.size))
      #expect(file["description"] != nil || file["name"]?.string == ".bidsignore", "\(file)")
    }
    // Every link within leads to something.
    let ids = Set(entities.compactMap { $0["@id"]?.string })
    for key in ["author", "citation", "license", "mentions", "conformsTo"] {
      let links = (root[key]?.list ?? [root[key]].compactMap { $0 }).compactMap { $0["@id"]?.string }
      #expect(!links.isEmpty && ids.isSuperset(of: links), "\(key)")
    }

    for copy in [crate, full] {
      let alone = try Program.run(["verify", copy])
      #expect(alone.status == 0 && alone.errors.contains(" 0 faults"), "\(alone)")
      let again = try Program.run(["verify", copy, "--study", study, "--rerun", "3"])
      #expect(again.status == 0 && again.errors.contains("made again: sub-01_desc"), "\(again)")
    }
    // The study's page is drawn on a head that stayed behind: it is held against what was copied.
    try AtomicFile.write(try TextFile.read(full + "/group.html").text + " ", to: full + "/group.html")
    let touched = try Program.run(["verify", full])
    #expect(touched.status == 65 && touched.output.contains("group.html"), "\(touched)")
    // What stayed behind is not missed; what is gone is.
    try FileManager.default.removeItem(atPath: crate + "/sub-01/pet/sub-01_trc-RAC_model-SRTM_kinpar.tsv")
    let broken = try Program.run(["verify", crate, "--study", study])
    #expect(broken.status == 65 && broken.output.contains("kinpar.tsv") && !broken.output.contains(".nii.gz"))
  }

  /// Nothing is written where it would be mixed up, or where results are not what their records say.
  @Test func aCopyIsRefused() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let out = try SampleStudyTests.run(study, into: folder).path
    #expect(try Program.run(["export", out, study]).status == 73)
    #expect(try Program.run(["export", study, folder.file("a")]).status == 65)
    let table = out + "/sub-01/pet/sub-01_trc-RAC_model-SRTM_kinpar.tsv"
    try AtomicFile.write(try TextFile.read(table).text + "\n", to: table)
    let refused = try Program.run(["export", out, folder.file("b")])
    #expect(refused.status == 65 && refused.errors.contains("not as its record says"))
    #expect(try Folder.tree(folder.file("b")).filter { $0.hasSuffix(".tsv") || $0.hasSuffix(".json") }.isEmpty)
  }

  @Test func aRunIsCited() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let out = try SampleStudyTests.run(study, into: folder).path
    let text = try Program.run(["cite", out]).output
    for word in ["Lammertsma AA, Hume SP", "Ichise M", "Fieller EC", "Mawlawi", "Version"] {
      #expect(text.contains(word), "\(word)")
    }
    #expect(!text.contains("Logan") && !text.contains("Rousset") && !text.contains("Glüer"))
    // What was asked of the study since is cited with it.
    try AtomicFile.makeFolder(out + "/analyses")
    try folder.write(
      "out/analyses/own.json", "{\"ModelName\": \"LoganRef\", \"x\": \"(Glüer 1995, doi:10.1007/BF01774016)\"}")
    let more = try Program.run(["cite", out, "--format", "bibtex"]).output
    #expect(more.contains("{Glüer, C. C. and others}") && more.contains("@article{Logan1996,"))
    #expect(try Program.run(["cite", study]).status == 65)
    #expect(try Program.run(["cite", folder.file("none")]).status == 66)
  }
}
