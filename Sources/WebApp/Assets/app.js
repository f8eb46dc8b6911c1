/** The app: who is signed in, which page the address means, and the frame around it. */

import { connection, whenSessionEnds } from '/data/api.js';
import { canSignOut, may, resume, session, signOut } from '/data/session.js';
import { h } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { icon } from '/parts/iso-icon.js';
import { attachMenu } from '/parts/menu.js';
import { navigate, navigated } from '/parts/navigation.js';
import { applyTheme, chosenTheme, chooseTheme, forceTheme } from '/parts/theme.js';
import { signInOverPage, signInPage } from '/sign-in/iso-sign-in.js';
import { text } from '/text/catalogue.js';

/**
 * @typedef {object} Route
 * @property {RegExp} pattern Of the path; its groups become the attributes named below.
 * @property {string} element
 * @property {string} module
 * @property {string[]} attributes
 * @property {import('/text/catalogue.js').TextKey} title
 * @property {boolean} [keeps] Whether the page stays as it is while another one is shown.
 * @property {boolean} [bare] Whether the page needs the whole window: no bar above it.
 * @property {'dark'} [theme]
 */

/** @type {Route[]} */
const routes = [
  {
    pattern: /^\/studies$/, element: 'iso-study-list', module: '/list/iso-study-list.js', attributes: [],
    title: 'shell.studies', keeps: true,
  },
  {
    pattern: /^\/viewer\/([0-9.]+)$/, element: 'iso-viewer', module: '/viewer/iso-viewer.js', attributes: ['study'],
    title: 'shell.viewer', bare: true, theme: 'dark',
  },
  {
    pattern: /^\/control(?:\/(.*))?$/, element: 'iso-control-room', module: '/control/iso-control-room.js',
    attributes: ['page'], title: 'shell.control', keeps: true,
  },
];

const skip = h('a', { class: 'button skip', href: '#page' }, text('shell.skip'));
const bar = h('header', { class: 'shell-bar' });
const offline = h('p', { class: 'offline', role: 'status', hidden: true }, icon('cloudOff'), text('shell.offline'));
const page = h('main', { class: 'shell-page', id: 'page', tabIndex: -1 });

/** @type {Map<string, HTMLElement>} */
const kept = new Map();
let shown = 0;

