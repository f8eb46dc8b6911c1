"""Uploading: files, a folder, a ZIP archive, what is wrong with some of them, pause and cancel."""

import csv
import io
import json
import pathlib
import time
import urllib.request
import zipfile

import browser
import studies
from browser import WEB, WORK, check, equal

ABSENT = ("404", "409")


def outcomes(panel):
  """The tally of the panel, by outcome."""
  return dict(panel.locator(".tally li").evaluate_all(
    "(items) => items.map((item) => [item.lastChild.textContent, Number(item.querySelector('.tag').textContent)])"))


def finished(page):
  panel = page.locator("iso-upload").last
  panel.get_by_role("heading", name="files done").or_(panel.get_by_role("heading", name="file done")).wait_for()
  return panel


def folder(browsing):
  root = pathlib.Path(WORK) / "media"
  (root / "deep" / "er").mkdir(parents=True)
  known = studies.part10("2.25.901", name="Known^One", patient="U1", date="20330101")
  studies.send([known])
  (root / "known.dcm").write_bytes(known)
  for number in range(12):
    (root / "deep" / "er" / ("IM%02d" % number)).write_bytes(studies.part10(
      "2.25.902", name="Upload^Folder", patient="U2", date="20330102", instance="2.25.902.1.%d" % (number + 1)))
  # Another content under a known SOP Instance UID.
  (root / "conflict.dcm").write_bytes(studies.part10("2.25.901", name="Known^One", patient="U1", date="20330101",
                                                     description="Another"))
  (root / "notes.txt").write_text("no image")
  whole = studies.part10("2.25.903", patient="U3")
  (root / "=cut, off.dcm").write_bytes(whole[:len(whole) - 100])
  (root / ".DS_Store").write_bytes(b"\0")
  with zipfile.ZipFile(root / "cd.zip", "w") as archive:
    for number in range(5):
      archive.writestr("DICOM/ST1/I%d" % number, studies.part10(
        "2.25.904", name="Upload^ZIP", patient="U4", date="20330103", instance="2.25.904.1.%d" % (number + 1)),
        zipfile.ZIP_DEFLATED if number % 2 else zipfile.ZIP_STORED)
    archive.writestr("README.TXT", "no image", zipfile.ZIP_DEFLATED)
    archive.writestr("__MACOSX/._I0", b"\0")
  (root / "broken.zip").write_bytes((root / "cd.zip").read_bytes()[:300])

  with browsing.page(tolerates=ABSENT, accept_downloads=True) as page:
    page.goto(WEB + "/studies")
    page.get_by_role("button", name="Upload").first.click()
    with page.expect_file_chooser() as chooser:
      page.get_by_role("button", name="A folder…").click()
    chooser.value.set_files(str(root))
    panel = finished(page)
    equal("each file has an outcome", outcomes(panel),
          {"Stored": 17, "Already there": 1, "Set aside": 1, "Refused": 1, "Not sent": 3})
    listed = panel.locator(".results li").all_text_contents()
    check("what was not taken says why", len(listed) == 5 and any("notes.txt" in one and "no DICOM" in one for one in listed)
          and any("broken.zip" in one and "damaged" in one for one in listed)
          and any("cut, off" in one for one in listed), listed)
    with page.expect_download() as download:
      panel.get_by_role("button", name="Report (CSV)").click()
    rows = list(csv.reader(io.StringIO(pathlib.Path(download.value.path()).read_text("utf-8-sig"))))
    equal("the report has a line a file", len(rows), 24)
    check("no cell is a formula", not any(cell[:1] in "=+-@" and cell for row in rows for cell in row), rows)
    check("the report names what was stored", any(row[3] == "2.25.904.1.5" and "cd.zip" in row[0] for row in rows), rows[:3])
    page.locator(".body .study-row", has_text="Upload, Folder").wait_for()
    row = page.locator(".body .study-row", has_text="Upload, ZIP")
    row.wait_for()
    check("the uploaded studies appear in the list", row.locator(".c-images").text_content().startswith("5"))
    panel.get_by_role("button", name="Close the upload").click()
    check("the panel can be closed", browser.counted(page.locator("iso-upload"), 0))


def dropping(browsing):
  with browsing.page(tolerates=ABSENT) as page:
    page.goto(WEB + "/studies")
    page.locator("iso-study-list").wait_for()
    bytes_ = list(studies.part10("2.25.905", name="Dropped^File", patient="U5", date="20330105"))
    page.evaluate("""async (bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], 'dropped.dcm'));
      document.dispatchEvent(new DragEvent('dragenter', { dataTransfer: transfer, bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve, 600));
      window.hadPlace = document.querySelector('iso-drop') !== null;
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }""", bytes_)
    panel = finished(page)
    check("dragging shows where to drop", page.evaluate("window.hadPlace"))
    check("the place is gone afterwards", browser.counted(page.locator("iso-drop"), 0))
    equal("a dropped file is stored", outcomes(panel), {"Stored": 1})


def holding(browsing):
  with browsing.page(tolerates=("404", "Failed to load", "ERR_")) as page:
    page.goto(WEB + "/studies")
    page.locator("iso-study-list").wait_for()
    sent = []

    def slowly(route):
      sent.append(route.request)
      time.sleep(0.05)
      try:
        route.continue_()
      except Exception:
        pass  # It was broken off meanwhile.
    page.route("**/dicom-web/studies", slowly)
    files = [{"name": "f%d.dcm" % number, "mimeType": "application/dicom",
              "buffer": studies.part10("2.25.906", patient="U6", date="20330106", instance="2.25.906.1.%d" % (number + 1))}
             for number in range(40)]
    page.get_by_role("button", name="Upload").first.click()
    with page.expect_file_chooser() as chooser:
      page.get_by_role("button", name="Files or ZIP archives…").click()
    chooser.value.set_files(files)
    panel = page.locator("iso-upload")
    panel.get_by_role("button", name="Pause").click()
    panel.get_by_role("heading", name="Paused at").wait_for()
    page.wait_for_timeout(800)
    paused = len(sent)
    check("pausing sends no more", paused < 40, paused)
    page.wait_for_timeout(400)
    equal("and stays so", len(sent), paused)
    panel.get_by_role("button", name="Resume").click()
    page.wait_for_function("(count) => Number(document.querySelector('iso-upload .tag')?.textContent) > count", arg=paused)
    panel.get_by_role("button", name="Cancel").click()
    panel.get_by_role("heading", name="Cancelled after").wait_for()
    stopped = len(sent)
    page.wait_for_timeout(500)
    check("cancelling sends no more", len(sent) <= stopped + 1 and stopped < 40, (stopped, len(sent)))

    page.unroute("**/dicom-web/studies")
    # The server cannot be reached for a while.
    page.get_by_role("button", name="Close the upload").click()
    page.context.set_offline(True)
    page.get_by_role("button", name="Upload").first.click()
    with page.expect_file_chooser() as chooser:
      page.get_by_role("button", name="Files or ZIP archives…").click()
    chooser.value.set_files(files)
    page.locator("iso-upload").get_by_role("heading", name="cannot be reached").wait_for()
    page.context.set_offline(False)
    panel = finished(page)
    equal("what could not be sent is sent when the server is back", sum(outcomes(panel).values()), 40)
    request = urllib.request.Request(WEB + "/dicom-web/studies/2.25.906/instances?limit=100",
                                     headers={"Accept": "application/dicom+json"})
    with urllib.request.urlopen(request) as answer:
      equal("all of it is there, once", len(json.loads(answer.read())), 40)


browser.run({"folder": folder, "dropping": dropping, "holding": holding})
