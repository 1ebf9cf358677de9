"""What test_corpus_docker.py makes around a pipeline: names that lead here, registries, an engine, a SonarQube, a mail server."""
import base64
import json
import os
import re
import secrets
import shutil
import socketserver
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request

import corpus_sonar

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ADDRESS = '127.0.0.1'
DOCKER_NAMES = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'auth.docker.io']


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(f'{" ".join(command)}: {done.stderr.strip() or done.stdout.strip()}')
    return done.stdout


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    os.chmod(path, mode)


def wait_until(what, condition, process, log):
    end = time.monotonic() + 180
    while process.poll() is None and time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    with open(log, encoding='utf-8', errors='replace') as file:
        raise RuntimeError(f'{what} does not start: {file.read()[-600:]}')


class Mailbox(socketserver.StreamRequestHandler):
    """As much of a mail server as takes one."""

    def handle(self):
        self.wfile.write(b'220 here\r\n')
        for line in self.rfile:
            word = line.strip().upper()
            if word == b'DATA':
                self.wfile.write(b'354 go on\r\n')
                self.server.mails.append(b''.join(iter(self.rfile.readline, b'.\r\n')).decode())
            self.wfile.write(b'221 bye\r\n' if word == b'QUIT' else b'250 OK\r\n')


class World:
    """The namespace's view, and what runs in it. `places` are HOST[:PORT] of registries, `logins` pairs of names and passwords
    that pipelines have in their text; all others log in as user / password."""

    def __init__(self, folder, places, logins):
        self.folder, self.processes = folder, []
        self.password = secrets.token_urlsafe(18)
        self.logins = [('user', self.password)] + [login for login in logins if all(login)]
        self.socket = folder + '/docker.sock'
        self.hosts = sorted({place.split(':')[0] for place in places} | set(DOCKER_NAMES))
        self.addresses = [host for host in self.hosts if re.fullmatch(r'[\d.]+', host)]
        self.ports = sorted({place.partition(':')[2] or '443' for place in places} | {'443'})
        self.mails, self.mail, self.sonar = [], None, None

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def start(self, what, command, condition, **options):
        log = self.path(what + '.log')
        with open(log, 'w', encoding='utf-8') as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **options)
        self.processes.append(process)
        wait_until(what, condition, process, log)

    def certify(self):
        names = ','.join(('IP:' if name in self.addresses else 'DNS:') + name for name in self.hosts)
        run('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', self.path('ca.key'), '-out', self.path('ca.pem'),
            '-days', '2', '-subj', '/CN=test authority')
        run('openssl', 'req', '-newkey', 'rsa:2048', '-nodes', '-keyout', self.path('server.key'), '-out', self.path('server.csr'),
            '-subj', '/CN=registry')
        write(self.path('server.ext'), f'subjectAltName={names}\n')
        run('openssl', 'x509', '-req', '-in', self.path('server.csr'), '-CA', self.path('ca.pem'), '-CAkey', self.path('ca.key'),
            '-CAcreateserial', '-days', '2', '-extfile', self.path('server.ext'), '-out', self.path('server.pem'))

    def overlay(self, target, more):
        with open(target, encoding='utf-8') as file:
            write(self.path('over', target.replace('/', '_')), file.read() + more)
        run('mount', '--bind', self.path('over', target.replace('/', '_')), target)

    def begin(self, cluster):
        if run('ip', '-o', 'link').count('\n') > (2 if cluster else 1):
            raise RuntimeError('this network is not the test\'s own')
        run('ip', 'link', 'set', 'lo', 'up')
        for address in self.addresses:
            run('ip', 'addr', 'add', address + '/32', 'dev', 'lo')
        self.certify()
        self.overlay('/etc/hosts', ''.join(f'\n{ADDRESS} {name}' for name in self.hosts if name not in self.addresses) + '\n')
        with open(self.path('ca.pem'), encoding='utf-8') as file:
            self.overlay('/etc/ssl/certs/ca-certificates.crt', file.read())
        lines = [run('htpasswd', '-niB', name, input=password).strip() for name, password in self.logins]
        write(self.path('htpasswd'), '\n'.join(lines) + '\n')
        for port in self.ports:
            self.registry(port)
        self.start('dockerd', self.dockerd(), lambda: self.docker('version', check=False).returncode == 0,
                   env={**os.environ, 'PATH': os.environ['PATH'] + ':/usr/sbin:/sbin'})
        image = subprocess.Popen(['docker', 'save', 'gmrun-test:1'], stdout=subprocess.PIPE)
        self.docker('load', '-q', stdin=image.stdout)
        image.wait()
        self.sonar = corpus_sonar.Sonar(self.path('sonar'), secrets.token_urlsafe(18))
        self.mail = socketserver.ThreadingTCPServer((ADDRESS, 0), Mailbox)
        self.mail.mails, self.mail.daemon_threads = self.mails, True
        threading.Thread(target=self.mail.serve_forever, daemon=True).start()

    def registry(self, port):
        """One for each port, all of one storage."""
        write(self.path(f'registry-{port}.yml'), json.dumps({
            'version': 0.1, 'log': {'level': 'warn'}, 'storage': {'filesystem': {'rootdirectory': self.path('registry')}},
            'http': {'addr': ':' + port, 'tls': {'certificate': self.path('server.pem'), 'key': self.path('server.key')}},
            'auth': {'htpasswd': {'realm': 'test', 'path': self.path('htpasswd')}}}))
        self.start('registry-' + port, ['docker-registry', 'serve', self.path(f'registry-{port}.yml')],
                   lambda: self.ask('docker.io:' + port, '/v2/')[0] == 200)

    def forget(self):
        """What pipelines pushed: some push the same names."""
        shutil.rmtree(self.path('registry'), ignore_errors=True)

    def dockerd(self):
        command = ['dockerd', '--data-root', self.path('data'), '--exec-root', self.path('exec'), '--pidfile', self.path('pid'),
                   '--host', 'unix://' + self.socket, '--storage-driver', 'vfs', '--bridge', 'none', '--iptables=false',
                   '--ip6tables=false', '--log-level', 'warn']
        bounding = next(line for line in open('/proc/self/status') if line.startswith('CapBnd'))
        if not int(bounding.split()[1], 16) >> 24 & 1:  # as tests/testbed/docker does
            plain = self.path('runc-plain')
            shutil.copy(ROOT + '/tests/testbed/runc-plain', plain)
            os.chmod(plain, 0o755)
            command += ['--add-runtime', 'plain=' + plain, '--default-runtime', 'plain']
        return command

    def docker(self, *args, check=True, stdin=None):
        return subprocess.run(['docker', *args], env={**os.environ, 'DOCKER_HOST': 'unix://' + self.socket}, stdin=stdin, text=True,
                              capture_output=True, check=check)

    def ask(self, host, path):
        """(status, digest)"""
        login = base64.b64encode(f'user:{self.password}'.encode()).decode()
        request = urllib.request.Request(f'https://{host}{path}', headers={
            'Authorization': 'Basic ' + login, 'Accept': 'application/vnd.docker.distribution.manifest.v2+json'})
        try:
            context = ssl.create_default_context(cafile=self.path('ca.pem'))
            with urllib.request.urlopen(request, context=context, timeout=20) as answer:
                return answer.status, answer.headers.get('Docker-Content-Digest')
        except urllib.error.HTTPError as error:
            return error.code, None
        except OSError:
            return 0, None

    def has(self, case, repository, tag):
        """The digest of an image at the registry, or None."""
        return self.ask(case['registry'], f'/v2/{repository}/manifests/{tag}')[1]

    def end(self):
        if self.mail:
            self.mail.shutdown()
            self.sonar.end()
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for target in ('/etc/hosts', '/etc/ssl/certs/ca-certificates.crt'):
            subprocess.run(['umount', target], capture_output=True)
