"""What the viewer's scripts share: opening a study, reading an image back from its canvas, a witness of what is drawn."""

import base64

import numpy

from browser import WEB

VIEWPORT = "iso-viewport"


def open_study(page, study, state="source"):
  page.goto(f"{WEB}/viewer/{study}")
  page.wait_for_selector(f'{VIEWPORT}[data-state="{state}"]')


def shown(page, place=0):
  """Everything a viewport says of itself."""
  return page.locator(VIEWPORT).nth(place).evaluate("(element) => ({ ...element.dataset })")


def wait_for(page, place=0, **data):
  """Waits until a viewport says so of itself."""
  page.wait_for_function(
    """([place, wanted]) => {
      const data = document.querySelectorAll('iso-viewport')[place]?.dataset;
      return data && Object.entries(wanted).every(([name, value]) => data[name] === value);
    }""", arg=[place, {name: str(value) for name, value in data.items()}])


def read_back(page, rows, columns, place=0):
  """The image at one display pixel a pixel, from the canvas: rows × columns × 3."""
  page.keyboard.press("o")
  page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
  text = page.evaluate(
    """([place, columns, rows]) => {
      const canvas = document.querySelectorAll('iso-viewport canvas.image')[place];
      const x = Math.round(canvas.width / 2 - columns / 2), y = Math.round(canvas.height / 2 - rows / 2);
      const { data } = canvas.getContext('2d').getImageData(x, y, columns, rows);
      let text = '';
      for (let start = 0; start < data.length; start += 8192) {
        text += String.fromCharCode(...data.subarray(start, start + 8192));
      }
      return btoa(text);
    }""", [place, columns, rows])
  return numpy.frombuffer(base64.b64decode(text), "uint8").reshape(rows, columns, 4)[:, :, :3]


# Looks at every frame of the display: the level in the middle of the image, and which instance the viewport says it is.
WITNESS = """() => {
  window.seen = [];
  const viewport = document.querySelector('iso-viewport');
  const canvas = viewport.querySelector('canvas.image');
  const look = () => {
    const { instance, frame, index, state } = viewport.dataset;
    const text = viewport.querySelector('.corner.slice').textContent;
    const context = canvas.getContext('2d');
    const level = [...context.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data].slice(0, 3);
    window.seen.push({ instance, frame, index, state, text, level });
    window.looking = requestAnimationFrame(look);
  };
  look();
}"""


def witness(page):
  page.evaluate(WITNESS)


def testimony(page):
  return page.evaluate("() => { cancelAnimationFrame(window.looking); return window.seen; }")
