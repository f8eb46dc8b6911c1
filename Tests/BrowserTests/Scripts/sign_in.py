"""Signing in and out, and a session that ends in the middle."""

import browser
from browser import WEB, check, equal


def guarded(browsing):
  with browsing.page(tolerates=("401", "404")) as page:
    page.goto(WEB + "/")
    page.get_by_role("heading", name="Isocenter").wait_for()
    check("a stranger sees that it is not for diagnosis", browser.visible(page.get_by_text("Not for diagnostic use")))
    check("a stranger sees nothing else", browser.counted(page.locator("iso-study-list"), 0))
    browser.accessible(page, "signing in")
    check("the name has the focus", page.evaluate("document.activeElement.name") == "name")

    browser.sign_in(page, password="not the password")
    page.get_by_text("Name or password is wrong.").wait_for()
    equal("a wrong password leaves the field marked", page.get_by_label("Password").get_attribute("aria-invalid"), "true")
    check("and the focus in it", page.evaluate("document.activeElement.name") == "password")

    browser.sign_in(page)
    page.locator("iso-study-list").wait_for()
    equal("signing in leads to the studies", page.evaluate("location.pathname"), "/studies")
    check("the bar names who is here", browser.visible(page.get_by_role("button", name="Account: admin")))

    page.goto(WEB + "/viewer/1.2.3")
    page.locator("iso-viewer").wait_for()
    check("a page that was asked for is shown without signing in again", browser.counted(page.get_by_label("Password"), 0))

    page.goto(WEB + "/nowhere")
    check("an address that is none is said to be none", "404" in page.content() or "notFound" in page.content())

    # The session ends while a page is open.
    page.goto(WEB + "/studies")
    page.locator("iso-study-list").wait_for()
    page.context.clear_cookies()
    asked = page.evaluate("import('/data/api.js').then((api) => { window.answer = api.getJSON('/api/v1/counters'); })")
    equal("(the script got its module)", asked, None)
    dialog = page.get_by_role("dialog", name="Your session has ended")
    dialog.wait_for()
    equal("the name is there already", dialog.get_by_label("Name").input_value(), "admin")
    browser.accessible(page, "signing in again")
    page.keyboard.press("Escape")
    check("the dialog insists", browser.visible(dialog))
    dialog.get_by_label("Password").fill(browser.PASSWORD)
    page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    equal("the request goes on", page.evaluate("window.answer.then((rows) => Array.isArray(rows))"), True)

    page.get_by_role("button", name="Account: admin").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Password").wait_for()
    equal("signing out ends the session", page.evaluate("fetch('/api/v1/session').then((a) => a.status)"), 401)


def open_server(browsing):
  with browsing.page(tolerates=("404",)) as page:
    page.goto(WEB + "/")
    page.locator("iso-study-list").wait_for()
    check("nobody is asked", browser.counted(page.get_by_label("Password"), 0))
    page.get_by_role("button", name="Account: open").click()
    check("the menu says so", browser.visible(page.get_by_text("Open server: nobody signs in")))
    check("there is nothing to sign out of", browser.counted(page.get_by_role("button", name="Sign out"), 0))
    page.keyboard.press("Escape")
    check("Escape closes the menu", browser.counted(page.get_by_text("Open server: nobody signs in"), 0))


browser.run({"guarded": guarded, "open": open_server})
