"""pynetdicom against the DICOM door: it verifies, stores, finds, gets and moves."""

import threading
import time

import pydicom
from pydicom.dataset import Dataset
from pynetdicom import AE, build_context, build_role, evt
from pynetdicom.sop_class import (
  PatientRootQueryRetrieveInformationModelFind, PatientRootQueryRetrieveInformationModelGet,
  PatientRootQueryRetrieveInformationModelMove, StudyRootQueryRetrieveInformationModelFind,
  StudyRootQueryRetrieveInformationModelGet, StudyRootQueryRetrieveInformationModelMove, Verification)

from pynetdicom import _config

import checks
from checks import check, equal

FIND, GET, MOVE = (StudyRootQueryRetrieveInformationModelFind, StudyRootQueryRetrieveInformationModelGet,
                   StudyRootQueryRetrieveInformationModelMove)


def associate(contexts, roles=None, handlers=None, title="PEER"):
  ae = AE(ae_title=title)
  ae.acse_timeout = ae.dimse_timeout = ae.network_timeout = 20
  ae.maximum_pdu_size = 0
  association = ae.associate("127.0.0.1", checks.DIMSE_PORT, contexts=contexts, ext_neg=roles or [],
                             ae_title="ISOCENTER", evt_handlers=handlers or [])
  assert association.is_established, "no association"
  return association


def announced():
  """A storage class of an edition to come is taken from who says what it is, and from nobody else."""
  from pynetdicom.pdu_primitives import SOPClassCommonExtendedNegotiation
  coming = "1.2.840.10008.5.1.4.1.1.9999.1"
  ae = AE(ae_title="PEER")
  plain = ae.associate("127.0.0.1", checks.DIMSE_PORT, contexts=[build_context(coming)], ae_title="ISOCENTER")
  equal("an unknown class is refused", len(plain.accepted_contexts), 0)
  said = SOPClassCommonExtendedNegotiation()
  said.sop_class_uid, said.service_class_uid = coming, "1.2.840.10008.4.2"
  said.related_general_sop_class_identification = ["1.2.840.10008.5.1.4.1.1.7"]
  association = associate([build_context(coming)], [said])
  data = Dataset()
  data.file_meta = pydicom.dataset.FileMetaDataset()
  data.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
  data.SOPClassUID, data.SOPInstanceUID = coming, "1.2.3.9999.3"
  data.StudyInstanceUID, data.SeriesInstanceUID = "1.2.3.9999.1", "1.2.3.9999.2"
  data.PatientID, data.PatientName, data.Modality = "N1", "New^Class", "OT"
  equal("an announced one is stored", association.send_c_store(data).Status, 0)
  association.release()
  rows = checks.http("GET", checks.ROOT + "/studies/1.2.3.9999.1/instances", {"Accept": "application/dicom+json"}).json
  equal("and found", [row["00080016"]["Value"][0] for row in rows], [coming])


def pairs(sent):
  return sorted({(one.sop_class, one.syntax) for one in sent})


def store_all():
  sent = checks.chosen()
  kinds = pairs(sent)
  for start in range(0, len(kinds), 120):
    some = kinds[start:start + 120]
    association = associate([build_context(sop_class, syntax) for sop_class, syntax in some])
    for one in sent:
      if (one.sop_class, one.syntax) in some:
        # What is in the file is sent as it is, unless its file meta information names another instance.
        meta = pydicom.filereader.read_file_meta_info(one.path)
        one.exact = str(meta.get("MediaStorageSOPInstanceUID", "")) == one.instance and str(
          meta.get("MediaStorageSOPClassUID", "")) == one.sop_class
        _config.STORE_SEND_CHUNKED_DATASET = one.exact
        status = association.send_c_store(one.path)
        equal("stores %s (%s)" % (one.name, pydicom.uid.UID(one.syntax).name), status.get("Status"), 0)
    association.release()
  return sent


def echo():
  association = associate([build_context(Verification)])
  equal("verifies", association.send_c_echo().Status, 0)
  association.release()


