import CYAML
import PETCore

/// Reads the one document of a YAML text, by libyaml.
///
/// Anchors, aliases and tags of one's own are refused: a few aliases can stand for more text than a machine holds, and our
/// files have no use for them.
struct YAMLParser: ~Copyable {
  /// Far more than any file of ours needs (six), and far less than the stack holds.
  private static let deepest = 100

  private let file: String
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)

  private init(file: String) {
    self.file = file
    yaml_parser_initialize(parser)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// The root of a text; nil when there is none.
  static func root(of text: String, file: String) throws(PETError) -> YAMLNode? {
    let parser = YAMLParser(file: file)
    var text = text
    let result = text.withUTF8 { bytes -> Result<YAMLNode?, PETError> in
      yaml_parser_set_input_string(parser.parser, bytes.baseAddress, bytes.count)
      yaml_parser_set_encoding(parser.parser, YAML_UTF8_ENCODING)
      do throws(PETError) { return .success(try parser.document()) } catch { return .failure(error) }
    }
    return try result.get()
  }

  // MARK: - Events

  private enum Event {
    case scalar(String, isPlain: Bool)
    case sequence, mapping, end, document, other, stream
  }

  private func document() throws(PETError) -> YAMLNode? {
    var root: YAMLNode?
    while true {
      let (event, mark) = try next()
      switch event {
      case .stream: return root
      case .document where root != nil:
        throw error(mark, "there is a second document", "keep one")
      case .document, .other: continue
      default: root = try value(event, mark, depth: 0)
      }
    }
  }

  private func value(_ event: Event, _ mark: YAMLNode.Mark, depth: Int) throws(PETError) -> YAMLNode {
    guard depth < Self.deepest else { throw error(mark, "nested too deep", "correct the text") }
    switch event {
    case .sequence:
      var list: [YAMLNode] = []
      while let node = try element(depth: depth) { list.append(node) }
      return YAMLNode(content: .sequence(list), mark: mark)
    case .mapping:
      var members: YAMLNode.Members = []
      var seen: Set<String> = []
      while let key = try element(depth: depth) {
        if let name = key.string, !seen.insert(name).inserted {
          throw error(key.mark, field: name, "the key stands twice", "remove one")
        }
        guard let value = try element(depth: depth) else { break }
        members.append((key, value))
      }
      return YAMLNode(content: .mapping(members), mark: mark)
    case .scalar(let text, let isPlain): return YAMLNode(content: .scalar(text, isPlain: isPlain), mark: mark)
    default: throw error(mark, "not YAML", "correct the text")
    }
  }

  /// What follows in a list or mapping; nil at its end.
  private func element(depth: Int) throws(PETError) -> YAMLNode? {
    let (event, mark) = try next()
    if case .end = event { return nil }
    return try value(event, mark, depth: depth + 1)
  }

  private func next() throws(PETError) -> (Event, YAMLNode.Mark) {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
    defer { yaml_event_delete(&event) }
    let mark = Self.mark(event.start_mark)
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let tag = try checked(scalar.anchor, scalar.tag, mark)
      let text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && tag != Self.core + "str"
      return (.scalar(text, isPlain: isPlain), mark)
    case YAML_SEQUENCE_START_EVENT:
      _ = try checked(event.data.sequence_start.anchor, event.data.sequence_start.tag, mark)
      return (.sequence, mark)
    case YAML_MAPPING_START_EVENT:
      _ = try checked(event.data.mapping_start.anchor, event.data.mapping_start.tag, mark)
      return (.mapping, mark)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return (.end, mark)
    case YAML_DOCUMENT_START_EVENT: return (.document, mark)
    case YAML_STREAM_END_EVENT: return (.stream, mark)
    case YAML_ALIAS_EVENT: throw anchored(mark)
    default: return (.other, mark)
    }
  }

  /// What the tags of text, numbers, lists and mappings begin with.
  private static let core = "tag:yaml.org,2002:"

  private func checked(
    _ anchor: UnsafeMutablePointer<UInt8>?, _ tag: UnsafeMutablePointer<UInt8>?, _ mark: YAMLNode.Mark
  ) throws(PETError) -> String? {
    guard anchor == nil else { throw anchored(mark) }
    guard let tag else { return nil }
    let name = String(cString: tag)
    guard name.hasPrefix(Self.core), !name.contains("/") else {
      throw error(mark, "the tag \(name) is not read", "write the value alone")
    }
    return name
  }

  private func anchored(_ mark: YAMLNode.Mark) -> PETError {
    error(mark, "YAML anchors and aliases are not read", "write the value out, and patterns in quotes")
  }

  // MARK: - Faults

  private static func mark(_ mark: yaml_mark_t) -> YAMLNode.Mark {
    YAMLNode.Mark(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  private func error(_ mark: YAMLNode.Mark, field: String? = nil, _ problem: String, _ remedy: String) -> PETError {
    PETError(.wrongInput, file: "\(file):\(mark.line):\(mark.column)", field: field, problem, remedy: remedy)
  }

  private func syntaxError() -> PETError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be read"
    if parser.pointee.error == YAML_READER_ERROR {
      return PETError(.wrongInput, file: file, "not YAML: \(problem)", remedy: "correct the text")
    }
    let isDeep = problem.lowercased().contains("nesting level")
    return error(
      Self.mark(parser.pointee.problem_mark), isDeep ? "nested too deep" : "not YAML: \(problem)", "correct the text")
  }
}
