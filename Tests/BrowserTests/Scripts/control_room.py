"""The control room: nodes, rules, queues, the map, users, tokens, audit; who may see what; how it looks."""

import os
import re
import socket
import subprocess
import time
import urllib.request

import browser
import studies
from browser import WEB, WORK, check, equal

DICOM_PORT = os.environ["BROWSER_DICOM_PORT"]
SHOTS = os.environ.get("BROWSER_SHOTS", "")
SIZES = [(1440, 900), (1024, 768), (390, 844)]
PAGES = ["", "/nodes", "/sources", "/rules", "/queues", "/people", "/audit", "/quarantine"]


def free_port():
  with socket.socket() as place:
    place.bind(("127.0.0.1", 0))
    return place.getsockname()[1]


class Receiver:
  """DCMTK's storescp on a free port."""

  def __init__(self, title):
    self.port = free_port()
    self.folder = os.path.join(WORK, title)
    os.makedirs(self.folder, exist_ok=True)
    self.process = subprocess.Popen(
      ["storescp", "-od", self.folder, "-aet", title, str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

  def __enter__(self):
    until = time.monotonic() + 20
    while time.monotonic() < until:
      with socket.socket() as place:
        if place.connect_ex(("127.0.0.1", self.port)) == 0:
          return self
      time.sleep(0.1)
    raise RuntimeError("storescp does not listen")

  def __exit__(self, *_):
    # storescp has a handler for gentler signals that does not end it.
    self.process.kill()
    self.process.wait()

  @property
  def files(self):
    return os.listdir(self.folder)


def send(title, study, count=3):
  """Sends a study by association under an AE title."""
  import viewer_data
  folder = os.path.join(WORK, "sent-%s" % study)
  os.makedirs(folder, exist_ok=True)
  for place, data in enumerate(viewer_data.ct(study, count=count, side=32)):
    with open(os.path.join(folder, "%d.dcm" % place), "wb") as file:
      file.write(viewer_data.file_of(data))
  subprocess.run(
    ["storescu", "-aet", title, "-aec", "ISOCENTER", "+sd", "127.0.0.1", DICOM_PORT, folder], check=True,
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def row(page, name):
  return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))


def open_page(page, name=""):
  page.goto(WEB + "/control" + name)
  page.locator("iso-control-room h1").first.wait_for()


def add_node(page, title, port, site="main"):
  page.get_by_role("button", name="Add node").first.click()
  dialog = page.get_by_role("dialog", name="Add node")
  dialog.get_by_label("AE title").fill(title)
  dialog.get_by_label("Host").fill("127.0.0.1")
  dialog.get_by_label("Port").fill(str(port))
  dialog.get_by_label("Site").fill(site)
  page.keyboard.press("Enter")
  dialog.wait_for(state="detached")
  row(page, title).wait_for()


def flows(browsing):
  """From a node that is added to a study that is forwarded, as an administrator does it."""
  with Receiver("PACS") as pacs, browsing.page(tolerates=("401",)) as page:
    page.goto(WEB + "/control")
    browser.sign_in(page)
    page.get_by_role("heading", name="Overview").wait_for()
    page.get_by_text("Nothing has arrived yet").wait_for()
    check("an empty archive says so", True)

    page.get_by_role("link", name="Nodes", exact=True).click()
    page.get_by_text("No nodes yet").wait_for()
    add_node(page, "CT1", free_port())
    add_node(page, "PACS", pacs.port)
    equal("the address says only which page it is", page.evaluate("location.pathname + location.search"), "/control/nodes")

    page.get_by_role("button", name="Echo PACS").click()
    page.get_by_text("PACS answers.").wait_for()
    check("a node that is there answers", True)
    page.get_by_role("button", name="Echo CT1").click()
    page.get_by_text("CT1 does not answer: cannot be reached").wait_for()
    check("a node that is not there does not", True)
    page.get_by_role("button", name="Send a test image to PACS").click()
    page.get_by_text("PACS has taken a test image.").wait_for()
    equal("the node has the test image", len(pacs.files), 1)

    page.get_by_role("link", name="Rules", exact=True).click()
    page.get_by_text("No destinations yet").wait_for()
    check("a rule is not offered before there is a destination", browser.counted(page.get_by_role("button", name="Add rule"), 0))
    for name, title in (("teaching", "PACS"), ("research", "CT1")):
      page.get_by_role("button", name="Add destination").click()
      dialog = page.get_by_role("dialog", name="Add destination")
      dialog.get_by_label("Name").fill(name)
      dialog.locator('select[name=node]').select_option(title)
      dialog.get_by_role("button", name="Add destination").click()
      dialog.wait_for(state="detached")
    page.get_by_role("button", name="Test teaching").click()
    page.get_by_text("teaching answers.").wait_for()

    send("CT1", 11)
    page.get_by_role("button", name="Add rule").click()
    dialog = page.get_by_role("dialog", name="Add rule")
    dialog.get_by_label("Name").fill("CT onwards")
    dialog.get_by_label("Modality").fill("ct")
    dialog.get_by_label("teaching").check()
    dialog.get_by_label("each image as it arrives").check()
    switch = dialog.get_by_role("button", name="Save and switch on")
    check("a rule is not switched on before it was tried", switch.is_disabled())
    dialog.get_by_role("button", name="Try on past studies").click()
    dialog.get_by_text("1 of 1 studies").wait_for()
    check("the dry run shows the study", browser.visible(dialog.get_by_role("table", name="Try on past studies").get_by_text("teaching")))
    check("and the switch is free", switch.is_enabled())
    dialog.get_by_label("Modality").fill("MR")
    check("a change locks it again", switch.is_disabled())
    dialog.get_by_role("button", name="Try on past studies").click()
    dialog.get_by_text("0 of 1 studies").wait_for()
    dialog.get_by_label("Modality").fill("CT")
    dialog.get_by_label("research").check()
    dialog.get_by_role("button", name="Try on past studies").click()
    dialog.get_by_text("1 of 1 studies").wait_for()
    switch.click()
    dialog.wait_for(state="detached")
    row(page, "CT onwards").get_by_text("On", exact=True).wait_for()
    check("the rule is on", True)
    equal("a dry run sends nothing", len(pacs.files), 1)

    page.get_by_role("link", name="Queues", exact=True).click()
    page.get_by_role("article", name="teaching").wait_for()
    send("CT1", 12)
    teaching = page.get_by_role("article", name="teaching")
    teaching.locator("dl div", has_text="Sent").get_by_text("3", exact=True).wait_for()
    check("the queue tells of what was sent without being asked", True)
    research = page.get_by_role("article", name="research")
    research.get_by_text("Failing").wait_for()
    check("and why another one fails", browser.visible(research.get_by_text("cannot be reached")))
    equal("the receiver has the study", len(pacs.files), 4)

    research.get_by_role("link", name="research").click()
    page.get_by_role("heading", name="research").wait_for()
    page.get_by_role("table", name="Items").wait_for()
    check("the items that wait are listed", browser.counted(page.get_by_role("table", name="Items").locator("tbody tr"), 3))
    page.get_by_role("button", name="Pause research").click()
    page.get_by_role("button", name="Resume research").wait_for()
    page.get_by_role("button", name="Empty research").click()
    confirmation = page.get_by_role("dialog", name="Empty the queue of research?")
    check("emptying asks first", browser.visible(confirmation.get_by_text("3 images will not be sent")))
    confirmation.get_by_role("button", name="Cancel").click()
    check("and can be thought better of", browser.counted(page.get_by_role("table", name="Items").locator("tbody tr"), 3))
    page.get_by_role("button", name="Resume research").click()
    page.get_by_role("button", name="Pause research").wait_for()

    open_page(page)
    source = page.get_by_role("list", name="Sources").get_by_role("link", name=re.compile("^CT1"))
    source.wait_for()
    check("the map shows who sent", "6 images" in source.inner_text(), source.inner_text())
    there = page.get_by_role("list", name="Destinations").get_by_role("link", name=re.compile("^teaching"))
    check("and who was sent to", "3 images" in there.inner_text(), there.inner_text())
    gone = page.get_by_role("list", name="Destinations").get_by_role("link", name=re.compile("^research"))
    gone.filter(has_text="Failing: cannot be reached").wait_for()
    check("a failing link is marked", browser.counted(page.locator("path.map-link.bad"), 1))
    silent = page.get_by_role("list", name="Sources").get_by_role("link", name=re.compile("^PACS"))
    check("a node that sent nothing is silent", "Silent" in silent.inner_text())
    widths = page.locator("path.map-link").evaluate_all("links => links.map((link) => Number(link.getAttribute('stroke-width')))")
    check("what flows is wider than what does not", max(widths) > 2 * min(widths), widths)
    page.locator("ol.recent li").first.wait_for()
    check("the last studies are named", browser.counted(page.locator("ol.recent li"), 2))
    source.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="CT1", exact=True).wait_for()
    equal("Enter opens the node", page.evaluate("location.pathname"), "/control/nodes/CT1")
    check("with what it sent", browser.visible(page.get_by_text("6 images").first))

    if SHOTS:
      shots(page)

    open_page(page, "/audit")
    page.get_by_label("Action").select_option("export")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("table", name="Audit").get_by_text("to teaching").first.wait_for()
    check("the audit has each image that was given away", browser.visible(page.get_by_role("table", name="Audit").get_by_text("to teaching").first))
    page.get_by_label("Who").fill("nobody")
    page.keyboard.press("Enter")
    page.get_by_text("Nothing matches").wait_for()
    page.get_by_label("Who").fill("person:admin")
    page.get_by_label("Action").select_option("administer")
    page.get_by_role("button", name="Search").click()
    page.get_by_text("test image sent").wait_for()
    equal("what was searched for is not in the address", page.evaluate("location.pathname + location.search"), "/control/audit")
    page.get_by_role("button", name="Verify").click()
    page.get_by_text("The audit is as it was written.").wait_for()
    with page.expect_download() as download:
      page.get_by_role("button", name="Export CSV").click()
    with open(download.value.path()) as file:
      lines = file.read().splitlines()
    equal("the export has a heading", lines[0], "at,principal,action,object,count,detail")
    check("and what was found", any("test image sent" in line for line in lines), lines[:5])


