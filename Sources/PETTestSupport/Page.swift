import Foundation
package import PETCore

/// A page that a browser shows; closed when it is no longer held.
package final class Page: Sendable {
  /// Keys by their names in the browser.
  package enum Key: String, Sendable, CaseIterable {
    case tab = "Tab"
    case enter = "Enter"
    case escape = "Escape"
    case space = " "
    case end = "End"
    case home = "Home"
    case arrowLeft = "ArrowLeft"
    case arrowUp = "ArrowUp"
    case arrowRight = "ArrowRight"
    case arrowDown = "ArrowDown"

    fileprivate var code: String { self == .space ? "Space" : rawValue }

    fileprivate var number: JSONValue {
      switch self {
      case .tab: 9
      case .enter: 13
      case .escape: 27
      case .space: 32
      case .end: 35
      case .home: 36
      case .arrowLeft: 37
      case .arrowUp: 38
      case .arrowRight: 39
      case .arrowDown: 40
      }
    }

    /// What it types.
    fileprivate var text: String? { self == .enter ? "\r" : self == .space ? " " : nil }
  }

  private let browser: Browser
  private let target: String
  private let session: String
  private let address: String
  private let scripted: Bool

  init(browser: Browser, target: String, session: String, address: String, scripted: Bool) {
    self.browser = browser
    self.target = target
    self.session = session
    self.address = address
    self.scripted = scripted
  }

  deinit {
    _ = try? browser.call("Target.closeTarget", ["targetId": .string(target)])
    browser.forget(session)
  }

  @discardableResult
  func call(_ method: String, _ parameters: JSONValue = [:]) throws -> JSONValue {
    try browser.call(method, parameters, session: session)
  }

  // MARK: - Acting

  /// The value of an expression, of a promise what it is kept with; works where the page's own scripts are off, too.
  @discardableResult
  package func evaluate(_ javascript: String) throws -> JSONValue {
    let answer = try call(
      "Runtime.evaluate",
      [
        "expression": .string(javascript), "awaitPromise": true, "returnByValue": true, "userGesture": true,
      ])
    if let details = answer["exceptionDetails"] {
      let words = details["exception"]?["description"]?.string ?? details["exception"]?["value"]?.string
      throw PETError(.internalFault, field: "script", words ?? details["text"]?.string ?? "exception", remedy: "")
    }
    let result = answer["result"]
    return result?["value"] ?? result?["unserializableValue"] ?? .null
  }

  /// Lets the page draw what it was told.
  package func settle() throws {
    // Without scripts nothing answers; an answer to anything comes after what was under way.
    let drawn = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))"
    try evaluate(scripted ? drawn : "0")
  }

  package func resize(width: Int, height: Int) throws {
    try setSize(width, height)
    try settle()
  }

  func setSize(_ width: Int, _ height: Int) throws {
    try call(
      "Emulation.setDeviceMetricsOverride",
      ["width": .number(Double(width)), "height": .number(Double(height)), "deviceScaleFactor": 1, "mobile": false])
  }

  /// The mouse over the middle of an element, which nothing may cover.
  package func hover(_ selector: String) throws {
    _ = try point(selector)
    try settle()
  }

  /// A click of the left button there.
  package func click(_ selector: String) throws {
    let (x, y) = try point(selector)
    for kind in ["mousePressed", "mouseReleased"] { try mouse(kind, x, y, ["button": "left", "clickCount": 1]) }
    try settle()
  }

  private func point(_ selector: String) throws -> (x: JSONValue, y: JSONValue) {
    let place = try evaluate(
      """
      (() => {
        const element = document.querySelector(\(Self.literal(selector)));
        if (!element) throw "no element";
        element.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
        const box = element.getBoundingClientRect();
        if (!(box.width > 0 && box.height > 0)) throw "it has no size";
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        const top = document.elementFromPoint(x, y);
        if (!top) throw "it is outside of the window";
        if (!element.contains(top) && !top.contains(element) && top.control !== element)
          throw "it is covered by " + top.outerHTML.slice(0, 80);
        return [x, y];
      })()
      """
    ).list
    guard let place, place.count == 2 else {
      throw PETError(.internalFault, field: selector, "has no place on the page", remedy: "")
    }
    try mouse("mouseMoved", place[0], place[1])
    return (place[0], place[1])
  }

  private func mouse(
    _ kind: String, _ x: JSONValue, _ y: JSONValue, _ more: KeyValuePairs<String, JSONValue> = [:]
  ) throws {
    try call(
      "Input.dispatchMouseEvent",
      .object([("type", .string(kind)), ("x", x), ("y", y)] + more.map { ($0.key, $0.value) }))
  }

  /// A key, as the keyboard sends it to what has the focus.
  package func press(_ key: Key, shift: Bool = false) throws {
    var members: [(name: String, value: JSONValue)] = [
      ("key", .string(key.rawValue)), ("code", .string(key.code)), ("windowsVirtualKeyCode", key.number),
      ("modifiers", shift ? 8 : 0),
    ]
    let release = JSONValue.object([("type", "keyUp")] + members)
    if let text = key.text { members.append(("text", .string(text))) }
    try call("Input.dispatchKeyEvent", .object([("type", key.text == nil ? "rawKeyDown" : "keyDown")] + members))
    try call("Input.dispatchKeyEvent", release)
    try settle()
  }

  // MARK: - Looking

  /// Every address that the page asked for, besides its own file and what it holds itself (`data:`, `blob:`).
  package var requests: [String] {
    get throws {
      try settle()
      return browser.heard(session).requests.filter { request in
        request.prefix { $0 != "#" } != address && !["data:", "blob:", "about:"].contains { request.hasPrefix($0) }
      }
    }
  }

  /// Errors and warnings of the console, exceptions that nothing caught, and what the browser itself logged as either.
  package var problems: [String] {
    get throws {
      try settle()
      return browser.heard(session).problems
    }
  }

  /// A PNG of the window, or of the whole page.
  package func screenshot(to path: String, fullPage: Bool = false) throws {
    var members: [(name: String, value: JSONValue)] = [("format", "png")]
    if fullPage, let size = try call("Page.getLayoutMetrics")["cssContentSize"] {
      let clip: JSONValue = [
        "x": 0, "y": 0, "width": size["width"] ?? 0, "height": size["height"] ?? 0, "scale": 1,
      ]
      members += [("clip", clip), ("captureBeyondViewport", true)]
    }
    // A page behind another may never be drawn.
    _ = try call("Page.bringToFront")
    try save(try call("Page.captureScreenshot", .object(members)), path)
  }

  /// The page as it is printed, with backgrounds, on the paper its style asks for.
  package func pdf(to path: String) throws {
    try save(try call("Page.printToPDF", ["printBackground": true, "preferCSSPageSize": true]), path)
  }

  private func save(_ answer: JSONValue, _ path: String) throws {
    guard let text = answer["data"]?.string, let bytes = Data(base64Encoded: text) else {
      throw PETError(.internalFault, file: path, "the browser sent no bytes", remedy: "")
    }
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  /// Text as JavaScript writes it.
  private static func literal(_ text: String) -> String { JSONValue.string(text).text }
}
