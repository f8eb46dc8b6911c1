"""Worklist and performed steps: pynetdicom asks us and `wlmscpfs` the same, and is a modality and a manager of MPPS."""

import json
import os
import pathlib
import shutil
import subprocess
import threading
import time

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pynetdicom import AE, build_context, evt
from pynetdicom.sop_class import (
  ModalityPerformedProcedureStep as MPPS, ModalityPerformedProcedureStepRetrieve as RETRIEVE,
  ModalityWorklistInformationFind as WORKLIST)

import checks
from checks import check, equal


# Worklist items


def item(number, name="Doe^Jane", patient="P1", station="CT1", modality="CT", date="20260301", clock="0800",
         accession="A1", description="Chest", charset="ISO_IR 100", **more):
  step = Dataset()
  step.Modality = modality
  step.ScheduledStationAETitle = station
  step.ScheduledProcedureStepStartDate = date
  step.ScheduledProcedureStepStartTime = clock
  step.ScheduledPerformingPhysicianName = more.get("performer", "House^Gregory")
  step.ScheduledProcedureStepDescription = description
  step.ScheduledProcedureStepID = "S%d" % number
  step.ScheduledStationName = "ROOM%d" % (number % 3)
  step.ScheduledProcedureStepLocation = "BASEMENT"
  step.PreMedication = ""
  step.CommentsOnTheScheduledProcedureStep = ""
  if more.get("status"):
    step.ScheduledProcedureStepStatus = more["status"]
  if more.get("protocol"):
    step.ScheduledProtocolCodeSequence = Sequence([code(*more["protocol"])])
  data = Dataset()
  data.SpecificCharacterSet = charset
  data.AccessionNumber = accession
  data.ReferringPhysicianName = "Cuddy^Lisa"
  data.PatientName = name
  data.PatientID = patient
  data.PatientBirthDate = more.get("birth", "19700131")
  data.PatientSex = more.get("sex", "F")
  data.PatientWeight = "70"
  data.MedicalAlerts = ""
  data.Allergies = "LATEX"
  data.StudyInstanceUID = "1.2.3.9.%d" % number
  data.RequestingPhysician = "Wilson^James"
  data.RequestedProcedureDescription = description
  if more.get("protocol"):
    data.RequestedProcedureCodeSequence = Sequence([code(*more["protocol"])])
  data.ScheduledProcedureStepSequence = Sequence([step])
  data.RequestedProcedureID = "R%d" % number
  data.RequestedProcedurePriority = "HIGH" if number % 2 else "LOW"
  return data


def code(value, scheme, meaning):
  coded = Dataset()
  coded.CodeValue, coded.CodingSchemeDesignator, coded.CodeMeaning = value, scheme, meaning
  return coded


ITEMS = [
  item(1),
  item(2, name="Doe^John", patient="P2", station="CT2", clock="0930", sex="M", accession="A2"),
  item(3, name="Roe^Richard^Q", patient="P3", station="MR1", modality="MR", date="20260302", clock="101530",
       accession="A3", description="Head", protocol=("MRHEAD", "99LOCAL", "Head")),
  item(4, name="Müller^Jürgen", patient="P4", station=["CT1", "CT2"], date="20260303", clock="1100", accession="A4",
       description="Thorax für Ärzte"),
  item(5, name="Doering^Jane", patient="P12", modality="US", station="US1", date="20260302", clock="0700",
       accession="A5", description="Abdomen"),
  item(6, name="Smith^Adam^^Dr", patient="P6", station="MR1", modality="MR", date="20260304", clock="1430",
       accession="A66", protocol=("KNEE", "99LOCAL", "Knee"), birth="19231112"),
  item(7, name="Doe^Jane", patient="P1", station="MR1", modality="MR", date="20260305", clock="2359", accession="A1",
       description="Knee"),
]
LATER = [
  item(21, name="Ivanov^Ivan=Иванов^Иван", patient="C1", charset="ISO_IR 192", station="DX1", modality="DX",
       accession="C1"),
  item(22, name="Yamada^Tarou=山田^太郎=やまだ^たろう", patient="C2", charset="ISO_IR 192", station="DX1",
       modality="DX", accession="C2"),
  item(23, name="Παπαδόπουλος^Νίκος", patient="C3", charset="ISO_IR 192", station="DX1", modality="DX",
       accession="C3"),
]
OVER = [
  item(31, patient="O1", station="XA1", modality="XA", status="COMPLETED"),
  item(32, patient="O2", station="XA1", modality="XA", status="CANCELED"),
  item(33, patient="O3", station="XA1", modality="XA", status="ARRIVED"),
  item(34, patient="O4", station="XA1", modality="XA", status="DISCONTINUED"),
  item(35, patient="O5", station="XA1", modality="XA", status="STARTED"),
]


