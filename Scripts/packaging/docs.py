"""Makes the documentation as one site of plain files: docs.py PROGRAM OUT.

Every page opens from the disk without a request; a link that leads nowhere is an error.
"""

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import markdown

program, out = sys.argv[1], Path(sys.argv[2])
root = Path(__file__).resolve().parents[2]


def article(target: str, name: str) -> str:
    return f"Sources/{target}/Documentation.docc/{name}.md"


# What stands in the list at the left: title, source file, or the arguments whose output is the page.
SITE = {
    "Begin": [
        ("Overview", "README.md"),
        ("Start in ten minutes", article("petbalance", "Start")),
        ("How to", article("petbalance", "HowTo")),
        ("Reading the page", article("petbalance", "ReadingThePage")),
        ("What it does", article("petbalance", "WhatItDoes")),
    ],
    "Studies": [
        ("Your own folders", article("PETPipeline", "OwnFolders")),
        ("Batches, checks, records", article("PETPipeline", "Batches")),
        ("Pages", article("PETPages", "Pages")),
        ("Slurm", "Pipelines/slurm/README.md"),
        ("Snakemake", "Pipelines/snakemake/README.md"),
        ("Container", "Pipelines/container/README.md"),
        ("Published analyses", "Pipelines/published/README.md"),
    ],
    "Reference": [
        ("Commands", ["manual"]),
        ("Keys of a pipeline", article("PETPipeline", "Keys")),
        ("Files", article("PETResults", "Files")),
        ("Statuses", article("PETBinding", "Statuses")),
        ("Models", article("PETKinetics", "Models")),
        ("Tracers", article("PETTracers", "Tracers")),
        ("Your own tracers", article("PETPipeline", "OwnTracers")),
        ("Anatomical words", article("PETPipeline", "AnatomicalWords")),
    ],
    "What the numbers are": [
        ("Units, accuracy, speed", article("petbalance", "Numbers")),
        ("Balance", article("PETBinding", "Balance")),
        ("Budget", article("PETBinding", "Budget")),
        ("Estimation", article("PETKinetics", "Estimation")),
        ("Maps", article("PETMaps", "Maps")),
        ("Agreement with other programs", article("PETKinetics", "Agreement")),
    ],
    "Physics": [
        ("Motion", article("PETRegistration", "Motion")),
        ("Alignment and resolution", article("PETRegistration", "Alignment")),
        ("Partial volume", article("PETRegistration", "PartialVolume")),
    ],
    "For developers": [("The map", "CONTRIBUTING.md"), ("Changes", "CHANGELOG.md")],
}

STYLE = """
:root { color-scheme: light dark; --back: #fff; --ink: #1c2024; --soft: #5b6470; --line: #d9dee3; --link: #0b57a4; --box: #f5f7f9 }
@media (prefers-color-scheme: dark) {
  :root { --back: #14171a; --ink: #e4e8ec; --soft: #9aa4ae; --line: #343b42; --link: #7db7f0; --box: #1d2226 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
a { color: var(--link) }
.frame { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 78rem; margin: auto }
nav { padding: 1.2rem; border-right: 1px solid var(--line); font-size: .93rem }
nav h2 { font-size: .8rem; color: var(--soft); margin: 1.1rem 0 .3rem } nav ul { list-style: none; margin: 0; padding: 0 }
nav a { display: block; padding: .12rem 0; text-decoration: none } nav a[aria-current] { font-weight: 600; color: var(--ink) }
nav input { width: 100%; padding: .4rem; font: inherit; color: inherit; background: var(--box); border: 1px solid var(--soft) }
main { padding: 1.2rem 2rem 4rem; min-width: 0 }
h1 { line-height: 1.2 } h2 { margin-top: 2.2rem; border-bottom: 1px solid var(--line) }
pre { background: var(--box); padding: .8rem; overflow-x: auto; font-size: .86rem } code { font-family: ui-monospace, monospace; font-size: .9em }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: .9rem } img { max-width: 100%; background: #fff }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top }
#found:empty { display: none } #found { background: var(--box); padding: .5rem; margin-top: .4rem }
@media (max-width: 50rem) { .frame { display: block } nav { border: 0 } main { padding: 0 1rem 3rem } }
@media print { nav { display: none } .frame { display: block } }
"""

SCRIPT = """
const box = document.querySelector('#search'), found = document.querySelector('#found');
box.parentElement.hidden = false;
box.addEventListener('input', () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(w => w.length > 1);
  found.replaceChildren();
  if (!words.length) return;
  const hits = [];
  for (const [page, part, title, text] of PARTS) {
    let score = 0;
    for (const word of words) {
      const inTitle = title.toLowerCase().includes(word), inText = text.includes(word);
      if (!inTitle && !inText) { score = 0; break; }
      score += inTitle ? 10 : 1;
    }
    if (score) hits.push([score, page, part, title]);
  }
  hits.sort((a, b) => b[0] - a[0]);
  for (const [, page, part, title] of hits.slice(0, 12)) {
    const link = document.createElement('a');
    link.href = page + (part ? '#' + part : ''); link.textContent = title;
    found.append(link);
  }
  if (!hits.length) found.textContent = 'nothing found';
});
"""

