import PETCore
import Testing

struct OrderTests {
  /// By selection and by sorting the median is the same number, for any size, order and ties.
  @Test func medianIsThatOfTheSortedSample() {
    var random = SeededGenerator(seed: 3)
    for round in 0..<400 {
      let count = 1 + round % 37
      var values = (0..<count).map { _ in random.normal() }
      switch round % 4 {
      case 1: values.sort()
      case 2: values = values.map { ($0 * 2).rounded() }
      case 3: values = values.sorted().reversed()
      default: break
      }
      #expect(Order.median(values) == Order.quantile(values.sorted(), 0.5), "\(values)")
    }
    #expect(Order.median([]).isNaN)
    #expect(Order.median([1, .infinity]) == .infinity)
    #expect(Order.median([-.infinity, 1, .infinity]) == 1)
  }
}
