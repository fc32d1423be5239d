package import PETImaging

extension RegionWeights {
  /// Points of the labels where their pose has them on the scan, spread evenly, mm; empty where there are no labels, or they lie
  /// under a field.
  package func points(most: Int) -> [(x: Double, y: Double, z: Double)] {
    guard let labels = ownLabels, let pose = (pose ?? PointMap(.identity)).affine, let back = pose.inverse else {
      return []
    }
    let places = labels.indices.filter { labels[$0] != 0 }
    let map = back.after(grid.affine)
    return stride(from: 0, to: places.count, by: max(1, places.count / max(1, most))).map { place in
      let at = places[place]
      let p = map.apply(Double(at % grid.nx), Double(at / grid.nx % grid.ny), Double(at / (grid.nx * grid.ny)))
      return (p.0, p.1, p.2)
    }
  }
}
