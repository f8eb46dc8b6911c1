"""dicomweb-client against the DICOMweb door."""

import io
import json
import warnings

import numpy
import pydicom
from dicomweb_client.api import DICOMwebClient

import checks
from checks import check, equal

warnings.simplefilter("ignore")
client = DICOMwebClient(checks.ROOT)
# The client names the host without the port, which would lead its own way back astray.
client.host = "127.0.0.1:%d" % checks.HTTP_PORT
PIXELS = "7FE00010"


def stored():
  """Stores everything, a study at a time, and gives what was sent."""
  sent = checks.chosen()
  studies = {}
  for one in sent:
    studies.setdefault(one.study, []).append(one)
  for study, members in studies.items():
    answer = checks.stow([one.bytes for one in members], study)
    if answer.status != 200:
      check("stores " + " ".join(one.name for one in members), False, (answer.status, answer.body[:300]))
  return sent


def store():
  sent = checks.chosen()
  for one in sent:
    # The client encodes the data set again, as it reads it.
    if one.syntax in ("1.2.840.10008.1.2.2",):
      continue
    data = pydicom.dcmread(one.path)
    wanted = io.BytesIO()
    try:
      pydicom.dcmwrite(wanted, data)
    except Exception:
      continue  # pydicom cannot write again what it read.
    answer = client.store_instances([data], study_instance_uid=one.study)
    kept = [str(item.ReferencedSOPInstanceUID) for item in answer.get("ReferencedSOPSequence", [])]
    equal("stores " + one.name, (kept, "FailedSOPSequence" in answer), ([one.instance], False))
    equal("keeps every byte of the data set of " + one.name, checks.data_set_of(checks.whole(one.url)),
          checks.data_set_of(wanted.getvalue()))


def search():
  sent = stored()
  studies = client.search_for_studies(get_remaining=True)
  equal("finds every study", {row["0020000D"]["Value"][0] for row in studies}, {one.study for one in sent})
  series = client.search_for_series(get_remaining=True)
  equal("finds every series", {row["0020000E"]["Value"][0] for row in series}, {one.series for one in sent})
  instances = client.search_for_instances(get_remaining=True)
  equal("finds every instance", {row["00080018"]["Value"][0] for row in instances}, {one.instance for one in sent})
  equal("finds each instance once", len(instances), len(sent))
  for row in studies:
    members = [one for one in sent if one.study == row["0020000D"]["Value"][0]]
    wanted = (len({one.series for one in members}), len(members))
    equal("counts series and instances", (row["00201206"]["Value"][0], row["00201208"]["Value"][0]), wanted)
  one = sent[0]
  equal("finds the series of a study", {row["0020000E"]["Value"][0] for row in client.search_for_series(one.study)},
        {other.series for other in sent if other.study == one.study})
  equal("finds the instances of a series",
        {row["00080018"]["Value"][0] for row in client.search_for_instances(one.study, one.series)},
        {other.instance for other in sent if other.series == one.series})
  for filters, matches in [
      ({"StudyInstanceUID": one.study}, lambda other: other.study == one.study),
      ({"PatientID": one.patient}, lambda other: other.patient == one.patient),
      ({"ModalitiesInStudy": "OT"}, None), ({"PatientName": "Mü*"}, None), ({"StudyDate": "20240101-20240201"}, None),
      ({"PatientID": "nobody at all"}, lambda other: False)]:
    found = {row["0020000D"]["Value"][0] for row in client.search_for_studies(search_filters=filters)}
    if matches:
      equal("matches %s" % list(filters), found, {other.study for other in sent if matches(other)})
    else:
      check("matches %s" % list(filters), one.study in found, found)
  first, second = client.search_for_instances(limit=2), client.search_for_instances(limit=2, offset=2)
  equal("pages", [row["00080018"]["Value"][0] for row in first + second],
        [row["00080018"]["Value"][0] for row in instances[:4]])
  shown = client.search_for_studies(fields=["StudyDescription"], search_filters={"StudyInstanceUID": one.study})
  check("shows a field asked for", "00081030" in shown[0], shown)


