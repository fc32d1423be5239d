/// A distribution volume common to all regions of a scan, estimated over them.
package struct CommonVolume: Sendable {
  /// mL/cm3.
  package let value: Double
  package let standardError: Double
  /// Whether it lies at an end of the range that was searched.
  let isAtEnd: Bool
}
