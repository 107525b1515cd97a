/** By which rule a column is decided, and where that is written down. */

export interface Reference {
  readonly rule: string;
  readonly source: string;
}

const references: readonly (readonly [name: RegExp, rule: string, source: string])[] = [
  [
    /^(handshake_ms|handshake_client_ms|handshake_complete|syn_frame|syn_ack_frame|ack_frame)$/,
    "From the first SYN to the client's first ACK of the SYN-ACK, with or without data.",
    'RFC 9293 section 3.5 (three-way handshake)',
  ],
  [/^initial_rtt_ms$/, 'From the last SYN to the ACK that completes the handshake.', 'Wireshark: tcp.analysis.initial_rtt'],
  [
    /^syn_retransmissions$/,
    'A SYN with the same sequence number was sent again; the first waiting time is 1 s, then it doubles.',
    'RFC 6298 section 2',
  ],
  [
    /^(setup_ms|setup_class|setup_p50_ms)$/,
    'TCP, CONNECT and TLS together, until the client could send its request; seen from the client, wherever the capture was taken.',
    'RFC 9293 section 3.5, RFC 8446 section 2, RFC 9110 section 9.3.6',
  ],
  [
    /^tls_resumed$/,
    'A session was taken up again by a ticket or a PSK: fewer bytes, with TLS 1.2 one round trip less.',
    'RFC 8446 section 2.2, RFC 5077',
  ],
  [/^tls_early_data$/, 'Requests went out with the first flight (0-RTT).', 'RFC 8446 section 2.3'],
  [/^tls_/, 'Read from the handshake records of TLS, which need no key.', 'RFC 8446 section 4, RFC 5246 section 7'],
  [/^(server_name|alpn)$/, "An extension of the ClientHello, or the server's answer to it.", 'RFC 6066 section 3, RFC 7301'],
  [
    /^http_persistence|^persist/,
    'HTTP/1.1 persists unless a message says close, HTTP/1.0 only with keep-alive; a body that ends with the connection ends it.',
    'RFC 9112 section 9.3',
  ],
  [/^http_keep_alive_/, 'Parameters of the Keep-Alive header, a hint: whoever sends it may close sooner.', 'RFC 2068 section 19.7.1'],
  [/^http_close_by$/, 'Who sent the connection option close first.', 'RFC 9112 section 9.6'],
  [
    /^(reuses|reuse_ratio|requests_per_connection)$/,
    'Every request after the first found the connection open; CONNECT does not count.',
    'RFC 9112 section 9.3',
  ],
  [/^pipelined$/, 'The request began before the response before it was complete.', 'RFC 9112 section 9.3.2'],
  [
    /^tcp_keep_alive_/,
    'A segment of no or one byte one below the next sequence number, after silence; it is no HTTP and resets no HTTP timer.',
    'RFC 9293 section 3.8.4, RFC 1122 section 4.2.3.6',
  ],
  [/^tcp_analysis_/, 'As Wireshark 4.0 decides it, frame by frame.', 'Wireshark: tcp.analysis.flags'],
  [
    /^idle_/,
    'Between the last byte of an exchange and the first of the next; probes do not interrupt it.',
    'RFC 9112 section 9.5 (idle timeouts)',
  ],
  [/^(closed_by|closed_with|close_reason)$/, 'Who sent the first FIN or RST.', 'RFC 9293 sections 3.6 and 3.5.3'],
  [
    /^(opening|verdict|previous_id|reason)/,
    'The requests are replayed on a pool that keeps idle connections for the stated limit; what it would have opened was needed.',
    'RFC 9112 section 9.4 (concurrency), greedy matching of intervals',
  ],
  [
    /^(avoidable|wasted|opens_)/,
    'Its first request could have used a connection that the pool still held; wasted is what its set-up took.',
    'RFC 9112 section 9.3',
  ],
  [/^(state|history(_extended)?)$/, "Zeek's code for how a connection began and ended.", 'Zeek: conn_state and history in conn.log'],
  [/^(authority|host)$/, 'Host of HTTP/1, :authority of HTTP/2, else the name of TLS.', 'RFC 9110 section 7.2, RFC 9113 section 8.3.1'],
  [/^(status|method|target)$/, 'From the start line, or the pseudo header fields of HTTP/2.', 'RFC 9112 section 3, RFC 9113 section 8.3'],
  [
    /^(time_to_first_byte_ms|server_time_ms)$/,
    'Up to the first byte of the response; the way to the server and back is taken off or added by the round trips of the handshakes.',
    'RFC 9293 section 3.5',
  ],
  [/^(id|tcp_stream)$/, 'Connections are numbered by their first frame, as Wireshark numbers tcp.stream.', 'Wireshark: tcp.stream'],
  [/^informational$/, 'Interim responses (1xx) before the final one.', 'RFC 9110 section 15.2'],
];

/** undefined for what needs no rule. */
export function referenceOf(name: string): Reference | undefined {
  const found = references.find(([pattern]) => pattern.test(name));
  return found && { rule: found[1], source: found[2] };
}
