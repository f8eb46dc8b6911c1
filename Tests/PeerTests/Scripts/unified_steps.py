"""pynetdicom schedules, claims, watches and asks for Unified Procedure Steps, and is told of what becomes of them."""

import os
import queue
import threading
import time

from pydicom.dataset import Dataset
from pydicom.uid import generate_uid
from pynetdicom import AE, build_context, build_role, evt
from pynetdicom.sop_class import (
  UnifiedProcedureStepEvent, UnifiedProcedureStepPull, UnifiedProcedureStepPush, UnifiedProcedureStepQuery,
  UnifiedProcedureStepWatch)

import checks
from checks import check, equal

EVERY, FILTERED = "1.2.840.10008.5.1.4.34.5", "1.2.840.10008.5.1.4.34.5.1"
PORTS = {"WATCHER": int(os.environ.get("PEER_WATCHER_PORT", "0")), "WORKER": int(os.environ.get("PEER_WORKER_PORT", "0"))}
ALL = [UnifiedProcedureStepPush, UnifiedProcedureStepPull, UnifiedProcedureStepWatch, UnifiedProcedureStepQuery,
       UnifiedProcedureStepEvent]


def associate(title, classes=ALL):
  ae = AE(ae_title=title)
  ae.acse_timeout = ae.dimse_timeout = ae.network_timeout = 120
  association = ae.associate("127.0.0.1", checks.DIMSE_PORT, contexts=[build_context(one) for one in classes],
                             ae_title="ISOCENTER")
  assert association.is_established, "no association"
  return association


class Listener:
  """An SCU of UPS Event that waits to be told."""

  def __init__(self, title):
    self.events = queue.Queue()
    ae = AE(ae_title=title)
    # The one who is told is the SCU of the class, the one who tells its SCP.
    ae.add_supported_context(UnifiedProcedureStepEvent, scu_role=False, scp_role=True)
    self.server = ae.start_server(("127.0.0.1", PORTS[title]), block=False,
                                  evt_handlers=[(evt.EVT_N_EVENT_REPORT, self.take)])

  def take(self, event):
    request = event.request
    information = event.event_information
    self.events.put((event.event_type, str(request.AffectedSOPInstanceUID), information,
                     str(request.AffectedSOPClassUID), str(event.context.abstract_syntax)))
    return 0x0000, None

  def next(self, seconds=60):
    try:
      return self.events.get(timeout=seconds)
    except queue.Empty:
      return (None, None, Dataset(), None, None)

  def quiet(self, seconds=1.5):
    try:
      return self.events.get(timeout=seconds)
    except queue.Empty:
      return None

  def stop(self):
    self.server.shutdown()


def code(value, meaning="Something"):
  item = Dataset()
  item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "99TEST", meaning
  return item


def scheduled(label="Segment", **values):
  step = Dataset()
  step.SpecificCharacterSet = "ISO_IR 100"
  step.TransactionUID = ""
  step.ProcedureStepState = "SCHEDULED"
  step.ScheduledProcedureStepPriority = "MEDIUM"
  step.ProcedureStepLabel = label
  step.WorklistLabel = "Lungs"
  step.ScheduledProcedureStepStartDateTime = "20261122080000"
  step.InputReadinessState = "READY"
  step.PatientName, step.PatientID, step.PatientBirthDate, step.PatientSex = "Müller^Änne", "P1", "19700101", "F"
  step.IssuerOfPatientID, step.AdmissionID, step.AdmittingDiagnosesDescription = "", "", ""
  step.CommentsOnTheScheduledProcedureStep = ""
  for name in ("ScheduledProcessingParametersSequence", "ScheduledStationNameCodeSequence",
               "ScheduledStationClassCodeSequence", "ScheduledStationGeographicLocationCodeSequence",
               "ScheduledWorkitemCodeSequence", "InputInformationSequence", "IssuerOfAdmissionIDSequence",
               "AdmittingDiagnosesCodeSequence", "ReferencedRequestSequence",
               "ProcedureStepProgressInformationSequence", "UnifiedProcedureStepPerformedProcedureSequence"):
    setattr(step, name, [])
  for name, value in values.items():
    setattr(step, name, value)
  return step


def performed(transaction):
  work = Dataset()
  work.PerformedStationNameCodeSequence = [code("ST1")]
  work.PerformedProcedureStepStartDateTime = "20261122081000"
  work.PerformedWorkitemCodeSequence = [code("WORK")]
  work.PerformedProcedureStepEndDateTime = "20261122082000"
  work.OutputInformationSequence = []
  changes = Dataset()
  changes.TransactionUID = transaction
  changes.UnifiedProcedureStepPerformedProcedureSequence = [work]
  return changes


