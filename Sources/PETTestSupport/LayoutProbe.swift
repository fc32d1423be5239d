import PETCore

extension Page {
  /// What is wrong in the layout at the present width, one line each: text that is cut or lies outside of the window,
  /// a page wider than its window, labels of a drawing outside of it or over each other.
  ///
  /// Elements that are not shown count for nothing, nor do those of one pixel that only a screen reader meets, nor text
  /// that an ancestor scrolls to.
  package func layoutProblems() throws -> [String] {
    let found = try evaluate(Self.layoutProbe)
    guard let lines = found.list else { return [found.text] }
    return lines.compactMap(\.string)
  }

  private static let layoutProbe = #"""
    (() => {
      const problems = [];
      const slack = 1;
      const root = document.documentElement;
      const width = root.clientWidth;
      const brief = text => text.replace(/\s+/g, " ").trim().slice(0, 40);
      const name = element => element.localName + (element.id ? "#" + element.id : "") +
        [...element.classList].map(word => "." + word).join("") + ` "${brief(element.textContent)}"`;
      const say = (element, problem) => problems.push(name(element) + ": " + problem);
      const shown = element => element.checkVisibility({opacityProperty: true, visibilityProperty: true});
      // Kept for screen readers: an ancestor of a pixel, or clipped to nothing.
      const forEars = element => {
        for (let up = element; up && up !== root; up = up.parentElement) {
          const style = getComputedStyle(up);
          if (style.position !== "absolute" && style.position !== "fixed") continue;
          const box = up.getBoundingClientRect();
          if (box.width <= 1 || box.height <= 1 || box.right <= 0 || box.bottom + scrollY <= 0) return true;
          if (/^rect\((0|1)px/.test(style.clip) || style.clipPath === "inset(50%)") return true;
        }
        return false;
      };
      const clips = overflow => overflow === "hidden" || overflow === "clip";
      const scrolls = overflow => overflow === "auto" || overflow === "scroll";

      if (root.scrollWidth > innerWidth) say(root, `the page is ${root.scrollWidth} px wide, the window ${innerWidth}`);

      // An element whose own text is wider or higher than what it shows of it.
      const reported = new Set();
      for (const element of document.body.querySelectorAll("*")) {
        if (element.closest("svg") || !brief(element.textContent) || !shown(element) || forEars(element)) continue;
        const style = getComputedStyle(element);
        if (style.display === "inline") continue;
        const wide = clips(style.overflowX) && element.scrollWidth > element.clientWidth + slack;
        const high = clips(style.overflowY) && element.scrollHeight > element.clientHeight + slack;
        if (!wide && !high) continue;
        reported.add(element);
        say(element, wide ? `cut: ${element.scrollWidth} px of text in ${element.clientWidth}`
          : `cut: ${element.scrollHeight} px of text in a height of ${element.clientHeight}`);
      }

      // Text outside of the window where nothing scrolls to it.
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (!brief(node.data) || /^(script|style|noscript|template)$/.test(parent.localName)) continue;
        if (parent.closest("svg") || !shown(parent) || forEars(parent)) continue;
        let reachable = false;
        for (let up = parent; up && up !== document.body; up = up.parentElement) {
          if (scrolls(getComputedStyle(up).overflowX) || reported.has(up)) reachable = true;
        }
        if (reachable) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const out = [...range.getClientRects()].find(box =>
          box.width > 0 && (box.left + scrollX < -slack || box.right + scrollX > width + slack));
        if (out) say(parent, `outside of the window: ${Math.round(out.left)} to ${Math.round(out.right)} px of ${width}`);
      }

      // Labels of drawings, as the four corners of their boxes, which may be turned.
      const corners = text => {
        const box = text.getBBox(), matrix = text.getScreenCTM();
        return [[0, 0], [1, 0], [1, 1], [0, 1]].map(([i, j]) => {
          const point = new DOMPoint(box.x + i * box.width, box.y + j * box.height).matrixTransform(matrix);
          return [point.x, point.y];
        });
      };
      // By how much two of them overlap at least: along the sides of both, the least is what parts them.
      const overlap = (a, b) => {
        let least = Infinity;
        for (const [p, q] of [[a[0], a[1]], [a[1], a[2]], [b[0], b[1]], [b[1], b[2]]]) {
          const length = Math.hypot(q[0] - p[0], q[1] - p[1]) || 1;
          const along = ([x, y]) => (x * (q[0] - p[0]) + y * (q[1] - p[1])) / length;
          const [u, v] = [a.map(along), b.map(along)];
          least = Math.min(least, Math.min(Math.max(...u), Math.max(...v)) - Math.max(Math.min(...u), Math.min(...v)));
        }
        return least;
      };
      const painted = text => {
        const style = getComputedStyle(text);
        return style.fill !== "none" && style.fillOpacity !== "0" || style.stroke !== "none";
      };
      for (const svg of document.querySelectorAll("svg")) {
        if (svg.ownerSVGElement) continue;
        const frame = svg.getBoundingClientRect();
        const labels = [...svg.querySelectorAll("text")].filter(text => {
          if (!brief(text.textContent) || !shown(text) || !painted(text)) return false;
          const box = text.getBoundingClientRect();
          return box.width > 0 && box.height > 0 && !text.closest("defs, symbol, clipPath, mask");
        }).map(text => ({text, quad: corners(text)}));
        for (const {text, quad} of labels) {
          const beyond = Math.max(...quad.map(([x, y]) =>
            Math.max(frame.left - x, x - frame.right, frame.top - y, y - frame.bottom)));
          if (beyond > slack) say(text, `${Math.round(beyond)} px outside of its drawing`);
        }
        labels.forEach((a, i) => labels.slice(i + 1).forEach(b => {
          const depth = overlap(a.quad, b.quad);
          if (depth > slack) say(a.text, `overlaps ${name(b.text)} by ${Math.round(depth)} px`);
        }));
      }
      return problems;
    })()
    """#
}
