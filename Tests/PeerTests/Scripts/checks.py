"""What every script of this folder shares: where the server is, what is sent, and how a finding is told.

A script says `ok<TAB>what` or `not ok<TAB>what<TAB>why` for each thing it examines and `done` at its end.
"""

import copy
import json
import os
import pathlib
import sys
import traceback
import urllib.error
import urllib.request

WEB = os.environ.get("PEER_WEB", "")
HTTP_PORT = int(os.environ.get("PEER_HTTP_PORT", "0"))
DIMSE_PORT = int(os.environ.get("PEER_DIMSE_PORT", "0"))
WORK = pathlib.Path(os.environ.get("PEER_WORK", "."))
SAMPLES = pathlib.Path(os.environ["ISOCENTER_SAMPLES"]) if os.environ.get("ISOCENTER_SAMPLES") else None
ROOT = WEB + "/dicom-web"


def check(name, passed, why=""):
  print(("ok\t%s" % name) if passed else ("not ok\t%s\t%s" % (name, str(why).replace("\n", " ")[:600])), flush=True)
  return bool(passed)


def equal(name, left, right):
  return check(name, left == right, "%.250r is not %.250r" % (left, right))


def run(sections):
  """Runs the section that the command line names, or all of them."""
  wanted = sys.argv[1:] or list(sections)
  for name in wanted:
    try:
      sections[name]()
    except Exception:
      check(name, False, "raised " + traceback.format_exc(limit=-4))
  print("done", flush=True)


class Answer:
  def __init__(self, status, headers, body):
    self.status, self.headers, self.body = status, headers, body

  @property
  def json(self):
    return json.loads(self.body) if self.body else []


class NoRedirect(urllib.request.HTTPRedirectHandler):
  def redirect_request(self, *_):
    return None


OPENER = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))


def http(method, url, headers=None, body=None, timeout=30):
  if url.startswith("/"):
    url = WEB + url
  request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
  try:
    with OPENER.open(request, timeout=timeout) as answer:
      return Answer(answer.status, answer.headers, answer.read())
  except urllib.error.HTTPError as answer:
    return Answer(answer.code, answer.headers, answer.read())


def stow(files, study="", headers=None):
  boundary = "peer-boundary"
  body = b"".join(
    b"--peer-boundary\r\nContent-Type: application/dicom\r\n\r\n" + file + b"\r\n" for file in files
  ) + b"--peer-boundary--\r\n"
  return http(
    "POST", ROOT + "/studies" + ("/" + study if study else ""),
    dict({"Content-Type": 'multipart/related; type="application/dicom"; boundary=%s' % boundary,
          "Accept": "application/dicom+json"}, **(headers or {})), body)


def parts(answer):
  """The parts of a multipart answer: (headers, content)."""
  kind = answer.headers["Content-Type"]
  boundary = kind.split("boundary=")[1].split(";")[0].strip('"').encode()
  pieces = (b"\r\n" + answer.body).split(b"\r\n--" + boundary)
  assert pieces[-1].startswith(b"--"), "no final boundary"
  found = []
  for piece in pieces[1:-1]:
    head, content = piece.lstrip(b"\r\n").split(b"\r\n\r\n", 1) if not piece.startswith(b"\r\n\r\n") else ("", piece[4:])
    headers = {}
    for line in head.decode().split("\r\n"):
      if ":" in line:
        name, value = line.split(":", 1)
        headers[name.lower()] = value.strip()
    found.append((headers, content))
  return found


def data_set_of(file):
  """The bytes behind the file meta information (PS3.10 §7.1)."""
  assert file[128:132] == b"DICM"
  position = 132
  while file[position:position + 2] == b"\x02\x00":
    vr = file[position + 4:position + 6]
    if vr in (b"OB", b"UN", b"OW", b"SQ", b"UT"):
      position += 12 + int.from_bytes(file[position + 8:position + 12], "little")
    else:
      position += 8 + int.from_bytes(file[position + 6:position + 8], "little")
  return file[position:]


def rows():
  """The table of the samples."""
  lines = (SAMPLES / "INDEX.tsv").read_text().splitlines()
  names = lines[0].split("\t")
  return [dict(zip(names, line.split("\t"))) for line in lines[1:]]