def make(association, step=None, uid=None):
  uid = uid or generate_uid()
  status, answer = association.send_n_create(step or scheduled(), UnifiedProcedureStepPush, uid)
  return uid, status.Status


def act(association, number, information, uid, context):
  # pynetdicom announces an empty data set and does not send it.
  status, _ = association.send_n_action(information if len(information) else None, number, UnifiedProcedureStepPush, uid, meta_uid=context)
  return status.Status


def state(association, uid, wanted, transaction=None, context=UnifiedProcedureStepPull):
  information = Dataset()
  information.ProcedureStepState = wanted
  if transaction:
    information.TransactionUID = transaction
  return act(association, 1, information, uid, context)


def put(association, uid, changes, context=UnifiedProcedureStepPull):
  status, _ = association.send_n_set(changes, UnifiedProcedureStepPush, uid, meta_uid=context)
  return status.Status


def read(association, uid, tags=(), context=UnifiedProcedureStepWatch):
  status, found = association.send_n_get(list(tags), UnifiedProcedureStepPush, uid, meta_uid=context)
  return status.Status, found


def watch(association, number, uid, title="WATCHER", lock=None, **keys):
  information = Dataset()
  information.ReceivingAE = title
  if lock is not None:
    information.DeletionLock = lock
  for name, value in keys.items():
    setattr(information, name, value)
  return act(association, number, information, uid, UnifiedProcedureStepWatch)


def cancel(association, uid, context=UnifiedProcedureStepPush, **values):
  information = Dataset()
  for name, value in values.items():
    setattr(information, name, value)
  return act(association, 2, information, uid, context)


def find(association, context=UnifiedProcedureStepQuery, **values):
  keys = Dataset()
  keys.ProcedureStepLabel = ""
  keys.SOPInstanceUID, keys.SOPClassUID, keys.ProcedureStepState = "", "", ""
  for name, value in values.items():
    setattr(keys, name, value)
  found, last = [], None
  for status, match in association.send_c_find(keys, context):
    last = status.Status
    if match is not None:
      found.append(match)
  return last, found


def walk():
  association = associate("WORKER")
  equal("every class is accepted", len(association.accepted_contexts), 5)
  uid, status = make(association)
  equal("it is made", status, 0x0000)
  equal("not twice", make(association, uid=uid)[1], 0x0111)
  status, found = read(association, uid)
  equal("it is read", status, 0x0000)
  equal("as it was made", (found.ProcedureStepState, str(found.PatientName), found.SOPClassUID, found.SOPInstanceUID),
        ("SCHEDULED", "Müller^Änne", UnifiedProcedureStepPush, uid))
  check("with a moment of modification", str(found.ScheduledProcedureStepModificationDateTime).startswith("20"))
  transaction, other = generate_uid(), generate_uid()
  equal("completing comes after claiming", state(association, uid, "COMPLETED", transaction), 0xC310)
  equal("so does canceling", state(association, uid, "CANCELED", transaction), 0xC310)
  equal("claiming takes a transaction", state(association, uid, "IN PROGRESS"), 0xC301)
  equal("no transaction is set before", put(association, uid, performed(transaction)), 0xC310)
  equal("it is claimed", state(association, uid, "IN PROGRESS", transaction), 0x0000)
  equal("once", state(association, uid, "IN PROGRESS", transaction), 0xC302)
  equal("not by another", state(association, uid, "IN PROGRESS", other), 0xC301)
  equal("and does not go back", state(association, uid, "SCHEDULED", transaction), 0xC303)
  equal("no such state", state(association, uid, "DONE", transaction), 0x0115)
  status, found = read(association, uid, [0x00081195, 0x00741000])
  check("the transaction is shown to nobody", "TransactionUID" not in found)
  equal("and asking for it is a warning", (status, found.ProcedureStepState), (0x0001, "IN PROGRESS"))
  equal("nothing is performed yet", state(association, uid, "COMPLETED", transaction), 0xC304)
  equal("others set nothing", put(association, uid, performed(other)), 0xC301)
  equal("the performer does", put(association, uid, performed(transaction)), 0x0000)
  bad = Dataset()
  bad.TransactionUID, bad.ProcedureStepState = transaction, "COMPLETED"
  equal("but not the state", put(association, uid, bad), 0x0105)
  equal("others complete nothing", state(association, uid, "COMPLETED", other), 0xC301)
  equal("it is completed", state(association, uid, "COMPLETED", transaction), 0x0000)
  equal("twice is a warning", state(association, uid, "COMPLETED", transaction), 0xB306)
  equal("it is not canceled", state(association, uid, "CANCELED", transaction), 0xC300)
  equal("nor claimed", state(association, uid, "IN PROGRESS", transaction), 0xC300)
  equal("nor set", put(association, uid, performed(transaction)), 0xC300)
  equal("nor is that asked for", cancel(association, uid), 0xC311)
  uid, _ = make(association)
  state(association, uid, "IN PROGRESS", transaction)
  equal("another is canceled by its performer", state(association, uid, "CANCELED", transaction), 0x0000)
  equal("twice is a warning too", state(association, uid, "CANCELED", transaction), 0xB304)
  progress = read(association, uid)[1].ProcedureStepProgressInformationSequence[0]
  check("with moment and reason", progress.ProcedureStepCancellationDateTime
        and progress.ProcedureStepDiscontinuationReasonCodeSequence[0].CodeValue == "110513")
  uid, _ = make(association)
  equal("a third is canceled by a wish", cancel(association, uid, ReasonForCancellation="Patient left"), 0x0000)
  equal("twice is a warning there too", cancel(association, uid, UnifiedProcedureStepWatch), 0xB304)
  association.release()


