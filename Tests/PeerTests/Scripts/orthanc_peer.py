"""Orthanc, told by its own REST interface what to do with us over DICOM and over DICOMweb."""

import io
import json
import os
import subprocess
import time

import pydicom

import checks
from checks import ROOT, check, equal, http as ask

PORTS = [int(port) for port in os.environ["PEER_ORTHANC_PORTS"].split(",")]
WEB = "http://127.0.0.1:%d" % PORTS[0]


class Orthanc:
  def __enter__(self):
    plugin = next((path for path in ("/usr/share/orthanc/plugins/libOrthancDicomWeb.so",
                                     "/usr/lib/orthanc/plugins/libOrthancDicomWeb.so") if os.path.exists(path)), None)
    configuration = {
      "StorageDirectory": str(checks.WORK / "orthanc"), "IndexDirectory": str(checks.WORK / "orthanc"),
      "HttpPort": PORTS[0], "DicomPort": PORTS[1], "DicomAet": "ORTHANC", "RemoteAccessAllowed": False,
      "AuthenticationEnabled": False, "OverwriteInstances": False, "Plugins": [plugin] if plugin else [],
      "DicomModalities": {"us": ["ISOCENTER", "127.0.0.1", checks.DIMSE_PORT],
                          "receiver": ["RECEIVER", "127.0.0.1", int(os.environ.get("PEER_RECEIVER_PORT", "104"))]},
      "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "Servers": {"us": {"Url": ROOT + "/"}}},
    }
    file = checks.WORK / "orthanc.json"
    file.write_text(json.dumps(configuration))
    self.log = open(checks.WORK / "orthanc.log", "w")
    self.process = subprocess.Popen(["Orthanc", str(file)], stdout=self.log, stderr=self.log)
    for _ in range(300):
      try:
        ask("GET", WEB + "/system", timeout=2)
        return self
      except OSError:
        time.sleep(0.05)
    raise RuntimeError((checks.WORK / "orthanc.log").read_text()[-500:])

  def __exit__(self, *_):
    self.process.kill()
    self.process.wait()


def rest(method, path, body=None):
  """An answer of Orthanc's, as JSON when it is."""
  data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
  answer = ask(method, WEB + path, body=data, timeout=60)
  try:
    return answer.status, json.loads(answer.body)
  except ValueError:
    return answer.status, answer.body


def fill(sent):
  """Gives Orthanc the objects: its own name for each, of those it takes."""
  names = {}
  for one in sent:
    status, answer = rest("POST", "/instances", one.bytes)
    if status == 200:
      names[one.instance] = answer["ID"]
  return names


def json_of(data):
  """All values; padding does not count."""
  def significant(value):
    if isinstance(value, list):
      return [significant(each) for each in value]
    if isinstance(value, dict):
      return {key: significant(each) for key, each in value.items() if not key.endswith("0000") or len(key) != 8}
    return value.strip() if isinstance(value, str) else value
  for element in list(data):
    if element.tag.element == 0:
      del data[element.tag]
  return significant(data.to_json_dict())


def some():
  return [one for one in checks.chosen() if one.syntax not in ("1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2")][:14]


def dimse():
  with Orthanc():
    equal("echoes", rest("POST", "/modalities/us/echo", {})[0], 200)
    sent = some()
    names = fill(sent)
    kept = [one for one in sent if one.instance in names]
    status, answer = rest("POST", "/modalities/us/store", {"Resources": [names[one.instance] for one in kept], "Synchronous": True})
    equal("stores", (status, answer.get("FailedInstancesCount")), (200, 0))
    for one in kept:
      status, file = rest("GET", "/instances/%s/file" % names[one.instance])
      # DCMTK, with which it sends, writes lengths and paddings anew: values and pixels must be the same.
      mine, its = [pydicom.dcmread(io.BytesIO(data)) for data in (checks.whole(one.url), file)]
      check("what it stores is kept, every value, of " + one.name, json_of(mine) == json_of(its))
    one = kept[0]
    status, query = rest("POST", "/modalities/us/query", {"Level": "Study", "Query": {"StudyInstanceUID": one.study, "PatientName": ""}})
    equal("finds", status, 200)
    status, answers = rest("GET", "/queries/%s/answers?expand&simplify" % query["ID"])
    equal("finds the study", [row["StudyInstanceUID"] for row in answers], [one.study])
    for level, keys in (("Series", {"StudyInstanceUID": one.study, "SeriesInstanceUID": ""}),
                        ("Instance", {"StudyInstanceUID": one.study, "SeriesInstanceUID": one.series, "SOPInstanceUID": ""})):
      status, query_ = rest("POST", "/modalities/us/query", {"Level": level, "Query": keys})
      status, answers = rest("GET", "/queries/%s/answers?expand&simplify" % query_["ID"])
      name = "SeriesInstanceUID" if level == "Series" else "SOPInstanceUID"
      wanted = {o.series if level == "Series" else o.instance for o in kept
                if o.study == one.study and (level == "Series" or o.series == one.series)}
      equal("finds at level " + level, {row[name] for row in answers}, wanted)
    # What it forgets it fetches again.
    before = {o.instance: rest("GET", "/instances/%s/file" % names[o.instance])[1] for o in kept if o.study == one.study}
    for instance in before:
      rest("DELETE", "/instances/" + names[instance])
    status, answer = rest("POST", "/queries/%s/answers/0/retrieve" % query["ID"], {"TargetAet": "ORTHANC", "Synchronous": True})
    equal("fetches by move", status, 200)
    for instance, file in before.items():
      status, again = rest("GET", "/instances/%s/file" % names[instance])
      check("has it again, every byte", status == 200 and checks.data_set_of(again) == checks.data_set_of(file), status)


