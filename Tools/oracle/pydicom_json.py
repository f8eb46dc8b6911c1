"""Writes what pydicom reads from a folder of DICOM files as DICOM JSON, for Tests/DICOMTests/JSONOracleTests.swift.

    pip install pydicom==3.0.2
    python Tools/oracle/pydicom_json.py SAMPLES OUTPUT

Each file becomes OUTPUT/<path with / replaced by __>.json. Byte streams longer than 1026 bytes become a BulkDataURI;
pixel data and group lengths are left out.
"""

import json
import pathlib
import sys
import warnings

import pydicom

# Base 64 of 1026 bytes.
LONGEST = 1368
PIXELS = {0x7FE00008, 0x7FE00009, 0x7FE00010}


def without_pixels(data_set):
  for element in list(data_set):
    if element.tag in PIXELS or element.tag.element == 0:
      del data_set[element.tag]
    elif element.VR == "SQ":
      for item in element.value:
        without_pixels(item)


def main(samples, output):
  warnings.simplefilter("ignore")
  output.mkdir(parents=True, exist_ok=True)
  for path in sorted((samples / "dicom").rglob("*")):
    if not path.is_file():
      continue
    try:
      data_set = pydicom.dcmread(path, force=False)
      without_pixels(data_set)
      text = json.dumps(data_set.to_json_dict(LONGEST, lambda element: "bulk"))
    except Exception as failure:
      text = json.dumps({"failure": type(failure).__name__})
    (output / (str(path.relative_to(samples)).replace("/", "__") + ".json")).write_text(text)


if __name__ == "__main__":
  main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
