/** Every report format, in the order in which help and menus list them. */

import { csv } from './csv.ts';
import type { ReportFormat } from './format.ts';
import { har } from './har.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { ndjson } from './ndjson.ts';
import { parquet } from './parquet.ts';
import { prometheus } from './prometheus.ts';
import { text } from './text.ts';

export const formats: readonly ReportFormat[] = [text, json, ndjson, csv, markdown, html, har, parquet, prometheus];