def retrieve():
  sent = stored()
  for one in sent:
    equal("gives back %s, every byte" % one.name, checks.whole(one.url), one.bytes)
    client_data = client.retrieve_instance(one.study, one.series, one.instance, media_types=(("application/dicom", "*"),))
    equal("lets the client read " + one.name, str(client_data.SOPInstanceUID), one.instance)
    standard(one)
  for study in sorted({one.study for one in sent})[:8]:
    got = client.retrieve_study(study, media_types=(("application/dicom", "*"),))
    equal("gives a study", sorted(str(data.SOPInstanceUID) for data in got),
          sorted(one.instance for one in sent if one.study == study))
  for study, series in sorted({(one.study, one.series) for one in sent})[:8]:
    got = client.retrieve_series(study, series, media_types=(("application/dicom", "*"),))
    equal("gives a series", sorted(str(data.SOPInstanceUID) for data in got),
          sorted(one.instance for one in sent if one.series == series))


# What loses something, and videos: these come as they are stored when no syntax is named (PS3.18 §8.7.3.4).
AS_STORED = {"1.2.840.10008.1.2.4." + last for last in (
  "50 51 81 91 93 203 111 112 100 101 102 103 104 105 106 107 108".split())}


def standard(one):
  """What the client is given when it names no transfer syntax, and Explicit VR Little Endian when it names that; by itself it
  asks for what is stored."""
  by_itself = client.retrieve_instance(one.study, one.series, one.instance)
  equal("gives %s as it is stored to who does not mind" % one.name, str(by_itself.file_meta.TransferSyntaxUID), one.syntax)
  if one.syntax not in AS_STORED:
    unnamed = client.retrieve_instance(one.study, one.series, one.instance, media_types=("application/dicom",))
    equal("gives %s in the standard's syntax" % one.name, str(unnamed.file_meta.TransferSyntaxUID), "1.2.840.10008.1.2.1")
    equal("and it is the same", unnamed.SOPInstanceUID, by_itself.SOPInstanceUID)


def significant(values):
  """Values without those that are empty and without padding, which pydicom keeps before a backslash."""
  trimmed = [value.strip() if isinstance(value, str) else value for value in values]
  return [value for value in trimmed if value not in (None, "")]


def plain(model, other):
  """Where two data sets in DICOM JSON differ, values that are only referred to apart."""
  differences = []
  for tag, wanted in model.items():
    if tag.startswith("0002") or tag.endswith("0000") or tag in (PIXELS, "00080005"):
      continue
    given = other.get(tag)
    private = int(tag[3], 16) % 2 == 1
    if given is None:
      differences.append((tag, "missing"))
      continue
    if "BulkDataURI" in wanted or "BulkDataURI" in given:
      continue
    if wanted["vr"] != given["vr"]:
      if not private and "UN" not in (wanted["vr"], given["vr"]):
        differences.append((tag, wanted["vr"], given["vr"]))
      continue
    left, right = wanted.get("Value", []), given.get("Value", [])
    if wanted["vr"] == "SQ":
      if len(left) != len(right):
        differences.append((tag, len(left), len(right)))
      for a, b in zip(left, right):
        differences += [(tag,) + found for found in plain(a, b)]
      continue
    if wanted.get("InlineBinary") != given.get("InlineBinary"):
      differences.append((tag, "InlineBinary"))
    elif wanted["vr"] in ("DS", "IS", "FL", "FD"):
      try:
        same = len(left) == len(right) and all(
          a == b or abs(float(a) - float(b)) <= 1e-6 * abs(float(a)) for a, b in zip(left, right))
      except (TypeError, ValueError):
        same = False
      if not same:
        differences.append((tag, left[:3], right[:3]))
    elif significant(left) != significant(right):
      differences.append((tag, left[:3], right[:3]))
  return differences


