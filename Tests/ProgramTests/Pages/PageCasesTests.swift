import Foundation
import PETCore
import PETTestSupport
import Testing

/// Persons and studies that are out of the ordinary have pages that say so and still look right.
@Suite(.serialized)
struct PageCasesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// In a browser, where there is one: nothing overlaps, is cut, goes wrong or is asked for.
  private func looksRight(_ path: String) throws {
    guard Browser.path != nil else { return }
    for width in [1280, 400] {
      let page = try Browser.shared().open(file: path, width: width, height: 900)
      let layout = try page.layoutProblems()
      #expect(layout == [], "\(width) \(layout.prefix(20))")
      #expect(try page.problems == [] && page.requests == [])
    }
    if Accessibility.isAvailable {
      #expect(try Accessibility.violations(Browser.shared().open(file: path, width: 1280, height: 900)) == [])
    }
    if HTMLValidator.isAvailable { #expect(try HTMLValidator.messages(for: [path]) == []) }
  }

  /// A person whose second scan failed: the page says so first, and has the other scan.
  @Test func aFailedScan() throws {
    let bad = try BadStudy()
    try bad.set("FrameDuration", "[1, 2]")
    let run = try Program.run(["run", bad.study, bad.out, "--pipeline", PlainPipeline.path, "--quiet"])
    #expect(run.status == 1)
    let page = try PageText(bad.out + "/sub-02/sub-02.html")
    let head = try #require(page.html.range(of: "<nav aria-label=\"Sections"))
    let top = page.html[..<head.lowerBound]
    #expect(
      top.contains("In part: no balance: one scan alone.") && top.contains("class=\"bad\">sub-02_trc-RAC: failed in"))
    #expect(!page.html.contains("<section id=\"balance\">"))
    #expect(try page.section("curves").contains("sub-02_trc-DASB"))
    let study = try PageText(bad.out + "/group.html")
    #expect(study.html.contains("In part: 2 persons, 1 balance, 1 failure."))
    #expect(try study.section("failures").contains("sub-02_trc-RAC"))
    try looksRight(bad.out + "/sub-02/sub-02.html")
    try looksRight(bad.out + "/group.html")
    // Mended, the page is made again, and nothing of the failure stays.
    try bad.set("FrameDuration", "null")
    let good = try BadStudy()
    try bad.write(try good.text())
    #expect(try Program.run(["run", bad.study, bad.out, "--pipeline", PlainPipeline.path, "--quiet"]).status == 0)
    let mended = try PageText(bad.out + "/sub-02/sub-02.html")
    #expect(!mended.html.contains("failed in"))
    #expect(try !mended.section("balance").isEmpty)
  }

  /// A person with one tracer only, and one with no scan that can be read at all.
  @Test func oneTracerOnly() throws {
    let bad = try BadStudy()
    for ending in ["json", "nii.gz"] { try bad.remove("sub-02/pet/sub-02_trc-RAC_pet.\(ending)") }
    try bad.write("{", to: "sub-01/pet/sub-01_trc-RAC_pet.json")
    try bad.write("{", to: "sub-01/pet/sub-01_trc-DASB_pet.json")
    #expect(try Program.run(["run", bad.study, bad.out, "--pipeline", PlainPipeline.path, "--quiet"]).status == 1)
    let one = try PageText(bad.out + "/sub-02/sub-02.html")
    #expect(
      one.html.contains("no balance: one scan alone") && one.html.contains("class=\"bad\">sub-02: failed in balance"))
    try looksRight(bad.out + "/sub-02/sub-02.html")
    let none = try PageText(bad.out + "/sub-01/sub-01.html")
    #expect(none.html.contains("Failed: no scan has results.") && none.html.contains("sub-01_trc-RAC: failed in read"))
    try looksRight(bad.out + "/sub-01/sub-01.html")
  }

  /// Curves of a derivative for any regions: both tracers, the serotonin one with or without binding.
  private func study(_ names: [String], binding: Bool) throws -> String {
    let sample = try PageValuesTests.out.get().path
    let root = try PairingTests.study(
      folder, [("sub-01", nil, "sub-01_trc-RAC", "raclopride"), ("sub-01", nil, "sub-01_trc-DASB", "dasb")])
    let place = root + "/derivatives/curves/sub-01/pet"
    try AtomicFile.makeFolder(place)
    try AtomicFile.write(
      #"{"Name": "curves", "BIDSVersion": "1.10.0"}"#, to: root + "/derivatives/curves/dataset_description.json")
    for tracer in ["RAC", "DASB"] {
      let table = try TSVTable(path: "\(sample)/sub-01/pet/sub-01_trc-\(tracer)_seg-auto_tacs.tsv")
      let reference = try table.required("Cerebellum")
      var text = TSVText(columns: ["frame_start", "frame_end", "Cerebellum"] + names)
      var generator = SeededGenerator(seed: 5)
      for row in table.rows {
        let own = names.indices.map { i -> String in
          // Regions of the sample in turn, each with noise of its own.
          let column = binding || tracer == "RAC" ? 3 + i % (table.columns.count - 3) : reference
          return NumberText.exact((Double(row[column]) ?? 0) * (1 + 0.03 * generator.normal()))
        }
        text.add([row[0], row[1], row[reference]] + own)
      }
      try AtomicFile.write(text.text, to: "\(place)/sub-01_trc-\(tracer)_seg-x_tacs.tsv")
      try AtomicFile.write(
        #"{"Units": "kBq/mL", "TracerRadionuclide": "C11"}"#, to: "\(place)/sub-01_trc-\(tracer)_seg-x_tacs.json")
    }
    return root
  }

  /// 109 regions with long names and names that are no words: all shown, none executed.
  @Test func manyRegions() throws {
    let odd = [
      "<script>document.title = 'executed'</script>", "a & b \"c\" 'd'", "Gyrus précentral 左側", "&lt;b&gt;",
      "ctx_lh_G_and_S_transv_frontopol_and_some_more_words_of_a_long_name", "</svg><img src=x onerror=alert(1)>",
    ]
    let names = odd + (0..<102).map { i in ["Left", "Right"][i % 2] + "-Area-of-the-cortex-\(i / 2 + 1)" }
    let study = try study(names, binding: true)
    let out = folder.file("out")
    let run = try Program.run(["run", study, out, "--pipeline", try PairingTests.pipeline(folder), "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    let path = out + "/sub-01/sub-01.html"
    let page = try PageText(path)
    #expect(page.html.utf8.count < 1_500_000)
    let table = try TSVTable(path: out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv")
    #expect(table.rows.count == 109)
    let shown = try PageText.tables(try page.section("balance"))
    #expect(shown[0].map { $0[0].shown } == table.rows.map { $0[0] })
    try PageText.compare(shown[0], with: table)
    try looksRight(path)
    guard Browser.path != nil else { return }
    let open = try Browser.shared().open(file: path, width: 1280, height: 900)
    #expect(try open.evaluate("document.title") == "sub-01")
    #expect(try open.evaluate("document.querySelectorAll('img, script:not([type])').length") == 1)
    let captions = try open.evaluate(
      "[...document.querySelectorAll('.card figcaption')].map(c => c.firstChild.textContent.trim())")
    for name in odd { #expect(captions.list?.contains(.string(name)) == true, "\(name)") }
    // The study's page is as careful.
    try looksRight(out + "/group.html")
  }

  /// No ratio anywhere: every row says why, and what the set leaves open is drawn.
  @Test func unboundedEverywhere() throws {
    let study = try study((1...12).map { "Left-Region-\($0)" }, binding: false)
    let out = folder.file("out")
    #expect(
      try Program.run(["run", study, out, "--pipeline", try PairingTests.pipeline(folder), "--quiet"]).status == 0)
    let table = try TSVTable(path: out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv")
    let (ratio, kind) = (try table.required("ratio"), try table.required("ratio-interval"))
    let without = table.rows.filter { $0[ratio] == "n/a" }
    #expect(without.count >= 8, "\(table.rows.map { [$0[ratio], $0[kind]] })")
    let page = try PageText(out + "/sub-01/sub-01.html")
    let forest = try #require(try PageText.matches("<svg.*?</svg>", in: try page.section("balance")).first?[0])
    let open = try PageText.matches("class=\"open\"", in: forest).count
    #expect(open >= without.count { $0[kind] != "n/a" } && open > 0)
    #expect(try PageText.matches("no ratio: serotonin not told from 0</text>", in: forest).count >= 8)
    try looksRight(out + "/sub-01/sub-01.html")
  }

  /// Several visits have a page each, and lead to each other.
  @Test func severalVisits() throws {
    let bad = try BadStudy()
    for session in ["a", "b"] {
      let place = bad.path("sub-02/ses-\(session)/pet")
      try AtomicFile.makeFolder(place)
      for tracer in ["RAC", "DASB"] {
        for ending in ["json", "nii.gz"] {
          try FileManager.default.copyItem(
            atPath: bad.path("sub-02/pet/sub-02_trc-\(tracer)_pet.\(ending)"),
            toPath: "\(place)/sub-02_ses-\(session)_trc-\(tracer)_pet.\(ending)")
        }
      }
    }
    try bad.remove("sub-02/pet")
    #expect(try Program.run(["run", bad.study, bad.out, "--pipeline", PlainPipeline.path, "--quiet"]).status == 0)
    let page = try PageText(bad.out + "/sub-02/sub-02_ses-a.html")
    #expect(page.html.contains("<a href=\"sub-02_ses-b.html\">sub-02 ses-b</a>"))
    let study = try PageText.tables(try PageText(bad.out + "/group.html").section("persons"))
    #expect(
      study[0].map { [$0[0].shown, $0[1].shown] } == [["sub-01", "n/a"], ["sub-02", "ses-a"], ["sub-02", "ses-b"]])
    // A visit that is gone takes its page along, when it is told to.
    try bad.remove("sub-02/ses-b")
    let again = ["run", bad.study, bad.out, "--pipeline", PlainPipeline.path, "--quiet"]
    #expect(try Program.run(again).status == 73)
    #expect(try Program.run(again + ["--replace"]).status == 0)
    #expect(!FileManager.default.fileExists(atPath: bad.out + "/sub-02/sub-02_ses-b.html"))
    #expect(try !PageText(bad.out + "/sub-02/sub-02_ses-a.html").html.contains("ses-b.html"))
    #expect(try Program.run(["verify", bad.out]).status == 0)
  }

  /// Logan's plot is drawn as such: the line's slope is 1 + BPND of the table.
  @Test func aPlotOfTheCurve() throws {
    let bad = try BadStudy()
    let file = folder.file("p.yaml")
    let text = PlainPipeline.text.replacing(
      "dopamine: {model: SRTM, reference: cerebellum}",
      with: "dopamine: {model: LoganRef, reference: cerebellum, tstar: 15}")
    try AtomicFile.write(text, to: file)
    let run = try Program.run(["run", bad.study, bad.out, "--pipeline", file, "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    let base = bad.out + "/sub-01/pet/sub-01_trc-RAC_model-LoganRef_"
    let (x, y) = (try TSVTable(path: base + "abscissa.tsv"), try TSVTable(path: base + "fitted.tsv"))
    let estimates = try TSVTable(path: base + "kinpar.tsv")
    let page = try PageText(bad.out + "/sub-01/sub-01.html")
    var count = 0
    for row in estimates.rows {
      guard let value = Double(row[try estimates.required("BPND")]), let column = x.column(row[0]) else { continue }
      let points = zip(x.rows, y.rows).compactMap { a, b in
        Double(a[column]).flatMap { a in Double(b[column]).map { (a, $0) } }
      }
      let (first, last) = (try #require(points.first), try #require(points.last))
      // Points on a line, but for rounding.
      #expect(abs((last.1 - first.1) / (last.0 - first.0) - (1 + value)) < 1e-9 * (1 + value), "\(row[0])")
      count += 1
    }
    #expect(count > 20)
    #expect(try page.section("curves").contains("The model is fitted to a plot"))
    try looksRight(bad.out + "/sub-01/sub-01.html")
  }

  /// A pipeline that asks for none has none, and those of an earlier run go.
  @Test func pipelineWithoutPages() throws {
    let bad = try BadStudy()
    let plain = PlainPipeline.text
    let file = folder.file("p.yaml")
    try AtomicFile.write(plain, to: file)
    #expect(try Program.run(["run", bad.study, bad.out, "--pipeline", file, "--quiet"]).status == 0)
    #expect(FileManager.default.fileExists(atPath: bad.out + "/group.html"))
    try AtomicFile.write(plain.replacing("html: true", with: "html: false"), to: file)
    #expect(try Program.run(["run", bad.study, bad.out, "--pipeline", file, "--quiet"]).status == 0)
    let left = try ResumeTests.tree(bad.out).keys.filter { BadStudy.isPage($0) || $0.contains("petref") }
    #expect(left.isEmpty, "\(left)")
    #expect(try Program.run(["report", bad.out]).status == 64)
    #expect(try Program.run(["verify", bad.out]).status == 0)
  }

  /// A scan of one session is never on the page of another, though that has no page but for it.
  @Test func sessionsStayApart() throws {
    let study = try PairingTests.study(folder, [])
    let sample = try PageValuesTests.out.get().path
    let scans = [("a", "RAC", "raclopride"), ("a", "DASB", "dasb"), ("b", "RAC", "raclopride")]
    for (session, label, tracer) in scans {
      let name = "sub-01_ses-\(session)_trc-\(label)"
      let raw = "\(study)/sub-01/ses-\(session)/pet"
      let derived = "\(study)/derivatives/curves/sub-01/ses-\(session)/pet"
      for place in [raw, derived] { try AtomicFile.makeFolder(place) }
      try AtomicFile.write(#"{"TracerName": "\#(tracer)", "TracerRadionuclide": "C11"}"#, to: "\(raw)/\(name)_pet.json")
      for ending in ["tsv", "json"] {
        let text = try TextFile.read("\(sample)/sub-01/pet/sub-01_trc-\(label)_seg-auto_tacs.\(ending)").text
        try AtomicFile.write(text, to: "\(derived)/\(name)_seg-x_tacs.\(ending)")
      }
    }
    let out = folder.file("out")
    let run = try Program.run(["run", study, out, "--pipeline", try PairingTests.pipeline(folder), "--quiet"])
    let first = try PageText(out + "/sub-01/sub-01_ses-a.html")
    #expect(!first.html.contains("ses-b_trc") && first.html.contains("a ratio in"), "\(run.errors)")
    let second = try PageText(out + "/sub-01/sub-01_ses-b.html")
    #expect(second.html.contains("In part: no balance: one scan alone.") && !second.html.contains("ses-a_trc"))
    #expect(second.html.contains("<article class=\"scan first\">"))
    let persons = try PageText.tables(try PageText(out + "/group.html").section("persons"))
    #expect(persons[0].map { $0[1].shown } == ["ses-a", "ses-b"])
  }

  /// One tracer alone: its parameter is painted, everybody stands among the others, and the regions have their means.
  @Test func oneSystem() throws {
    let (study, out) = (folder.file("study"), folder.file("out"))
    let options = ["--size", "tiny", "--participants", "9", "--noise", "0.1", "--seed", "3"]
    #expect(try Program.run(["simulate", study] + options).status == 0)
    let pipeline = try folder.write(
      "one.yaml",
      "name: one\nread: {dopamine: {tracer: raclopride}}\nregions: {segmentation: auto}\n"
        + "models: {dopamine: {model: SRTM, reference: cerebellum}}\nreport: {html: true}\n")
    #expect(try Program.run(["run", study, out, "--pipeline", pipeline, "--quiet"]).status == 0)
    let page = try PageText(out + "/group.html")
    let name = try #require(try JSONValue.readObject(path: study + "/dataset_description.json")["Name"]?.string)
    #expect(page.html.contains("<h1>\(name)</h1>") && page.html.contains("Mean of 9 persons"))
    let all = try TSVTable(path: out + "/group_kinpar.tsv")
    let (region, value) = (try all.required("region"), try all.required("BPND"))
    let putamen = all.rows.filter { $0[region] == "Putamen" }.compactMap { Double($0[value]) }
    let mean = putamen.reduce(0, +) / Double(putamen.count)
    let row = try #require(try PageText.tables(try page.section("regions"))[0].first { $0[0].shown == "Putamen" })
    let shown = row.compactMap(\.exact).compactMap(Double.init)
    #expect(
      putamen.count == 9 && shown.contains { abs($0 - mean) < 1e-12 * mean } && shown.contains(putamen.max() ?? 0))
    #expect(try PageText.tables(try page.section("everybody"))[0].count == 9)
    let person = try PageText(out + "/sub-05/sub-05.html")
    #expect(
      person.html.contains("BPND of [11C]raclopride, with its limits") && person.html.contains("rel=\"prev\">sub-04<"))
    #expect(person.html.contains("class=\"paint\"") && !person.html.contains("<section id=\"balance\">"))
    try looksRight(out + "/group.html")
    try looksRight(out + "/sub-05/sub-05.html")
    #expect(try Program.run(["verify", out]).status == 0)
  }

  /// Results that were touched are not shown as if they were right, nor a study whose run was stopped.
  @Test func whatIsNotWholeIsSaid() throws {
    let bad = try BadStudy()
    #expect(try Program.run(["run", bad.study, bad.out, "--pipeline", PlainPipeline.path, "--quiet"]).status == 0)
    let path = bad.out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv"
    let good = try String(contentsOfFile: path, encoding: .utf8)
    try good.replacing("converged", with: "Converged").write(toFile: path, atomically: false, encoding: .utf8)
    let report = try Program.run(["report", bad.out, "--force"])
    #expect(report.status == 1 && report.errors.contains("balance.tsv has changed"), "\(report.errors)")
    #expect(!FileManager.default.fileExists(atPath: bad.out + "/sub-01/sub-01.html"))
    let study = try PageText(bad.out + "/group.html")
    #expect(study.html.contains("In part: 2 persons, 1 balance") && !study.html.contains("href=\"sub-01/sub-01.html\""))
    #expect(try Program.run(["run", bad.study, bad.out, "--pipeline", PlainPipeline.path, "--quiet"]).status == 0)
    #expect(try PageText(bad.out + "/group.html").html.contains("Complete: 2 persons, 2 balances, 0 failures."))
    #expect(try Program.run(["verify", bad.out]).status == 0)
    // As a run that was stopped between scans and balances leaves it.
    for name in ["failures.tsv", "records/sub-02_desc-raclopridedasb.json"] {
      try FileManager.default.removeItem(atPath: "\(bad.out)/\(name)")
    }
    let stopped = try Program.run(["report", bad.out])
    #expect(stopped.status == 1 && stopped.errors.contains("no run has come to its end"), "\(stopped.errors)")
    #expect(try PageText(bad.out + "/group.html").html.contains("class=\"verdict bad\""))
    #expect(
      try PageText(bad.out + "/sub-02/sub-02.html").html.contains(
        "failed in balance: there is no balance of it on record"))
  }

  /// A page that was changed, or lost, is told of and made again.
  @Test func pagesAreVerified() throws {
    let bad = try BadStudy()
    #expect(try Program.run(["run", bad.study, bad.out, "--pipeline", PlainPipeline.path, "--quiet"]).status == 0)
    for page in ["sub-01/sub-01.html", "group.html"] {
      let path = bad.out + "/" + page
      let good = try String(contentsOfFile: path, encoding: .utf8)
      try (good + " ").write(toFile: path, atomically: false, encoding: .utf8)
      let told = try Program.run(["verify", bad.out])
      #expect(told.status == 65 && (told.output + told.errors).contains(page), "\(told.output)")
      #expect(try Program.run(["report", bad.out]).status == 0)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == good)
    }
    #expect(try Program.run(["verify", bad.out]).status == 0)
  }
}
