/** Every report format, in the order in which help and menus list them. */

import { csv } from './csv.ts';
import type { ReportFormat } from './format.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { ndjson } from './ndjson.ts';
import { text } from './text.ts';

export const formats: readonly ReportFormat[] = [text, json, ndjson, csv, markdown, html];
