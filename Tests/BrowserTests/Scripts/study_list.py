"""The study list: searching, narrowing, paging, what arrives, the keyboard, accessibility, memory."""

import os
import time

import browser
import studies
from browser import WEB, check, equal

# Studies that are sent before anything is looked at.
COUNT = int(os.environ.get("BROWSER_STUDIES", "5000"))
# What the app asks before the server has it.
ABSENT = ("404",)


def prepare():
  studies.send(studies.many(COUNT))
  studies.send([
    studies.part10("2.25.801", name="Yamada^Tarou=山田^太郎=やまだ^たろう", patient="JP-1", date="20300101", accession="JA1",
                   modality="CT", description="Thorax"),
    studies.part10("2.25.802", name="Ødegård^Åse", patient="NO-1", date="20300102", accession="NA1", modality="MR",
                   description="Brain"),
  ])


def opened(page, address="/studies"):
  page.goto(WEB + address)
  page.locator(".study-row.active, .body .study-row:not(.coming)").first.wait_for()


def wait(page, expression):
  """Waits until an expression holds. As a function: a text would be evaluated in the page, which its policy forbids."""
  page.wait_for_function("() => (%s)" % expression)


def names(page):
  """The names of the lines in the window, in order."""
  return page.evaluate("""[...document.querySelectorAll('.body .study-row')]
    .filter((row) => !row.classList.contains('coming'))
    .sort((a, b) => a.getAttribute('aria-rowindex') - b.getAttribute('aria-rowindex'))
    .map((row) => row.querySelector('.c-patient').textContent)""")


def wait_for_only(page, expected, what):
  try:
    page.wait_for_function(
      """(expected) => { const rows = [...document.querySelectorAll('.body .study-row')];
        return rows.length === expected.length && expected.every((name) => rows.some((row) =>
          row.querySelector('.c-patient').textContent.includes(name))); }""", arg=expected)
    check(what, True)
  except Exception:
    equal(what, names(page), expected)


def search(browsing):
  with browsing.page(tolerates=ABSENT) as page:
    asked = []
    page.on("request", lambda request: asked.append(request) if "/studies/search" in request.url else None)
    opened(page)
    check("the newest study stands first", names(page)[0].startswith("Ødegård, Åse"), names(page)[:3])
    check("the list does not claim to know how many there are", browser.visible(page.get_by_text("More than 100 studies")))
    field = page.get_by_role("searchbox", name="Search studies")

    field.fill("odeg")
    wait_for_only(page, ["Ødegård, Åse"], "finds without diacritics")
    field.fill("太郎")
    wait_for_only(page, ["Yamada, Tarou"], "finds in another script")
    field.fill("jp-1 yam")
    wait_for_only(page, ["Yamada, Tarou"], "finds by number and name together")
    check("counts what it knows", browser.visible(page.get_by_text("1 study", exact=True)))

    before = len(asked)
    field.fill("")
    field.press_sequentially("yamada", delay=20)
    wait_for_only(page, ["Yamada, Tarou"], "finds while somebody types")
    check("does not ask for every letter", len(asked) - before <= 4, len(asked) - before)

    # An older question that is answered late: the answer to the newer one stays.
    def late(route):
      if '"yama"' in (route.request.post_data or ""):
        time.sleep(0.7)
      try:
        route.continue_()
      except Exception:
        pass  # It was given up meanwhile, as it should be.
    page.route("**/studies/search", late)
    field.fill("yama")
    page.wait_for_timeout(250)
    field.fill("odeg")
    wait_for_only(page, ["Ødegård, Åse"], "shows the newer answer")
    page.wait_for_timeout(900)
    wait_for_only(page, ["Ødegård, Åse"], "and not the older one afterwards")

    # The route stays: to take it away while a look is under way can leave that look without an answer.
    field.fill("nobody at all")
    page.get_by_role("heading", name="No study matches").wait_for()
    check("says what to do", browser.visible(page.get_by_role("button", name="Show all studies")))
    page.get_by_role("button", name="Show all studies").click()
    page.get_by_text("More than 100 studies").wait_for()

    # What was typed is nowhere in an address.
    field.fill("yamada")
    wait_for_only(page, ["Yamada, Tarou"], "finds again")
    equal("the address does not hold what was typed", page.evaluate("location.href"), WEB + "/studies")
    page.locator(".body .study-row a").first.click()
    page.locator("iso-viewer").wait_for()
    equal("opening leads to the viewer", page.evaluate("location.pathname"), "/viewer/2.25.801")
    page.go_back()
    wait_for_only(page, ["Yamada, Tarou"], "going back finds the list as it was")
    equal("with what was typed", field.input_value(), "yamada")
    page.reload()
    wait_for_only(page, ["Yamada, Tarou"], "loading the page again too")
    told = [r.url + " " + r.headers.get("referer", "") for r in asked]
    check("no request has it in its address", not any("yama" in text.lower() for text in told), told[:3])


