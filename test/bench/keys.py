#!/usr/bin/env python3
"""How soon the screens answer: opens a capture in a pseudo-terminal, presses keys while it is read and afterwards, and measures
the time from a key to the first byte of what it draws, and the most memory that each phase took. keys.py CAPTURE [MAIN_JS]; needs Linux for that."""
import fcntl, os, pty, re, select, statistics, struct, sys, termios, time

capture = sys.argv[1]
program = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(__file__), '..', '..', 'dist', 'cmd', 'main.js')
begun = time.monotonic()
pid, fd = pty.fork()
if pid == 0:
    os.execvpe('node', ['node', program, capture], {**os.environ, 'TERM': 'xterm-256color', 'LANG': 'C.UTF-8', 'XDG_CONFIG_HOME': '/nonexistent'})
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 120, 0, 0))

def read(wait):
    """What comes within `wait` seconds, until it is quiet for a moment."""
    out = b''
    end = time.monotonic() + wait
    while time.monotonic() < end:
        ready, _, _ = select.select([fd], [], [], max(0, min(0.01 if out else wait, end - time.monotonic())))
        if not ready:
            if out: break
            continue
        try: out += os.read(fd, 1 << 16)
        except OSError: break
    return out

def wait_for(pattern, wait):
    seen = b''
    end = time.monotonic() + wait
    while time.monotonic() < end:
        seen = (seen + read(0.05))[-200000:]
        if re.search(pattern, seen): return time.monotonic()
    raise SystemExit(f'never saw {pattern}: {seen[-400:]!r}')

def status(field):
    for line in open(f'/proc/{pid}/status'):
        if line.startswith(field): return int(line.split()[1]) // 1024
    return 0

def begin_peak():
    """From here on `VmHWM` is the most since now."""
    with open(f'/proc/{pid}/clear_refs', 'w') as file: file.write('5')

def memory(phase):
    """What it takes now, and what it took at most in the phase that ends here."""
    print(f'memory {phase}: {status("VmRSS")} MB, most {status("VmHWM")} MB', flush=True)
    begin_peak()

def cpu():
    parts = open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf('SC_CLK_TCK')

def press(key):
    """Milliseconds until something is drawn: the bottom line tells the place, so that every move of the cursor draws."""
    while select.select([fd], [], [], 0)[0]: os.read(fd, 1 << 16)
    at = time.monotonic()
    os.write(fd, key)
    mark = b'/' if key in (b'j', b'k') else b'\x1b['
    seen = b''
    while time.monotonic() < at + 5:
        if select.select([fd], [], [], 5)[0]:
            seen += os.read(fd, 1 << 16)
            if mark in seen: return (time.monotonic() - at) * 1000
    return 5000.0

def report(name, times):
    times = sorted(times)
    print(f'{name}: {len(times)} keys, median {statistics.median(times):.1f} ms, p99 {times[min(len(times) - 1, int(len(times) * 0.99))]:.1f} ms, most {times[-1]:.1f} ms', flush=True)

first = wait_for(rb'1/\d', 20)
print(f'first rows after {first - begun:.2f} s, {cpu():.2f} s of CPU', flush=True)
os.write(fd, b'2'); time.sleep(0.7)
times = []
size = os.path.getsize(capture)

def bytes_read():
    for line in open(f'/proc/{pid}/io'):
        if line.startswith('rchar:'): return int(line.split()[1])
    return 0

while bytes_read() < size and time.monotonic() < begun + 300:
    times.append(press(b'j' if len(times) % 2 == 0 else b'k'))
    time.sleep(0.05)
report('while reading', times)
print(f'read after {time.monotonic() - begun:.1f} s', flush=True)
memory('while reading')

def rest():
    """Until nothing is worked out any more."""
    quiet = time.monotonic()
    while time.monotonic() < quiet + 60:
        before = cpu(); time.sleep(1); read(0.1)
        if cpu() - before < 0.02: break

# The last analysis is of everything.
rest()
print(f'all in after {time.monotonic() - begun - 1:.1f} s, {cpu():.2f} s of CPU', flush=True)
memory('when all is in')
times = []
for i in range(100):
    times.append(press(b'j' if i % 2 == 0 else b'k')); time.sleep(0.04)
