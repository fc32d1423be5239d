/// How much of what is measured in each region of a scan comes from each: its geometric transfer matrix.
package struct RegionTransfer: Sendable, Equatable {
  /// Labels in their order, then the space around them.
  package let names: [String]
  /// Row i is what is measured in region i; it sums to 1.
  package let rows: [[Double]]

  package init(names: [String], rows: [[Double]]) { (self.names, self.rows) = (names, rows) }
}