def filters(browsing):
  with browsing.page(tolerates=ABSENT) as page:
    opened(page)
    page.get_by_role("button", name="Modality").click()
    page.get_by_role("checkbox", name="MG").check()
    page.keyboard.press("Escape")
    wait(page, """[...document.querySelectorAll('.body .study-row:not(.coming) .c-modality')]
      .every((cell) => cell.textContent === 'MG') && document.querySelector('.body .study-row:not(.coming)')""")
    equal("a modality stands in the address", page.evaluate("location.search"), "?modality=MG")
    check("the filter says what it is", browser.visible(page.get_by_role("button", name="Modality: MG")))
    page.get_by_role("button", name="Study date").click()
    page.get_by_label("From", exact=True).fill("2001-02-01")
    page.get_by_label("To", exact=True).fill("2001-02-28")
    page.get_by_role("button", name="Apply").click()
    wait(page, "document.querySelector('.count').textContent.includes('7 studies')")
    equal("so does a range", page.evaluate("location.search"), "?modality=MG&from=2001-02-01&to=2001-02-28")
    page.reload()
    wait(page, "document.querySelector('.count')?.textContent.includes('7 studies')")
    check("the address alone leads there", browser.visible(page.get_by_role("button", name="Modality: MG")))
    page.get_by_role("button", name="Clear filters").first.click()
    page.get_by_text("More than 100 studies").wait_for()
    equal("clearing clears the address", page.evaluate("location.search"), "")
    page.get_by_role("button", name="Study date").click()
    page.get_by_role("radio", name="Yesterday").check()
    page.get_by_role("heading", name="No study matches").wait_for()
    equal("a preset stands by its name", page.evaluate("location.search"), "?date=yesterday")