def write(data, path):
  data.file_meta = FileMetaDataset()
  data.file_meta.MediaStorageSOPClassUID = "1.2.276.0.7230010.3.1.0.1"
  data.file_meta.MediaStorageSOPInstanceUID = "1.2.3.8.%d" % (abs(hash(str(path))) % 10**9)
  data.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
  pydicom.dcmwrite(str(path), data, enforce_file_format=True)


def fill(name, items):
  folder = checks.WORK / name / "ISOCENTER"
  folder.mkdir(parents=True, exist_ok=True)
  (folder / "lockfile").write_text("")
  for number, data in enumerate(items):
    write(data, folder / ("item%03d.wl" % number))
  return folder


def take_in(folder):
  done = subprocess.run(
    [os.environ["PEER_PROGRAM"], "import-worklist", "--json", "--data", os.environ["PEER_DATA"], str(folder)],
    capture_output=True, text=True)
  return done.returncode, json.loads(done.stdout or "{}"), done.stderr


# Queries


def query(step=None, charset=None, **keys):
  """A query with every attribute of the items as return key; what is named is what it must match."""
  asked = Dataset()
  if charset:
    asked.SpecificCharacterSet = charset
  for name in ("AccessionNumber", "ReferringPhysicianName", "PatientName", "PatientID", "PatientBirthDate",
               "PatientSex", "PatientWeight", "MedicalAlerts", "Allergies", "StudyInstanceUID",
               "RequestingPhysician", "RequestedProcedureDescription", "RequestedProcedureID",
               "RequestedProcedurePriority"):
    setattr(asked, name, keys.get(name, None if name == "PatientWeight" else ""))
  inner = Dataset()
  for name in ("Modality", "ScheduledStationAETitle", "ScheduledProcedureStepStartDate",
               "ScheduledProcedureStepStartTime", "ScheduledPerformingPhysicianName",
               "ScheduledProcedureStepDescription", "ScheduledProcedureStepID", "ScheduledStationName",
               "ScheduledProcedureStepLocation"):
    setattr(inner, name, (step or {}).get(name, ""))
  asked.ScheduledProcedureStepSequence = Sequence([inner])
  return asked


def minimal(**keys):
  asked = Dataset()
  for name, value in keys.items():
    setattr(asked, name, value)
  return asked


S = "ScheduledProcedureStep"
QUERIES = [
  ("everything", query()),
  ("a name", query(PatientName="Doe^Jane")),
  ("a name that begins so", query(PatientName="Doe*")),
  ("a name with one character open", query(PatientName="Doe^J?n?")),
  ("a name with wild cards in the middle", query(PatientName="*e^J*n*")),
  ("any name", query(PatientName="*")),
  ("a name that nobody has", query(PatientName="Nobody*")),
  ("a name beyond ASCII", query(PatientName="Müller^Jürgen", charset="ISO_IR 100")),
  ("a wild name beyond ASCII", query(PatientName="Mül*", charset="ISO_IR 100")),
  ("a patient", query(PatientID="P1")),
  ("patients that begin so", query(PatientID="P1*")),
  ("a patient that is not there", query(PatientID="P99")),
  ("a birth date", query(PatientBirthDate="19231112")),
  ("a sex", query(PatientSex="M")),
  ("an accession number", query(AccessionNumber="A1")),
  ("accession numbers that begin so", query(AccessionNumber="A6*")),
  ("a study", query(StudyInstanceUID="1.2.3.9.3")),
  ("a requested procedure", query(RequestedProcedureID="R6")),
  ("a priority", query(RequestedProcedurePriority="HIGH")),
  ("a referring physician", query(ReferringPhysicianName="Cuddy*")),
  ("a modality", query(step={"Modality": "MR"})),
  ("a modality that nobody has", query(step={"Modality": "NM"})),
  ("a station", query(step={"ScheduledStationAETitle": "CT1"})),
  ("the second station of a step", query(step={"ScheduledStationAETitle": "CT2"})),
  ("a day", query(step={S + "StartDate": "20260302"})),
  ("days", query(step={S + "StartDate": "20260302-20260303"})),
  ("days from", query(step={S + "StartDate": "20260303-"})),
  ("days to", query(step={S + "StartDate": "-20260302"})),
  ("days of which there is none", query(step={S + "StartDate": "20270101-20270202"})),
  ("a time", query(step={S + "StartTime": "0800"})),
  ("times", query(step={S + "StartTime": "0900-1200"})),
  ("times from", query(step={S + "StartTime": "1100-"})),
  ("days and times together", query(step={S + "StartDate": "20260302-20260304", S + "StartTime": "1000-1200"})),
  ("open days and times together", query(step={S + "StartDate": "20260303-", S + "StartTime": "1430-"})),
  ("days to and times to together", query(step={S + "StartDate": "-20260302", S + "StartTime": "-0700"})),
  ("a day and times", query(step={S + "StartDate": "20260301", S + "StartTime": "0900-1000"})),
  ("a performer", query(step={"ScheduledPerformingPhysicianName": "House*"})),
  ("station, modality and day", query(
    step={"ScheduledStationAETitle": "MR1", "Modality": "MR", S + "StartDate": "20260302-20260305"})),
  ("a step", query(step={S + "ID": "S4"})),
  ("one attribute", minimal(PatientName="")),
  ("one attribute that is matched", minimal(PatientID="P3")),
  ("an attribute that no item has", minimal(PatientName="", PatientComments="")),
  ("the sequence without item", minimal(PatientName="", ScheduledProcedureStepSequence=Sequence())),
  ("codes", minimal(PatientName="", RequestedProcedureCodeSequence=Sequence(
    [minimal(CodeValue="", CodingSchemeDesignator="", CodeMeaning="")]))),
  ("a code that is matched", minimal(PatientName="", RequestedProcedureCodeSequence=Sequence(
    [minimal(CodeValue="KNEE", CodingSchemeDesignator="")]))),
]


