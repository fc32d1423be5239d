import PETCore

/// A row of the table beside a status map: what a label of its voxels says, and how many have it.
struct StatusLabel: Sendable {
  var index: Int?
  var status = ""
  var voxels: Int?

  static let columns: [TableColumn<StatusLabel>] = [
    .init("index", .count(\.index)), .init("name", .text(\.status)), .init("voxels", .count(\.voxels)),
  ]
}
