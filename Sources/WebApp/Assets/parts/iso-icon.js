/** `<iso-icon name="search">`: a small drawing in the colour of the text beside it. Never the only carrier of a meaning. */

/** Paths on a grid of 20 × 20, drawn as lines. */
const paths = {
  isocenter: 'M10 2v5M10 13v5M2 10h5M13 10h5M15 10a5 5 0 1 1-10 0a5 5 0 1 1 10 0M10.7 10a.7.7 0 1 1-1.4 0a.7.7 0 1 1 1.4 0',
  search: 'M13.5 8.5a5 5 0 1 1-10 0a5 5 0 1 1 10 0M12.2 12.2L17 17',
  upload: 'M10 13V3.5M6 7l4-4l4 4M3 13v3.5h14V13',
  download: 'M10 3v9.5M6 9l4 4l4-4M3 13v3.5h14V13',
  trash: 'M3.5 5.5h13M8 5.5V3.5h4v2M5 5.5l.8 11h8.4l.8-11M8.3 8.5v5M11.7 8.5v5',
  open: 'M3 4.5h14v11H3zM10 7v6M7 10h6',
  viewer: 'M3 4h14v10H3zM7 17h6M10 14v3',
  close: 'M5 5l10 10M15 5L5 15',
  check: 'M4 10.5l4 4l8-9',
  warning: 'M10 3L18 16.5H2zM10 8v4M10 14.2v.1',
  info: 'M17.5 10a7.5 7.5 0 1 1-15 0a7.5 7.5 0 1 1 15 0M10 9v5M10 6.3v.1',
  copy: 'M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7',
  user: 'M13 7a3 3 0 1 1-6 0a3 3 0 1 1 6 0M3.5 17c.7-3.5 3.2-5 6.5-5s5.8 1.5 6.5 5',
  signOut: 'M12 6V3.5H3.5v13H12V14M8 10h9M14 7l3 3l-3 3',
  keyboard: 'M2.5 5.5h15v9h-15zM5.5 8.5h.1M8.5 8.5h.1M11.5 8.5h.1M14.5 8.5h.1M6.5 11.7h7',
  calendar: 'M3.5 4.5h13v12h-13zM3.5 8.5h13M7 3v3M13 3v3',
  down: 'M5 7.5l5 5l5-5',
  up: 'M5 12.5l5-5l5 5',
  right: 'M7.5 5l5 5l-5 5',
  left: 'M12.5 5l-5 5l5 5',
  pause: 'M7 4.5v11M13 4.5v11',
  play: 'M6 4l10 6l-10 6z',
  folder: 'M2.5 5h5.5l2 2h7.5v9h-15z',
  file: 'M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15',
  filter: 'M3 4.5h14l-5.5 6.5v5l-3 1.5V11z',
  studies: 'M3 5h14M3 10h14M3 15h14',
  control: 'M5 3v14M10 3v14M15 3v14M3 7h4M8 13h4M13 8h4',
  cloudOff: 'M6 15.5a3.5 3.5 0 0 1-.5-7A5 5 0 0 1 14 8a4 4 0 0 1 1.8 7.3M3 3l14 14',
  refresh: 'M16.5 8A7 7 0 0 0 4 6.5M3.5 3v4h4M3.5 12A7 7 0 0 0 16 13.5M16.5 17v-4h-4',
  inbox: 'M3 11l2.5-7h9L17 11v5.5H3zM3 11h4l1 2.5h4l1-2.5h4',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  window: 'M17 10a7 7 0 1 1-14 0a7 7 0 1 1 14 0M10 3v14M10 6.5h5.5M10 10h7M10 13.5h5.5',
  scroll: 'M10 2.5v15M6.5 6L10 2.5L13.5 6M6.5 14l3.5 3.5l3.5-3.5',
  zoom: 'M13.5 8.5a5 5 0 1 1-10 0a5 5 0 1 1 10 0M12.2 12.2L17 17M8.5 6.3v4.4M6.3 8.5h4.4',
  pan: 'M10 2v16M2 10h16M7.8 4.2L10 2l2.2 2.2M7.8 15.8L10 18l2.2-2.2M4.2 7.8L2 10l2.2 2.2M15.8 7.8L18 10l-2.2 2.2',
  invert: 'M3.5 3.5h13v13h-13zM3.5 16.5l13-13M7 13.5v3M10 10.5v6M13 7.5v9',
  turn: 'M15.5 11.5a5.8 5.8 0 1 1-1.9-5.8M14.5 2.5v3.7h-3.7',
  mirrorAcross: 'M10 2.5v15M7.5 5.5v9H2.5zM12.5 5.5v9h5z',
  mirrorDown: 'M2.5 10h15M5.5 7.5h9V2.5zM5.5 12.5h9v5z',
  fit: 'M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4',
  oneToOne: 'M3.5 7L6 5.5v9M12.5 7L15 5.5v9M10 8v.1M10 12v.1',
  reset: 'M4.5 8.5a5.8 5.8 0 1 1 1.2 5.3M4.5 4v4.5H9',
  layout: 'M3 3.5h14v13H3zM10 3.5v13M3 10h14',
  tags: 'M3 4.5h14M3 8.2h14M3 11.8h9M3 15.5h9',
  overlay: 'M3 3.5h14v13H3zM5.5 6.5h4M5.5 9h2.5M11 13.8h3.5',
  panel: 'M3 3.5h14v13H3zM7.5 3.5v13',
  more: 'M4.5 10h.1M10 10h.1M15.5 10h.1',
};

/** @typedef {keyof typeof paths} IconName */

class IsoIcon extends HTMLElement {
  static observedAttributes = ['name'];

  connectedCallback() {
    this.setAttribute('aria-hidden', 'true');
    this.draw();
  }

  attributeChangedCallback() {
    this.draw();
  }

  draw() {
    const name = this.getAttribute('name') ?? '';
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 20 20');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', name in paths ? paths[/** @type {IconName} */ (name)] : '');
    svg.append(path);
    this.replaceChildren(svg);
  }
}

customElements.define('iso-icon', IsoIcon);

/**
 * @param {IconName} name
 * @returns {HTMLElement}
 */
export function icon(name) {
  const element = document.createElement('iso-icon');
  element.setAttribute('name', name);
  return element;
}