def find(port, asked, title="CT1"):
  ae = AE(ae_title=title)
  ae.acse_timeout = ae.dimse_timeout = ae.network_timeout = 120
  ae.add_requested_context(WORKLIST)
  association = ae.associate("127.0.0.1", port, ae_title="ISOCENTER")
  assert association.is_established, "no association"
  answers, status = [], None
  for response, found in association.send_c_find(asked, WORKLIST):
    status = response.get("Status")
    if found is not None and status in (0xFF00, 0xFF01):
      answers.append(found)
  association.release()
  return status, answers


def plain(data):
  """What a data set says, whatever its character set and order."""
  said = []
  for element in data:
    if element.tag in (0x00080005, 0x00080201) or element.tag.element == 0:
      continue
    if element.VR == "SQ":
      said.append((str(element.tag), tuple(plain(one) for one in element.value)))
    else:
      value = element.value
      values = list(value) if isinstance(value, (list, pydicom.multival.MultiValue)) else [value]
      texts = [str(one).rstrip(" \0") for one in values if one is not None]
      if element.VR == "PN":
        texts = [text.rstrip("^=") for text in texts]
      said.append((str(element.tag), tuple(text for text in texts if text)))
  return tuple(said)


# Where wlmscpfs answers otherwise, why we do not, and whom we answer with.
EVERYBODY = sorted(one.PatientID for one in ITEMS)
ARGUED = {
  "patients that begin so": ("it has no wild cards in numbers, which the standard leaves open", ["P1", "P1", "P12"]),
  "a study": ("it does not match by study; an optional key (PS3.4 Table K.6-1)", ["P3"]),
  "a step": ("it does not match by step ID; an optional key", ["P4"]),
  "the sequence without item": (
    "it adds what an item might have, we give all that the item has (PS3.4 C.2.2.2.6)", EVERYBODY),
  "codes": ("it leaves out a sequence that it does not have, we give it empty as any other attribute", EVERYBODY),
  "a code that is matched": ("it does not match by code; an optional key", ["P6"]),
}