def store():
  sent = store_all()
  check("sends most files as they are", sum(one.exact for one in sent) > len(sent) * 3 // 4)
  for one in sent:
    if one.exact:
      equal("keeps every byte of the data set of " + one.name,
            checks.data_set_of(checks.whole(one.url)), checks.data_set_of(one.bytes))


def identifier(level, **keys):
  query = Dataset()
  query.QueryRetrieveLevel = level
  for name, value in keys.items():
    setattr(query, name, value)
  return query


def find():
  sent = store_all()
  association = associate([build_context(FIND), build_context(PatientRootQueryRetrieveInformationModelFind)])

  def ask(model, level, **keys):
    answers = list(association.send_c_find(identifier(level, **keys), model))
    equal("ends %s with success" % level, answers[-1][0].get("Status"), 0)
    return [found for status, found in answers if status.get("Status") in (0xFF00, 0xFF01)]

  studies = ask(FIND, "STUDY", StudyInstanceUID="", NumberOfStudyRelatedInstances="", ModalitiesInStudy="")
  equal("finds every study", sorted(str(row.StudyInstanceUID) for row in studies), sorted({one.study for one in sent}))
  for row in studies:
    members = [one for one in sent if one.study == str(row.StudyInstanceUID)]
    equal("counts instances", int(row.NumberOfStudyRelatedInstances), len(members))
    modalities = row.ModalitiesInStudy
    modalities = {modalities} if isinstance(modalities, str) else set(modalities)
    equal("lists modalities", modalities - {""}, {one.modality for one in members} - {""})
  for study in sorted({one.study for one in sent})[:10]:
    series = ask(FIND, "SERIES", StudyInstanceUID=study, SeriesInstanceUID="", Modality="")
    equal("finds the series of a study", sorted(str(row.SeriesInstanceUID) for row in series),
          sorted({one.series for one in sent if one.study == study}))
    for row in series:
      uid = str(row.SeriesInstanceUID)
      images = ask(FIND, "IMAGE", StudyInstanceUID=study, SeriesInstanceUID=uid, SOPInstanceUID="", SOPClassUID="")
      equal("finds the instances of a series", sorted((str(i.SOPInstanceUID), str(i.SOPClassUID)) for i in images),
            sorted((one.instance, one.sop_class) for one in sent if one.series == uid))
  patients = ask(PatientRootQueryRetrieveInformationModelFind, "PATIENT", PatientID="B*", PatientName="")
  equal("finds patients", sorted(str(row.PatientID) for row in patients), ["B1", "B2"])
  equal("keeps their names", {str(row.PatientName) for row in patients}, {"Müller^Änne=山田"})
  name = ask(FIND, "STUDY", PatientName="MUELLER*", StudyInstanceUID="")
  check("does not invent names", len(name) == 0, name)
  name = ask(FIND, "STUDY", PatientName="müller*", StudyInstanceUID="")
  dates = ask(FIND, "STUDY", StudyDate="20240131", StudyTime="100000-110000", StudyInstanceUID="")
  check("matches dates and times", len(dates) >= 2 and all(row.StudyDate == "20240131" for row in dates), dates)
  none = ask(FIND, "STUDY", PatientID="nobody at all", StudyInstanceUID="")
  equal("finds nobody", none, [])
  answers = list(association.send_c_find(identifier("IMAGE" * 2), FIND))
  check("refuses a level that is none", answers[-1][0].Status in (0xA900, 0xC000), hex(answers[-1][0].Status))
  association.release()


def get():
  sent = store_all()
  for study in sorted({one.study for one in sent}):
    members = {one.instance: one for one in sent if one.study == study}
    kinds = pairs(members.values())
    received = {}

    def take(event):
      received[str(event.request.AffectedSOPInstanceUID)] = event.request.DataSet.getvalue()
      return 0

    association = associate(
      [build_context(GET)] + [build_context(c, s) for c, s in kinds],
      [build_role(c, scp_role=True) for c in sorted({c for c, _ in kinds})], [(evt.EVT_C_STORE, take)])
    statuses = list(association.send_c_get(identifier("STUDY", StudyInstanceUID=study), GET))
    final = statuses[-1][0]
    equal("gives all", (final.Status, int(final.get("NumberOfCompletedSuboperations", -1))), (0, len(members)))
    for instance, one in members.items():
      check("gives " + one.name, instance in received, sorted(received))
      if one.exact:
        equal("gives %s, every byte" % one.name, received.get(instance), checks.data_set_of(one.bytes))
    association.release()
  one = sent[0]
  received = []
  association = associate(
    [build_context(PatientRootQueryRetrieveInformationModelGet)] + [build_context(c, s) for c, s in pairs(sent[:4])],
    [build_role(c, scp_role=True) for c in sorted({o.sop_class for o in sent[:4]})],
    [(evt.EVT_C_STORE, lambda event: received.append(str(event.request.AffectedSOPInstanceUID)) or 0)])
  list(association.send_c_get(identifier("PATIENT", PatientID=one.patient), PatientRootQueryRetrieveInformationModelGet))
  equal("gives a patient", sorted(received), sorted(o.instance for o in sent if o.patient == one.patient))
  received.clear()
  list(association.send_c_get(
    identifier("IMAGE", PatientID=one.patient, StudyInstanceUID=one.study, SeriesInstanceUID=one.series,
               SOPInstanceUID=one.instance), PatientRootQueryRetrieveInformationModelGet))
  equal("gives an instance", received, [one.instance])
  association.release()


class Receiver:
  """A storage provider of pynetdicom on a port that was agreed on."""

  def __init__(self, port, contexts, delay=0.0):
    self.received = {}
    self.syntaxes = {}
    self.delay = delay
    ae = AE(ae_title="RECEIVER")
    by_class = {}
    for sop_class, syntax in contexts:
      by_class.setdefault(sop_class, []).append(syntax)
    for sop_class, syntaxes in by_class.items():
      ae.add_supported_context(sop_class, syntaxes)
    self.server = ae.start_server(("127.0.0.1", port), block=False, evt_handlers=[(evt.EVT_C_STORE, self.take)])

  def take(self, event):
    time.sleep(self.delay)
    self.received[str(event.request.AffectedSOPInstanceUID)] = event.request.DataSet.getvalue()
    self.originator = (event.request.MoveOriginatorApplicationEntityTitle, event.request.MoveOriginatorMessageID)
    return 0

  def stop(self):
    self.server.shutdown()


def move():
  import os
  port = int(os.environ["PEER_RECEIVER_PORT"])
  sent = store_all()
  receiver = Receiver(port, pairs(sent))
  association = associate([build_context(MOVE), build_context(PatientRootQueryRetrieveInformationModelMove)])
  for study in sorted({one.study for one in sent}):
    members = [one for one in sent if one.study == study]
    statuses = [status for status, _ in association.send_c_move(
      identifier("STUDY", StudyInstanceUID=study), "RECEIVER", MOVE)]
    equal("moves all", (statuses[-1].Status, int(statuses[-1].NumberOfCompletedSuboperations)), (0, len(members)))
    for one in members:
      check("moves " + one.name, one.instance in receiver.received)
      if one.exact:
        equal("moves %s, every byte" % one.name, receiver.received.get(one.instance), checks.data_set_of(one.bytes))
  check("names who asked", "PEER" in str(receiver.originator[0]), receiver.originator)
  statuses = [s for s, _ in association.send_c_move(identifier("STUDY", StudyInstanceUID="1.2.3"), "NOWHERE", MOVE)]
  equal("does not know a stranger", statuses[-1].Status, 0xA801)
  statuses = [s for s, _ in association.send_c_move(identifier("STUDY", StudyInstanceUID="1.2.3"), "RECEIVER", MOVE)]
  equal("moves nothing of nothing", statuses[-1].Status, 0)
  receiver.stop()
  time.sleep(0.1)
  statuses = [s for s, _ in association.send_c_move(
    identifier("STUDY", StudyInstanceUID=sent[0].study), "RECEIVER", MOVE)]
  check("says when the destination is not there", statuses[-1].Status in (0xA702, 0xB000), hex(statuses[-1].Status))
  association.release()


def cancel():
  import os
  port = int(os.environ["PEER_RECEIVER_PORT"])
  # Thirty instances of one study, and a receiver that takes its time.
  base = pydicom.dcmread(checks.built()[0])
  association = associate([build_context(base.SOPClassUID, base.file_meta.TransferSyntaxUID)])
  for number in range(30):
    base.SOPInstanceUID = base.file_meta.MediaStorageSOPInstanceUID = "1.2.826.0.1.3680043.10.7.9.%d" % number
    base.StudyInstanceUID, base.SeriesInstanceUID = "1.2.826.0.1.3680043.10.7.9", "1.2.826.0.1.3680043.10.7.9.1"
    assert association.send_c_store(base).Status == 0
  association.release()
  receiver = Receiver(port, [(str(base.SOPClassUID), str(base.file_meta.TransferSyntaxUID))], delay=0.05)
  association = associate([build_context(MOVE), build_context(FIND), build_context(Verification)])
  responses = association.send_c_move(
    identifier("STUDY", StudyInstanceUID=str(base.StudyInstanceUID)), "RECEIVER", MOVE, msg_id=77)
  final = None
  for number, (status, _) in enumerate(responses):
    final = status
    if number == 1:
      association.send_c_cancel(77, query_model=MOVE)
  equal("says that it was cancelled", final.Status, 0xFE00)
  left = int(final.get("NumberOfRemainingSuboperations", 0))
  check("stops sending", 0 < len(receiver.received) < 30, len(receiver.received))
  equal("tells how far it came", left + int(final.NumberOfCompletedSuboperations), 30)
  receiver.stop()
  equal("keeps the association", association.send_c_echo().Status, 0)
  association.release()


def issuers():
  """One Patient ID of two authorities is two people: a retrieval names which, or is refused."""
  import os
  port = int(os.environ["PEER_RECEIVER_PORT"])
  base = pydicom.dcmread(checks.built()[1])
  kind = [(str(base.SOPClassUID), str(base.file_meta.TransferSyntaxUID))]
  association = associate([build_context(*kind[0])])
  sent = {}
  for number, issuer in enumerate(("CITY", "CITY", "VILLAGE"), 1):
    base.StudyInstanceUID = "1.2.826.0.1.3680043.10.7.8.%d" % number
    base.SeriesInstanceUID = base.StudyInstanceUID + ".1"
    base.SOPInstanceUID = base.file_meta.MediaStorageSOPInstanceUID = base.StudyInstanceUID + ".1.1"
    base.PatientID, base.IssuerOfPatientID = "SAME", issuer
    sent.setdefault(issuer, []).append(str(base.SOPInstanceUID))
    assert association.send_c_store(base).Status == 0
  association.release()
  received = []
  getter = associate(
    [build_context(PatientRootQueryRetrieveInformationModelGet), build_context(*kind[0])],
    [build_role(kind[0][0], scp_role=True)],
    [(evt.EVT_C_STORE, lambda event: received.append(str(event.request.AffectedSOPInstanceUID)) or 0)])
  receiver = Receiver(port, kind)
  mover = associate([build_context(PatientRootQueryRetrieveInformationModelMove)])

  def get(**keys):
    received.clear()
    final = list(getter.send_c_get(identifier("PATIENT", **keys), PatientRootQueryRetrieveInformationModelGet))[-1][0]
    return final.Status, sorted(received), str(final.get("ErrorComment", ""))

  def move(**keys):
    receiver.received.clear()
    final = list(mover.send_c_move(
      identifier("PATIENT", **keys), "RECEIVER", PatientRootQueryRetrieveInformationModelMove))[-1][0]
    return final.Status, sorted(receiver.received), str(final.get("ErrorComment", ""))

  for name, retrieve in (("C-GET", get), ("C-MOVE", move)):
    status, instances, comment = retrieve(PatientID="SAME")
    equal("%s of a number of two authorities is refused" % name, (status, instances), (0xA900, []))
    check("%s says why" % name, "issuer" in comment, comment)
    for issuer, expected in sent.items():
      equal("%s of the number of %s gives that patient" % (name, issuer),
            retrieve(PatientID="SAME", IssuerOfPatientID=issuer)[:2], (0, expected))
    equal("%s of nobody gives nothing" % name, retrieve(PatientID="SAME", IssuerOfPatientID="NOWHERE")[:2], (0, []))
    equal("%s without a number is refused" % name, retrieve(PatientID="", IssuerOfPatientID="CITY")[:2], (0xA900, []))
  receiver.stop()
  mover.release()
  getter.release()


def everything():
  """Every object that is taken comes back by WADO-RS and by C-GET with the data set it had, in the syntax it had."""
  import hostile
  import samples as files
  offered = [entry for entry in (files.parted(path) for path in files.FILES + checks.built()) if entry]
  by_kind, taken = {}, {}
  for entry in offered:
    by_kind.setdefault((entry[1], entry[3]), []).append(entry)
  kinds = sorted(by_kind)
  for start in range(0, len(kinds), 100):
    some = kinds[start:start + 100]
    with hostile.Association(some) as sender:
      for number, kind in enumerate(some):
        for path, sop_class, instance, syntax, data in by_kind[kind]:
          if sender.results.get(2 * number + 1) == 0 and sender.store(data, sop_class, instance, 2 * number + 1)[0] == 0:
            taken.setdefault(instance.decode(), []).append((path, syntax.decode(), data))
  check("most files are taken", len(taken) > (600 if checks.SAMPLES else 3), len(taken))
  rows = checks.http("GET", checks.ROOT + "/instances?limit=10000").json
  equal("every one is found", {row["00080018"]["Value"][0] for row in rows}, set(taken))
  given, contexts, received, different = {}, {}, {}, []
  for row in rows:
    uid, study, sop_class = (row[tag]["Value"][0] for tag in ("00080018", "0020000D", "00080016"))
    given[uid] = checks.data_set_of(checks.whole(row["00081190"]["Value"][0]))
    contexts.setdefault(study, set()).update((sop_class, syntax) for _, syntax, _ in taken.get(uid, []))

  def take(event):
    received[str(event.request.AffectedSOPInstanceUID)] = event.request.DataSet.getvalue()
    return 0

  for study, wanted in contexts.items():
    association = associate(
      [build_context(GET)] + [build_context(c, s) for c, s in sorted(wanted)[:120]],
      [build_role(c, scp_role=True) for c in sorted({c for c, _ in wanted})], [(evt.EVT_C_STORE, take)])
    final = list(association.send_c_get(identifier("STUDY", StudyInstanceUID=study), GET))[-1][0]
    if final.Status != 0:
      different.append("C-GET of %s ends with %04X" % (study, final.Status))
    association.release()
  for uid, copies in taken.items():
    # Of several files with one UID the first is current, unless they say the same.
    for door, back in (("WADO-RS", given.get(uid)), ("C-GET", received.get(uid))):
      if back is None:
        different.append("%s does not give %s" % (door, copies[0][0].name))
      elif not any(back == data or same(back, data, syntax) for _, syntax, data in copies):
        different.append("%s gives another %s" % (door, copies[0][0].name))
  equal("every one comes back equal", different, [])


def same(left, right, syntax):
  """Whether two encodings decode to the same data set."""
  from io import BytesIO
  uid = pydicom.uid.UID(syntax)
  try:
    pair = [pydicom.filereader.read_dataset(BytesIO(data), uid.is_implicit_VR, uid.is_little_endian) for data in (left, right)]
    return pair[0] == pair[1]
  except Exception:
    return False


checks.run({function.__name__: function for function in (
  echo, announced, store, find, get, move, cancel, issuers, everything)})
