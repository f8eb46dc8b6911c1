"""Small made-up objects, written byte by byte, and their way to the server by STOW-RS."""

import struct
import urllib.request
import uuid

from browser import WEB

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
# Objects of one request.
BATCH = 250


def element(group, number, vr, value):
  if isinstance(value, str):
    value = value.encode("utf-8")
  if len(value) % 2:
    value += b"\0" if vr in ("UI", "OB") else b" "
  if vr in ("OB", "OW"):
    return struct.pack("<HH2sHI", group, number, vr.encode(), 0, len(value)) + value
  return struct.pack("<HH2sH", group, number, vr.encode(), len(value)) + value


def part10(study, name="Doe^Jane", patient="P1", date="20240301", time="101500", accession="A1", modality="OT",
           description="Made up", series=None, instance=None, birth="19700102", sex="F"):
  series = series or study + ".1"
  instance = instance or series + ".1"
  meta = (element(2, 1, "OB", b"\0\1") + element(2, 2, "UI", SECONDARY_CAPTURE) + element(2, 3, "UI", instance)
          + element(2, 0x10, "UI", EXPLICIT_LITTLE_ENDIAN) + element(2, 0x12, "UI", "2.25.1"))
  pixels = bytes(range(16)) * 16
  data = b"".join([
    element(8, 5, "CS", "ISO_IR 192"), element(8, 0x16, "UI", SECONDARY_CAPTURE), element(8, 0x18, "UI", instance),
    element(8, 0x20, "DA", date), element(8, 0x30, "TM", time), element(8, 0x50, "SH", accession),
    element(8, 0x60, "CS", modality), element(8, 0x1030, "LO", description), element(0x10, 0x10, "PN", name),
    element(0x10, 0x20, "LO", patient), element(0x10, 0x30, "DA", birth), element(0x10, 0x40, "CS", sex),
    element(0x20, 0xD, "UI", study), element(0x20, 0xE, "UI", series), element(0x20, 0x10, "SH", "S1"),
    element(0x20, 0x11, "IS", "1"), element(0x20, 0x13, "IS", "1"), element(0x28, 2, "US", struct.pack("<H", 1)),
    element(0x28, 4, "CS", "MONOCHROME2"), element(0x28, 0x10, "US", struct.pack("<H", 16)),
    element(0x28, 0x11, "US", struct.pack("<H", 16)), element(0x28, 0x100, "US", struct.pack("<H", 8)),
    element(0x28, 0x101, "US", struct.pack("<H", 8)), element(0x28, 0x102, "US", struct.pack("<H", 7)),
    element(0x28, 0x103, "US", struct.pack("<H", 0)), element(0x7FE0, 0x10, "OB", pixels)])
  return b"\0" * 128 + b"DICM" + element(2, 0, "UL", struct.pack("<I", len(meta))) + meta + data


def send(objects, token=None):
  for start in range(0, len(objects), BATCH):
    boundary = uuid.uuid4().hex
    body = b"".join(b"--%s\r\nContent-Type: application/dicom\r\n\r\n%s\r\n" % (boundary.encode(), one)
                    for one in objects[start:start + BATCH]) + b"--%s--\r\n" % boundary.encode()
    request = urllib.request.Request(
      WEB + "/dicom-web/studies", data=body, method="POST",
      headers={"Content-Type": 'multipart/related; type="application/dicom"; boundary=' + boundary,
               "Accept": "application/dicom+json", **({"Authorization": "Bearer " + token} if token else {})})
    with urllib.request.urlopen(request, timeout=120) as answer:
      answer.read()


FAMILIES = ["Doe", "Müller-Lüdenscheidt", "García", "Nowak", "Okafor", "Singh", "Kim", "Hansen", "Rossi", "Dubois"]


def many(count):
  """Studies on different days, newest last."""
  return [part10(
    "2.25.7%07d" % number, name="%s^Given%d" % (FAMILIES[number % 10], number % 97), patient="PAT%05d" % (number // 3),
    date="%d%02d%02d" % (2000 + number // 336, number // 28 % 12 + 1, number % 28 + 1), accession="ACC%06d" % number,
    modality=["CT", "MR", "US", "MG"][number % 4], description="Examination %d" % number) for number in range(count)]
