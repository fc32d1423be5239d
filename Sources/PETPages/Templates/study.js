"use strict";
(() => {
  // Everybody in all figures and tables: coloured by what is known of persons, found by words, named under the pointer.
  const table = document.querySelector("#persons table");
  if (!table) return;
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const mostLevels = 8;

  // The table of persons says whose a mark is and what is known of them.
  const heads = [...table.tHead.rows[0].cells];
  const session = heads.findIndex((head) => head.textContent === "session");
  const own = (cell) => (cell ? cell.querySelector("data")?.value ?? cell.textContent.trim() : "n/a");
  const persons = [...table.tBodies[0].rows].map((row) => {
    const participant = row.cells[0].textContent.trim();
    const visit = session > 0 ? own(row.cells[session]) : "n/a";
    return {
      participant,
      name: visit === "n/a" ? participant : participant + " " + visit,
      page: row.cells[0].querySelector("a")?.href,
      known: heads.flatMap((head, i) => (head.matches(".grouping") ? [own(row.cells[i])] : [])),
    };
  });
  const places = new Map();
  persons.forEach((person, i) => {
    for (const name of [person.name, person.participant]) if (!places.has(name)) places.set(name, i);
  });

  // Words are levels, and few different numbers; many numbers are parted in thirds.
  const levelsOf = (values) => {
    const told = values.filter((value) => value !== "n/a");
    const different = [...new Set(told)].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
    if (different.length <= mostLevels) return { names: different, of: (value) => different.indexOf(value) };
    if (!told.every((value) => Number.isFinite(Number(value)))) return null;
    const numbers = told.map(Number).sort((a, b) => a - b);
    const ends = [1, 2].map((third) => numbers[Math.floor((third * numbers.length) / 3)]);
    const names = ["below " + ends[0], ends[0] + " to " + ends[1], ends[1] + " and above"];
    return { names, of: (value) => (value === "n/a" ? -1 : ends.filter((end) => Number(value) >= end).length) };
  };
  const groupings = heads.filter((head) => head.matches(".grouping")).flatMap((head, i) => {
    const levels = levelsOf(persons.map((person) => person.known[i]));
    return levels ? [{ title: head.textContent, place: i, levels }] : [];
  });

  // Of a few there is nothing to group or to find.
  if (!groupings.length && persons.length < 4) return;

  // Marks of a figure, with whose they are.
  const rangesOf = (text, count) => {
    if (!text) return Array.from({ length: count }, (_, i) => i);
    return text.split(" ").flatMap((part) => {
      const [first, last = first] = part.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
  };
  const figures = [...document.querySelectorAll("main svg.plot")].flatMap((svg) => {
    const marks = [...svg.querySelectorAll("path[data-of]")].flatMap((path) => {
      const points = [...path.getAttribute("d").matchAll(/M(-?[\d.]+) (-?[\d.]+)h0/g)];
      const owners = rangesOf(path.dataset.of, points.length);
      return points.map((point, i) => ({ x: Number(point[1]), y: Number(point[2]), owner: owners[i] }));
    });
    for (const title of svg.querySelectorAll("g > title")) {
      const circle = title.parentElement.querySelector("circle");
      const owner = places.get(title.textContent.split(": ")[0]);
      if (circle && owner !== undefined) {
        marks.push({ x: Number(circle.getAttribute("cx")), y: Number(circle.getAttribute("cy")), owner });
      }
    }
    return marks.length ? [{ svg, marks }] : [];
  });

  // Rows of other tables that are of a person.
  const rows = [...document.querySelectorAll("main table.values")].flatMap((other) => {
    const columns = [...other.tHead.rows[0].cells].map((head) => head.textContent.trim());
    if (columns[0] !== "participant") return [];
    const visit = columns.indexOf("session");
    return [...other.tBodies[0].rows].flatMap((row) => {
      const name = row.cells[0].textContent.trim();
      const told = visit > 0 ? own(row.cells[visit]) : "n/a";
      const owner = places.get(told === "n/a" ? name : name + " " + told) ?? places.get(name);
      return owner === undefined ? [] : [{ row, owner }];
    });
  });

  let grouping = null;
  let found = new Set();
  const levelOf = (owner) => (grouping ? grouping.levels.of(persons[owner].known[grouping.place]) : -1);
  const paths = (marks) => marks.map((mark) => "M" + mark.x + " " + mark.y + "h0").join("");
  const draw = (svg, marks, style, isBelow) => {
    if (!marks.length) return;
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("class", style);
    path.setAttribute("d", paths(marks));
    // Means and limits stay above the marks of groups; who is found is above all.
    if (isBelow) svg.insertBefore(path, svg.querySelector(":scope > g"));
    else svg.append(path);
  };
  const paint = () => {
    for (const { svg, marks } of figures) {
      for (const old of svg.querySelectorAll(".over")) old.remove();
      svg.classList.toggle("grouped", grouping !== null);
      if (grouping) {
        for (let level = -1; level < grouping.levels.names.length; level += 1) {
          const style = "over dots " + (persons.length > 60 ? "many " : "") + "level" + level;
          draw(svg, marks.filter((mark) => levelOf(mark.owner) === level), style, true);
        }
      }
      const hits = marks.filter((mark) => found.has(mark.owner));
      draw(svg, hits, "over dots ring");
      draw(svg, hits, "over dots found");
    }
  };

  // The tables of everybody and of persons: rows of a group stand together, with its name.
  const order = new Map(rows.map(({ row }, i) => [row, i]));
  const arrange = () => {
    const bodies = new Map();
    for (const entry of rows) {
      const { row, owner } = entry;
      row.querySelector(".level")?.remove();
      const level = levelOf(owner);
      if (grouping) {
        const words = level < 0 ? grouping.title + " n/a" : grouping.levels.names[level];
        row.cells[0].append(make("span", { className: "level level" + level, textContent: " " + words }));
      }
      const body = row.parentElement;
      if (!bodies.has(body)) bodies.set(body, []);
      bodies.get(body).push(entry);
    }
    const rank = (owner) => (levelOf(owner) < 0 ? mostLevels : levelOf(owner));
    for (const [body, list] of bodies) {
      list.sort((a, b) => rank(a.owner) - rank(b.owner) || order.get(a.row) - order.get(b.row));
      body.append(...list.map(({ row }) => row));
      for (const head of body.parentElement.tHead.rows[0].cells) head.removeAttribute("aria-sort");
    }
  };

  const legend = make("output", {});
  const tell = () => {
    legend.replaceChildren();
    if (grouping) {
      const { names } = grouping.levels;
      const counts = new Array(names.length).fill(0);
      let unknown = 0;
      persons.forEach((_, i) => (levelOf(i) < 0 ? (unknown += 1) : (counts[levelOf(i)] += 1)));
      names.forEach((name, i) =>
        legend.append(make("span", { className: "level level" + i, textContent: name + ", " + counts[i] }), " "));
      if (unknown) legend.append(make("span", { className: "level level-1", textContent: "n/a, " + unknown }), " ");
    }
    if (input.value.trim()) legend.append(found.size + " of " + persons.length + " found");
  };

  const input = make("input", { type: "search" });
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = new Set(
      words.length
        ? persons.flatMap((person, i) => {
            const text = [person.name, ...person.known].join(" ").toLowerCase();
            return words.every((word) => text.includes(word)) ? [i] : [];
          })
        : []);
    for (const { row, owner } of rows) row.classList.toggle("found", found.has(owner));
    paint();
    tell();
  });
  const bar = make("div", { className: "toolbox" });
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Persons in all figures and tables");
  if (groupings.length) {
    const select = make("select", {}, make("option", { value: "", textContent: "nothing" }));
    groupings.forEach((own, i) => select.append(make("option", { value: String(i), textContent: own.title })));
    select.addEventListener("change", () => {
      grouping = select.value === "" ? null : groupings[Number(select.value)];
      arrange();
      paint();
      tell();
    });
    bar.append(make("label", {}, "Group persons by ", select));
  }
  bar.append(make("label", {}, "Mark persons with ", input), legend);
  document.querySelector("main").prepend(bar);

  // A mark under the pointer says whose it is, and leads to the person.
  const tip = make("div", { className: "tip", hidden: true });
  document.body.append(tip);
  for (const { svg, marks } of figures) {
    const near = (event) => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      let best = null;
      let least = 64;
      for (const mark of marks) {
        const away = (mark.x - point.x) ** 2 + (mark.y - point.y) ** 2;
        if (away < least) [best, least] = [mark, away];
      }
      return best;
    };
    svg.addEventListener("pointermove", (event) => {
      const mark = near(event);
      tip.hidden = !mark;
      svg.style.cursor = mark && persons[mark.owner].page ? "pointer" : "";
      if (!mark) return;
      const person = persons[mark.owner];
      const words = grouping ? grouping.title + " " + person.known[grouping.place] : "";
      tip.textContent = [person.name, words].filter(Boolean).join(", ");
      tip.style.left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 4) + "px";
      tip.style.top = event.clientY + 14 + "px";
    });
    svg.addEventListener("pointerleave", () => (tip.hidden = true));
    svg.addEventListener("click", (event) => {
      const page = persons[near(event)?.owner]?.page;
      if (page) location.href = page;
    });
  }
})();
