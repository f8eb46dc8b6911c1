"""Fifty associations that stay: they echo and ask now and then, and the server grows by nothing."""

import os
import time

from pydicom.dataset import Dataset
from pynetdicom import AE
from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelFind, Verification

import checks
from checks import DIMSE_PORT, check, equal

COUNT = 50
SECONDS = int(os.environ.get("PEER_HELD_SECONDS", "20"))
# What an allocator may keep for itself.
ROOM = 8 * 1024 * 1024


def resident():
  with open("/proc/%s/statm" % os.environ["PEER_SERVER"]) as file:
    return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def held():
  associations = []
  for number in range(COUNT):
    ae = AE("HELD%d" % number)
    ae.add_requested_context(Verification)
    ae.add_requested_context(StudyRootQueryRetrieveInformationModelFind)
    ae.network_timeout = None
    associations.append(ae.associate("127.0.0.1", DIMSE_PORT, ae_title="ISOCENTER"))
  equal("all of them are accepted", sum(one.is_established for one in associations), COUNT)
  query = Dataset()
  query.QueryRetrieveLevel, query.StudyInstanceUID, query.PatientID = "STUDY", "", "NOBODY*"

  def round_of_questions():
    echoed = sum(one.send_c_echo().Status == 0 for one in associations)
    asked = sum(list(one.send_c_find(query, StudyRootQueryRetrieveInformationModelFind))[-1][0].Status == 0
                for one in associations)
    return echoed, asked

  # What is made at the first use is no growth.
  for _ in range(3):
    equal("each answers", round_of_questions(), (COUNT, COUNT))
  before = resident()
  end = time.monotonic() + SECONDS
  while time.monotonic() < end:
    if round_of_questions() != (COUNT, COUNT):
      check("each goes on answering", False, "some did not")
      break
    time.sleep(min(10, SECONDS / 10))
  grown = resident() - before
  check("the server has not grown", grown <= ROOM, "%d KiB in %d s" % (grown // 1024, SECONDS))
  equal("none was cut off", sum(one.is_established for one in associations), COUNT)
  for one in associations:
    one.release()


checks.run({"held": held})
