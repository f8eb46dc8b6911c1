"""A corrected study given back by WADO-RS and C-GET, read by pydicom: what was corrected is, and nothing else is touched."""

import io
import json
import os

import checks
from checks import ROOT, check, equal, http, stow, whole

NAME = "Yamada^Tarou=山田^太郎=やまだ^たろう"
IGNORED = {0x00080005, 0x00080050, 0x00100010, 0x04000561}


def read(file):
  import pydicom
  return pydicom.dcmread(io.BytesIO(file), force=True)


def correct(study, attributes):
  answer = http("POST", "/api/v1/studies/%s/corrections" % study, {"Content-Type": "application/json"},
                json.dumps({"attributes": attributes, "reason": "a test"}).encode())
  return answer.status, answer.json


def undo(study, correction):
  return http("POST", "/api/v1/studies/%s/corrections/%s/undo" % (study, correction),
              {"Content-Type": "application/json"}, b'{"reason": "a test"}').status


def plain(element):
  """A value that two encodings of the same thing agree on."""
  if element.VR == "SQ":
    return [{item_element.tag: plain(item_element) for item_element in item if item_element.tag.element} for item in element.value]
  if isinstance(element.value, bytes):
    return element.value.rstrip(b"\0 ")
  if element.VR in ("PN", "LO", "SH", "LT", "ST", "UT", "UC"):
    values = element.value if element.VM > 1 else [element.value]
    return [str(value or "").rstrip(" \0") for value in values]
  return str(element.value)


def differences(before, after):
  """Tags whose values differ, beside what a correction touches."""
  found = []
  tags = {element.tag for element in before} | {element.tag for element in after}
  for tag in sorted(tags):
    if tag in IGNORED or tag.element == 0:
      continue
    if (tag in before) != (tag in after):
      found.append("%s only %s" % (tag, "before" if tag in before else "after"))
    elif before.get_item(tag) != after.get_item(tag) and plain(before[tag]) != plain(after[tag]):
      found.append(str(tag))
  return found


def examine(name, sent, given, accession):
  before, after = read(sent), read(given)
  # Decoding touches the elements, so the comparison goes last.
  equal(name + " transfer syntax", str(after.file_meta.TransferSyntaxUID), str(before.file_meta.TransferSyntaxUID))
  equal(name + " name", str(after.PatientName).rstrip("="), NAME)
  equal(name + " accession", after.AccessionNumber, accession)
  original = after.OriginalAttributesSequence[-1].ModifiedAttributesSequence[0]
  equal(name + " former name", str(original.PatientName), str(before.get("PatientName", "") or ""))
  equal(name + " differences", differences(before, after), [])


def sent_once():
  accepted = {}
  for sent in checks.chosen(limit=4_000_000):
    if stow([sent.bytes]).status == 200:
      accepted.setdefault(sent.study, []).append(sent)
  return accepted


def corrections():
  """WADO-RS of everything, corrected, and byte for byte once it is undone."""
  for number, (study, instances) in enumerate(sent_once().items()):
    stored = {sent.instance: whole(sent.url) for sent in instances}
    accession = "C%d" % number
    status, correction = correct(study, {"PatientName": NAME, "AccessionNumber": accession})
    if not equal(study + " corrected", status, 201):
      continue
    for sent in instances:
      name = "%s %s" % (sent.syntax, sent.name)
      examine(name, sent.bytes, whole(sent.url), accession)
      described = http("GET", sent.url + "/metadata").json[0]
      equal(name + " metadata", described["00080050"]["Value"], [accession])
      equal(name + " metadata name", described["00100010"]["Value"][0]["Ideographic"], "山田^太郎")
    found = http("GET", ROOT + "/studies?AccessionNumber=" + accession).json
    equal(study + " found", [one["0020000D"]["Value"][0] for one in found], [study])
    equal(study + " undone", undo(study, correction["id"]), 201)
    for sent in instances:
      check("%s as it came" % sent.name, whole(sent.url) == stored[sent.instance])


