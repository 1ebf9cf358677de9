"""What the tests of the helper program share: running it, making repositories, servers to fetch from."""
import argparse
import base64
import http.server
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
WORKER = os.path.join(HERE, "../../build/libexec/gmrun-worker")


class Answer:
    """All that the helper said to one request."""

    def __init__(self, status, text):
        self.status, self.text = status, text
        events = [json.loads(line) for line in text.splitlines() if line.strip()]
        self.log = [e["text"] for e in events if e["event"] == "log"]
        finals = [e for e in events if e["event"] in ("result", "error")]
        assert len(finals) == 1, text
        self.final = finals[0]
        self.ok = self.final["event"] == "result"

    def __getitem__(self, name):
        assert self.ok, self.final
        return self.final[name]


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.tmp = tempfile.mkdtemp(prefix="gmrun-test-")
        self.home = self.path("home")
        os.mkdir(self.home)
        self.env = dict(os.environ, HOME=self.home, GIT_CONFIG_NOSYSTEM="1", GIT_AUTHOR_NAME="Ann", GIT_AUTHOR_EMAIL="ann@x.org",
                        GIT_COMMITTER_NAME="Carl", GIT_COMMITTER_EMAIL="carl@x.org", GIT_ALLOW_PROTOCOL="file:http:https:ssh:git",
                        LSAN_OPTIONS=f"suppressions={HERE}/leaks.supp:print_suppressions=0")
        for name in ("SSH_AUTH_SOCK", "GIT_DIR", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            self.env.pop(name, None)

    def tearDown(self):
        shutil.rmtree(self.tmp, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.tmp, *parts)

    def write(self, name, text="x\n", mode=None):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        if mode:
            os.chmod(path, mode)
        return path

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def git(self, repo, *args, **env):
        done = subprocess.run(["git", "-C", self.path(repo), *args], env=dict(self.env, **env), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace")
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout.strip()

    def repo(self, name="src", branch="master"):
        os.makedirs(self.path(name))
        self.git(name, "init", "-q", "-b", branch)
        return name

    def commit(self, repo, files, message="change", date=None):
        """files: {path: text, or None to delete}. Returns the commit id."""
        for path, text in files.items():
            if text is None:
                os.unlink(self.path(repo, path))
            else:
                self.write(os.path.join(repo, path), text)
        self.git(repo, "add", "-A")
        env = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date} if date else {}
        self.git(repo, "commit", "-q", "--allow-empty", "-m", message, **env)
        return self.git(repo, "rev-parse", "HEAD")

    def ask(self, op, **members):
        request = json.dumps(dict(members, op=op))
        done = subprocess.run([WORKER], input=request.encode(), env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        self.assertEqual(done.stderr.decode(), "")
        return Answer(done.returncode, done.stdout.decode())

    def checkout(self, url="src", ws="ws", ok=True, **members):
        if "://" not in url and not url.startswith("/") and "@" not in url:
            url = self.path(url)
        answer = self.ask("checkout", url=url, dir=self.path(ws), **members)
        self.assertEqual(answer.ok, ok, answer.text)
        self.assertEqual(answer.status, 0 if ok else 1)
        return answer

    def files(self, name="ws"):
        """Files below, without .git, as a sorted list."""
        found = []
        for base, dirs, names in os.walk(self.path(name)):
            dirs[:] = [d for d in dirs if d != ".git"]
            links = [d for d in dirs if os.path.islink(os.path.join(base, d))]
            found += [os.path.relpath(os.path.join(base, n), self.path(name)) for n in names + links]
        return sorted(n for n in found if os.path.basename(n) != ".git")


class GitHandler(http.server.BaseHTTPRequestHandler):
    """git http-backend behind basic authentication."""
    protocol_version = "HTTP/1.1"

    def handle_git(self):
        server = self.server
        server.requests.append((self.command, self.path, self.headers.get("Authorization")))
        if server.user:
            want = "Basic " + base64.b64encode(f"{server.user}:{server.password}".encode()).decode()
            if self.headers.get("Authorization") != want:
                self.answer(401, [("WWW-Authenticate", 'Basic realm="git"'), ("Content-Type", "text/plain")], b"no")
                return
        path, _, query = self.path.partition("?")
        body = self.read_body()
        env = dict(os.environ, GIT_PROJECT_ROOT=server.root, GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path, QUERY_STRING=query,
                   REQUEST_METHOD=self.command, CONTENT_TYPE=self.headers.get("Content-Type", ""), REMOTE_ADDR="127.0.0.1",
                   GIT_CONFIG_COUNT="2", GIT_CONFIG_KEY_0="safe.directory", GIT_CONFIG_VALUE_0="*",
                   GIT_CONFIG_KEY_1="uploadpack.allowFilter", GIT_CONFIG_VALUE_1="true")
        if self.headers.get("Git-Protocol"):
            env["HTTP_GIT_PROTOCOL"] = self.headers["Git-Protocol"]
        if "gzip" in self.headers.get("Content-Encoding", ""):
            env["HTTP_CONTENT_ENCODING"] = "gzip"
        out = subprocess.run(["git", "http-backend"], input=body, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        head, _, content = out.partition(b"\r\n\r\n")
        headers = [tuple(line.decode().split(": ", 1)) for line in head.split(b"\r\n") if b": " in line]
        status = [int(v.split()[0]) for k, v in headers if k == "Status"]
        server.sent += len(content)
        self.answer(status[0] if status else 200, [h for h in headers if h[0] != "Status"], content)

    def read_body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while True:
            size = int(self.rfile.readline().split(b";")[0], 16)
            body += self.rfile.read(size)
            self.rfile.readline()
            if not size:
                return body

    def answer(self, status, headers, content):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = handle_git

    def log_message(self, *args):
        pass


class GitServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, root, user=None, password=None, certificate=None):
        super().__init__(("127.0.0.1", 0), GitHandler)
        self.root, self.user, self.password = root, user, password
        self.requests, self.sent = [], 0
        self.scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.scheme = "https"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass

    def url(self, repo, host="127.0.0.1"):
        return f"{self.scheme}://{host}:{self.server_port}/{repo}"

    def stop(self):
        self.shutdown()
        self.server_close()


def make_certificates(folder, host="localhost"):
    """An authority of our own and a certificate of it for `host`: (authority, (certificate, key))."""
    def run(*args):
        subprocess.run(["openssl", *args], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA", "-days", "30")
    run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", f"/CN={host}")
    with open(os.path.join(folder, "ext"), "w", encoding="ascii") as f:
        f.write(f"subjectAltName=DNS:{host}\n")
    run("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.pem", "-days", "30", "-extfile", "ext")
    return os.path.join(folder, "ca.pem"), (os.path.join(folder, "server.pem"), os.path.join(folder, "server.key"))


def main():
    global WORKER
    parser = argparse.ArgumentParser()
    parser.add_argument("--gmrun")
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args()
    if options.gmrun:
        WORKER = os.path.join(os.path.dirname(os.path.abspath(options.gmrun)), "libexec/gmrun-worker")
    loader, module = unittest.defaultTestLoader, sys.modules["__main__"]
    suite = loader.loadTestsFromNames(options.tests, module) if options.tests else loader.loadTestsFromModule(module)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=1).run(suite)
    for test, reason in result.skipped:
        print(f"skip {test}: {reason}")
    failed = len({getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors})
    print(f"{result.testsRun - failed - len(result.skipped)} passed, {failed} failed, {len(result.skipped)} skipped")
    sys.exit(1 if failed else 0)
