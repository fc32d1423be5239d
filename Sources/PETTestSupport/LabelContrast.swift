import PETCore

extension Page {
  /// Labels of drawings that are hard to read: axe-core leaves text of SVG out.
  ///
  /// The ratio of WCAG 2 of a label's fill and what lies under its middle, shapes and backgrounds laid over each other;
  /// over a picture or a gradient it cannot be told, and is not.
  func paleLabels() throws -> [String] { try evaluate(Self.labelContrast).list?.compactMap(\.string) ?? [] }

  private static let labelContrast = #"""
    (() => {
      const brush = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
      // Red, green, blue of 0 to 255 and how much covers, of any colour that a style may name.
      const colour = (name, opacity) => {
        brush.clearRect(0, 0, 1, 1);
        brush.fillStyle = name;
        brush.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255 * opacity];
      };
      const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
      const luminance = rgb => [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => {
        const value = rgb[i] / 255;
        return sum + share * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
      }, 0);
      const opacity = element => {
        let product = 1;
        for (let up = element; up; up = up.parentElement) product *= Number(getComputedStyle(up).opacity);
        return product;
      };
      // What an element lays on what is under it; null when it is no plain colour.
      const layer = element => {
        const style = getComputedStyle(element);
        if (element instanceof SVGGeometryElement) {
          if (style.fill === "none") return [0, 0, 0, 0];
          return style.fill.startsWith("url") ? null : colour(style.fill, opacity(element) * Number(style.fillOpacity));
        }
        if (/^(image|img|canvas|video|foreignObject)$/.test(element.localName)) return null;
        if (style.backgroundImage !== "none") return null;
        return colour(style.backgroundColor, opacity(element));
      };
      const root = getComputedStyle(document.documentElement);
      const dark = root.colorScheme.includes("dark") &&
        (!root.colorScheme.includes("light") || matchMedia("(prefers-color-scheme: dark)").matches);
      const canvas = dark ? [18, 18, 18, 1] : [255, 255, 255, 1];

      // Shapes that let the mouse through lie under labels as well.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("svg, svg * { pointer-events: visiblePainted !important }");
      document.adoptedStyleSheets.push(sheet);
      const [x0, y0] = [scrollX, scrollY];
      const problems = [];
      for (const text of document.querySelectorAll("svg text")) {
        const words = text.textContent.replace(/\s+/g, " ").trim();
        const style = getComputedStyle(text);
        if (!words || !text.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
        if (style.fill === "none" || style.fill.startsWith("url") || text.closest("defs, symbol")) continue;
        text.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
        const box = text.getBoundingClientRect();
        const pile = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2)
          .filter(element => !element.closest("text"));
        const layers = [];
        for (const element of pile) {
          layers.push(layer(element));
          if (!layers.at(-1) || layers.at(-1)[3] === 1) break;
        }
        if (layers.includes(null)) continue;
        const under = layers.reduceRight((below, top) => over(top, below), canvas);
        const ink = over(colour(style.fill, opacity(text) * Number(style.fillOpacity)), under);
        const [light, deep] = [luminance(ink), luminance(under)].sort((a, b) => b - a);
        const ratio = (light + 0.05) / (deep + 0.05);
        const matrix = text.getScreenCTM();
        const size = parseFloat(style.fontSize) * Math.sqrt(Math.abs(matrix.a * matrix.d - matrix.b * matrix.c));
        const needed = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700 ? 3 : 4.5;
        if (ratio >= needed) continue;
        const name = "text" + (text.id ? "#" + text.id : "") + [...text.classList].map(word => "." + word).join("");
        problems.push(`label-contrast (serious) ${name}: "${words.slice(0, 40)}" has a contrast of ${ratio.toFixed(2)} ` +
          `(${ink.slice(0, 3).map(Math.round)} on ${under.slice(0, 3).map(Math.round)}), expected ${needed}`);
      }
      document.adoptedStyleSheets.splice(document.adoptedStyleSheets.indexOf(sheet), 1);
      scrollTo({left: x0, top: y0, behavior: "instant"});
      return problems;
    })()
    """#
}
