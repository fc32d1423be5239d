"""Makes a wheel of the packaged tree and of the module that reads results: wheel.py TREE VERSION GLIBC OUT."""

import base64
import hashlib
import os
import sys
import time
import zipfile
from pathlib import Path

tree, version, glibc, out = Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])
here = Path(__file__).parent
machine = os.uname().machine
tag = f"py3-none-manylinux_{glibc.replace('.', '_')}_{machine}"
info, data = f"petbalance-{version}.dist-info", f"petbalance-{version}.data"
moment = max(time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6], (1980, 1, 1, 0, 0, 0))

METADATA = f"""\
Metadata-Version: 2.4
Name: petbalance
Version: {version}
Summary: Dopamine-serotonin balance per region from dynamic PET of two tracers
License-Expression: Apache-2.0
License-File: LICENSE
License-File: LICENCES-OF-PARTS
Requires-Python: >=3.9
Provides-Extra: pandas
Requires-Dist: pandas>=1.5; extra == "pandas"
Classifier: Operating System :: POSIX :: Linux
Classifier: Topic :: Scientific/Engineering :: Medical Science Apps.
Description-Content-Type: text/markdown

The program `petbalance` on the PATH, and a module that reads its results:

```
petbalance run STUDY OUT --pipeline raclopride-dasb
```

```python
import petbalance

results = petbalance.read("OUT")    # needs pandas: pip install 'petbalance[pandas]'
results["balance"], petbalance.units(results["kinpar"])
```
"""

files: list[tuple[str, bytes, bool]] = []
for source in sorted((here / "python" / "petbalance").iterdir()):
    if source.is_file():
        files.append((f"petbalance/{source.name}", source.read_bytes(), False))
files.append((f"{data}/scripts/petbalance", (tree / "bin" / "petbalance").read_bytes(), True))
for source in sorted((tree / "share").rglob("*")):
    if source.is_file():
        files.append((f"{data}/data/{source.relative_to(tree)}", source.read_bytes(), False))
for name in ("LICENSE", "LICENCES-OF-PARTS"):
    files.append((f"{info}/licenses/{name}", (tree / "share/doc/petbalance" / name).read_bytes(), False))
files.append((f"{info}/METADATA", METADATA.encode(), False))
files.append(
    (f"{info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: petbalance\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(), False)
)
record = "".join(
    f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b'=').decode()},{len(content)}\n"
    for name, content, _ in files
)
files.append((f"{info}/RECORD", (record + f"{info}/RECORD,,\n").encode(), False))

with zipfile.ZipFile(out / f"petbalance-{version}-{tag}.whl", "w") as wheel:
    for name, content, is_program in files:
        entry = zipfile.ZipInfo(name, moment)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = (0o100755 if is_program else 0o100644) << 16
        entry.create_system = 3
        wheel.writestr(entry, content, compresslevel=9)