def refusals():
  association = associate("WORKER")
  nowhere = generate_uid()
  transaction = generate_uid()
  equal("no such step to read", read(association, nowhere)[0], 0xC307)
  equal("to claim", state(association, nowhere, "IN PROGRESS", transaction), 0xC307)
  equal("to set", put(association, nowhere, performed(transaction)), 0xC307)
  equal("to cancel", cancel(association, nowhere), 0xC307)
  equal("to subscribe to", watch(association, 3, nowhere, lock="FALSE"), 0xC307)
  equal("made in progress", make(association, scheduled(ProcedureStepState="IN PROGRESS"))[1], 0xC309)
  equal("without label", make(association, scheduled(ProcedureStepLabel=""))[1], 0x0121)
  short = scheduled()
  del short.InputReadinessState
  equal("without readiness", make(association, short)[1], 0x0120)
  equal("unknown priority", make(association, scheduled(ScheduledProcedureStepPriority="ASAP"))[1], 0x0106)
  equal("with a transaction", make(association, scheduled(TransactionUID=transaction))[1], 0x0106)
  left = scheduled()
  del left.AdmissionID
  uid, status = make(association, left)
  equal("what may be empty is added with a warning", status, 0xB300)
  equal("and is there", read(association, uid)[1].AdmissionID or "", "")
  equal("a global instance is not made", make(association, uid=EVERY)[1], 0x0111)
  # Who may do what under which class (PS3.4 §CC.2).
  equal("no state is changed under Push", state(association, uid, "IN PROGRESS", transaction, UnifiedProcedureStepPush), 0x0123)
  equal("nor under Watch", state(association, uid, "IN PROGRESS", transaction, UnifiedProcedureStepWatch), 0x0123)
  equal("nothing is set under Watch", put(association, uid, performed(transaction), UnifiedProcedureStepWatch), 0x0211)
  equal("no wish under Pull", cancel(association, uid, UnifiedProcedureStepPull), 0x0123)
  equal("a stranger is not subscribed", watch(association, 3, uid, "STRANGER", "FALSE"), 0xC308)
  equal("a lock is true or false", watch(association, 3, uid, lock="MAYBE"), 0x0115)
  equal("nothing of one step is suspended", watch(association, 5, uid), 0xC314)
  equal("a filter has keys", watch(association, 3, FILTERED, lock="FALSE"), 0x0115)
  equal("no such action", act(association, 9, Dataset(), uid, UnifiedProcedureStepWatch), 0x0123)
  association.release()


