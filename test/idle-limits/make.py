#!/usr/bin/env python3
"""Captures how long real servers and real clients keep an idle connection: one capture a program, all at once, in eleven minutes.

  sudo ./make.py [NAME...]        captures into this folder, or into $OUT; then `UPDATE_GOLDEN=1 npx vitest run test/analysis/idle-limits.test.ts` judges them

Everything runs on the loopback of a network namespace of its own, which ends with it. A server is left alone by one client until it closes,
and used again by another after 90 % of its limit; a client is given a server that never closes, and asked again after 90 % and after 110 % of
its limit. Needs root, python3, tcpdump and iproute2, and of nginx, apache2, lighttpd, caddy, node, curl, chromium, python3-aiohttp those that are to be captured.
"""
import http.client, os, shlex, subprocess, sys, tempfile, threading, time

folder = os.environ.get("OUT", os.path.dirname(os.path.abspath(__file__)))

# name: (port, seconds that it is said to keep an idle connection, command, files that it needs)
SERVERS = {
    "nginx-server": (8101, 75, "exec nginx -e stderr -p . -c nginx.conf", {
        "nginx.conf": "daemon off; error_log stderr; pid nginx.pid; worker_processes 1; events {}\n"
        "http { access_log off; server { listen 8101; location / { return 200 ok; } } }"}),
    "apache-server": (8102, 5, "exec apache2 -d . -f apache.conf -DFOREGROUND", {
        "apache.conf": "ServerRoot .\nServerName a\nListen 8102\nPidFile apache.pid\nErrorLog /dev/stderr\nDocumentRoot site\nMutex sem\n"
        "LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so\n"
        "LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so\n", "site/index": "ok"}),
    "node-server": (8103, 6, "exec node server.mjs", {
        "server.mjs": "import http from 'node:http';\nhttp.createServer((q, a) => a.end('ok')).listen(8103);\n"}),
    "lighttpd-server": (8104, 5, "exec lighttpd -D -f lighttpd.conf", {
        "lighttpd.conf": 'server.document-root = env.PWD + "/site"\nserver.port = 8104\nserver.errorlog = "/dev/stderr"\n', "site/index": "ok"}),
    "caddy-server": (8105, 300, "HOME=. exec caddy run --config Caddyfile --adapter caddyfile", {
        "Caddyfile": "{\n admin off\n auto_https off\n}\nhttp://:8105 {\n respond ok\n}\n"}),
    "aiohttp-server": (8106, 75, "exec /usr/bin/python3 server.py", {
        "server.py": "from aiohttp import web\nasync def ok(request):\n    return web.Response(text='ok')\n"
        "app = web.Application()\napp.router.add_get('/index', ok)\nweb.run_app(app, port=8106)\n"}),
    "uvicorn-server": (8107, 5, "exec /usr/bin/python3 -m uvicorn server:app --port 8107", {
        "server.py": "async def app(scope, receive, send):\n    if scope['type'] != 'http': return\n"
        "    await send({'type': 'http.response.start', 'status': 200, 'headers': [(b'content-length', b'2')]})\n"
        "    await send({'type': 'http.response.body', 'body': b'ok'})\n"}),
}

VISIT = "const url = process.argv[2];\nconst wait = (s) => new Promise((done) => setTimeout(done, s * 1000));\n"
AGENT = VISIT + """import http from 'node:http';
const get = () => new Promise((done) => http.get(url, (a) => a.resume().on('end', done)));
await get(); await wait(4.5); await get(); await wait(6); await get(); await wait(6);
"""
UNDICI = VISIT + """const get = async () => (await fetch(url)).text();
await get(); await wait(3.6); await get(); await wait(5); await get(); await wait(5);
"""
AIOHTTP = """import aiohttp, asyncio, sys
async def main():
    async with aiohttp.ClientSession() as session:
        for pause in (13.5, 18, 18):
            async with session.get(sys.argv[1]) as answer: await answer.text()
            await asyncio.sleep(pause)
asyncio.run(main())
"""
CHROMIUM = ("exec chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-dev-shm-usage --disable-background-networking "
            "--disable-component-update --disable-sync --user-data-dir=profile --remote-debugging-port=0 http://127.0.0.1:8115/page")

