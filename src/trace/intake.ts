/** Reads captures from outside into an inspector, a piece at a time: the one loop that waits. */

import { basename } from 'node:path';
import { CaptureFault, type Captures, type OpenedCapture, openCaptures, type SourceOptions } from '../capture/index.ts';
import { Inspector, type InspectorOptions } from './inspector.ts';

export interface IntakeOptions extends SourceOptions, Omit<InspectorOptions, 'name' | 'source' | 'captures'> {
  /** Sees every piece of what comes from a pipe, unpacked, before it is gone. */
  readonly tap?: (path: string, piece: Uint8Array) => void;
}

/** A capture that could not be read, or not to its end. */
export interface Unread {
  readonly path: string;
  readonly fault: CaptureFault;
}

export class Intake {
  readonly inspector: Inspector;
  readonly unread: Unread[];
  /** Bytes taken so far, unpacked. */
  bytes = 0;
  readonly #opened: readonly OpenedCapture[];
  readonly #signal: AbortSignal | undefined;
  readonly #tap: IntakeOptions['tap'];
  #isOver = false;

  /** Several captures are read as one trace in the order of time. @throws CaptureFault where there is none that can be read */
  static async open(paths: readonly string[], options: IntakeOptions = {}): Promise<Intake> {
    return new Intake(await openCaptures(paths, options), options);
  }

  private constructor({ opened, unread }: Captures, options: IntakeOptions) {
    this.#opened = opened;
    this.#signal = options.signal;
    this.#tap = options.tap;
    this.unread = [...unread];
    this.inspector = new Inspector({
      ...options,
      captures: opened.map(({ path, source, begins }) => ({ name: nameOf(path), source, begins })),
    });
    for (const { path, fault } of unread) this.inspector.missing(reasonOf(path, fault));
  }

  /** The captures in the order in which the trace numbers them. */
  get captures(): readonly Pick<OpenedCapture, 'path' | 'begins'>[] {
    return this.#opened;
  }

  /** Takes one more piece; false at the end, and when the signal has come. @throws CaptureFault where nothing could be read */
  async next(): Promise<boolean> {
    if (this.#isOver || this.#signal?.aborted) return false;
    const { inspector } = this;
    const capture = this.#opened[inspector.wants];
    if (capture) await this.#take(capture);
    if (this.#signal?.aborted) return false;
    if (inspector.wants >= 0) return true;
    this.#isOver = true;
    inspector.end();
    return false;
  }

  /** Gives back what is still open. */
  async close(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#opened.map(({ bytes }) => bytes.return?.()));
  }

  async #take(capture: OpenedCapture): Promise<void> {
    const { inspector } = this;
    if (inspector.hasEnough) {
      await capture.bytes.return?.();
      inspector.endCapture();
      return;
    }
    try {
      const piece = await capture.bytes.next();
      if (this.#signal?.aborted) return;
      if (piece.done === true) inspector.endCapture();
      else {
        this.bytes += piece.value.length;
        this.#tap?.(capture.path, piece.value);
        inspector.push(piece.value);
      }
    } catch (fault) {
      const isAll = this.#opened.length === 1 && this.unread.length === 0 && inspector.frames === 0;
      if (!(fault instanceof CaptureFault) || isAll) throw fault;
      this.unread.push({ path: capture.path, fault });
      inspector.abandon(reasonOf(capture.path, fault));
    }
  }
}

const nameOf = (path: string): string => (path === '-' ? '-' : basename(path));

/** The report is the same wherever the captures lie. */
const reasonOf = (path: string, { message }: CaptureFault): string => (path === '-' ? message : message.replaceAll(path, basename(path)));
