#!/usr/bin/env python3
"""usage: test_checkout.py [--gmrun PATH] [TEST...]   checkouts from repositories on this machine: which revision, what is
on disk afterwards, what the log and the result say."""
import itertools
import os
import signal
import subprocess
import time

import worker_lib
from worker_lib import Case, main


class Revisions(Case):
    def setUp(self):
        super().setUp()
        self.repo()
        self.one = self.commit("src", {"f": "1"}, "one\n\nbody", "@1700000000 +0000")
        self.two = self.commit("src", {"f": "2", "g/h": "x"}, "two")
        self.git("src", "branch", "feature/login", self.one)
        self.git("src", "branch", "dev", self.one)
        self.git("src", "tag", "v1", self.one)
        self.git("src", "tag", "-a", "-m", "annotated", "v1.0", self.one)

    def test_specs(self):
        table = [  # spec, commit, GIT_BRANCH, name in the log
            ("*/master", self.two, "origin/master", "refs/remotes/origin/master"),
            ("master", self.two, "origin/master", "refs/remotes/origin/master"),
            ("origin/master", self.two, "origin/master", "refs/remotes/origin/master"),
            ("refs/heads/master", self.two, "origin/master", "refs/remotes/origin/master"),
            ("refs/remotes/origin/dev", self.one, "origin/dev", "refs/remotes/origin/dev"),
            ("*/feature/login", self.one, "origin/feature/login", "refs/remotes/origin/feature/login"),
            ("feature/login", self.one, "origin/feature/login", "refs/remotes/origin/feature/login"),
            ("feature/*", None, None, None),
            ("*/feature/*", self.one, "origin/feature/login", "refs/remotes/origin/feature/login"),
            ("**/login", self.one, "origin/feature/login", "refs/remotes/origin/feature/login"),
            (":origin/d.v", self.one, "origin/dev", "refs/remotes/origin/dev"),
            ("mast*", self.two, "origin/master", "refs/remotes/origin/master"),
            ("refs/tags/v1", self.one, "refs/tags/v1", "refs/tags/v1"),
            ("v1", self.one, "v1", "v1"),
            ("v1.0", self.one, "v1.0", "v1.0"),
            (self.one, self.one, "detached", "detached"),
            (self.one[:8], self.one, "detached", "detached"),
            ("", self.two, "origin/master", "refs/remotes/origin/master"),
        ]
        for spec, commit, branch, name in table:
            with self.subTest(spec=spec):
                answer = self.checkout(branches=[spec], ok=commit is not None)
                if commit:
                    self.assertEqual((answer["commit"], answer["branch"], answer["refName"]), (commit, branch, name))
                    self.assertIn(f"Checking out Revision {commit} ({name})", answer.log)
                    self.assertEqual(self.git("ws", "rev-parse", "HEAD"), commit)
                    self.assertEqual(self.git("ws", "status", "--porcelain"), "")

    def test_log_and_result(self):
        answer = self.checkout(branches=["*/master"])
        self.assertEqual(answer.log, [
            "Cloning the remote Git repository", f"Cloning repository {self.path('src')}",
            f"Fetching upstream changes from {self.path('src')}",
            f"Checking out Revision {self.two} (refs/remotes/origin/master)", 'Commit message: "two"',
            "First time build. Skipping changelog."])
        self.assertEqual((answer["author"], answer["authorEmail"], answer["committer"], answer["committerEmail"]),
                         ("Ann", "ann@x.org", "Carl", "carl@x.org"))
        self.assertEqual((answer["message"], answer["url"], answer["localBranch"], answer["fresh"], answer["firstBuild"]),
                         ("two\n", self.path("src"), None, True, True))
        answer = self.checkout(branches=["*/master"], previous=self.two)
        self.assertEqual(answer.log[:2], ["Fetching changes from the remote Git repository",
                                          f"Fetching upstream changes from {self.path('src')}"])
        self.assertEqual((answer["fresh"], answer["firstBuild"], answer["changes"]), (False, False, []))

    def test_default_branch(self):
        self.git("src", "checkout", "-q", "dev")
        self.assertEqual(self.checkout()["branch"], "origin/dev")

    def test_first_spec_that_exists(self):
        self.assertEqual(self.checkout(branches=["nothing", "dev"])["branch"], "origin/dev")

    def test_newest_of_several(self):
        answer = self.checkout(branches=["**"])
        self.assertEqual(answer["commit"], self.two)
        self.assertIn("Multiple candidate revisions", answer.log)

    def test_tag_at_head(self):
        self.assertEqual(self.checkout(branches=["v1"])["tag"], "v1")
        answer = self.checkout(branches=["dev"])
        self.assertEqual((answer["tag"], sorted(answer["tags"])), ("v1.0", ["v1", "v1.0"]))
        self.assertNotIn("tag", self.checkout(branches=["master"]).final)

    def test_unknown_branch_names_the_near_ones(self):
        answer = self.checkout(branches=["*/mastre"], ok=False)
        self.assertEqual(answer.final["kind"], "revision")
        self.assertTrue(answer.final["message"].startswith(
            "Couldn't find any revision to build. Verify the repository and branch configuration for this job."), answer.text)
        self.assertIn("did you mean 'master'", answer.final["message"])
        self.assertIn("feature/login", answer.final["message"])

    def test_chosen_commit(self):
        answer = self.checkout(commit=self.one, branch="origin/master")
        self.assertEqual((answer["commit"], answer["branch"]), (self.one, "origin/master"))
        answer = self.checkout(commit=self.one, branch="elsewhere")
        self.assertEqual(answer["branch"], "elsewhere")
        answer = self.checkout(commit="0" * 40, ok=False)
        self.assertEqual(answer.final["kind"], "revision")

    def test_commit_on_no_branch(self):
        self.git("src", "checkout", "-q", "--detach")
        lost = self.commit("src", {"lost": "1"}, "on no branch")
        self.assertEqual(self.checkout(commit=lost)["commit"], lost)

    def test_other_refs(self):
        self.git("src", "checkout", "-q", "--detach")
        change = self.commit("src", {"pr": "1"}, "a change request")
        self.git("src", "update-ref", "refs/pull/7/head", change)
        self.git("src", "checkout", "-q", "master")
        self.assertEqual(self.checkout(branches=["refs/pull/7/head"])["commit"], change)
        answer = self.checkout(ws="ws2", branches=["origin/pr/7"], refspec="+refs/pull/*/head:refs/remotes/origin/pr/*")
        self.assertEqual((answer["commit"], answer["branch"]), (change, "origin/pr/7"))
        answer = self.checkout(ws="ws3", branches=["FETCH_HEAD"], refspec="refs/pull/7/head")
        self.assertEqual(answer["commit"], change)

    def test_local_branch(self):
        answer = self.checkout(branches=["*/dev"], localBranch="work")
        self.assertEqual((answer["localBranch"], self.git("ws", "symbolic-ref", "HEAD")), ("work", "refs/heads/work"))
        answer = self.checkout(branches=["*/feature/login"], localBranch="**")
        self.assertEqual((answer["localBranch"], answer["branch"]), ("feature/login", "origin/feature/login"))
        self.assertEqual(self.git("ws", "symbolic-ref", "HEAD"), "refs/heads/feature/login")
        self.checkout(branches=["*/dev"], localBranch="bad..name", ok=False)

    def test_several_remotes(self):
        self.repo("other")
        far = self.commit("other", {"o": "1"}, "far")
        self.git("other", "branch", "only-there")
        remotes = [{"name": "origin", "url": self.path("src")}, {"name": "up", "url": self.path("other")}]
        answer = self.ask("checkout", dir=self.path("ws"), remotes=remotes, branches=["only-there"])
        self.assertEqual((answer["commit"], answer["branch"]), (far, "up/only-there"))

    def test_no_tags(self):
        self.checkout(branches=["master"], noTags=True)
        self.assertEqual(self.git("ws", "tag"), "")


