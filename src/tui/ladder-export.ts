/** A ladder as text, as SVG and as a Mermaid diagram, for tickets and documents. */

import { show } from '../show.ts';
import { millisecond, second } from '../time.ts';
import type { Connection } from '../trace/index.ts';
import { duration } from './format.ts';
import type { Step } from './ladder.ts';
import { endpoint, joined, serverName } from './names.ts';

const clientOf = ({ client }: Connection): string => show(endpoint(client));
const serverOf = (connection: Connection): string => {
  const name = show(joined(serverName(connection)));
  const address = endpoint(connection.server);
  return name === address ? name : `${name} (${address})`;
};
const at = ({ start }: Connection, time: number): string => ((time - start) / second).toFixed(6);
/** One for each pause, on its first line. */
const isShown = (step: Step): boolean => step.kind === 'arrow' || step.line === 0;
const framesOf = (step: Extract<Step, { kind: 'arrow' }>): string =>
  step.first === step.last ? `${step.first}` : `${step.first}-${step.last}`;

const pauseText = ({ waits, took }: Extract<Step, { kind: 'idle' }>, micro: string): string =>
  `${waits ? 'wait' : 'idle'} ${duration(took, micro)}`;

const room = 60;

export function ladderText(connection: Connection, steps: readonly Step[]): string {
  const lines = [
    `Connection ${connection.id}`,
    '',
    `${' '.repeat(12)}${clientOf(connection)}${' '.repeat(Math.max(2, room - clientOf(connection).length))}${serverOf(connection)}`,
  ];
  for (const step of steps.filter(isShown)) {
    if (step.kind === 'idle') lines.push(`${' '.repeat(12)}:${` ${pauseText(step, 'u')} `.padStart(room / 2 + 6).padEnd(room)}:`);
    else {
      const text = ` ${show(step.text).slice(0, room - 6)} `;
      const dashes = '-'.repeat(room - text.length - 1);
      const shaft = step.by === 'client' ? `--${text}${dashes.slice(2)}>` : `<${dashes.slice(2)}${text}--`;
      lines.push(`${at(connection, step.time).padStart(11)} |${shaft}|  ${framesOf(step)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

export function ladderMermaid(connection: Connection, steps: readonly Step[]): string {
  const lines = [
    'sequenceDiagram',
    `  participant C as ${mermaid(clientOf(connection))}`,
    `  participant S as ${mermaid(serverOf(connection))}`,
  ];
  for (const step of steps.filter(isShown)) {
    if (step.kind === 'idle') lines.push(`  Note over C,S: ${pauseText(step, 'u')}`);
    else lines.push(`  ${step.by === 'client' ? 'C->>S' : 'S->>C'}: ${mermaid(`${at(connection, step.time)} ${step.text}`)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Its entities are `#code;`; a semicolon would end the line. */
const mermaid = (text: string): string => show(text).replace(/[#;<>{}"%]/g, (char) => `#${char.charCodeAt(0)};`);

const width = 860;
const leftX = 130;
const rightX = 790;
const top = 70;
const step_ = 26;
const tones = { tcp: '#2563eb', http: '#15803d', probe: '#a16207', close: '#b91c1c', data: '#475569', faint: '#94a3b8' } as const;

export function ladderSvg(connection: Connection, steps: readonly Step[]): string {
  const shown = steps.filter(isShown);
  const height = top + shown.length * step_ + 30;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, monospace" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="16" y="22" font-size="14" font-weight="bold">Connection ${connection.id}</text>`,
    `<text x="${leftX}" y="48" text-anchor="middle">${xml(clientOf(connection))}</text>`,
    `<text x="${rightX}" y="48" text-anchor="end">${xml(serverOf(connection))}</text>`,
    `<path d="M${leftX} 56V${height - 16}M${rightX} 56V${height - 16}" stroke="#94a3b8"/>`,
  ];
  for (const [i, step] of shown.entries()) {
    const y = top + i * step_ + 12;
    if (step.kind === 'idle') {
      const strong = step.took >= 100 * millisecond ? '#334155' : '#94a3b8';
      parts.push(
        `<text x="${(leftX + rightX) / 2}" y="${y}" text-anchor="middle" fill="${strong}" font-style="italic">${xml(pauseText(step, 'µ'))}</text>`,
      );
      continue;
    }
    const [from, to] = step.by === 'client' ? [leftX, rightX] : [rightX, leftX];
    const tip = step.by === 'client' ? -8 : 8;
    const color = tones[step.tone];
    parts.push(
      `<text x="${leftX - 10}" y="${y + 4}" text-anchor="end" fill="#64748b">${at(connection, step.time)}</text>`,
      `<text x="${(leftX + rightX) / 2}" y="${y - 4}" text-anchor="middle" fill="${color}">${xml(cut(step.text))}</text>`,
      `<path d="M${from} ${y}H${to}" stroke="${color}"/><path d="M${to} ${y}l${tip} -4v8z" fill="${color}"/>`,
      `<text x="${rightX + 8}" y="${y + 4}" fill="#94a3b8">${framesOf(step)}</text>`,
    );
  }
  return `${parts.join('\n')}\n</svg>\n`;
}

const cut = (text: string): string => (text.length > 84 ? `${text.slice(0, 83)}…` : text);
const xml = (text: string): string => show(text).replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
