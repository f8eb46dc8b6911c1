"""pynetdicom asks for everything that queries and retrievals have to offer (PS3.4 Annex C)."""

import os
import threading
import time

import numpy
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGLSLossless, SecondaryCaptureImageStorage
from pynetdicom import AE, build_context, build_role, evt
from pynetdicom.pdu_primitives import SOPClassExtendedNegotiation
from pynetdicom.sop_class import (
  PatientRootQueryRetrieveInformationModelFind, StudyRootQueryRetrieveInformationModelFind,
  StudyRootQueryRetrieveInformationModelGet, StudyRootQueryRetrieveInformationModelMove)

import checks
from checks import check, equal

FIND, GET, MOVE = (StudyRootQueryRetrieveInformationModelFind, StudyRootQueryRetrieveInformationModelGet,
                   StudyRootQueryRetrieveInformationModelMove)
ONLY = "1.2.840.10008.5.1.4.1.2.3.%d"
ROOT = "1.2.826.0.1.3680043.10.7.50"
PORT = int(os.environ.get("PEER_RECEIVER_PORT", "0"))


def extended(uid, *data):
  item = SOPClassExtendedNegotiation()
  item.sop_class_uid, item.service_class_application_information = uid, bytes(data)
  return item


def associate(contexts, negotiate=(), handlers=(), title="PEER", called="ISOCENTER", pdu=0):
  ae = AE(ae_title=title)
  ae.acse_timeout = ae.dimse_timeout = ae.network_timeout = 20
  association = ae.associate("127.0.0.1", checks.DIMSE_PORT, contexts=[
    one if hasattr(one, "abstract_syntax") else build_context(one) for one in contexts],
    ext_neg=list(negotiate), ae_title=called, evt_handlers=list(handlers), max_pdu=pdu)
  return association


def built(study, series=1, instance=1, size=4, **attributes):
  data = Dataset()
  data.file_meta = FileMetaDataset()
  data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
  data.SpecificCharacterSet = "ISO_IR 192"
  data.SOPClassUID = SecondaryCaptureImageStorage
  data.StudyInstanceUID = "%s.%d" % (ROOT, study)
  data.SeriesInstanceUID = "%s.%d" % (data.StudyInstanceUID, series)
  data.SOPInstanceUID = "%s.%d" % (data.SeriesInstanceUID, instance)
  data.PatientID, data.PatientName = "Q%d" % study, "Doe^Jane"
  data.StudyDate, data.StudyTime, data.AccessionNumber = "20240301", "101500", "A%d" % study
  data.Modality, data.StudyID, data.SeriesNumber, data.InstanceNumber = "OT", "1", series, instance
  data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
  data.Rows = data.Columns = size
  data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 0
  data.PixelData = numpy.arange(size * size, dtype="<u2").tobytes()
  for name, value in attributes.items():
    setattr(data, name, value)
  return data


def give(*objects, title="PEER", called="ISOCENTER"):
  association = associate([build_context(SecondaryCaptureImageStorage, ExplicitVRLittleEndian)], title=title, called=called)
  statuses = [association.send_c_store(one).Status for one in objects]
  association.release()
  return statuses


def identifier(level, **keys):
  query = Dataset()
  query.SpecificCharacterSet = "ISO_IR 192"
  query.QueryRetrieveLevel = level
  for name, value in keys.items():
    setattr(query, name, value)
  return query


def ask(association, level, model=FIND, **keys):
  """The final status, and the answers with theirs."""
  answers = list(association.send_c_find(identifier(level, **keys), model))
  return answers[-1][0], answers[:-1]


def studies(association, **keys):
  final, answers = ask(association, "STUDY", **dict({"StudyInstanceUID": ""}, **keys))
  equal("ends with success", final.Status, 0)
  return sorted(int(str(row.StudyInstanceUID).rsplit(".", 1)[1]) for _, row in answers)


def negotiation():
  for wanted, answer in (((1,) * 7, b"\1\1\1\1\0\1\1"), ((1, 1, 1), b"\1\1\1"), ((0, 1, 0), b"\0\1\0"),
                         ((1,), b"\1"), ((2, 0, 1, 1, 1, 9, 1, 1, 1), b"\0\0\1\1\0\0\1")):
    association = associate([FIND], [extended(FIND, *wanted)])
    equal("queries: %s is answered" % (wanted,), association.acceptor.sop_class_extended.get(FIND), answer)
    association.release()
  for wanted, answer in (((1,), b"\1"), ((1, 1), b"\1\0"), ((0,), b"\0")):
    for model in (MOVE, GET):
      association = associate([model], [extended(model, *wanted)])
      equal("retrievals: %s is answered" % (wanted,), association.acceptor.sop_class_extended.get(model), answer)
      association.release()
  association = associate([FIND])
  equal("nothing is answered to nothing", dict(association.acceptor.sop_class_extended), {})
  association.release()


