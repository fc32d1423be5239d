import Mustache

/// Templates, style and script of the pages, carried inside the program.
enum Templates {
  static let person = template(PackageResources.person_mustache)
  static let study = template(PackageResources.study_mustache)
  /// What figures look like, in a page and alone.
  static let figureStyle = text(PackageResources.figure_css)
  static let pageStyle = text(PackageResources.page_css)
  static let script = text(PackageResources.page_js)
  /// Of a study's page besides.
  static let studyScript = text(PackageResources.study_js)

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func template(_ bytes: [UInt8]) -> MustacheTemplate {
    do { return try MustacheTemplate(string: text(bytes)) } catch {
      preconditionFailure("a template that is carried inside does not parse: \(error)")
    }
  }
}