class Workspaces(Case):
    def setUp(self):
        super().setUp()
        self.repo()
        self.one = self.commit("src", {"f": "1", "d/g": "1", ".gitignore": "*.o\n"}, "one")

    def test_modes_and_links(self):
        self.write("src/run.sh", "#!/bin/sh\n", 0o755)
        os.symlink("run.sh", self.path("src/link"))
        self.commit("src", {"空 格/文.txt": "中"})
        self.checkout(branches=["master"])
        self.assertTrue(os.access(self.path("ws/run.sh"), os.X_OK))
        self.assertEqual(os.readlink(self.path("ws/link")), "run.sh")
        self.assertEqual(self.read("ws/空 格/文.txt"), "中")

    def test_tracked_files_are_restored_others_kept(self):
        self.checkout(branches=["master"])
        self.write("ws/f", "spoilt")
        os.unlink(self.path("ws/d/g"))
        self.write("ws/new.o")
        self.write("ws/target/x")
        self.checkout(branches=["master"])
        self.assertEqual(self.read("ws/f"), "1")
        self.assertEqual(self.files(), [".gitignore", "d/g", "f", "new.o", "target/x"])

    def test_clean(self):
        self.checkout(branches=["master"])
        self.write("ws/new.o")
        self.write("ws/target/deep/x")
        self.write("ws/d/untracked")
        os.makedirs(self.path("ws/empty/er"))
        self.repo("ws/inner")
        self.commit("ws/inner", {"i": "1"})
        self.checkout(branches=["master"], clean=True)
        self.assertEqual(self.files(), [".gitignore", "d/g", "f", "inner/i"])
        self.assertFalse(os.path.exists(self.path("ws/empty")))
        self.checkout(branches=["master"], clean=True, cleanNested=True)
        self.assertEqual(self.files(), [".gitignore", "d/g", "f"])

    def test_files_of_the_old_revision_go(self):
        self.checkout(branches=["master"])
        self.git("src", "rm", "-rq", "d")
        self.commit("src", {"d": "now a file", "f": None}, "two")
        self.checkout(branches=["master"])
        self.assertEqual(self.files(), [".gitignore", "d"])

    def test_forced_push(self):
        self.checkout(branches=["master"])
        self.git("src", "commit", "-q", "--amend", "-m", "rewritten")
        self.git("src", "tag", "-f", "t")
        new = self.git("src", "rev-parse", "HEAD")
        self.assertEqual(self.checkout(branches=["master"])["commit"], new)
        self.commit("src", {"f": "3"})
        self.git("src", "tag", "-f", "t")
        answer = self.checkout(branches=["t"])
        self.assertEqual(answer["commit"], self.git("src", "rev-parse", "t"))

    def test_vanished_branch(self):
        self.git("src", "branch", "a")
        self.checkout(branches=["a"])
        self.git("src", "branch", "-D", "a")
        self.git("src", "branch", "a/b")
        self.checkout(branches=["a"], ok=False)
        self.checkout(branches=["a/b"])
        self.git("src", "branch", "-D", "a/b")
        self.checkout(branches=["a/b"], prune=False)

    def test_other_url(self):
        self.checkout(branches=["master"])
        self.repo("other", branch="main")
        far = self.commit("other", {"o": "1"})
        self.assertEqual(self.checkout("other", branches=["main"])["commit"], far)
        self.assertEqual(self.files(), ["o"])
        self.assertEqual(self.git("ws", "remote", "get-url", "origin"), self.path("other"))
        self.checkout("other", branches=["master"], ok=False)

    def test_damaged_repository(self):
        self.checkout(branches=["master"])
        self.write("ws/kept")
        os.unlink(self.path("ws/.git/HEAD"))
        self.assertTrue(self.checkout(branches=["master"])["fresh"])
        self.assertIn("kept", self.files())
        self.git("ws", "fsck")
        self.write("ws/.git/gmrun-seeding", "")
        self.assertTrue(self.checkout(branches=["master"])["fresh"])

    def test_git_is_a_link(self):
        self.repo("precious")
        kept = self.commit("precious", {"p": "1"})
        os.mkdir(self.path("ws"))
        os.symlink(self.path("precious/.git"), self.path("ws/.git"))
        self.checkout(branches=["master"])
        self.assertEqual(self.git("precious", "rev-parse", "HEAD"), kept)

    def test_left_locks(self):
        self.checkout(branches=["master"])
        for name in ("index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "refs/remotes/origin/master.lock"):
            self.write("ws/.git/" + name, "")
        self.commit("src", {"f": "2"})
        self.checkout(branches=["master"])
        self.assertEqual(self.read("ws/f"), "2")

    def test_killed_checkout_is_completed(self):
        self.git("src", "checkout", "-q", "-b", "big")
        big = self.commit("src", {f"many/{i}": str(i) for i in range(50)})
        self.checkout(branches=["big"])
        self.git("ws", "update-ref", "--no-deref", "HEAD", self.one)  # as a kill in the middle leaves it
        os.unlink(self.path("ws/.git/index"))
        self.git("ws", "read-tree", self.one)
        self.write("ws/.git/gmrun-checkout", big)
        self.checkout(branches=["master"])
        self.assertEqual(self.files(), [".gitignore", "d/g", "f"])

    def test_objects_are_linked(self):
        self.commit("src", {"big": "x" * 100000})
        self.git("src", "gc", "-q")
        self.commit("src", {"f": "loose"})
        self.checkout(branches=["master"])
        packs = os.listdir(self.path("src/.git/objects/pack"))
        pack = next(p for p in packs if p.endswith(".pack"))
        self.assertTrue(os.path.samefile(self.path("src/.git/objects/pack", pack), self.path("ws/.git/objects/pack", pack)))
        self.git("ws", "fsck", "--strict")
        self.git("src", "gc", "-q", "--prune=now")
        self.git("ws", "fsck", "--strict")

    def test_only_new_objects_come(self):
        self.checkout(branches=["master"])
        before = self.count("ws")
        self.commit("src", {"f": "2"})  # a commit, a tree, a blob
        self.checkout(branches=["master"])
        self.assertEqual(self.count("ws") - before, 3)

    def count(self, repo):
        return len(self.git(repo, "rev-list", "--all", "--objects").splitlines())

    def test_reference(self):
        self.git("src", "clone", "-q", "--bare", self.path("src"), self.path("ref.git"))
        answer = self.checkout("file://" + self.path("src"), branches=["master"], reference=self.path("ref.git"))
        self.assertIn(f"Using reference repository: {self.path('ref.git')}", answer.log)
        self.git("ws", "fsck")
        answer = self.checkout(ws="ws2", branches=["master"], reference=self.path("nowhere"))
        self.assertTrue(any(line.startswith("[WARNING] Reference") for line in answer.log))

    def test_shallow_source(self):
        self.commit("src", {"f": "2"})
        self.git("src", "clone", "-q", "--depth=1", "file://" + self.path("src"), self.path("shallow"))
        self.checkout("shallow", branches=["master"])
        self.assertEqual(self.read("ws/f"), "2")

    def test_depth(self):
        self.commit("src", {"f": "2"})
        self.checkout("file://" + self.path("src"), branches=["master"], depth=1)
        self.assertEqual(self.git("ws", "rev-list", "--count", "HEAD"), "1")
        self.assertEqual(self.read("ws/f"), "2")
        self.commit("src", {"f": "3"})
        self.checkout("file://" + self.path("src"), branches=["master"], depth=1)
        self.assertEqual(self.read("ws/f"), "3")

    def test_sparse(self):
        answer = self.checkout(branches=["master"], sparse=["/d/"])
        self.assertEqual(self.files(), ["d/g"])
        self.assertEqual(answer["commit"], self.one)
        self.checkout(branches=["master"])

    def test_lfs_without_program(self):
        if subprocess.run(["git", "lfs", "version"], capture_output=True).returncode == 0:
            self.skipTest("git-lfs is installed")
        self.commit("src", {".gitattributes": "*.bin filter=lfs\n", "a.bin": "version https://git-lfs"})
        answer = self.checkout(branches=["master"])
        self.assertTrue(any("git-lfs is not installed" in line for line in answer.log))
        self.checkout(branches=["master"], lfs=True, ok=False)


class Errors(Case):
    def test_not_there(self):
        answer = self.checkout("nowhere", ok=False)
        self.assertEqual(answer.final["kind"], "repository")
        self.assertIn("Error cloning remote repo 'origin'", answer.final["message"])
        os.mkdir(self.path("plain"))
        self.assertEqual(self.checkout("plain", ok=False).final["kind"], "repository")

    def test_empty_repository(self):
        self.repo()
        for branches in ([], ["master"], ["**"]):
            answer = self.checkout(branches=branches, ok=False)
            self.assertEqual(answer.final["kind"], "revision")
            self.assertIn("has no branches", answer.final["message"])

    def test_bad_addresses(self):
        for url in ("ftp://x/y", "ext::sh -c id", "ssh://-oProxyCommand=id/x", "-oProxyCommand=id:x", "http://", "https://h:x/y", "a\nb"):
            with self.subTest(url=url):
                answer = self.ask("checkout", url=url, dir=self.path("ws"))
                self.assertFalse(answer.ok)

    def test_bad_requests(self):
        for members in ({}, {"url": "x"}, {"dir": "/tmp/x"}, {"url": "x", "dir": "relative"}, {"url": 7, "dir": []}):
            answer = self.ask("checkout", **members)
            self.assertEqual(answer.final["kind"], "usage", answer.text)
        answer = self.ask("chekout")
        self.assertIn('did you mean "checkout"', answer.final["message"])

    def test_malformed_lines(self):
        for text in (b"{", b"[]", b"7", b'{"op":1}', b'{"op":"\xff"}', b"\0"):
            done = subprocess.run([worker_lib.WORKER], input=text, stdout=subprocess.PIPE, timeout=120)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b'"kind":"usage"', done.stdout)
        done = subprocess.run([worker_lib.WORKER], input=b"\n\n", stdout=subprocess.PIPE, timeout=120)
        self.assertEqual((done.returncode, done.stdout), (0, b""))