def matching():
  give(built(1, PatientName="Müller^Jörg", StudyDate="20240301", StudyTime="2300"),
       built(2, PatientName="Meyer^Anna=山田^花子=やまだ^はなこ", StudyDate="20240302", StudyTime="0900"),
       built(3, PatientName="Smith^John^Q", StudyDate="20240304", StudyTime="1200", AccessionNumber=""),
       # A quarter past midnight in Berlin is the day before in Greenwich.
       built(4, PatientName="Zone^A", StudyDate="20240501", StudyTime="0015"),
       built(5, PatientName="Zone^B", StudyDate="20240501", StudyTime="0015", TimezoneOffsetFromUTC="-0500"))
  plain = associate([FIND], [extended(FIND, 1, 0, 0)])
  fuzzy = associate([FIND], [extended(FIND, 1, 0, 1)])
  for key, found in (("Mueller^Joerg", [1]), ("Joerg Mueller", [1]), ("MAIER", [2]), ("ヤマダ", [2]), ("Smyth^J*", [3]),
                     ("anna may*", []), ("花子 山田", [2])):
    equal("fuzzy " + key, studies(fuzzy, PatientName=key), found)
    equal("literal " + key, studies(plain, PatientName=key), [])
  equal("finds literally what it finds fuzzily", studies(plain, PatientName="smith*"), [3])
  combined = associate([FIND], [extended(FIND, 1, 1, 0)])
  span = {"StudyDate": "20240301-20240304", "StudyTime": "1000-1100"}
  equal("a span of days and times is one", studies(combined, **span), [1, 2])
  equal("it is two where nobody agreed", studies(plain, **span), [])
  zoned = associate([FIND], [extended(FIND, 1, 0, 0, 1)])
  final, answers = ask(zoned, "STUDY", StudyInstanceUID="", StudyDate="20240430", StudyTime="",
                       TimezoneOffsetFromUTC="+0000")
  equal("asks in another zone", [(str(row.StudyDate), str(row.StudyTime), str(row.TimezoneOffsetFromUTC))
                                 for _, row in answers], [("20240430", "2215", "+0000")])
  final, answers = ask(zoned, "STUDY", StudyDate="20240501", StudyTime="05-06", TimezoneOffsetFromUTC="+0000",
                       PatientName="")
  equal("takes an object's own zone", [(str(row.PatientName), str(row.StudyTime)) for _, row in answers],
        [("Zone^B", "0515")])
  equal("takes dates as they are without the zone", studies(zoned, StudyDate="20240501"), [4, 5])
  equal("takes them so where nobody agreed", studies(plain, StudyDate="20240501", TimezoneOffsetFromUTC="+0000"), [4, 5])
  empties = associate([FIND], [extended(FIND, 1, 0, 0, 0, 0, 1, 1)])
  equal("empty values are asked for", studies(empties, AccessionNumber='""'), [3])
  equal("and mean nothing where nobody agreed", studies(plain, AccessionNumber='""'), [1, 2, 3, 4, 5])
  equal("several values", studies(empties, AccessionNumber=["A1", "A5"]), [1, 5])
  for association in (plain, fuzzy, combined, zoned, empties):
    association.release()


def statuses():
  give(built(1), built(2))
  association = associate([FIND])
  final, answers = ask(association, "STUDY", StudyInstanceUID="", PatientName="")
  equal("pending", [status.Status for status, _ in answers], [0xFF00] * 2)
  equal("success", final.Status, 0)
  final, answers = ask(association, "STUDY", StudyInstanceUID="", SliceThickness="", PatientName="")
  equal("pending with keys that are not supported", [status.Status for status, _ in answers], [0xFF01] * 2)
  check("they are not answered", all("SliceThickness" not in row and "PatientName" in row for _, row in answers))
  for level in ("PATIENT", "FRAME", ""):
    final, answers = ask(association, level, PatientName="")
    equal("refuses the level %r" % level, (final.Status, answers), (0xA900, []))
    equal("names the attribute", final.get("OffendingElement"), 0x00080052)
  association.release()


