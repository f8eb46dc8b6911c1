"""Every kind of image is drawn: those that are built here, and one sample file of each kind there is."""

import os
import pathlib

import numpy
import pydicom
from pydicom.pixels import pixel_array
from pydicom.uid import (
  DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian, JPEGLSLossless, RLELossless)

import browser
import viewer_data as data
from browser import check
from viewer_page import VIEWPORT, WEB

# Samples that are not drawn, and why.
UNDRAWN = {
  "broken/3gb-bulk-data-truncated": ("nothing happens", "pydicom writes it anew with what is left of it"),
  "codecs/color/JPEG2000-embedded-sequence-delimiter.dcm": ("failed", "no decoder reads it"),
  "codecs/color/SC_rgb_rle_32bit.dcm": ("failed", "colours of 32 bits are given, and not rendered"),
}

COLOURS = """() => {
  const canvas = document.querySelector('iso-viewport canvas.image');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let place = 0; place < data.length && seen.size < 2; place += 4) {
    if (data[place + 3] > 0) seen.add(data[place] << 16 | data[place + 1] << 8 | data[place + 2]);
  }
  return seen.size;
}"""


def outcome(page, made, is_flat):
  """What became of an image in the viewer: nothing when it was drawn."""
  page.goto(f"{WEB}/viewer/{made.StudyInstanceUID}")
  settled = "iso-viewport:is([data-state='source'], [data-state='preview'], [data-state='failed'])"
  try:
    page.wait_for_selector(settled, timeout=30_000)
  except browser.Error:
    return "nothing happens"
  shown = page.locator(VIEWPORT).evaluate("(element) => ({ ...element.dataset })")
  if shown["state"] == "failed":
    return "failed"
  if shown.get("instance") != made.SOPInstanceUID:
    return "another image is drawn"
  page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
  # The surroundings are black; an image is not, unless all of it is.
  return "" if is_flat or page.evaluate(COLOURS) >= 2 else "nothing is drawn"


def built_images():
  gray = (numpy.arange(64 * 64).reshape(64, 64) * 13 % 4096).astype("uint16")
  color = numpy.stack([gray % 256, gray[::-1] % 256, gray[:, ::-1] % 256], axis=-1).astype("uint8")

  def image(number, array, syntax=None, bits=None, photometric="MONOCHROME2", frames=None):
    made = data.pixels(data.blank(730 + number, 1, 1), array, bits=bits, photometric=photometric)
    if frames:
      made.NumberOfFrames = str(frames)
    if syntax in (RLELossless, JPEGLSLossless):
      made.compress(syntax, generate_instance_uid=False)
    elif syntax == ExplicitVRBigEndian:
      made = data.pixels(data.blank(730 + number, 1, 1, syntax=syntax), array, bits=bits, photometric=photometric)
    elif syntax:
      made.file_meta.TransferSyntaxUID = syntax
    return made

  yield "RLE, grey", image(1, gray, RLELossless, 12)
  yield "RLE, colour", image(2, color, RLELossless, photometric="RGB")
  yield "RLE, several frames", image(3, numpy.stack([gray, gray[::-1]]), RLELossless, 12, frames=2)
  yield "JPEG-LS, grey", image(4, gray, JPEGLSLossless, 12)
  yield "implicit VR", image(5, gray, ImplicitVRLittleEndian, 12)
  yield "deflated", image(6, gray, DeflatedExplicitVRLittleEndian, 12)
  yield "big endian", image(7, gray, ExplicitVRBigEndian, 12)
  yield "JPEG 2000, grey", data.jpeg2000(740, 1, (gray % 256).astype("uint8"))
  yield "JPEG 2000, colour", data.jpeg2000(741, 1, color)
  yield "JPEG baseline", data.jpeg(742, 1, color)[0]


def built(browsing):
  images = list(built_images())
  data.store([made for _, made in images])
  with browsing.page() as page:
    for name, made in images:
      browser.equal(name + " is drawn", outcome(page, made, False), "")


def kind(image):
  return repr((str(image.file_meta.TransferSyntaxUID), image.get("PhotometricInterpretation"), image.get("BitsAllocated"),
               image.get("PixelRepresentation"), "FloatPixelData" in image))


def sample_images():
  """The smallest sample file of each kind, in a study of its own."""
  folder = pathlib.Path(os.environ["ISOCENTER_SAMPLES"]) / "dicom"
  smallest = {}
  for path in sorted(each for each in folder.rglob("*") if each.is_file()):
    name = str(path.relative_to(folder))
    try:
      image = pydicom.dcmread(path)
      if not any(word in image for word in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")) or "Rows" not in image:
        continue
      key = kind(image)
    except Exception:
      continue
    if key not in smallest or path.stat().st_size < smallest[key][0]:
      smallest[key] = (path.stat().st_size, name, image)
  for number, (_, name, image) in enumerate(smallest.values()):
    image.StudyInstanceUID, image.SeriesInstanceUID = data.uid(760, number), data.uid(760, number, 1)
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = data.uid(760, number, 1, 1)
    try:
      data.file_of(image)
    except Exception:
      continue
    yield name, image


def samples(browsing):
  with browsing.page(tolerates=("406", "404", "500")) as page:
    count = 0
    for name, image in sample_images():
      try:
        data.store([image])
      except Exception:
        continue
      try:
        is_flat = len(numpy.unique(pixel_array(image, index=0))) < 3
      except Exception:
        is_flat = True
      count += 1
      browser.equal(name + " is drawn", outcome(page, image, is_flat), UNDRAWN.get(name, ("", ""))[0])
    check("there are many kinds", count > 40, count)


browser.run({"built": built, "samples": samples})
