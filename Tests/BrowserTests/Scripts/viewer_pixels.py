"""The pixels on the canvas beside those that pydicom shows."""

import io
import os
import pathlib

import numpy
import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian

import browser
import viewer_data as data
from browser import check, equal
from viewer_page import open_study, read_back, shown

random = numpy.random.default_rng(7)


def ramp(kind, low, high):
  return numpy.linspace(low, high, 96 * 96).reshape(96, 96).astype(kind)


def table(name, first, entries, bits, signed):
  item = Dataset()
  item.add_new(0x00283002, "SS" if signed else "US", [len(entries), first, bits])
  item.add_new(0x00283006, "OW", numpy.asarray(entries, "<u2").tobytes())
  item.LUTExplanation = name
  return item


def gray_cases():
  """Instances by what they show."""
  def case(number, array, bits=None, photometric="MONOCHROME2", syntax=None, **values):
    made = data.blank(701, number, 1, **({"syntax": syntax} if syntax else {}))
    data.pixels(made, array, bits=bits, photometric=photometric)
    for name, value in values.items():
      setattr(made, name, value)
    return made

  window = {"WindowCenter": "300", "WindowWidth": "900"}
  rescale = {"RescaleSlope": "1.5", "RescaleIntercept": "-800"}
  modality = table("M", -500, numpy.sort(random.integers(0, 65536, 1000)), 16, True)
  curve = (numpy.linspace(0, 1, 1200) ** 0.4 * 1023).round()
  yield "12 bits unsigned, rescaled", case(1, ramp("uint16", 0, 4095), 12, **rescale, **window)
  yield "16 bits signed", case(2, ramp("int16", -32768, 32767), **{"WindowCenter": "-100.5", "WindowWidth": "20001"})
  yield "MONOCHROME1", case(3, ramp("uint16", 0, 1023), 10, "MONOCHROME1", **window)
  yield "LINEAR_EXACT", case(4, ramp("uint16", 0, 1023), 10, VOILUTFunction="LINEAR_EXACT", **window)
  yield "SIGMOID", case(5, ramp("uint16", 0, 1023), 10, VOILUTFunction="SIGMOID", **window)
  yield "a VOI LUT", case(6, ramp("int16", -300, 1500), 12, VOILUTSequence=[table("Curve", -100, curve, 10, True)])
  yield "a modality LUT", case(7, ramp("int16", -2048, 2047), 12, ModalityLUTSequence=[modality],
                               **{"WindowCenter": "30000", "WindowWidth": "50000"})
  yield "8 bits", case(8, ramp("uint8", 0, 255), **{"WindowCenter": "100", "WindowWidth": "60"})
  yield "big endian", case(9, ramp("uint16", 0, 4095), 12, syntax=ExplicitVRBigEndian, **rescale, **window)
  yield "a narrow window", case(10, ramp("uint16", 0, 65535), **{"WindowCenter": "30000", "WindowWidth": "2"})
  yield "32 bits", case(11, ramp("uint32", 0, 60000), **{"WindowCenter": "30000", "WindowWidth": "50000"})


def wait_for_instance(page, made):
  page.wait_for_function(
    "(uid) => { const { state, instance } = document.querySelector('iso-viewport').dataset; "
    "return state === 'source' && instance === uid; }", arg=made.SOPInstanceUID)


def gray(browsing):
  cases = list(gray_cases())
  data.store([made for _, made in cases])
  with browsing.page() as page:
    open_study(page, data.uid(701))
    for index, (name, made) in enumerate(cases):
      if index > 0:
        page.keyboard.press(".")
      wait_for_instance(page, made)
      found = read_back(page, 96, 96)
      expected = data.expected_gray(pydicom.dcmread(io.BytesIO(data.file_of(made))))
      difference = numpy.abs(found[:, :, 0].astype(float) - expected)
      check(name + " is shown as pydicom shows it", difference.max() <= 1.01,
            (difference.max(), numpy.unravel_index(difference.argmax(), difference.shape)))
      check(name + " is grey", (found[:, :, 0] == found[:, :, 1]).all() and (found[:, :, 0] == found[:, :, 2]).all())
      check(name + " is not flat", len(numpy.unique(found)) > 2 or name == "a narrow window")
      equal(name + " is drawn by WebGL2", shown(page)["drawnBy"], "webgl2")


