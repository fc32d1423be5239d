"use strict";
(() => {
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // Tables: a heading sorts by its column, numbers by their exact value, what is missing last.
  const key = (row, index) => {
    const cell = row.cells[index];
    const number = cell.querySelector("data");
    if (number) {
      const value = number.value;
      return value === "inf" ? Infinity : value === "-inf" ? -Infinity : Number(value);
    }
    const text = cell.textContent.trim();
    if (/^[\u2212-]?\d+(\.\d+)?$/.test(text)) return Number(text.replace("\u2212", "-"));
    return text === "" || text === "n/a" ? null : text;
  };
  // One for all: words are compared a thousand times in a table of a thousand.
  const { compare: inOrder } = new Intl.Collator(undefined, { numeric: true });
  const compare = (a, b, sign) => {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return sign * (typeof a === "number" ? (a < b ? -1 : a > b ? 1 : 0) : inOrder(a, b));
  };
  for (const table of document.querySelectorAll("table.values")) {
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, index) => {
      const button = make("button", { type: "button" });
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        for (const other of headings) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
        const rows = [...table.tBodies[0].rows].map((row) => [key(row, index), row]);
        rows.sort((a, b) => compare(a[0], b[0], sign));
        table.tBodies[0].append(...rows.map((pair) => pair[1]));
      });
    });
  }

  // Sections fold; on a narrow screen all but the first begin so. Whoever is sent to one finds it open.
  const sections = [...document.querySelectorAll("main > section")];
  const narrow = matchMedia("(max-width: 44rem)");
  sections.forEach((section, index) => {
    const heading = section.querySelector("h2");
    const button = make("button", { type: "button", className: "fold" }, ...heading.childNodes);
    heading.append(button);
    section.fold = (folded) => {
      section.classList.toggle("folded", folded);
      button.setAttribute("aria-expanded", !folded);
      // What is as wide as the window could not be measured while it was not seen.
      if (!folded) dispatchEvent(new Event("resize"));
    };
    button.addEventListener("click", () => section.fold(!section.classList.contains("folded")));
    section.fold(narrow.matches && index > 0);
  });
  const arrive = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    const section = target?.closest("main > section");
    if (!section?.classList.contains("folded")) return;
    section.fold(false);
    target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);

  // On a narrow screen wide figures are without the numbers beside them, which stand in the table below.
  const fit = (isNarrow) => {
    for (const svg of document.querySelectorAll("svg[data-inner]")) {
      svg.dataset.all ??= svg.getAttribute("viewBox");
      const height = svg.dataset.all.split(" ")[3];
      svg.setAttribute("viewBox", isNarrow ? "0 0 " + svg.dataset.inner + " " + height : svg.dataset.all);
      svg.classList.toggle("inner", isNarrow);
    }
  };
  narrow.addEventListener("change", () => fit(narrow.matches));
  fit(narrow.matches);

  // What is folded as a detail is on paper too.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.each:not([open])")];
    for (const detail of opened) detail.open = true;
    fit(false);
  });
  addEventListener("afterprint", () => {
    for (const detail of opened) detail.open = false;
    fit(narrow.matches);
  });

  // Long tables: only the rows that hold some words are shown. Wide ones: the columns that few look at when asked for.
  document.documentElement.classList.add("live");
  for (const table of document.querySelectorAll("table.values")) {
    const rows = [...table.tBodies[0].rows];
    const bar = make("div", { className: "filter" });
    const title = table.parentElement.getAttribute("aria-label");
    if (rows.length >= 12) {
      const input = make("input", { type: "search" });
      const count = make("output", {});
      input.setAttribute("aria-label", "Only rows with these words, " + title);
      const texts = rows.map((row) => row.textContent.toLowerCase());
      input.addEventListener("input", () => {
        const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
        let shown = 0;
        rows.forEach((row, i) => {
          row.hidden = !words.every((word) => texts[i].includes(word));
          if (!row.hidden) shown += 1;
        });
        count.textContent = words.length ? shown + " of " + rows.length : "";
      });
      bar.append(make("label", {}, "Only rows with ", input), count);
    }
    const more = table.tHead.querySelectorAll(".more").length;
    if (more) {
      const button = make("button", { type: "button" });
      const tell = (all) => {
        table.classList.toggle("all", all);
        button.setAttribute("aria-expanded", all);
        button.textContent = all ? "Fewer columns" : more === 1 ? "1 more column" : more + " more columns";
      };
      button.setAttribute("aria-description", title);
      button.addEventListener("click", () => tell(!table.classList.contains("all")));
      tell(false);
      bar.append(button);
    }
    if (bar.childElementCount) table.parentElement.before(bar);
  }

  // A painted head: slices by slider, wheel once it was chosen, or drawing a finger across.
  for (const view of document.querySelectorAll(".view")) {
    const places = view.dataset.places.split(", ");
    const frame = view.querySelector(".window");
    const label = view.querySelector(".place");
    const { axis, name, first } = view.dataset;
    const across = Number(view.style.getPropertyValue("--across"));
    const slider = make("input", { type: "range", min: 0, max: places.length - 1, step: 1, value: Number(first) });
    slider.setAttribute("aria-label", "Slice, " + name);
    const go = (index) => {
      slider.value = index;
      index = Number(slider.value);
      view.style.setProperty("--column", index % across);
      view.style.setProperty("--row", Math.floor(index / across));
      label.textContent = name + ", " + axis + " " + places[index] + " mm";
      slider.setAttribute("aria-valuetext", places[index] + " mm");
    };
    slider.addEventListener("input", () => go(slider.value));
    frame.addEventListener(
      "wheel",
      (event) => {
        if (document.activeElement !== slider && !event.shiftKey) return;
        event.preventDefault();
        go(Number(slider.value) + Math.sign(event.deltaY || event.deltaX));
      },
      { passive: false });
    let from = null;
    frame.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      slider.focus();
      frame.setPointerCapture(event.pointerId);
      from = { x: event.clientX, index: Number(slider.value) };
    });
    frame.addEventListener("pointermove", (event) => {
      if (from) go(from.index + Math.round((event.clientX - from.x) / 12));
    });
    for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => (from = null));
    label.parentElement.before(slider);
    go(Number(first));
  }

  // Slices: all of them without script and in print, one at a time here.
  for (const stack of document.querySelectorAll(".stack")) {
    const { across, down, count, places } = stack.dataset;
    const names = places.split(", ");
    const image = stack.querySelector("img");
    const frame = stack.querySelector(".window");
    const slider = make("input", { type: "range", min: 0, max: count - 1, step: 1, value: Math.floor(count / 2) });
    slider.setAttribute("aria-label", "Slice of " + stack.querySelector("figcaption").textContent.trim());
    const output = make("output", {});
    const show = () => {
      const index = Number(slider.value);
      const width = frame.clientWidth;
      const height = (width * across * (image.height0 / image.width0)) / down;
      image.style.width = width * across + "px";
      image.style.transform =
        "translate(" + -(index % across) * width + "px," + -Math.floor(index / across) * height + "px)";
      frame.style.height = height + "px";
      output.textContent = "z " + names[index] + " mm";
      slider.setAttribute("aria-valuetext", output.textContent);
    };
    image.width0 = Number(image.getAttribute("width"));
    image.height0 = Number(image.getAttribute("height"));
    const whole = make("button", { type: "button", className: "whole", textContent: "All slices" });
    const row = make("div", { className: "slider" }, slider, output);
    frame.after(row, whole);
    const set = (one) => {
      stack.classList.toggle("one", one);
      row.hidden = !one;
      row.style.display = one ? "" : "none";
      whole.textContent = one ? "All slices" : "One slice";
      if (one) show();
      else {
        frame.style.height = "";
        image.style.width = image.style.transform = "";
      }
    };
    whole.addEventListener("click", () => set(!stack.classList.contains("one")));
    slider.addEventListener("input", show);
    frame.addEventListener(
      "wheel",
      (event) => {
        if (!stack.classList.contains("one") || !event.shiftKey) return;
        event.preventDefault();
        slider.value = Number(slider.value) + Math.sign(event.deltaY || event.deltaX);
        show();
      },
      { passive: false });
    addEventListener("resize", () => stack.classList.contains("one") && show());
    set(true);
  }

  // All curves: names are picked to be told from the others; the axis of activity is straight or logarithmic.
  const picks = ["#d1006c", "#0a7d4f", "#b8860b", "#0067a5", "#7a3fb5", "#444444"];
  for (const figure of document.querySelectorAll(".all-curves")) {
    const list = figure.querySelector(".names");
    const axis = make("input", { type: "checkbox" });
    axis.addEventListener("change", () => figure.classList.toggle("log", axis.checked));
    let count = 0;
    for (const item of [...list.children]) {
      const box = make("input", { type: "checkbox" });
      const label = make("label", {}, box, item.textContent);
      item.replaceChildren(label);
      box.addEventListener("change", () => {
        const colour = picks[count % picks.length];
        if (box.checked) count += 1;
        label.style.setProperty("--pick", box.checked ? colour : "");
        label.style.borderColor = box.checked ? colour : "";
        for (const curve of figure.querySelectorAll(".curve.r" + item.dataset.region)) {
          curve.classList.toggle("picked", box.checked);
          curve.style.setProperty("--pick", box.checked ? colour : "");
          if (box.checked) curve.parentElement.append(curve);
        }
      });
    }
    if (figure.querySelector(".logarithmic")) list.prepend(make("li", {}, make("label", {}, axis, "logarithmic axis")));
  }

  // What opens large, until it is closed; the button has the focus again.
  const enlarge = (button, name, ...children) => {
    const close = make("button", { type: "button", className: "copy close", textContent: "Close" });
    const dialog = make("dialog", {}, make("h2", { textContent: name }), close, ...children);
    dialog.setAttribute("aria-label", name);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      button.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
  };

  // Heads: two of one scan lie over each other, and a slider shows more of one or the other; each opens large.
  const crossfade = (pictures, first) => {
    const [before, after] = [...pictures.querySelectorAll(".picture")];
    const slider = make("input", { type: "range", min: 0, max: 100, step: 5, value: first });
    slider.setAttribute("aria-label", "From " + before.dataset.words + " to " + after.dataset.words);
    const words = make("output", {});
    const show = () => {
      after.style.opacity = slider.value / 100;
      words.textContent = (slider.value < 50 ? before : after).dataset.words;
      slider.setAttribute("aria-valuetext", words.textContent);
    };
    slider.addEventListener("input", show);
    pictures.classList.add("over");
    pictures.after(make("div", { className: "slider" }, slider, words));
    show();
  };
  for (const head of document.querySelectorAll(".head")) {
    const name = head.querySelector("figcaption").textContent.split(":")[0];
    const pictures = head.querySelector(".pictures");
    const button = make("button", { type: "button", className: "whole", textContent: "Enlarge" });
    button.setAttribute("aria-label", "Enlarge " + name);
    button.addEventListener("click", () => {
      const copy = make("div", {}, pictures.cloneNode(true));
      copy.firstChild.classList.remove("over");
      const parts = [copy, ...[...head.children].filter((part) => part.matches("svg, figcaption")).map((part) => part.cloneNode(true))];
      enlarge(button, name, ...parts);
      if (pictures.matches(".compared")) crossfade(copy.firstChild, head.querySelector("input").value);
    });
    head.querySelector("figcaption").after(button);
    if (pictures.matches(".compared")) crossfade(pictures, 100);
  }

  // Curves: a card opens large; the frame under the pointer, or chosen with the arrows, is told in numbers.
  const data = [...document.querySelectorAll(".curve-data")].map((element) => JSON.parse(element.textContent));
  const digits = (value) => (value === null || value === undefined ? "n/a" : String(value));
  // The row of a region in the table of its scan's estimates, in words.
  const estimates = (scan, region) => {
    const table = document.querySelectorAll("#binding table")[scan];
    const row = table && [...table.tBodies[0].rows].find((own) => own.cells[0].textContent === region);
    if (!row) return "";
    const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent.replace(" \u00b1 SE", ""));
    return [...row.cells]
      .map((cell, i) => (i && !cell.matches(".marks") && cell.textContent !== "n/a" ? heads[i] + " " + cell.textContent : ""))
      .filter(Boolean).join("; ");
  };
  for (const card of document.querySelectorAll(".card[data-region]")) {
    const name = card.querySelector("figcaption").firstChild.textContent.trim();
    const button = make("button", { type: "button", textContent: "\u2922" });
    button.setAttribute("aria-label", "Enlarge " + name);
    card.append(button);
    button.addEventListener("click", () => {
      const { times, weights, regions } = data[card.dataset.scan];
      const [observed, fitted] = regions[card.dataset.region];
      const reading = make("p", { className: "reading" });
      reading.setAttribute("role", "status");
      const plot = card.querySelector("svg").cloneNode(true);
      const parameters = make("p", { textContent: estimates(card.dataset.scan, name) });
      const dialog = enlarge(button, name, plot, parameters, reading);
      let frame = -1;
      const tell = (index) => {
        frame = Math.min(Math.max(index, 0), times.length - 1);
        reading.textContent =
          "frame " + (frame + 1) + ", " + times[frame] + " min: " + digits(observed[frame]) +
          ", fit " + digits(fitted[frame]) + ", weight " + digits(weights[frame]);
      };
      reading.textContent = "Point at a frame, or use the arrow keys, to read its values.";
      plot.addEventListener("pointermove", (event) => {
        const box = plot.getBoundingClientRect();
        // The axis of the plot runs from 70 to 310 of 328, to the end of the last frame.
        const last = plot.querySelector(".fit, .point");
        const end = Number(card.dataset.end);
        if (!last || !box.width || !end) return;
        const time = ((((event.clientX - box.left) / box.width) * 328 - 70) / 240) * end;
        let best = 0;
        times.forEach((value, i) => {
          if (Math.abs(value - time) < Math.abs(times[best] - time)) best = i;
        });
        tell(best);
      });
      dialog.addEventListener("keydown", (event) => {
        if (event.key === "ArrowRight") tell(frame + 1);
        else if (event.key === "ArrowLeft") tell(frame - 1);
        else return;
        event.preventDefault();
      });
    });
  }

  // The methods paragraph, chosen whole, ready to be copied.
  const methods = document.querySelector(".methods");
  if (methods) {
    const button = make("button", { type: "button", className: "copy", textContent: "Select the paragraph" });
    button.addEventListener("click", () => {
      const range = document.createRange();
      range.selectNodeContents(methods);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    });
    methods.after(button);
  }
  arrive();
})();
