"""What strangers may send, byte by byte: nothing but Python's standard library.

PEER_WORK holds one.dcm, two.dcm (the same instance with other pixels) and three.dcm (an instance of another study).
"""

import http.client
import os
import random
import socket
import struct
import threading
import time

import checks
from checks import ROOT, check, equal, http as ask

ONE, OTHER, THIRD = [
  (checks.WORK / name).read_bytes() if (checks.WORK / name).exists() else b"" for name in ("one.dcm", "other.dcm", "third.dcm")]
EXPLICIT = b"1.2.840.10008.1.2.1"


def instances():
  answer = ask("GET", ROOT + "/instances")
  return sorted(row["00080018"]["Value"][0] for row in answer.json)


def serving(name):
  """The server still serves on both ports."""
  answer = ask("GET", "/readyz")
  with Association() as association:
    check("%s: the server keeps serving" % name, answer.status == 200 and association.echo() == 0, answer.status)


def unchanged(name, action):
  before = instances()
  action()
  equal("%s: nothing half stored" % name, instances(), before)
  serving(name)


def raw(port, data, timeout=10, shut=False, whole=True):
  """Sends bytes and reads until the other side closes, or until its first words."""
  received = b""
  with socket.create_connection(("127.0.0.1", port), timeout=timeout) as peer:
    try:
      peer.sendall(data)
      if shut:
        peer.shutdown(socket.SHUT_WR)
      while chunk := peer.recv(65536):
        received += chunk
        if not whole:
          break
    except (ConnectionError, BrokenPipeError):
      pass
    except TimeoutError:
      return received + b"<open>"
  return received


def item(kind, body):
  return struct.pack(">BBH", kind, 0, len(body)) + body


class Association:
  """Just enough of PS3.8 to be a nuisance."""

  def __init__(self, contexts=((b"1.2.840.10008.1.1", EXPLICIT),), title=b"STRANGER"):
    self.socket = socket.create_connection(("127.0.0.1", checks.DIMSE_PORT), timeout=20)
    self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    body = struct.pack(">HH", 1, 0) + b"ISOCENTER".ljust(16) + title.ljust(16) + bytes(32)
    body += item(0x10, b"1.2.840.10008.3.1.1.1")
    for number, (abstract, syntax) in enumerate(contexts):
      body += item(0x20, bytes([2 * number + 1, 0, 0, 0]) + item(0x30, abstract) + item(0x40, syntax))
    body += item(0x50, item(0x51, struct.pack(">I", 16384)) + item(0x52, b"1.2.3.4"))
    self.send(1, body)
    kind, answer = self.receive()
    self.accepted = kind == 2
    self.answer = answer
    self.results = {}
    position = 68
    while self.accepted and position < len(answer):
      kind, _, length = struct.unpack(">BBH", answer[position:position + 4])
      if kind == 0x21:
        self.results[answer[position + 4]] = answer[position + 6]
      position += 4 + length

  def __enter__(self):
    return self

  def __exit__(self, *_):
    self.socket.close()

  def send(self, kind, body):
    self.socket.sendall(struct.pack(">BBI", kind, 0, len(body)) + body)

  def exactly(self, count):
    data = b""
    while len(data) < count:
      chunk = self.socket.recv(count - len(data))
      if not chunk:
        raise ConnectionError("closed")
      data += chunk
    return data

  def receive(self):
    kind, _, length = struct.unpack(">BBI", self.exactly(6))
    return kind, self.exactly(length)

  def fragment(self, context, header, data):
    return struct.pack(">IBB", len(data) + 2, context, header) + data

  @staticmethod
  def command(elements):
    body = b""
    for number, value in sorted(elements.items()):
      if isinstance(value, int):
        value = struct.pack("<H", value)
      elif len(value) % 2:
        value += b"\x00"
      body += struct.pack("<HHI", 0, number, len(value)) + value
    return struct.pack("<HHII", 0, 0, 4, len(body)) + body

  def response(self):
    """Status and error comment of the next message."""
    kind, body = self.receive()
    if kind != 4:
      return ("abort" if kind == 7 else kind), body
    elements, position, data = {}, 0, body[6:]
    while position + 8 <= len(data):
      group, number, length = struct.unpack("<HHI", data[position:position + 8])
      elements[number] = data[position + 8:position + 8 + length]
      position += 8 + length
    return struct.unpack("<H", elements[0x0900])[0], elements.get(0x0902, b"").decode().strip("\x00 ")

  def echo(self):
    self.send(4, self.fragment(1, 3, self.command({2: b"1.2.840.10008.1.1", 0x100: 0x30, 0x110: 1, 0x800: 0x101})))
    return self.response()[0]

  def store(self, data, sop_class, instance, context=1, number=7):
    command = self.command({2: sop_class, 0x100: 1, 0x110: number, 0x700: 0, 0x800: 1, 0x1000: instance})
    self.send(4, self.fragment(context, 3, command))
    for start in range(0, max(len(data), 1), 16000):
      last = start + 16000 >= len(data)
      self.send(4, self.fragment(context, 2 if last else 0, data[start:start + 16000]))
    return self.response()


