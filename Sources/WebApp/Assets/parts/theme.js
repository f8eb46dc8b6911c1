/** Light or dark: as the system says, as somebody chose, or as a page needs. */

const dark = matchMedia('(prefers-color-scheme: dark)');
const place = 'isocenter.theme';

/** @type {'dark' | null} */
let forced = null;

/** @returns {'' | 'light' | 'dark'} What somebody chose; empty for the system's. */
export function chosenTheme() {
  const kept = localStorage.getItem(place);
  return kept === 'light' || kept === 'dark' ? kept : '';
}

/** @param {'' | 'light' | 'dark'} theme */
export function chooseTheme(theme) {
  if (theme) localStorage.setItem(place, theme);
  else localStorage.removeItem(place);
  applyTheme();
}

/** A page that is only ever one way: the reading room is dark. */
export function forceTheme(/** @type {'dark' | null} */ theme) {
  forced = theme;
  applyTheme();
}

export function applyTheme() {
  document.documentElement.dataset.theme = forced ?? (chosenTheme() || (dark.matches ? 'dark' : 'light'));
}

dark.addEventListener('change', applyTheme);
