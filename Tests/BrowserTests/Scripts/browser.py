"""What every script shares: the browser, the findings, and how a page is signed in to.

A script calls `run({"section": function, …})`; each function takes a `Browsing`. What a page writes to its console as an
error, an exception in it, and a breach of the Content-Security-Policy are findings against it.
"""

import contextlib
import json
import os
import pathlib
import sys

from playwright.sync_api import Error, expect, sync_playwright

WEB = os.environ["BROWSER_WEB"]
WORK = os.environ["BROWSER_WORK"]
PASSWORD = os.environ.get("BROWSER_PASSWORD", "")
# Longer than anything here takes on a machine that does other things too.
PATIENCE = 120_000
ARGUMENTS = [
  "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
  "--enable-precise-memory-info", "--js-flags=--expose-gc",
]

findings = []


def check(name, holds, detail=""):
  findings.append({"name": name, "ok": bool(holds), "detail": "" if holds else str(detail)[:1000]})
  return bool(holds)


def equal(name, found, expected):
  return check(name, found == expected, "found %r, expected %r" % (found, expected))


def visible(locator):
  """Whether it comes into sight: a page draws when it has its answers, not when a script looks."""
  try:
    locator.wait_for(state="visible")
  except Error:
    return False
  return True


def counted(locator, number):
  """Whether there come to be so many."""
  try:
    expect(locator).to_have_count(number, timeout=PATIENCE)
  except AssertionError:
    return False
  return True


class Browsing:
  def __init__(self, browser):
    self.browser = browser

  @contextlib.contextmanager
  def page(self, width=1440, height=900, dark=False, tolerates=(), **options):
    """A page in a context of its own. `tolerates` are parts of console errors that the script provokes itself."""
    context = self.browser.new_context(
      viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light",
      device_scale_factor=options.pop("scale", 1), **options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
      yield page
    finally:
      unexpected = [text for text in errors if not any(part in text for part in tolerates)]
      check("the page complains of nothing", not unexpected, unexpected)
      context.close()


def sign_in(page, name="admin", password=PASSWORD):
  page.get_by_label("Name").fill(name)
  page.get_by_label("Password").fill(password)
  page.get_by_role("button", name="Sign in").click()


def accessible(page, what):
  """axe-core finds nothing on the page as it is now. Evaluated as a text: the page's policy forbids it a script element."""
  import axe_playwright_python
  source = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
  page.evaluate(source + "; 0")
  # A dialog that is still fading in has the contrast of a ghost.
  page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished.catch(() => null))).then(() => 0)")
  report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
  found = ["%s: %s" % (one["id"], [node["target"] for node in one["nodes"]][:3]) for one in report["violations"]]
  check("axe finds nothing in " + what, not found, json.dumps(found))


def run(sections):
  chosen = sys.argv[1:] or list(sections)
  with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=os.environ["BROWSER_PROGRAM"], args=ARGUMENTS)
    for section in chosen:
      sections[section](Browsing(browser))
    browser.close()
  print("findings: " + json.dumps({"findings": findings}))
