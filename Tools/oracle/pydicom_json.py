"""Writes what pydicom reads from a folder of DICOM files as DICOM JSON, for Tests/DICOMTests/SampleTests.swift.

    pip install pydicom==3.0.2
    python Tools/oracle/pydicom_json.py SAMPLES OUTPUT

Each file becomes OUTPUT/<path with / replaced by __>.json; values longer than 1024 bytes and pixel data are left out.
"""

import json
import pathlib
import sys
import warnings

import pydicom

LONGEST = 1024
PIXELS = {0x7FE00008, 0x7FE00009, 0x7FE00010}


def drop_long(data_set):
  for element in list(data_set):
    if element.tag in PIXELS or element.tag.element == 0 or element.VR == "UN":
      del data_set[element.tag]
    elif element.VR == "SQ":
      for item in element.value:
        drop_long(item)
    elif isinstance(element.value, bytes) and len(element.value) > LONGEST:
      del data_set[element.tag]


def main(samples, output):
  warnings.simplefilter("ignore")
  output.mkdir(parents=True, exist_ok=True)
  written = failed = 0
  for path in sorted(samples.rglob("*")):
    if not path.is_file():
      continue
    try:
      data_set = pydicom.dcmread(path, force=False)
      drop_long(data_set)
      text = json.dumps(data_set.to_json_dict())
    except Exception:
      failed += 1
      continue
    (output / (str(path.relative_to(samples)).replace("/", "__") + ".json")).write_text(text)
    written += 1
  print(f"{written} written, {failed} not readable as DICOM JSON by pydicom {pydicom.__version__}")


if __name__ == "__main__":
  main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