class Changes(Case):
    def test_list(self):
        self.repo()
        one = self.commit("src", {"a": "1", "b": "1", "c": "1"}, "one")
        self.git("src", "checkout", "-q", "-b", "side")
        side = self.commit("src", {"s": "1"}, "side", "@1700000000 +0000")
        self.git("src", "checkout", "-q", "master")
        two = self.commit("src", {"a": "2", "b": None, "n/中": "1"}, "two\n\nwith a body", "@1700000100 +0000")
        self.git("src", "merge", "-q", "--no-ff", "-m", "merge", "side", GIT_COMMITTER_DATE="@1700000200 +0000")
        answer = self.checkout(branches=["master"], previous=one)
        # the previous commit is there although this is the first checkout of this workspace
        got = answer["changes"]
        self.assertEqual([c["commitId"] for c in got], [two, side])
        self.assertEqual(got[0]["affectedFiles"], [{"path": "a", "editType": "edit"}, {"path": "b", "editType": "delete"},
                                                   {"path": "n/中", "editType": "add"}])
        self.assertEqual({k: got[0][k] for k in ("msg", "comment", "author", "authorEmail", "committer", "timestamp")},
                         {"msg": "two", "comment": "two\n\nwith a body\n", "author": "Ann", "authorEmail": "ann@x.org",
                          "committer": "Carl", "timestamp": 1700000100000})

    def test_lost_previous(self):
        self.repo()
        self.commit("src", {"a": "1"})
        answer = self.checkout(branches=["master"], previous="1" * 40)
        self.assertEqual(answer["changes"], [])
        self.assertTrue(any("no longer in the repository" in line for line in answer.log))

    def test_other_encodings(self):
        self.repo()
        one = self.commit("src", {"a": "1"})
        self.git("src", "config", "i18n.commitEncoding", "GBK")
        self.write("message", "商城".encode("gbk"))
        self.write("src/a", "2")
        self.git("src", "commit", "-qaF", self.path("message"))
        answer = self.checkout(branches=["master"], previous=one)
        self.assertEqual(answer["changes"][0]["msg"], "商城")
        self.assertIn('Commit message: "商城"', answer.log)


