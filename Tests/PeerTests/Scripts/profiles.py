"""A device that deviates, sending through pynetdicom: counted, and believed otherwise, while what it sent is kept."""

import io
import json
import time

import checks
from checks import DIMSE_PORT, ROOT, check, equal, http

UID = "1.2.826.0.1.3680043.10.2718"
NAME = "Müller^Jürgen"
PROFILE = {
  "name": "X-ray room 2", "source": {"name": "XRAY2", "station": "ROOM2"},
  "required": [{"attribute": "AccessionNumber", "type": 1}, {"attribute": "KVP", "type": 1, "modalities": ["CT"]}],
  "characterSet": {"expected": ["ISO_IR 192"], "whenMissing": "windows-1252"},
  "naming": [{"attribute": "StudyID", "patterns": ["S####"]}],
  "transferSyntaxes": ["1.2.840.10008.1.2.4.90"],
  "coercions": [
    {"attribute": "StudyDescription", "map": {"Chest X-Ray": "Radiograph, Chest"}},
    {"attribute": "AccessionNumber", "copyIfEmpty": "StudyID"},
    {"attribute": "IssuerOfPatientID", "setIfEmpty": "NORTH"},
  ],
}


def built(study, number, station="ROOM2"):
  from pydicom.dataset import Dataset, FileMetaDataset
  from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage
  data = Dataset()
  data.file_meta = FileMetaDataset()
  data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
  data.SOPClassUID = SecondaryCaptureImageStorage
  data.SOPInstanceUID = "%s.%d.1.%d" % (UID, study, number)
  data.StudyInstanceUID, data.SeriesInstanceUID = "%s.%d" % (UID, study), "%s.%d.1" % (UID, study)
  data.Modality, data.PatientID, data.StudyID = "DX", "4711", str(study)
  # As the device writes it: no character set, bytes of Windows.
  data.add_new(0x00100010, "PN", NAME.encode("cp1252"))
  data.StudyDescription, data.AccessionNumber = "Chest X-Ray", ""
  data.Manufacturer, data.ManufacturerModelName, data.StationName = "Acme", "Ray One", station
  data.StudyDate, data.SeriesNumber, data.InstanceNumber = "20240301", "1", str(number)
  data.Rows = data.Columns = 4
  data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
  data.BitsAllocated = data.BitsStored = 8
  data.HighBit, data.PixelRepresentation = 7, 0
  data.PixelData = bytes(range(16))
  return data


def send(objects, title="XRAY2"):
  from pynetdicom import AE
  entity = AE(ae_title=title)
  entity.add_requested_context(objects[0].SOPClassUID, objects[0].file_meta.TransferSyntaxUID)
  association = entity.associate("127.0.0.1", DIMSE_PORT, ae_title="ISOCENTER")
  statuses = [association.send_c_store(one).Status for one in objects]
  association.release()
  return statuses


def api(method, path, body=None):
  answer = http(method, "/api/v1/" + path, {"Content-Type": "application/json"},
                None if body is None else json.dumps(body).encode())
  return answer.status, answer.json if answer.body else None


def found(study):
  answer = http("GET", ROOT + "/studies?StudyInstanceUID=%s.%d&includefield=StudyDescription" % (UID, study),
                {"Accept": "application/dicom+json"})
  return {tag: (element.get("Value") or [None])[0] for tag, element in answer.json[0].items()}


