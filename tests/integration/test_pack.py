#!/usr/bin/env python3
"""usage: test_pack.py [--gmrun PATH] [TEST...]   stash, unstash, archive-artifacts, zip, unzip, tar, untar: what is taken,
what comes back, and that nothing is written outside of the folder."""
import hashlib
import io
import json
import os
import signal
import stat
import subprocess
import tarfile
import time
import zipfile

import worker_lib
from worker_lib import Case, main


class PackCase(Case):
    def tree(self, name="t"):
        self.write(f"{name}/a/x.jar", "jar", 0o755)
        self.write(f"{name}/a/b/中 文.txt", "中")
        self.write(f"{name}/.git/config")
        self.write(f"{name}/.gitignore")
        self.write(f"{name}/ro", "r", 0o444)
        self.write(f"{name}/empty", b"")
        os.symlink("../x.jar", self.path(name, "a/b/link"))
        os.utime(self.path(name, "ro"), (1600000000, 1600000000))
        return self.path(name)

    def fail(self, op, **members):
        answer = self.ask(op, **members)
        self.assertFalse(answer.ok, answer.text)
        return answer.final


class Stash(PackCase):
    def stash(self, **members):
        return self.ask("stash", dir=self.path("t"), file=self.path("s/x.stash"), **members)

    def unstash(self, ws="out"):
        return self.ask("unstash", file=self.path("s/x.stash"), dir=self.path(ws))

    def test_round_trip(self):
        self.tree()
        self.assertEqual(self.stash()["count"], 5)
        self.assertEqual(self.unstash()["count"], 5)
        self.assertEqual(self.files("out"), ["a/b/link", "a/b/中 文.txt", "a/x.jar", "empty", "ro"])
        self.assertEqual(os.readlink(self.path("out/a/b/link")), "../x.jar")
        self.assertEqual(stat.S_IMODE(os.stat(self.path("out/a/x.jar")).st_mode), 0o755)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("out/ro")).st_mode), 0o444)
        self.assertEqual(os.stat(self.path("out/ro")).st_mtime, 1600000000)
        self.assertEqual(self.unstash()["count"], 5)  # over what is there, read-only files too

    def test_patterns(self):
        self.tree()
        self.assertEqual(self.stash(includes="**/*.jar, a/b/*")["count"], 3)
        self.assertEqual(self.stash(includes="a/", excludes="**/*.txt")["count"], 2)
        self.assertEqual(self.stash(includes="A/**", caseSensitive=False)["count"], 3)
        self.assertEqual(self.stash(defaultExcludes=False)["count"], 7)
        self.assertEqual(self.stash(includes=".git*", defaultExcludes=False)["count"], 1)

    def test_empty(self):
        self.tree()
        answer = self.stash(includes="nothing", name="lib")
        self.assertEqual(answer.final["kind"], "empty")
        self.assertEqual(answer.final["message"], "No files included in stash ‘lib’")
        self.assertFalse(os.path.exists(self.path("s/x.stash")))
        self.assertEqual(os.listdir(self.path("s")), [])
        self.assertEqual(self.stash(includes="nothing", allowEmpty=True)["count"], 0)
        self.assertEqual(self.unstash()["count"], 0)
        self.assertEqual(self.fail("stash", dir=self.path("nowhere"), file=self.path("s/y"))["kind"], "other")

    def test_link_in_the_way(self):
        self.tree()
        self.stash(includes="a/**,ro")
        self.write("victim/x.jar", "precious")
        self.write("file", "precious")
        os.mkdir(self.path("out"))
        os.symlink(self.path("victim"), self.path("out/a"))
        os.symlink(self.path("file"), self.path("out/ro"))
        self.assertIn("leads out", self.unstash().final["message"])
        self.assertEqual((self.read("victim/x.jar"), self.read("file")), ("precious", "precious"))
        self.assertEqual(os.listdir(self.path("victim")), ["x.jar"])

    def test_link_inside_is_followed(self):
        self.write("t/real/f", "1")
        os.symlink("real", self.path("t/alias"))
        self.assertEqual(self.stash()["count"], 2)
        self.write("t/real/f", "2")
        self.assertEqual(self.unstash("t")["count"], 2)
        self.assertEqual((self.read("t/real/f"), os.readlink(self.path("t/alias"))), ("1", "real"))
        self.unstash()
        self.assertFalse(os.path.islink(self.path("out/alias")))

    def test_workspace_behind_a_link(self):
        self.tree()
        self.stash()
        os.mkdir(self.path("real"))
        os.symlink("real", self.path("alias"))
        self.assertEqual(self.unstash("alias/ws")["count"], 5)

    def test_large_and_interrupted(self):
        self.write("t/big", os.urandom(1 << 20) * 60)
        request = json.dumps({"op": "stash", "dir": self.path("t"), "file": self.path("s/x.stash")})
        p = subprocess.Popen([worker_lib.WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        p.stdin.write(request.encode())
        p.stdin.close()
        time.sleep(0.02)
        p.send_signal(signal.SIGTERM)
        text = p.stdout.read()
        p.stdout.close()
        if p.wait() == 143:
            self.assertIn(b'"kind":"cancelled"', text)
            self.assertEqual(os.listdir(self.path("s")) if os.path.isdir(self.path("s")) else [], [])
        self.assertEqual(self.stash()["count"], 1)
        self.unstash()
        self.assertEqual(subprocess.run(["cmp", self.path("t/big"), self.path("out/big")], check=False).returncode, 0)


class Limits(PackCase):
    def test_links_out_are_told_ten_times(self):
        self.write("t/f")
        for n in range(30):
            self.write(f"outside/{n}", "s")
        os.symlink("../outside", self.path("t/dir"))
        answer = self.ask("zip", dir=self.path("t"), file=self.path("a.zip"))
        self.assertEqual(answer["count"], 1)
        self.assertEqual(len([line for line in answer.log if line.startswith("[WARNING] Not packing dir/")]), 10)
        self.assertEqual(answer.log[-1], "[WARNING] Not packing 20 more: they are behind links that lead out of the folder")

    def test_ends_without_a_descriptor_for_its_child(self):
        """A pidfd cannot be had: standard streams and the signals' descriptor are all that fit."""
        env = {**self.env, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}  # which opens files itself
        done = subprocess.run(["sh", "-c", 'ulimit -n 4; exec "$0"', worker_lib.WORKER], input=b'{"op":"scm-info"}\n', env=env,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, close_fds=True)
        self.assertIn(b'lacks \\"path\\"', done.stdout)
        self.assertEqual(done.returncode, 1)

    def test_http_leaves_what_it_did_not_make(self):
        self.write("kept", "old")
        answer = self.ask("http", url="http://127.0.0.1:1/", output=self.path("kept"), bodyFile=self.path("absent"))
        self.assertFalse(answer.ok)
        self.assertEqual(self.read("kept"), "old")
        os.symlink("kept", self.path("link"))
        self.assertFalse(self.ask("http", url="http://127.0.0.1:1/", output=self.path("link")).ok)
        self.assertTrue(os.path.islink(self.path("link")))


class Artifacts(PackCase):
    def archive(self, **members):
        return self.ask("archive-artifacts", dir=self.path("t"), dest=self.path("archive"), **members)

    def test_copies(self):
        self.tree()
        answer = self.archive(includes="**/*.jar, a/b/*.txt", fingerprint=True)
        self.assertEqual([f["path"] for f in answer["files"]], ["a/b/中 文.txt", "a/x.jar"])
        self.assertEqual(answer["files"][1], {"path": "a/x.jar", "size": 3, "md5": hashlib.md5(b"jar").hexdigest(),
                                              "sha256": hashlib.sha256(b"jar").hexdigest()})
        self.assertEqual(self.files("archive"), ["a/b/中 文.txt", "a/x.jar"])
        self.assertNotIn("md5", self.archive(includes="a/x.jar")["files"][0])

    def test_links(self):
        self.tree()
        self.write("secret", "s")
        os.mkdir(self.path("outside"))
        self.write("outside/f", "s")
        os.symlink(self.path("secret"), self.path("t/evil"))
        os.symlink("../outside", self.path("t/evildir"))
        os.symlink("a/b", self.path("t/dir"))
        answer = self.archive(includes="evil*,evildir/**,dir/**,a/b/link")
        self.assertEqual([f["path"] for f in answer["files"]], ["a/b/link", "dir/link", "dir/中 文.txt"])
        self.assertEqual(sum("leads out" in line for line in answer.log), 2)
        self.assertEqual(self.read("archive/a/b/link"), "jar")
        answer = self.archive(includes="a/**", followSymlinks=False)
        self.assertEqual([f["path"] for f in answer["files"]], ["a/b/中 文.txt", "a/x.jar"])

    def test_none(self):
        self.tree()
        answer = self.archive(includes="*.war")
        self.assertEqual(answer.final["message"], 'No artifacts found that match the file pattern "*.war". Configuration error?')
        self.assertEqual(answer.final["kind"], "empty")
        self.assertEqual(self.archive(includes="*.war", allowEmpty=True)["files"], [])


class Zip(PackCase):
    def test_round_trip(self):
        self.tree()
        answer = self.ask("zip", dir=self.path("t"), file=self.path("t/out/x.zip"))
        self.assertEqual(answer["count"], 5)
        with zipfile.ZipFile(self.path("t/out/x.zip")) as z:
            self.assertIsNone(z.testzip())
            self.assertEqual(sorted(z.namelist()), ["a/b/link", "a/b/中 文.txt", "a/x.jar", "empty", "ro"])
            self.assertEqual(z.read("a/b/link"), b"jar")
        self.assertEqual(self.ask("zip", dir=self.path("t"), file=self.path("t/out/x.zip"))["count"], 5)
        self.assertIn("exists", self.fail("zip", dir=self.path("t"), file=self.path("t/out/x.zip"), overwrite=False)["message"])
        self.assertEqual(self.ask("unzip", file=self.path("t/out/x.zip"), dir=self.path("o"), glob="**/*.txt")["count"], 1)
        self.assertEqual(self.files("o"), ["a/b/中 文.txt"])
        answer = self.ask("unzip", file=self.path("t/out/x.zip"), dir=self.path("o"), verbose=True)
        self.assertIn(f"Extracting: a/x.jar -> {self.path('o')}/a/x.jar", answer.log)
        answer = self.ask("unzip", file=self.path("t/out/x.zip"), read=True, glob="**/*.txt")
        self.assertEqual(answer["contents"], {"a/b/中 文.txt": "中"})
        self.assertTrue(self.ask("unzip", file=self.path("t/out/x.zip"), test=True)["ok"])

    def test_damaged(self):
        self.tree()
        self.ask("zip", dir=self.path("t"), file=self.path("x.zip"))
        with open(self.path("x.zip"), "r+b") as f:
            data = bytearray(f.read())
            data[data.find(b"a/x.jar") + 9] ^= 0xff
            f.seek(0)
            f.write(data)
        self.assertFalse(self.ask("unzip", file=self.path("x.zip"), test=True)["ok"])
        self.write("y.zip", "no zip at all")
        self.assertFalse(self.ask("unzip", file=self.path("y.zip"), test=True)["ok"])
        self.fail("unzip", file=self.path("y.zip"), dir=self.path("o"))
        self.fail("unzip", file=self.path("nowhere.zip"), dir=self.path("o"))

    def test_other_charset(self):
        name = "商城.txt".encode("gbk")
        stored = zipfile.ZipInfo("A" * len(name))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as z:
            z.writestr(stored, "x")
        self.write("x.zip", out.getvalue().replace(b"A" * len(name), name))
        self.ask("unzip", file=self.path("x.zip"), dir=self.path("o"), charset="GBK")
        self.assertEqual(self.files("o"), ["商城.txt"])
        self.assertIn("unknown charset", self.fail("unzip", file=self.path("x.zip"), dir=self.path("o"), charset="nonsense")["message"])

    def test_names_that_lead_out(self):
        for name in ("../evil", "a/../../evil", "/tmp/gmrun-evil", "a/b/../../../evil", "..\\evil"):
            with self.subTest(name=name):
                with zipfile.ZipFile(self.path("x.zip"), "w") as z:
                    z.writestr("good", "1")
                    info = zipfile.ZipInfo("x")
                    info.filename = name
                    z.writestr(info, "evil")
                self.fail("unzip", file=self.path("x.zip"), dir=self.path("o/p"))
                self.assertFalse(os.path.exists(self.path("evil")) or os.path.exists(self.path("o/evil")) or os.path.exists("/tmp/gmrun-evil"))

    def test_link_then_file(self):
        self.write("victim/keep")
        for target in (self.path("victim"), "../victim", "x/../../victim"):
            with self.subTest(target=target):
                with zipfile.ZipFile(self.path("x.zip"), "w") as z:
                    link = zipfile.ZipInfo("d")
                    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
                    z.writestr(link, target)
                    z.writestr("d/evil", "evil")
                self.fail("unzip", file=self.path("x.zip"), dir=self.path("o"))
                self.assertEqual(os.listdir(self.path("victim")), ["keep"])


class Tar(PackCase):
    def test_round_trip(self):
        self.tree()
        self.assertEqual(self.ask("tar", dir=self.path("t"), file=self.path("x.tgz"))["count"], 5)
        with tarfile.open(self.path("x.tgz"), "r:gz") as t:
            self.assertEqual(t.getmember("a/b/link").linkname, "../x.jar")
            self.assertEqual(t.getmember("a/x.jar").uid, 0)
        self.assertEqual(self.ask("untar", file=self.path("x.tgz"), dir=self.path("o"))["count"], 5)
        self.assertTrue(os.access(self.path("o/a/x.jar"), os.X_OK))
        self.ask("tar", dir=self.path("t"), file=self.path("x.tar"), compress=False)
        tarfile.open(self.path("x.tar"), "r:").close()

    def evil(self, *members):
        with tarfile.open(self.path("x.tar"), "w") as t:
            for name, kind, link in members:
                info = tarfile.TarInfo(name)
                info.type, info.linkname = kind, link
                data = b"evil" if kind == tarfile.REGTYPE else b""
                info.size = len(data)
                t.addfile(info, io.BytesIO(data))
        return self.ask("untar", file=self.path("x.tar"), dir=self.path("o"))

    def test_attacks(self):
        victim = self.write("victim/f", "precious")
        table = [
            [("../victim/f", tarfile.REGTYPE, "")],
            [(victim, tarfile.REGTYPE, "")],
            [("d", tarfile.SYMTYPE, "../victim"), ("d/f", tarfile.REGTYPE, "")],
            [("d", tarfile.SYMTYPE, self.path("victim")), ("d/f", tarfile.REGTYPE, "")],
            [("h", tarfile.LNKTYPE, victim), ("h", tarfile.REGTYPE, "")],
            [("h", tarfile.LNKTYPE, "../victim/f"), ("h", tarfile.REGTYPE, "")],
            [("a/b", tarfile.SYMTYPE, "."), ("a/b/c", tarfile.SYMTYPE, "../../victim"), ("a/c/f", tarfile.REGTYPE, "")],
        ]
        for members in table:
            with self.subTest(members=members):
                answer = self.evil(*members)
                self.assertFalse(answer.ok, answer.text)
                self.assertEqual((self.read("victim/f"), os.listdir(self.path("victim"))), ("precious", ["f"]))
                subprocess.run(["rm", "-rf", self.path("o")], check=True)

    def test_devices_are_left_out(self):
        answer = self.evil(("fifo", tarfile.FIFOTYPE, ""), ("dev", tarfile.CHRTYPE, ""), ("f", tarfile.REGTYPE, ""))
        self.assertEqual(answer["count"], 1)
        self.assertEqual(self.files("o"), ["f"])


if __name__ == "__main__":
    main()