def metadata():
  for one in stored():
    document = client.retrieve_instance_metadata(one.study, one.series, one.instance)
    data = pydicom.dcmread(one.path)
    for tag in (0x7FE00010, 0x7FE00008, 0x7FE00009):
      if tag in data:
        del data[tag]
    model = json.loads(data.to_json(bulk_data_threshold=1024, bulk_data_element_handler=lambda element: "here"))
    equal("says of %s what pydicom says" % one.name, plain(model, document), [])
  one = checks.built()[0]
  study = str(pydicom.dcmread(one).StudyInstanceUID)
  whole = client.retrieve_study_metadata(study)
  check("describes a study whole", len(whole) >= 1 and all(d["0020000D"]["Value"] == [study] for d in whole), whole)
  series = client.retrieve_series_metadata(study, study + ".1")
  equal("describes a series", len(series), len(whole))


def frames():
  import pydicom.pixels
  for one in stored():
    data = pydicom.dcmread(one.path)
    if not data.get("PixelData") or not data.get("Rows") or not data.file_meta.TransferSyntaxUID.is_transfer_syntax:
      continue
    count = int(data.get("NumberOfFrames", 1) or 1)
    numbers = sorted({1, count})
    raw = checks.http(
      "GET", "%s/frames/%s" % (one.url, ",".join(map(str, numbers))),
      {"Accept": 'multipart/related; type="application/octet-stream"; transfer-syntax=*'})
    if raw.status != 200:
      check("gives frames of " + one.name, False, (raw.status, raw.body[:200]))
      continue
    got = checks.parts(raw)
    equal("gives every frame asked for of " + one.name, len(got), len(numbers))
    if data.file_meta.TransferSyntaxUID.is_encapsulated:
      try:
        model = list(pydicom.encaps.generate_frames(
          data.PixelData, number_of_frames=count,
          extended_offsets=((data.ExtendedOffsetTable, data.ExtendedOffsetTableLengths)
                            if "ExtendedOffsetTable" in data else None)))
      except Exception:
        continue
      wanted = [model[number - 1] for number in numbers]
      strip = lambda frame: frame.rstrip(b"\x00")
      equal("gives compressed frames of %s as they are" % one.name, [strip(c) for _, c in got], [strip(f) for f in wanted])
    elif data.BitsAllocated >= 8:
      length = data.Rows * data.Columns * data.SamplesPerPixel * data.BitsAllocated // 8
      if data.PhotometricInterpretation == "YBR_FULL_422":
        length = length * 2 // 3
      values = data.PixelData
      if length % 2 and one.syntax == "1.2.840.10008.1.2.2":
        continue  # Words that hold pixels of two rows in the wrong order.
      wanted = [values[(number - 1) * length:number * length] for number in numbers]
      equal("gives native frames of %s as they are" % one.name, [content for _, content in got], wanted)
  one = [one for one in stored() if one.name == "built1.dcm"][0]
  got = client.retrieve_instance_frames(one.study, one.series, one.instance, [2, 3], media_types=("application/octet-stream",))
  pixels = pydicom.dcmread(one.path).PixelData
  equal("gives frames to the client", got, [pixels[768:1536], pixels[1536:2304]])


