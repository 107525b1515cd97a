/** Java: HttpURLConnection, java.net.http.HttpClient, Apache HttpClient, OkHttp; Jetty as a server. */

import type { Software } from './software.ts';

export const java: Software = {
  name: 'java',
  title: 'Java HttpClient',
  roles: ['client'],
  marks: ['java-http-client', 'java/', 'java httpclient', 'java httpurlconnection'],
  directive: ({ setting, seconds }) => {
    switch (setting) {
      case 'client_idle_timeout':
        return `-Djdk.httpclient.keepalive.timeout=${Math.max(1, Math.floor(seconds))}`;
      case 'client_pool_size':
        return '-Dhttp.maxConnections=64';
      case 'share_pool':
      case 'send_no_close':
        return 'static final HttpClient client = HttpClient.newHttpClient();  // one for all requests';
      case 'http_2':
        return 'HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();';
      default:
        return undefined;
    }
  },
};

export const apacheHttpClient: Software = {
  name: 'apache-httpclient',
  title: 'Apache HttpClient',
  roles: ['client'],
  marks: ['apache-httpclient'],
  directive: ({ setting, seconds }) => {
    switch (setting) {
      case 'client_idle_timeout':
        return `RequestConfig.custom().setDefaultKeepAlive(${Math.max(1, Math.floor(seconds))}, TimeUnit.SECONDS).build();`;
      case 'client_pool_size':
        return 'connectionManager.setDefaultMaxPerRoute(64); connectionManager.setMaxTotal(256);';
      case 'share_pool':
      case 'send_no_close':
        return 'static final CloseableHttpClient client = HttpClients.createDefault();  // one for all requests';
      default:
        return undefined;
    }
  },
};

export const okHttp: Software = {
  name: 'okhttp',
  title: 'OkHttp',
  roles: ['client'],
  marks: ['okhttp'],
  directive: ({ setting, seconds }) => {
    switch (setting) {
      case 'client_idle_timeout':
        return `new OkHttpClient.Builder().connectionPool(new ConnectionPool(5, ${Math.max(1, Math.floor(seconds))}, TimeUnit.SECONDS)).build();`;
      case 'client_pool_size':
        return 'new ConnectionPool(64, 5, TimeUnit.MINUTES)';
      case 'share_pool':
      case 'send_no_close':
        return 'static final OkHttpClient client = new OkHttpClient();  // one for all requests';
      default:
        return undefined;
    }
  },
};

export const jetty: Software = {
  name: 'jetty',
  title: 'Jetty',
  roles: ['server'],
  marks: ['jetty'],
  directive: ({ setting, seconds }) =>
    setting === 'server_idle_timeout' ? `connector.setIdleTimeout(${Math.round(seconds * 1000)});` : undefined,
};
