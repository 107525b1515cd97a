/** Chromium without a window, driven through a pair of pipes (its DevTools protocol): opens a file, counts what it does, takes pictures. */

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const hasBrowser = spawnSync('chromium', ['--version']).status === 0;

/** Nothing of the browser itself may ask the network either, else its requests could not be told from those of a page. */
const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/**
 * What a page did, beside showing itself.
 * @typedef {{ requests: string[], complaints: string[], dialogs: string[] }} Deeds
 */

export class Browser {
  #child;
  #folder = mkdtempSync(join(tmpdir(), 'warmwire-browser-'));
  #waiting = new Map();
  #listeners = new Set();
  #next = 1;
  #session;

  /** A browser with one empty page. */
  static async open() {
    const browser = new Browser();
    await browser.#start();
    return browser;
  }

  async #start() {
    const words = [...quiet, `--user-data-dir=${this.#folder}`, '--remote-debugging-pipe', 'about:blank'];
    this.#child = spawn('chromium', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.#child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('chromium has ended'));
    });
    this.#child.stdio[3].on('error', () => {});
    let rest = Buffer.alloc(0);
    this.#child.stdio[4].on('data', (piece) => {
      rest = Buffer.concat([rest, piece]);
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        this.#hear(JSON.parse(rest.subarray(0, end).toString()));
        rest = rest.subarray(end + 1);
      }
    });
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    this.#session = sessionId;
    for (const domain of ['Page', 'Network', 'Log', 'Runtime', 'Audits']) await this.send(`${domain}.enable`);
  }

  #hear({ id, result, error, method, params }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error !== undefined) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
    if (method !== undefined) for (const listener of this.#listeners) listener(method, params);
  }

  /** One command of the protocol, and its answer. */
  send(method, params = {}) {
    const id = this.#next;
    this.#next += 1;
    this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId: this.#session })}\0`);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Shows a file and waits until it has settled. Everything is counted that it asks for besides itself, and all that the browser says of it.
   * @returns {Promise<Deeds>} */
  async show(path) {
    const url = pathToFileURL(path).href;
    /** @type {Deeds} */
    const deeds = { requests: [], complaints: [], dialogs: [] };
    let loaded = () => {};
    const listener = (method, params) => {
      if (method === 'Page.loadEventFired') loaded();
      else if (method === 'Network.requestWillBeSent' && params.request.url !== url) deeds.requests.push(params.request.url);
      else if (method === 'Network.webSocketCreated') deeds.requests.push(params.url);
      else if (method === 'Log.entryAdded') deeds.complaints.push(params.entry.text);
      else if (method === 'Audits.issueAdded') deeds.complaints.push(params.issue.code);
      else if (method === 'Runtime.consoleAPICalled' || method === 'Runtime.exceptionThrown') deeds.complaints.push(method);
      else if (method === 'Page.javascriptDialogOpening') {
        deeds.dialogs.push(params.message);
        this.send('Page.handleJavaScriptDialog', { accept: false });
      }
    };
    this.#listeners.add(listener);
    const load = new Promise((resolve) => {
      loaded = resolve;
    });
    await this.send('Page.navigate', { url });
    await load;
    // Whatever a handler would start has started after two frames.
    await this.value('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(0), 30))))');
    this.#listeners.delete(listener);
    return deeds;
  }

  /** The value of an expression in the page: the page itself can still run nothing. */
  async value(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
    return result.value;
  }

  /** How the page is looked at. */
  async look({ width, height = 900, scheme = 'light', media = 'screen', density = 1 }) {
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: density, mobile: width < 600 });
    await this.send('Emulation.setScrollbarsHidden', { hidden: true });
    await this.send('Emulation.setEmulatedMedia', { media, features: [{ name: 'prefers-color-scheme', value: scheme }] });
  }

  /** A picture of the window, or of the whole page. */
  async picture({ format = 'png', quality, whole = false } = {}) {
    const { data } = await this.send('Page.captureScreenshot', {
      format,
      quality,
      captureBeyondViewport: whole,
      ...(whole ? { clip: await this.#all() } : {}),
    });
    return Buffer.from(data, 'base64');
  }

  async #all() {
    const { cssContentSize } = await this.send('Page.getLayoutMetrics');
    return { ...cssContentSize, scale: 1 };
  }

  /** As it is printed, on A4. */
  async print() {
    const { data } = await this.send('Page.printToPDF', {
      preferCSSPageSize: true,
      paperWidth: 8.27,
      paperHeight: 11.69,
      printBackground: true,
    });
    return Buffer.from(data, 'base64');
  }

  async close() {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.exitCode === null) {
      this.send('Browser.close').catch(() => {});
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
