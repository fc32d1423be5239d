package import PETBinding
import PETCore

/// What says of each scan of a study how good it is: one value a visit for each quantity of a tracer.
package struct StudyQuality: Sendable {
  package struct Quantity: Sendable {
    package let name: String
    package let unit: String
    package let tracer: String
    /// Visits that have one.
    package let values: [(visit: StudyTable.Visit, value: Double)]
    /// Difference from the median below which nobody is far from the others, however alike those are.
    package let least: Double

    package init(
      name: String, unit: String, tracer: String, values: [(visit: StudyTable.Visit, value: Double)], least: Double = 0
    ) {
      (self.name, self.unit, self.tracer, self.values, self.least) = (name, unit, tracer, values, least)
    }

    var title: String { unit.isEmpty ? name : "\(name), \(unit)" }

    /// Whether a figure says more than the table: not of values that are all the same.
    var isDrawn: Bool { Set(values.map(\.value)).count > 1 }

    /// Those far from the others, by the modified z of Iglewicz and Hoaglin, with it.
    var outliers: [(visit: StudyTable.Visit, value: Double, z: Double)] {
      let median = quantile(0.5)
      return Outliers.places(in: values.map(\.value)).map { (values[$0.place].visit, values[$0.place].value, $0.z) }
        .filter { abs($0.value - median) >= least }
    }

    /// Quantile of the values; NaN without any.
    func quantile(_ share: Double) -> Double {
      let sorted = values.map(\.value).sorted()
      return sorted.isEmpty ? .nan : Order.quantile(sorted, share)
    }
  }

  package let quantities: [Quantity]

  package init(_ quantities: [Quantity]) { self.quantities = quantities }

  /// What is far from the others of each visit, in words.
  var outliers: [StudyTable.Visit: [String]] {
    var words: [StudyTable.Visit: [String]] = [:]
    for quantity in quantities {
      for own in quantity.outliers {
        let value = PageNumber.text(own.value) + (quantity.unit.isEmpty ? "" : " \(quantity.unit)")
        words[own.visit, default: []].append("\(quantity.name) of \(quantity.tracer) \(value)")
      }
    }
    return words
  }
}
