#!/bin/sh
# Makes the captures of this folder again: real clients and servers of TLS and HTTP/2 over a link with a round trip of 40 ms.
#
#   NETLAB=path/to/netlab.py ./make.sh NAME...|all
#
# Needs root, python3, node, nginx, apache2, curl, openssl, nghttp2-client, nghttp2-server, chromium, iproute2, ethtool and tcpdump.
# The captures land here, or in $OUT, with their TLS secrets in NAME.keys where the client writes them. Client 10.77.0.1, server 10.77.0.2.
set -eu

NAMES='tls12-full tls12-ticket tls12-session-id tls12-false-start tls13-full tls13-psk tls13-retry tls13-early-data tls13-early-data-refused
       h2-node h2-nghttpd h2-chromium h2-not-coalesced h2c-upgrade h2c-h2load h2-request-cap h2-idle smtp-starttls imap-starttls'

here=$(cd "$(dirname "$0")" && pwd)
OUT=${OUT:-$here}
: "${NETLAB:?set NETLAB to the path of netlab.py}"
export here

work=$(mktemp -d)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
export work
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=shop.example \
  -addext 'subjectAltName=DNS:shop.example,DNS:*.shop.example' -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null

# lab NAME NETLAB-OPTION...: one capture of one client and one server, TCP frames only (the link itself also sends ICMPv6).
lab() {
  name=$1; shift
  export SSLKEYLOGFILE="$work/$name.keys"
  python3 "$NETLAB" --delay-ms 20 --linger-s 1 --out "$work/raw.pcap" "$@"
  tcpdump -Z root -r "$work/raw.pcap" -w "$OUT/$name.pcap" tcp 2>/dev/null
  [ ! -s "$work/$name.keys" ] || grep -v '^#' "$work/$name.keys" | grep -v EXPORTER > "$OUT/$name.keys"
}

# apache: the command that serves a word on port 8080, with HTTP/2 for those who ask for it (Upgrade: h2c).
apache() {
  echo hello > "$work/hello"
  for module in mpm_event authz_core http2; do echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"; done > "$work/apache.conf"
  printf '%s\n' "ServerName shop.example" "Listen 8080" "Protocols h2c http/1.1" "DocumentRoot $work" "ErrorLog /dev/null" "PidFile $work/apache.pid" \
    "User nobody" "Group nogroup" >> "$work/apache.conf"
  echo 'exec apache2 -DFOREGROUND -d "$work" -f "$work/apache.conf"'
}

# nginx_with LINE...: the command that serves a few words on ports 443 and 80, HTTP/2 on both, with these lines in its configuration.
nginx_with() {
  printf '%s\n' 'daemon off; pid nginx.pid; events { }' "http { access_log off; ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem;" "$@" \
    "server { listen 443 ssl ${HTTP2-http2}; listen 80 http2; default_type text/html;" \
    'location / { return 200 "<p>hello"; }' 'location ~ ^/hop(1?1?1?1?1?1?)$ { return 302 https://a$1.shop.example/hop1$1; }' \
    'location /hops { return 200 "<img src=/hop>"; }' \
    "location /names { return 200 '<img src=//a.shop.example/1><img src=//b.shop.example/2><img src=/3>'; }" \
    "location /page { return 200 '<img src=/1><img src=/2><img src=/3><img src=/4><img src=/5><img src=/6>'; } } }" > "$work/nginx.conf"
  echo 'exec nginx -e stderr -p "$work" -c nginx.conf'
}

CURL='curl -skS --resolve shop.example:443:10.77.0.2 -o /dev/null'
CHROMIUM='chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-dev-shm-usage --ignore-certificate-errors
  --disable-background-networking --disable-component-update --disable-sync --host-resolver-rules="MAP *.shop.example 10.77.0.2, MAP shop.example 10.77.0.2"'
ONE='Connection: close'
# again OPTION...: a request on a connection of its own, with the session of the one before.
AGAIN='printf "GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n" > "$work/ask"
  again() { openssl s_client -connect 10.77.0.2:443 -servername shop.example -tls1_3 -keylogfile "$SSLKEYLOGFILE" -sess_out "$work/session" -ign_eof "$@"; }
  (cat "$work/ask"; sleep 0.4) | again > /dev/null 2>&1'
EARLY='again -sess_in "$work/session" -early_data "$work/ask" < /dev/null > /dev/null 2>&1'

