"""Two sites at once: one number, two people; whose patient is whose; what belongs to all sites.

PEER_WORK holds race-N.dcm, studies of one Patient ID without an issuer; PEER_TOKENS has "name=TOKEN,…".
"""

import collections
import os
import struct
import threading

import checks
import hostile
from checks import ROOT, check, equal, http as ask
from hostile import Association, CAPTURE, EXPLICIT, uid

TOKENS = dict(pair.split("=", 1) for pair in os.environ["PEER_TOKENS"].split(","))
STUDY = b"\x20\x00\x0d\x00UI"
PATIENT_FIND = b"1.2.840.10008.5.1.4.1.2.1.1"
# What the configuration says the sites stand for.
ISSUERS = {"north": "CITY", "south": "south"}
SENDERS = 8


def bearer(name):
  return {"Authorization": "Bearer " + TOKENS[name]}


def files():
  found = sorted(checks.WORK.glob("race-*.dcm"), key=lambda path: int(path.stem.split("-")[1]))
  # Every third patient was born on another day, as typed at another desk.
  return [path.read_bytes().replace(b"19700101", b"19800202") if number % 3 == 0 else path.read_bytes()
          for number, path in enumerate(found)]


def text(group, number, vr, value):
  value += b" " if len(value) % 2 else b""
  return struct.pack("<HH", group, number) + vr + struct.pack("<H", len(value)) + value


def patients(title):
  """The identifiers of the answers to a C-FIND of all patients."""
  with Association([(PATIENT_FIND, EXPLICIT)], title) as association:
    command = association.command({2: PATIENT_FIND, 0x100: 0x20, 0x110: 9, 0x700: 0, 0x800: 1})
    association.send(4, association.fragment(1, 3, command))
    wanted = (text(8, 0x52, b"CS", b"PATIENT") + text(0x10, 0x20, b"LO", b"") + text(0x10, 0x21, b"LO", b"")
              + text(0x20, 0x1200, b"IS", b"") + text(0x20, 0x1204, b"IS", b""))
    association.send(4, association.fragment(1, 2, wanted))
    found = []
    while True:
      kind, body = association.receive()
      if kind != 4:
        return None
      if body[5] & 1:
        if struct.pack("<HHIH", 0, 0x0900, 2, 0) in body:
          return found
        continue
      row, position, data = {}, 0, body[6:]
      while position + 8 <= len(data):
        group, number, _, length = struct.unpack("<HH2sH", data[position:position + 8])
        row[group << 16 | number] = data[position + 8:position + 8 + length].strip().decode()
        position += 8 + length
      found.append((row[0x00100020], row[0x00100021], int(row[0x00201200]), int(row[0x00201204])))


def race():
  """Sixteen associations of two sites, all about one number at once."""
  shares = {"north": files()[::2], "south": files()[1::2]}
  results = collections.defaultdict(list)
  start = threading.Barrier(2 * SENDERS)

  def send(site, number):
    with Association([(CAPTURE, EXPLICIT)], site.upper().encode()) as association:
      start.wait()
      for file in shares[site][number::SENDERS]:
        results[site].append(association.store(checks.data_set_of(file), CAPTURE, uid(file))[0])

  threads = [threading.Thread(target=send, args=(site, number)) for site in shares for number in range(SENDERS)]
  for thread in threads:
    thread.start()
  for thread in threads:
    thread.join()
  for site, share in shares.items():
    other = "south" if site == "north" else "north"
    count, own = len(share), sorted(uid(file, STUDY).decode() for file in share)
    equal("every store of the %s is a success" % site, results[site], [0] * count)
    equal("the %s has one patient" % site, patients(site.upper().encode()), [("SAME", ISSUERS[site], count, count)])
    rows = ask("GET", ROOT + "/studies?limit=1000&PatientID=SAME&includefield=00100021", bearer(site)).json
    equal("the %s finds its own studies, all of them" % site, sorted(row["0020000D"]["Value"][0] for row in rows), own)
    equal("the %s sees one issuer" % site, {row["00100021"]["Value"][0] for row in rows}, {ISSUERS[site]})
    equal("a study of the other does not exist for the %s" % site,
          ask("GET", ROOT + "/studies/%s/metadata" % uid(shares[other][0], STUDY).decode(), bearer(site)).status, 404)
    counted = ask("GET", "/api/v1/counters", bearer(site)).json
    equal("the %s counts its own" % site, [(row["site"], row["studies"], row["instances"]) for row in counted],
          [(site, count, count)])
    for file in share:
      place = ROOT + "/studies/%s/series/%s/instances/%s" % (
        uid(file, STUDY).decode(), uid(file, b"\x20\x00\x0e\x00UI").decode(), uid(file).decode())
      equal("nothing of the %s is lost" % site, checks.data_set_of(checks.whole(place, bearer(site))), checks.data_set_of(file))
  rows = ask("GET", ROOT + "/studies?limit=1000&PatientID=SAME&includefield=00100021", bearer("everywhere")).json
  equal("whoever may see all sees two people", collections.Counter(row["00100021"]["Value"][0] for row in rows),
        {ISSUERS[site]: len(share) for site, share in shares.items()})
  equal("and finds one of them by the issuer", len(ask(
    "GET", ROOT + "/studies?limit=1000&PatientID=SAME&IssuerOfPatientID=CITY", bearer("everywhere")).json),
    len(shares["north"]))


def issuers():
  """An object that names no issuer gets its site's, by whatever door it comes."""
  own, named = files()[1], files()[2]
  equal("the north stores by the web", checks.stow([own], headers=bearer("north")).status, 200)
  with Association([(CAPTURE, EXPLICIT)], b"NORTH") as association:
    equal("and over DICOM", association.store(checks.data_set_of(named), CAPTURE, uid(named))[0], 0)
  equal("both are of one patient", patients(b"NORTH"), [("SAME", "CITY", 2, 2)])
  equal("the south stores by the web", checks.stow([files()[3]], headers=bearer("south")).status, 200)
  equal("a site without a word about it stands for itself", patients(b"SOUTH"), [("SAME", "south", 1, 1)])


def everywhere():
  """Figures and bytes are of all sites, and so for those who answer for all of them."""
  equal("the north stores", checks.stow([files()[0]], headers=bearer("north")).status, 200)
  for name, status in (("everywhere", 200), ("north", 403), ("auditor", 200), ("north-auditor", 403), ("radiologist", 403)):
    equal("metrics for %s" % name, ask("GET", "/metrics", bearer(name)).status, status)
  for name, status in (("everywhere", 200), ("north", 403), ("auditor", 403), ("north-auditor", 403), ("radiologist", 403)):
    answer = ask("POST", "/api/v1/verify", bearer(name), b"")
    equal("verify for %s" % name, answer.status, status)
  equal("verify finds nothing", ask("POST", "/api/v1/verify", bearer("everywhere"), b"").json, {"findings": []})
  equal("nobody may see metrics without a name", ask("GET", "/metrics").status, 401)
  equal("nor verify", ask("POST", "/api/v1/verify", {}, b"").status, 401)


checks.run({"race": race, "issuers": issuers, "everywhere": everywhere})
