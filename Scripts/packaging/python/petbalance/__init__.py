"""Results of PETBalance as pandas frames, with the units of their columns.

>>> import petbalance
>>> results = petbalance.read("OUT")
>>> results["balance"][["participant_id", "region", "ratio"]]
>>> petbalance.units(results["kinpar"])["k2"]
'1/min'

The program itself is `petbalance` on the PATH.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

__all__ = ["Results", "description", "read", "read_table", "units"]


def read(output: str | os.PathLike[str]) -> Results:
    """The tables of an output of `petbalance run`.

    Raises FileNotFoundError where the folder is no output.
    """
    return Results(output)


def read_table(path: str | os.PathLike[str]) -> pandas.DataFrame:
    """One table of results, `n/a` as NaN, with what its sidecar says in `attrs`.

    Words such as labels of participants stay as they are written.
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError("petbalance.read needs pandas: pip install 'petbalance[pandas]'") from error
    path = Path(path)
    frame = pandas.read_csv(
        path,
        sep="\t",
        na_values=["n/a"],
        keep_default_na=False,
        float_precision="round_trip",
        dtype={"participant_id": str, "session_id": str, "region": str},
    )
    frame.attrs["sidecar"] = _sidecar(path)
    return frame


def units(frame: pandas.DataFrame) -> dict[str, str]:
    """The unit of each column that has one; a ratio or an index has none."""
    return {
        name: about["Units"]
        for name, about in frame.attrs.get("sidecar", {}).items()
        if name in frame.columns and isinstance(about, dict) and about.get("Units")
    }


def description(frame: pandas.DataFrame, column: str) -> str:
    """What a column holds, in words; empty where nothing says it."""
    about = frame.attrs.get("sidecar", {}).get(column, {})
    return str(about.get("Description", "")) if isinstance(about, dict) else ""


class Results(Mapping[str, "pandas.DataFrame"]):
    """The tables of a study by name (`balance`, `kinpar`, `summary`, `failures` …), read when they are asked for.

    Tables of `OUT/analyses` have names such as `analyses/groups`.
    """

    def __init__(self, output: str | os.PathLike[str]) -> None:
        self.folder = Path(output)
        if not (self.folder / "dataset_description.json").is_file():
            raise FileNotFoundError(f"{self.folder}: no output of petbalance run (it has no dataset_description.json)")
        self._paths = {path.stem.removeprefix("group_"): path for path in sorted(self.folder.glob("*.tsv"))}
        for path in sorted((self.folder / "analyses").glob("*.tsv")):
            self._paths[f"analyses/{path.stem}"] = path

    def __getitem__(self, name: str) -> pandas.DataFrame:
        frame = read_table(self._paths[name])
        if not frame.attrs["sidecar"]:
            # A table over persons has the columns of theirs.
            beside = next(iter(sorted(self.folder.glob(f"sub-*/**/*_{name}.json"))), None)
            frame.attrs["sidecar"] = _read(beside) if beside else {}
        return frame

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    @property
    def persons(self) -> list[str]:
        """Participants that have results, such as `sub-01`."""
        return sorted(path.name for path in self.folder.glob("sub-*") if path.is_dir())

    def person(self, label: str) -> dict[str, pandas.DataFrame]:
        """Every table of one participant (`01` or `sub-01`), by its file's name without the ending."""
        name = label if label.startswith("sub-") else f"sub-{label}"
        folder = self.folder / name
        if not folder.is_dir():
            raise KeyError(f"there is no {name} in {self.folder}: {', '.join(self.persons) or 'there are no persons'}")
        return {path.stem: read_table(path) for path in sorted(folder.rglob("*.tsv"))}

    @property
    def pipeline(self) -> str:
        """The text of the pipeline that the results were made by."""
        return (self.folder / "pipeline.yaml").read_text(encoding="utf-8")


def _sidecar(table: Path) -> dict[str, Any]:
    beside = table.with_suffix(".json")
    return _read(beside) if beside.is_file() else {}


def _read(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_text(encoding="utf-8"))
    return value if isinstance(value, dict) else {}
