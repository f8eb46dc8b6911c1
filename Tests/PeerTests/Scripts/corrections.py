"""A corrected study given back by WADO-RS and C-GET, read by pydicom: what was corrected is, and nothing else is touched."""

import io
import json

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


checks.run({"corrections": corrections, "get": get})
