/** Every exchange of a trace as a fixed-size record in growing columns; texts lie in the text store. */

import { limits } from '../limits.ts';
import { firstRows, GrowingMemory } from '../memory.ts';
import type { Side } from '../stream.ts';
import type { HttpVersion, Persistence } from './exchange.ts';
import { ExchangeExtras, NONE } from './exchange-extras.ts';
import {
  AUTHORITY,
  CONNECTION,
  EXTRAS,
  FLAGS,
  HAS_REQUEST,
  HAS_RESPONSE,
  HAS_TARGET,
  LENGTH_VERSIONS,
  MANY_BYTES,
  METHOD_BITS,
  METHOD_STATUS,
  NEXT,
  ODDITIES,
  REQUEST_BYTES,
  REQUEST_END,
  REQUEST_FIRST_FRAME,
  REQUEST_FRAME,
  REQUEST_KEEP_ALIVE,
  REQUEST_START,
  RESPONSE_BYTES,
  RESPONSE_END,
  RESPONSE_FIRST_FRAME,
  RESPONSE_FRAME,
  RESPONSE_HEAD,
  RESPONSE_START,
  SERVER,
  SLOTS,
  TARGET,
  UNREAD_BODY,
  USER_AGENT,
  WORDS,
} from './exchange-layout.ts';
import {
  BOTH_1_1,
  type ClientKeepAlive,
  ENDS_PERSISTENCE,
  persistenceFacts,
  persistenceOf,
  versionCodes,
  versionNames,
  versionNumbers,
} from './exchange-values.ts';
import type { MessageObserver } from './message-observer.ts';
import type { PersistenceFacts } from './persistence.ts';
import { TextStore } from './text-store.ts';

const METHOD = (1 << METHOD_BITS) - 1;

export class ExchangeLog {
  observer: MessageObserver | undefined = undefined;
  readonly texts: TextStore = new TextStore();
  size = 0;
  readonly #memory = new GrowingMemory();
  #words: Int32Array = this.#memory.i32;
  #times: Float64Array = this.#memory.f64;
  #capacity = firstRows;
  readonly #most = limits.exchanges;
  readonly #extras = new ExchangeExtras();
  /** Bytes of messages of 4 GiB and more, by their word. */
  readonly #many = new Map<number, number>();
  readonly #clientKeepAlive = new Map<number, ClientKeepAlive>();
  /** Keep-Alive fields with what is no number; the first of them. */
  readonly #unreadable = new Map<number, string>();

