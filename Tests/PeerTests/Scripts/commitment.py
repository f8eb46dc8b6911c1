"""Storage commitment and instance availability with pynetdicom on the other side, in both roles."""

import json
import os
import threading
import time

from pydicom.dataset import Dataset
from pydicom.uid import generate_uid
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import InstanceAvailabilityNotification, StorageCommitmentPushModel

import checks
from checks import DIMSE_PORT, check, equal, http, stow

RECEIVER = int(os.environ["PEER_RECEIVER_PORT"])
INSTANCE = "1.2.840.10008.1.20.1.1"
PATIENCE = 60


class Listener:
  """An application entity that remembers what it is told, as RECEIVER."""

  def __init__(self, on_action=None):
    self.told, self.actions, self.created = [], [], []
    self.changed = threading.Condition()
    self.on_action = on_action
    self.ae = AE("RECEIVER")
    self.ae.add_supported_context(StorageCommitmentPushModel, scu_role=True, scp_role=True)
    self.ae.add_supported_context(InstanceAvailabilityNotification)

  def report(self, event):
    self.note(self.told, (event.event_type, event.event_information))
    return 0x0000, None

  def action(self, event):
    self.note(self.actions, event.action_information)
    return 0x0000, None

  def create(self, event):
    self.note(self.created, event.attribute_list)
    return 0x0000, event.attribute_list

  def note(self, where, what):
    with self.changed:
      where.append(what)
      self.changed.notify_all()

  def wait(self, where, count=1):
    with self.changed:
      self.changed.wait_for(lambda: len(where) >= count, PATIENCE)
    return len(where) >= count

  def __enter__(self):
    self.server = self.ae.start_server(("127.0.0.1", RECEIVER), block=False, evt_handlers=[
      (evt.EVT_N_EVENT_REPORT, self.report), (evt.EVT_N_ACTION, self.action), (evt.EVT_N_CREATE, self.create)])
    return self

  def __exit__(self, *_):
    self.server.shutdown()


def references(pairs):
  items = []
  for sop_class, instance in pairs:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, instance
    items.append(item)
  return items


def request(pairs):
  data = Dataset()
  data.TransactionUID = generate_uid()
  data.ReferencedSOPSequence = references(pairs)
  return data


def associate(title="RECEIVER", handlers=()):
  ae = AE(title)
  ae.add_requested_context(StorageCommitmentPushModel)
  association = ae.associate("127.0.0.1", DIMSE_PORT, ae_title="ISOCENTER", evt_handlers=list(handlers))
  assert association.is_established, "no association"
  return association


def act(association, data, action=1, instance=INSTANCE):
  status, _ = association.send_n_action(data, action, StorageCommitmentPushModel, instance)
  return status


def kept():
  """What is stored: (class, instance) of each, and the study of the first."""
  sent = checks.chosen(limit=0)
  stow([one.bytes for one in sent])
  return [(one.sop_class, one.instance) for one in sent], sent[0].study


def separate():
  pairs, _ = kept()
  missing = ("1.2.840.10008.5.1.4.1.1.2", "1.2.3.4.5.6.7")
  other = ("1.2.840.10008.5.1.4.1.1.2", pairs[0][1])
  with Listener() as listener:
    data = request(pairs)
    association = associate()
    equal("a request is taken", act(association, data).Status, 0)
    association.release()
    check("the result comes over another association", listener.wait(listener.told))
    kind, information = listener.told[0]
    equal("everything kept is event 1", kind, 1)
    equal("of the same transaction", information.TransactionUID, data.TransactionUID)
    equal("every instance is named", {item.ReferencedSOPInstanceUID for item in information.ReferencedSOPSequence},
          {instance for _, instance in pairs})
    check("nothing has failed", "FailedSOPSequence" not in information)
    equal("and where it can be had", information.RetrieveAETitle, "ISOCENTER")

    association = associate()
    equal("a second one is taken", act(association, request([pairs[1], missing, other])).Status, 0)
    association.release()
    check("its result comes too", listener.wait(listener.told, 2))
    kind, information = listener.told[1]
    equal("something missing is event 2", kind, 2)
    equal("the kept one is named", [item.ReferencedSOPInstanceUID for item in information.ReferencedSOPSequence],
          [pairs[1][1]])
    equal("the others with their reasons",
          [(item.ReferencedSOPInstanceUID, item.FailureReason) for item in information.FailedSOPSequence],
          [(missing[1], 0x0112), (other[1], 0x0119)])


def same():
  pairs, _ = kept()
  told = []
  arrived = threading.Event()

  def report(event):
    told.append((event.event_type, event.event_information))
    arrived.set()
    return 0x0000, None

  association = associate("STAYS", [(evt.EVT_N_EVENT_REPORT, report)])
  data = request(pairs)
  equal("a request is taken", act(association, data).Status, 0)
  check("the result comes on the same association", arrived.wait(PATIENCE))
  equal("everything is kept", told[0][0], 1)
  equal("of the same transaction", told[0][1].TransactionUID, data.TransactionUID)
  # pynetdicom answers behind its handler: the association stays until the answer was seen.
  deadline = time.monotonic() + PATIENCE
  while (owed := http("GET", "/api/v1/notices").json["notices"]) and time.monotonic() < deadline:
    time.sleep(0.1)
  equal("and nothing is owed any more", owed, [])
  association.release()