make_one() {
  case $1 in
    tls12-full)
      lab "$1" --port 443 --server "$(nginx_with 'ssl_protocols TLSv1.2;')" --client "for i in 1 2 3 4; do $CURL https://shop.example/\$i; done" ;;
    tls12-ticket)
      lab "$1" --port 443 --server "$(nginx_with 'ssl_protocols TLSv1.2; ssl_session_cache shared:s:1m;')" \
        --client "$CURL --http1.1 -H '$ONE' 'https://shop.example/[1-5]'" ;;
    tls12-session-id)
      lab "$1" --port 443 --server "$(nginx_with 'ssl_protocols TLSv1.2; ssl_session_tickets off; ssl_session_cache shared:s:1m;')" \
        --client "$CURL --http1.1 -H '$ONE' 'https://shop.example/[1-5]'" ;;
    tls12-false-start)
      # A chain of redirects, each to another host: by the later ones the browser has done what it does when it starts.
      lab "$1" --port 443 --server "$(HTTP2='' nginx_with 'ssl_protocols TLSv1.2;')" \
        --client "sleep 2; $(echo $CHROMIUM) --user-data-dir=\"\$work/profile\" --dump-dom https://shop.example/hops > /dev/null 2>&1" ;;
    tls13-full)
      lab "$1" --port 443 --server "$(nginx_with 'ssl_protocols TLSv1.3;')" --client "for i in 1 2 3 4; do $CURL https://shop.example/\$i; done" ;;
    tls13-psk)
      lab "$1" --port 443 --server "$(nginx_with 'ssl_protocols TLSv1.3;')" --client "$CURL --http1.1 -H '$ONE' 'https://shop.example/[1-5]'" ;;
    tls13-retry)
      lab "$1" --port 443 --server "$(nginx_with 'ssl_protocols TLSv1.3; ssl_ecdh_curve prime256v1;')" \
        --client "for i in 1 2 3 4 5 6 7 8; do $CURL https://shop.example/\$i; done" ;;
    tls13-early-data)
      lab "$1" --port 443 --server "$(nginx_with 'ssl_protocols TLSv1.3; ssl_early_data on; ssl_session_cache shared:s:1m;')" \
        --client "$AGAIN; $EARLY; $EARLY; $EARLY; $EARLY" ;;
    tls13-early-data-refused)
      lab "$1" --port 443 --server "$(nginx_with 'ssl_protocols TLSv1.3; ssl_early_data on;')" \
        --client "$AGAIN; for i in 1 2 3; do cp \"\$work/session\" \"\$work/old\"; nginx -e stderr -p \"\$work\" -c nginx.conf -s reload; sleep 0.7; (sleep 0.4; cat \"\$work/ask\") | again -sess_in \"\$work/session\" -early_data \"\$work/ask\" > /dev/null 2>&1; done" ;;
    h2-node)
      lab "$1" --port 8443 --server 'exec node "$here/h2-server.mjs"' --client 'node "$here/h2-client.mjs" https://10.77.0.2:8443 20 "$SSLKEYLOGFILE" 0 a.shop.example b.shop.example c.test' ;;
    h2-nghttpd)
      lab "$1" --port 8443 --server 'cd "$work" && echo hello > hello && exec nghttpd -d "$work" 8443 key.pem cert.pem' \
        --client 'h2load -n 60 -c 2 -m 10 https://10.77.0.2:8443/hello > /dev/null; nghttp -n -m 4 https://10.77.0.2:8443/hello > /dev/null' ;;
    h2-chromium)
      lab "$1" --port 443 --server "$(nginx_with 'ssl_protocols TLSv1.3;')" \
        --client "sleep 2; $(echo $CHROMIUM) --user-data-dir=\"\$work/profile\" --dump-dom https://shop.example/page > /dev/null 2>&1" ;;
    h2-not-coalesced)
      lab "$1" --port 443 --server "$(nginx_with 'ssl_protocols TLSv1.3;')" \
        --client "sleep 2; $(echo $CHROMIUM) --user-data-dir=\"\$work/profile\" --dump-dom https://shop.example/names > /dev/null 2>&1" ;;
    h2c-upgrade)
      lab "$1" --port 8080 --server "$(apache)" \
        --client 'curl -sS --http2 -o /dev/null -o /dev/null -o /dev/null http://10.77.0.2:8080/hello http://10.77.0.2:8080/missing http://10.77.0.2:8080/hello;
                  nghttp -n -u http://10.77.0.2:8080/hello' ;;
    h2c-h2load)
      lab "$1" --port 80 --server "$(nginx_with)" --client 'h2load -n 100 -c 2 -m 10 http://10.77.0.2/ > /dev/null; curl -sS --http2-prior-knowledge http://10.77.0.2/ -o /dev/null' ;;
    h2-request-cap)
      lab "$1" --port 80 --server "$(nginx_with 'keepalive_requests 100;')" --client 'node "$here/h2-client.mjs" http://10.77.0.2 150' ;;
    h2-idle)
      lab "$1" --port 80 --server "$(nginx_with 'keepalive_timeout 2s;')" --client 'node "$here/h2-client.mjs" http://10.77.0.2 3 "" 3500' ;;
    smtp-starttls|imap-starttls)
      kind=${1%-starttls}
      lab "$1" --port 2525 --server "exec python3 \"\$here/starttls.py\" $kind" \
        --client "printf 'QUIT\r\n' | openssl s_client -connect 10.77.0.2:2525 -starttls $kind -servername mail.shop.example -ign_eof > /dev/null 2>&1 || true" ;;
    *) echo "make.sh: unknown capture '$1'; there are: $NAMES" >&2; exit 2 ;;
  esac
}

[ $# -gt 0 ] || { echo "usage: make.sh NAME...|all" >&2; exit 2; }
[ "$1" != all ] || set -- $NAMES
for name in "$@"; do make_one "$name"; done
