"""Who sees what at every door: two sites, every role, everything that counts or shows something.

PEER_TOKENS has "north:administrator=TOKEN,…"; PEER_WORK holds one.dcm (site north) and third.dcm (site south).
The calling titles NORTH and SOUTH are technologists of their sites, WATCHER an auditor and SENDER a sender of the north.
"""

import os

import checks
import hostile
from checks import ROOT, check, equal, http as ask
from hostile import Association, CAPTURE, EXPLICIT, ONE, THIRD, uid

TOKENS = dict(pair.split("=", 1) for pair in os.environ["PEER_TOKENS"].split(","))
STUDY = b"\x20\x00\x0d\x00UI"
SERIES = b"\x20\x00\x0e\x00UI"
OBJECTS = {"north": ONE, "south": THIRD}
MAY = {"administrator": {"search", "retrieve", "store", "delete"}, "radiologist": {"search", "retrieve"},
       "technologist": {"search", "retrieve", "store"}, "sender": {"store"}, "auditor": set()}


def study(site):
  return uid(OBJECTS[site], STUDY).decode()


def place(site):
  return ROOT + "/studies/%s/series/%s/instances/%s" % (
    study(site), uid(OBJECTS[site], SERIES).decode(), uid(OBJECTS[site]).decode())


def bearer(name):
  return {"Authorization": "Bearer " + TOKENS[name]}


def fill():
  for site, title in (("north", b"NORTH"), ("south", b"SOUTH")):
    with Association([(CAPTURE, EXPLICIT)], title) as association:
      equal("a node of the %s stores" % site,
            association.store(checks.data_set_of(OBJECTS[site]), CAPTURE, uid(OBJECTS[site]))[0], 0)


def web():
  fill()
  for name in sorted(TOKENS):
    site, role = name.split(":")
    other = "south" if site == "north" else "north"
    may, who = MAY[role], bearer(name)
    for level in ("studies", "series", "instances"):
      answer = ask("GET", "%s/%s" % (ROOT, level), who)
      if "search" not in may:
        equal("%s may not search %s" % (name, level), answer.status, 403)
        continue
      equal("%s finds only its own %s" % (name, level), [row["0020000D"]["Value"][0] for row in answer.json], [study(site)])
      answer = ask("GET", "%s/%s?StudyInstanceUID=%s" % (ROOT, level, study(other)), who)
      equal("%s does not find the other's %s by UID" % (name, level), (answer.status, answer.body), (204, b""))
    for tail in ("", "/metadata", "/frames/1", "/rendered", "/thumbnail", "/bulkdata/7FE00010"):
      own, others = ask("GET", place(site) + tail, who), ask("GET", place(other) + tail, who)
      nothing = ask("GET", place(other).replace("1.2.826", "1.2.827") + tail, who)
      if "retrieve" in may:
        check("%s retrieves%s" % (name, tail), own.status == 200, (own.status, own.body[:100]))
        equal("to %s the other's%s does not exist" % (name, tail), others.status, 404)
        equal("and is told so in the same words", others.body, nothing.body)
      else:
        equal("%s may not retrieve%s" % (name, tail), (own.status, others.status), (403, 403))
    for url in ("/studies/" + study(other), "/studies/%s/metadata" % study(other)):
      equal("to %s %s does not exist" % (name, url), ask("GET", ROOT + url, who).status, 404 if "retrieve" in may else 403)
    counted = ask("GET", "/api/v1/counters", who)
    if counted.status == 200:
      check("%s counts its own site only" % name, {row["site"] for row in counted.json} <= {site}, counted.body)
    else:
      equal("%s may not count" % name, counted.status, 403)
    changes = ask("GET", "/api/v1/changes", who)
    check("%s hears of no change of the other" % name,
          changes.status == 403 or study(other).encode() not in changes.body, changes.body[:300])
    held = ask("GET", "/api/v1/quarantine", who)
    check("%s sees nothing of the other's quarantine" % name,
          held.status == 403 or study(other).encode() not in held.body, held.body[:300])
    gone = ask("DELETE", ROOT + "/studies/" + study(other), who)
    equal("%s cannot delete the other's" % name, gone.status, 404 if "delete" in may else 403)
    if "delete" not in may:
      equal("%s may not delete" % name, ask("DELETE", ROOT + "/studies/" + study(site), who).status, 403)
    stored = checks.stow([OBJECTS[site]], headers=who)
    if "store" in may:
      equal("%s stores" % name, stored.status, 200)
    else:
      check("%s may not store" % name, stored.status in (403, 409), (stored.status, stored.body[:200]))
  for name in ("north:administrator", "south:administrator"):
    site = name.split(":")[0]
    equal("%s deletes" % name, ask("DELETE", ROOT + "/studies/" + study(site), bearer(name)).status, 204)
  for path in ("/studies", "/studies/%s/metadata" % study("north")):
    equal("nobody in particular is asked to sign in", ask("GET", ROOT + path).status, 401)
    equal("and a token that is none is too", ask("GET", ROOT + path, {"Authorization": "Bearer nonsense"}).status, 401)


