/** The door of proxy: reads what proxies and load balancers put before a conversation. */

export { isProxyHeader, ProxyHeader, type ProxyHeaderHost } from './proxy-header.ts';
export { isSocks, type SocksFacts, type SocksHost, SocksSession } from './socks.ts';
