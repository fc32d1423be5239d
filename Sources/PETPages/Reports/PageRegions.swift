/// Which regions a page shows: a table of labels may name thousands that no image has.
package struct PageRegions: Sendable {
  /// Up to so many all are shown; of more, those that have a value.
  static let most = 1000

  /// Places of those shown, in order.
  package let places: [Int]
  /// How many are left to the tables.
  package let leftOut: Int

  /// - Parameter hasValue: of each region, whether there is anything to show.
  package init(_ hasValue: [Bool]) {
    places = hasValue.count <= Self.most ? Array(hasValue.indices) : hasValue.indices.filter { hasValue[$0] }
    leftOut = hasValue.count - places.count
  }
}
