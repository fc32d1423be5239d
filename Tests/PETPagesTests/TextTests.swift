import PETCore
import Testing

@testable import PETPages

struct TextTests {
  @Test(arguments: [
    ("<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"),
    ("a & b \"c\"", "a &amp; b &quot;c&quot;"),
    ("Gyrus précentral 左", "Gyrus précentral 左"), ("tab\tbell\u{7}", "tab\\u{9}bell\\u{7}"),
  ])
  func isShownNotExecuted(text: String, html: String) { #expect(HTML.escaped(text) == html) }

  @Test func identifiersHoldNothingThatSteers() {
    #expect(HTML.identifier("Left-Caudate 2") == "Left-Caudate-2")
    #expect(HTML.identifier("a<b>\"/..é") == "au3cbu3eu22u2fu2eu2eue9")
  }

  @Test(arguments: [
    (3.43672, 4, "3.4367"), (-0.12, 1, "−0.1"), (-0.04, 1, "0.0"), (Double.infinity, 3, "∞"),
    (-Double.infinity, 3, "−∞"),
    (Double.nan, 3, "n/a"),
  ])
  func numbers(value: Double, decimals: Int, text: String) {
    #expect(PageNumber.text(value, decimals: decimals) == text)
  }

  @Test func cellsThatAreNoNumbersStayWords() {
    for cell in ["n/a", "ok", "infinite", "nan", "12-13", "", "-"] {
      #expect(PageNumber.value(cell) == nil, "\(cell)")
    }
    #expect(PageNumber.value("1e-5") == 1e-5 && PageNumber.value("-inf") == -.infinity)
    #expect(PageNumber.html("0.123456", decimals: 3) == "<data value=\"0.123456\">0.123</data>")
    #expect(PageNumber.html("<b>") == "&lt;b&gt;")
  }

  @Test func decimalsFitTheColumn() {
    #expect(PageNumber.decimals(of: [3.4, 2.1234, .nan]) == 3)
    #expect(PageNumber.decimals(of: [0.0602]) == 5)
    #expect(PageNumber.decimals(of: [12, 9]) == 0)
    #expect(PageNumber.decimals(of: [15123.2]) == 0)
  }
}
