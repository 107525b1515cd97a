#!/bin/sh
# Makes the sample captures again: real programs over a link with a real round trip of 40 ms.
#
#   NETLAB=path/to/netlab.py ./make.sh NAME...|all
#
# Needs root, python3, node, nginx, curl, chromium, iproute2, ethtool, tcpdump, tshark's editcap, gzip, zstd and lz4.
# The captures land in the folder above, or in $OUT. Client 10.77.0.1, server 10.77.0.2.
set -eu

NAMES='close-every-request nginx-idle-too-short nginx-idle-fits keep-alive-peer-vanishes
       node-agent-default node-agent-keep-alive chromium-page lossy-link h2c-one-connection h2c-three-pools
       keep-alive-race node-agent-vxlan nginx-gre phone-gtp-u rotated'

here=$(cd "$(dirname "$0")" && pwd)
OUT=${OUT:-$(dirname "$here")}
: "${NETLAB:?set NETLAB to the path of netlab.py}"
export here

# lab NAME NETLAB-OPTION...: one capture of one client and one server, TCP frames only (the link itself also sends ICMPv6).
lab() {
  name=$1; shift
  python3 "$NETLAB" --delay-ms 20 --linger-s 2 --out "$work/raw.pcap" "$@"
  tcpdump -Z root -r "$work/raw.pcap" -w "$OUT/$name.pcap" tcp 2>/dev/null
}

# nginx_with TIMEOUT: the command that serves the site on port 80 with this keepalive_timeout.
nginx_with() {
  echo "keepalive_timeout $1;" > "$work/keepalive.conf"
  echo 'exec nginx -e stderr -p "$work" -c nginx.conf'
}

# The server's own interface goes down; nothing says goodbye.
VANISH='(sleep 23.5; ip link set "$(ls /sys/class/net | grep ^ls)" down) &'

CHROMIUM='chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-dev-shm-usage
  --disable-background-networking --disable-component-update --disable-sync --user-data-dir="$work/profile"'

make_one() {
  case $1 in
    close-every-request)
      lab "$1" --port 80 --server "$(nginx_with 65s)" \
        --client 'curl -sS -H "Connection: close" --resolve shop.example:80:10.77.0.2 -o /dev/null "http://shop.example/items/[1-12]"' ;;
    nginx-idle-too-short)
      lab "$1" --port 80 --server "$(nginx_with 2s)" --client 'node "$here/visit.mjs" http://10.77.0.2/cart 8 keep-alive 3000' ;;
    nginx-idle-fits)
      lab "$1" --port 80 --server "$(nginx_with 65s)" --client 'node "$here/visit.mjs" http://10.77.0.2/cart 8 keep-alive 3000'
      editcap -F pcapng "$OUT/$1.pcap" "$OUT/$1.pcapng"
      rm "$OUT/$1.pcap" ;;
    keep-alive-peer-vanishes)
      lab "$1" --port 80 --server "$VANISH $(nginx_with 65s)" --client 'python3 "$here/wait.py" 10.77.0.2 80' ;;
    node-agent-default)
      lab "$1" --port 8080 --server 'exec node "$here/shop.mjs"' --client 'node "$here/visit.mjs" http://10.77.0.2:8080/cart 10 close 0' ;;
    node-agent-keep-alive)
      lab "$1" --port 8080 --server 'exec node "$here/shop.mjs"' --client 'node "$here/visit.mjs" http://10.77.0.2:8080/cart 10 keep-alive 0' ;;
    chromium-page)
      # A browser drops its connections when an address of its host changes: wait until the new link has settled.
      lab "$1" --port 80 --server "$(nginx_with 65s)" --client "sleep 3; $(echo $CHROMIUM) --dump-dom http://10.77.0.2/ > /dev/null 2>&1" ;;
    lossy-link)
      # With this seed the relay drops the first SYN (if not, because the link sent another count of frames before: run it again).
      lab "$1" --loss 0.025 --reorder 0.02 --seed "${SEED:-848}" --port 80 --server "$(nginx_with 65s)" \
        --client 'curl -sS --resolve shop.example:80:10.77.0.2 -o /dev/null "http://shop.example/photos/[1-10].png"' ;;
    h2c-one-connection)
      lab "$1" --port 80 --server 'exec node "$here/h2c-shop.mjs"' --client 'node "$here/h2c-page.mjs" http://10.77.0.2' ;;
    h2c-three-pools)
      lab "$1" --port 80 --server 'exec node "$here/h2c-shop.mjs"' --client 'node "$here/h2c-pools.mjs" http://10.77.0.2' ;;
    keep-alive-race)
      # Node.js waits a second longer than it is told: its FIN leaves 3 s after the answer, and takes 20 ms. A request that is sent 2.98 s after it crosses it.
      lab "$1" --port 8080 --server 'exec node "$here/shop.mjs" 2000' --client 'node "$here/orders.mjs" http://10.77.0.2:8080/cart 8 2980' ;;
    # Kernels of containers have no tunnels: wrap.mjs does what a gateway does to captures that are there already.
    node-agent-vxlan) node "$here/wrap.mjs" vxlan "$OUT/node-agent-default.pcap" "$OUT/$1.pcap" ;;
    nginx-gre) node "$here/wrap.mjs" gre "$OUT/nginx-idle-too-short.pcap" "$OUT/$1.pcap" ;;
    phone-gtp-u) node "$here/wrap.mjs" gtp-u "$OUT/node-agent-keep-alive.pcap" "$OUT/$1.pcap" ;;
    rotated)
      for part in 1:1-20 2:21-40 3:41-59; do
        editcap -F pcap -r "$OUT/nginx-idle-fits.pcapng" "$OUT/${1}_0000${part%:*}.pcap" "${part#*:}"
      done
      gzip -9nf "$OUT/${1}_00001.pcap"
      zstd -qf -19 --rm "$OUT/${1}_00002.pcap"
      lz4 -qf -9 --rm "$OUT/${1}_00003.pcap" "$OUT/${1}_00003.pcap.lz4" ;;
    *) echo "make.sh: no sample is called '$1'; there are: $(echo $NAMES)" >&2; exit 2 ;;
  esac
}

[ $# -gt 0 ] || { echo "usage: NETLAB=path/to/netlab.py $0 NAME...|all" >&2; exit 2; }
[ "$1" != all ] || set -- $NAMES
trap 'rm -rf "${work:-}"' EXIT
for name; do
  work=$(mktemp -d)
  export work
  cp "$here/nginx.conf" "$work"
  node "$here/site.mjs" "$work/site"
  make_one "$name"
  rm -r "$work"
  ls -l "$OUT/$name"*.pcap*
done
