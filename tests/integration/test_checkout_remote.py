#!/usr/bin/env python3
"""usage: test_checkout_remote.py [--gmrun PATH] [TEST...]   checkouts over http, https, ssh and git://, from real servers on
127.0.0.1: credentials, trust, what goes over the wire, and that no secret shows."""
import getpass
import os
import shutil
import signal
import socket
import subprocess
import time

import worker_lib
from worker_lib import Case, GitServer, main

SECRET = "s3cr3t-p%40ss"


class Http(Case):
    def setUp(self):
        super().setUp()
        self.repo()
        self.one = self.commit("src", {"f": "1", "random": os.urandom(300000)}, "one")
        self.servers = []

    def tearDown(self):
        for server in self.servers:
            server.stop()
        super().tearDown()

    def serve(self, *args, **members):
        server = GitServer(self.tmp, *args, **members)
        self.servers.append(server)
        return server

    def check_secret(self, answer):
        self.assertNotIn(SECRET, answer.text)
        for base, _, names in os.walk(self.path("ws")):
            for name in names:
                with open(os.path.join(base, name), "rb") as f:
                    self.assertNotIn(SECRET.encode(), f.read(), name)

    def test_plain_and_incremental(self):
        server = self.serve()
        self.assertEqual(self.checkout(server.url("src/.git"), branches=["*/master"])["commit"], self.one)
        self.assertGreater(server.sent, 300000)
        two = self.commit("src", {"f": "2"})
        server.sent = 0
        self.assertEqual(self.checkout(server.url("src/.git"), branches=["*/master"])["commit"], two)
        self.assertLess(server.sent, 5000)
        posts = sum(1 for r in server.requests if r[0] == "POST")
        self.checkout(server.url("src/.git"), branches=["*/master"])
        self.assertEqual(sum(1 for r in server.requests if r[0] == "POST"), posts)
        self.git("ws", "fsck")

    def test_basic_authentication(self):
        server = self.serve("me", SECRET)
        credentials = {"id": "gitee", "username": "me", "password": SECRET}
        answer = self.checkout(server.url("src/.git"), branches=["*/master"], credentials=credentials)
        self.assertIn("using credential gitee", answer.log)
        self.check_secret(answer)

    def test_wrong_credentials(self):
        server = self.serve("me", SECRET)
        answer = self.checkout(server.url("src/.git"), credentials={"id": "old", "username": "me", "password": "wrong-one"}, ok=False)
        self.assertEqual(answer.final["kind"], "auth")
        self.assertIn("credentials old were refused", answer.final["message"])
        self.assertNotIn("wrong-one", answer.text)
        self.assertLess(len(server.requests), 5)
        answer = self.checkout(server.url("src/.git"), ok=False)
        self.assertEqual(answer.final["kind"], "auth")
        self.assertIn("none were given", answer.final["message"])

    def test_user_in_url(self):
        server = self.serve("me", SECRET)
        url = server.url("src/.git").replace("://", "://me:" + SECRET.replace("%", "%25") + "@")
        answer = self.checkout(url, branches=["*/master"])
        self.assertEqual(answer["url"], server.url("src/.git"))
        self.check_secret(answer)
        self.assertEqual(self.git("ws", "remote", "get-url", "origin"), server.url("src/.git"))
        answer = self.checkout(url.replace("src", "nowhere"), ok=False)
        self.assertNotIn("me:", answer.text)

    def test_no_secret_in_arguments_or_environment(self):
        server = self.serve("me", SECRET)
        tools = self.path("bin")
        self.write("bin/git", f'#!/bin/sh\nenv >>{self.tmp}/seen; echo "$@" >>{self.tmp}/seen\nexec /usr/bin/git "$@"\n', 0o755)
        self.env["PATH"] = tools + ":" + self.env["PATH"]
        answer = self.checkout(server.url("src/.git"), branches=["*/master"], depth=1, credentials={"username": "me", "password": SECRET})
        self.check_secret(answer)
        self.assertNotIn(SECRET, self.read("seen"))
        self.assertEqual(self.git("ws", "rev-list", "--count", "HEAD"), "1")

    def test_depth_with_wrong_credentials(self):
        server = self.serve("me", SECRET)
        answer = self.checkout(server.url("src/.git"), depth=1, credentials={"username": "me", "password": "wrong-one"}, ok=False)
        self.assertEqual(answer.final["kind"], "auth")

    def test_partial_clone(self):
        server = self.serve("me", SECRET)
        credentials = {"username": "me", "password": SECRET}
        self.checkout(server.url("src/.git"), branches=["*/master"], filter="blob:none", sparse=["/f"], credentials=credentials)
        self.assertEqual(self.files(), ["f"])
        self.assertLess(server.sent, 100000)

    def test_nothing_there(self):
        server = self.serve()
        self.assertEqual(self.checkout(server.url("nowhere"), ok=False).final["kind"], "repository")
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]  # ours, and nobody listens
            self.assertEqual(self.checkout(f"http://127.0.0.1:{port}/x", ok=False).final["kind"], "unreachable")
        self.assertEqual(self.checkout("http://no-such-host.invalid/x", ok=False).final["kind"], "unreachable")

    def test_commit_on_no_branch(self):
        self.git("src", "config", "uploadpack.allowAnySHA1InWant", "true")
        self.git("src", "checkout", "-q", "--detach")
        lost = self.commit("src", {"lost": "1"})
        self.git("src", "checkout", "-q", "master")
        server = self.serve("me", SECRET)
        credentials = {"username": "me", "password": SECRET}
        self.assertEqual(self.checkout(server.url("src/.git"), commit=lost, credentials=credentials)["commit"], lost)
        self.assertEqual(self.checkout(server.url("src/.git"), ws="ws2", branches=[lost], credentials=credentials)["commit"], lost)

    def test_own_authority(self):
        os.mkdir(self.path("tls"))
        authority, certificate = worker_lib.make_certificates(self.path("tls"))
        server = self.serve("me", SECRET, certificate=certificate)
        url = server.url("src/.git", "localhost")
        credentials = {"username": "me", "password": SECRET}
        answer = self.checkout(url, branches=["*/master"], credentials=credentials, ok=False)
        self.assertEqual(answer.final["kind"], "tls")
        self.assertEqual([r for r in server.requests if r[2]], [])
        self.checkout(url, branches=["*/master"], credentials=credentials, caFile=authority)
        self.checkout(url, branches=["*/master"], credentials=credentials, caFile=authority, depth=1, ws="ws2")
        other = server.url("src/.git", "127.0.0.1")  # a name that the certificate does not have
        self.assertEqual(self.checkout(other, caFile=authority, credentials=credentials, ok=False).final["kind"], "tls")
        self.assertFalse(self.checkout(url, caFile=self.path("nowhere"), ok=False).ok)

    def test_submodule_on_another_host_sees_no_password(self):
        self.repo("inner")
        self.commit("inner", {"i": "1"})
        other, server = self.serve("me", SECRET), self.serve("me", SECRET)
        for name, host in (("same", server), ("far", other)):
            self.repo(name)
            self.commit(name, {"f": "1"})
            url = host.url("inner/.git").replace("://", "://me:%s@" % SECRET.replace("%", "%25"))
            self.git(name, "submodule", "--quiet", "add", url, "sub")
            self.git(name, "config", "-f", ".gitmodules", "submodule.sub.url", host.url("inner/.git"))
            self.commit(name, {}, "add")
        other.requests.clear()
        credentials = {"username": "me", "password": SECRET}
        self.checkout(server.url("same/.git"), branches=["master"], credentials=credentials, submodules=True)
        self.assertEqual(self.files(), [".gitmodules", "f", "sub/i"])
        answer = self.checkout(server.url("far/.git"), ws="ws2", branches=["master"], credentials=credentials, submodules=True, ok=False)
        self.assertEqual(answer.final["kind"], "auth")
        self.assertEqual([r for r in other.requests if r[2]], [])
        self.check_secret(answer)

    def test_term_while_fetching(self):
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        request = {"op": "checkout", "url": f"http://127.0.0.1:{listener.getsockname()[1]}/x", "dir": self.path("ws")}
        p = subprocess.Popen([worker_lib.WORKER], env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        p.stdin.write(worker_lib.json.dumps(request).encode())
        p.stdin.close()
        connection = listener.accept()[0]  # held open, never answered
        p.send_signal(signal.SIGTERM)
        self.assertIn(b'"kind":"cancelled"', p.stdout.read())
        p.stdout.close()
        self.assertEqual(p.wait(), 143)
        connection.close()
        listener.close()
        self.checkout(self.path("src"), branches=["master"])


class GitProtocol(Case):
    def test_daemon(self):
        self.repo()
        one = self.commit("src", {"f": "1"})
        daemon, port = start_server(lambda port: ["git", "daemon", "--reuseaddr", "--export-all", "--listen=127.0.0.1", f"--port={port}",
                                                  f"--base-path={self.tmp}", self.tmp], start_new_session=True)
        try:
            self.assertEqual(self.checkout(f"git://127.0.0.1:{port}/src", branches=["master"])["commit"], one)
            self.assertEqual(self.checkout(f"git://127.0.0.1:{port}/nowhere", ok=False).final["kind"], "repository")
        finally:
            os.killpg(daemon.pid, signal.SIGTERM)
            daemon.wait()


def start_server(command, **how):
    """command: of a port. (process, port). A free port may be taken by another before the server has it: then another one."""
    for _ in range(5):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        process = subprocess.Popen(command(port), stderr=subprocess.DEVNULL, **how)
        if wait_port(port, process):
            return process, port
    raise AssertionError("the server did not start")


def wait_port(port, process):
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process.poll() is None
        except OSError:
            time.sleep(0.05)
    return False


SSHD = shutil.which("sshd") or ("/usr/sbin/sshd" if os.path.exists("/usr/sbin/sshd") else None)


@worker_lib.unittest.skipUnless(SSHD and shutil.which("ssh"), "openssh-server is not installed")
class Ssh(Case):
    def setUp(self):
        super().setUp()
        self.repo()
        self.one = self.commit("src", {"f": "1"})
        self.user = getpass.getuser()
        os.mkdir(self.path("ssh"), 0o700)
        self.keygen("host")
        self.keygen("key")
        self.keygen("rsa", "-t", "rsa", "-b", "2048", "-m", "PEM")
        self.keygen("locked", "-N", "pass-phrase-1")
        self.write("ssh/authorized", "".join(self.read(f"ssh/{k}.pub") for k in ("key", "rsa", "locked")), 0o600)
        self.write("ssh/config", f"""ListenAddress 127.0.0.1
HostKey {self.path('ssh/host')}
AuthorizedKeysFile {self.path('ssh/authorized')}
PidFile {self.path('ssh/pid')}
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
""")
        os.makedirs("/run/sshd", exist_ok=True)
        self.server, self.port = start_server(self.sshd)
        self.known = self.path("gmrun", "known_hosts")
        os.mkdir(self.path("gmrun"))

    def sshd(self, port):
        return [SSHD, "-D", "-e", "-f", self.path("ssh/config"), "-p", str(port)]

    def start_again(self):
        self.server = subprocess.Popen(self.sshd(self.port), stderr=subprocess.DEVNULL)
        self.assertTrue(wait_port(self.port, self.server))

    def stop_server(self):
        self.server.terminate()
        self.server.wait()

    def tearDown(self):
        self.stop_server()
        super().tearDown()

    def keygen(self, name, *options):
        if "-N" not in options:
            options += ("-N", "")
        if "-t" not in options:
            options += ("-t", "ed25519")
        subprocess.run(["ssh-keygen", "-q", "-C", "test", "-f", self.path("ssh", name), *options], check=True)

    def key(self, name, **more):
        return dict({"id": name, "username": self.user, "privateKey": self.read("ssh/" + name)}, **more)

    def url(self):
        return f"ssh://{self.user}@127.0.0.1:{self.port}{self.path('src')}"

    def fetch(self, ok=True, **members):
        members.setdefault("branches", ["master"])
        return self.checkout(self.url(), knownHosts=self.known, ok=ok, **members)

    def test_keys(self):
        windows = self.read("ssh/key").replace("\n", "\r\n").strip()
        for name, credentials in (("key", self.key("key")), ("rsa", self.key("rsa")), ("crlf", dict(self.key("key"), privateKey=windows)),
                                  ("locked", self.key("locked", passphrase="pass-phrase-1"))):
            with self.subTest(key=name):
                self.assertEqual(self.fetch(ws="ws-" + name, credentials=credentials)["commit"], self.one)
        self.assertEqual(len(self.read("gmrun/known_hosts").splitlines()), 1)

    def test_incremental_and_depth(self):
        self.fetch(credentials=self.key("key"))
        two = self.commit("src", {"f": "2"})
        self.assertEqual(self.fetch(credentials=self.key("key"))["commit"], two)
        answer = self.fetch(ws="ws2", credentials=self.key("locked", passphrase="pass-phrase-1"), depth=1)
        self.assertEqual((answer["commit"], self.git("ws2", "rev-list", "--count", "HEAD")), (two, "1"))

    def test_refused(self):
        self.keygen("stranger")
        for credentials in (self.key("stranger"), self.key("locked", passphrase="wrong"), self.key("locked"), {"privateKey": "no key"}):
            answer = self.fetch(credentials=credentials, ok=False)
            self.assertEqual(answer.final["kind"], "auth", answer.text)
            self.assertNotIn("PRIVATE KEY", answer.text)

    def test_host_key_changed(self):
        self.fetch(credentials=self.key("key"))
        self.stop_server()
        os.unlink(self.path("ssh/host"))
        self.keygen("host")
        self.start_again()
        answer = self.fetch(credentials=self.key("key"), ok=False)
        self.assertEqual(answer.final["kind"], "hostkey")
        self.assertIn(self.known, answer.final["message"])

    def test_no_repository(self):
        answer = self.checkout(self.url() + "/nowhere", knownHosts=self.known, credentials=self.key("key"), ok=False)
        self.assertEqual(answer.final["kind"], "repository", answer.text)

    def test_unreachable(self):
        self.stop_server()
        answer = self.fetch(credentials=self.key("key"), ok=False)
        self.assertEqual(answer.final["kind"], "unreachable", answer.text)
        self.start_again()


if __name__ == "__main__":
    main()