class Submodules(Case):
    def setUp(self):
        super().setUp()
        self.repo("inner")
        self.commit("inner", {"i": "1"})
        self.repo("middle")
        self.commit("middle", {"m": "1"})
        self.git("middle", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", self.path("inner"), "in")
        self.commit("middle", {}, "add")
        self.repo()
        self.commit("src", {"f": "1"})
        self.git("src", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../middle", "mid")
        self.commit("src", {}, "add")

    def test_off_and_on(self):
        self.checkout(branches=["master"])
        self.assertEqual(self.files(), [".gitmodules", "f"])
        self.checkout(branches=["master"], submodules={"recursive": False})
        self.assertEqual(self.files(), [".gitmodules", "f", "mid/.gitmodules", "mid/m"])
        self.checkout(branches=["master"], submodules=True)
        self.assertEqual(self.files(), [".gitmodules", "f", "mid/.gitmodules", "mid/in/i", "mid/m"])

    def test_moves_on(self):
        self.checkout(branches=["master"], submodules=True, clean=True)
        self.commit("middle", {"m": "2"})
        self.git("src/mid", "pull", "-q", "origin", "master")
        self.commit("src", {}, "newer")
        self.write("ws/mid/m", "spoilt")
        self.checkout(branches=["master"], submodules=True, clean=True)
        self.assertEqual(self.read("ws/mid/m"), "2")
        self.assertIn("mid/in/i", self.files())

    def test_no_local_path_from_remote(self):
        self.repo("evil")
        self.commit("evil", {"f": "1"})
        self.git("evil", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", self.path("inner"), "sub")
        self.commit("evil", {}, "add")
        server = worker_lib.GitServer(self.tmp)
        try:
            answer = self.checkout(server.url("evil/.git"), branches=["master"], submodules=True, ok=False)
            self.assertIn("may not name", answer.final["message"])
        finally:
            server.stop()


class ScmInfo(Case):
    def setUp(self):
        super().setUp()
        self.repo()

    def info(self, path="src", **members):
        return self.ask("scm-info", path=self.path(path), **members)

    def test_states(self):
        answer = self.info()
        self.assertEqual((answer["inside"], answer["branch"], "commit" in answer.final), (True, "master", False))
        one = self.commit("src", {"ci/Jenkinsfile": "1"})
        self.git("src", "remote", "add", "origin", "https://me:secret99@h.example/x.git")
        answer = self.info("src/ci/Jenkinsfile")
        self.assertEqual((answer["root"], answer["path"], answer["commit"], answer["dirty"]),
                         (self.path("src"), "ci/Jenkinsfile", one, False))
        self.assertEqual(answer["url"], "https://h.example/x.git")
        self.assertNotIn("secret99", answer.text)
        self.git("src", "tag", "v2")
        self.write("src/new")
        self.write("src/ci/Jenkinsfile", "2")
        answer = self.info("src/ci")
        self.assertEqual((answer["path"], answer["tag"], answer["dirty"], answer["modified"], answer["untracked"]), ("ci", "v2", True, 1, 1))
        self.assertNotIn("dirty", self.info(status=False).final)
        self.git("src", "checkout", "-q", "--detach")
        self.assertIsNone(self.info()["branch"])

    def test_outside(self):
        self.assertFalse(self.info("home")["inside"])
        self.git("src", "clone", "-q", "--bare", self.path("src"), self.path("bare.git"))
        self.assertFalse(self.info("bare.git")["inside"])
        self.assertFalse(self.info("nowhere").ok)

    def test_worktree_and_link(self):
        one = self.commit("src", {"f": "1"})
        self.git("src", "worktree", "add", "-q", "-b", "wt", self.path("tree"))
        answer = self.info("tree/f")
        self.assertEqual((answer["root"], answer["branch"], answer["commit"]), (self.path("tree"), "wt", one))
        self.assertEqual(self.checkout("tree", commit=one)["commit"], one)
        os.symlink(self.path("src"), self.path("link"))
        self.assertEqual(self.info("link/f")["root"], self.path("src"))


class Dirty(Case):
    def copy(self, **members):
        answer = self.ask("checkout-dirty", source=self.path("src"), dir=self.path(members.pop("ws", "ws")), **members)
        self.assertTrue(answer.ok, answer.text)
        return answer

    def test_everything_but_ignored(self):
        self.repo()
        one = self.commit("src", {"a": "1", "b": "1", "gone": "1", "d/x": "1", ".gitignore": "*.o\ntarget/\n"})
        self.write("src/a", "2")
        self.write("src/new/run", "n", 0o755)
        self.write("src/staged", "s")
        self.git("src", "add", "staged")
        self.write("src/x.o")
        self.write("src/target/y")
        os.unlink(self.path("src/gone"))
        os.symlink("a", self.path("src/link"))
        answer = self.copy()
        self.assertEqual((answer["commit"], answer["untracked"]), (one, 3))
        self.assertEqual(self.files(), [".gitignore", "a", "b", "d/x", "link", "new/run", "staged"])
        self.assertEqual((self.read("ws/a"), os.readlink(self.path("ws/link"))), ("2", "a"))
        self.assertTrue(os.access(self.path("ws/new/run"), os.X_OK))
        self.assertEqual(os.stat(self.path("ws/a")).st_mtime_ns, os.stat(self.path("src/a")).st_mtime_ns)
        self.assertEqual(self.git("ws", "rev-parse", "HEAD"), one)

    def test_again(self):
        self.repo()
        self.commit("src", {"a": "1", "b": "1"})
        self.write("src/tmp1")
        self.write("src/a", "2")
        self.copy()
        self.write("ws/built.o")
        os.unlink(self.path("src/tmp1"))
        self.write("src/b", "3")
        os.unlink(self.path("src/a"))
        os.mkdir(self.path("src/a"))
        self.write("src/a/now", "dir")
        answer = self.copy()
        self.assertEqual(self.files(), ["a/now", "b", "built.o"])
        self.assertEqual(answer["copied"], 2)
        self.assertEqual(self.files(), ["a/now", "b", "built.o"])
        self.git("src", "checkout", "-q", "-f")
        self.git("src", "clean", "-fdq")
        self.copy()
        self.assertEqual((self.files(), self.read("ws/a")), (["a", "b", "built.o"], "1"))

    def test_unborn_and_inside(self):
        self.repo()
        self.write("src/a")
        self.write("src/.state/secret")
        answer = self.copy(ws="src/.ws", exclude=[self.path("src/.state")])
        self.assertNotIn("commit", answer.final)
        self.assertEqual(self.files("src/.ws"), ["a"])
        self.assertEqual(self.copy(ws="src/.ws", exclude=[self.path("src/.state")])["untracked"], 1)

    def test_submodule_files(self):
        self.repo("inner")
        self.commit("inner", {"i": "1"})
        self.repo()
        self.git("src", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", self.path("inner"), "in")
        self.commit("src", {}, "add")
        self.write("src/in/i", "2")
        self.write("src/in/new")
        self.copy()
        self.assertEqual(self.files(), [".gitmodules", "in/i", "in/new"])
        self.assertEqual(self.read("ws/in/i"), "2")


class Interrupts(Case):
    def start(self, request):
        p = subprocess.Popen([worker_lib.WORKER], env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        p.stdin.write(worker_lib.json.dumps(request).encode())
        p.stdin.close()
        return p

    def big_source(self):
        self.repo()
        self.commit("src", {f"d{i % 50}/f{i}": f"{i}\n" * 200 for i in range(1500)})
        self.git("src", "repack", "-adq")

    def test_term_at_any_time(self):
        self.big_source()
        stopped = 0
        # Before it can say anything it may also just die; afterwards it always tells.
        for begun, delay in itertools.product((False, True), (0.001, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15)):
            p = self.start({"op": "checkout", "url": self.path("src"), "dir": self.path("ws"), "branches": ["master"]})
            said = p.stdout.readline() if begun else b""
            time.sleep(delay)
            p.send_signal(signal.SIGTERM)
            text = (said + p.stdout.read()).decode()
            p.stdout.close()
            status = p.wait()
            if status == 143:
                stopped += 1
                self.assertIn('"kind":"cancelled"', text)
            left = [f for base, _, names in os.walk(self.path("ws/.git")) for f in names if f.endswith(".lock")]
            self.assertEqual(left, [])
        self.assertGreater(stopped, 1)
        self.checkout(branches=["master"])
        self.assertEqual(self.git("ws", "status", "--porcelain"), "")
        self.git("ws", "fsck")

    def test_reader_gone(self):
        self.big_source()
        p = self.start({"op": "checkout", "url": self.path("src"), "dir": self.path("ws"), "branches": ["master"]})
        p.stdout.close()
        self.assertEqual(p.wait(120), 1)

    def test_timeout(self):
        listener = worker_lib.http.server.socketserver.TCPServer(("127.0.0.1", 0), None)
        try:
            answer = self.checkout(f"http://127.0.0.1:{listener.server_address[1]}/x", timeout=1, ok=False)
            self.assertEqual((answer.final["kind"], answer.final["message"]), ("timeout", "Timeout after 1 seconds"))
        finally:
            listener.server_close()


if __name__ == "__main__":
    main()
