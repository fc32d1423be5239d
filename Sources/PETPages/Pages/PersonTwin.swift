package import PETCore
import PETImaging
import PETKinetics
import PETResults

extension PersonReport {
  /// The values of the page for programs: every number in full.
  package var json: JSONValue {
    let verdict = Verdict(self)
    let methods = Methods(self)
    var members: [(name: String, value: JSONValue)] = [
      ("Description", .string("What the page \(stem).html shows. " + Product.claim)),
      ("Participant", .string(participant)),
    ]
    if let session { members.append(("Session", .string(session))) }
    members += [
      ("Verdict", .string(verdict.line)),
      (
        "Flags",
        .array(verdict.flags.map { .object([("Level", .string($0.level.rawValue)), ("Text", .string($0.words))]) })
      ),
      (
        "Failures",
        .array(
          failures.map {
            .object([
              ("Unit", .string($0.unit)), ("Stage", .string($0.stage)), ("Problem", .string($0.words)),
            ])
          })
      ), ("Scans", .array(scans.map(\.json))),
    ]
    if let balance { members.append(("Balance", balance.json(of: self))) }
    let analyses = studyContext?.analyses ?? []
    if !analyses.isEmpty { members.append(("Analyses", .array(analyses.map(\.json)))) }
    members += [
      ("Methods", .string(methods.sentences.joined(separator: " "))),
      ("References", .array(methods.references.map(JSONValue.string))), ("Provenance", provenance.json),
      ("GeneratedBy", Product.generatedBy),
    ]
    return .object(members)
  }
}

extension Provenance {
  var json: JSONValue {
    .object([
      ("Pipeline", .string(pipeline)), (Sidecar.pipelineDigest, .string(digest)), ("Command", .string(command)),
      (
        "Inputs",
        .array(inputs.map { .object([("File", .string($0.file)), ("SHA256", .string($0.sha256))]) })
      ),
    ])
  }
}

extension ScanReport {
  fileprivate var json: JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      ("Unit", .string(unit)), (Sidecar.system, .string(system)), (Sidecar.tracer, .string(tracer)),
      (Sidecar.modelName, .string(card.id)),
    ]
    if let reference {
      members.append((Sidecar.referenceRegion, .string(reference.name)))
      if !reference.labels.isEmpty {
        members.append((Sidecar.referenceLabels, .array(reference.labels.map(JSONValue.string))))
      }
    }
    members += [
      ("Facts", .object(facts.map { ($0.name, .string($0.value)) })),
      (Sidecar.frameTimesStart, .numbers(frames.starts)), (Sidecar.frameDuration, .numbers(frames.durations)),
      ("FrameTimeUnits", "s"), ("Estimates", estimates.columns.json(estimates.rows)),
      ("Curves", .object(zip(regions, curves).map { ($0, .numbers($1)) })),
      ("CurveUnits", "kBq/mL"),
    ]
    members += correction?.members(regions) ?? []
    if let fitted {
      members += [
        ("FrameWeights", .numbers(fitted.weights)),
        ("Fitted", .object(zip(regions, fitted.predicted).map { ($0, .numbers($1)) })),
      ]
      if let plot = fitted.plot {
        members.append(("Ordinate", .object(zip(regions, plot.y).map { ($0, .numbers($1)) })))
        if let x = plot.x { members.append(("Abscissa", .object(zip(regions, x).map { ($0, .numbers($1)) }))) }
      }
    }
    if let input {
      members.append(
        (
          "Input",
          .object(
            [("Times", .numbers(input.times)), ("Parent", .numbers(input.parent))]
              + (input.wholeBlood.map { [("WholeBlood", .numbers($0))] } ?? [])
              + (input.fraction.map { [("ParentFraction", .numbers($0))] } ?? []) + [("Source", .string(input.source))])
        ))
    }
    if let picture {
      members.append(
        (
          "Planes",
          .object(picture.planes.map { ($0.plane.view.rawValue, .number($0.plane.position)) } + [("Units", "mm")])
        ))
      members.append(("DarkestActivity", .number(picture.darkest)))
    }
    if let mapRegions { members.append(("MapRegions", mapRegions.columns.json(mapRegions.rows))) }
    members += [("Maps", .array(maps.map(\.json))), (Sidecar.findings, .array(findings.map { $0.shown(of: unit) }))]
    return .object(members)
  }
}

extension BalanceReport {
  fileprivate func json(of person: PersonReport) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      ("Numerator", .string(numerator)), ("Denominator", .string(denominator)),
      (Sidecar.confidenceLevel, .number(level)),
      ("Rows", file.columns.json(file.rows)),
      ("Primary", .array(person.first(file.rows, region: \.region).map { .string($0.region) })),
    ]
    if let days { members.append((Sidecar.daysBetweenScans, .number(days))) }
    if !norms.isEmpty {
      members.append(
        (
          Sidecar.logRatioNorms,
          .object(norms.sorted { $0.key < $1.key }.map { ($0.key, .numbers([$0.value.expected, $0.value.sd])) })
        ))
    }
    if let map { members.append(("Map", map.json)) }
    if !budget.isEmpty {
      let shares = file.rows.compactMap { row in
        budget[row.region].map { own in
          (name: row.region, value: JSONValue.object(own.map { ($0.name, .number($0.share)) }))
        }
      }
      members.append(("BudgetShares", .object(shares)))
      members.append(("BudgetLeftOut", .array(budgetLeftOut.map(JSONValue.string))))
    }
    members.append((Sidecar.findings, .array(findings.map { $0.shown() })))
    return .object(members)
  }
}

extension MapReport {
  fileprivate var json: JSONValue {
    .object([
      ("File", .string(file)), (Sidecar.measure, .string(measure)), ("Units", .string(unit)),
      ("ColoursFrom", .number(scale.low)), ("ColoursTo", .number(scale.high)),
      ("Slices", .numbers(planes.map(\.position))), ("SliceUnits", "mm"),
    ])
  }
}

extension Finding {
  fileprivate func shown(of unit: String? = nil) -> JSONValue {
    .object([
      ("Level", .string(level.rawValue)), ("Code", .string(code.word)), ("Text", .string(words(of: unit))),
    ])
  }
}

extension Array {
  /// One object a row.
  func json<Row>(_ rows: [Row]) -> JSONValue where Element == TableColumn<Row> {
    .array(rows.map { row in .object(map { (name: $0.name, value: $0.json(row)) }) })
  }
}
