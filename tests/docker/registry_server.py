#!/usr/bin/env python3
"""usage: registry_server.py DIR [--token] [--tls] [--cut BYTES] [--swallow | --lie]

Docker's own registry on a free loopback port, for one case: with token access (a small token server that signs as the
registry expects), behind TLS with an authority of its own, or behind a proxy that cuts each connection after so many
bytes from the client, that says yes to manifests and drops them, or that names another digest when it is asked for one. Writes DIR/address when all is up and runs until it is killed; users: u with password p-4711.
"""
import base64
import ctypes
import hashlib
import http.client
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

folder, flags = sys.argv[1], sys.argv[2:]
os.makedirs(folder, exist_ok=True)


def openssl(*args, data=None):
    return subprocess.run(('openssl',) + args, cwd=folder, input=data, check=True, capture_output=True).stdout


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def sign(claims):
    der = openssl('x509', '-in', 'cert.pem', '-outform', 'DER')
    head = {'typ': 'JWT', 'alg': 'RS256', 'x5c': [base64.b64encode(der).decode()]}
    text = b64(json.dumps(head).encode()) + '.' + b64(json.dumps(claims).encode())
    return text + '.' + b64(openssl('dgst', '-sha256', '-sign', 'key.pem', data=text.encode()))


class Tokens(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        known = self.headers.get('Authorization', '') == 'Basic ' + base64.b64encode(b'u:p-4711').decode()
        if not known and 'Authorization' in self.headers:
            self.send_response(401)
            self.end_headers()
            return
        access = []
        for scope in query.get('scope', []):
            kind, name, actions = scope.split(':')
            access.append({'type': kind, 'name': name, 'actions': actions.split(',') if known else []})
        now = int(time.time())
        token = sign({'iss': 'test-issuer', 'sub': 'u', 'aud': query['service'][0], 'exp': now + 300, 'nbf': now - 10,
                      'iat': now, 'jti': os.urandom(8).hex(), 'access': access})
        body = json.dumps({'token': token}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *args):
        pass


def cutting_proxy(target, limit):
    listener = socket.create_server(('127.0.0.1', 0))

    def pump(source, sink, most):
        try:
            while (data := source.recv(65536)) and most > 0:
                sink.sendall(data[:most])
                most -= len(data)
        except OSError:
            pass
        for s in (source, sink):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def serve():
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(('127.0.0.1', target))
            threading.Thread(target=pump, args=(client, server, limit), daemon=True).start()
            threading.Thread(target=pump, args=(server, client, 1 << 60), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def unfaithful_proxy(target, swallows):
    class Proxy(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'

        def body(self):
            if self.headers.get('Transfer-Encoding') != 'chunked':
                return self.rfile.read(int(self.headers.get('Content-Length', 0)))
            data = b''
            while size := int(self.rfile.readline(), 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data

        def carry(self):
            body, manifest = self.body(), '/manifests/' in self.path
            if swallows and manifest and self.command == 'PUT':
                status, headers, answer = 201, [('Docker-Content-Digest', 'sha256:' + hashlib.sha256(body).hexdigest())], b''
            else:
                server = http.client.HTTPConnection('127.0.0.1', target)
                server.request(self.command, self.path, body, {k: v for k, v in self.headers.items() if k != 'Transfer-Encoding'})
                got = server.getresponse()
                status, headers, answer = got.status, got.getheaders(), got.read()
            if not swallows and manifest and self.command in ('GET', 'HEAD'):
                headers = [(k, 'sha256:' + '0' * 64 if k == 'Docker-Content-Digest' else v) for k, v in headers]
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in ('content-length', 'transfer-encoding', 'connection') or self.command == 'HEAD':
                    self.send_header(name, value)
            if self.command != 'HEAD':
                self.send_header('Content-Length', str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = carry

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def start_registry(config):
    """(process, port). A free port may be taken by another before the registry has it: then another one."""
    while True:
        port = free_port()
        config['http']['addr'] = f'127.0.0.1:{port}'
        with open(folder + '/config.json', 'w') as file:
            json.dump(config, file)  # JSON is YAML
        registry = subprocess.Popen(['docker-registry', 'serve', folder + '/config.json'], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
        while registry.poll() is None:
            try:
                socket.create_connection(('127.0.0.1', port)).close()
                return registry, port
            except OSError:
                time.sleep(0.05)


config = {'version': 0.1, 'log': {'level': 'error'}, 'storage': {'filesystem': {'rootdirectory': folder + '/data'}}, 'http': {}}
if '--token' in flags or '--tls' in flags:
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2',
            '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1')
if '--token' in flags:
    tokens = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Tokens)
    threading.Thread(target=tokens.serve_forever, daemon=True).start()
    config['auth'] = {'token': {'realm': f'http://127.0.0.1:{tokens.server_address[1]}/token', 'service': 'test-service',
                                'issuer': 'test-issuer', 'rootcertbundle': folder + '/cert.pem'}}
if '--tls' in flags:
    config['http']['tls'] = {'certificate': folder + '/cert.pem', 'key': folder + '/key.pem'}
registry, port = start_registry(config)
if '--cut' in flags:
    port = cutting_proxy(port, int(flags[flags.index('--cut') + 1]))
if '--swallow' in flags or '--lie' in flags:
    port = unfaithful_proxy(port, '--swallow' in flags)
with open(folder + '/address.new', 'w') as file:
    file.write(f'127.0.0.1:{port}')
os.rename(folder + '/address.new', folder + '/address')
registry.wait()
