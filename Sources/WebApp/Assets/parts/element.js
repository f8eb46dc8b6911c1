/** Making elements and loading their sheets. */

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, unknown>} Properties */

/**
 * Makes an element. Properties that begin with `on` are listeners; `class` and everything with a dash, or that the
 * element does not know, are attributes; `false`, `null` and `undefined` leave a property out.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Properties} [properties]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  set(element, properties);
  append(element, children);
  return element;
}

/**
 * Makes one of our own elements, whose name the document does not know by type.
 *
 * @param {string} name
 * @param {Properties} [properties]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function part(name, properties = {}, ...children) {
  const element = document.createElement(name);
  set(element, properties);
  append(element, children);
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {Properties} properties
 */
function set(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on') && typeof value === 'function') {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (name === 'class') {
      element.className = String(value);
    } else if (name in element && !name.includes('-') && !name.startsWith('aria') && name !== 'list' && name !== 'role') {
      Reflect.set(element, name, value);
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
}

/**
 * @param {Element} element
 * @param {(Child | Child[])[]} children
 */
function append(element, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/**
 * Loads a style sheet once; waits until it applies, so that nothing is seen without it.
 *
 * @param {string} address
 * @returns {Promise<void>}
 */
export function sheet(address) {
  const known = sheets.get(address);
  if (known) return known;
  const loading = new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
    const link = h('link', { rel: 'stylesheet', href: address });
    link.addEventListener('load', () => resolve());
    link.addEventListener('error', () => {
      link.remove();
      sheets.delete(address);
      reject(new Error(`no sheet at ${address}`));
    });
    document.head.append(link);
  });
  sheets.set(address, loading);
  return loading;
}