pages = [(group, title, source) for group, list_ in SITE.items() for title, source in list_]
names = {}
for _, title, source in pages:
    name = "index.html" if source == "README.md" else re.sub("[^a-z]+", "-", title.lower()).strip("-") + ".html"
    names[source if isinstance(source, str) else title] = name

problems: list[str] = []
bodies: dict[str, str] = {}
copied: set[Path] = set()


def linked(source: Path, target: str) -> str | None:
    """Where a link of a source file leads in the site; None for what is text alone there."""
    if re.match("[a-z]+:", target) or target.startswith("#"):
        return target
    path, _, part = target.partition("#")
    place = Path(os.path.normpath(source.parent / path))
    if not (root / place).exists():
        problems.append(f"{source}: '{target}' leads nowhere")
        return None
    if str(place) in names:
        return names[str(place)] + (f"#{part}" if part else "")
    if place.suffix in (".svg", ".png"):
        copied.add(place)
        return place.name
    return None


def known(article_name: str, source: str) -> str:
    for _, title, place in pages:
        if isinstance(place, str) and Path(place).stem == article_name:
            return f"[{title}]({os.path.relpath(place, Path(source).parent)})"
    problems.append(f"{source}: '<doc:{article_name}>' leads nowhere")
    return article_name


for _, title, source in pages:
    generated = isinstance(source, list)
    text = (
        subprocess.run([program, *source], check=True, capture_output=True, text=True).stdout
        if generated
        else (root / source).read_text(encoding="utf-8")
    )
    # Links between articles as DocC writes them.
    text = re.sub("<doc:([A-Za-z]+)>", lambda m: known(m[1], str(source)), text)
    body = markdown.markdown(text, extensions=["tables", "fenced_code", "toc", "sane_lists"])
    origin = Path("README.md") if generated else Path(source)

    def follow(match: re.Match[str]) -> str:
        place = linked(origin, html.unescape(match[2]))
        return f'{match[1]}="{html.escape(place)}"' if place is not None else ""

    body = re.sub(r'\b(href|src)="([^"]*)"', follow, body)
    body = body.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")
    bodies[names[title if generated else source]] = body

anchors = {name: set(re.findall(r'\bid="([^"]+)"', body)) for name, body in bodies.items()}
for name, body in bodies.items():
    for target in re.findall(r'href="([^":]*)"', body):
        page, _, part = html.unescape(target).partition("#")
        if part and part not in anchors.get(page or name, set()):
            problems.append(f"{name}: there is no '{target}'")
if problems:
    sys.exit("\n".join(problems))

parts = []
for name, body in bodies.items():
    title = next(t for _, t, s in pages if names[s if isinstance(s, str) else t] == name)
    for piece in re.split(r"(?=<h[123] )", body):
        head = re.match(r'<h([123]) id="([^"]*)">(.*?)</h\1>', piece, re.S)
        plain = html.unescape(re.sub("<[^>]+>", " ", piece)).lower()
        if head:
            words = html.unescape(re.sub("<[^>]+>", "", head[3]))
            label = title if head[1] == "1" else f"{title}: {words}"
            parts.append([name, "" if head[1] == "1" else head[2], label, " ".join(plain.split())])

out.mkdir(parents=True, exist_ok=True)
(out / "style.css").write_text(STYLE, encoding="utf-8")
(out / "search.js").write_text(f"const PARTS = {json.dumps(parts, ensure_ascii=False)};\n{SCRIPT}", encoding="utf-8")
for place in copied:
    (out / place.name).write_bytes((root / place).read_bytes())
for name, body in bodies.items():
    entries = ""
    for group, list_ in SITE.items():
        links = "".join(
            f'<li><a href="{names[key]}"{" aria-current=page" if names[key] == name else ""}>{html.escape(title)}</a></li>'
            for title, source in list_
            if (key := source if isinstance(source, str) else title) in names
        )
        entries += f"<h2>{group}</h2><ul>{links}</ul>"
    title = re.sub("<[^>]+>", "", re.search(r"<h1[^>]*>(.*?)</h1>", body, re.S)[1])
    (out / name).write_text(
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title} - PETBalance</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="style.css"></head><body>'
        '<div class="frame"><nav aria-label="Pages"><div hidden><label for="search">Search</label>'
        f'<input id="search" type="search" autocomplete="off"><div id="found" role="status"></div></div>{entries}</nav>'
        f'<main>\n{body}\n</main></div><script src="search.js"></script></body></html>\n',
        encoding="utf-8",
    )
print(f"{len(bodies)} pages in {out}: open {out / 'index.html'}")
