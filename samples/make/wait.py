# Asks twice, then waits on the open connection, kept by TCP keep-alive probes, until the kernel gives the peer up.
import http.client, socket, sys, time

connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]))
connection.connect()
connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 5)    # first probe after 5 s of silence
connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2)   # an unanswered probe is followed after 2 s
connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)     # three without an answer end the connection
for path in ("/cart", "/items/1"):
    connection.request("GET", path, headers={"Host": "shop.example"})
    connection.getresponse().read()
start = time.monotonic()
try:
    connection.sock.recv(1)
    print("the server closed the connection")
except TimeoutError:
    print(f"gave up after {time.monotonic() - start:.1f} s")
