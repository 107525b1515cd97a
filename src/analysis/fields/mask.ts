/** Secrets in addresses of resources: query values and user information never leave the program as they were. */

const hidden = '***';

/**
 * `/cart;jsessionid=8F2?user=ann&token` becomes `/cart;jsessionid=***?user=***&***`: the names tell what was asked, the values stay private.
 * A part without `=` may itself be the secret.
 */
export function maskTarget(target: string): string {
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const query = question < 0 ? '' : `?${target.slice(question + 1).replace(/[^&;]+/g, maskPart)}`;
  return maskUserinfo(path.replace(/(;[^;/=]*=)[^;/]+/g, `$1${hidden}`)) + query;
}

/** `ann:secret@shop.example:443` becomes `***@shop.example:443`. */
export function maskAuthority(authority: string): string {
  const at = authority.lastIndexOf('@');
  return at < 0 ? authority : hidden + authority.slice(at);
}

function maskPart(part: string): string {
  const equals = part.indexOf('=');
  if (equals < 0) return hidden;
  return equals === part.length - 1 ? part : part.slice(0, equals + 1) + hidden;
}

/** In the absolute form `http://user:word@host/…` and in the authority form `user:word@host:port`; an `@` later in a path is only a letter. */
function maskUserinfo(path: string): string {
  if (path.startsWith('/')) return path;
  const scheme = path.indexOf('://');
  const start = scheme < 0 ? 0 : scheme + 3;
  const slash = path.indexOf('/', start);
  const end = slash < 0 ? path.length : slash;
  return path.slice(0, start) + maskAuthority(path.slice(start, end)) + path.slice(end);
}
