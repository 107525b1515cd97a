/** Finds the secrets of TLS connections: a key log in the NSS format, as browsers, curl and Node write it. */

import { existsSync, readFileSync } from 'node:fs';
import { exitStatus, Failure, wrongUsage } from './failure.ts';

const KEY_LOG = 'tls.keylog_file';

/** The path of `-o tls.keylog_file:PATH`; undefined without one. Any other preference is refused: it would silently do nothing. */
export function keyLogPreference(preferences: readonly string[]): string | undefined {
  let path: string | undefined;
  for (const preference of preferences) {
    const colon = preference.indexOf(':');
    if (colon < 0) throw wrongUsage(`-o takes a preference NAME:VALUE, as tshark does; did you mean -w ${preference}?`);
    if (preference.slice(0, colon) !== KEY_LOG) throw wrongUsage(`-o: the one preference known is ${KEY_LOG}:PATH, not '${preference}'`);
    path = preference.slice(colon + 1);
  }
  return path;
}

/** The text of the key log that was named, else of SSLKEYLOGFILE, and of those beside each capture: `web.pcap.keys` or `web.keys`, or with `.keylog`. */
export function readKeyLogs(captures: readonly string[], named: string | undefined): string | undefined {
  const beside = new Set(captures.filter((capture) => capture !== '-').flatMap(besideOf));
  const usual = process.env.SSLKEYLOGFILE;
  const wanted = named ?? (usual && existsSync(usual) ? usual : undefined);
  const paths = [...(wanted === undefined ? [] : [wanted]), ...[...beside].filter((path) => existsSync(path))];
  return paths.length === 0 ? undefined : paths.map(textOf).join('\n');
}

function besideOf(capture: string): readonly string[] {
  const bare = capture.replace(/\.(?:pcap|pcapng|cap)(?:\.\w+)?$/, '');
  return [capture, bare].flatMap((name) => [`${name}.keys`, `${name}.keylog`]);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(exitStatus.cannotOpen, `the key log ${path} cannot be read: ${why}`);
  }
}
