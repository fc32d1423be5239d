/// Something known of either side of a balance.
package struct BothSides<Value: Sendable>: Sendable {
  package let numerator: Value
  package let denominator: Value

  package init(_ numerator: Value, _ denominator: Value) {
    self.numerator = numerator
    self.denominator = denominator
  }
}
