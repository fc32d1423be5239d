import PETCore

/// Where a value lies among those of everybody, as coarsely as it can be told: which part of all values it is in.
///
/// Coarse on purpose: an exact rank is another one with every person who is added, and says more than a value with an error can.
package enum StudyPlace: String, Sendable, CaseIterable {
  case lowestTenth = "lowest tenth"
  case lowestQuarter = "lowest quarter"
  case middleHalf = "middle half"
  case highestQuarter = "highest quarter"
  case highestTenth = "highest tenth"

  /// Fewer values have no tenths and quarters.
  package static let fewestPersons = 8

  /// The places of all values; values that are not finite have none and do not count.
  ///
  /// Equal values share one.
  package static func all(_ values: [Double]) -> [StudyPlace?] {
    let order = values.indices.filter { values[$0].isFinite }.sorted { values[$0] < values[$1] }
    var places = [StudyPlace?](repeating: nil, count: values.count)
    guard order.count >= fewestPersons else { return places }
    var start = 0
    while start < order.count {
      let end = order[start...].firstIndex { values[$0] > values[order[start]] } ?? order.count
      // The middle of those that are equal.
      let share = Double(start + end) / 2 / Double(order.count)
      for place in order[start..<end] { places[place] = StudyPlace(share: share) }
      start = end
    }
    return places
  }

  private init(share: Double) {
    switch share {
    case ..<0.1: self = .lowestTenth
    case ..<0.25: self = .lowestQuarter
    case ...0.75: self = .middleHalf
    case ...0.9: self = .highestQuarter
    default: self = .highestTenth
    }
  }
}
