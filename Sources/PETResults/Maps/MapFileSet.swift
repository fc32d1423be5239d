package import PETCore
package import PETImaging

/// Images over one mask and the texts that belong to them: written whole, all of them or none.
package struct MapFileSet: Sendable {
  package struct Image: Sendable {
    /// Ends in `.nii.gz`; the JSON beside it has the same name.
    package let path: String
    /// One value a voxel of the mask.
    package let values: [Float]
    package var storage = NIfTIWriter.Storage.float32
    package let sidecar: JSONValue
  }

  package let mask: VoxelMask
  package var images: [Image] = []
  package var texts: [(path: String, text: String)] = []

  package init(mask: VoxelMask) { self.mask = mask }

  /// Every file that is written.
  package var paths: [String] { texts.map(\.path) + images.flatMap { [Self.sidecarPath($0.path), $0.path] } }

  private static func sidecarPath(_ image: String) -> String { String(image.dropLast(".nii.gz".count)) + ".json" }

  /// Writes all of them under temporary names, then gives them their own: a failure leaves what was there before.
  ///
  /// - Parameters:
  ///   - given: files that they get their names together with; nil to give them theirs at once.
  ///   - rewrite: what is done to a text before it is written.
  package func write(jobs: Int, staging given: StagedFiles? = nil, rewrite: (String) -> String = { $0 })
    throws(PETError)
  {
    let staging = given ?? StagedFiles()
    for item in texts { try AtomicFile.write(rewrite(item.text), to: item.path, staging: staging) }
    for image in images {
      try AtomicFile.write(rewrite(image.sidecar.text), to: Self.sidecarPath(image.path), staging: staging)
    }
    let (images, mask) = (images, mask)
    let failures = Parallel.map(images.count, jobs: jobs) { index -> PETError? in
      do throws(PETError) {
        try NIfTIWriter.write(
          images[index].path, mask: mask, values: images[index].values, storage: images[index].storage,
          description: "\(Product.name) \(Product.version)", staging: staging)
        return nil
      } catch { return error }
    }
    if let failure = failures.compactMap({ $0 }).first { throw failure }
    if given == nil { try staging.commit() }
  }
}
