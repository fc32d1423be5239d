package import PETCore

/// Masks that share voxels: each region's curve stands alone, and what two of them share is in both.
enum MaskOverlap {
  /// Share of the smaller of two masks above which it is told.
  static let notable = 0.05

  /// - Parameter names: of the masks, in their order.
  static func findings(_ masks: [RegionMask], names: [String], file: String) -> [Finding] {
    // Voxels that more than one mask has, and which.
    var owner: [Int32: Int] = [:]
    var shared: [Int: Double] = [:]
    var several: [Int32: [Int]] = [:]
    for (place, mask) in masks.enumerated() {
      for offset in mask.offsets {
        if let first = owner[offset] { several[offset, default: [first]].append(place) } else { owner[offset] = place }
      }
    }
    var weights = masks.map { _ in [Int32: Double]() }
    for (place, mask) in masks.enumerated() {
      mask.each { offset, weight in
        if several[Int32(offset)] != nil { weights[place][Int32(offset)] = weight }
      }
    }
    for (offset, places) in several {
      for (i, a) in places.enumerated() {
        for b in places[(i + 1)...] {
          shared[a * masks.count + b, default: 0] += min(weights[a][offset] ?? 0, weights[b][offset] ?? 0)
        }
      }
    }
    return shared.sorted { $0.key < $1.key }.compactMap { key, volume in
      let (a, b) = (key / masks.count, key % masks.count)
      let share = volume / min(masks[a].total, masks[b].total)
      guard share > notable else { return nil }
      return Finding(
        .note, .masksOverlap, file: file, field: "masks",
        value: NumberText.short(Rounding.significant(share, digits: 3)),
        "\(names[a]) and \(names[b]) share \(NumberText.short((100 * share).rounded())) % of the smaller one",
        remedy: "each has its own curve; what they share is in both")
    }
  }
}

extension Finding.Code {
  package static let masksOverlap = Finding.Code("masks-overlap")
}
