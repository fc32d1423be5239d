import Foundation
import FoundationXML

/// What another reader of XML finds in a text.
final class XMLReader: NSObject, XMLParserDelegate {
  /// Names of elements in the order that they are opened.
  private(set) var elements: [String] = []
  /// Attributes of each of them.
  private(set) var attributes: [[String: String]] = []
  /// What stands directly in each of them.
  private(set) var texts: [String] = []
  private(set) var isWhole = false
  private var open: [Int] = []

  init(_ text: String) {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    isWhole = parser.parse()
  }

  /// Attributes of all elements of a name and a class.
  func all(_ element: String, class style: String? = nil) -> [[String: String]] {
    elements.indices.filter { elements[$0] == element && (style == nil || attributes[$0]["class"] == style) }
      .map { attributes[$0] }
  }

  /// What stands in the elements of a name and a class.
  func words(_ element: String, class style: String? = nil) -> [String] {
    elements.indices.filter { elements[$0] == element && (style == nil || attributes[$0]["class"] == style) }
      .map { texts[$0] }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes own: [String: String]
  ) {
    open.append(elements.count)
    elements.append(name)
    attributes.append(own)
    texts.append("")
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if let last = open.last { texts[last] += string }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }
}
