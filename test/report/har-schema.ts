/** HAR 1.2 as its readers know it: http://www.softwareishard.com/blog/har-12-spec/, the members that it does not call optional, with their types. */

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const named = { type: 'object', required: ['name', 'value'], properties: { name: { type: 'string' }, value: { type: 'string' } } };
const time = { type: 'number', minimum: -1 };
const duration = { type: 'number', minimum: 0 };
const schema = {
  type: 'object',
  required: ['log'],
  properties: {
    log: {
      type: 'object',
      required: ['version', 'creator', 'entries'],
      properties: {
        version: { const: '1.2' },
        creator: { type: 'object', required: ['name', 'version'] },
        pages: { type: 'array' },
        entries: {
          type: 'array',
          items: {
            type: 'object',
            required: ['startedDateTime', 'time', 'request', 'response', 'cache', 'timings'],
            properties: {
              startedDateTime: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$' },
              time: duration,
              request: {
                type: 'object',
                required: ['method', 'url', 'httpVersion', 'cookies', 'headers', 'queryString', 'headersSize', 'bodySize'],
                properties: {
                  method: { type: 'string', minLength: 1 },
                  url: { type: 'string', pattern: '^[a-zA-Z][a-zA-Z0-9+.-]*://' },
                  cookies: { type: 'array' },
                  headers: { type: 'array', items: named },
                  queryString: { type: 'array', items: named },
                  headersSize: { type: 'integer' },
                  bodySize: { type: 'integer' },
                },
              },
              response: {
                type: 'object',
                required: [
                  'status',
                  'statusText',
                  'httpVersion',
                  'cookies',
                  'headers',
                  'content',
                  'redirectURL',
                  'headersSize',
                  'bodySize',
                ],
                properties: {
                  status: { type: 'integer' },
                  statusText: { type: 'string' },
                  content: { type: 'object', required: ['size', 'mimeType'] },
                  headers: { type: 'array', items: named },
                  redirectURL: { type: 'string' },
                },
              },
              cache: { type: 'object' },
              timings: {
                type: 'object',
                required: ['send', 'wait', 'receive'],
                properties: { blocked: time, dns: time, connect: time, ssl: time, send: duration, wait: duration, receive: duration },
                additionalProperties: false,
              },
              serverIPAddress: { type: 'string' },
              connection: { type: 'string' },
            },
          },
        },
      },
    },
  },
};
export const isHar: ValidateFunction = new Ajv2020().compile(schema);
