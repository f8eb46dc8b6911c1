"""Reading studies: opening, scrolling, windowing, clips, layouts, keys, delays, failures, memory."""

import contextlib
import os
import random

import numpy
from playwright.sync_api import Error

import browser
import viewer_data as data
from browser import WEB, check, equal
from viewer_page import VIEWPORT, open_study, read_back, shown, testimony, wait_for, witness

COUNT = 24


def middle(place, center=120, width=255):
  """The displayed level in the middle of slice `place` of the built CT."""
  return numpy.clip((place * 10 - (center - 0.5)) / (width - 1) + 0.5, 0, 1) * 255


def ct_study(study):
  slices = data.ct(study, count=COUNT)
  data.store(slices)
  return slices


def opening(browsing):
  slices = ct_study(711)
  data.store([data.report(711, 2), data.document(711, 3), data.clip(711, 4)])
  with browsing.page() as page:
    requests = []
    page.on("request", lambda request: requests.append(request.url.replace(WEB, "")))
    open_study(page, data.uid(711))
    first = shown(page)
    equal("the slice nearest the head is first", first["instance"], slices[0].SOPInstanceUID)
    equal("all slices are counted", (first["index"], first["count"]), ("1", str(COUNT)))
    viewport = page.locator(VIEWPORT)
    for corner, texts in {
        "patient": ["Viewer, Eva", "VIEW711", "1964-02-29", "F"],
        "study": ["Built study 711", "Series 1", "2024-01-02", "09:30"],
        "slice": ["H 300 mm", "thickness 2.5 mm", "spacing 2.5 mm", "W 255 C 120", "Zoom"],
        "pixels": ["0.8 × 0.8 mm", "in the patient"]}.items():
      found = viewport.locator(".corner." + corner).inner_text().replace("  ", " ")
      check(f"the corner {corner} says it", all(text in found for text in texts), found)
    letters = {side: viewport.locator(".letter." + side).inner_text() for side in ("top", "right", "bottom", "left")}
    equal("the edges are named", letters, {"top": "A", "right": "L", "bottom": "P", "left": "R"})
    check("there is a scale bar", viewport.locator(".scale").inner_text().endswith("cm"))
    check("every image says that it is not for diagnosis", browser.visible(viewport.get_by_text("Not for diagnostic use")))
    equal("the state is told", viewport.locator(".badge").inner_text(), "Source quality")
    browser.accessible(page, "the viewer")
    pixel_requests = [url for url in requests if "/frames/" in url or "/metadata" in url]
    check("pixels come by DICOMweb", pixel_requests and all(url.startswith("/dicom-web/") for url in pixel_requests))
    others = [url for url in requests if url.startswith("/api/")]
    check("and nothing of the study by another way", all("/studies" not in url for url in others), others)
    check("no patient in the address", "Viewer" not in page.url and "VIEW711" not in page.url)

    # After turns and mirrors.
    page.keyboard.press("r")
    page.wait_for_function("() => document.querySelector('.letter.top').textContent === 'R'")
    equal("a turn turns the letters", viewport.locator(".letter.right").inner_text(), "A")
    page.keyboard.press("h")
    page.wait_for_function("() => document.querySelector('.letter.right').textContent === 'P'")
    page.keyboard.press("x")
    page.wait_for_function("() => document.querySelector('.letter.top').textContent === 'A'")

    # Objects without images.
    entries = page.locator("button.series")
    page.wait_for_function("() => document.querySelectorAll('button.series').length === 4")
    entries.nth(1).click()
    wait_for(page, state="object")
    check("a report says what it is", browser.visible(viewport.get_by_role("heading", name="Basic Text SR")))
    check("its attributes can be read", browser.visible(viewport.get_by_role("button", name="Show attributes")))
    entries.nth(2).click()
    page.wait_for_function("() => document.querySelector('iso-viewport h3').textContent === 'Encapsulated PDF'")
    check("a document can be opened", viewport.get_by_role("link", name="Open the document").get_attribute("href").endswith("/rendered"))
    check("nothing of the image before is left", shown(page).get("instance") is None)

    # Attributes.
    entries.nth(0).click()
    wait_for(page, state="source")
    page.keyboard.press("t")
    dialog = page.get_by_role("dialog", name="Attributes")
    dialog.wait_for()
    dialog.get_by_role("searchbox").fill("image position")
    check("an attribute is found by its name", browser.counted(dialog.locator("tbody tr"), 1))
    check("and shown", "300" in dialog.locator("tbody tr").inner_text())
    browser.accessible(page, "the attributes")
    # The first clears the search.
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard").wait_for()
    browser.accessible(page, "the keys of the viewer")
    page.keyboard.press("Escape")


