"""The requests of OHIF version 3, written out as the viewer sends them, and their answers read as the viewer reads them.

Sources: OHIF/Viewers extensions/default/src/DicomWebDataSource, dcmjs-org/dicomweb-client src/api.js, cornerstone3D
packages/dicomImageLoader/src/imageLoader/wadors.
"""

import http.client
import json

import pydicom

import checks
from checks import check, equal

JSON = "application/dicom+json"
OPEN = checks.ROOT.replace(checks.WEB, "")


def ask(method, target, accept=None, body=None, kind=None):
  """A request whose target goes over the wire exactly as it is written here."""
  connection = http.client.HTTPConnection("127.0.0.1", checks.HTTP_PORT, timeout=20)
  connection.putrequest(method, target, skip_accept_encoding=True)
  if accept is not None:
    connection.putheader("Accept", accept)
  connection.putheader("Origin", checks.WEB)
  if kind:
    connection.putheader("Content-Type", kind)
  if body is not None:
    connection.putheader("Content-Length", str(len(body)))
  connection.endheaders(body)
  answer = connection.getresponse()
  return checks.Answer(answer.status, answer.headers, answer.read())


def value(row, tag):
  found = row.get(tag, {}).get("Value", [])
  return found[0] if found else None


def requests():
  sent = checks.chosen()
  # 12: saving, with a quoted boundary.
  boundary = "c8cb1d2e-0c1b-4b5c-9f5e-7a6f6f1f6a1d"
  for one in sent:
    body = (b'\r\n--%s\r\nContent-Type: application/dicom\r\n\r\n' % boundary.encode() + one.bytes
            + b"\r\n--%s--" % boundary.encode())
    answer = ask("POST", OPEN + "/studies", "*/*", body,
                 'multipart/related; type="application/dicom"; boundary="%s"' % boundary)
    check("12: saves " + one.name, answer.status in (200, 202), (answer.status, answer.body[:300]))

  # 1: the study list.
  fields = "includefield=00081030%2C00080060%2C00080090%2C00100030"
  answer = ask("GET", OPEN + "/studies?limit=101&offset=0&fuzzymatching=false&" + fields, JSON)
  equal("1: answers the study list", (answer.status, answer.headers["Content-Type"]), (200, JSON))
  rows = answer.json
  equal("1: lists every study", sorted(value(row, "0020000D") for row in rows), sorted({one.study for one in sent}))
  for row in rows:
    # What an object does not have is not there; the viewer shows nothing then.
    known = [pydicom.dcmread(one.path, stop_before_pixels=True) for one in sent if one.study == value(row, "0020000D")]
    missing = [tag for tag in ("00080020", "00080030", "00080050", "00100010", "00100020", "00081030")
               if tag not in row and any(int(tag, 16) in data for data in known)]
    missing += [tag for tag in ("0020000D", "00201206", "00201208") if tag not in row]
    check("1: shows what a row shows", not missing, (missing, sorted(row)))
    members = [one for one in sent if one.study == value(row, "0020000D")]
    equal("1: counts series and instances", (value(row, "00201206"), value(row, "00201208")),
          (len({one.series for one in members}), len(members)))
    equal("1: lists the modalities", {text for text in row.get("00080061", {}).get("Value", []) if text},
          {one.modality for one in members} - {""})
    equal("1: says where the study is", value(row, "00081190"), checks.ROOT + "/studies/" + members[0].study)
    name = value(row, "00100010")
    check("1: tells names as objects", name is None or "Alphabetic" in name or "Ideographic" in name, name)
  mine = [one for one in sent if one.name == "built1.dcm"][0]

  def listed(filters):
    answer = ask("GET", OPEN + "/studies?limit=101&offset=0&fuzzymatching=false&%s&%s" % (fields, filters), JSON)
    check("1a: answers " + filters, answer.status in (200, 204), (answer.status, answer.body[:200]))
    return {value(row, "0020000D") for row in answer.json}

  for filters in ("PatientName=*M%C3%BCller*", "00100020=*B1*", "AccessionNumber=*ACC1*", "StudyDescription=*uil*",
                  "ModalitiesInStudy=OT%2CMR", "StudyDate=20240131-20240131", "StudyDate=19700102-20240201"):
    check("1a: finds by " + filters, mine.study in listed(filters), filters)
  equal("1a: finds nobody", listed("00100020=*nobody*"), set())
  answer = ask("GET", OPEN + "/studies?limit=101&offset=100&fuzzymatching=false&" + fields, JSON)
  equal("1b: an empty page is 204", answer.status, 204)

  for one in {one.study: one for one in sent}.values():
    study = OPEN + "/studies/" + one.study
    # 2: a row unfolds.
    answer = ask("GET", study + "/series?includefield=0008103E%2C00080021", JSON)
    for row in answer.json:
      known = [pydicom.dcmread(o.path, stop_before_pixels=True) for o in sent if o.series == value(row, "0020000E")]
      missing = [tag for tag in ("0020000D", "0020000E", "00080060", "00201209") if tag not in row]
      missing += [tag for tag in ("00200011", "0008103E", "00080021") if tag not in row and any(int(tag, 16) in d for d in known)]
      check("2: tells of a series", not missing, missing)
      equal("2: says whose it is", value(row, "0020000D"), one.study)
      equal("2: counts", value(row, "00201209"), len([o for o in sent if o.series == value(row, "0020000E")]))
    # 3: the viewer opens.
    equal("3: lists the series", {value(row, "0020000E") for row in ask("GET", study + "/series", JSON).json},
          {o.series for o in sent if o.study == one.study})
    filtered = ask("GET", study + "/series?SeriesInstanceUID=" + one.series, JSON).json
    equal("3: lists the one series asked for", [value(row, "0020000E") for row in filtered], [one.series])
    # 4: metadata.
    for accept in (JSON, JSON + ", multipart/related; type=application/octet-stream; transfer-syntax=*"):
      answer = ask("GET", study + "/series/%s/metadata" % one.series, accept)
      equal("4: answers JSON", (answer.status, answer.headers["Content-Type"]), (200, JSON))
      equal("4: describes each instance", {value(row, "00080018") for row in answer.json},
            {o.instance for o in sent if o.series == one.series})
    equal("4b: describes the study", len(ask("GET", study + "/metadata", JSON).json),
          len([o for o in sent if o.study == one.study]))
    # 5: the left panel.
    answer = ask("GET", OPEN + "/studies?limit=101&offset=0&fuzzymatching=false&%s&StudyInstanceUID=%s" % (fields, one.study), JSON)
    equal("5: finds the study shown", [value(row, "0020000D") for row in answer.json], [one.study])
    mrn = value(answer.json[0], "00100020")
    if mrn and mrn.isalnum():
      for text in (mrn, "*%s*" % mrn):
        answer = ask("GET", OPEN + "/studies?00100020=%s&limit=101&offset=0&fuzzymatching=false&%s" % (text, fields), JSON)
        check("5: finds the patient's studies", one.study in {value(row, "0020000D") for row in answer.json}, text)

  bulk = 0
  for one in sent:
    instance = OPEN + "/studies/%s/series/%s/instances/%s" % (one.study, one.series, one.instance)
    data = pydicom.dcmread(one.path)
    # 6: pixels.
    if data.get("PixelData") and data.get("Rows"):
      for accept in ("multipart/related; type=application/octet-stream; transfer-syntax=*",
                     'multipart/related; type="application/octet-stream"; transfer-syntax="*"'):
        answer = ask("GET", instance + "/frames/1", accept)
        if not check("6: gives the pixels of " + one.name, answer.status == 200, (answer.status, answer.body[:200])):
          continue
        # cornerstone looks for the first header block, the first boundary and the last one.
        split = answer.body.index(b"\r\n\r\n")
        head = answer.body[:split].decode()
        boundary = [line for line in head.split("\r\n") if line.startswith("--")][0]
        end = answer.body.index(boundary.encode(), split + 4) - 2
        check("6: has a final boundary", answer.body.rstrip().endswith(boundary.encode() + b"--"))
        kind = [line for line in head.split("\r\n") if line.lower().startswith("content-type")][0]
        told = kind.split("transfer-syntax=")[1].split(";")[0].strip('"') if "transfer-syntax=" in kind else None
        given = {"1.2.840.10008.1.2": "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99": "1.2.840.10008.1.2.1"}
        check("6: names the transfer syntax of the pixels",
              told in (one.syntax, given.get(one.syntax)), (told, one.syntax))
        check("6: gives pixels", end > split + 4)
    # 8: whole objects.
    answer = ask("GET", instance, 'multipart/related; type="application/dicom"')
    if one.syntax in ("1.2.840.10008.1.2.1",):
      equal("8: gives " + one.name, (answer.status, checks.parts(answer)[0][1] == one.bytes), (200, True))
    else:
      check("8: gives %s, or says that it cannot" % one.name, answer.status in (200, 406), answer.status)
    # 9: bulk data.
    for tag, element in ask("GET", instance + "/metadata", JSON).json[0].items():
      if "BulkDataURI" in element and tag != "7FE00010":
        uri = element["BulkDataURI"].replace(checks.WEB, "")
        if not uri.startswith("/"):
          # Relative addresses count from the series.
          uri = OPEN + "/studies/%s/series/%s/%s" % (one.study, one.series, uri)
        answer = ask("GET", uri, 'multipart/related; type="application/octet-stream"')
        bulk += 1
        check("9: gives %s of %s" % (tag, one.name), answer.status == 200 and len(checks.parts(answer)) == 1,
              (answer.status, answer.body[:100]))
        answer = ask("GET", uri)
        check("9: gives it without Accept too", answer.status == 200, answer.status)
  check("9: has found bulk data", bulk > 1 or not checks.SAMPLES, bulk)


checks.run({"requests": requests})
