package import PETBinding
package import PETCore
package import PETTracers

/// The budget of a pair's ratios as a member of a sidecar and as `_sensitivity.tsv`.
package struct BudgetText: Sendable {
  private let budget: PairBudget
  private let rows: [BalanceRow]

  package init(_ budget: PairBudget, _ rows: [BalanceRow]) { (self.budget, self.rows) = (budget, rows) }

  package static let member = "Budget"

  /// What the variance of a region's log ratio is made of, noise first: shares that sum to 1.
  package typealias Shares = [(name: String, share: Double)]

  private static let (regions, shares, method, leftOut) = ("Regions", "Shares", "Method", "LeftOut")
  private static let error = "log-ratio-error"

  /// The shares of each region that a sidecar tells, by its name.
  package static func shares(_ member: JSONValue?) -> [String: Shares] {
    var result: [String: Shares] = [:]
    for (region, own) in member?[regions]?.members ?? [] {
      result[region] = (own[shares]?.members ?? []).compactMap { name, value in
        value.double.map { (name: name, share: $0) }
      }
    }
    return result
  }

  /// SD of the log ratio by the budget, by region.
  package static func errors(_ member: JSONValue?) -> [String: Double] {
    var result: [String: Double] = [:]
    for (region, own) in member?[regions]?.members ?? [] { result[region] = own[error]?.double }
    return result
  }

  /// What a sidecar's budget does not hold.
  package static func leftOut(_ member: JSONValue?) -> [String] { (member?[leftOut]?.list ?? []).compactMap(\.string) }

  package var json: JSONValue {
    func number(_ value: Double) -> JSONValue { .number(Rounding.significant(value, digits: 4)) }
    let effects = budget.taken.map { own -> JSONValue in
      .object([
        ("Effect", .string(own.effect.key)), ("Scan", .string(own.scan)), ("Spread", number(own.spread.value)),
        (Sidecar.units, .string(own.effect.unit)), ("Source", .string(own.spread.source)),
        ("Description", .string(own.effect.meaning)),
      ])
    }
    let known = rows.compactMap { row in
      row.budget.map { own -> (name: String, value: JSONValue) in
        let shares = own.shares.map { (name: $0.name, value: number($0.share)) }
        var members: [(name: String, value: JSONValue)] = [
          (Self.method, .string(own.method.rawValue)), (Self.shares, .object(shares)),
          ("Correlated", number(own.correlated)), (Self.error, number(own.error)),
        ]
        if let bent = own.bent { members.append(("Sampled", .string(bent))) }
        return (row.region, .object(members))
      }
    }
    return .object([
      (
        "Description",
        .string(
          "exp(L ± c sqrt(SE^2 + sum g^2)) of the log ratio L, g what one standard deviation of each independent error does to it "
            + "by fits made again, c with the statistical degrees of freedom; sampled (seeded) where an error up and down do not do "
            + "the same. Shares are of the variance; Correlated is what of it errors common to both scans take (below 0) or add. A budget of "
            + "what is stated, never a total")
      ),
      ("Effects", .array(effects)), (Self.leftOut, .array(budget.leftOut.map(JSONValue.string))),
      (Self.regions, .object(known)),
    ])
  }

  // MARK: - The table of sensitivities

  private static func columns(_ systems: BalanceSystems) -> [TableColumn<PairBudget.Sensitivity>] {
    [
      .init("region", .text(\.region)), .init("effect", .text(\.effect)), .init("amount", .number(\.amount)),
      .init("\(systems.numerator.rawValue)-change", .number(\.numerator)),
      .init("\(systems.denominator.rawValue)-change", .number(\.denominator)),
      .init("ratio-change", .number(\.ratio)), .init("component", .text(\.component)), .init("scan", .text(\.scan)),
    ]
  }

  /// - Parameter systems: of the balance.
  package func sensitivities(_ systems: BalanceSystems) -> String {
    let all = rows.flatMap { row in
      row.numerator.flatMap { a in
        row.denominator.map { b in budget.sensitivities(row.region, a.region, over: b.region) }
      } ?? []
    }
    return TSVText(Self.columns(systems), all).text
  }

  package func sidecar(_ systems: BalanceSystems, _ details: [(name: String, value: JSONValue)]) -> JSONValue {
    func change(_ of: String) -> JSONValue {
      .object([("Description", .string("change of the \(of)")), (Sidecar.units, .string("%"))])
    }
    let units = BudgetEffect.all.map { (name: $0.key, value: JSONValue.string($0.unit)) }
    return .object(
      [
        (
          "Description",
          .string(
            "what stated errors do to estimates and their ratio, by fits made again; amounts are one standard deviation up and "
              + "down, of component sd the spread over draws; scan-end, scan-start, reference-extent and model are shown, and in no budget"
          )
        ),
        (
          "amount", .object([("Description", "in the unit of the effect"), (Sidecar.units, .object(units))])
        ),
        ("\(systems.numerator.rawValue)-change", change("\(systems.numerator.rawValue) estimate")),
        ("\(systems.denominator.rawValue)-change", change("\(systems.denominator.rawValue) estimate")),
        ("ratio-change", change("ratio")),
        ("scan", .object([("Description", "whose error it is: one of both scans together, or of one of them")])),
      ] + details + [("GeneratedBy", Product.generatedBy)])
  }
}
