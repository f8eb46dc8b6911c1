/** How deviations from profiles are said. */

import { text } from '/text/catalogue.js';

/** @param {string} deviation its name, as the server counts it: `missing AccessionNumber` */
export function deviationText(deviation) {
  const [what = '', attribute = ''] = deviation.split(' ');
  const [kind, rule = ''] = what.split('.');
  switch (kind) {
    case 'missing': return text('sources.missing', { attribute });
    case 'empty': return text('sources.empty', { attribute });
    case 'characterSet': return text('sources.characterSet');
    case 'unreadableText': return text('sources.unreadableText', { attribute });
    case 'naming': return text('sources.naming', { attribute });
    case 'transferSyntax': return text('sources.transferSyntax');
    case 'standard': return text('sources.standard', { attribute, rule });
    default: return text('sources.others');
  }
}