def sources(browsing):
  """From a device that deviates to a profile that holds it to what is expected."""
  # One profile is refused on purpose.
  with browsing.page(tolerates=("400",)) as page:
    open_page(page, "/sources")
    page.get_by_text("Nothing has arrived in the last seven days").wait_for()
    check("without devices it says what to do", browser.visible(page.get_by_text("No profiles yet")))
    send("CT1", 31)
    devices = page.get_by_role("table", name="Devices")
    until = time.monotonic() + 20
    while time.monotonic() < until and devices.count() == 0:
      open_page(page, "/sources")
      page.locator(".control-page [aria-busy]").first.wait_for(state="detached")
    check("a device appears by itself", browser.visible(devices.get_by_text("CT1")))
    check("and is held to nothing", browser.visible(devices.get_by_text("no profile")))

    page.get_by_role("button", name="Add a profile for CT1").click()
    dialog = page.get_by_role("dialog", name="Add profile")
    equal("the form knows the source", dialog.get_by_label("Source").input_value(), "CT1")
    dialog.get_by_label("Name", exact=True).fill("CT of the north")
    dialog.get_by_role("button", name="Required attribute").click()
    dialog.locator("[name=attribute]").last.fill("BodyPartExamined")
    dialog.get_by_role("button", name="Coercion").click()
    dialog.locator("[name=attribute]").last.fill("StudyDescription")
    dialog.locator("select[name=way]").select_option("by table")
    dialog.locator("textarea[name=value]").fill("Built study 31 = Thorax, built")
    switch = dialog.get_by_role("button", name="Save and switch on")
    check("a profile is not switched on before it was tried", switch.is_disabled())
    dialog.get_by_role("button", name="Try on what came last").click()
    dialog.get_by_text("3 images: 3 deviate, 3 would be believed otherwise.").wait_for()
    check("the trial names the deviation", browser.visible(dialog.get_by_text("BodyPartExamined is missing")))
    check("and the new value beside the old", browser.visible(dialog.get_by_role("table", name="What would change").get_by_text("Thorax, built")))
    if SHOTS:
      page.screenshot(path=os.path.join(SHOTS, "control-profile.png"))
    dialog.get_by_label("Station name").fill("ROOM1")
    check("a change locks the switch again", switch.is_disabled())
    dialog.get_by_label("Station name").fill("")
    dialog.locator("[name=attribute]").last.fill("StudyInstanceUID")
    dialog.get_by_role("button", name="Try on what came last").click()
    dialog.get_by_text("StudyInstanceUID cannot be coerced").wait_for()
    check("what cannot be is refused with the reason", switch.is_disabled())
    dialog.locator("[name=attribute]").last.fill("StudyDescription")
    dialog.get_by_role("button", name="Try on what came last").click()
    dialog.get_by_text("3 images: 3 deviate").wait_for()
    switch.click()
    dialog.wait_for(state="detached")
    row(page, "CT of the north").get_by_text("On: version 1").wait_for()
    check("the profile is on", True)

    send("CT1", 32)
    until = time.monotonic() + 20
    while time.monotonic() < until and devices.locator("details").count() == 0:
      open_page(page, "/sources")
      page.locator(".control-page [aria-busy]").first.wait_for(state="detached")
    devices.locator("summary").click()
    check("deviations are counted by device", browser.visible(devices.get_by_text("BodyPartExamined is missing: 3")))
    if SHOTS:
      for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for width, height in SIZES:
          page.set_viewport_size({"width": width, "height": height})
          page.screenshot(path=os.path.join(SHOTS, "control-sources-full-%d-%s.png" % (width, theme)))
      page.set_viewport_size({"width": 1440, "height": 900})

    page.get_by_role("button", name="CT of the north", exact=True).click()
    dialog = page.get_by_role("dialog", name="Profile CT of the north")
    equal("the form has what was kept", dialog.locator("textarea[name=value]").input_value(), "Built study 31 = Thorax, built")
    dialog.get_by_role("button", name="Save", exact=True).click()
    dialog.wait_for(state="detached")
    row(page, "CT of the north").get_by_text("version 2 is not on yet").wait_for()
    check("a new version waits while the old one holds", browser.visible(row(page, "CT of the north").get_by_text("On: version 1")))
    page.get_by_role("button", name="Switch off CT of the north", exact=True).click()
    page.get_by_role("button", name="Remove CT of the north").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.get_by_text("No profiles yet").wait_for()
    check("and goes when it is off", True)


