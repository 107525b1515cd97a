/** Counts the tests of a run, tells which were skipped and why, and fails where fewer passed than the floor. Usage: count.mjs TESTS.json FLOOR */

import { readFileSync } from 'node:fs';

const [, , results, floorFile] = process.argv;
const { testResults, numPassedTests, numFailedTests } = JSON.parse(readFileSync(results, 'utf8'));
const floor = Number(readFileSync(floorFile, 'utf8'));

/** A test that can be skipped says why in its title or in that of a group around it; those that read what is no part of the project share one reason. */
function reasonOf(test, file) {
  const said = /\(skipped: ([^)]+)\)/.exec(test.fullName)?.[1];
  if (said !== undefined) return said;
  if (/\babsent\b/.test(test.title)) return test.title;
  return readFileSync(file.name, 'utf8').includes('support/shared.ts')
    ? 'needs captures or tools that are no part of the project'
    : undefined;
}

const skipped = new Map();
for (const file of testResults) {
  for (const test of file.assertionResults) {
    if (test.status === 'passed' || test.status === 'failed') continue;
    const reason = reasonOf(test, file);
    skipped.set(reason, [...(skipped.get(reason) ?? []), test.fullName]);
  }
}

const count = [...skipped.values()].reduce((sum, tests) => sum + tests.length, 0);
console.log(`${numPassedTests} passed (at least ${floor} must), ${numFailedTests} failed, ${count} skipped`);
for (const [reason, tests] of skipped) {
  console.log(`skipped ${tests.length}: ${reason ?? 'WITHOUT A REASON in its title, such as (skipped: tmux is not installed)'}`);
  for (const name of tests) console.log(`  ${name}`);
}
process.exitCode = numPassedTests < floor || skipped.has(undefined) ? 1 : 0;
