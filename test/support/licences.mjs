/** Collects the licence texts of the packages that a bundle holds: their conditions are that the texts go with the code. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} root folder of the project
 * @param {readonly string[]} inputs files of the bundle, relative to it
 * @returns {string} the texts, package by package
 */
export function licencesOf(root, inputs) {
  const folders = [...new Set(inputs.map(folderOf).filter((folder) => folder !== undefined))].sort();
  const parts = folders.map((folder) => part(join(root, folder)));
  return `This program holds code of the following packages, under these licences.\n\n${parts.join('\n')}`;
}

/** `node_modules/@scope/name/lib/x.js` lies in `node_modules/@scope/name`; the innermost package counts. */
function folderOf(input) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0];
}

function part(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.|$)/i.test(entry));
  const readme = readdirSync(folder).find((entry) => /^readme/i.test(entry));
  const text = file === undefined ? fromReadme(readme && join(folder, readme)) : readFileSync(join(folder, file), 'utf8');
  const rule = '='.repeat(78);
  return `${rule}\n${name} ${version} (${license})\n${rule}\n\n${(text ?? `The package comes without the text of its licence: ${license}.`).trim()}\n`;
}

/** Some packages tell their licence at the end of their README. */
function fromReadme(path) {
  if (path === undefined || !existsSync(path)) return undefined;
  const [, text] = /^#+ *licen[cs]e\s*\n([\s\S]+)$/im.exec(readFileSync(path, 'utf8')) ?? [];
  return text !== undefined && /copyright|permission/i.test(text) ? text : undefined;
}
