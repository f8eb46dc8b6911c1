"""Writes golden.json: what pydicom and numpy make of pixels, for the tests of the viewer's modules.

    pip install pydicom==3.0.2 numpy==2.4.6
    python Tests/ViewerTests/golden.py
"""

import base64
import json
import pathlib

import numpy
import pydicom
from pydicom.dataset import Dataset
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi, apply_windowing, convert_color_space

random = numpy.random.default_rng(20261121)


def encoded(array):
  return base64.b64encode(array.tobytes()).decode()


def image(bits, signed, slope=None, intercept=None, photometric="MONOCHROME2"):
  data = Dataset()
  data.PhotometricInterpretation = photometric
  data.BitsStored = bits
  data.BitsAllocated = 16
  data.PixelRepresentation = int(signed)
  data.SamplesPerPixel = 1
  if slope is not None:
    data.RescaleSlope = slope
    data.RescaleIntercept = intercept
  return data


def windows():
  cases = []
  shapes = [(12, False, 1, -1024), (16, True, 1, 0), (12, True, 0.5, 3.25), (8, False, 2, -40)]
  for bits, signed, slope, intercept in shapes:
    low = -(1 << bits - 1) if signed else 0
    values = numpy.sort(random.integers(low, low + (1 << bits), 90)).astype("int16" if signed else "uint16")
    for function in ("LINEAR", "LINEAR_EXACT", "SIGMOID"):
      for part in (0.02, 0.2, 0.7, 1.5):
        span = (1 << bits) * slope
        width = max(round(span * part, 3), 1.5)
        center = round(float(values[random.integers(len(values))]) * slope + intercept, 3)
        data = image(bits, signed, slope, intercept)
        data.WindowCenter, data.WindowWidth, data.VOILUTFunction = str(center)[:16], str(width)[:16], function
        found = apply_windowing(apply_modality_lut(values, data), data)
        # pydicom spreads over the range that the rescaled image can have.
        least, most = sorted([low * slope + intercept, (low + (1 << bits) - 1) * slope + intercept])
        cases.append({
          "slope": slope, "intercept": intercept, "center": float(data.WindowCenter), "width": float(data.WindowWidth),
          "function": function, "values": values.tolist(),
          "levels": numpy.round((found - least) / (most - least) * 255, 4).tolist()})
  return cases


def table_item(entries, first, bits, signed):
  item = Dataset()
  item.add_new(0x00283002, "SS" if signed else "US", [len(entries) % 65536, first, bits])
  item.add_new(0x00283006, "OW", numpy.asarray(entries, "<u2").tobytes())
  return item


def tables():
  cases = []
  for kind, bits, signed, first, count, depth in (
      ("modality", 12, False, 100, 600, 16), ("modality", 12, True, -500, 1000, 16), ("values", 12, False, 7, 200, 8),
      ("values", 16, True, -300, 700, 10), ("values", 16, False, 0, 65536, 16)):
    entries = numpy.sort(random.integers(0, 1 << depth, count)) if kind == "values" else random.integers(0, 1 << depth, count)
    if kind == "values":
      entries[-1] = (1 << depth) - 1
    low = -(1 << bits - 1) if signed else 0
    values = random.integers(max(low, first - 50), min(low + (1 << bits), first + count + 50), 120)
    values = values.astype("int16" if signed else "uint16")
    data = image(bits, signed)
    item = table_item(entries, first, depth, signed)
    setattr(data, "ModalityLUTSequence" if kind == "modality" else "VOILUTSequence", [item])
    data.set_original_encoding(False, True)
    item.set_original_encoding(False, True)
    found = apply_modality_lut(values, data) if kind == "modality" else apply_voi(values, data)
    if count > 60000:
      # What is kept must stay small: such a table is a line.
      entries = numpy.arange(count)
      item[0x00283006].value = entries.astype("<u2").tobytes()
      found = apply_voi(values, data)
    cases.append({
      "kind": kind, "signed": signed, "descriptor": [count % 65536, first, depth],
      "data": None if count > 60000 else encoded(numpy.asarray(entries, "<u2")), "values": values.tolist(),
      "found": found.tolist()})
  return cases


