/** The options that were given and change what is seen, as words for another command line. */

import type { CommonOptions } from './options.ts';

type Words = readonly [option: string, ...value: string[]];

export function givenWords(options: CommonOptions): readonly Words[] {
  const one = (option: string, value: string | undefined): readonly Words[] => (value === undefined ? [] : [[option, value]]);
  const flag = (option: string, isGiven: boolean | undefined): readonly Words[] => (isGiven === true ? [[option]] : []);
  const each = (option: string, values: readonly string[] = []): readonly Words[] => values.map((value) => [option, value]);
  return [
    ...one('--idle-timeout', options.idleTimeout),
    ...one('--pool-key', options.poolKey),
    ...one('--split-clients', options.splitClients),
    ...one('--advise-for', options.adviseFor),
    ...one('--timers', options.timers),
    ...each('-o', options.o),
    ...each('-d', options.d),
    ...one('--reader', options.reader),
    ...flag('--keep-duplicates', options.keepDuplicates),
    ...flag('--verify-checksums', options.verifyChecksums),
    ...flag('--ignore-encapsulation', options.ignoreEncapsulation),
    ...one('--max-uncompressed', options.maxUncompressed),
    ...flag('--show-secrets', options.showSecrets),
    ...flag('--anonymize', options.anonymize),
    ...one('--salt', options.salt),
  ];
}