def dicomweb():
  with Orthanc():
    status, servers = rest("GET", "/dicom-web/servers")
    if not check("knows us", status == 200 and "us" in servers, (status, servers)):
      return
    sent = some()
    names = fill(sent)
    kept = [one for one in sent if one.instance in names]
    status, answer = rest("POST", "/dicom-web/servers/us/stow",
                          {"Resources": [names[one.instance] for one in kept], "Synchronous": True})
    check("stows", status == 200, (status, answer))
    for one in kept:
      status, file = rest("GET", "/instances/%s/file" % names[one.instance])
      equal("what it stows is kept, every byte, of " + one.name, checks.whole(one.url), file)
    one = kept[0]
    status, rows = rest("POST", "/dicom-web/servers/us/qido", {"Uri": "/studies", "Arguments": {"StudyInstanceUID": one.study}})
    check("asks for studies", status == 200 and one.study in json.dumps(rows), (status, rows))
    status, rows = rest("POST", "/dicom-web/servers/us/get",
                        {"Uri": "/studies/%s/series" % one.study, "HttpHeaders": {"Accept": "application/dicom+json"}})
    check("gets the series", status == 200 and one.series in json.dumps(rows), (status, rows))
    same = [o for o in kept if o.study == one.study]
    for o in same:
      rest("DELETE", "/instances/" + names[o.instance])
    status, answer = rest("POST", "/dicom-web/servers/us/retrieve", {"Resources": [{"Study": one.study}], "Synchronous": True})
    equal("retrieves the study", status, 200)
    for o in same:
      status, again = rest("GET", "/instances/%s/file" % names[o.instance])
      check("has %s again, every byte" % o.name,
            status == 200 and checks.data_set_of(again) == checks.data_set_of(o.bytes), (status, o.syntax))


def others():
  """Orthanc is asked too: what it has is found among ours, and what we have not is moved by it."""
  from pynetdicom import AE, build_context, evt
  from pynetdicom.sop_class import (
    StudyRootQueryRetrieveInformationModelFind as FIND, StudyRootQueryRetrieveInformationModelMove as MOVE)
  from pydicom.dataset import Dataset
  sent = some()
  ours = [one for one in sent if one.study == sent[0].study]
  received = set()
  receiver = AE(ae_title="RECEIVER")
  for one in sent:
    receiver.add_supported_context(one.sop_class, one.syntax)
  def take(event):
    received.add(str(event.request.AffectedSOPInstanceUID))
    return 0
  provider = receiver.start_server(
    ("127.0.0.1", int(os.environ["PEER_RECEIVER_PORT"])), block=False, evt_handlers=[(evt.EVT_C_STORE, take)])

  def identifier(**keys):
    query = Dataset()
    query.QueryRetrieveLevel = "STUDY"
    for name, value in keys.items():
      setattr(query, name, value)
    return query

  def ask(title="PEER"):
    ae = AE(ae_title=title)
    association = ae.associate("127.0.0.1", checks.DIMSE_PORT, contexts=[build_context(FIND), build_context(MOVE)],
                               ae_title="ISOCENTER")
    answers = list(association.send_c_find(identifier(StudyInstanceUID="", PatientName=""), FIND))
    association.release()
    return answers[-1][0], sorted((str(row.StudyInstanceUID), str(row.RetrieveAETitle)) for _, row in answers[:-1])

  def move(studies):
    received.clear()
    ae = AE(ae_title="PEER")
    association = ae.associate("127.0.0.1", checks.DIMSE_PORT, contexts=[build_context(FIND), build_context(MOVE)],
                               ae_title="ISOCENTER")
    final = list(association.send_c_move(identifier(StudyInstanceUID=studies), "RECEIVER", MOVE))[-1][0]
    association.release()
    return final

  with Orthanc():
    names = fill(sent)
    kept = [one for one in sent if one.instance in names]
    for one in ours:
      status, _ = rest("POST", "/modalities/us/store", {"Resources": [names[one.instance]], "Synchronous": True})
      equal("we have one too", status, 200)
    final, found = ask()
    theirs = {one.study for one in kept} - {one.study for one in ours}
    equal("both are found, each study once", (final.Status, found),
          (0, sorted([(ours[0].study, "ISOCENTER")] + [(study, "ORTHANC") for study in theirs])))
    equal("the other archive gets our own only", [title for _, title in ask("ORTHANC")[1]], ["ISOCENTER"])
    study = sorted(theirs)[0]
    final = move(study)
    wanted = {one.instance for one in kept if one.study == study}
    equal("moves what the other has", (final.Status, received), (0, wanted))
    equal("and counts it", int(final.NumberOfCompletedSuboperations), len(wanted))
    final = move([ours[0].study, study])
    wanted |= {one.instance for one in ours}
    equal("moves what both have", (final.Status, received, int(final.NumberOfCompletedSuboperations)),
          (0, wanted, len(wanted)))
  final, found = ask()
  equal("a dead archive costs its answers only", (final.Status, found), (0, [(ours[0].study, "ISOCENTER")]))
  check("and is said", "ORTHANC" in str(final.get("ErrorComment", "")), final)
  equal("ours is moved without it", move(ours[0].study).Status, 0)
  equal("what nobody can give has failed", move("1.2.3").Status, 0xA702)
  provider.shutdown()


checks.run({"dimse": dimse, "dicomweb": dicomweb, "others": others})
