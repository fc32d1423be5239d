import PETCore
import Testing

struct NaturalOrderTests {
  /// Numbers by their size, words by their letters; zeros before a number come after it, and any order sorts to one.
  @Test func names() {
    let order = ["sub-1", "sub-01", "sub-2", "sub-9", "sub-10", "sub-010", "sub-10a", "sub-a2", "sub-a10", "sub-b"]
    for shift in order.indices {
      let turned = Array(order[shift...] + order[..<shift])
      #expect(turned.sorted(by: NaturalOrder.precedes) == order)
      #expect(Array(turned.reversed()).sorted(by: NaturalOrder.precedes) == order)
    }
    #expect(!NaturalOrder.precedes("a", "a") && NaturalOrder.precedes("", "a"))
    // Longer than any integer.
    #expect(NaturalOrder.precedes("9", "1" + String(repeating: "0", count: 40)))
  }
}
