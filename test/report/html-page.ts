/** An HTML report as a strict parser reads it. */

import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { expect } from 'vitest';

export type Node = DefaultTreeAdapterTypes.ChildNode;
export type Element = DefaultTreeAdapterTypes.Element;

export function* elements(nodes: readonly Node[]): Generator<Element> {
  for (const node of nodes) {
    if (!('tagName' in node)) continue;
    yield node;
    yield* elements(node.childNodes);
  }
}

export const textOf = (node: Node): string =>
  'value' in node ? node.value : 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';

/** Parsed strictly: a document with an error in it is none of ours. */
export function page(text: string): readonly Element[] {
  const errors: string[] = [];
  const document = parse(text, { onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`) });
  expect(errors).toEqual([]);
  return [...elements(document.childNodes)];
}

export const cellsOf = (row: Element): readonly string[] =>
  [...elements(row.childNodes)].filter(({ tagName }) => tagName === 'td').map(textOf);

const allowed = new Set(
  'html head meta title style body header footer p h1 h2 h3 dl div dt dd table thead tbody tr th td details summary code pre ul li b br span figure figcaption svg rect line circle text polyline'.split(
    ' ',
  ),
);
const attributes = new Set(
  'lang charset http-equiv content name class open x y x1 x2 y1 y2 cx cy r width height points viewBox role aria-label aria-hidden text-anchor transform'.split(
    ' ',
  ),
);

/** What could run, or lead out of the page: nothing of it may be there. */
export function intruders(found: readonly Element[]): readonly string[] {
  const names = found.map(({ tagName }) => tagName).filter((name) => !allowed.has(name));
  const odd = found.flatMap(({ attrs }) => attrs.map(({ name }) => name)).filter((name) => !attributes.has(name));
  const style = found.filter(({ tagName }) => tagName === 'style').map(textOf);
  const values = found.flatMap(({ attrs }) => attrs.map(({ value }) => value));
  return [...names, ...odd, ...[...style, ...values].filter((each) => /url\(|@import|https?:|expression\(/.test(each))];
}