def search():
  association = associate("WORKER")
  for label in ("Find A", "Find B"):
    request = Dataset()
    request.AccessionNumber, request.StudyInstanceUID = "ACC " + label[-1], "1.2.3." + str(ord(label[-1]))
    make(association, scheduled(label, ReferencedRequestSequence=[request],
                                ScheduledStationNameCodeSequence=[code("ST " + label[-1])]))
  last, found = find(association, ProcedureStepLabel="Find*")
  equal("by wild card", (last, sorted(one.ProcedureStepLabel for one in found)), (0x0000, ["Find A", "Find B"]))
  equal("with the one class there is", {one.SOPClassUID for one in found}, {UnifiedProcedureStepPush})
  for context in (UnifiedProcedureStepPull, UnifiedProcedureStepWatch):
    equal("under %s" % context.name, len(find(association, context, ProcedureStepLabel="Find*")[1]), 2)
  equal("not under Push", find(association, UnifiedProcedureStepPush, ProcedureStepLabel="Find*")[0], 0x0122)
  request, station = Dataset(), Dataset()
  request.AccessionNumber, request.StudyInstanceUID = "ACC B", ""
  found = find(association, ProcedureStepLabel="", ReferencedRequestSequence=[request])[1]
  equal("by request", [one.ProcedureStepLabel for one in found], ["Find B"])
  equal("with what was asked of it", sorted(element.keyword for element in found[0].ReferencedRequestSequence[0]),
        ["AccessionNumber", "StudyInstanceUID"])
  station.CodeValue, station.CodingSchemeDesignator = "ST A", "99TEST"
  found = find(association, ProcedureStepLabel="", ScheduledStationNameCodeSequence=[station])[1]
  equal("by station", [one.ProcedureStepLabel for one in found], ["Find A"])
  equal("by nothing there is", find(association, ProcedureStepLabel="Nowhere"), (0x0000, []))
  found = find(association, ProcedureStepLabel="Find A", TransactionUID="", PatientName="müller*")[1]
  check("by a name in another case", len(found) == 1 and str(found[0].PatientName) == "Müller^Änne")
  check("without the transaction", "TransactionUID" not in found[0])
  association.release()


def race():
  """Eight clients at once: one claims, and what two of them end at once ends once."""
  for _ in range(3):
    first = associate("WORKER")
    uid, _ = make(first)
    associations = [associate("WORKER", [UnifiedProcedureStepPull]) for _ in range(8)]
    transactions = [generate_uid() for _ in associations]
    answers = [None] * 8
    start = threading.Barrier(8)

    def claim(index):
      start.wait()
      answers[index] = state(associations[index], uid, "IN PROGRESS", transactions[index])

    threads = [threading.Thread(target=claim, args=(index,)) for index in range(8)]
    [one.start() for one in threads], [one.join() for one in threads]
    equal("one of eight claims it", sorted(answers), [0x0000] + [0xC301] * 7)
    transaction = transactions[answers.index(0x0000)]
    equal("and it is theirs", put(first, uid, performed(transaction)), 0x0000)
    ends = ["COMPLETED", "CANCELED"] * 4

    def end(index):
      start.wait()
      answers[index] = state(associations[index], uid, ends[index], transaction)

    threads = [threading.Thread(target=end, args=(index,)) for index in range(8)]
    [one.start() for one in threads], [one.join() for one in threads]
    final = read(first, uid)[1].ProcedureStepState
    equal("one end is the first", answers.count(0x0000), 1)
    expected = {one: (0xB306 if one == "COMPLETED" else 0xB304) if one == final else 0xC300 for one in set(ends)}
    check("the others hear which", all(answer in (0x0000, expected[end]) for answer, end in zip(answers, ends)),
          (final, ["%04X" % one for one in answers]))
    [one.release() for one in associations]
    first.release()