def color(browsing):
  scene = numpy.zeros((64, 80, 3), "uint8")
  for row in range(64):
    for column in range(80):
      scene[row, column] = (row * 4, column * 3, (row + column) * 255 // 144)
  rgb = data.pixels(data.blank(702, 1, 1), scene, photometric="RGB")
  planar = data.pixels(data.blank(702, 2, 1), scene, photometric="RGB")
  planar.PlanarConfiguration = 1
  planar.PixelData = scene.transpose(2, 0, 1).tobytes()
  ybr = data.pixels(data.blank(702, 3, 1), pydicom.pixels.convert_color_space(scene, "RGB", "YBR_FULL"), photometric="YBR_FULL")
  palette = data.pixels(data.blank(702, 4, 1), numpy.arange(64 * 80).reshape(64, 80).astype("uint8"), photometric="PALETTE COLOR")
  tables = random.integers(0, 65536, (3, 256))
  for color, entries in zip(("Red", "Green", "Blue"), tables):
    setattr(palette, color + "PaletteColorLookupTableDescriptor", [256, 0, 16])
    setattr(palette, color + "PaletteColorLookupTableData", entries.astype("<u2").tobytes())
  lossy, decoded = data.jpeg(702, 5, scene)
  gray_lossy, gray_decoded = data.jpeg(702, 6, scene[:, :, 2].copy())
  gray_lossy.WindowCenter, gray_lossy.WindowWidth = "128", "100"
  data.store([rgb, planar, ybr, palette, lossy, gray_lossy])
  indices = numpy.arange(64 * 80).reshape(64, 80) % 256
  window = numpy.clip((gray_decoded.astype(float) - 127.5) / 99 + 0.5, 0, 1) * 255
  expectations = [("RGB", rgb, scene, 0), ("RGB by plane", planar, scene, 0), ("YBR_FULL", ybr, scene, 2),
                  ("a palette", palette, (tables >> 8)[:, indices].transpose(1, 2, 0), 0),
                  # Two JPEG decoders may differ by a little.
                  ("JPEG baseline", lossy, decoded, 3), ("grey JPEG baseline", gray_lossy, window, 8)]
  with browsing.page() as page:
    open_study(page, data.uid(702))
    for index, (name, made, expected, tolerance) in enumerate(expectations):
      if index > 0:
        page.keyboard.press(".")
      wait_for_instance(page, made)
      found = read_back(page, 64, 80)
      difference = numpy.abs(found.astype(float) - expected)
      check(name + " has its colours", difference.max() <= tolerance, (difference.max(), difference.mean()))
    check("what was compressed with loss says so", "lossy" in page.locator(".badge").first.inner_text())


def samples(browsing):
  """Real objects, when there are any."""
  folder = pathlib.Path(os.environ["ISOCENTER_SAMPLES"]) / "dicom"
  names = ["codecs/basic/CT_small.dcm", "codecs/basic/MR_small.dcm", "codecs/basic/MR_small_bigendian.dcm",
           "pet/1.dcm", "lut_overlay/mlut_18.dcm", *sorted(f"ct_series_lidc/{each.name}" for each in (folder / "ct_series_lidc").iterdir())[:3]]
  for name in names:
    made = pydicom.dcmread(folder / name)
    # In a study of its own, so that the first image is the one.
    made.StudyInstanceUID = data.uid(703, names.index(name))
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = data.uid(703, names.index(name), 1)
    data.store([made])
    array = made.pixel_array
    with browsing.page(width=1100, height=900) as page:
      open_study(page, made.StudyInstanceUID)
      found = read_back(page, made.Rows, made.Columns)[:, :, 0].astype(float)
      if "WindowCenter" in made:
        expected = data.expected_gray(made, array)
      else:
        values = pydicom.pixels.apply_modality_lut(array, made).astype(float)
        if made.BitsStored <= 8:
          expected = values
        else:
          expected = (values - values.min()) / (values.max() - values.min()) * 255
      difference = numpy.abs(found - expected)
      check(name + " is shown as pydicom shows it", difference.max() <= 1.01, difference.max())


browser.run({"gray": gray, "color": color, "samples": samples})
