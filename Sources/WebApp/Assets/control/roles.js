/** What people, programs and nodes may be. */

import { text } from '/text/catalogue.js';

export const roles = /** @type {const} */ (['administrator', 'radiologist', 'technologist', 'sender', 'auditor']);

/** @param {readonly string[]} names */
export function rolesText(names) {
  return names.map((name) => {
    switch (name) {
      case 'administrator': return text('control.role.administrator');
      case 'radiologist': return text('control.role.radiologist');
      case 'technologist': return text('control.role.technologist');
      case 'sender': return text('control.role.sender');
      case 'auditor': return text('control.role.auditor');
      default: return name;
    }
  }).join(', ');
}

/** @param {string} name */
export function roleWhy(name) {
  switch (name) {
    case 'administrator': return text('control.roleWhy.administrator');
    case 'radiologist': return text('control.roleWhy.radiologist');
    case 'technologist': return text('control.roleWhy.technologist');
    case 'sender': return text('control.roleWhy.sender');
    default: return text('control.roleWhy.auditor');
  }
}