def rendered():
  from PIL import Image
  import pydicom.pixels
  seen = 0
  for one in stored():
    data = pydicom.dcmread(one.path)
    if (not data.get("PixelData") or one.syntax == "1.2.840.10008.1.2.2" or not data.file_meta.TransferSyntaxUID.is_transfer_syntax
        or data.file_meta.TransferSyntaxUID.is_compressed
        or data.get("PhotometricInterpretation") not in ("MONOCHROME2", "MONOCHROME1", "RGB")
        or data.get("BitsAllocated") not in (8, 16)):
      continue
    answer = checks.http("GET", one.url + "/rendered", {"Accept": "image/png"})
    if not check("renders " + one.name, answer.status == 200, (answer.status, answer.body[:200])):
      continue
    picture = numpy.asarray(Image.open(io.BytesIO(answer.body)))
    if data.SamplesPerPixel == 1 and "WindowWidth" in data and "PixelPaddingValue" not in data and int(data.get("NumberOfFrames", 1) or 1) == 1:
      values = pydicom.pixels.apply_modality_lut(data.pixel_array, data)
      values = pydicom.pixels.apply_voi_lut(values, data)
      first = lambda value: float(value[0] if isinstance(value, pydicom.multival.MultiValue) else value)
      if data.get("VOILUTFunction", "LINEAR") != "LINEAR" or "VOILUTSequence" in data or first(data.WindowWidth) < 1:
        continue
      centre, width = first(data.WindowCenter), first(data.WindowWidth)
      base = pydicom.pixels.apply_modality_lut(data.pixel_array, data).astype(float)
      levels = numpy.clip(((base - (centre - 0.5)) / max(width - 1, 1e-9) + 0.5) * 255, 0, 255)
      if data.PhotometricInterpretation == "MONOCHROME1":
        levels = 255 - levels
      if picture.ndim == 3:
        picture = picture[..., 0]
      if picture.shape == levels.shape:
        seen += 1
        worst = numpy.abs(levels - picture.astype(float)).max()
        check("renders %s within one level of the window in PS3.3 §C.11.2.1.2" % one.name, worst <= 1, worst)
    elif data.SamplesPerPixel == 3 and int(data.get("NumberOfFrames", 1) or 1) == 1:
      equal("renders the colours of " + one.name, int(numpy.abs(picture[..., :3].astype(int) - data.pixel_array.astype(int)).max()) <= 1, True)
      seen += 1
  check("has rendered something", seen > 0)
  one = [one for one in checks.chosen() if one.name == "built1.dcm"][0]
  got = client.retrieve_instance_rendered(one.study, one.series, one.instance, media_types=("image/png",))
  equal("renders for the client", Image.open(io.BytesIO(got)).size, (24, 16))
  got = client.retrieve_instance_frames_rendered(one.study, one.series, one.instance, [3], media_types=("image/jpeg",))
  equal("renders a frame for the client", Image.open(io.BytesIO(got)).format, "JPEG")


def bulk():
  found = 0

  def walk(document, data, name, encapsulated=False):
    nonlocal found
    for tag, element in document.items():
      if element["vr"] == "SQ":
        for item, child in zip(element.get("Value", []), data[int(tag, 16)].value):
          walk(item, child, name, encapsulated)
      # Of the built objects pixel data is the only long value; encapsulated, it is for frames() to ask for.
      elif "BulkDataURI" in element and (tag != PIXELS or (name.startswith("built") and not encapsulated)):
        found += 1
        uri = element["BulkDataURI"]
        got = client.retrieve_bulkdata(uri)
        value = data[int(tag, 16)].value
        wanted = value if isinstance(value, bytes) else None
        if wanted is not None:
          equal("gives the value of %s in %s" % (tag, name), [bytes(part) for part in got], [wanted])
        else:
          check("gives a value of %s in %s" % (tag, name), len(got) == 1 and len(got[0]) > 0)

  for one in stored():
    if one.syntax == "1.2.840.10008.1.2.2":
      continue
    document = client.retrieve_instance_metadata(one.study, one.series, one.instance)
    data = pydicom.dcmread(one.path)
    # pydicom knows the standard's transfer syntaxes only.
    syntax = data.file_meta.TransferSyntaxUID
    walk(document, data, one.name, syntax.is_transfer_syntax and syntax.is_encapsulated)
  if checks.SAMPLES:
    check("has found values to retrieve", found > 3, found)


def delete():
  sent = [one for one in stored() if one.name.startswith("built")]
  first = sent[0]
  client.delete_instance(first.study, first.series, first.instance)
  equal("forgets an instance", checks.http("GET", first.url + "/metadata").status, 404)
  others = {one.study for one in sent} - {first.study}
  for study in others:
    client.delete_study(study)
    equal("forgets a study", client.search_for_studies(search_filters={"StudyInstanceUID": study}), [])
  client.delete_series(first.study, first.series)
  equal("forgets a series", client.search_for_series(search_filters={"SeriesInstanceUID": first.series}), [])
  answer = checks.stow([first.bytes])
  equal("takes what was deleted again", (answer.status, checks.whole(first.url) == first.bytes), (200, True))


checks.run({function.__name__: function for function in (store, search, retrieve, metadata, frames, rendered, bulk, delete)})