CAPTURE = b"1.2.840.10008.5.1.4.1.1.7"


def uid(file, tag=b"\x08\x00\x18\x00UI"):
  start = file.rindex(tag) + 8
  return file[start:start + struct.unpack("<H", file[start - 2:start])[0]].rstrip(b"\x00")


def renamed(file, suffix):
  """The same object under another instance UID of the same length."""
  old = uid(file)
  return file.replace(old, old[:-1] + suffix)


def nested(depth):
  """Sequences within sequences, of undefined length."""
  start = struct.pack("<HH", 0x0040, 0xA730) + b"SQ\x00\x00" + b"\xff" * 4 + b"\xfe\xff\x00\xe0" + b"\xff" * 4
  end = b"\xfe\xff\x0d\xe0" + bytes(4) + b"\xfe\xff\xdd\xe0" + bytes(4)
  return start * depth + end * depth


def meta(file):
  return file[:len(file) - len(checks.data_set_of(file))]


def bomb():
  """Six hundred megabytes of zeros, deflated: more than may be held in memory, in less than one on the wire."""
  import zlib
  packer = zlib.compressobj(9, zlib.DEFLATED, -15)
  data = checks.data_set_of(renamed(ONE, b"8"))
  cut_at = data.rindex(b"\xe0\x7f\x10\x00OB")
  packed = packer.compress(data[:cut_at] + b"\xe0\x7f\x10\x00OB\x00\x00" + struct.pack("<I", 600 << 20))
  zeros = bytes(1 << 20)
  for _ in range(600):
    packed += packer.compress(zeros)
  packed += packer.flush()
  return meta(renamed(ONE, b"8")).replace(struct.pack("<H", 20) + EXPLICIT + b"\x00",
                                          struct.pack("<H", 22) + b"1.2.840.10008.1.2.1.99"), packed