def built():
  """Objects of our own making: two studies, several syntaxes, several frames, a waveform-like value."""
  import pydicom
  from pydicom.dataset import Dataset, FileMetaDataset
  from pydicom.uid import (ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless, DeflatedExplicitVRLittleEndian)
  import numpy
  files = []
  syntaxes = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, RLELossless]
  for number, syntax in enumerate(syntaxes, 1):
    study = "1.2.826.0.1.3680043.10.7.%d" % (1 + number // 3)
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.SpecificCharacterSet = "ISO_IR 192"
    data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7.2" if number == 1 else "1.2.840.10008.5.1.4.1.1.7"
    data.SOPInstanceUID = "%s.1.%d" % (study, number)
    data.StudyDate, data.StudyTime, data.AccessionNumber = "20240131", "101112.5", "ACC%d" % number
    data.Modality, data.PatientName, data.PatientID = "OT", "Müller^Änne=山田", "B%s" % study[-1]
    data.PatientBirthDate, data.PatientSex = "19700101", "F"
    data.ReferringPhysicianName, data.StudyDescription = "Doc^A", "Built"
    data.StudyInstanceUID, data.SeriesInstanceUID = study, study + ".1"
    data.StudyID, data.SeriesNumber, data.InstanceNumber = "1", 1, number
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "T-1", "SRT", "Thing"
    data.ProcedureCodeSequence = [item]
    frames = 3 if number == 1 else 1
    rows, columns = 16, 24
    pixels = (numpy.arange(frames * rows * columns) * 37 % 65521).astype("<u2")
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.Rows, data.Columns, data.BitsAllocated, data.BitsStored, data.HighBit = rows, columns, 16, 16, 15
    data.PixelRepresentation, data.WindowCenter, data.WindowWidth = 0, "20000", "30000"
    if frames > 1:
      data.NumberOfFrames = frames
    data.PixelData = pixels.tobytes()
    data["PixelData"].VR = "OW"
    if syntax == RLELossless:
      data.compress(RLELossless, generate_instance_uid=False)
    else:
      data.file_meta.TransferSyntaxUID = syntax
    path = WORK / ("built%d.dcm" % number)
    pydicom.dcmwrite(path, data, enforce_file_format=True)
    files.append(path)
  return files


CONTROL = 400_000


def chosen(kinds=("transfer_syntax", "sop_class"), limit=CONTROL):
  """The smallest sound sample of every transfer syntax and SOP class, and what we built; every SOP Instance UID once."""
  import pydicom
  files = built()
  if SAMPLES:
    seen = set()
    for row in sorted(rows(), key=lambda row: int(row["size"])):
      if (row["pydicom_read"] != "ok" or row["part10"] != "yes" or not row["file"].startswith("dicom/")
          or "/broken/" in row["file"] or "/charset/" in row["file"] or int(row["size"]) > limit * 5
          or row["sop_class"].startswith("Media Storage") or row["sop_class"] == "-" or row["transfer_syntax"] == "-"
          or row["sop_class"].startswith("1.2.276.0.7230010.3.1.0.1")):
        continue
      new = [kind for kind in kinds if (kind, row[kind]) not in seen]
      if not new or (int(row["size"]) > limit and "transfer_syntax" not in new):
        continue
      seen.update((kind, row[kind]) for kind in kinds)
      files.append(SAMPLES / row["file"])
  unique = {}
  for path in files:
    data = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=[
      "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID", "PatientID", "Modality"])
    if all(name in data and data[name].value for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")):
      unique.setdefault(str(data.SOPInstanceUID), Sent(path, data))
  return list(unique.values())


class Sent:
  def __init__(self, path, data):
    self.path = path
    self.name = path.name
    self.syntax = str(data.file_meta.TransferSyntaxUID)
    self.sop_class = str(data.SOPClassUID)
    self.study, self.series = str(data.StudyInstanceUID), str(data.SeriesInstanceUID)
    self.instance = str(data.SOPInstanceUID)
    self.patient = str(data.get("PatientID", "") or "")
    self.modality = str(data.get("Modality", "") or "")

  @property
  def bytes(self):
    return self.path.read_bytes()

  @property
  def url(self):
    return "%s/studies/%s/series/%s/instances/%s" % (ROOT, self.study, self.series, self.instance)


def whole(url, headers=None):
  """An instance as it is stored."""
  answer = http("GET", url, dict({"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}, **(headers or {})))
  return parts(answer)[0][1] if answer.status == 200 else b""
