package import PETKinetics

extension FitStatus {
  /// The status as a label of a status map; 0 is outside the mask.
  package var label: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
}

extension ParametricMaps {
  /// The statuses as a label image, one value a voxel of the mask.
  package var statusLabels: [Float] { statuses.map { Float($0.label) } }
}