def stow_bad():
  equal("the sound one is stored", checks.stow([ONE]).status, 200)
  data = checks.data_set_of(renamed(ONE, b"9"))
  prefix = meta(renamed(ONE, b"9"))
  pixels = data.rindex(b"\xe0\x7f\x10\x00OB")
  lengthy = data[:pixels] + b"\xe0\x7f\x10\x00OB\x00\x00" + b"\xf0\xff\xff\xff" + data[pixels + 12:]
  wrong = data.replace(b"\x10\x00\x20\x00LO" + struct.pack("<H", 2), b"\x10\x00\x20\x00LO" + struct.pack("<H", 0xFFF0))
  bodies = {
    "a truncated file": prefix + data[:len(data) // 2],
    "a file truncated in its pixels": prefix + data[:-7],
    "garbage": os.urandom(5000),
    "garbage behind the prefix": prefix + b"\xff" * 5000,
    "nothing": b"",
    "a prefix alone": bytes(128) + b"DICM",
    "a value longer than the file": prefix + wrong,
    "four gigabytes claimed in one kilobyte": prefix + lengthy,
    "sequences nested ten thousand deep": prefix + data[:pixels] + nested(10_000) + data[pixels:],
    "a text": b"Hello, this is no DICOM object at all." * 10,
  }
  for name, body in bodies.items():
    before = instances()
    answer = checks.stow([body])
    told = answer.json if answer.status == 409 else {}
    # Other Failures Sequence has those of which not even the name could be read.
    failed = told.get("00081198", {}).get("Value", []) + told.get("0008119A", {}).get("Value", [])
    reasons = [row.get("00081197", {}).get("Value", [None])[0] for row in failed]
    equal("%s is refused, with a reason" % name, (answer.status, reasons), (409, [0xC001 if "nested" in name else 0xC000]))
    equal("%s leaves nothing behind" % name, instances(), before)
    mixed = checks.stow([body, THIRD])
    equal("%s does not hinder its neighbour" % name, mixed.status, 202)
    ask("DELETE", ROOT + "/studies/" + uid(THIRD, b"\x20\x00\x0d\x00UI").decode())
  serving("bad objects")


def stow_bodies():
  boundary = 'multipart/related; type="application/dicom"; boundary=b'
  head = b"--b\r\nContent-Type: application/dicom\r\n\r\n"
  fresh = renamed(ONE, b"7")
  cases = {
    "no boundary named": ('multipart/related; type="application/dicom"', head + fresh + b"\r\n--b--", 400),
    "an unknown type": ("text/plain", b"hello", 415),
    "no type": (None, b"hello", 400),
    "no part": (boundary, b"--b--\r\n", 400),
    "a wrong boundary": (boundary.replace("=b", "=other"), head + fresh + b"\r\n--b--", 400),
    "a part without end": (boundary, head + fresh, 400),
    "a header without end": (boundary, b"--b\r\nContent-Type: application/dicom" + b"x" * 200_000, 413),
    "ten thousand headers in a part": (boundary, b"--b\r\n" + b"A: b\r\n" * 10_000 + b"\r\n" + fresh + b"\r\n--b--", 413),
    "JSON metadata": ('multipart/related; type="application/dicom+json"; boundary=b', head + b"[]\r\n--b--", 415),
    "a boundary too long": (boundary + "b" * 500, head + fresh, 400),
  }
  for name, (kind, body, status) in cases.items():
    def action():
      answer = ask("POST", ROOT + "/studies", {"Content-Type": kind or ""}, body)
      check("%s is refused" % name, answer.status == status, (answer.status, answer.body[:300]))
    unchanged(name, action)


def stow_cut():
  """A sender that dies while it sends."""
  fresh = renamed(ONE, b"6")
  head = b"--b\r\nContent-Type: application/dicom\r\n\r\n"
  request = (b"POST /dicom-web/studies HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/related; type=\"application/dicom\"; "
             b"boundary=b\r\nContent-Length: %d\r\n\r\n" % (len(head) + len(fresh) + 1000))

  def action():
    for count in (0, 30, len(head) + 200, len(head) + len(fresh) - 5):
      with socket.create_connection(("127.0.0.1", checks.HTTP_PORT)) as peer:
        peer.sendall(request + (head + fresh)[:count])
        # Not closed in good order but reset.
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    time.sleep(0.3)
  unchanged("a sender that dies", action)


# A server that closes while more is being sent may have its answer overtaken by the reset (RFC 9112 §9.6).
LOST = (b"400", b"")


def http_requests():
  port = checks.HTTP_PORT
  cases = {
    "a thousand headers": (b"GET /dicom-web/studies HTTP/1.1\r\nHost: x\r\n" + b"".join(
      b"X-%d: %s\r\n" % (n, b"v" * 100) for n in range(1000)) + b"\r\n", LOST),
    "a header of a megabyte": (b"GET /dicom-web/studies HTTP/1.1\r\nHost: x\r\nX: " + b"v" * (1 << 20) + b"\r\n\r\n",
                               LOST),
    "an address of a megabyte": (b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\nHost: x\r\n\r\n", LOST),
    "garbage": (b"\x00\x01\x02\xff" * 1000, (b"400",)),
    "a negative length": (b"POST /dicom-web/studies HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", (b"400",)),
    "two lengths": (b"POST /dicom-web/studies HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                    (b"400",)),
    "a length that is no number": (b"POST /dicom-web/studies HTTP/1.1\r\nHost: x\r\nContent-Length: 0x10\r\n\r\n", (b"400",)),
    "a DICOM association request": (b"\x01\x00\x00\x00\x00\xcd\x00\x01\x00\x00" + b"ISOCENTER".ljust(16) * 2 + bytes(200),
                                    (b"400",)),
    "a TLS hello": (bytes.fromhex("16030100a5010000a10303") + bytes(160), (b"400",)),
    "no HTTP version": (b"GET /\r\n\r\n", (b"400",)),
  }
  for name, (data, allowed) in cases.items():
    answer = raw(port, data + b"", shut=True)
    code = answer.split(b" ")[1][:3] if answer.startswith(b"HTTP/") else answer[:6]
    check("%s is refused" % name, code in allowed, answer[:200])
  serving("bad HTTP")


def addresses():
  study = uid(ONE, b"\x20\x00\x0d\x00UI").decode()
  checks.stow([ONE])

  def plain(target, method="GET", headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", checks.HTTP_PORT, timeout=20)
    connection.putrequest(method, target)
    for name, value in (headers or {}).items():
      connection.putheader(name, value)
    if body is not None:
      connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    return checks.Answer(answer.status, answer.headers, answer.read())

  base = "/dicom-web/studies/"
  for target in ("..", "../..", "%2e%2e", "%2F", "%2Fetc%2Fpasswd", "..%2F..%2Fetc%2Fpasswd", study + "%2F..", "1..2",
                 ".1", "1.", "01", "1.02.3", "a" * 65, "1" * 65, "%00", study + "%00", "%", "%zz", "%e4", "%ff%fe", "*",
                 "1.2.3'%20or%201=1", "-1", "1.2.3\\4.5.6"):
    for tail in ("", "/metadata", "/series"):
      answer = plain(base + target + tail)
      # What would be another resource is none; leading zeros make a UID that nobody has, and in it nothing is found.
      status = 404 if target == "../.." else 400
      if target in ("01", "1.02.3"):
        status = 204 if tail == "/series" else 404
      check("the address %s%s is refused" % (target, tail), answer.status == status, (answer.status, answer.body[:200]))
      check("and says nothing of files", b"root:" not in answer.body and b"/work" not in answer.body, answer.body[:200])
  for target in ("..", "%2e%2e", "%2F", "1..2", "%zz"):
    answer = plain(base + target, "DELETE")
    equal("nothing is deleted at %s" % target, answer.status, 400)
    equal("nor by the product's own interface", plain("/api/v1/studies/" + target, "DELETE").status, 404)
  for query, status in {
      "PatientName=%zz": 400, "PatientName=%": 400, "PatientName=%ff%fe": 400, "limit=-1": 400, "limit=x": 400, "offset=-1": 400,
      "limit=99999999999999999999": 400, "offset=99999999999999999999": 400, "StudyDate=20249999": 400,
      "fuzzymatching=perhaps": 400, "0020000D=abc": 204, "includefield=nothing-like-it": 200}.items():
    answer = plain("/dicom-web/studies?" + query)
    check("the query %s is answered" % query, answer.status == status, (answer.status, answer.body[:200]))
  answer = plain("/dicom-web/studies?" + "&".join("PatientName=%d" % n for n in range(3000)))
  equal("three thousand keys are too many", answer.status, 413)
  series, instance = uid(ONE, b"\x20\x00\x0e\x00UI").decode(), uid(ONE).decode()
  whole = base + "%s/series/%s/instances/%s" % (study, series, instance)
  for tail in ("/frames/0", "/frames/-1", "/frames/x", "/frames/2", "/frames/1,,2", "/frames/99999999999999999999",
               "/frames/" + "1," * 5000 + "1",
               "/bulkdata/..", "/bulkdata/%2e%2e%2fetc", "/bulkdata/7FE00010/0/1",
               "/bulkdata/" + "00081140/1/" * 200 + "00081150", "/rendered?viewport=0,0", "/rendered?viewport=99999999,99999999",
               "/rendered?window=1,0,linear", "/rendered?quality=0"):
    answer = plain(whole + tail)
    check("%s is refused" % tail[:60], answer.status == (404 if tail == "/frames/2" else 400), (answer.status, answer.body[:200]))
  for target, method in (("/api/v1/nodes", "POST"), ("/api/v1/tokens", "POST"), ("/api/v1/session", "POST")):
    for body in (b"[" * 100_000, b'{"a":' * 50_000, b"{" + b'"x":"' + b"y" * (5 << 20) + b'"}', b"\xff\xfe", b"null", b"[]"):
      answer = plain(target, method, {"Content-Type": "application/json"}, body)
      check("%s refuses %r…" % (target, body[:8]), answer.status == (413 if len(body) > 65_536 else 400),
            (answer.status, answer.body[:200]))
  equal("the instance is still there", plain(whole + "/metadata").status, 200)
  serving("bad addresses")


def conflicts():
  """The same UID with other content; sixteen senders of one."""
  study = uid(ONE, b"\x20\x00\x0d\x00UI").decode()
  equal("the first is stored", checks.stow([ONE]).status, 200)
  equal("the same again is a success", checks.stow([ONE]).status, 200)
  answer = checks.stow([OTHER])
  sequence = answer.json.get("00081199", {}).get("Value", [{}])
  check("other content under the same UID is taken with a warning", answer.status == 202 and "00081196" in sequence[0],
        (answer.status, answer.body[:300]))
  with Association([(CAPTURE, EXPLICIT)]) as association:
    equal("and over DICOM with success",
          association.store(checks.data_set_of(OTHER), CAPTURE, uid(OTHER))[0], 0)
  held = ask("GET", "/api/v1/quarantine").json
  check("it is listed in quarantine", len(held) >= 1 and all(row["instance"] == uid(ONE).decode() for row in held), held)
  url = ROOT + "/studies/%s/series/%s/instances/%s" % (study, uid(ONE, b"\x20\x00\x0e\x00UI").decode(), uid(ONE).decode())
  equal("the first is what is given", checks.whole(url), ONE)
  third = checks.data_set_of(THIRD)
  results = []

  def send(number):
    if number % 2:
      results.append(checks.stow([THIRD]).status)
    else:
      with Association([(CAPTURE, EXPLICIT)]) as association:
        results.append(association.store(third, CAPTURE, uid(THIRD))[0])

  threads = [threading.Thread(target=send, args=(number,)) for number in range(16)]
  for thread in threads:
    thread.start()
  for thread in threads:
    thread.join()
  equal("sixteen senders all succeed", sorted(results), [0] * 8 + [200] * 8)
  equal("and one is stored", instances().count(uid(THIRD).decode()), 1)
  equal("of which quarantine knows nothing", len(ask("GET", "/api/v1/quarantine").json), len(held))
  serving("conflicts")


def dimse_bad():
  equal("the sound one is stored", checks.stow([ONE]).status, 200)
  data = checks.data_set_of(renamed(ONE, b"5"))
  name = uid(renamed(ONE, b"5"))
  pixels = data.rindex(b"\xe0\x7f\x10\x00OB")
  cases = {
    "a truncated data set": (data[:len(data) // 2], name, CAPTURE, 0xC000),
    "a data set truncated in its pixels": (data[:-7], name, CAPTURE, 0xC000),
    "garbage": (random.Random(7).randbytes(3000), name, CAPTURE, 0xC000),
    "nothing": (b"", name, CAPTURE, 0xA900),
    "another instance than announced": (data, b"1.2.3.4.5", CAPTURE, 0xA900),
    "another class than announced": (data, name, b"1.2.840.10008.5.1.4.1.1.2", 0xA900),
    "four gigabytes claimed": (data[:pixels] + b"\xe0\x7f\x10\x00OB\x00\x00\xf0\xff\xff\xff" + data[pixels + 12:], name,
                               CAPTURE, 0xC000),
    "sequences nested ten thousand deep": (data[:pixels] + nested(10_000) + data[pixels:], name, CAPTURE, 0xC000),
    "no study": (data.replace(b"\x20\x00\x0d\x00UI", b"\x20\x00\x0c\x00UI"), name, CAPTURE, 0xA900),
  }
  for what, (tag, other) in {"no series": (b"\x20\x00\x0e\x00UI", b"\x20\x00\x0f\x00UI"),
                             "no instance": (b"\x08\x00\x18\x00UI", b"\x08\x00\x17\x00UI")}.items():
    cases[what] = (data.replace(tag, other), name, CAPTURE, 0xA900)
  for what, (bytes_, instance, sop_class, expected) in cases.items():
    before = instances()
    with Association([(sop_class, EXPLICIT)]) as association:
      status, comment = association.store(bytes_, sop_class, instance)
      check("%s is refused with a reason" % what, status == expected and comment, (status, comment))
      again = association.store(checks.data_set_of(ONE), CAPTURE, uid(ONE)) if sop_class == CAPTURE else (0,)
      equal("%s does not end the association" % what, again[0], 0)
    equal("%s leaves nothing behind" % what, instances(), before)
  with Association([(b"1.2.826.0.1.3680043.10.99.1", EXPLICIT), (b"1.2.840.10008.5.1.4.99.1", EXPLICIT),
                    (b"1.2.840.10008.1.20.1", EXPLICIT), (b"1.2.840.10008.5.1.4.1.1.2", b"1.2.3.4.5.6"),
                    (b"1.2.840.10008.5.1.4.1.1.6", EXPLICIT)]) as association:
    equal("private classes are taken, retired ones too, unknown standard ones are not",
          [association.results.get(n) for n in (1, 9, 3)], [0, 0, 3])
    check("a syntax that nobody knows does no harm", association.results.get(7) == 0, association.results)
  serving("bad objects over DICOM")


def pdus():
  port = checks.DIMSE_PORT
  cases = {
    "HTTP": b"GET /dicom-web/studies HTTP/1.1\r\nHost: x\r\n\r\n",
    "a TLS hello": bytes.fromhex("16030100a5010000a10303") + bytes(160),
    "an unknown type": struct.pack(">BBI", 99, 0, 10) + bytes(10),
    "a length of four gigabytes": struct.pack(">BBI", 1, 0, 0xFFFFFFFF) + bytes(100),
    "a negative length": struct.pack(">BBi", 1, 0, -2) + bytes(100),
    "a length of zero": struct.pack(">BBI", 1, 0, 0),
    "data before an association": struct.pack(">BBI", 4, 0, 100) + bytes(100),
    "a release before an association": struct.pack(">BBI", 5, 0, 4) + bytes(4),
    "items longer than the request": struct.pack(">BBI", 1, 0, 80) + struct.pack(">HH", 1, 0) + b" " * 32 + bytes(32)
    + struct.pack(">BBH", 0x10, 0, 0xFFF0) + b"1.2.3.4.",
    "SMTP": b"EHLO example.org\r\n" * 5,
    "noise": os.urandom(4000),
  }
  for name, data in cases.items():
    answer = raw(port, data, whole=False)
    # AA-1 of PS3.8 Table 9-9: the source is the service user, the reason not significant.
    # What lies behind may be answered by another (AA-7).
    equal("%s is answered by an abort" % name, answer[:10], struct.pack(">BBIBBBB", 7, 0, 4, 0, 0, 0, 0))
    serving(name)
  for what, body in {
      "a fragment longer than its PDU": struct.pack(">IBB", 0xFFFFFFF0, 1, 3) + b"x" * 20,
      "a fragment without bytes": struct.pack(">I", 0),
      "an unknown context": struct.pack(">IBB", 12, 99, 3) + b"x" * 10,
      "a command that is none": struct.pack(">IBB", 102, 1, 3) + b"\xff" * 100}.items():
    with Association() as association:
      association.send(4, body)
      try:
        kind, _ = association.receive()
      except ConnectionError:
        kind = 7
      equal("%s is aborted" % what, kind, 7)
  serving("bad PDUs")


def memory(figure="VmRSS"):
  with open("/proc/%s/status" % os.environ["PEER_SERVER"]) as status:
    return [int(line.split()[1]) // 1024 for line in status if line.startswith(figure)][0]


def deflate():
  before = memory()
  prefix, packed = bomb()
  answer = checks.stow([prefix + packed])
  equal("a deflate bomb is stored as what it is", answer.status, 200)
  check("a deflate bomb does not grow the server by more than 200 MB", memory("VmHWM") - before < 200, (before, memory("VmHWM")))
  row = answer.json["00081199"]["Value"][0]["00081190"]["Value"][0]
  for tail, status in (("/metadata", 200), ("/frames/1", 413), ("/rendered", 413), ("/bulkdata/7FE00010", 413)):
    later = ask("GET", row + tail, timeout=60)
    equal("what it holds is given or refused (%s)" % tail, later.status, status)
    del later
  # 128 MB may be inflated, and are held twice.
  check("nor does asking for what it holds", memory("VmHWM") - before < 600, (before, memory("VmHWM")))
  serving("a deflate bomb")


def slow():
  """A hundred connections that hardly say anything, on each port."""
  peers = []
  for number in range(100):
    for port, start in ((checks.HTTP_PORT, b"GET /dicom-web/studies HTTP/1.1\r\nX: "), (checks.DIMSE_PORT, b"\x01\x00\x00\x00")):
      peer = socket.create_connection(("127.0.0.1", port), timeout=5)
      peer.sendall(start)
      peers.append(peer)
  answer = ask("GET", ROOT + "/studies")
  check("a hundred slow connections hinder nobody on the web", answer.status == 204, answer.status)
  with Association() as association:
    equal("nor on the DICOM port", association.echo(), 0)
  for peer in peers:
    peer.close()
  time.sleep(0.2)
  serving("slow connections")


if __name__ == "__main__":
  checks.run({function.__name__: function for function in (
    stow_bad, stow_bodies, stow_cut, http_requests, addresses, conflicts, dimse_bad, pdus, deflate, slow)})