def patients_and_studies():
  give(*[built(1, instance=number) for number in range(1, 4)], built(2))
  find, move, get = [ONLY % number for number in (1, 2, 3)]
  receiver = Receiver()
  received = []
  association = associate(
    [find, move, get, build_context(SecondaryCaptureImageStorage, ExplicitVRLittleEndian)],
    [build_role(SecondaryCaptureImageStorage, scp_role=True)],
    [(evt.EVT_C_STORE, lambda event: received.append(str(event.request.AffectedSOPInstanceUID)) or 0)])
  context = {str(one.abstract_syntax): one for one in association.accepted_contexts}
  check("is accepted", {find, move, get} <= set(context), context)
  final, answers = ask(association, "PATIENT", find, PatientID="Q*", PatientName="")
  equal("finds patients", sorted(str(row.PatientID) for _, row in answers), ["Q1", "Q2"])
  final, answers = ask(association, "STUDY", find, PatientID="Q1", StudyInstanceUID="")
  equal("finds their studies", [str(row.StudyInstanceUID) for _, row in answers], [ROOT + ".1"])
  final, answers = ask(association, "SERIES", find, StudyInstanceUID=ROOT + ".1", SeriesInstanceUID="")
  equal("has no series", (final.Status, final.get("OffendingElement")), (0xA900, 0x00080052))
  final = list(association.send_c_get(identifier("STUDY", PatientID="Q1", StudyInstanceUID=ROOT + ".1"), get))[-1][0]
  equal("gets a study", (final.Status, len(received)), (0, 3))
  final = list(association.send_c_move(identifier("PATIENT", PatientID="Q1"), "RECEIVER", move))[-1][0]
  equal("moves a patient", (final.Status, len(receiver.received)), (0, 3))
  association.release()
  receiver.stop()


def strict():
  give(built(1), title="STRICT")
  study, series = ROOT + ".1", ROOT + ".1.1"
  receiver = Receiver()
  plain = associate([FIND, MOVE, PatientRootQueryRetrieveInformationModelFind], title="STRICT")
  relational = associate([FIND, MOVE], [extended(FIND, 1), extended(MOVE, 1)], title="STRICT")
  lenient = associate([FIND, MOVE])
  for name, keys, offending in (
      ("without", {"SeriesInstanceUID": ""}, True), ("with a list", {"StudyInstanceUID": [study, "1.2.3"]}, True),
      ("with one", {"StudyInstanceUID": study, "SeriesInstanceUID": ""}, False)):
    final, answers = ask(plain, "SERIES", **keys)
    if offending:
      equal("hierarchical: %s study" % name, (final.Status, final.get("OffendingElement")), (0xA900, 0x0020000D))
      equal("relational: %s study" % name, (ask(relational, "SERIES", **keys)[0].Status,
                                            len(ask(relational, "SERIES", **keys)[1])), (0, 1))
      equal("leniency: %s study" % name, len(ask(lenient, "SERIES", **keys)[1]), 1)
    else:
      equal("hierarchical: %s study" % name, (final.Status, len(answers)), (0, 1))
  final, _ = ask(plain, "IMAGE", StudyInstanceUID=study, SOPInstanceUID="")
  equal("hierarchical: an image without its series", (final.Status, final.get("OffendingElement")), (0xA900, 0x0020000E))
  final, _ = ask(plain, "STUDY", PatientRootQueryRetrieveInformationModelFind, StudyInstanceUID="")
  equal("hierarchical: a patient's study without the patient", (final.Status, final.get("OffendingElement")),
        (0xA900, 0x00100020))

  def moved(association, level, **keys):
    receiver.received.clear()
    final = list(association.send_c_move(identifier(level, **keys), "RECEIVER", MOVE))[-1][0]
    return final.Status, len(receiver.received)

  equal("moves a series of a study", moved(plain, "SERIES", StudyInstanceUID=study, SeriesInstanceUID=series), (0, 1))
  equal("moves no series of nothing", moved(plain, "SERIES", SeriesInstanceUID=series), (0xA900, 0))
  equal("moves it when that was agreed", moved(relational, "SERIES", SeriesInstanceUID=series), (0, 1))
  equal("and for everybody else", moved(lenient, "SERIES", SeriesInstanceUID=series), (0, 1))
  equal("moves an image of no study when that was agreed", moved(relational, "IMAGE", SOPInstanceUID=series + ".1"), (0, 1))
  equal("an image is of the series that is named",
        moved(plain, "IMAGE", StudyInstanceUID=study, SeriesInstanceUID="1.2.3", SOPInstanceUID=series + ".1"), (0, 0))
  for association in (plain, relational, lenient):
    association.release()
  receiver.stop()


