"""Prints what the packaged program is made of, as SPDX 2.3: sbom.py VERSION COMMIT CHECKOUTS."""

import json
import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

version, commit, checkouts = sys.argv[1], sys.argv[2], Path(sys.argv[3])
made = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def package(name: str, version: str, licence: str, place: str) -> dict:
    return {
        "SPDXID": f"SPDXRef-{name.replace('+', 'p')}",
        "name": name,
        "versionInfo": version,
        "licenseConcluded": licence,
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "externalRefs": [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": place}
        ],
    }


own = package("petbalance", version, "Apache-2.0", f"pkg:generic/petbalance@{version}?commit={commit}")
parts = []
for name, licence in [
    ("libnifti-dev", "LicenseRef-public-domain"),
    ("zlib1g-dev", "Zlib"),
    ("libdeflate-dev", "MIT"),
    ("libisal-dev", "BSD-3-Clause"),
    ("libyaml-dev", "MIT"),
    ("libssl-dev", "Apache-2.0"),
]:
    number = said("dpkg-query", "-W", "-f=${Version}", name)
    parts.append(package(name, number, licence, f"pkg:deb/debian/{name}@{number}"))
gcc = said("gcc", "-dumpfullversion")
parts.append(package("libstdc++", gcc, "GPL-3.0-or-later WITH GCC-exception-3.1", f"pkg:generic/gcc@{gcc}"))
swift = said("swift", "--version").split("Swift version ")[1].split()[0]
parts.append(package("swift", swift, "Apache-2.0 WITH Swift-exception", f"pkg:generic/swift@{swift}"))
for folder in sorted(checkouts.iterdir()):
    number = said("git", "-C", str(folder), "describe", "--tags", "--always")
    parts.append(package(folder.name, number, "Apache-2.0", f"pkg:swift/{folder.name}@{number}"))

document = {
    "spdxVersion": "SPDX-2.3",
    "dataLicense": "CC0-1.0",
    "SPDXID": "SPDXRef-DOCUMENT",
    "name": f"petbalance-{version}",
    "documentNamespace": f"https://spdx.org/spdxdocs/petbalance-{version}-{commit}",
    "creationInfo": {"created": made, "creators": ["Organization: The PETBalance developers"]},
    "hasExtractedLicensingInfos": [
        {"licenseId": "LicenseRef-public-domain", "extractedText": "Placed in the public domain by its authors."}
    ],
    "packages": [own, *parts],
    "relationships": [
        {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": own["SPDXID"]}
    ]
    + [
        {"spdxElementId": own["SPDXID"], "relationshipType": "STATIC_LINK", "relatedSpdxElement": part["SPDXID"]}
        for part in parts
    ],
}
print(json.dumps(document, indent=2))