report('afterwards', times)
usual = ('client_address', 'authority', 'protocol', 'requests', 'reuses', 'handshake_ms', 'tls_handshake_ms', 'idle_max_ms', 'tcp_keep_alive_probes', 'wasted_ms', 'opening',
         'closed_by', 'start_ms', 'duration_ms')
# Of those that may be chosen the slowest, and one of each kind.
chosen = ('reason_text', 'reason', 'close_reason', 'evidence_frames', 'start_time', 'history_extended', 'throughput_client_bytes_per_s', 'rtt_min_ms', 'idle_before_close_ms', 'authorities')
for column in usual + chosen:
    if column == chosen[0]:
        os.write(fd, b':columns id,' + ','.join(chosen).encode() + b'\r'); time.sleep(0.4); read(0.3)
    os.write(fd, b':sort ' + column.encode()); time.sleep(0.4); read(0.3)
    before = cpu(); at = time.monotonic(); os.write(fd, b'\r'); spent = before; last = at
    while time.monotonic() < last + 0.5 and time.monotonic() < at + 60:
        read(0.02)
        if cpu() - spent > 0.02: spent, last = cpu(), time.monotonic()
    print(f'sort by {column}: {last - at:.2f} s, {cpu() - before:.2f} s of CPU', flush=True)

memory('while sorting')
os.write(fd, b':columns\r'); time.sleep(0.4); read(0.3)

def answer(key, wait=60):
    """Milliseconds until something is drawn, until nothing more happens, and of CPU."""
    read(0.1); before = cpu(); at = time.monotonic(); os.write(fd, key)
    select.select([fd], [], [], wait)
    first = time.monotonic() - at; spent, last = cpu(), time.monotonic()
    while time.monotonic() < last + 0.6 and time.monotonic() < at + wait:
        read(0.02)
        if cpu() - spent > 0.02: spent, last = cpu(), time.monotonic()
    return f'{first * 1000:.0f} ms, all of it after {last - at:.2f} s, {cpu() - before:.2f} s of CPU'

views = (('view 1', b'1'), ('view 2', b'2'), ('view 3', b'3'), ('view 4', b'4'), ('view 5', b'5'), ('view 6', b'6'))
moves = (('back to 2', b'2'), ('last row', b'G'), ('a page up', b'\x02'), ('first row', b'g'), ('next problem', b'e'))
filters = (('what a filter lets through', b':filter conn.requests == 1 && tcp.port == 20001\r'),
                  ('filtered view 5', b'5'), ('filtered view 6', b'6'), ('handshake_ms > 10', b':filter conn.handshake_ms > 10\r'), ('server_port == 443', b':filter conn.server_port == 443\r'), ('reuses == 0', b':filter conn.reuses == 0\r'),
                  ('opening_class', b':filter conn.opening == "churn"\r'), ('http.host', b':filter http.host contains "shop"\r'), ('no filter', b':filter\r'), ('view 2 again', b'2'), ('search', b'/10.0.0.26\r'), ('open', b'\r'), ('ladder', b'\t'), ('requests', b'\t'), ('packets', b'\t'), ('timers', b'\t'), ('bytes', b'\t'))
knobs = []
for knob in ('idle limit', 'requests', 'pool size'):
    knobs += [(f'{knob}, {way}', key) for way, key in (('less', b'\x1b[D'), ('less again', b'\x1b[D'), ('more', b'\x1b[C'), ('the next knob', b'\x1b[B'))]
knobs += [('HTTP/2', b'\x1b[C'), ('as captured', b'\x1b[D')]
for phase, presses in (('of views', views), ('of what-if', knobs), ('of moves', moves), ('of filters and the rest', filters)):
    for name, key in presses: print(f'{name}: drawn after {answer(key)}', flush=True)
    memory(phase)
os.write(fd, b'2'); rest()
before = cpu(); at = time.monotonic(); time.sleep(4); 
print(f'at rest: {(cpu() - before) / (time.monotonic() - at) * 100:.1f} % of a core', flush=True)
before = cpu(); at = time.monotonic()
for _ in range(120):
    os.write(fd, b'\x1b[B'); time.sleep(1 / 30)
    while select.select([fd], [], [], 0)[0]: os.read(fd, 1 << 16)
print(f'arrow held down (30 a second): {(cpu() - before) / (time.monotonic() - at) * 100:.0f} % of a core', flush=True)
memory('at rest')
os.write(fd, b'\x03'); time.sleep(0.5); read(0.5)