def cancelled():
  give(*[built(number, size=1) for number in range(1, 330)])
  association = associate([FIND])
  answers = association.send_c_find(identifier("STUDY", StudyInstanceUID=""), FIND, msg_id=5)
  count, final = 0, None
  for status, _ in answers:
    count += 1
    final = status
    if count == 2:
      association.send_c_cancel(5, query_model=FIND)
  equal("a query is cancelled", final.Status, 0xFE00)
  final, answers = ask(association, "STUDY", StudyInstanceUID="")
  equal("and asked again", (final.Status, len(answers)), (0, 329))
  association.release()


class Receiver:
  """A storage provider of pynetdicom that counts the associations it has at once."""

  def __init__(self, delay=0.0, refused=()):
    self.received, self.order, self.open, self.most = {}, [], 0, 0
    self.delay, self.refused, self.lock = delay, refused, threading.Lock()
    ae = AE(ae_title="RECEIVER")
    ae.add_supported_context(SecondaryCaptureImageStorage, [ExplicitVRLittleEndian])
    self.server = ae.start_server(("127.0.0.1", PORT), block=False, evt_handlers=[
      (evt.EVT_C_STORE, self.take), (evt.EVT_ESTABLISHED, self.opened), (evt.EVT_CONN_CLOSE, self.closed)])

  def opened(self, event):
    with self.lock:
      self.open += 1
      self.most = max(self.most, self.open)

  def closed(self, event):
    with self.lock:
      self.open -= 1

  def take(self, event):
    time.sleep(self.delay)
    uid = str(event.request.AffectedSOPInstanceUID)
    if uid in self.refused:
      return 0xA700
    with self.lock:
      self.received[uid] = event.request.DataSet.getvalue()
      self.order.append(uid)
    return 0

  def stop(self):
    self.server.shutdown()


def lanes():
  members = [built(1, series, instance) for series in range(1, 5) for instance in range(1, 9)]
  give(*members)
  refused = {str(members[3].SOPInstanceUID), str(members[20].SOPInstanceUID)}
  receiver = Receiver(delay=0.02, refused=refused)
  association = associate([MOVE])
  answers = list(association.send_c_move(identifier("STUDY", StudyInstanceUID=ROOT + ".1"), "RECEIVER", MOVE))
  final, listed = answers[-1]
  counts = [[int(status.get(name, -1)) for name in (
    "NumberOfRemainingSuboperations", "NumberOfCompletedSuboperations", "NumberOfFailedSuboperations",
    "NumberOfWarningSuboperations")] for status, _ in answers]
  equal("every pending answer counts all", {sum(row) for row in counts[:-1]}, {32})
  equal("remaining ones go down by one", [row[0] for row in counts[:-1]], list(range(31, 0, -1)))
  equal("the final one has no remaining", counts[-1], [-1, 30, 2, 0])
  equal("it is a warning", final.Status, 0xB000)
  equal("it lists what failed", set(map(str, listed.FailedSOPInstanceUIDList)), refused)
  equal("two associations at a time", receiver.most, 2)
  for series in range(1, 5):
    uid = "%s.1.%d" % (ROOT, series)
    mine = [int(one.rsplit(".", 1)[1]) for one in receiver.order if one.rsplit(".", 1)[0] == uid]
    equal("series are sent in order", mine, sorted(mine))
  receiver.order.clear()
  receiver.refused = set(map(str, (one.SOPInstanceUID for one in members)))
  final, listed = list(association.send_c_move(identifier("STUDY", StudyInstanceUID=ROOT + ".1"), "RECEIVER", MOVE))[-1]
  equal("nothing arrived", (final.Status, int(final.NumberOfFailedSuboperations), len(listed.FailedSOPInstanceUIDList)),
        (0xA702, 32, 32))
  receiver.refused = set(list(receiver.refused)[:1])
  refused = set(receiver.refused)
  stopped, listed = None, None
  for number, (stopped, listed) in enumerate(association.send_c_move(
      identifier("STUDY", StudyInstanceUID=ROOT + ".1"), "RECEIVER", MOVE, msg_id=9)):
    if number == 3:
      association.send_c_cancel(9, query_model=MOVE)
  counts = [int(stopped.get(name, -1)) for name in (
    "NumberOfRemainingSuboperations", "NumberOfCompletedSuboperations", "NumberOfFailedSuboperations")]
  check("is cancelled with counts", stopped.Status == 0xFE00 and sum(counts) == 32 and counts[0] > 0, (stopped, counts))
  check("lists what failed before", counts[2] == 0 or set(map(str, [listed.FailedSOPInstanceUIDList])) == refused, listed)
  association.release()
  receiver.stop()