async function show() {
  if (location.pathname === '/') history.replaceState(history.state, '', '/studies');
  const path = location.pathname;
  shown += 1;
  const turn = shown;
  const route = routes.find((each) => each.pattern.test(path));
  forceTheme(route?.theme ?? null);
  bar.hidden = route?.bare ?? false;
  document.title = route ? `${text(route.title)} · ${text('shell.product')}` : text('shell.product');
  for (const link of bar.querySelectorAll('nav a')) {
    const isHere = route !== undefined && route.pattern.test(link.getAttribute('href') ?? '');
    if (isHere) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (!route) {
    page.replaceChildren(
      h('h1', { class: 'unseen' }, text('shell.product')),
      empty('search', text('shell.noPage'), text('shell.noPageWhy'),
        h('a', { class: 'button', href: '/studies' }, text('shell.toStudies'))));
    return;
  }
  try {
    await import(route.module);
  } catch (error) {
    console.error(error);
    if (turn !== shown) return;
    page.replaceChildren(
      h('h1', { class: 'unseen' }, text('shell.product')),
      empty('warning', text('shell.broken'), text('shell.brokenWhy'),
        h('button', { class: 'button', onclick: () => location.reload() }, text('shell.reload'))));
    return;
  }
  // Somebody has gone elsewhere while the module was on its way.
  if (turn !== shown) return;
  const element = kept.get(route.element) ?? document.createElement(route.element);
  const match = route.pattern.exec(path);
  route.attributes.forEach((name, place) => element.setAttribute(name, match?.[place + 1] ?? ''));
  if (route.keeps) kept.set(route.element, element);
  if (page.firstElementChild === element && page.childElementCount === 1) return;
  page.replaceChildren(element);
  // A page that takes the focus somewhere itself has done so by now.
  if (!page.contains(document.activeElement)) page.focus({ preventScroll: true });
}

function fillBar() {
  const account = h(
    'button', { class: 'button plain', type: 'button', 'aria-label': text('shell.account', { name: session()?.name ?? '' }) },
    icon('user'), h('span', {}, session()?.name ?? ''));
  attachMenu(account, text('shell.account', { name: session()?.name ?? '' }), accountMenu);
  bar.replaceChildren(
    h('a', { class: 'mark', href: '/studies', 'aria-label': text('shell.product') }, icon('isocenter'),
      h('span', {}, text('shell.product'))),
    h('nav', { 'aria-label': text('shell.navigation') },
      h('a', { href: '/studies' }, text('shell.studies')),
      (may('administer') || may('readAudit')) && h('a', { href: '/control' }, text('shell.control'))),
    h('div', { class: 'end' }, h('span', { class: 'clearance' }, text('shell.clearance')), account));
}

/** @param {() => void} close */
function accountMenu(close) {
  const themes = /** @type {const} */ ([
    ['', text('shell.themeSystem')], ['light', text('shell.themeLight')], ['dark', text('shell.themeDark')],
  ]);
  return [
    h('p', { class: 'heading' },
      canSignOut() ? text('shell.signedIn', { name: session()?.name ?? '' }) : text('shell.open')),
    h('hr'),
    h('p', { class: 'heading', id: 'themes' }, text('shell.theme')),
    h('div', { role: 'radiogroup', 'aria-labelledby': 'themes' }, themes.map(([theme, name]) => h(
      'label', { class: 'entry' },
      h('input', { type: 'radio', name: 'theme', value: theme, checked: chosenTheme() === theme,
        onchange: () => chooseTheme(theme) }),
      name))),
    ...(canSignOut() ? [
      h('hr'),
      h('button', { class: 'entry', type: 'button', onclick: async () => {
        close();
        await signOut();
        // From the beginning: nothing of the former person stays in memory.
        location.assign('/');
      } }, icon('signOut'), text('shell.signOut')),
    ] : []),
  ];
}

/**
 * Follows links inside the app without loading it anew.
 *
 * @param {MouseEvent} event
 */
function follow(event) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
    return;
  }
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
  if (link.origin !== location.origin || link.hash) return;
  if (link.pathname !== '/' && !routes.some((route) => route.pattern.test(link.pathname))) return;
  event.preventDefault();
  if (link.href !== location.href) navigate(link.href);
}

/** Files that are dragged over any page can be dropped there. */
function watchDrops() {
  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') ?? false;
  const upload = () => import('/upload/iso-upload.js');
  document.addEventListener('dragenter', (event) => {
    if (hasFiles(event)) void upload().then(({ showDropPlace }) => showDropPlace());
  });
  document.addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  document.addEventListener('drop', (event) => {
    if (!event.dataTransfer || !hasFiles(event)) return;
    event.preventDefault();
    // The entries are only there now, before anything is waited for.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
    void upload().then(({ uploadEntries }) => uploadEntries(entries));
  });
}

async function start() {
  applyTheme();
  connection.addEventListener('reachable', (event) => {
    offline.hidden = /** @type {CustomEvent<boolean>} */ (event).detail;
  });
  // The page's module comes while the server is asked who we are.
  const first = routes.find((each) => each.pattern.test(location.pathname));
  if (first) import(first.module).catch(() => {});
  let present;
  try {
    present = await resume();
  } catch {
    document.body.replaceChildren(
      empty('cloudOff', text('error.unreachable'), text('shell.brokenWhy'),
        h('button', { class: 'button primary', onclick: () => location.reload() }, text('shell.retry'))));
    return;
  }
  if (!present) await signInPage(document.body);
  whenSessionEnds(signInOverPage);
  fillBar();
  document.body.replaceChildren(skip, bar, offline, page);
  document.addEventListener('click', follow);
  window.addEventListener('popstate', () => void show());
  navigated.addEventListener('navigated', () => void show());
  if (may('store')) watchDrops();
  await show();
}

await start();