def got(study, number):
  """The object as it is given out, by WADO-RS."""
  import pydicom
  address = ROOT + "/studies/%s.%d/series/%s.%d.1/instances/%s.%d.1.%d" % (UID, study, UID, study, UID, study, number)
  answer = http("GET", address, {"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'})
  return pydicom.dcmread(io.BytesIO(checks.parts(answer)[0][1]), force=True)


def profiles():
  equal("before the profile it is taken as it is", send([built(1, 1), built(1, 2)]), [0, 0])
  status, made = api("POST", "source-profiles", PROFILE)
  equal("a profile is made", status, 201)
  path = "source-profiles/" + made["id"]
  equal("and refused while it was not tried", api("POST", path + "/on", {})[0], 400)
  status, tried = api("POST", path + "/try", {})
  equal("it is tried on what came", (status, tried["examined"], tried["deviating"], tried["coerced"]), (200, 2, 2, 2))
  equal("and finds", sorted(each["deviation"] for each in tried["deviations"]), [
    "empty AccessionNumber", "naming StudyID", "transferSyntax", "unreadableText PatientName"])
  names = [each for each in tried["changes"] if each["attribute"] == "PatientName"]
  equal("a name that was read by luck is declared",
        [each["believed"] for each in tried["changes"] if each["attribute"] == "SpecificCharacterSet"], ["ISO_IR 192"])
  check("and not said to change when it reads alike", names == [], names)
  equal("trying changed nothing", found(1).get("00081030"), "Chest X-Ray")
  equal("it is switched on", api("POST", path + "/on", {"version": 1})[1].get("on"), 1)

  equal("what deviates is taken", send([built(2, 1), built(2, 2)]), [0, 0])
  equal("another device of the source is", send([built(3, 1, station="ROOM9")]), [0])
  attributes = found(2)
  equal("the search knows the believed description", attributes.get("00081030"), "Radiograph, Chest")
  equal("and accession number", attributes.get("00080050"), "2")
  equal("and name", attributes.get("00100010"), {"Alphabetic": NAME})
  equal("of the other device nothing is coerced", found(3).get("00081030"), "Chest X-Ray")
  equal("nor of what came before", found(1).get("00081030"), "Chest X-Ray")

  given = got(2, 1)
  equal("pydicom reads the name", str(given.PatientName), NAME)
  equal("and the character set", given.SpecificCharacterSet, "ISO_IR 192")
  equal("and the description", given.StudyDescription, "Radiograph, Chest")
  equal("and the issuer", given.IssuerOfPatientID, "NORTH")
  equal("the pixels are as they were sent", given.PixelData, built(2, 1).PixelData)
  item = given.OriginalAttributesSequence[0]
  equal("the reason is coercion", item.ReasonForTheAttributeModification, "COERCE")
  original = item.ModifiedAttributesSequence[0]
  equal("the original description is beside it", original.StudyDescription, "Chest X-Ray")
  equal("and that there was no accession number", original.AccessionNumber, "")
  check("and no character set", "SpecificCharacterSet" in original and not original.SpecificCharacterSet)

  equal("sent again it is a no-op", send([built(2, 1)]), [0])
  until = time.monotonic() + 20
  devices = []
  while time.monotonic() < until:
    devices = api("GET", "devices")[1]
    if sum(each["instances"] for each in devices) >= 5:
      break
    time.sleep(0.2)
  rooms = {each["station"]: each for each in devices}
  equal("each device is counted", {name: each["instances"] for name, each in rooms.items()}, {"ROOM2": 4, "ROOM9": 1})
  counts = {each["deviation"]: each["count"] for each in rooms["ROOM2"]["deviations"]}
  check("with its deviations", counts.get("empty AccessionNumber", 0) >= 2, counts)
  equal("of the device that is held to it alone", rooms["ROOM9"]["examined"], 0)
  text = json.dumps(devices)
  check("and nobody's name", "4711" not in text and "ller" not in text)
  metrics = http("GET", "/metrics").body.decode()
  check("the figures tell of them", 'isocenter_profile_deviations_total{kind="empty",site="main",source="XRAY2"}' in metrics,
        [line for line in metrics.splitlines() if "profile" in line])
  equal("it is switched off", api("POST", path + "/off", {})[1].get("on"), None)
  send([built(4, 1)])
  equal("then what comes is taken as it is", found(4).get("00081030"), "Chest X-Ray")
  equal("and what was coerced stays so", found(2).get("00081030"), "Radiograph, Chest")


checks.run({"profiles": profiles})