# name: (port, command with the URL behind it, files). The server of all never closes an idle connection and announces nothing.
CLIENTS = {
    "curl-client": (8111, 'for pace in 33/h 29/h; do curl -sS -o /dev/null -o /dev/null --rate $pace "$0" "$0"; done', {}),
    "node-agent-client": (8112, 'node client.mjs "$0"', {"client.mjs": AGENT}),
    "undici-client": (8113, 'node client.mjs "$0"', {"client.mjs": UNDICI}),
    "aiohttp-client": (8114, '/usr/bin/python3 client.py "$0"', {"client.py": AIOHTTP}),
    "chromium-client": (8115, f"timeout 700 sh -c {shlex.quote(CHROMIUM)}", {}),
}
PATIENT = """import http from 'node:http';
const page = '<script>const get = () => fetch("/data"); setTimeout(get, 270e3); setTimeout(get, 270e3 + 330e3);</script>';
for (const port of process.argv.slice(2)) {
  const server = http.createServer((q, a) => {
    a.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'no-store' });
    a.end(q.url === '/page' ? page : 'ok');
  });
  server.keepAliveTimeout = 0;
  server.listen(port, '127.0.0.1');
}
"""


def get(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/index", headers={"Host": "limits.example"})
    connection.getresponse().read()


def patient(port: int, limit: float) -> None:
    """Two clients of a server: one waits until it closes, the other asks again just before it would, and closes then."""
    waiting, using = (http.client.HTTPConnection("127.0.0.1", port) for _ in range(2))
    for connection in (waiting, using):
        connection.connect()
        get(connection)
    time.sleep(0.9 * limit)
    get(using)
    using.close()
    waiting.sock.settimeout(limit + 60)
    try:
        waiting.sock.recv(1)
    except TimeoutError:
        print(f"port {port}: still open {limit + 60} s later", file=sys.stderr)
    waiting.close()


def start(command: str, files: dict[str, str], *more: str) -> subprocess.Popen:
    folder = tempfile.mkdtemp(prefix="idle-")
    for name, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    os.chmod(folder, 0o755)
    return subprocess.Popen(["sh", "-c", command, *more], cwd=folder, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for(port: int) -> bool:
    """By the kernel's list of listening sockets: a look by connecting would be in the capture."""
    for _ in range(100):
        if subprocess.run(["ss", "-Hltn", f"sport = :{port}"], capture_output=True).stdout:
            return True
        time.sleep(0.1)
    print(f"nothing listens on port {port}", file=sys.stderr)
    return False


def main() -> int:
    if "IDLE_LIMITS" not in os.environ:
        environment = {**os.environ, "IDLE_LIMITS": "inside"}
        os.execvpe("unshare", ["unshare", "-n", sys.executable, os.path.abspath(__file__), *sys.argv[1:]], environment)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    names = sys.argv[1:] or [*SERVERS, *CLIENTS]
    children, tasks = [], []
    try:
        ports = {name: (SERVERS.get(name) or CLIENTS[name])[0] for name in names}
        patients = [str(ports[name]) for name in names if name in CLIENTS]
        if patients:
            children.append(start('exec node server.mjs "$@"', {"server.mjs": PATIENT}, "sh", *patients))
        for name in names:
            if name in SERVERS:
                children.append(start(SERVERS[name][2], SERVERS[name][3]))
        ready = [name for name in names if wait_for(ports[name])]
        for name in ready:
            out = os.path.join(folder, f"{name}.pcap")
            children.append(subprocess.Popen(["tcpdump", "-Z", "root", "-U", "-i", "lo", "-w", out, f"tcp port {ports[name]}"], stderr=subprocess.DEVNULL))
        time.sleep(1.5)
        for name in ready:
            if name in SERVERS:
                task = threading.Thread(target=patient, args=SERVERS[name][:2])
            else:
                child = start(CLIENTS[name][1], CLIENTS[name][2], f"http://127.0.0.1:{ports[name]}/index")
                children.append(child)
                # A browser does not end by itself.
                task = threading.Thread(target=lambda child=child, name=name: time.sleep(610) if name == "chromium-client" else child.wait())
            task.start()
            tasks.append(task)
        for task in tasks:
            task.join()
        time.sleep(1)
        return 0
    finally:
        for child in reversed(children):
            if child.poll() is None:
                try:
                    os.killpg(child.pid, 15) if os.getpgid(child.pid) == child.pid else child.terminate()
                except ProcessLookupError:
                    pass


if __name__ == "__main__":
    sys.exit(main())
