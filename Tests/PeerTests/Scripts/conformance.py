"""The conformance statement against what is really negotiated: pynetdicom proposes, and compares."""

from pydicom.uid import UID_dictionary
from pynetdicom import AE, build_context, build_role
from pynetdicom.pdu_primitives import SOPClassExtendedNegotiation
from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelFind, PatientRootQueryRetrieveInformationModelMove

from checks import DIMSE_PORT, check, equal, http

# The most of one association (PS3.8 §9.3.2.2).
CONTEXTS = 128
# Looked at for every class; the others for a few.
USUAL = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.90"]


def uids(kind):
  return [uid for uid, entry in UID_dictionary.items() if entry[1] == kind]


def accepted(pairs):
  """Which pairs of SOP class and transfer syntax are accepted, each proposed in a context of its own."""
  found = set()
  for start in range(0, len(pairs), CONTEXTS):
    ae = AE("CHECKER")
    ae.requested_contexts = [build_context(sop_class, [syntax]) for sop_class, syntax in pairs[start:start + CONTEXTS]]
    association = ae.associate("127.0.0.1", DIMSE_PORT, ae_title="ISOCENTER")
    if not association.is_established:
      # Nothing of it was accepted, and pynetdicom goes away.
      continue
    found |= {(str(context.abstract_syntax), str(context.transfer_syntax[0])) for context in association.accepted_contexts}
    association.release()
  return found


def negotiation():
  statement = http("GET", "/api/v1/conformance").json
  stated = {one["sopClass"]["uid"]: one for one in statement["accepted"]}
  syntaxes = [uid for uid in uids("Transfer Syntax")]
  known = {each["uid"] for one in statement["accepted"] for each in one["transferSyntaxes"]}
  classes = uids("SOP Class") + uids("Meta SOP Class")
  some = ["1.2.840.10008.1.1", "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.1.20.1"]
  pairs = sorted({(one, each) for one in classes for each in USUAL} | {(one, each) for one in some for each in syntaxes})
  real = accepted(pairs)
  said = {(one, each["uid"]) for one in stated for each in stated[one]["transferSyntaxes"]}
  proposed = set(pairs)
  equal("whatever is accepted is stated", sorted(real - said), [])
  # A syntax that our registry does not know yet can be accepted and is not stated, nor the reverse.
  equal("whatever is stated is accepted", sorted((said & proposed) - real), [])
  check("it states storage", len(stated) > 150 and len(known) > 30, (len(stated), len(known)))
  equal("a class of the standard that we have not is not in it", "1.2.840.10008.5.1.1.9" in stated, False)


def extended():
  stated = {one["sopClass"]["uid"]: one for one in http("GET", "/api/v1/conformance").json["accepted"]}
  for sop_class in (StudyRootQueryRetrieveInformationModelFind, PatientRootQueryRetrieveInformationModelMove):
    item = SOPClassExtendedNegotiation()
    item.sop_class_uid, item.service_class_application_information = sop_class, b"\1" * 8
    ae = AE("CHECKER")
    ae.add_requested_context(sop_class)
    association = ae.associate("127.0.0.1", DIMSE_PORT, ae_title="ISOCENTER", ext_neg=[item])
    answer = association.acceptor.sop_class_extended.get(sop_class, b"")
    association.release()
    equal("%s: bytes answered" % sop_class.name, [place + 1 for place, byte in enumerate(answer) if byte == 1],
          stated[str(sop_class)]["extendedNegotiation"])


def roles():
  stated = {one["sopClass"]["uid"]: one for one in http("GET", "/api/v1/conformance").json["accepted"]}
  some = [uid for uid in ("1.2.840.10008.1.1", "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.2.2.1",
                          "1.2.840.10008.1.20.1") if uid in stated]
  ae = AE("CHECKER")
  for uid in some:
    ae.add_requested_context(uid)
  association = ae.associate("127.0.0.1", DIMSE_PORT, ae_title="ISOCENTER",
                             ext_neg=[build_role(uid, scu_role=True, scp_role=True) for uid in some])
  granted = {str(uid) for uid, role in association.acceptor.role_selection.items() if role.scp_role}
  association.release()
  equal("roles granted are those stated", granted, {uid for uid in some if stated[uid]["takesReversedRole"]})


def words():
  text = http("GET", "/api/v1/conformance", {"Accept": "text/markdown"})
  check("as a document", text.headers["Content-Type"].startswith("text/markdown")
        and b"CT Image Storage" in text.body and b"| Implementation Class UID |" in text.body, text.body[:300])


if __name__ == "__main__":
  import checks
  checks.run({"negotiation": negotiation, "extended": extended, "roles": roles, "words": words})