def paging(browsing):
  with browsing.page(tolerates=ABSENT) as page:
    opened(page)
    grid = page.get_by_role("grid", name="Studies")
    most = 0
    rows = 0
    # Wheels down until nothing more comes.
    for _ in range(3 * COUNT // 100 + 20):
      page.evaluate("() => { const grid = document.querySelector('.study-rows'); grid.scrollTop = grid.scrollHeight; }")
      page.wait_for_timeout(60)
      most = max(most, page.evaluate("document.querySelectorAll('.body .study-row').length"))
      found = page.locator(".count").text_content()
      if found == "{:,} studies".format(COUNT + 2):
        break
    equal("the last page is reached", page.locator(".count").text_content(), "{:,} studies".format(COUNT + 2))
    check("the document holds no more lines than the window needs", most <= 60, most)
    wait(page, "!document.querySelector('.body .study-row.coming')")
    last = names(page)[-1]
    check("the oldest study stands last", last.startswith("Doe, Given0"), last)
    page.evaluate("document.querySelector('.study-rows').scrollTop = 0")
    wait(page, "document.querySelector('.c-patient a')?.textContent && "
                           "[...document.querySelectorAll('.c-patient')].some((c) => c.textContent.includes('Ødegård'))")
    check("what was let go comes again", True)
    # Each line once: dates fall from line to line, right through the page boundaries.
    page.evaluate("document.querySelector('.study-rows').scrollTop = 34 * 95")
    page.wait_for_timeout(400)
    wait(page, "!document.querySelector('.body .study-row.coming')")
    order = page.evaluate("""[...document.querySelectorAll('.body .study-row')]
      .sort((a, b) => a.getAttribute('aria-rowindex') - b.getAttribute('aria-rowindex'))
      .map((row) => row.querySelector('.open').getAttribute('href'))""")
    equal("no study is there twice", len(set(order)), len(order))
    check("the grid says that it does not know its length", grid.get_attribute("aria-rowcount") == "-1")


def live(browsing):
  with browsing.page(tolerates=ABSENT) as page:
    opened(page)
    page.wait_for_timeout(500)
    studies.send([studies.part10("2.25.803", name="Neu^Angekommen", patient="N1", date="20310101")])
    page.locator(".body .study-row.new", has_text="Neu, Angekommen").wait_for()
    check("a study that arrives appears by itself, marked", names(page)[0].startswith("Neu, Angekommen"), names(page)[:2])
    # Somebody who has scrolled is told and not moved.
    page.evaluate("document.querySelector('.study-rows').scrollTop = 34 * 60")
    page.wait_for_timeout(300)
    before = names(page)
    studies.send([studies.part10("2.25.804", name="Später^Angekommen", patient="N2", date="20310102")])
    page.get_by_role("button", name="1 new study").wait_for()
    equal("who reads further down is not moved", names(page), before)
    studies.send([studies.part10("2.25.806", name="Noch^Eine", patient="N3", date="20310103")])
    page.get_by_role("button", name="2 new studies").click()
    page.locator(".body .study-row", has_text="Später, Angekommen").wait_for()
    # A study that grows.
    studies.send([studies.part10("2.25.804", name="Später^Angekommen", patient="N2", date="20310102",
                                 instance="2.25.804.1.2")])
    wait(page, """[...document.querySelectorAll('.body .study-row')].find((row) =>
      row.textContent.includes('Später')).querySelector('.c-images').textContent.startsWith('2')""")
    check("a study that grows says so", True)


def keyboard(browsing):
  with browsing.page(tolerates=ABSENT, permissions=["clipboard-read", "clipboard-write"]) as page:
    opened(page)
    active = "document.querySelector('.study-row.active')?.getAttribute('aria-rowindex')"
    page.keyboard.press("ArrowDown")
    equal("the first arrow finds the first line", page.evaluate(active), "2")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("ArrowUp")
    equal("arrows move", page.evaluate(active), "3")
    equal("the grid tells the active line", page.evaluate(
      "document.querySelector('.study-rows').getAttribute('aria-activedescendant')"), "study-1")
    page.keyboard.press("PageDown")
    check("a page moves further", int(page.evaluate(active)) > 15, page.evaluate(active))
    check("the active line is in view", page.evaluate("""(() => {
      const row = document.querySelector('.study-row.active').getBoundingClientRect();
      const grid = document.querySelector('.study-rows').getBoundingClientRect();
      return row.top >= grid.top && row.bottom <= grid.bottom + 1; })()"""))
    page.keyboard.press("Home")
    equal("Home leads to the newest", page.evaluate(active), "2")
    details = page.get_by_role("complementary", name="Study details")
    check("the details stand beside it", browser.visible(details))
    page.get_by_role("button", name="Copy Study Instance UID").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    check("a UID can be copied", copied.startswith("2.25."), copied)
    page.keyboard.press("Escape")
    check("Escape closes them", details.is_hidden())
    check("and the focus is on the list again", page.evaluate("document.activeElement.role") == "grid")
    page.keyboard.press("/")
    check("/ leads to the search", page.evaluate("document.activeElement.type") == "search")
    page.keyboard.type("yamada")
    wait_for_only(page, ["Yamada, Tarou"], "typing finds")
    page.keyboard.press("Enter")
    equal("Enter leads to the first answer", page.evaluate(active), "2")
    page.keyboard.press("Enter")
    page.locator("iso-viewer").wait_for()
    equal("Enter again opens it", page.evaluate("location.pathname"), "/viewer/2.25.801")
    page.go_back()
    page.locator("iso-study-list").wait_for()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
    page.keyboard.press("Escape")
    check("? shows the keys and Escape hides them", browser.counted(page.get_by_role("dialog"), 0))
    for _ in range(2):
      page.keyboard.press("Escape")
    equal("Escape clears the search", page.get_by_role("searchbox").input_value(), "")


def deleting(browsing):
  studies.send([studies.part10("2.25.805", name="Weg^Damit", patient="D1", date="20320101", series="2.25.805.1"),
                studies.part10("2.25.805", name="Weg^Damit", patient="D1", date="20320101", series="2.25.805.2",
                               instance="2.25.805.2.1")])
  with browsing.page(tolerates=ABSENT) as page:
    opened(page)
    page.get_by_text("Weg, Damit").first.wait_for()
    page.keyboard.press("Home")
    details = page.get_by_role("complementary", name="Study details")
    details.get_by_text("Series Instance UID 1").first.wait_for()
    check("the details list the series", browser.counted(details.locator(".series .one"), 2))
    link = details.get_by_role("link", name="Download")
    equal("the download is a link", link.get_attribute("href"), "/api/v1/studies/2.25.805/archive")
    page.get_by_role("button", name="Delete this study").click()
    dialog = page.get_by_role("dialog", name="Delete this study?")
    check("the question names patient and amount", "Weg, Damit" in dialog.text_content() and "2 images" in
          dialog.text_content(), dialog.text_content())
    check("the safe answer has the focus", page.evaluate("document.activeElement.textContent") == "Cancel")
    page.keyboard.press("Escape")
    check("Escape deletes nothing", browser.visible(page.get_by_text("Weg, Damit").first))
    page.get_by_role("button", name="Delete this study").click()
    dialog.get_by_role("button", name="Delete the study").click()
    page.get_by_text("The study was deleted.").wait_for()
    wait(page, "!document.querySelector('.body').textContent.includes('Weg, Damit')")
    check("it is gone from the list", True)


def trouble(browsing):
  with browsing.page(tolerates=("403", "404", "500", "Failed to load")) as page:
    # Without the feed, and the counters that stand in for it, nothing but the button loads the list again.
    page.route("**/api/v1/events", lambda route: route.fulfill(status=403, body="{}"))
    page.route("**/api/v1/counters*", lambda route: route.fulfill(status=500, body="{}"))
    # The list tries again by itself every few seconds: where that came before the button was pressed, from the beginning.
    pressed = False
    for _ in range(10):
      page.route("**/studies/search", lambda route: route.fulfill(status=500, body="{}"))
      page.goto(WEB + "/studies")
      page.get_by_role("heading", name="The list could not be loaded").wait_for()
      page.unroute("**/studies/search")
      pressed = page.evaluate("""() => {
        const button = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === 'Try again')
        button?.click()
        return Boolean(button)
      }""")
      if pressed:
        break
    check("an error says what to do", pressed)
    page.locator(".body .study-row:not(.coming)").first.wait_for()
    check("trying again helps", True)
  with browsing.page(tolerates=("404", "ERR_", "Failed to load")) as page:
    opened(page)
    page.context.set_offline(True)
    page.get_by_role("searchbox").fill("yamada")
    page.get_by_text("The server cannot be reached. Trying again").wait_for()
    check("being offline is said", True)
    page.context.set_offline(False)
    wait_for_only(page, ["Yamada, Tarou"], "the list goes on by itself")
    wait(page, "document.querySelector('.offline').hidden")


def accessible(browsing):
  for dark in (False, True):
    for width, height in ((1440, 900), (390, 844)):
      with browsing.page(width, height, dark, tolerates=ABSENT) as page:
        place = " (%d%s)" % (width, ", dark" if dark else "")
        opened(page)
        browser.accessible(page, "the list" + place)
        page.keyboard.press("ArrowDown")
        page.get_by_role("complementary", name="Study details").get_by_text("Series Instance UID").first.wait_for()
        browser.accessible(page, "the details" + place)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Study date").click()
        browser.accessible(page, "the date menu" + place)
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        browser.accessible(page, "the keys" + place)
        page.keyboard.press("Escape")
        page.keyboard.press("u")
        browser.accessible(page, "choosing an upload" + place)
        page.goto(WEB + "/control")
        page.locator("iso-control-room").wait_for()
        browser.accessible(page, "the control room's place" + place)


def memory(browsing):
  with browsing.page(tolerates=("404", "Failed to load")) as page:
    opened(page)
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")

    def turn(number):
      page.keyboard.press("ArrowDown")
      page.locator(".study-details .uid").nth(1).wait_for()
      page.keyboard.press("Escape")
      page.evaluate("import('/parts/navigation.js').then((m) => m.navigate('/control'))")
      page.locator("iso-control-room").wait_for()
      page.go_back()
      page.locator(".study-rows").wait_for()

    def heap():
      session.send("HeapProfiler.collectGarbage")
      session.send("HeapProfiler.collectGarbage")
      counters = session.send("Memory.getDOMCounters")
      return session.send("Runtime.getHeapUsage")["usedSize"], counters["nodes"], counters["jsEventListeners"]

    for number in range(10):
      turn(number)
    before = heap()
    for number in range(50):
      turn(number)
    after = heap()
    check("the heap does not grow over 50 turns", after[0] - before[0] < 1_000_000, (before, after))
    check("nor do the document's nodes", after[1] - before[1] < 500, (before, after))
    check("nor the listeners", after[2] - before[2] < 50, (before, after))
    print("heap", before, after)


def all_of(browsing):
  prepare()
  for section in (search, filters, paging, live, keyboard, deleting, trouble):
    section(browsing)


def looks(browsing):
  studies.send(studies.many(40))
  accessible(browsing)
  memory(browsing)


browser.run({"all": all_of, "looks": looks, "prepare": lambda _: prepare(), "search": search, "filters": filters,
             "paging": paging, "live": live, "keyboard": keyboard, "deleting": deleting, "trouble": trouble,
             "accessible": accessible, "memory": memory})