def destinations():
  give(built(1), title="LIMITED")
  receiver = Receiver()
  association = associate([MOVE], title="LIMITED")
  final = list(association.send_c_move(identifier("STUDY", StudyInstanceUID=ROOT + ".1"), "OTHER", MOVE))[-1][0]
  equal("may not send there", final.Status, 0x0124)
  final = list(association.send_c_move(identifier("STUDY", StudyInstanceUID=ROOT + ".1"), "RECEIVER", MOVE))[-1][0]
  equal("may send here", (final.Status, len(receiver.received)), (0, 1))
  final = list(association.send_c_move(identifier("STUDY", StudyInstanceUID=ROOT + ".1"), "NOWHERE", MOVE))[-1][0]
  equal("nobody knows that one", final.Status, 0xA801)
  association.release()
  receiver.stop()


def views():
  """NORTH and SOUTH send; BOTH sees the two; ISOCENTER shows all, NORTHVIEW the north, LOOKONLY takes nothing."""
  equal("north sends", give(built(1), title="NORTH"), [0])
  equal("south sends", give(built(2), title="SOUTH"), [0])
  for title, called, found in (("BOTH", "ISOCENTER", [1, 2]), ("BOTH", "NORTHVIEW", [1]), ("NORTH", "ISOCENTER", [1]),
                               ("SOUTH", "NORTHVIEW", []), ("BOTH", "LOOKONLY", [1, 2])):
    association = associate([FIND, GET], title=title, called=called)
    equal("%s sees at %s" % (title, called), studies(association), found)
    final, answers = ask(association, "STUDY", StudyInstanceUID="")
    equal("retrieved from there", {str(row.RetrieveAETitle) for _, row in answers} - {called}, set())
    association.release()
  equal("may not store where it only looks", give(built(3), title="BOTH", called="LOOKONLY"), [0x0124])
  check("other titles are not ours", not associate([FIND], title="BOTH", called="ELSEWHERE").is_established)


def preference():
  for title, syntaxes, chosen in (
      ("CHOOSY", [ExplicitVRLittleEndian, ImplicitVRLittleEndian], ImplicitVRLittleEndian),
      ("CHOOSY", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGLSLossless], JPEGLSLossless),
      ("CHOOSY", [ExplicitVRLittleEndian], ExplicitVRLittleEndian),
      ("PEER", [ImplicitVRLittleEndian, ExplicitVRLittleEndian], ExplicitVRLittleEndian)):
    association = associate([build_context(SecondaryCaptureImageStorage, syntaxes)], title=title)
    equal("%s proposes %d" % (title, len(syntaxes)), association.accepted_contexts[0].transfer_syntax, [chosen])
    association.release()


def pdus():
  """PDUs as short as a peer may ask for, and as long as it likes."""
  for size in (4096, 16382, 0):
    number = 10 + size % 97
    one = built(number, size=300)
    association = associate([build_context(SecondaryCaptureImageStorage, ExplicitVRLittleEndian)], pdu=size)
    equal("stores at %d" % size, association.send_c_store(one).Status, 0)
    association.release()
    received = []
    association = associate(
      [GET, build_context(SecondaryCaptureImageStorage, ExplicitVRLittleEndian)],
      [build_role(SecondaryCaptureImageStorage, scu_role=False, scp_role=True)],
      [(evt.EVT_C_STORE, lambda event: received.append(event.dataset.PixelData) or 0)], pdu=size)
    roles = association.acceptor.role_selection.get(SecondaryCaptureImageStorage)
    check("grants the role", roles is not None and roles.scp_role, roles)
    final = list(association.send_c_get(identifier("STUDY", StudyInstanceUID=one.StudyInstanceUID), GET))[-1][0]
    equal("gets at %d" % size, (final.Status, received), (0, [one.PixelData]))
    association.release()


checks.run({function.__name__: function for function in (
  negotiation, matching, statuses, patients_and_studies, strict, cancelled, lanes, destinations, views, preference, pdus)})
