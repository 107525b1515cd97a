/** Apache Tomcat: attributes of the HTTP connector; Spring Boot sets the same by its properties. */

import type { Software } from './software.ts';

export const tomcat: Software = {
  name: 'tomcat',
  title: 'Tomcat',
  roles: ['server'],
  marks: ['tomcat', 'apache-coyote'],
  directive: ({ setting, seconds }) => {
    switch (setting) {
      case 'server_idle_timeout':
        return `<Connector keepAliveTimeout="${Math.round(seconds * 1000)}" … />`;
      case 'server_max_requests':
        return '<Connector maxKeepAliveRequests="-1" … />';
      case 'http_2':
        return '<UpgradeProtocol className="org.apache.coyote.http2.Http2Protocol" />';
      default:
        return undefined;
    }
  },
};