FIND, GET, MOVE = [b"1.2.840.10008.5.1.4.1.2.2.%d" % number for number in (1, 3, 2)]


def text(group, number, vr, value):
  value += b" " if len(value) % 2 else b""
  import struct
  return struct.pack("<HH", group, number) + vr + struct.pack("<H", len(value)) + value


def query(association, context, model, kind, wanted, destination=b""):
  """Pending answers and the final status of a C-FIND, C-GET or C-MOVE of a study."""
  elements = {2: model, 0x100: kind, 0x110: 9, 0x700: 0, 0x800: 1}
  if destination:
    elements[0x600] = destination
  association.send(4, association.fragment(context, 3, association.command(elements)))
  data = text(8, 0x52, b"CS", b"STUDY") + text(0x20, 0x0D, b"UI", wanted)
  association.send(4, association.fragment(context, 2, data))
  pending, operations = [], 0
  while True:
    kind_, body = association.receive()
    if kind_ != 4:
      return pending, "ended", operations
    header = body[5]
    if not header & 1:
      pending.append(body[6:])
      continue
    import struct
    found, position, content = {}, 0, body[6:]
    while position + 8 <= len(content):
      _, number, length = struct.unpack("<HHI", content[position:position + 8])
      found[number] = content[position + 8:position + 8 + length]
      position += 8 + length
    status = struct.unpack("<H", found[0x0900])[0]
    for number in (0x1021, 0x1022, 0x1023):
      if number in found:
        operations = max(operations, struct.unpack("<H", found[number])[0])
    if status not in (0xFF00, 0xFF01):
      return pending, status, operations


def dimse():
  fill()
  for title, site, may in ((b"NORTH", "north", True), (b"SOUTH", "south", True), (b"WATCHER", "north", False),
                           (b"SENDER", "north", False)):
    other = "south" if site == "north" else "north"
    with Association([(FIND, EXPLICIT), (GET, EXPLICIT), (MOVE, EXPLICIT)], title) as association:
      if not check("%s is known" % title.decode(), association.accepted):
        continue
      pending, status, _ = query(association, 1, FIND, 0x20, b"")
      if may:
        equal("%s finds its own only" % title.decode(), (len(pending), status), (1, 0))
        check("and that is the one", study(site).encode() in pending[0] if pending else False, pending)
      else:
        equal("%s may not find" % title.decode(), (pending, status), ([], 0x0124))
      wanted = study(other).encode()
      refused = 0 if may else 0x0124
      equal("%s does not find the other's by UID" % title.decode(), query(association, 1, FIND, 0x20, wanted)[:2], ([], refused))
      equal("%s gets nothing of the other's" % title.decode(), query(association, 3, GET, 0x10, wanted)[1:], (refused, 0))
      equal("%s moves nothing of the other's" % title.decode(),
            query(association, 5, MOVE, 0x21, wanted, b"NORTH")[1:], (refused, 0))
  with Association([(CAPTURE, EXPLICIT)], b"WATCHER") as association:
    status, comment = association.store(checks.data_set_of(ONE), CAPTURE, uid(ONE))
    equal("an auditor may not store", status, 0x0124)
  with Association([(CAPTURE, EXPLICIT)], b"SENDER") as association:
    equal("a sender stores", association.store(checks.data_set_of(ONE), CAPTURE, uid(ONE))[0], 0)
  with Association(title=b"NOBODY") as association:
    equal("a stranger is not let in", association.accepted, False)


checks.run({"web": web, "dimse": dimse})