def people(browsing):
  """Users and tokens, and what each of them may see."""
  with browsing.page(tolerates=("401",), permissions=["clipboard-read", "clipboard-write"]) as page:
    page.goto(WEB + "/control/people")
    browser.sign_in(page)
    page.get_by_role("button", name="Add token").click()
    dialog = page.get_by_role("dialog", name="Add token")
    dialog.get_by_label("Name").fill("pump")
    dialog.get_by_role("button", name="Add token").click()
    shown = page.get_by_role("dialog", name="The token pump")
    secret = shown.get_by_label("Token", exact=True).input_value()
    check("a token is shown", len(secret) >= 32, secret)
    shown.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied.").wait_for()
    equal("and can be copied", page.evaluate("navigator.clipboard.readText()"), secret)
    shown.get_by_role("button", name="Done").click()
    row(page, "pump").wait_for()
    check("and is shown only once", secret not in page.content())
    request = urllib.request.Request(WEB + "/api/v1/session", headers={"Authorization": "Bearer " + secret})
    check("it opens what it is for", b'"sender"' in urllib.request.urlopen(request).read())

    studies.send([studies.part10("2.25.901")], token=secret)
    for name, role, site in (("auditor", "Auditor", ""), ("reader", "Radiologist", ""), ("guest", "Radiologist", "north")):
      page.get_by_role("button", name="Add user").click()
      dialog = page.get_by_role("dialog", name="Add user")
      dialog.get_by_label("Name").fill(name)
      dialog.get_by_label("Password").fill("a long enough password")
      for other in ("Radiologist", "Auditor"):
        dialog.get_by_label(re.compile("^" + other)).set_checked(other == role)
      dialog.get_by_label("Sites").fill(site)
      dialog.get_by_role("button", name="Add user").click()
      dialog.wait_for(state="detached")
    check("nobody is offered to remove themselves", browser.counted(page.get_by_role("button", name="Remove admin"), 0))

    with browsing.page(tolerates=("401", "403")) as other:
      other.goto(WEB + "/control")
      browser.sign_in(other, "auditor", "a long enough password")
      other.get_by_role("heading", name="Audit").wait_for()
      links = other.get_by_role("navigation", name="Control room").get_by_role("link").all_inner_texts()
      equal("an auditor is offered the audit alone", links, ["Audit"])
      open_later = other.goto(WEB + "/control/nodes")
      check("(the page answers)", open_later.ok)
      other.get_by_text("Not yours to see").wait_for()
      check("and told so elsewhere", True)
      other.goto(WEB + "/viewer/2.25.901")
      other.get_by_text("Your roles do not allow this.").wait_for()
      check("and sees no study", browser.counted(other.locator("canvas"), 0))
    with browsing.page(tolerates=("401", "404")) as other:
      other.goto(WEB + "/viewer/2.25.901")
      browser.sign_in(other, "guest", "a long enough password")
      other.get_by_role("heading", name="There is no such study").wait_for()
      check("to another site's reader the study does not exist", browser.counted(other.locator("canvas"), 0))
    with browsing.page(tolerates=("401",)) as other:
      other.goto(WEB + "/studies")
      browser.sign_in(other, "reader", "a long enough password")
      other.get_by_role("link", name="Studies").wait_for()
      check("a radiologist is not offered the control room", browser.counted(other.get_by_role("link", name="Control room"), 0))

    page.get_by_role("button", name="Change reader").click()
    dialog = page.get_by_role("dialog", name="Change reader")
    browser.accessible(page, "the dialog 'Change reader'")
    dialog.get_by_label(re.compile("^Auditor")).check()
    dialog.get_by_role("button", name="Save").click()
    dialog.wait_for(state="detached")
    row(page, "reader").get_by_text("Auditor").wait_for()
    with browsing.page(tolerates=("401",)) as other:
      other.goto(WEB + "/control")
      browser.sign_in(other, "reader", "a long enough password")
      other.get_by_role("heading", name="Audit").wait_for()
      check("a user whose roles are changed keeps the password", True)

    page.get_by_role("button", name="Remove reader").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    row(page, "reader").wait_for(state="detached")
    page.get_by_role("button", name="Remove pump").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.get_by_text("No tokens yet").wait_for()
    try:
      urllib.request.urlopen(request)
      check("a removed token opens nothing", False)
    except urllib.error.HTTPError as error:
      equal("a removed token opens nothing", error.code, 401)


