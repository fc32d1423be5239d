package import PETResults

extension PipelineKey {
  /// Every key, printed; `*` in a path stands for each system that is read, such as dopamine.
  package static func page(_ format: CatalogueFormat, width: Int? = nil) -> String {
    CatalogueText.list(
      format, title: "Keys of a pipeline", columns: ["key", "value", "default", "example", "remade", "meaning"],
      rows: all.map { key in
        [
          key.path, key.words, key.standard ?? "needed", key.example,
          Reach.allCases.filter(key.reach.contains).map(\.rawValue).joined(separator: " "), key.meaning,
        ]
      }, madeBy: "petbalance pipelines --keys --format markdown", width: width)
  }
}
