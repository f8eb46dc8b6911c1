"""Images in other forms than they are stored in: every sample file is shown, and what a client decodes of what it is given is
what pydicom decodes of the file itself."""

import concurrent.futures
import io

import numpy
import pydicom
from pydicom.dataset import Dataset
from pydicom.pixels import pixel_array
from pydicom.uid import ImplicitVRLittleEndian
from pynetdicom import AE, build_context, build_role, evt
from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelGet as GET

import checks
from checks import ROOT, check, equal, http as ask

# Sample files with pixel data that are not shown, and why. Everything else is.
UNSHOWN = {
  "broken/2026-05-26-oob-monochrome-46341.dcm": (
    "/rendered 404 notFound; /thumbnail 404 notFound; /frames/1 404 notFound", "not even one frame"),
  "broken/badVR.dcm": ("/rendered 406 invalidAttribute; /thumbnail 406 invalidAttribute", "Bits Stored is no number"),
  "codecs/color/JPEG2000-embedded-sequence-delimiter.dcm": (
    "/rendered 406 malformedCodeStream; /thumbnail 406 malformedCodeStream; /frames/1 406 malformedCodeStream",
    "made to test fragments: no decoder reads it"),
  "codecs/color/SC_rgb_rle_32bit.dcm": (
    "/rendered 406 unsupported; /thumbnail 406 unsupported", "colours of 32 bits are given, and not rendered"),
  "codecs/color/SC_rgb_rle_32bit_2frame.dcm": ("/rendered 406 unsupported; /thumbnail 406 unsupported", "the same"),
  "dose_images/NM-NmIm-Siemens-s1-1.dcm": (
    "/rendered 404 notFound; /thumbnail 404 notFound; /frames/1 404 notFound", "the pixels were taken out"),
  "dose_images/PX-Im-NewTom_Go.dcm": (
    "/rendered 404 notFound; /thumbnail 404 notFound; /frames/1 404 notFound", "the pixels were taken out"),
}
# Files in lossless syntaxes of which pydicom makes something else than we do, and why.
OTHERWISE = {
  "codecs/color/JPEG2000-embedded-sequence-delimiter.dcm": ("406 malformedCodeStream", "no decoder reads it"),
}
LOSSY = {
  "1.2.840.10008.1.2.4.50": 4, "1.2.840.10008.1.2.4.51": 4, "1.2.840.10008.1.2.4.81": 1, "1.2.840.10008.1.2.4.91": 2,
  "1.2.840.10008.1.2.4.93": 2, "1.2.840.10008.1.2.4.203": 2, "1.2.840.10008.1.2.4.111": 4, "1.2.840.10008.1.2.4.112": 4,
}


def name(path):
  return str(path.relative_to(checks.SAMPLES / "dicom"))