def looks(browsing):
  """Every page at three sizes, light and dark: nothing sticks out, and axe finds nothing."""
  import viewer_data
  viewer_data.store(viewer_data.ct(21, count=4, side=32))
  for width, height in SIZES:
    for dark in (False, True):
      # The server notices late that a page which listened has gone; listening waits its turn then.
      with browsing.page(width, height, dark=dark, tolerates=("429",)) as page:
        for name in PAGES:
          open_page(page, name)
          page.locator(".control-page [aria-busy]").first.wait_for(state="detached")
          where = "%s at %d %s" % (name or "/", width, "dark" if dark else "light")
          wide = page.evaluate("Math.max(document.documentElement.scrollWidth, document.querySelector('.control-page').scrollWidth) - innerWidth")
          check("nothing sticks out of " + where, wide <= 0, wide)
          if width != 1024:
            browser.accessible(page, where)
    with browsing.page(width, height, tolerates=("429",)) as page:
      dialogs(page, "at %d" % width)


def dialogs(page, where):
  """Every form of the control room, and the pages of one node and one queue."""
  for name, button in (("/nodes", "Add node"), ("/rules", "Add destination"), ("/sources", "Add profile"), ("/people", "Add user"),
                       ("/people", "Add token")):
    open_page(page, name)
    page.get_by_role("button", name=button, exact=True).first.click()
    dialog = page.get_by_role("dialog", name=button)
    dialog.wait_for()
    browser.accessible(page, "the dialog '%s' %s" % (button, where))
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")


def shots(page):
  for theme in ("light", "dark"):
    page.emulate_media(color_scheme=theme)
    for width, height in SIZES:
      page.set_viewport_size({"width": width, "height": height})
      for name in PAGES:
        open_page(page, name)
        page.wait_for_timeout(2500)
        page.screenshot(path=os.path.join(SHOTS, "control%s-%d-%s.png" % (name.replace("/", "-"), width, theme)))


browser.run({"flows": flows, "sources": sources, "people": people, "looks": looks})
