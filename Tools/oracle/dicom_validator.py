"""Compares `isocenter validate` with dicom-validator: the attributes of the data set itself that one of them misses.

    pip install dicom-validator==0.9.0
    python Tools/oracle/dicom_validator.py ISOCENTER STANDARD EDITION FILE...

STANDARD is the folder that dicom-validator reads the standard from, EDITION/docbook/part03.xml and so on; it fetches them from
the network where it may. SOP classes that the edition at hand does not have are left out.
"""

import collections
import json
import re
import subprocess
import sys


def theirs(standard, edition, files):
    command = ["validate_iods", "-src", standard, "-e", edition, "-svr", *files]
    found, current = {}, None
    for line in subprocess.run(command, capture_output=True, text=True).stdout.splitlines():
        if match := re.match(r"Validating DICOM file (.*)", line):
            current = match.group(1)
        elif line.startswith("SOP class is"):
            found[current] = set()
        elif match := re.match(r"Tag \((\w{4}),(\w{4})\)(?: \([^)]*\))? is (missing|empty)", line):
            found[current].add(f"{match.group(3)} {match.group(1)}{match.group(2)}".upper())
    return found


def ours(isocenter, file):
    command = [isocenter, "validate", "--json", "--severity", "error", file]
    found = set()
    for text in re.findall(r"\{[^{}]*\}", subprocess.run(command, capture_output=True, text=True).stdout):
        finding = json.loads(text)
        rule = {"missing": "missing", "missingMayBeEmpty": "missing", "empty": "empty"}.get(finding.get("rule"))
        if rule and "/" not in finding["path"]:
            found.add(f"{rule} {finding['path']}".upper())
    return found


def main(isocenter, standard, edition, *files):
    differences = collections.Counter()
    compared = theirs(standard, edition, files)
    for file, found in compared.items():
        own = ours(isocenter, file)
        differences.update(f"only dicom-validator: {line}" for line in found - own)
        differences.update(f"only ours: {line}" for line in own - found)
    print(len(compared), "files")
    for line, count in differences.most_common():
        print(count, line)


if __name__ == "__main__":
    main(*sys.argv[1:])
