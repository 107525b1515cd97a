"""A server that speaks just enough SMTP or IMAP to begin TLS; for make.sh: starttls.py smtp|imap, on port 2525."""

import os
import socket
import ssl
import sys

DIALOGUES = {
    "smtp": (b"220 mail.shop.example ESMTP\r\n", {b"EHLO": b"250-mail.shop.example\r\n250 STARTTLS\r\n", b"STARTTLS": b"220 go ahead\r\n", b"QUIT": b"221 bye\r\n"}),
    "imap": (b"* OK mail.shop.example\r\n", {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n. OK done\r\n", b"STARTTLS": b". OK begin\r\n", b"QUIT": b"* BYE\r\n"}),
}


def serve(connection: socket.socket, greeting: bytes, answers: dict[bytes, bytes]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(os.environ["work"], "cert.pem"), os.path.join(os.environ["work"], "key.pem"))
    connection.sendall(greeting)
    while line := connection.recv(4096):
        word = next((word for word in answers if word in line.upper()), None)
        if word is None:
            continue
        connection.sendall(answers[word])
        if word == b"STARTTLS":
            connection = context.wrap_socket(connection, server_side=True)
        if word == b"QUIT":
            break
    connection.close()


def main() -> None:
    greeting, answers = DIALOGUES[sys.argv[1]]
    listener = socket.create_server(("", 2525))
    while True:
        connection, _ = listener.accept()
        try:
            serve(connection, greeting, answers)
        except OSError:
            pass


main()
