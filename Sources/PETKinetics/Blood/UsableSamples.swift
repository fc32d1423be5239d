package import PETCore

extension BloodSamples {
  /// Without what cannot be so: activity or metabolites at injection, and parent fractions that stand for no measurement.
  func usable(ignoringMetabolites: Bool, _ findings: inout [Finding]) throws(PETError) -> BloodSamples {
    var result = self
    let peak = plasma.values.max() ?? 0
    // High activity at injection says that the zero of the times is wrong, which is told elsewhere; here it is a blank.
    let blanks = plasma.times.indices.filter { plasma.times[$0] <= 0 && plasma.values[$0] > 0 }
    if let last = blanks.last, plasma.values[last] <= 0.1 * peak, blanks.count < plasma.times.count {
      result.plasma.keep { !blanks.contains($0) }
      findings.append(
        Finding(
          .warning, .sampleAtInjection, field: "plasma_radioactivity",
          value: NumberText.short(plasma.values[last]),
          "plasma has \(NumberText.short(plasma.values[last])) kBq/mL at injection, where no tracer is yet",
          remedy: "left out: the curve begins at 0"))
    }
    guard !ignoringMetabolites else { return result }
    let (times, values) = (parentFraction.times, parentFraction.values)
    var odd = times.indices.filter { times[$0] <= 0 && abs(values[$0] - 1) > 0.02 }
    // Zeros that stand for no measurement: the tracer is not gone before it is there again.
    odd += times.indices.filter { i in
      times[i] > 0 && times[i] < 600 && i + 1 < times.count && values[i] >= 0 && values[i] < 0.5 * values[i + 1]
    }
    if let first = odd.first {
      result.parentFraction.keep { !odd.contains($0) }
      findings.append(
        Finding(
          .warning, .parentFractionStart, field: "metabolite_parent_fraction", value: "\(odd.count)",
          "\(NumberText.short(values[first])) at \(NumberText.short(times[first])) s"
            + (odd.count > 1 ? " and \(odd.count - 1) more" : "") + ": all tracer is unchanged when it is injected",
          remedy: "left out: the fraction is 1 at injection"))
    }
    let above = values.filter { $0 > 1 && $0 <= 1.05 }.count
    if above > 0 {
      findings.append(
        Finding(
          .note, .parentFractionAboveOne, field: "metabolite_parent_fraction", value: "\(above)",
          "\(above) values are above 1, by 0.05 or less", remedy: "used as they are"))
    }
    return result
  }
}

extension BloodSamples.Series {
  /// Keeps the samples whose places are wanted.
  fileprivate mutating func keep(_ isWanted: (Int) -> Bool) {
    let places = times.indices.filter(isWanted)
    (times, values) = (places.map { times[$0] }, places.map { values[$0] })
  }
}

extension Finding.Code {
  package static let parentFractionAboveOne = Finding.Code("parent-fraction-above-one")
  package static let parentFractionStart = Finding.Code("parent-fraction-start")
  package static let sampleAtInjection = Finding.Code("sample-at-injection")
}