def get():
  """C-GET of a corrected study, in the syntax it is stored in and in another."""
  from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian
  from pynetdicom import AE, build_role, evt
  from pynetdicom.sop_class import PatientRootQueryRetrieveInformationModelGet as GET
  from pydicom.dataset import Dataset
  chosen = [sent for sent in checks.chosen() if sent.syntax == ExplicitVRLittleEndian][:2]
  for sent in chosen:
    equal(sent.name + " stored", stow([sent.bytes]).status, 200)
    equal(sent.name + " corrected", correct(sent.study, {"PatientName": NAME, "AccessionNumber": "G1"})[0], 201)
    for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian):
      received = []

      def keep(event):
        received.append(event.dataset)
        return 0

      entity = AE("STORESCU")
      entity.add_requested_context(GET)
      entity.add_requested_context(sent.sop_class, syntax)
      association = entity.associate("127.0.0.1", checks.DIMSE_PORT, ae_title="ISOCENTER",
                                     ext_neg=[build_role(sent.sop_class, scp_role=True)],
                                     evt_handlers=[(evt.EVT_C_STORE, keep)])
      query = Dataset()
      query.QueryRetrieveLevel, query.PatientID, query.StudyInstanceUID = "STUDY", sent.patient, sent.study
      for _ in association.send_c_get(query, GET):
        pass
      association.release()
      mine = [data for data in received if data.SOPInstanceUID == sent.instance]
      if check("%s got in %s" % (sent.name, syntax.name), len(mine) == 1, len(received)):
        equal("%s name in %s" % (sent.name, syntax.name), str(mine[0].PatientName).rstrip("="), NAME)
        equal("%s pixels in %s" % (sent.name, syntax.name), mine[0].get("PixelData"), read(sent.bytes).get("PixelData"))
        check("%s original in %s" % (sent.name, syntax.name), "OriginalAttributesSequence" in mine[0])


def move():
  """C-FIND of a corrected study by what it was corrected to, and C-MOVE of it to a third."""
  from pydicom.dataset import Dataset
  from pynetdicom import AE, evt
  from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelFind as FIND
  from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelMove as MOVE
  sent = [sent for sent in checks.chosen() if sent.syntax == "1.2.840.10008.1.2.1"][0]
  equal(sent.name + " stored", stow([sent.bytes]).status, 200)
  equal(sent.name + " corrected", correct(sent.study, {"PatientName": NAME, "AccessionNumber": "M1"})[0], 201)
  received = []

  def keep(event):
    received.append(event.dataset)
    return 0

  receiver = AE("RECEIVER")
  receiver.add_supported_context(sent.sop_class, sent.syntax)
  server = receiver.start_server(("127.0.0.1", int(os.environ["PEER_RECEIVER_PORT"])), block=False,
                                 evt_handlers=[(evt.EVT_C_STORE, keep)])
  entity = AE("STORESCU")
  entity.add_requested_context(FIND)
  entity.add_requested_context(MOVE)
  association = entity.associate("127.0.0.1", checks.DIMSE_PORT, ae_title="ISOCENTER")
  query = Dataset()
  query.QueryRetrieveLevel, query.AccessionNumber, query.PatientName, query.StudyInstanceUID = "STUDY", "M1", "", ""
  found = [match for _, match in association.send_c_find(query, FIND) if match]
  equal(sent.name + " found", [(match.StudyInstanceUID, str(match.PatientName).rstrip("=")) for match in found],
        [(sent.study, NAME)])
  query = Dataset()
  query.QueryRetrieveLevel, query.StudyInstanceUID = "STUDY", sent.study
  for _ in association.send_c_move(query, "RECEIVER", MOVE):
    pass
  association.release()
  server.shutdown()
  mine = [data for data in received if data.SOPInstanceUID == sent.instance]
  if check(sent.name + " moved", len(mine) == 1, len(received)):
    equal(sent.name + " name", str(mine[0].PatientName).rstrip("="), NAME)
    equal(sent.name + " accession", mine[0].AccessionNumber, "M1")
    check(sent.name + " original", "OriginalAttributesSequence" in mine[0])
    equal(sent.name + " pixels", mine[0].get("PixelData"), read(sent.bytes).get("PixelData"))


def archive():
  """The ZIP archive of a corrected study, files and directory of them."""
  import zipfile
  sent = checks.chosen()[0]
  equal(sent.name + " stored", stow([sent.bytes]).status, 200)
  equal(sent.name + " corrected", correct(sent.study, {"PatientName": NAME, "AccessionNumber": "Z1"})[0], 201)
  answer = http("GET", "/api/v1/studies/%s/archive" % sent.study)
  equal("archive", answer.status, 200)
  with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
    equal("archive is whole", packed.testzip(), None)
    files = {str(read(packed.read(name)).SOPInstanceUID): packed.read(name)
             for name in packed.namelist() if name.startswith("IMAGES/")}
    examine(sent.name, sent.bytes, files[sent.instance], "Z1")
    directory = read(packed.read("DICOMDIR"))
    names = [str(record.PatientName).rstrip("=") for record in directory.DirectoryRecordSequence
             if record.DirectoryRecordType == "PATIENT"]
    equal("directory", names, [NAME])


checks.run({"corrections": corrections, "get": get, "move": move, "archive": archive})