def told():
  watcher, worker = Listener("WATCHER"), Listener("WORKER")
  try:
    association = associate("WORKER")
    uid, _ = make(association)
    equal("one step is watched", watch(association, 3, uid, lock="FALSE"), 0x0000)
    number, instance, information, sop_class, context = watcher.next()
    equal("it is told how it stands", (number, instance, information.get("ProcedureStepState"),
                                       information.get("InputReadinessState")), (1, uid, "SCHEDULED", "READY"))
    equal("as an instance of Push, under Event", (sop_class, context),
          (UnifiedProcedureStepPush, UnifiedProcedureStepEvent))
    transaction = generate_uid()
    equal("a wish that nobody hears is refused only once it is claimed",
          (state(association, uid, "IN PROGRESS", transaction), cancel(association, uid)), (0, 0xC312))
    equal("it is told that it began", watcher.next()[2].get("ProcedureStepState"), "IN PROGRESS")
    equal("the performer listens too", watch(association, 3, uid, "WORKER", "TRUE"), 0x0000)
    equal("and is told how it stands", worker.next()[2].get("ProcedureStepState"), "IN PROGRESS")
    equal("now the wish is taken", cancel(association, uid, ReasonForCancellation="Wrong patient",
                                          ContactDisplayName="Ward 3"), 0x0000)
    for listener, name in ((watcher, "watcher"), (worker, "performer")):
      number, _, information, _, _ = listener.next()
      equal("the %s hears of it" % name, (number, information.get("RequestingAE"), information.get("ReasonForCancellation"),
            information.get("ContactDisplayName")), (2, "WORKER", "Wrong patient", "Ward 3"))
    half = Dataset()
    half.TransactionUID = transaction
    item = Dataset()
    item.ProcedureStepProgress, item.ProcedureStepProgressDescription = "50", "Half"
    half.ProcedureStepProgressInformationSequence = [item]
    equal("it goes on", put(association, uid, half), 0x0000)
    number, _, information, _, _ = watcher.next()
    equal("and says how far it is", (number, str(information.ProcedureStepProgressInformationSequence[0].ProcedureStepProgress)),
          (3, "50"))
    put(association, uid, performed(transaction))
    equal("it is completed", state(association, uid, "COMPLETED", transaction), 0x0000)
    equal("which is told", watcher.next()[2].get("ProcedureStepState"), "COMPLETED")
    equal("watching ends", watch(association, 4, uid), 0x0000)
    while worker.quiet():
      pass
    equal("everything is watched", watch(association, 3, EVERY, lock="FALSE"), 0x0000)
    equal("of what was there nothing is told without a lock", watcher.quiet(), None)
    performer = Dataset()
    performer.HumanPerformerCodeSequence = [code("DOC")]
    performer.HumanPerformerName, performer.HumanPerformerOrganization = "Doc^Tor", "Radiology"
    uid, _ = make(association, scheduled(ScheduledHumanPerformersSequence=[performer],
                                         ScheduledStationNameCodeSequence=[code("ST1")]))
    equal("a new step is told of", watcher.next()[:2], (1, uid))
    number, _, information, _, _ = watcher.next()
    equal("and whose it is", (number, information.HumanPerformerCodeSequence[0].CodeValue,
          information.HumanPerformerOrganization, information.ScheduledStationNameCodeSequence[0].CodeValue),
          (5, "DOC", "Radiology", "ST1"))
    equal("watching everything ends", watch(association, 4, EVERY), 0x0000)
    equal("only some are watched", watch(association, 3, FILTERED, lock="FALSE", ProcedureStepLabel="Heart*"), 0x0000)
    make(association, scheduled("Lungs"))
    uid, _ = make(association, scheduled("Heart left"))
    equal("they are told of", watcher.next()[:2], (1, uid))
    equal("of nothing else", watcher.quiet(), None)
    equal("new ones are not wanted any more", watch(association, 5, EVERY), 0x0000)
    make(association, scheduled("Heart right"))
    equal("and do not come", watcher.quiet(), None)
    cancel(association, uid)
    equal("those there still do", [watcher.next()[2].get("ProcedureStepState") for _ in range(2)],
          ["IN PROGRESS", "CANCELED"])
    association.release()
  finally:
    watcher.stop()
    worker.stop()


def before():
  """Nobody listens while a step is claimed."""
  association = associate("WORKER")
  uid, _ = make(association)
  equal("it is watched", watch(association, 3, uid, lock="TRUE"), 0x0000)
  equal("and claimed", state(association, uid, "IN PROGRESS", generate_uid()), 0x0000)
  (checks.WORK / "step").write_text(uid)
  association.abort()


def after():
  """The server was killed in between: who listens now is told all the same, in order."""
  watcher = Listener("WATCHER")
  try:
    uid = (checks.WORK / "step").read_text()
    events = [watcher.next(60) for _ in range(3)]
    equal("what was owed arrives", [(one[0], one[1], one[2].get("ProcedureStepState")) for one in events[:2]],
          [(1, uid, "SCHEDULED"), (1, uid, "IN PROGRESS")])
    equal("and that the server was started again", (events[2][0], events[2][1], events[2][2].get("SCPStatus"),
          events[2][2].get("SubscriptionListStatus"), events[2][2].get("UnifiedProcedureStepListStatus")),
          (4, EVERY, "RESTARTED", "WARM START", "WARM START"))
    equal("each once", watcher.quiet(3), None)
  finally:
    watcher.stop()


checks.run({"walk": walk, "refusals": refusals, "search": search, "race": race, "told": told, "before": before,
            "after": after})
