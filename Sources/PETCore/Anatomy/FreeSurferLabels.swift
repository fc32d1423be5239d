/// Names of the labels that FreeSurfer's segmentations have (aseg, aparc, wmparc, GTM), by their numbers.
///
/// From its colour table, version 7; labels that no segmentation of a whole head has are left out, so that numbers of another
/// list are not taken for these.
package enum FreeSurferLabels {
  private static let names: [Int: String] = {
    let text = String(decoding: PackageResources.freesurfer_tsv, as: UTF8.self)
    var names: [Int: String] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: "\t")
      if cells.count == 2, let index = Int(cells[0]) { names[index] = String(cells[1]) }
    }
    return names
  }()

  /// Both sides of cerebellar cortex, caudate and putamen: what every such segmentation has.
  private static let marks: Set<Int> = [8, 47, 11, 50, 12, 51]

  /// The names of labels, when they can be FreeSurfer's: all of them in its list, with both sides of the cerebellum and the
  /// striatum among them; nil for others.
  package static func names(of labels: [Int]) -> [String]? {
    guard marks.isSubset(of: labels) else { return nil }
    var result: [String] = []
    for label in labels {
      guard let name = names[label] else { return nil }
      result.append(name)
    }
    return result
  }

  /// The same of names that are numbers, or `label-` and a number.
  static func named(_ names: [String]) -> [String]? {
    var labels: [Int] = []
    for name in names {
      guard let label = Int(name.hasPrefix("label-") ? String(name.dropFirst("label-".count)) : name) else {
        return nil
      }
      labels.append(label)
    }
    return Self.names(of: labels)
  }
}
