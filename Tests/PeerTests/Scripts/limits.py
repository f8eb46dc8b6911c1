"""Connections that stand still or come in masses: what they may take, and for how long.

The server runs with dicomIdleSeconds and httpIdleSeconds of a second or two, and few HTTP connections.
"""

import http.client
import os
import socket
import struct
import threading
import time

import checks
import hostile
from checks import ROOT, check, equal, http as ask
from hostile import Association, CAPTURE, EXPLICIT, ONE, THIRD, uid

# Far beyond the server's bounds, so that a slow machine is not taken for a server that waits.
PATIENCE = 30


def stalled_pdu():
  """A peer that stops talking, in each kind of middle."""
  data, name = checks.data_set_of(ONE), uid(ONE)
  with Association([(CAPTURE, EXPLICIT)]) as association:
    command = association.fragment(1, 3, association.command({2: CAPTURE, 0x100: 1, 0x110: 7, 0x700: 0, 0x800: 1, 0x1000: name}))
  body = struct.pack(">IBB", len(data) + 2, 1, 2) + data
  pdu = struct.pack(">BBI", 4, 0, len(body)) + body
  middles = {"in a PDU's header": pdu[:3], "in a PDU's data": pdu[:len(pdu) // 2], "before the last byte": pdu[:-1],
             "between a command and its data set": b""}
  for where, some in middles.items():
    before = hostile.instances()
    with Association([(CAPTURE, EXPLICIT)]) as association:
      association.socket.settimeout(PATIENCE)
      association.send(4, command)
      association.socket.sendall(some)
      try:
        kind, reason = association.receive()
      except (TimeoutError, ConnectionError) as error:
        kind, reason = repr(error), b""
      equal("a peer that stops %s is aborted" % where, kind, 7)
      equal("and nothing more is said", association.socket.recv(10), b"")
    equal("a peer that stops %s leaves nothing behind" % where, hostile.instances(), before)
    hostile.serving("a peer that stops " + where)
  with Association([(CAPTURE, EXPLICIT)]) as association:
    equal("the same object is taken afterwards", association.store(data, CAPTURE, name)[0], 0)


def sockets():
  folder = "/proc/%s/fd" % os.environ["PEER_SERVER"]
  found = 0
  for name in os.listdir(folder):
    try:
      found += os.readlink("%s/%s" % (folder, name)).startswith("socket:")
    except OSError:
      pass
  return found


def connections():
  """More connections than there are places, each with the beginning of a request."""
  places, idle = int(os.environ["PEER_PLACES"]), int(os.environ["PEER_IDLE"])
  before = sockets()
  peers, stopped = [], threading.Event()
  for number in range(places * 4):
    peer = socket.create_connection(("127.0.0.1", checks.HTTP_PORT), timeout=PATIENCE)
    peer.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    peers.append(peer)

  def trickle():
    """A byte of a header now and then: something comes, but never a request."""
    while not stopped.wait(idle / 10):
      for peer in peers:
        try:
          peer.sendall(b"x")
        except OSError:
          pass

  thread = threading.Thread(target=trickle)
  thread.start()
  began = time.monotonic()
  # Sixteen may be accepted in one go.
  check("places are bounded", sockets() - before <= places + 16, (sockets(), before))
  with Association() as association:
    equal("the DICOM port has places of its own", association.echo(), 0)
  answer = ask("GET", "/readyz", timeout=PATIENCE)
  equal("who comes later waits and is answered", answer.status, 200)
  closed = 0
  for peer in peers:
    try:
      closed += peer.recv(1000).startswith(b"HTTP/1.1 2") is False
    except ConnectionError:
      closed += 1
    except TimeoutError:
      pass
  equal("every connection that never says what it wants is cut", closed, len(peers))
  check("by the clock and not by the client", time.monotonic() - began >= idle, time.monotonic() - began)
  stopped.set()
  thread.join()
  for peer in peers:
    peer.close()
  hostile.serving("slow connections")
  # A connection kept alive between requests is no offence, and is not kept for ever.
  kept = http.client.HTTPConnection("127.0.0.1", checks.HTTP_PORT, timeout=PATIENCE)
  kept.connect()
  first = kept.sock
  for _ in range(3):
    kept.request("GET", "/readyz")
    answer = kept.getresponse()
    answer.read()
    check("a connection is kept for the next request", answer.status == 200 and kept.sock is first, answer.status)
    time.sleep(idle / 4)
  equal("and ends when none comes", first.recv(10), b"")


def uploads():
  """A body that stands still holds its place no longer than a header that does."""
  head = b"--b\r\nContent-Type: application/dicom\r\n\r\n"
  request = (b"POST /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/related; "
             b"type=\"application/dicom\"; boundary=b\r\nContent-Length: 100000\r\n\r\n")
  before = hostile.instances()
  for name, sent in (("before its body", b""), ("in an object", head + THIRD[:-50]), ("behind an object", head + THIRD + b"\r\n")):
    with socket.create_connection(("127.0.0.1", checks.HTTP_PORT), timeout=PATIENCE) as peer:
      peer.sendall(request + sent)
      try:
        while peer.recv(10000):
          pass
        ended = True
      except ConnectionError:
        ended = True
      except TimeoutError:
        ended = False
      check("an upload that stops %s is cut off" % name, ended)
    equal("an upload that stops %s leaves nothing behind" % name, hostile.instances(), before)
  hostile.serving("uploads that stand still")


checks.run({"stalled_pdu": stalled_pdu, "connections": connections, "uploads": uploads})
