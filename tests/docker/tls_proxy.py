#!/usr/bin/env python3
"""usage: tls_proxy.py DIR [SOCKET]

The engine of SOCKET (default /var/run/docker.sock) behind TLS on a free loopback port, as `dockerd --tlsverify` offers
it: with an authority of its own, for 127.0.0.1 alone, to clients with a certificate of that authority. Makes DIR/right
(ca.pem, cert.pem, key.pem), DIR/stranger (the same of another authority, with the right ca.pem), DIR/nobody (ca.pem
only), DIR/other (a client of the right authority that trusts another one); writes DIR/address when all is up.
"""
import os
import select
import shutil
import socket
import ssl
import subprocess
import sys
import threading

folder = sys.argv[1]
engine_path = sys.argv[2] if len(sys.argv) > 2 else '/var/run/docker.sock'


def openssl(*args):
    subprocess.run(('openssl',) + args, cwd=folder, check=True, capture_output=True)


def authority(name):
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', name + '.key', '-out', name + '.pem', '-days', '2',
            '-subj', '/CN=' + name)


def certificate(name, ca, extra):
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', name + '.key', '-out', name + '.csr', '-subj', '/CN=' + name)
    with open(f'{folder}/{name}.ext', 'w') as file:
        file.write(extra + '\n')
    openssl('x509', '-req', '-in', name + '.csr', '-CA', ca + '.pem', '-CAkey', ca + '.key', '-CAcreateserial', '-days', '2',
            '-extfile', name + '.ext', '-out', name + '.pem')


def client_folder(name, ca, cert=None):
    os.makedirs(f'{folder}/{name}')
    for source, target in ((ca + '.pem', 'ca.pem'),) + (((cert + '.pem', 'cert.pem'), (cert + '.key', 'key.pem')) if cert else ()):
        shutil.copy(f'{folder}/{source}', f'{folder}/{name}/{target}')


def carry(plain, engine):
    with context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False) as client:
        try:
            client.do_handshake()
        except ssl.SSLError:
            client.shutdown(socket.SHUT_WR)  # its reason has to arrive: what is closed unread is reset
            while client.recv(65536):
                pass
            return
        while True:
            ready = [client] if client.pending() else select.select([client, engine], [], [])[0]
            for source, sink in ((client, engine), (engine, client)):
                if source in ready:
                    data = source.recv(65536)
                    if not data:
                        return
                    sink.sendall(data)


def serve(plain):
    with plain, socket.socket(socket.AF_UNIX) as engine:
        try:
            engine.connect(engine_path)
            carry(plain, engine)
        except OSError:
            pass


os.makedirs(folder, exist_ok=True)
authority('authority')
authority('another')
certificate('server', 'authority', 'subjectAltName=IP:127.0.0.1')
certificate('client', 'authority', 'extendedKeyUsage=clientAuth')
certificate('foreign', 'another', 'extendedKeyUsage=clientAuth')
client_folder('right', 'authority', 'client')
client_folder('stranger', 'authority', 'foreign')
client_folder('nobody', 'authority')
client_folder('other', 'another', 'client')
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder + '/server.pem', folder + '/server.key')
context.load_verify_locations(folder + '/authority.pem')
context.verify_mode = ssl.CERT_REQUIRED
listener = socket.create_server(('127.0.0.1', 0), backlog=64)
with open(folder + '/address.new', 'w') as file:
    file.write('127.0.0.1:%d' % listener.getsockname()[1])
os.rename(folder + '/address.new', folder + '/address')
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
