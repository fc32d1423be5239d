import PETBinding
package import PETCore
package import PETKinetics
package import PETTracers

/// The parameters of one scan as `_kinpar.tsv` and its sidecar: headers and units are made from the model's card.
package struct KinparTable: Sendable {
  private let fits: RegionalFits
  private let level: Double
  private let bootstrap: Bootstrap?
  private let tracer: TracerCard?
  private let choices: FitChoices
  private let uncorrected: (fits: RegionalFits, measures: Set<String>)?

  /// - Parameters:
  ///   - choices: what was asked of the fits.
  ///   - tracer: what must be said of it stands in the rows of its regions; nil when it is not known.
  ///   - uncorrected: the fits of the curves as they were measured, where these are of corrected ones, and the parameters
  ///     that are told of them.
  package init(
    _ fits: RegionalFits, level: Double, bootstrap: Bootstrap? = nil, choices: FitChoices = FitChoices(),
    tracer: TracerCard? = nil, uncorrected: (fits: RegionalFits, measures: Set<String>)? = nil
  ) {
    self.fits = fits
    self.level = level
    self.bootstrap = bootstrap
    self.tracer = tracer
    self.choices = choices
    self.uncorrected = uncorrected
  }

  private var hasVolumes: Bool { fits.volumes.contains { $0 != nil } }

  /// Of all models that a row may be of, each once.
  private var parameters: [ModelCard.Parameter] {
    var seen: Set<String> = []
    return fits.cards.flatMap(\.parameters).filter { seen.insert($0.symbol).inserted }
  }

  package var columns: [TableColumn<KinparFile.Row>] {
    let symbols = parameters.map(\.symbol)
    let compared = uncorrected?.measures ?? []
    let unasked = Set(symbols.filter { !compared.contains($0) }.map(KinparFile.uncorrected))
    return KinparFile.columns(symbols, resampled: bootstrap == nil ? 0 : fits.card.parameters.count)
      .filter { column in
        (hasVolumes || column.place != .number(\.volume)) && (!fits.others.isEmpty || column.place != .text(\.model))
          && (fits.table.correction != nil || column.place != .number(\.ownShare)) && !unasked.contains(column.name)
      }
  }

  /// The rows, made as they are asked for: there may be thousands.
  package var rows: some Sequence<KinparFile.Row> {
    let scan = fits.warnings.isEmpty ? [] : ["scan: " + fits.warnings.joined(separator: ", ")]
    let parameters = parameters
    return fits.fits.indices.lazy.map { i in
      let fit = fits.fits[i]
      var row = KinparFile.Row(parameters: estimates(of: i, parameters))
      row.region = fit.region
      row.volume = fits.volumes[i] ?? .nan
      row.ownShare = fits.table.correction?.ownShares[fit.region] ?? .nan
      row.model = fit.card.id
      row.frames = fit.frames
      row.freedom = fit.status.hasEstimates ? Double(fit.freedom) : .nan
      (row.residualSum, row.aic) = (fit.residualSum, fit.aic)
      (row.status, row.atBound) = (fit.status.rawValue, fit.atBound)
      row.notes = fit.notes + (tracer?.remarks(region: fit.region) ?? []) + scan
      return row
    }
  }

  private func estimates(of region: Int, _ parameters: [ModelCard.Parameter]) -> [KinparFile.Parameter] {
    let fit = fits.fits[region]
    return parameters.enumerated().map { place, parameter in
      let unit = parameter.unit.fromInternal
      let own = fit.estimate(parameter.symbol)
      let limits = fit.card.index(of: parameter.symbol).map { fit.limits($0, level: level) } ?? (.nan, .nan)
      var result = KinparFile.Parameter(
        value: own.value * unit, error: own.standardError * unit, low: limits.low * unit, high: limits.high * unit)
      if let plain = uncorrected?.fits.fits[region],
        FitVerdict(
          status: plain.status.rawValue, atBound: plain.atBound, measure: parameter.symbol, model: plain.card.id)
          != .unreliable
      {
        result.uncorrected = plain.estimate(parameter.symbol).value * unit
      }
      // Those of the table's own model come first.
      if let bootstrap, place < fits.card.parameters.count {
        let spread = bootstrap.spread(region: region, parameter: place, level: level)
        result.resampled = .init(error: spread.error * unit, low: spread.low * unit, high: spread.high * unit)
      }
      return result
    }
  }

  package var tsv: String { TSVText(columns, rows).text }

  /// - Parameter details: members that name the scan, its tracer and its sources.
  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    let card = fits.card
    var members: [(name: String, value: JSONValue)] = [
      ("Description", .string("Regional estimates of the \(card.title.lowercased())"))
    ]
    members += FitDescription.model(fits) + details + [(Sidecar.confidenceLevel, .number(level))]
    members += FitDescription.settings(fits) + FitDescription.asked(choices)
    if let correction = fits.table.correction { members += correction.members(fits.table.names) }
    if let bootstrap {
      members.append(
        (
          "Bootstrap",
          .object([
            ("Samples", .number(Double(bootstrap.count))), ("Seed", .number(Double(bootstrap.seed))),
            ("Method", .string(Bootstrap.statement)),
          ])
        ))
    }
    for parameter in parameters {
      members.append((parameter.symbol, .object(FitDescription.about(parameter, fits))))
      members.append(
        (
          parameter.symbol + "-se",
          .object([
            ("Description", .string("absolute standard error of \(parameter.symbol)")),
            ("Units", .string(parameter.unit.label)),
          ])
        ))
      if uncorrected?.measures.contains(parameter.symbol) ?? false {
        members.append(
          (
            KinparFile.uncorrected(parameter.symbol),
            .object([
              ("Description", .string("\(parameter.symbol) of the curve without correction for partial volume")),
              ("Units", .string(parameter.unit.label)),
            ])
          ))
      }
    }
    if let shared = sharedErrors { members.append((Sidecar.sharedErrors, shared)) }
    members.append(("Diagnostics", diagnostics))
    let told = fits.findings + (tracer?.findings(of: fits) ?? [])
    members.append((Sidecar.findings, .array(told.map(\.json))))
    members.append(("GeneratedBy", Product.generatedBy))
    return .object(members)
  }

  /// Of the outcome: what regions share of their errors; nil when nothing is known of it.
  private var sharedErrors: JSONValue? {
    let symbol = fits.card.outcome
    guard let index = fits.card.index(of: symbol) else { return nil }
    let unit = fits.card.parameters[index].unit.fromInternal
    let regions = fits.fits.compactMap { fit in
      fit.sharedErrors(of: symbol).map { errors in
        (name: fit.region, value: JSONValue.array(errors.map { .number(Rounding.significant($0 * unit, digits: 6)) }))
      }
    }
    guard !regions.isEmpty else { return nil }
    return .object([
      (
        "Description",
        .string(
          "errors that the noise of the reference curve in each frame, and then that of a common k2', makes: the covariance "
            + "of two regions is the sum of products of theirs")
      ),
      ("Parameter", .string(symbol)), ("Regions", .object(regions)),
    ])
  }

  /// What each region's fit says of itself: correlations, condition number, criteria, runs of residuals.
  private var diagnostics: JSONValue {
    .object(
      fits.fits.compactMap { fit in
        guard let own = fit.diagnostics else { return nil }
        var members: [(name: String, value: JSONValue)] =
          fits.others.isEmpty ? [] : [(Sidecar.model, .string(fit.card.id))]
        members += [
          ("BIC", .number(fit.bic)), ("ConditionNumber", .number(Rounding.significant(own.condition, digits: 6))),
          (
            "RunsTest",
            .object([
              ("Z", .number(Rounding.significant(own.runs.deviate, digits: 6))),
              ("P", .number(Rounding.significant(own.runs.probability, digits: 6))),
            ])
          ),
        ]
        if let correlation = own.correlation, fit.card.parameters.count > 1 {
          members.append(
            (
              "Correlation",
              .array(
                correlation.map { row in .array(row.map { .number(Rounding.significant($0, digits: 6)) }) })
            ))
        }
        return (fit.region, .object(members))
      })
  }
}