def passes(wanted=lambda data: True):
  """Sample files with pixels that are wanted, stored so that each is the current one of its UID: a dictionary of path and
  data set by the address of the instance, and another when those are looked at, as there are files of the same UID."""
  waiting = {}
  for path in sorted((checks.SAMPLES / "dicom").rglob("*")):
    if not path.is_file():
      continue
    try:
      data = pydicom.dcmread(path)
    except Exception:
      continue
    if any(word in data for word in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")) and wanted(data):
      waiting.setdefault(str(data.get("SOPInstanceUID")), []).append((path, data))
  while waiting:
    kept = {}
    for files in waiting.values():
      path, data = files.pop()
      answer = checks.stow([path.read_bytes()])
      if answer.status == 200:
        kept[answer.json["00081199"]["Value"][0]["00081190"]["Value"][0]] = (path, data)
    yield kept
    waiting = {uid: files for uid, files in waiting.items() if files}
    for study in {url.split("/series/")[0] for url in kept}:
      ask("DELETE", study)


def samples_of(data):
  """The decoded values, luminance and chrominance as the RGB that they mean."""
  return pixel_array(data)


def same(one, other, syntax):
  """Why two arrays are not the same image, if they are not."""
  if one.shape != other.shape:
    return "%s is not %s" % (one.shape, other.shape)
  difference = numpy.abs(one.astype("int64") - other.astype("int64")).max()
  return "" if difference <= LOSSY.get(syntax, 0) else "differs by %d" % difference


def images():
  """Every image is shown, small and large, and given decoded; or the table says why not."""
  told = {}

  def one(entry):
    url, (path, data) = entry
    reasons = []
    for resource, accept, beginnings in (
        ("/rendered", "image/jpeg, video/*", (b"\xff\xd8", b"\0\0", b"\0\0\1")), ("/thumbnail", "image/jpeg", (b"\xff\xd8",))):
      answer = ask("GET", url + resource, {"Accept": accept}, timeout=120)
      if answer.status != 200:
        reasons.append("%s %d %s" % (resource, answer.status, answer.json.get("code", "")))
      elif not answer.body.startswith(beginnings):
        reasons.append("%s is no picture" % resource)
    answer = ask("GET", url + "/frames/1", {"Accept": "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1"}, timeout=120)
    if answer.status != 200:
      reasons.append("/frames/1 %d %s" % (answer.status, answer.json.get("code", "")))
    if reasons:
      told[name(path)] = "; ".join(reasons)

  count = 0
  for kept in passes():
    count += len(kept)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
      list(pool.map(one, kept.items()))
  check("there are images", count > 300, count)
  for file in sorted(set(told) | set(UNSHOWN)):
    equal("shows " + file, told.get(file, ""), UNSHOWN.get(file, ("", ""))[0])


def compressed(data):
  syntax = data.file_meta.get("TransferSyntaxUID") if hasattr(data, "file_meta") else None
  return syntax is not None and syntax.is_encapsulated and syntax.name.find("MPEG") < 0 and syntax.name.find("HEVC") < 0


def web():
  """WADO-RS gives every compressed sample uncompressed, and pydicom reads the same pixels from it."""
  told, counts = {}, {}

  def one(entry):
    url, (path, data) = entry
    syntax = str(data.file_meta.TransferSyntaxUID)
    answer = ask("GET", url, {"Accept": "application/dicom; transfer-syntax=1.2.840.10008.1.2.1"}, timeout=120)
    if answer.status != 200:
      told[name(path)] = "%d %s" % (answer.status, answer.json.get("code", ""))
      return
    given = pydicom.dcmread(io.BytesIO(answer.body))
    try:
      expected = samples_of(data)
    except Exception:
      counts["unread by pydicom"] = counts.get("unread by pydicom", 0) + 1
      return
    reason = same(samples_of(given), expected, syntax)
    counts[syntax] = counts.get(syntax, 0) + 1
    if reason:
      told[name(path)] = reason

  for kept in passes(compressed):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
      list(pool.map(one, kept.items()))
  for file in sorted(set(told) | set(OTHERWISE)):
    equal("decodes " + file, told.get(file, ""), OTHERWISE.get(file, ("", ""))[0])
  check("there are many syntaxes", len(counts) >= 8 and sum(counts.values()) > 60, counts)


def get():
  """pynetdicom accepts nothing but Implicit VR Little Endian, and gets every compressed sample it is told to fetch."""
  received = {}

  def take(event):
    event.dataset.file_meta = event.file_meta
    received[str(event.dataset.SOPInstanceUID)] = event.dataset
    return 0

  compared = 0
  for kept in passes(compressed):
    compared += get_all([(path, data) for path, data in kept.values() if name(path) not in OTHERWISE], received, take)
  check("many are compared", compared > 60, compared)


def get_all(entries, received, take):
  classes = sorted({str(data.SOPClassUID) for _, data in entries})[:100]
  ae = AE(ae_title="PEER")
  ae.acse_timeout = ae.dimse_timeout = ae.network_timeout = 120
  association = ae.associate(
    "127.0.0.1", checks.DIMSE_PORT, ae_title="ISOCENTER",
    contexts=[build_context(GET)] + [build_context(each, ImplicitVRLittleEndian) for each in classes],
    ext_neg=[build_role(each, scp_role=True) for each in classes], evt_handlers=[(evt.EVT_C_STORE, take)])
  assert association.is_established
  compared = 0
  for path, data in entries:
    if str(data.SOPClassUID) not in classes:
      continue
    question = Dataset()
    question.QueryRetrieveLevel = "IMAGE"
    question.StudyInstanceUID, question.SeriesInstanceUID = data.StudyInstanceUID, data.SeriesInstanceUID
    question.SOPInstanceUID = data.SOPInstanceUID
    statuses = [status.Status for status, _ in association.send_c_get(question, GET)]
    equal("gets " + name(path), statuses[-1:], [0])
    given = received.pop(str(data.SOPInstanceUID), None)
    if given is None:
      continue
    equal("in implicit VR", given.file_meta.TransferSyntaxUID, ImplicitVRLittleEndian)
    try:
      expected = samples_of(data)
    except Exception:
      continue
    compared += 1
    equal("with the pixels of " + name(path), same(samples_of(given), expected, str(data.file_meta.TransferSyntaxUID)), "")
  association.release()
  return compared


checks.run({"images": images, "web": web, "get": get})
