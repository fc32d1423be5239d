import Foundation
import PETCore

/// A real browser without a window: Chromium, over a pipe of its own, so that no port is opened.
///
/// It reaches no network: names are not looked up and its own traffic is off. What a page asks for is listed all the same.
package final class Browser: Sendable {
  /// Chromium, or what PETBALANCE_CHROMIUM names; nil when there is none.
  package static let path: String? = {
    if let named = ProcessInfo.processInfo.environment["PETBALANCE_CHROMIUM"] {
      return FileManager.default.isExecutableFile(atPath: named) ? named : nil
    }
    return ["chromium", "chromium-browser", "google-chrome"].compactMap(Program.find).first?.path
  }()

  /// One for all suites of a test run, as a start takes a second; it ends with the run.
  package static func shared() throws -> Browser { try common.get() }

  private static let common: Result<Browser, any Error> = Result {
    let browser = try Browser()
    atexit { if case .success(let browser) = Browser.common { browser.close() } }
    return browser
  }

  private let process: pid_t
  /// The folder of all it keeps.
  package let profile: String
  private let pipe: Locked<DevToolsPipe>

  /// - Parameter patience: s that an answer may take, on a machine that has other work.
  package init(patience: Double = 60) throws {
    guard let path = Self.path else {
      throw PETError(.missingInput, "chromium is not installed", remedy: "Scripts/setup-tests installs it")
    }
    profile = NSTemporaryDirectory() + "petbalance-browser-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: profile, withIntermediateDirectories: true)
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw PETError(.internalFault, "no socket for the browser", remedy: "")
    }
    defer { Foundation.close(ends[1]) }
    do {
      process = try Self.launch(path, Self.options + ["--user-data-dir=\(profile)"], pipe: ends[1], home: profile)
    } catch {
      Foundation.close(ends[0])
      try? FileManager.default.removeItem(atPath: profile)
      throw error
    }
    pipe = Locked(DevToolsPipe(socket: ends[0], patience: patience))
  }

  deinit { close() }

  /// Opens a file as a page of this size, in CSS pixels, and waits until it has loaded.
  ///
  /// - Parameters:
  ///   - dark: what the page is told the reader prefers.
  ///   - script: false for a reader who has scripts switched off.
  package func open(
    file path: String, width: Int, height: Int, dark: Bool = false, script: Bool = true
  ) throws -> Page {
    let address = URL(fileURLWithPath: path).absoluteString
    let target = try call("Target.createTarget", ["url": "about:blank"])["targetId"] ?? .null
    let attached = try call("Target.attachToTarget", ["targetId": target, "flatten": true])
    guard let session = attached["sessionId"]?.string, let name = target.string else {
      throw PETError(.internalFault, "the browser opened no page", remedy: "")
    }
    let page = Page(browser: self, target: name, session: session, address: address, scripted: script)
    pipe.withLock { $0.heard[session] = .init() }
    for domain in ["Page", "Runtime", "Log", "Network"] { try page.call(domain + ".enable") }
    // A page behind another would draw nothing and answer no animation frame.
    try page.call("Emulation.setFocusEmulationEnabled", ["enabled": true])
    try page.call(
      "Emulation.setEmulatedMedia",
      ["features": .array([["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]])])
    if !script { try page.call("Emulation.setScriptExecutionDisabled", ["value": true]) }
    try page.setSize(width, height)
    if let fault = try page.call("Page.navigate", ["url": .string(address)])["errorText"]?.string {
      throw PETError(.missingInput, file: path, "the browser cannot open it: \(fault)", remedy: "")
    }
    try pipe.withLock { try $0.waitForLoad(session) }
    try page.settle()
    return page
  }

  /// Ends the browser and removes what it kept; done when it is no longer held, too.
  package func close() {
    _ = try? call("Browser.close")
    guard pipe.withLock({ $0.close() }) else { return }
    var status: Int32 = 0
    var ended = false
    let deadline = Date(timeIntervalSinceNow: 5)
    while !ended, deadline.timeIntervalSinceNow > 0 {
      ended = waitpid(process, &status, WNOHANG) != 0
      if !ended { usleep(10_000) }
    }
    if !ended {
      kill(process, SIGKILL)
      waitpid(process, &status, 0)
    }
    // A helper that is just ending may still put a file there.
    for _ in 0..<20 where FileManager.default.fileExists(atPath: profile) {
      if (try? FileManager.default.removeItem(atPath: profile)) == nil { usleep(50_000) }
    }
  }

  @discardableResult
  func call(_ method: String, _ parameters: JSONValue = [:], session: String? = nil) throws -> JSONValue {
    try pipe.withLock { try $0.call(method, parameters, session: session) }
  }

  func heard(_ session: String) -> DevToolsPipe.Heard { pipe.withLock { $0.heard[session] ?? .init() } }

  func forget(_ session: String) { pipe.withLock { $0.heard[session] = nil } }

  // MARK: - The process

  private static let options = [
    "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars",
    // The same picture on every machine that has the same fonts.
    "--force-color-profile=srgb", "--font-render-hinting=none", "--force-device-scale-factor=1", "--lang=en-US",
    "--disable-gpu",
    // Nothing leaves the machine, of the page or of the browser.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--no-proxy-server", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-domain-reliability", "--disable-breakpad",
    "--disable-crash-reporter", "--disable-client-side-phishing-detection", "--disable-default-apps",
    "--disable-extensions", "--metrics-recording-only", "--no-pings", "--no-first-run", "--no-default-browser-check",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,DialMediaRouteProvider",
    "--password-store=basic", "--use-mock-keychain",
    // Several pages at once.
    "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding", "--disable-ipc-flooding-protection",
  ]

  /// The browser reads commands as file 3 and writes answers as file 4: both are the one end of a socket.
  private static func launch(_ path: String, _ options: [String], pipe: Int32, home: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    var noSignal = sigset_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for file: Int32 in 1...2 { posix_spawn_file_actions_addopen(&actions, file, "/dev/null", O_WRONLY, 0) }
    for file: Int32 in 3...4 { posix_spawn_file_actions_adddup2(&actions, pipe, file) }
    for file: Int32 in 5..<1024 { posix_spawn_file_actions_addclose(&actions, file) }
    // A test runner may block signals, which a child would take over.
    sigemptyset(&noSignal)
    posix_spawnattr_setsigmask(&attributes, &noSignal)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    // What it keeps outside of its profile lands there as well, and it finds no desktop to talk to.
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("XDG_") && $0.key != "DISPLAY" }
    environment.merge(["HOME": home, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/dev/null"]) { _, new in new }
    var arguments = ([path] + options).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process: pid_t = 0
    let fault = posix_spawn(&process, path, &actions, &attributes, &arguments, &variables)
    guard fault == 0 else {
      throw PETError(.internalFault, file: path, "cannot be started: \(String(cString: strerror(fault)))", remedy: "")
    }
    return process
  }
}