def scrolling(browsing):
  slices = ct_study(712)
  with browsing.page() as page:
    open_study(page, data.uid(712))

    def at(place, name):
      wait_for(page, index=place + 1, state="source", instance=slices[place].SOPInstanceUID)
      check(name, True)

    for key, place in (("ArrowDown", 1), ("PageDown", 11), ("End", COUNT - 1), ("ArrowUp", COUNT - 2), ("PageUp", COUNT - 12),
                       ("Home", 0), ("ArrowUp", 0)):
      page.keyboard.press(key)
      at(place, f"{key} leads to slice {place + 1}")
    box = page.locator(VIEWPORT).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    for _ in range(3):
      page.mouse.wheel(0, 120)
    at(3, "three notches of the wheel lead to slice 4")
    page.mouse.wheel(0, -120)
    at(2, "one back to slice 3")
    slider = page.get_by_role("slider", name="Image", exact=True)
    slider.fill("20")
    at(19, "the slider leads to slice 20")
    page.keyboard.press("s")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - box["height"] * 0.4, steps=10)
    page.mouse.up()
    moved = int(shown(page)["index"])
    check("dragging scrolls", moved < 18, moved)


def windowing(browsing):
  ct_study(713)
  with browsing.page() as page:
    open_study(page, data.uid(713))

    def window():
      return page.locator(VIEWPORT).get_attribute("data-window")

    equal("the image's own window is first", window(), "120 255 LINEAR")
    for key, expected in (("1", "-600 1500 LINEAR"), ("3", "500 2000 LINEAR"), ("4", "40 80 LINEAR"), ("0", "120 255 LINEAR")):
      page.keyboard.press(key)
      page.wait_for_function("(text) => document.querySelector('iso-viewport').dataset.window === text", arg=expected)
      check(f"{key} is a preset", True)
    page.get_by_role("button", name="Presets").click()
    page.get_by_role("button", name="LUNG W 1500").click()
    page.wait_for_function("() => document.querySelector('iso-viewport').dataset.window === '-600 1500 LINEAR'")
    check("the image's second window can be chosen", True)
    page.keyboard.press("0")
    box = page.locator(VIEWPORT).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 60, steps=6)
    page.mouse.up()
    center, width, _ = window().split()
    check("dragging right widens, down raises", float(width) > 300 and float(center) > 150, window())
    page.keyboard.press("ArrowDown")
    wait_for(page, index=2, state="source")
    equal("a window that was chosen stays while scrolling", window().split()[:2], [center, width])
    found = read_back(page, data.SIDE, data.SIDE)
    level = found[data.SIDE // 2, data.SIDE // 2, 0]
    expected = middle(1, float(center), float(width))
    check("and it is what is drawn", abs(level - expected) <= 1.01, (level, expected))
    page.keyboard.press("i")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    inverse = read_back(page, data.SIDE, data.SIDE)[data.SIDE // 2, data.SIDE // 2, 0]
    check("inverting inverts", abs(int(inverse) + int(level) - 255) <= 1, (inverse, level))
    page.keyboard.press("x")
    page.wait_for_function("() => document.querySelector('iso-viewport').dataset.window === '120 255 LINEAR'")
    zoom = page.locator(".corner.slice")
    before = zoom.inner_text()
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    page.wait_for_function("(text) => document.querySelector('.corner.slice').innerText !== text", arg=before)
    check("Ctrl with the wheel zooms", True)
    page.mouse.dblclick(x, y)
    page.keyboard.press("f")
    page.wait_for_function("(text) => document.querySelector('.corner.slice').innerText === text", arg=before)
    check("and F fits again", True)


def delays(browsing):
  """Answers that come late, in any order: never another slice than the one that is said, never a wrong one in the end."""
  slices = ct_study(714)
  order = {made.SOPInstanceUID: place for place, made in enumerate(slices)}
  dice = random.Random(int(os.environ.get("ISOCENTER_SEED", "20261121")))
  with browsing.page(tolerates=("ERR_FAILED", "ERR_ABORTED")) as page:
    pending = []
    page.route("**/frames/*", lambda route: pending.append((dice.random(), route)))
    page.goto(f"{WEB}/viewer/{data.uid(714)}")
    page.wait_for_selector(f'{VIEWPORT}[data-state="loading"]')
    equal("while nothing has come, nothing is drawn", shown(page).get("instance"), None)
    check("and it says that it waits", "Loading 1" in page.locator(".badge").inner_text())
    witness(page)

    def answer(some):
      """Lets through some of what waits, in an order of its own."""
      waiting = sorted(pending, key=lambda entry: entry[0])
      pending.clear()
      for index, (turn, route) in enumerate(waiting):
        if index < some:
          with contextlib.suppress(Error):  # The viewer does not wait for it any more.
            route.continue_()
        else:
          pending.append((turn, route))

    steps = {"ArrowDown": 1, "PageDown": 10, "PageUp": -10, "End": COUNT, "ArrowUp": -1}
    goal = 1
    # A slow machine draws few of them, so it goes on until some were.
    drawn = "() => new Set(window.seen.map((each) => each.instance).filter(Boolean)).size"
    for turn in range(400):
      if turn >= 40 and page.evaluate(drawn) > 2:
        break
      key = dice.choice(["ArrowDown", "ArrowDown", *steps])
      goal = min(max(goal + steps[key], 1), COUNT)
      page.keyboard.press(key)
      answer(dice.choice([0, 2, 5, 100]))
      page.wait_for_timeout(dice.choice([0, 40, 90]))
    for _ in range(400):
      answer(100)
      if (shown(page)["state"], shown(page)["index"]) == ("source", str(goal)):
        break
      page.wait_for_timeout(25)
    final = shown(page)
    equal("in the end the slice asked for is there", (final["instance"], final["index"]), (slices[goal - 1].SOPInstanceUID, str(goal)))
    page.wait_for_timeout(100)
    seen = testimony(page)
    drawn = [each for each in seen if each.get("instance")]
    check("the witness saw slices", len({each["instance"] for each in drawn}) > 2, len(drawn))
    wrong = [each for each in drawn if abs(each["level"][0] - middle(order[each["instance"]])) > 1.01]
    check("what is drawn is what the viewport says", not wrong, wrong[:3])
    sources = [each for each in drawn if each["state"] == "source"]
    wrong = [each for each in sources if order[each["instance"]] != int(each["index"]) - 1]
    check("source quality is said of the slice asked for only", not wrong, wrong[:3])
    position = lambda each: "H %s mm" % format(300 - 2.5 * order[each["instance"]], "g")
    wrong = [each for each in drawn if position(each) not in each["text"]]
    check("the text is of the slice drawn", not wrong, wrong[:3])
    page.unroute_all(behavior="ignoreErrors")


def stale(browsing):
  """An answer that is of another frame is not shown."""
  slices = ct_study(715)
  with browsing.page() as page:
    other = slices[5].SOPInstanceUID

    def answer_wrongly(route):
      if slices[1].SOPInstanceUID + "/" not in route.request.url:
        route.continue_()
        return
      route.fulfill(response=route.fetch(url=route.request.url.replace(slices[1].SOPInstanceUID, other)))
    page.route("**/frames/*", answer_wrongly)
    open_study(page, data.uid(715))
    page.keyboard.press("ArrowDown")
    wait_for(page, index=2, state="failed")
    equal("nothing is drawn", shown(page).get("instance"), None)
    check("and it is said why", browser.visible(page.get_by_text("The server answered with another frame. It is not shown.")))
    page.keyboard.press("ArrowDown")
    wait_for(page, index=3, state="source")


def clips(browsing):
  data.store([data.clip(716, frames=10, milliseconds=40)])
  with browsing.page() as page:
    open_study(page, data.uid(716))
    equal("every frame counts", shown(page)["count"], "10")
    check("the rate is the clip's", browser.visible(page.get_by_text("25 per second")))
    check("a clip plays when asked", shown(page)["playing"] == "false")
    witness(page)
    page.keyboard.press("Space")
    page.wait_for_function("() => window.seen.filter((each, index, all) => index > 0 && each.frame < all[index - 1].frame).length >= 2")
    page.keyboard.press("Space")
    wait_for(page, playing="false")
    seen = [each for each in testimony(page) if each.get("frame")]
    frames = [int(each["frame"]) for each in seen]
    steps = [(after - before) % 10 for before, after in zip(frames, frames[1:])]
    check("no frame is skipped", max(steps) <= 1, steps)
    wrong = [each for each in seen if abs(each["level"][0] - 20 * (int(each["frame"]) - 1)) > 1]
    check("each frame is the one it says", not wrong, wrong[:3])
    page.get_by_role("slider", name="Frames per second").fill("5")
    check("the rate can be changed", browser.visible(page.get_by_text("5 per second")))
    page.get_by_role("button", name="Play").click()
    wait_for(page, playing="true")
    page.get_by_role("button", name="Pause").click()
    wait_for(page, playing="false")


def layouts(browsing):
  ct_study(717)
  data.store(data.ct(717, 2, count=5) + [data.clip(717, 3)])
  with browsing.page() as page:
    open_study(page, data.uid(717))
    page.wait_for_function("() => document.querySelectorAll('button.series canvas').length === 3")
    page.keyboard.press("Shift+!")
    for key, count, layout in (("$", 4, "2x2"), ("\"", 2, "1x2"), ("#", 2, "2x1"), ("!", 1, "1x1"), ("$", 4, "2x2")):
      page.keyboard.press("Shift+" + key)
      page.wait_for_function(f"() => document.querySelectorAll('iso-viewport').length === {count}")
      equal(f"layout {layout} has {count} viewports", page.locator("iso-viewer").get_attribute("data-layout"), layout)
    for place in range(3):
      wait_for(page, place, state="source")
    equal("new viewports begin with the other series", [shown(page, place)["count"] for place in range(3)], [str(COUNT), "5", "10"])
    check("the last has nothing to show and says so", browser.visible(page.locator(VIEWPORT).nth(3).get_by_text("Drag a series here")))
    page.locator("button.series").nth(1).drag_to(page.locator(VIEWPORT).nth(3))
    wait_for(page, 3, state="source", count=5)
    check("a series is dragged into a viewport, which becomes active", "active" in page.locator(VIEWPORT).nth(3).get_attribute("class"))
    page.keyboard.press("End")
    wait_for(page, 3, index=5)
    equal("keys act on the active viewport only", [shown(page, place)["index"] for place in range(3)], ["1", "1", "1"])
    page.keyboard.press("]")
    page.keyboard.press("End")
    wait_for(page, 0, index=COUNT)
    page.keyboard.press(".")
    wait_for(page, 0, count=5)
    check("the next series is opened by a key", True)
    page.locator("button.series").nth(2).click()
    wait_for(page, 0, count=10)
    check("a click opens in the active viewport", True)


def coded(browsing):
  """What the browser cannot decode the server does: grey values as they are stored, colours as a preview that says so."""
  gray = (numpy.arange(64 * 64, dtype="uint32").reshape(64, 64) % 251).astype("uint8")
  color = numpy.stack([gray, gray[::-1], gray[:, ::-1]], axis=-1).copy()
  data.store([data.jpeg2000(720, 1, gray), data.jpeg2000(720, 2, color)])
  with browsing.page() as page:
    open_study(page, data.uid(720))
    equal("grey values are of source quality", page.locator(f"{VIEWPORT} .badge").inner_text(), "Source quality")
    found = read_back(page, 64, 64)
    plain = data.expected_gray(data.pixels(data.blank(720, 1, 1), gray))
    check("and are those that were coded", numpy.abs(found[:, :, 0].astype(int) - plain).max() <= 1,
          numpy.abs(found[:, :, 0].astype(int) - plain).max())
    page.locator("button.series").nth(1).click()
    wait_for(page, state="preview")
    equal("colours are a preview", page.locator(f"{VIEWPORT} .badge").inner_text(), "Preview")
    check("of the right colours", numpy.abs(read_back(page, 64, 64).astype(int) - color).mean() < 8)


def failures(browsing):
  ct_study(718)
  data.store([data.compressed(718, 2)])
  with browsing.page(tolerates=("406", "500")) as page:
    open_study(page, data.uid(718))
    page.locator("button.series").nth(1).click()
    wait_for(page, state="failed")
    check("a transfer syntax that cannot be shown is named", browser.visible(page.get_by_text("JPEG 2000 Lossless, which this viewer cannot decode")))
    equal("and nothing is drawn", shown(page).get("instance"), None)
  with browsing.page() as page:
    page.goto(f"{WEB}/viewer/1.2.3.4.5")
    page.get_by_role("heading", name="There is no such study").wait_for()
    check("a study that is not there is said not to be", browser.visible(page.get_by_text("it is not yours to see")))
  with browsing.page(tolerates=("ERR_", "406", "500")) as page:
    # The network goes after the first images and comes back.
    open_study(page, data.uid(718))
    page.route("**/frames/*", lambda route: route.abort("connectionfailed"))
    page.reload()
    wait_for(page, state="failed")
    check("a lost network is said", browser.visible(page.get_by_text("The server cannot be reached. Trying again…").first))
    page.unroute_all(behavior="ignoreErrors")
    wait_for(page, state="source")
    check("and the image comes by itself when it is back", True)
  with browsing.page(tolerates=("406", "500")) as page:
    page.route("**/metadata", lambda route: route.fulfill(status=500, body="{}"))
    page.goto(f"{WEB}/viewer/{data.uid(718)}")
    page.locator("button.series").first.get_by_text("Not shown").wait_for()
    page.unroute_all(behavior="ignoreErrors")
    page.locator("button.series").first.click()
    wait_for(page, state="source")
    check("a series that could not be read is read when it is clicked", True)
  with browsing.page(tolerates=("406", "500")) as page:
    page.add_init_script("const get = HTMLCanvasElement.prototype.getContext; HTMLCanvasElement.prototype.getContext = "
                         "function (kind, ...rest) { return kind === 'webgl2' ? null : get.call(this, kind, ...rest); };")
    open_study(page, data.uid(718))
    check("without WebGL2 it is said", browser.visible(page.get_by_text("Drawn without WebGL2")))
    found = read_back(page, data.SIDE, data.SIDE)[data.SIDE // 2, data.SIDE // 2, 0]
    check("and the pixels are the same", abs(found - middle(0)) <= 1.01, (found, middle(0)))
    equal("drawn by the other way", shown(page)["drawnBy"], "canvas")


def memory(browsing):
  """Fifty studies one after the other: nothing stays."""
  studies = [721, 722, 723]
  for study in studies:
    data.store(data.ct(study, count=12, side=256) + [data.clip(study, 2)])
  with browsing.page() as page:
    client = page.context.new_cdp_session(page)
    open_study(page, data.uid(studies[0]))

    def measure():
      page.wait_for_timeout(50)
      for _ in range(3):
        client.send("HeapProfiler.collectGarbage")
      counted = client.send("Memory.getDOMCounters")
      return page.evaluate("performance.memory.usedJSHeapSize"), counted["nodes"], counted["jsEventListeners"]

    def switch(count):
      for turn in range(count):
        study = studies[turn % len(studies)]
        page.evaluate("(address) => import('/parts/navigation.js').then((parts) => parts.navigate(address))", f"/viewer/{data.uid(study)}")
        page.wait_for_function(
          "(start) => { const data = document.querySelector('iso-viewport')?.dataset; "
          "return data?.state === 'source' && data.instance?.startsWith(start); }", arg=data.uid(study) + ".")
      page.evaluate("() => import('/parts/navigation.js').then((parts) => parts.navigate('/nowhere'))")
      page.wait_for_function("() => !document.querySelector('iso-viewer')")

    # What the browser itself keeps of what it has run settles first.
    switch(20)
    before = measure()
    switch(50)
    after = measure()
    print("heap, nodes, listeners before and after 50 studies:", before, after)
    # The browser's own tools keep a little of each request; nothing of a study would be so small.
    check("the heap does not grow", after[0] <= before[0] * 1.05 + 200_000, (before, after))
    for module, name in (("io/frame-store.js", "FrameStore"), ("io/decoders.js", "Decoders"), ("gui/iso-viewport.js", "IsoViewport"),
                         ("gui/gl-renderer.js", "GLRenderer")):
      made = client.send("Runtime.evaluate", {
        "expression": f"import('/viewer/{module}').then((found) => found.{name}.prototype)", "awaitPromise": True})
      found = client.send("Runtime.queryObjects", {"prototypeObjectId": made["result"]["objectId"]})
      count = client.send("Runtime.callFunctionOn", {
        "objectId": found["objects"]["objectId"], "functionDeclaration": "function () { return this.length; }"})
      # The browser itself may hold the last page's elements a while longer.
      check(f"no {name} stays but the last", count["result"]["value"] <= 1, count["result"]["value"])
    check("no elements stay", after[1] <= before[1] * 1.02 + 50, (before, after))
    check("no listeners stay", after[2] <= before[2] + 5, (before, after))
    equal("no workers stay", len(page.workers), 0)


def shots(browsing):
  """The viewer as it looks, at three sizes; kept where SHOTS says."""
  folder = os.environ.get("SHOTS")
  study = os.environ.get("SHOTS_STUDY") or data.uid(711)
  if study == data.uid(711):
    ct_study(711)
  for name, width, height, more in (("desktop", 1440, 900, {}), ("tablet", 1024, 768, {}), ("phone", 390, 844, {"has_touch": True, "is_mobile": True})):
    with browsing.page(width=width, height=height, **more) as page:
      open_study(page, study)
      page.wait_for_timeout(300)
      if folder:
        page.screenshot(path=f"{folder}/viewer-{name}.png")
      overflow = page.evaluate("document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight")
      check(f"{name} has nothing beyond its edges", not overflow)
      box = page.locator(VIEWPORT).bounding_box()
      check(f"{name} leaves most to the image", box["width"] * box["height"] > 0.55 * width * height, box)


def touch(browsing):
  slices = ct_study(719)
  with browsing.page(width=390, height=844, has_touch=True, is_mobile=True) as page:
    open_study(page, data.uid(719))
    client = page.context.new_cdp_session(page)
    box = page.locator(VIEWPORT).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def send(kind, *points):
      client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py, "id": number} for number, (px, py) in enumerate(points)]})

    send("touchStart", (x, y))
    for step in range(1, 11):
      send("touchMove", (x, y + step * 15))
    send("touchEnd")
    page.wait_for_function("() => Number(document.querySelector('iso-viewport').dataset.index) > 3")
    check("one finger scrolls", True)
    zoom = page.locator(".corner.slice").inner_text()
    send("touchStart", (x - 20, y), (x + 20, y))
    for step in range(1, 6):
      send("touchMove", (x - 20 - step * 12, y), (x + 20 + step * 12, y))
    send("touchEnd")
    page.wait_for_function("(text) => document.querySelector('.corner.slice').innerText !== text", arg=zoom)
    number = lambda text: int(text.split("Zoom ")[1].split()[0])
    check("two fingers zoom", number(page.locator(".corner.slice").inner_text()) > 1.5 * number(zoom), zoom)


browser.run({
  "opening": opening, "scrolling": scrolling, "windowing": windowing, "delays": delays, "stale": stale, "clips": clips,
  "layouts": layouts, "coded": coded, "failures": failures, "memory": memory, "touch": touch, "shots": shots})
