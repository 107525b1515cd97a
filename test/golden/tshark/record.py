#!/usr/bin/env python3
"""Records what tshark says of each sample capture, connection by connection, as NAME.json beside this file.

  record.py [CAPTURE...]      without captures: every capture of the folder samples/
  record.py --check           writes nothing; exit status 1 if a record differs (another tshark version alone is no difference)

Needs python3 and tshark. Counts are of frames, a message is counted where tshark completed it (HTTP/2: where its head is, a 1xx
head too). `client` sent the first SYN. A handshake is complete with SYN, a SYN-ACK that acknowledges it, and an ACK of that;
`syn_to_ack_s` runs from the first SYN to that ACK as captured, `initial_rtt` is tshark's own (from its most recent SYN).
`completeness` is tcp.completeness.
"""
import hashlib, json, os, subprocess, sys, tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parents[2] / "samples"

SYN, FIN, RST, ACK = 2, 1, 4, 16
ANALYSIS = ["keep_alive", "keep_alive_ack", "retransmission", "fast_retransmission", "spurious_retransmission",
            "out_of_order", "duplicate_ack", "lost_segment"]
FIELDS = ["frame.number", "frame.time_epoch", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.stream", "tcp.srcport", "tcp.dstport",
          "tcp.flags", "tcp.len", "tcp.seq_raw", "tcp.ack_raw", "tcp.completeness", "tcp.analysis.initial_rtt", "http.request", "http.response",
          "http2.headers.method", "http2.headers.status", *(f"tcp.analysis.{name}" for name in ANALYSIS)]
PREFERENCES = ["tcp.analyze_sequence_numbers:TRUE", "tcp.desegment_tcp_streams:TRUE", "tcp.reassemble_out_of_order:TRUE",
               "http.desegment_body:TRUE"]


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    captures = [Path(a) for a in arguments if a != "--check"] or sorted(SAMPLES.glob("*.pcap*"))
    different = 0
    for capture in captures:
        target = HERE / f"{capture.name}.json"
        now = record(capture)
        if not check:
            target.write_text(as_text(now))
        elif not target.exists() or json.loads(target.read_text()) | {"tshark": now["tshark"]} != now:
            different += 1
            print(f"{target.name} differs from what {now['tshark']} says")
    return 1 if different else 0


def record(capture: Path) -> dict:
    streams: dict[int, dict] = {}
    rows = frames_of(capture)
    for row in rows:
        if row["tcp.stream"]:
            add(streams, row)
    return {
        "file": capture.name,
        "sha256": hashlib.sha256(capture.read_bytes()).hexdigest(),
        "tshark": tshark("--version").splitlines()[0],
        "frames": len(rows),
        "streams": [facts(stream) for stream in streams.values()],
    }


def add(streams: dict[int, dict], row: dict[str, str]) -> None:
    source = endpoint(row["ip.src"], row["ipv6.src"], row["tcp.srcport"])
    destination = endpoint(row["ip.dst"], row["ipv6.dst"], row["tcp.dstport"])
    number, flags, length = int(row["tcp.stream"]), int(row["tcp.flags"], 0), int(row["tcp.len"])
    s = streams.setdefault(number, {"stream": number, "a": source, "b": destination, "client": None, "first_frame": int(row["frame.number"]),
                                    "frames": 0, "payload": {source: 0, destination: 0}, "requests": 0, "responses": 0,
                                    "handshake": Handshake(), "initial_rtt": None, "completeness": None, **dict.fromkeys(ANALYSIS, 0)})
    if s["client"] is None and flags & SYN:
        s["client"] = destination if flags & ACK else source
    s["frames"] += 1
    s["payload"][source] += length
    s["requests"] += occurrences(row["http.request"]) + occurrences(row["http2.headers.method"])
    s["responses"] += occurrences(row["http.response"]) + occurrences(row["http2.headers.status"])
    s["handshake"].see(nanoseconds(row["frame.time_epoch"]), source, flags, int(row["tcp.seq_raw"]), int(row["tcp.ack_raw"]), length)
    if row["tcp.completeness"]:
        s["completeness"] = int(row["tcp.completeness"])
    if s["initial_rtt"] is None and row["tcp.analysis.initial_rtt"]:
        s["initial_rtt"] = float(row["tcp.analysis.initial_rtt"])
    for name in ANALYSIS:
        s[name] += bool(row[f"tcp.analysis.{name}"])


class Handshake:
    """SYN, SYN-ACK, ACK, each judged against the one before."""

    def __init__(self) -> None:
        self.syn = self.syn_ack = self.ack_time = None

    def see(self, time: int, source: str, flags: int, sequence: int, acknowledged: int, length: int) -> None:
        if flags & SYN and not flags & ACK:
            if self.syn is None or (self.syn_ack is None and self.syn[1] != sequence):
                self.syn = (time, sequence, source, length)
        elif flags & SYN:
            if self.syn and not self.syn_ack and self.syn[2] != source and after(self.syn[1], acknowledged) in (1, 1 + self.syn[3]):
                self.syn_ack = (sequence, source)
        elif flags & ACK and not flags & (FIN | RST) and self.ack_time is None:
            if self.syn_ack and self.syn_ack[1] != source and after(self.syn_ack[0], acknowledged) == 1:
                self.ack_time = time


def facts(s: dict) -> dict:
    client = s["client"] or s["a"]
    server = s["b"] if client == s["a"] else s["a"]
    handshake = s["handshake"]
    complete = handshake.ack_time is not None
    return {
        "stream": s["stream"], "client": client, "server": server, "first_frame": s["first_frame"], "frames": s["frames"],
        "client_bytes": s["payload"][client], "server_bytes": s["payload"][server], "requests": s["requests"], "responses": s["responses"],
        "handshake_complete": complete, "syn_to_ack_s": (handshake.ack_time - handshake.syn[0]) / 1e9 if complete else None,
        "initial_rtt": s["initial_rtt"], "completeness": s["completeness"], **{name: s[name] for name in ANALYSIS},
    }


def frames_of(capture: Path) -> list[dict[str, str]]:
    options = [o for preference in PREFERENCES for o in ("-o", preference)] + [o for field in FIELDS for o in ("-e", field)]
    out = tshark("-2", "-n", "-r", str(capture), "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=,", *options)
    return [dict(zip(FIELDS, line.split("\t"))) for line in out.splitlines()]


def tshark(*arguments: str) -> str:
    with tempfile.TemporaryDirectory() as empty:    # no preferences of the person who runs this
        environment = os.environ | {"WIRESHARK_CONFIG_DIR": empty, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        return subprocess.run(["tshark", *arguments], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True).stdout


def endpoint(ipv4: str, ipv6: str, port: str) -> str:
    """In a tunnel the innermost addresses are those of the connection."""
    return f"{ipv4.split(',')[-1]}:{port}" if ipv4 else f"[{ipv6.split(',')[-1]}]:{port}"


def occurrences(cell: str) -> int:
    return len(cell.split(",")) if cell else 0


def nanoseconds(text: str) -> int:
    seconds, _, fraction = text.partition(".")
    return int(seconds) * 10**9 + int(fraction.ljust(9, "0")[:9])


def after(earlier: int, later: int) -> int:
    """How far one sequence number is after another (RFC 9293 §3.4)."""
    return (later - earlier) & 0xFFFFFFFF


def as_text(found: dict) -> str:
    """One stream a line: short, and readable in a diff."""
    head = json.dumps({k: v for k, v in found.items() if k != "streams"}, indent=1)
    return head[:-2] + ',\n "streams": [\n' + ",\n".join("  " + json.dumps(s) for s in found["streams"]) + "\n ]\n}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
