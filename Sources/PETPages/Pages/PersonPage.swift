import Mustache
import PETBinding
import PETCore
import PETImaging
import PETKinetics
import PETResults

/// A person as a self-contained page: no file, font or script from anywhere else.
package struct PersonPage: Sendable {
  let report: PersonReport

  package init(_ report: PersonReport) { self.report = report }

  package var html: String { Templates.person.render(context) }

  /// A named figure of the page as a file of its own.
  package typealias Figure = (name: String, drawing: Drawing)

  package var figures: [Figure] {
    var figures: [Figure] = []
    if let brain { figures.append(("brain", brain.drawing)) }
    if let balance = report.balance {
      figures.append(("balance", forest(balance)))
      if let drawing = BudgetFigure.drawing(balance, title: report.title) { figures.append(("budget", drawing)) }
      if let map = balance.map { figures.append(("map-\(HTML.identifier(map.measure))", MapFigure.drawing(map))) }
    }
    for scan in report.scans {
      let name = HTML.identifier(scan.unit)
      func add(_ kind: String, _ drawing: Drawing) {
        var own = drawing
        own.style = Self.side(scan)
        figures.append(("\(name)-\(kind)", own))
      }
      add("frames", FrameTimeline.drawing(scan))
      if let input = scan.input { add("input", InputFigure.drawing(input, title: scan.unit)) }
      if let drawing = motion(scan) { add("motion", drawing) }
      if let transfer = scan.transfer { add("transfer", TransferFigure.drawing(transfer, title: scan.unit)) }
      if let picture = scan.picture { add("head", HeadFigure.drawing(picture, title: scan.unit)) }
      if let moved = scan.moved {
        add("motion-before", HeadFigure.drawing(moved.before, title: "\(scan.unit), frames as they lie"))
        add("motion-after", HeadFigure.drawing(moved.after, title: "\(scan.unit), frames in one pose"))
      }
      for region in scan.regions.indices {
        add("curve-\(HTML.identifier(scan.regions[region]))", CurveFigure.drawing(scan, region: region))
      }
      for map in scan.maps { add("map-\(HTML.identifier(map.measure))", MapFigure.drawing(map)) }
      if let drawing = agreement(scan) { add("agreement", drawing) }
    }
    if let overlay { figures.append(("alignment", overlay)) }
    return figures
  }

  /// The balance painted on the person's head; of a person without one what the first scan is told by.
  private var brain: BrainFigure? {
    guard let slices = report.brain else { return nil }
    if let balance = report.balance {
      let rows = balance.file.rows.map { ($0.region, $0.logRatio.value) }
      return BrainFigure(
        slices, rows, without: ReferenceRegions(of: report.scans), kind: .diverging, end: balance.colourEnd,
        measure: "log ratio, \(balance.numerator) over \(balance.denominator)", unit: "unitless", title: report.title)
    }
    guard let scan = report.scans.first, let place = scan.estimates.place(of: scan.card.outcome) else { return nil }
    // As a study counts them: of fits that converged.
    let rows = scan.estimates.rows.map { row in
      (row.region, row.status == FitStatus.converged.rawValue ? row.parameters[place].value : .nan)
    }
    let unit = scan.card.index(of: scan.card.outcome).map { scan.card.parameters[$0].unit.label } ?? ""
    return BrainFigure(
      slices, rows, without: ReferenceRegions(of: [scan]), kind: .sequential, end: nil,
      measure: "\(scan.card.outcome) of \(scan.tracer)", unit: unit, title: report.title)
  }

  /// The colour that goes with a scan everywhere.
  private static func side(_ scan: ScanReport) -> String { scan.isSecond ? "second" : "first" }

  private func forest(_ balance: BalanceReport) -> Drawing {
    BalanceForest.drawing(balance, title: report.title, references: ReferenceRegions(of: report.scans))
  }

  private func agreement(_ scan: ScanReport) -> Drawing? {
    scan.mapRegions.flatMap { AgreementFigure.drawing($0, symbol: scan.card.outcome, title: scan.unit) }
  }

  private func motion(_ scan: ScanReport) -> Drawing? {
    scan.motion.flatMap { MotionFigure.drawing($0, frames: scan.frames, title: scan.unit) }
  }

  // MARK: - What the template is given

  private var context: [String: Any] {
    let verdict = Verdict(report)
    let methods = Methods(report)
    var context: [String: Any] = [
      "title": printable(report.title), "style": Templates.figureStyle + Templates.pageStyle,
      "script": Templates.script, "product": "\(Product.name) \(Product.version)", "claim": Product.claim,
      "verdict": verdict.line, "verdictLevel": verdict.level.rawValue,
      "flags": verdict.flags.map { ["level": $0.level.rawValue, "words": printable($0.words)] },
      "hasFlags": !verdict.flags.isEmpty,
      "others": report.others.map { ["href": "\($0).html", "name": $0.replacing("_", with: " ")] },
      "scans": report.scans.enumerated().map(scan), "hasScans": !report.scans.isEmpty,
      "methods": methods.sentences.map(printable).joined(separator: " "),
      "references": methods.references, "twin": ResultFile.twin.path(report.stem, ".json"),
      "pipeline": report.provenance.pipeline, "summary": printable(report.provenance.summary),
      "digest": report.provenance.digest, "command": report.provenance.command,
      "inputs": report.provenance.inputs.map { ["file": printable($0.file), "sha256": $0.sha256] },
      "findings": findings, "hasFindings": !findings.isEmpty,
    ]
    context["study"] = "../\(ResultFile.studyPage.name)#\(HTML.identifier(report.stem))"
    if let around = report.studyContext {
      func link(_ link: StudyContext.Link) -> [String: Any] { ["href": link.href, "name": printable(link.name)] }
      if let previous = around.previous { context["previous"] = link(previous) }
      if let next = around.next { context["next"] = link(next) }
    }
    if let brain {
      context["brain"] = brain.context(on: "The mean of \(report.scans.first?.unit ?? "the scan") is grey.")
    }
    if let balance = report.balance {
      context["balance"] = self.balance(balance)
      context["primary"] = primary(balance)
    } else if let scan = report.scans.first, report.scans.count == 1, let first = primary(scan) {
      context["primary"] = first
    }
    let heads = heads
    if !heads.isEmpty { context["heads"] = ["figures": heads] }
    let maps =
      (report.balance?.map.map { [map($0, "ratio")] } ?? [])
      + report.scans.flatMap { scan in scan.maps.map { map($0, Self.side(scan)) } }
    if !maps.isEmpty { context["maps"] = ["figures": maps] }
    let agreements: [[String: Any]] = report.scans.compactMap { scan in
      guard let table = scan.mapRegions, let drawing = agreement(scan) else { return nil }
      return [
        "unit": printable(scan.unit), "side": Self.side(scan), "figure": drawing.svg,
        "table": ResultTables.agreement(table, scan),
      ]
    }
    if !agreements.isEmpty { context["agreement"] = ["scans": agreements] }
    let analyses = (report.studyContext?.analyses ?? []).compactMap(analysis)
    if !analyses.isEmpty { context["analyses"] = ["list": analyses] }
    return context
  }

  /// What an analysis says of the person; nil where all of it is of other visits.
  private func analysis(_ analysis: AnalysisReport) -> [String: Any]? {
    let session = analysis.table.columns.firstIndex(of: "session_id")
    let rows = analysis.table.cells.filter { row in
      session.map { row[$0] == "n/a" || report.session == nil || row[$0] == report.session } ?? true
    }
    guard !rows.isEmpty else { return nil }
    let title = analysis.title
    let table = PageTable<[String]>(
      "Table of \(title), \(analysis.file)", caption: analysis.file, AnalysisColumns.ofPerson(analysis.table))
    var context: [String: Any] = [
      "title": printable(title), "description": printable(analysis.sidecar?["Description"]?.string ?? ""),
      "table": table.html(rows),
      "figures": AnalysisFigures.small(analysis).filter { $0.title == report.participant }.map {
        ["name": printable($0.title), "figure": $0.drawing.svg]
      },
    ]
    if let changed = analysis.changed { context["changed"] = printable(changed) }
    return context
  }

  /// The ratios that the pipeline names as those to look at first.
  private func primary(_ balance: BalanceReport) -> [String: Any]? {
    let rows = report.first(balance.file.rows, region: \.region)
    guard !rows.isEmpty else { return nil }
    return [
      "words": printable(
        "\(balance.numerator) over \(balance.denominator), with \(NumberText.short(100 * balance.level)) % sets"),
      "rows": rows.map { row in
        let why = BalanceForest.words(BalanceStatus(rawValue: row.status), balance)
        let isTold = row.ratio.value.isFinite
        var own: [String: Any] = [
          "region": printable(row.region),
          "ratio": PageNumber.html(row.ratio.value, decimals: PageCell.set(row.ratio).decimals),
          "set": printable(isTold ? BalanceForest.set(row.ratio) : why),
        ]
        if isTold, row.status != BalanceStatus.ok.rawValue { own["doubt"] = printable(why) }
        if let place = report.studyContext?.places[RegionName.key(row.region)] {
          own["place"] = "\(place.rawValue) of the study"
        }
        return own
      },
    ]
  }

  /// The same of a person with one scan: the estimates of its model.
  private func primary(_ scan: ScanReport) -> [String: Any]? {
    let outcome = scan.card.outcome
    guard let place = scan.estimates.place(of: outcome) else { return nil }
    let rows = report.first(scan.estimates.rows, region: \.region)
    guard !rows.isEmpty else { return nil }
    let unit = scan.card.index(of: outcome).map { scan.card.parameters[$0].unit.label } ?? ""
    let measure = unit.isEmpty || unit == "unitless" ? outcome : "\(outcome), \(unit),"
    return [
      "words": printable("\(measure) of \(scan.tracer), with its limits"),
      "rows": rows.map { row in
        let own = row.parameters[place]
        let limits = PageCell.limits(own.low, own.high)
        return [
          "region": printable(row.region),
          "ratio": PageNumber.html(own.value, decimals: limits.decimals ?? PageNumber.decimals(error: own.error)),
          "set": printable(
            row.status == FitStatus.converged.rawValue ? limits.text(decimals: limits.decimals) : "fit \(row.status)"),
        ]
      },
    ]
  }

  private func balance(_ balance: BalanceReport) -> [String: Any] {
    let (a, b) = (balance.numerator, balance.denominator)
    let hasNorms = !balance.norms.isEmpty
    var context: [String: Any] = [
      "forest": forest(balance).svg, "table": ResultTables.balance(balance, of: report), "numerator": a,
      "denominator": b, "hasNorms": hasNorms,
      "days": balance.days.map { "The scans are \(PageNumber.text($0)) days apart." } ?? "",
    ]
    if !balance.crossRegions.isEmpty {
      context["cross"] = printable(balance.crossRegions.map { "\($0.name) is \($0.words)" }.joined(separator: "; "))
    }
    if let drawing = BudgetFigure.drawing(balance, title: report.title) {
      context["budget"] = [
        "figure": drawing.svg, "words": printable(BudgetFigure.words(balance)),
        "leftOut": balance.budgetLeftOut.map(printable),
      ]
    }
    return context
  }

  private func scan(_ place: Int, _ scan: ScanReport) -> [String: Any] {
    var context: [String: Any] = [
      "unit": printable(scan.unit), "side": Self.side(scan), "place": place, "system": scan.system,
      "tracer": printable(scan.tracer), "model": "\(scan.card.title) (\(scan.card.id))",
      "facts": scan.facts.map { ["name": $0.name, "value": printable($0.value)] },
      "timeline": Self.own(FrameTimeline.drawing(scan), scan), "table": ResultTables.estimates(scan),
      "curves": RegionCurves(scan).context(place, side: Self.side(scan)),
    ]
    if let reference = scan.reference { context["reference"] = printable(reference.words) }
    if let input = scan.input {
      context["input"] = [
        "figure": Self.own(InputFigure.drawing(input, title: scan.unit), scan), "source": printable(input.source),
      ]
    }
    if let drawing = motion(scan) { context["motion"] = ["figure": Self.own(drawing, scan)] }
    if let transfer = scan.transfer {
      context["transfer"] = [
        "figure": TransferFigure.drawing(transfer, title: scan.unit).svg,
        "words": printable(TransferFigure.words(transfer)),
      ]
    }
    return context
  }

  private static func own(_ drawing: Drawing, _ scan: ScanReport) -> String {
    var own = drawing
    own.style = side(scan)
    return own.svg
  }

  private func map(_ map: MapReport, _ side: String) -> [String: Any] {
    let image = MapFigure.montage(map)
    let places = map.planes.map { PageNumber.text($0.position, decimals: 0) }
    return [
      "title": printable(map.title), "alt": printable(MapFigure.label(map)), "image": image.dataURL, "side": side,
      "bar": map.scale.bar(label: map.measure, unit: map.unit, of: map.title).svg, "across": MapFigure.across,
      "count": map.slices.count, "down": (map.slices.count + MapFigure.across - 1) / MapFigure.across,
      "width": image.columns * 2, "height": image.rows * 2, "places": places.joined(separator: ", "),
      "file": printable(map.file),
      "colours": map.isFixed
        ? "The ends of the colours are the same for everybody."
        : "The ends of the colours are from this person's largest region.",
    ]
  }

  private var findings: [[String: String]] {
    var seen: Set<String> = []
    let all =
      report.scans.flatMap { scan in scan.findings.map { (scan.unit, $0, $0.words(of: scan.unit)) } }
      + (report.balance?.findings ?? []).map { ("balance", $0, $0.words()) }
    return all.compactMap { unit, finding, words in
      guard seen.insert("\(unit) \(words)").inserted else { return nil }
      return [
        "level": finding.level.rawValue, "unit": printable(unit), "words": printable(words), "code": finding.code.word,
      ]
    }
  }
}