def worklist():
  """The same items, the same questions: the same answers."""
  folder = fill("database", ITEMS)
  port = int(os.environ["PEER_ORACLE_PORT"])
  oracle = subprocess.Popen(
    ["wlmscpfs", "-dfp", str(folder.parent), str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
  try:
    status, done, errors = take_in(folder)
    equal("every item is taken in", (status, done.get("added"), done.get("refused")), (0, len(ITEMS), []))
    status, done, errors = take_in(folder)
    equal("and once only", (status, done.get("added"), done.get("replaced")), (0, 0, len(ITEMS)))
    for _ in range(100):
      try:
        find(port, minimal(PatientID="P99"))
        break
      except AssertionError:
        time.sleep(0.1)
    for name, asked in QUERIES:
      theirs_status, theirs = find(port, asked)
      ours_status, ours = find(checks.DIMSE_PORT, asked)
      same = sorted(map(plain, theirs)) == sorted(map(plain, ours)) and theirs_status == ours_status
      if name in ARGUED:
        why, patients = ARGUED[name]
        check("%s: we differ, since %s" % (name, why), not same, "they agree by now")
        asked.PatientID = asked.get("PatientID", "")
        equal("and find by " + name, sorted(str(one.PatientID) for one in find(checks.DIMSE_PORT, asked)[1]), patients)
      else:
        check("answers agree on " + name, same, "%r %d, %r %d: %.200r against %.200r" % (
          theirs_status, len(theirs), ours_status, len(ours), sorted(map(plain, theirs)), sorted(map(plain, ours))))
  finally:
    oracle.kill()
    oracle.wait()
  _, found = find(checks.DIMSE_PORT, query(step={"ScheduledStationAETitle": "CT2"}))
  equal("the second station of a step finds it", sorted(str(one.PatientID) for one in found), ["P2", "P4"])
  _, found = find(checks.DIMSE_PORT, minimal(PatientName="", PatientComments=""))
  check("what is not known comes back empty", all("PatientComments" in one for one in found) and len(found) == 7)
  _, found = find(checks.DIMSE_PORT, minimal(PatientID="P3", ScheduledProcedureStepSequence=Sequence()))
  equal("a universal sequence comes whole", sorted(
    element.keyword for element in found[0].ScheduledProcedureStepSequence[0]), sorted(
    [element.keyword for element in ITEMS[2].ScheduledProcedureStepSequence[0]] + ["ScheduledProcedureStepStatus"]))
  status, _ = find(checks.DIMSE_PORT, query(step={S + "StartDate": "yesterday"}))
  equal("a date that cannot be read is refused", status, 0xA900)


def states():
  """What is over is not shown, unless it is asked for."""
  take_in(fill("over", OVER))
  def patients(step):
    asked = query(step=dict({"Modality": "XA"}, **step))
    if "status" in step:
      asked.ScheduledProcedureStepSequence[0].ScheduledProcedureStepStatus = step["status"]
    return sorted(str(one.PatientID) for one in find(checks.DIMSE_PORT, asked)[1])
  equal("what can be done or goes on is shown", patients({}), ["O3", "O5"])
  equal("and the same when the status is only to be returned", patients({"status": ""}), ["O3", "O5"])
  equal("completed steps are shown when asked for", patients({"status": "COMPLETED"}), ["O1"])
  equal("canceled ones too", patients({"status": "CANCELED"}), ["O2"])
  equal("several at once", patients({"status": "DIS*"}), ["O4"])


def charsets():
  """The smallest set that holds the answer, or the one that was asked in."""
  take_in(fill("later", LATER))
  def answer(patient, charset=None):
    asked = minimal(PatientName="", PatientID=patient)
    if charset:
      asked.SpecificCharacterSet = charset
    return find(checks.DIMSE_PORT, asked)[1][0]
  for patient, charset, used in (
      ("C1", None, "ISO_IR 144"), ("C3", None, "ISO_IR 126"), ("C2", None, "ISO_IR 192"),
      ("C1", "ISO_IR 192", "ISO_IR 192"), ("C1", "ISO_IR 100", "ISO_IR 144"),
      ("C2", ["", "ISO 2022 IR 87"], ["", "ISO 2022 IR 87"])):
    found = answer(patient, charset)
    told = found.get("SpecificCharacterSet")
    told = list(told) if isinstance(told, pydicom.multival.MultiValue) else told
    equal("%s asked in %s is told in %s" % (patient, charset, used), told, used)
    expected = [one for one in LATER if one.PatientID == patient][0].PatientName
    equal("and reads as it should", str(found.PatientName), str(expected))
  found = answer("C1")
  asked = query(PatientName="Иванов*", charset="ISO_IR 192")
  asked.PatientName = "*=Иванов*"
  equal("a name in another script is found", [str(one.PatientID) for one in find(checks.DIMSE_PORT, asked)[1]], ["C1"])


# Performed steps


def creation(study, step="S900", accession="M1", status="IN PROGRESS"):
  scheduled = Dataset()
  scheduled.StudyInstanceUID = study
  scheduled.ReferencedStudySequence = Sequence()
  scheduled.AccessionNumber = accession
  scheduled.RequestedProcedureID = "R900"
  scheduled.RequestedProcedureDescription = "Chest"
  scheduled.ScheduledProcedureStepID = step
  scheduled.ScheduledProcedureStepDescription = "Chest"
  scheduled.ScheduledProtocolCodeSequence = Sequence()
  data = Dataset()
  data.SpecificCharacterSet = "ISO_IR 100"
  data.ScheduledStepAttributesSequence = Sequence([scheduled])
  data.PatientName, data.PatientID, data.PatientBirthDate, data.PatientSex = "Müller^Eva", "M1", "19700101", "F"
  data.ReferencedPatientSequence = Sequence()
  data.PerformedProcedureStepID, data.PerformedStationAETitle = "PPS1", "CT1"
  data.PerformedStationName = data.PerformedLocation = ""
  data.PerformedProcedureStepStartDate, data.PerformedProcedureStepStartTime = "20260301", "080000"
  data.PerformedProcedureStepStatus = status
  data.PerformedProcedureStepDescription = data.PerformedProcedureTypeDescription = ""
  data.ProcedureCodeSequence = Sequence()
  data.PerformedProcedureStepEndDate = data.PerformedProcedureStepEndTime = ""
  data.Modality, data.StudyID = "CT", ""
  data.PerformedProtocolCodeSequence = Sequence()
  data.PerformedSeriesSequence = Sequence()
  return data


def ending(status="COMPLETED", series="1.2.3.77.1", instances=()):
  made = Dataset()
  made.PerformingPhysicianName = made.OperatorsName = made.SeriesDescription = made.RetrieveAETitle = ""
  made.ProtocolName, made.SeriesInstanceUID = "Chest", series
  made.ReferencedImageSequence = Sequence()
  for uid in instances:
    one = Dataset()
    one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", uid
    made.ReferencedImageSequence.append(one)
  made.ReferencedNonImageCompositeSOPInstanceSequence = Sequence()
  data = Dataset()
  data.PerformedProcedureStepStatus = status
  data.PerformedProcedureStepEndDate, data.PerformedProcedureStepEndTime = "20260301", "083000"
  data.PerformedSeriesSequence = Sequence([made])
  return data


def associate(port=None, title="CT1"):
  ae = AE(ae_title=title)
  ae.acse_timeout = ae.dimse_timeout = ae.network_timeout = 120
  ae.add_requested_context(MPPS)
  ae.add_requested_context(RETRIEVE)
  association = ae.associate("127.0.0.1", port or checks.DIMSE_PORT, ae_title="ISOCENTER",
                             evt_handlers=[(evt.EVT_DIMSE_RECV, lambda event: SAID.append(event.message.command_set))])
  assert association.is_established, "no association"
  return association


# Command sets of what we were answered: pynetdicom keeps some of it to itself.
SAID = []


def without(data, *names):
  for name in names:
    place = data
    for part in name.split("/")[:-1]:
      place = place[part].value[0]
    delattr(place, name.split("/")[-1])
  return data


def changed(data, **values):
  for name, value in values.items():
    setattr(data, name, value)
  return data


STEP = "ScheduledStepAttributesSequence/"


def mpps():
  """The rules of N-CREATE, N-SET and N-GET."""
  association = associate()
  uid = "1.2.3.500.1"
  status, _ = association.send_n_create(creation("1.2.3.50"), MPPS, uid)
  equal("a step is made", status.Status, 0)
  equal("and only once", association.send_n_create(creation("1.2.3.50"), MPPS, uid)[0].Status, 0x0111)
  status, _ = association.send_n_create(creation("1.2.3.50"), MPPS, None)
  check("a UID is made for who leaves it", status.Status == 0 and SAID[-1].get("AffectedSOPInstanceUID"), SAID[-1])
  for name, data, wanted in (
      ("no status", without(creation("1.2.3.51"), "PerformedProcedureStepStatus"), 0x0120),
      ("no station", without(creation("1.2.3.51"), "PerformedStationAETitle"), 0x0120),
      ("no patient's name", without(creation("1.2.3.51"), "PatientName"), 0x0120),
      ("no series sequence", without(creation("1.2.3.51"), "PerformedSeriesSequence"), 0x0120),
      ("no study", without(creation("1.2.3.51"), STEP + "StudyInstanceUID"), 0x0120),
      ("no accession number", without(creation("1.2.3.51"), STEP + "AccessionNumber"), 0x0120),
      ("an empty study", creation(""), 0x0121),
      ("an empty start", changed(creation("1.2.3.51"), PerformedProcedureStepStartDate=""), 0x0121),
      ("no scheduled step at all", changed(creation("1.2.3.51"), ScheduledStepAttributesSequence=Sequence()), 0x0121),
      ("a completed beginning", creation("1.2.3.51", status="COMPLETED"), 0x0106),
      ("another word for its status", creation("1.2.3.51", status="BEGUN"), 0x0106)):
    status, _ = association.send_n_create(data, MPPS, "1.2.3.500.99")
    equal("refused with %04X: %s" % (wanted, name), status.Status, wanted)
    if wanted in (0x0120, 0x0121):
      check("naming what: " + name, SAID[-1].get("OffendingElement"), SAID[-1])
  equal("unknown ones cannot be changed",
        association.send_n_set(ending(), MPPS, "1.2.3.500.77")[0].Status, 0x0112)
  for name, data, wanted in (
      ("no end", without(ending(), "PerformedProcedureStepEndDate"), 0x0121),
      ("no series", changed(ending(), PerformedSeriesSequence=Sequence()), 0x0121),
      ("a series without protocol", without(ending(), "PerformedSeriesSequence/ProtocolName"), 0x0120),
      ("another patient", changed(ending(), PatientID="M2"), 0x0106),
      ("a status of another service", ending("CANCELED"), 0x0106)):
    equal("not completed with %04X: %s" % (wanted, name), association.send_n_set(data, MPPS, uid)[0].Status, wanted)
  data = Dataset()
  data.PerformedProcedureStepDescription = "Thorax für Ärzte"
  data.SpecificCharacterSet = "ISO_IR 100"
  equal("it goes on", association.send_n_set(data, MPPS, uid)[0].Status, 0)
  equal("it is completed", association.send_n_set(ending(), MPPS, uid)[0].Status, 0)
  status, _ = association.send_n_set(ending("DISCONTINUED"), MPPS, uid)
  equal("and is what it is for good", (status.Status, status.get("ErrorID")), (0x0110, 0xA710))
  check("with the words of the standard", "may no longer be updated" in str(status.get("ErrorComment")), status)
  status, told = association.send_n_get([0x00400252, 0x00400254, 0x00100010], RETRIEVE, uid)
  equal("it is read", status.Status, 0)
  equal("as it is", (told.PerformedProcedureStepStatus, told.PerformedProcedureStepDescription, str(told.PatientName)),
        ("COMPLETED", "Thorax für Ärzte", "Müller^Eva"))
  equal("and nothing else", sorted(e.keyword for e in told if e.tag.group != 8), [
    "PatientName", "PerformedProcedureStepDescription", "PerformedProcedureStepStatus"])
  equal("unknown ones cannot be read", association.send_n_get([0x00400252], RETRIEVE, "1.2.3.500.77")[0].Status, 0x0112)
  association.release()
  listed = checks.http("GET", checks.WEB + "/api/v1/performed-steps?study=1.2.3.50").json
  equal("the API lists them", sorted(one["status"] for one in listed["steps"]), ["COMPLETED", "IN PROGRESS"])
  association = associate()
  discontinued = "1.2.3.500.3"
  association.send_n_create(creation("1.2.3.53"), MPPS, discontinued)
  equal("what was given up may have made nothing", association.send_n_set(
    changed(ending("DISCONTINUED"), PerformedSeriesSequence=Sequence()), MPPS, discontinued)[0].Status, 0)
  association.release()


def race():
  """Of several who end a step at the same time one does."""
  association = associate()
  uid = "1.2.3.501.1"
  association.send_n_create(creation("1.2.3.60"), MPPS, uid)
  association.release()
  answers = []
  def end(status):
    one = associate()
    answers.append(one.send_n_set(ending(status), MPPS, uid)[0].Status)
    one.release()
  threads = [threading.Thread(target=end, args=(s,)) for s in ["COMPLETED", "DISCONTINUED"] * 4]
  for thread in threads:
    thread.start()
  for thread in threads:
    thread.join()
  equal("one of eight ends it", sorted(answers), [0] + [0x0110] * 7)


def consequences():
  """What is performed changes what is to be done."""
  body = {
    "patientName": "Doe^Eva", "patientID": "M9", "accessionNumber": "M9", "requestedProcedureDescription": "Chest",
    "stationAETitles": ["CT9"], "modality": "CT", "start": "2026-03-01T08:00", "studyInstanceUID": "1.2.3.70"}
  def post(**more):
    return checks.http("POST", checks.WEB + "/api/v1/worklist", {"Content-Type": "application/json"},
                       json.dumps(dict(body, **more)).encode())
  made = post()
  equal("a step is put on the worklist", made.status, 201)
  one = made.json
  two = post(accessionNumber="M10", studyInstanceUID="1.2.3.71").json
  check("its ID fits an SH", 0 < len(one["stepID"]) <= 16 and one["stepID"] != two["stepID"])
  equal("the same again is refused", post(stepID=one["stepID"]).status, 409)
  lacking = post(modality="")
  check("what lacks is named", lacking.status == 400 and "(0008,0060)" in lacking.body.decode(), lacking.body)
  address = checks.WEB + "/api/v1/worklist/"
  def status(step):
    return checks.http("GET", address + step["id"]).json["status"]
  data = creation("1.2.3.70", one["stepID"], "M9")
  other = creation("1.2.3.71", two["stepID"], "M10").ScheduledStepAttributesSequence[0]
  data.ScheduledStepAttributesSequence.append(other)
  association = associate()
  equal("two steps are begun as one", association.send_n_create(data, MPPS, "1.2.3.502.1")[0].Status, 0)
  equal("both have started", (status(one), status(two)), ("STARTED", "STARTED"))
  equal("another performs one of them", association.send_n_create(
    creation("1.2.3.70", one["stepID"], "M9"), MPPS, "1.2.3.502.2")[0].Status, 0)
  association.send_n_set(ending("DISCONTINUED"), MPPS, "1.2.3.502.1")
  equal("one goes on, the other does not", (status(one), status(two)), ("STARTED", "DISCONTINUED"))
  association.send_n_set(ending(), MPPS, "1.2.3.502.2")
  equal("in the end it is completed", status(one), "COMPLETED")
  association.send_n_create(creation("1.2.3.9999", "", ""), MPPS, "1.2.3.502.3")
  equal("work that nobody scheduled is kept", association.send_n_get([0x00400252], RETRIEVE, "1.2.3.502.3")[0].Status, 0)
  association.release()
  patched = checks.http("PATCH", address + two["id"], {"Content-Type": "application/json"},
                        json.dumps({"status": "SCHEDULED", "start": "2026-03-02T09:15:30"}).encode())
  equal("a step is put off", (patched.status, patched.json["start"], patched.json["status"]),
        (200, "2026-03-02T09:15:30", "SCHEDULED"))
  stale = checks.http("PATCH", address + two["id"], {"Content-Type": "application/json"},
                      json.dumps({"version": 1, "status": "CANCELED"}).encode())
  equal("from what it was before it is not", stale.status, 409)
  listed = checks.http("GET", checks.WEB + "/api/v1/worklist?station=CT9&from=2026-03-02").json["steps"]
  equal("the API lists it", [one["id"] for one in listed], [two["id"]])
  searched = checks.http("POST", checks.WEB + "/api/v1/worklist/search", {"Content-Type": "application/json"},
                         json.dumps({"patientName": "doe^eva", "status": ["all"]}).encode()).json["steps"]
  equal("and finds it by name", len(searched), 2)
  whole = checks.http("GET", address + two["id"], {"Accept": "application/dicom+json"}).json[0]
  equal("as DICOM JSON too", whole["00400100"]["Value"][0]["00400020"]["Value"], ["SCHEDULED"])
  whole["00100040"] = {"vr": "CS", "Value": ["O"]}
  replaced = checks.http("PUT", address + two["id"], {"Content-Type": "application/dicom+json"},
                         json.dumps(whole).encode())
  equal("and takes that", (replaced.status, replaced.json["patientSex"]), (200, "O"))
  equal("a step is removed", checks.http("DELETE", address + two["id"]).status, 204)
  equal("for good", checks.http("GET", address + two["id"]).status, 404)


def completion():
  """A study is whole when the modality says so and everything has arrived, long before it is quiet."""
  def image(number):
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    data.SOPClassUID, data.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3.80.1.%d" % number
    data.StudyInstanceUID, data.SeriesInstanceUID = "1.2.3.80", "1.2.3.80.1"
    data.PatientID, data.PatientName, data.Modality = "M1", "Eva", "CT"
    return data
  def state():
    return checks.http("GET", checks.WEB + "/api/v1/studies/1.2.3.80").json
  def reaches(wanted):
    for _ in range(200):
      if state().get("state") == wanted:
        return True
      time.sleep(0.1)
    return False
  ae = AE(ae_title="CT1")
  ae.add_requested_context("1.2.840.10008.5.1.4.1.1.2")
  sender = ae.associate("127.0.0.1", checks.DIMSE_PORT, ae_title="ISOCENTER")
  association = associate()
  association.send_n_create(creation("1.2.3.80"), MPPS, "1.2.3.503.1")
  sender.send_c_store(image(1))
  association.send_n_set(
    ending(series="1.2.3.80.1", instances=["1.2.3.80.1.1", "1.2.3.80.1.2"]), MPPS, "1.2.3.503.1")
  time.sleep(1.5)
  equal("one is missing, so it waits", state()["state"], "receiving")
  sender.send_c_store(image(2))
  check("with the last one it is complete", reaches("complete"), state())
  equal("and was complete once", state()["revision"], 1)
  sender.release()
  association.release()


class Manager:
  """A manager of performed steps, which keeps what it is told in order."""

  def __init__(self, port):
    self.told = []
    self.ae = AE(ae_title="RIS")
    self.ae.add_supported_context(MPPS)
    self.server = self.ae.start_server(("127.0.0.1", port), block=False, evt_handlers=[
      (evt.EVT_N_CREATE, self.create), (evt.EVT_N_SET, self.set)])

  def create(self, event):
    self.told.append(("create", str(event.request.AffectedSOPInstanceUID), event.attribute_list))
    return 0x0000, event.attribute_list

  def set(self, event):
    self.told.append(("set", str(event.request.RequestedSOPInstanceUID), event.modification_list))
    return 0x0000, event.modification_list


def tools():
  """`isocenter mpps` at a manager we did not write."""
  program = os.environ["PEER_PROGRAM"]
  port = int(os.environ["PEER_ORACLE_PORT"])
  manager = Manager(port)
  try:
    peer = "RIS@127.0.0.1:%d" % port
    listed = subprocess.run([program, "worklist", "--json", "--accession", "A3",
                             "ISOCENTER@127.0.0.1:%d" % checks.DIMSE_PORT], capture_output=True, text=True)
    if not listed.stdout:
      take_in(fill("database", ITEMS))
      listed = subprocess.run([program, "worklist", "--json", "--accession", "A3",
                               "ISOCENTER@127.0.0.1:%d" % checks.DIMSE_PORT], capture_output=True, text=True)
    (checks.WORK / "item.json").write_text(listed.stdout)
    made = subprocess.run([program, "mpps", "create", peer, "--item", str(checks.WORK / "item.json")],
                          capture_output=True, text=True)
    equal("a step is begun", (made.returncode, made.stderr), (0, ""))
    uid = made.stdout.strip()
    folder = checks.WORK / "images"
    folder.mkdir(exist_ok=True)
    image = Dataset()
    image.SOPClassUID, image.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.4", "1.2.3.90.1.1"
    image.StudyInstanceUID, image.SeriesInstanceUID, image.Rows = "1.2.3.9.3", "1.2.3.90.1", 1
    write(image, folder / "one.dcm")
    done = subprocess.run([program, "mpps", "complete", peer, uid, str(folder)], capture_output=True, text=True)
    equal("and completed", (done.returncode, done.stderr), (0, ""))
    equal("the manager was told both", [(what, who) for what, who, _ in manager.told], [("create", uid), ("set", uid)])
    begun, ended = manager.told[0][2], manager.told[1][2]
    equal("of the scheduled step", begun.ScheduledStepAttributesSequence[0].ScheduledProcedureStepID, "S3")
    equal("of the patient", str(begun.PatientName), "Roe^Richard^Q")
    equal("and of the image", ended.PerformedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID,
          "1.2.3.90.1.1")
    itself = "ISOCENTER@127.0.0.1:%d" % checks.DIMSE_PORT
    ours = subprocess.run([program, "mpps", "create", itself], capture_output=True, text=True)
    ended = subprocess.run([program, "mpps", "discontinue", itself, ours.stdout.strip()], capture_output=True, text=True)
    equal("we take what we say", (ours.returncode, ended.returncode, ended.stderr), (0, 0, ""))
    again = subprocess.run([program, "mpps", "discontinue", itself, ours.stdout.strip()], capture_output=True, text=True)
    equal("once", again.returncode, 1)
  finally:
    manager.server.shutdown()


def client():
  """`isocenter worklist` at `wlmscpfs`."""
  folder = fill("database", ITEMS)
  port = int(os.environ["PEER_ORACLE_PORT"])
  oracle = subprocess.Popen(
    ["wlmscpfs", "-dfp", str(folder.parent), str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
  try:
    for _ in range(100):
      try:
        find(port, minimal(PatientID="P99"))
        break
      except AssertionError:
        time.sleep(0.1)
    def ask(*options):
      return subprocess.run([os.environ["PEER_PROGRAM"], "worklist", "ISOCENTER@127.0.0.1:%d" % port, *options],
                            capture_output=True, text=True)
    for name, options, wanted in (
        ("everything", [], 7), ("a modality", ["--modality", "MR"], 3), ("a day", ["--date", "20260302"], 2),
        ("days", ["--date", "20260303-"], 3), ("a patient", ["--patient", "Doe^J*"], 3),
        ("a patient's number", ["--patient-id", "P6"], 1), ("an accession number", ["--accession", "A1"], 2),
        ("a station", ["--station", "US1"], 1), ("a key", ["RequestedProcedureID=R3"], 1),
        ("at most two", ["--limit", "2"], 2)):
      done = ask("--json", *options)
      equal("it finds " + name, (done.returncode, len(done.stdout.splitlines())), (0, wanted))
    shown = ask("--modality", "US")
    check("it shows them to people", "Doering^Jane" in shown.stdout and "07:00" in shown.stdout.replace("0700", "07:00"),
          shown.stdout + shown.stderr)
  finally:
    oracle.kill()
    oracle.wait()


def forward():
  """What we are told of steps others are told, in order."""
  manager = Manager(int(os.environ["PEER_ORACLE_PORT"]))
  try:
    association = associate()
    for number in range(3):
      uid = "1.2.3.504.%d" % number
      equal("it is begun", association.send_n_create(creation("1.2.3.9%d" % number), MPPS, uid)[0].Status, 0)
      equal("and completed", association.send_n_set(ending(), MPPS, uid)[0].Status, 0)
    association.release()
    for _ in range(200):
      if len(manager.told) == 6:
        break
      time.sleep(0.1)
    equal("the other was told all of it, in order", [(what, who) for what, who, _ in manager.told], [
      (what, "1.2.3.504.%d" % number) for number in range(3) for what in ("create", "set")])
    equal("whole", str(manager.told[0][2].PatientName), "Müller^Eva")
  finally:
    manager.server.shutdown()


checks.run({function.__name__: function for function in (
  worklist, states, charsets, mpps, race, consequences, completion, tools, client, forward)})