def palettes():
  cases = []
  for depth, count, first in ((8, 256, 0), (16, 100, 20)):
    data = image(8, False, photometric="PALETTE COLOR")
    data.BitsAllocated = 8
    colors = []
    for color in ("Red", "Green", "Blue"):
      entries = random.integers(0, 1 << depth, count)
      raw = entries.astype("<u1" if depth == 8 else "<u2").tobytes()
      setattr(data, color + "PaletteColorLookupTableDescriptor", [count % 65536, first, depth])
      setattr(data, color + "PaletteColorLookupTableData", raw)
      colors.append(base64.b64encode(raw).decode())
    data.set_original_encoding(False, True)
    values = numpy.arange(256, dtype="uint8")
    found = apply_color_lut(values.reshape(16, 16), data).reshape(-1, 3)
    if depth == 16:
      found = found >> 8
    cases.append({"descriptor": [count % 65536, first, depth], "data": colors, "segmented": False, "found": found.tolist()})
  data = image(8, False, photometric="PALETTE COLOR")
  data.BitsAllocated = 8
  segments = [bytes([0, 3, 10, 20, 40, 1, 100, 200, 1, 153, 0]), bytes([0, 1, 255, 1, 255, 7]),
              bytes([0, 2, 1, 9, 1, 127, 250, 1, 127, 4])]
  for color, raw in zip(("Red", "Green", "Blue"), segments):
    setattr(data, color + "PaletteColorLookupTableDescriptor", [256, 0, 8])
    setattr(data, "Segmented" + color + "PaletteColorLookupTableData", raw + b"\0" * (len(raw) % 2))
  data.set_original_encoding(False, True)
  found = apply_color_lut(numpy.arange(256, dtype="uint8").reshape(16, 16), data).reshape(-1, 3)
  cases.append({"descriptor": [256, 0, 8], "data": [base64.b64encode(raw).decode() for raw in segments],
                "segmented": True, "found": found.tolist()})
  return cases


def colors():
  ybr = random.integers(0, 256, (8, 8, 3)).astype("uint8")
  rgb = convert_color_space(ybr, "YBR_FULL", "RGB")
  return {"ybr": encoded(ybr), "rgb": encoded(rgb), "rows": 8, "columns": 8}


def stored():
  """Words whose unused bits hold something else, as overlays in high bits do."""
  cases = []
  for stored_bits, high, signed in ((12, 11, False), (12, 11, True), (10, 13, True), (16, 15, True), (16, 15, False)):
    words = random.integers(0, 65536, 64).astype("uint16")
    values = (words.astype("int64") >> (high + 1 - stored_bits)) & ((1 << stored_bits) - 1)
    if signed:
      values = numpy.where(values >= 1 << stored_bits - 1, values - (1 << stored_bits), values)
    cases.append({"bitsStored": stored_bits, "highBit": high, "signed": signed, "bytes": encoded(words),
                  "values": values.tolist()})
  return cases


def stacks():
  """Slices of turned volumes, shuffled: directions, positions, and the order along the normal that head, front or right
  comes first in."""
  cases = []
  for _ in range(12):
    turn, _ = numpy.linalg.qr(random.normal(size=(3, 3)))
    right, down = turn[0], turn[1]
    normal = numpy.cross(right, down)
    axis = int(numpy.argmax(numpy.abs(normal)))
    wanted = {0: 1, 1: 1, 2: -1}[axis]
    reading = normal if normal[axis] * wanted > 0 else -normal
    origin = random.uniform(-300, 300, 3)
    gap = float(random.uniform(0.4, 8))
    places = random.permutation(12)
    positions = [origin + reading * gap * place for place in places]
    cases.append({
      "orientation": [float("%.9g" % part) for part in (*right, *down)],
      "positions": [[float("%.9g" % part) for part in position] for position in positions],
      "order": numpy.argsort(places).tolist(), "gap": gap})
  return cases


def main():
  golden = {
    "madeBy": f"pydicom {pydicom.__version__}, numpy {numpy.__version__}", "windows": windows(), "tables": tables(),
    "palettes": palettes(), "colors": colors(), "stored": stored(), "stacks": stacks()}
  path = pathlib.Path(__file__).with_name("golden.json")
  path.write_text(json.dumps(golden, separators=(",", ":")).replace('],"', '],\n"') + "\n")


if __name__ == "__main__":
  main()
