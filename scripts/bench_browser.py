"""What a visitor waits for: see scripts/bench-browser. Prints a table fit for docs/performance.md."""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from playwright.sync_api import sync_playwright

PROGRAM = os.environ.get("ISOCENTER_PROGRAM", os.path.join(os.path.dirname(__file__), "..", ".build/release/isocenter"))
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader",
             "--enable-unsafe-swiftshader", "--enable-precise-memory-info", "--js-flags=--expose-gc"]
SWITCHES = 50


def free_port():
  import socket
  with socket.socket() as place:
    place.bind(("127.0.0.1", 0))
    return place.getsockname()[1]


def studies(web):
  with urllib.request.urlopen(web + "/dicom-web/studies?includefield=00080061&includefield=00201208") as answer:
    found = json.load(answer)
  first = lambda study, tag: (study.get(tag, {}).get("Value") or [None])[0]
  return sorted(((int(first(one, "00201208") or 0), first(one, "0020000D"), one.get("00080061", {}).get("Value", []))
                 for one in found), reverse=True)


def row(name, values, unit):
  values = sorted(values)
  print("| %s | %.0f | %.0f | %.0f | %s |" % (name, values[0], statistics.median(values), values[-1], unit))


def main(opens):
  folder = tempfile.mkdtemp()
  port = free_port()
  web = "http://127.0.0.1:%d" % port
  began = time.monotonic()
  filled = subprocess.run([PROGRAM, "demo", "--data", folder, "--json"], check=True, capture_output=True, text=True)
  filling = time.monotonic() - began
  server = subprocess.Popen([PROGRAM, "serve", "--open", "--data", folder, "--http", "127.0.0.1:%d" % port, "--dicom",
                             "127.0.0.1:%d" % free_port()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
  try:
    began = time.monotonic()
    while True:
      try:
        urllib.request.urlopen(web + "/readyz").read()
        break
      except OSError:
        if time.monotonic() - began > 60:
          raise
        time.sleep(0.05)
    measure(web, opens, filling, json.loads(filled.stdout))
  finally:
    server.send_signal(signal.SIGTERM)
    server.wait()
    shutil.rmtree(folder)


def measure(web, opens, filling, summary):
  found = studies(web)
  largest = next(uid for _, uid, modalities in found if "CT" in modalities)
  print("demo: %d objects, %.0f MB in %.1f s" % (summary["stored"], summary["bytes"] / 1e6, filling))
  print("| | min | median | max | |")
  print("|---|---:|---:|---:|---|")
  with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
    firsts, clicks, heap = [], [], []
    for _ in range(opens):
      context = browser.new_context(viewport={"width": 1440, "height": 900})
      page = context.new_page()
      page.goto(web + "/viewer/" + largest)
      page.wait_for_function("() => performance.getEntriesByName('viewer-first-image').length > 0")
      firsts.append(page.evaluate("performance.getEntriesByName('viewer-first-image')[0].startTime"))
      context.close()
    # As a reader does it: from the list, with the app already there.
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)

    def used():
      session.send("HeapProfiler.enable")
      session.send("HeapProfiler.collectGarbage")
      session.send("HeapProfiler.collectGarbage")
      return session.send("Runtime.getHeapUsage")["usedSize"] / 1024

    page.goto(web + "/studies")
    page.locator(".study-row").first.wait_for()
    images = [uid for _, uid, modalities in found if not set(modalities) <= {"SR"}]
    for turn in range(10 + SWITCHES):
      if turn == 10:
        heap.append(used())
      page.evaluate("performance.clearMarks('viewer-first-image')")
      began = page.evaluate("performance.now()")
      page.evaluate("import('/parts/navigation.js').then((m) => m.navigate('/viewer/%s'))" % images[turn % len(images)])
      page.wait_for_function("() => performance.getEntriesByName('viewer-first-image').length > 0")
      clicks.append(page.evaluate("performance.getEntriesByName('viewer-first-image')[0].startTime") - began)
      page.go_back()
      page.locator(".study-row").first.wait_for()
    heap.append(used())
    browser.close()
  row("first image of a CT, empty cache, from the address", firsts, "ms")
  row("first image of any demo study, from the list", clicks, "ms")
  print("| JavaScript heap before and after %d studies | %.0f | | %.0f | KiB |" % (SWITCHES, heap[0], heap[1]))


main(int(sys.argv[1]))
