/// A value of a YAML document with the place where it stands.
struct YAMLNode {
  /// From 1.
  struct Mark {
    let line: Int
    let column: Int
  }

  enum Content {
    /// - Parameter isPlain: whether it may stand for more than text: no quotes are around it.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping(Members)
  }

  typealias Members = [(key: YAMLNode, value: YAMLNode)]

  var content: Content
  let mark: Mark

  /// Text or a number as it is written; nil for lists and mappings.
  var string: String? { if case .scalar(let text, _) = content { text } else { nil } }

  var list: [YAMLNode]? { if case .sequence(let list) = content { list } else { nil } }

  var members: Members? { if case .mapping(let members) = content { members } else { nil } }

  /// True or false, where no quotes say that it is text.
  var flag: Bool? {
    guard case .scalar(let text, isPlain: true) = content else { return nil }
    return ["true": true, "yes": true, "on": true, "false": false, "no": false, "off": false][text.lowercased()]
  }

  /// The value of a mapping's key; what is set must be there.
  subscript(_ name: String) -> YAMLNode? {
    get { members?.first { $0.key.string == name }?.value }
    set {
      guard var all = members, let place = all.firstIndex(where: { $0.key.string == name }), let newValue else {
        return
      }
      all[place].value = newValue
      content = .mapping(all)
    }
  }
}