  /** A new record at the end of its connection's list; `after` is the one before it, or -1. Beyond the limit it is the same one for all, and in no list. */
  add(connection: number, after: number): number {
    const row = this.size;
    if (row === this.#capacity) this.#grow();
    const w = row * WORDS;
    const words = this.#words;
    const isListed = row < this.#most;
    if (!isListed) words.fill(0, w, w + WORDS);
    words[w + CONNECTION] = connection;
    words[w + NEXT] = -1;
    const t = row * SLOTS;
    this.#times[t + REQUEST_START] = Number.NaN;
    this.#times[t + REQUEST_END] = Number.NaN;
    this.#times[t + RESPONSE_START] = Number.NaN;
    this.#times[t + RESPONSE_END] = Number.NaN;
    if (!isListed) return row;
    if (after >= 0) words[after * WORDS + NEXT] = row;
    this.size += 1;
    return row;
  }

  /** Whether `add` gave a record of its own. */
  isListed(row: number): boolean {
    return row < this.size;
  }

  /** Puts a list that begins at `row` behind the one that begins at `first` (what runs inside a tunnel). */
  append(first: number, row: number): void {
    let last = first;
    while (this.next(last) >= 0) last = this.next(last);
    if (last !== row) this.#words[last * WORDS + NEXT] = row;
  }

  requestBegins(row: number, frame: number, time: number): void {
    this.#words[row * WORDS + REQUEST_FIRST_FRAME] = frame;
    this.#times[row * SLOTS + REQUEST_START] = time;
    this.#times[row * SLOTS + REQUEST_END] = time;
    this.setFlags(row, HAS_REQUEST);
  }

  requestHead(row: number, frame: number, method: number, version: number, flags: number): void {
    const w = row * WORDS;
    this.#words[w + REQUEST_FRAME] = frame;
    this.#words[w + METHOD_STATUS] = (this.#words[w + METHOD_STATUS]! & ~METHOD) | method;
    this.#words[w + LENGTH_VERSIONS] = this.#words[w + LENGTH_VERSIONS]! | ((versionCodes[version] ?? 0) << 16);
    this.setFlags(row, flags);
  }

  /** `place` as the text store's `keep` gave it. */
  setTarget(row: number, place: number, length: number): void {
    const w = row * WORDS;
    this.#words[w + TARGET] = place | 0;
    this.#words[w + LENGTH_VERSIONS] = (this.#words[w + LENGTH_VERSIONS]! & ~0xffff) | length;
    this.setFlags(row, HAS_TARGET);
  }

  setAuthority(row: number, id: number): void {
    this.#words[row * WORDS + AUTHORITY] = id;
  }

  setUserAgent(row: number, id: number): void {
    this.#words[row * WORDS + USER_AGENT] = id;
  }

  setStream(row: number, id: number): void {
    this.#setExtras(row, id, this.keepAliveTimeout(row), this.keepAliveMax(row));
  }

  setClientKeepAlive(row: number, timeout: number | undefined, max: number | undefined): void {
    if (this.isListed(row)) this.#clientKeepAlive.set(row, { timeout, max });
  }

  setUnreadableKeepAlive(row: number, text: string): void {
    if (this.#unreadable.size < limits.texts) this.#unreadable.set(row, text);
  }

  /** The request's last byte so far. */
  requestProgress(row: number, time: number, bytes: number): void {
    this.#times[row * SLOTS + REQUEST_END] = time;
    this.#setBytes(row * WORDS + REQUEST_BYTES, bytes);
  }

  responseBegins(row: number, frame: number, time: number): void {
    this.#words[row * WORDS + RESPONSE_FIRST_FRAME] = frame;
    this.#times[row * SLOTS + RESPONSE_START] = time;
    this.#times[row * SLOTS + RESPONSE_END] = time;
    this.setFlags(row, HAS_RESPONSE);
  }

  responseHead(row: number, frame: number, status: number, version: number, flags: number, server: number): void {
    const w = row * WORDS;
    this.#words[w + RESPONSE_FRAME] = frame;
    this.#words[w + METHOD_STATUS] = (this.#words[w + METHOD_STATUS]! & METHOD) | (status << METHOD_BITS);
    // After an upgrade to HTTP/2 the answer to the request comes again, in the new version.
    this.#words[w + LENGTH_VERSIONS] = (this.#words[w + LENGTH_VERSIONS]! & ~(15 << 20)) | ((versionCodes[version] ?? 0) << 20);
    this.#words[w + SERVER] = server;
    this.setFlags(row, flags | RESPONSE_HEAD);
  }

  informational(row: number, time: number = Number.NaN): void {
    const w = row * WORDS + LENGTH_VERSIONS;
    if (this.#words[w]! >>> 24 < 255) this.#words[w] = (this.#words[w]! + (1 << 24)) | 0;
    // Where no request came before it, it is all that is known of the exchange's time.
    const t = row * SLOTS;
    if (!Number.isNaN(this.#times[t + REQUEST_START]!) || !Number.isNaN(this.#times[t + RESPONSE_START]!)) return;
    this.#times[t + RESPONSE_START] = time;
    this.#times[t + RESPONSE_END] = time;
  }

  /** The answer so far was an interim one (101): the final one is still to come. */
  answersAgain(row: number): void {
    this.responseBegins(row, 0, Number.NaN);
    this.responseHead(row, 0, 0, 0, 0, 0);
    this.#words[row * WORDS + RESPONSE_BYTES] = 0;
    this.clearFlags(row, HAS_RESPONSE | RESPONSE_HEAD);
    this.informational(row);
  }

  setKeepAlive(row: number, timeout: number | undefined, max: number | undefined): void {
    this.#setExtras(row, this.stream(row), timeout ?? NONE, max ?? NONE);
  }

  /** HTTP/2: RST_STREAM ended it; the number of a header that HTTP/2 does not have tells by whom, and the code. */
  reset(row: number, by: Side, code: number): void {
    this.#setExtras(row, this.stream(row), this.keepAliveTimeout(row), -2 - (Math.min(code, 0xffffff) * 2 + by));
  }

  responseProgress(row: number, time: number, bytes: number): void {
    this.#times[row * SLOTS + RESPONSE_END] = time;
    this.#setBytes(row * WORDS + RESPONSE_BYTES, bytes);
  }

  /** Was the request's body read to its end when the answer was given? If not, it may still come. */
  setUnreadBody(row: number, unread: boolean): void {
    const w = row * WORDS + LENGTH_VERSIONS;
    this.#words[w] = unread ? this.#words[w]! | UNREAD_BODY : this.#words[w]! & ~UNREAD_BODY;
  }

  /** Bits of oddity.ts. */
  setOddities(row: number, oddities: number): void {
    this.setFlags(row, oddities << ODDITIES);
  }

  clearFlags(row: number, flags: number): void {
    this.#words[row * WORDS + FLAGS] = this.#words[row * WORDS + FLAGS]! & ~flags;
  }

  setFlags(row: number, flags: number): void {
    this.#words[row * WORDS + FLAGS] = this.#words[row * WORDS + FLAGS]! | flags;
  }

  connection(row: number): number {
    return this.#words[row * WORDS + CONNECTION]!;
  }

  next(row: number): number {
    return this.#words[row * WORDS + NEXT]!;
  }

  flags(row: number): number {
    return this.#words[row * WORDS + FLAGS]!;
  }

  method(row: number): number {
    return this.#words[row * WORDS + METHOD_STATUS]! & METHOD;
  }

  /** Number of 1xx responses. */
  interim(row: number): number {
    return this.#words[row * WORDS + LENGTH_VERSIONS]! >>> 24;
  }

  authority(row: number): number {
    return this.#words[row * WORDS + AUTHORITY]!;
  }

  userAgent(row: number): number {
    return this.#words[row * WORDS + USER_AGENT]!;
  }

  server(row: number): number {
    return this.#words[row * WORDS + SERVER]!;
  }

  /** Whether two requests ask for the same, as far as their texts are kept. */
  isSameRequest(a: number, b: number): boolean {
    if (this.method(a) !== this.method(b) || this.authority(a) !== this.authority(b)) return false;
    return (this.flags(a) & this.flags(b) & HAS_TARGET) !== 0 && this.#target(a) === this.#target(b);
  }

  /** The request is of HTTP/1.0 or older and does not ask to keep the connection: its server will close, whatever it says. */
  isOneShot(row: number): boolean {
    const version = (this.#words[row * WORDS + LENGTH_VERSIONS]! >> 16) & 15;
    return version > 0 && versionNumbers[version]! <= 10 && (this.flags(row) & REQUEST_KEEP_ALIVE) === 0;
  }

  /** 0 where no response came. */
  status(row: number): number {
    return this.#words[row * WORDS + METHOD_STATUS]! >>> METHOD_BITS;
  }

  /** Frames in which the heads are complete; 0 where unknown. */
  requestFrame(row: number): number {
    return this.#words[row * WORDS + REQUEST_FRAME]!;
  }

  responseFrame(row: number): number {
    return this.#words[row * WORDS + RESPONSE_FRAME]!;
  }

  /** As the response announces them; -1 where it does not. */
  keepAliveTimeout(row: number): number {
    return this.#extras.timeout(this.#words[row * WORDS + EXTRAS]!);
  }

  keepAliveMax(row: number): number {
    return this.#extras.max(this.#words[row * WORDS + EXTRAS]!);
  }

  /** NaN where the request is not in the capture. */
  requestStart(row: number): number {
    return this.#times[row * SLOTS + REQUEST_START]!;
  }

  requestEnd(row: number): number {
    return this.#times[row * SLOTS + REQUEST_END]!;
  }

  responseStart(row: number): number {
    return this.#times[row * SLOTS + RESPONSE_START]!;
  }

  responseEnd(row: number): number {
    return this.#times[row * SLOTS + RESPONSE_END]!;
  }

  /** The verdict of `persistence` alone; for the usual messages without making an object. */
  isPersistent(row: number): boolean {
    const versions = (this.#words[row * WORDS + LENGTH_VERSIONS]! >> 16) & 0xff;
    if (versions === BOTH_1_1) return (this.flags(row) & ENDS_PERSISTENCE) === 0;
    return this.persistence(row).persistent;
  }

  persistence(row: number): Persistence {
    return persistenceOf(this.flags(row), this.#words[row * WORDS + LENGTH_VERSIONS]!);
  }

  persistenceFacts(row: number): PersistenceFacts {
    return persistenceFacts(this.flags(row), this.#words[row * WORDS + LENGTH_VERSIONS]!);
  }

  /** Of the response, else of the request. */
  version(row: number): HttpVersion | undefined {
    const packed = this.#words[row * WORDS + LENGTH_VERSIONS]!;
    return versionNames[(packed >> 20) & 7] ?? versionNames[(packed >> 16) & 15];
  }

  /** HTTP/2 only; else 0. */
  stream(row: number): number {
    return this.#extras.stream(this.#words[row * WORDS + EXTRAS]!);
  }

  requestBytes(row: number): number {
    return this.#bytes(row * WORDS + REQUEST_BYTES);
  }

  responseBytes(row: number): number {
    return this.#bytes(row * WORDS + RESPONSE_BYTES);
  }

  /** `Keep-Alive` of the request; few have one. */
  clientKeepAlive(row: number): ClientKeepAlive | undefined {
    return this.#clientKeepAlive.size === 0 ? undefined : this.#clientKeepAlive.get(row);
  }

  /** What of a Keep-Alive field is no number. */
  unreadableKeepAlive(row: number): string | undefined {
    return this.#unreadable.size === 0 ? undefined : this.#unreadable.get(row);
  }

  requestFirstFrame(row: number): number {
    return this.#words[row * WORDS + REQUEST_FIRST_FRAME]!;
  }

  responseFirstFrame(row: number): number {
    return this.#words[row * WORDS + RESPONSE_FIRST_FRAME]!;
  }

  /** As on the request line; undefined where it was not kept. */
  target(row: number): string | undefined {
    return this.flags(row) & HAS_TARGET ? this.#target(row) : undefined;
  }

  #target(row: number): string {
    return this.texts.kept(this.#words[row * WORDS + TARGET]! >>> 0, this.#words[row * WORDS + LENGTH_VERSIONS]! & 0xffff);
  }

  #setExtras(row: number, stream: number, timeout: number, max: number): void {
    this.#words[row * WORDS + EXTRAS] = this.#extras.word(stream, timeout, max);
  }

  #setBytes(word: number, bytes: number): void {
    if (bytes < MANY_BYTES) this.#words[word] = bytes;
    else {
      this.#words[word] = MANY_BYTES;
      this.#many.set(word, bytes);
    }
  }

  #bytes(word: number): number {
    const bytes = this.#words[word]! >>> 0;
    return bytes < MANY_BYTES ? bytes : this.#many.get(word)!;
  }

  #grow(): void {
    this.#memory.grow();
    this.#words = this.#memory.i32;
    this.#times = this.#memory.f64;
    this.#capacity = Math.floor(this.#memory.bytes / (WORDS * 4));
  }
}