def refused():
  association = associate()
  pairs = [("1.2.840.10008.5.1.4.1.1.2", "1.2.3")]
  equal("another action", act(association, request(pairs), action=2).Status, 0x0123)
  equal("another instance", act(association, request(pairs), instance="1.2.3").Status, 0x0112)
  equal("no references", act(association, request([])).Status, 0x0115)
  data = request(pairs)
  del data.TransactionUID
  equal("no transaction", act(association, data).Status, 0x0115)
  status, _ = association.send_n_event_report(request(pairs), 1, StorageCommitmentPushModel, INSTANCE)
  equal("a report of what nobody asked for", status.Status, 0x0112)
  status, _ = association.send_n_get([0x00081195], StorageCommitmentPushModel, INSTANCE)
  equal("an operation that the class does not have", status.Status, 0x0211)
  association.release()


def late():
  pairs, _ = kept()
  data = request(pairs)
  association = associate()
  equal("a request is taken while nobody listens", act(association, data).Status, 0)
  association.release()
  deadline = time.monotonic() + PATIENCE
  while time.monotonic() < deadline:
    waiting = [one for one in http("GET", "/api/v1/notices").json["notices"] if one["about"] == data.TransactionUID]
    if waiting and waiting[0]["attempts"] > 0:
      break
    time.sleep(0.1)
  check("what is owed is seen, with the reason it was not taken", waiting and waiting[0].get("reason"), waiting)
  with Listener() as listener:
    equal("trying at once can be asked for", http("POST", "/api/v1/nodes/RECEIVER/notices/retry").status, 204)
    check("the result comes when somebody listens", listener.wait(listener.told))
    equal("of that transaction", listener.told[0][1].TransactionUID, data.TransactionUID)


def owed():
  """Before the server is killed: a request that is answered, and whose result nobody takes."""
  pairs, _ = kept()
  data = request(pairs)
  association = associate()
  equal("a request is taken", act(association, data).Status, 0)
  (checks.WORK / "transaction").write_text(data.TransactionUID)
  association.abort()


def paid():
  """After it was killed and started again."""
  with Listener() as listener:
    http("POST", "/api/v1/nodes/RECEIVER/notices/retry")
    check("the result comes all the same", listener.wait(listener.told))
    equal("of that transaction", listener.told[0][1].TransactionUID, (checks.WORK / "transaction").read_text())


def asked(answer):
  """We are asked to ask: what the server says of the transaction after `answer` made the report of the request."""
  _, study = kept()
  with Listener() as listener:
    status = http("POST", "/api/v1/studies/%s/commitments" % study, {"Content-Type": "application/json"},
                  json.dumps({"node": "RECEIVER"}).encode())
    equal("a commitment is asked for", status.status, 202)
    check("the node is asked", listener.wait(listener.actions))
    action = listener.actions[0]
    equal("under the transaction that was told", action.TransactionUID, status.json["transaction"])
    kind, information = answer(action)
    ae = AE("RECEIVER")
    ae.add_requested_context(StorageCommitmentPushModel)
    association = ae.associate("127.0.0.1", DIMSE_PORT, ae_title="ISOCENTER",
                               ext_neg=[build_role(StorageCommitmentPushModel, scp_role=True)])
    reported, _ = association.send_n_event_report(information, kind, StorageCommitmentPushModel, INSTANCE)
    equal("its report is taken", reported.Status, 0)
    again, _ = association.send_n_event_report(information, kind, StorageCommitmentPushModel, INSTANCE)
    equal("and taken again, for an answer may be lost", again.Status, 0)
    association.release()
  return http("GET", "/api/v1/commitments/" + status.json["transaction"]).json


def asks():
  def everything(action):
    information = Dataset()
    information.TransactionUID = action.TransactionUID
    information.ReferencedSOPSequence = action.ReferencedSOPSequence
    return 1, information

  def nothing(action):
    information = Dataset()
    information.TransactionUID = action.TransactionUID
    information.FailedSOPSequence = action.ReferencedSOPSequence
    for item in information.FailedSOPSequence:
      item.FailureReason = 0x0112
    return 2, information

  def less(action):
    information = Dataset()
    information.TransactionUID = action.TransactionUID
    information.ReferencedSOPSequence = references([("1.2.840.10008.5.1.4.1.1.2", "1.2.3")])
    return 1, information

  equal("what is kept is committed", asked(everything)["state"], "COMMITTED")
  failed = asked(nothing)
  equal("what is not kept has failed", failed["state"], "FAILED")
  equal("with the reasons", {one["reason"] for one in failed["failed"]}, {"0112"})
  equal("a success that names other instances is none", asked(less)["state"], "FAILED")
  association = associate("STAYS")
  association.release()


def available():
  _, study = kept()
  with Listener() as listener:
    done = http("POST", "/api/v1/studies/%s/completion" % study)
    equal("the study is said to be complete", done.status, 200)
    check("who wants to know is told", listener.wait(listener.created))
    notice = next((one for one in listener.created if one.StudyInstanceUID == study), None)
    check("of that study", notice is not None)
    found = {item.ReferencedSOPInstanceUID: item.InstanceAvailability
             for series in notice.ReferencedSeriesSequence for item in series.ReferencedSOPSequence}
    listed = {one["00080018"]["Value"][0] for one in http("GET", checks.ROOT + "/studies/%s/instances" % study).json}
    equal("every instance of it is online", found, {uid: "ONLINE" for uid in listed})
    equal("and where", {item.RetrieveAETitle for series in notice.ReferencedSeriesSequence
                        for item in series.ReferencedSOPSequence}, {"ISOCENTER"})
    check("the sequence of steps is there, if empty", "ReferencedPerformedProcedureStepSequence" in notice)


checks.run({"separate": separate, "same": same, "refused": refused, "late": late, "owed": owed, "paid": paid,
            "asks": asks, "available": available})
