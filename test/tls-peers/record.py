#!/usr/bin/env python3
"""Writes tshark.csv: what tshark says of each capture of this folder, stream by stream. Run it after make.sh."""

import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
FIELDS = ["tcp.stream", "tls.handshake.extensions_server_name", "tls.handshake.type",
          "http.request.method", "http2.headers.method", "http2.type"]


def rows(capture: pathlib.Path) -> list[list[list[str]]]:
    keys = capture.with_suffix(".keys")
    command = ["tshark", "-r", str(capture), "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|"]
    command += [word for field in FIELDS for word in ("-e", field)]
    if keys.exists():
        command += ["-o", f"tls.keylog_file:{keys}"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [[cell.split("|") if cell else [] for cell in line.split("\t")] for line in text.splitlines() if line.strip()]


def main() -> None:
    lines = ["capture,stream,server_name,hellos,requests,goaways,pings"]
    for capture in sorted(HERE.glob("*.pcap")):
        streams: dict[int, dict[str, object]] = {}
        for stream, name, types, method, method2, frames in rows(capture):
            if not stream:
                continue
            known = streams.setdefault(int(stream[0]), {"server_name": "", "hellos": 0, "requests": 0, "goaways": 0, "pings": 0})
            known["server_name"] = known["server_name"] or (name[0] if name else "")
            known["hellos"] += types.count("1")
            known["requests"] += len(method) + len(method2)
            known["goaways"] += frames.count("7")
            known["pings"] += frames.count("6")
        lines += [",".join(map(str, [capture.stem, number, *streams[number].values()])) for number in sorted(streams)]
    (HERE / "tshark.csv").write_text("\n".join(lines) + "\n")


main()
