/** Lets the screens watch a capture while it is read: a snapshot now and then, more seldom the longer one takes to make. */

import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import type { Inspector, Trace } from '../src/trace/index.ts';
import { explained, leaveUnexplained, type Packets, type Seen, type Source } from '../src/tui/index.ts';
import { analysisOf, analysisSteps } from './analysis-of.ts';
import type { Settings } from './options.ts';

/** Milliseconds between snapshots, and at most this share of the time spent on them. */
const period = 250;
const share = 0.1;
/** Milliseconds of work between two turns of keys and screen. */
const slice = 8;
const few = 4096;
/** Where all will have been read within so many times what a snapshot takes, the last one is near enough. */
const near = 3;

export class LiveSource implements Source {
  readonly #inspector: Inspector;
  readonly #settings: Settings;
  readonly #totalBytes: number | undefined;
  readonly #listeners = new Set<() => void>();
  #bytes = 0;
  #next = 0;
  /** Milliseconds that the last snapshot took for a connection. */
  #each = 0;
  readonly #began = performance.now();
  #late: NodeJS.Timeout | undefined;
  #renewal: Promise<void> | undefined;
  #snapshot: Seen;

  constructor(inspector: Inspector, settings: Settings, totalBytes: number | undefined) {
    this.#inspector = inspector;
    this.#settings = { ...settings, filter: undefined };
    this.#totalBytes = totalBytes;
    const trace = inspector.trace();
    this.#snapshot = { trace, analysis: analysisOf(trace, this.#settings), progress: this.#progress(trace, false) };
  }

  snapshot(): Seen {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Where packets can be read again. */
  packets: (connection: number) => Packets = () => ({ state: 'missing', why: 'nothing was read yet' });

  /** So many bytes more have been read. Where nothing follows soon, as from a live capture, they are shown all the same. */
  advance(bytes: number): void {
    this.#bytes += bytes;
    const now = performance.now();
    const left = this.#left(now);
    if (this.#next <= now && left < near * this.#each * this.#inspector.connections) this.#next = now + left;
    const early = this.#next - now;
    if (early <= 0) this.#renew(false);
    else this.#late ??= setTimeout(() => this.#again(), early).unref();
  }

  #again(): void {
    this.#late = undefined;
    this.advance(0);
  }

  /** Everything has been read. */
  async finish(): Promise<void> {
    await this.settled();
    this.#renew(true);
  }

  /** While a snapshot is made, nothing may be read: it is of one moment. */
  async settled(): Promise<void> {
    await this.#renewal;
  }

  /** Something else has changed than the trace. */
  ring(): void {
    for (const listener of this.#listeners) listener();
  }

  #renew(done: boolean): void {
    clearTimeout(this.#late);
    this.#late = undefined;
    this.#renewal ??= this.#take(done).finally(() => {
      this.#renewal = undefined;
    });
  }

  async #take(done: boolean): Promise<void> {
    const began = performance.now();
    const trace = this.#inspector.trace();
    const analysis = await inTurns(analysisSteps(trace, this.#settings));
    // Of few connections it takes no time, when it is asked for. At the end the rows are shown as soon as they are there.
    const isLarge = trace.size > few;
    if (isLarge) {
      leaveUnexplained(analysis);
      await inTurns(done ? analysis.reasoning() : explained(analysis));
    }
    this.#snapshot = { trace, analysis, progress: this.#progress(trace, done) };
    const now = performance.now();
    this.#next = now + Math.max(period, (now - began) / share);
    this.#each = (now - began) / Math.max(1, trace.size);
    this.ring();
    if (!done || !isLarge) return;
    await inTurns(explained(analysis));
    this.ring();
  }

  /** Milliseconds until everything has been read, as fast as it went so far; where no end is known, for ever. */
  #left(now: number): number {
    if (this.#totalBytes === undefined || this.#bytes === 0) return Number.POSITIVE_INFINITY;
    return ((now - this.#began) / this.#bytes) * Math.max(0, this.#totalBytes - this.#bytes);
  }

  #progress(trace: Trace, done: boolean): Seen['progress'] {
    return { bytes: this.#bytes, totalBytes: this.#totalBytes, frames: trace.accounting.frames.seen, done };
  }
}

async function inTurns<Result>(steps: Generator<unknown, Result, void>): Promise<Result> {
  for (let until = performance.now() + slice; ; ) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() < until) continue;
    await turn();
    until = performance.now() + slice;
  }
}
