#!/usr/bin/env python3
"""usage: test_corpus.py [--gmrun PATH] [--mutate SECONDS [--seed N] [--keep DIR]] [-j N] [FOLDER...]

Real pipelines (the folders of $GMRUN_CORPUS, separated by colons) and ill-formed texts through every command that reads a
pipeline without running its steps: no crash, no hang, no sanitizer report, a defined exit status, output of the form that
was asked for. With --mutate, broken copies of the pipelines go the same way until the time is over; inputs that fail are
kept in --keep. Without a corpus only the texts made here are tried.
"""
import argparse
import concurrent.futures
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.dom.minidom
import xml.parsers.expat

HERE = os.path.dirname(os.path.abspath(__file__))
SANITIZER = re.compile(rb"AddressSanitizer|LeakSanitizer|UndefinedBehavior|runtime error: |Assertion .* failed")
REFUSED_SHARE = 50  # one real pipeline of so many may be refused: some people's are broken
RUN_STATUS = {0, 1, 2, 3, 4, 5}
MESSAGE = {"file", "line", "column", "severity", "rule", "message"}


def is_json(out):
    return isinstance(json.loads(out), dict)


def is_lint_json(out):
    files = json.loads(out)
    return all(MESSAGE <= set(m) for f in files for m in f["messages"])


def is_sarif(out):
    log = json.loads(out)
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    results = log["runs"][0]["results"]
    return log["version"] == "2.1.0" and all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in results)


def is_xml(out):
    return xml.dom.minidom.parseString(out) is not None


def is_anything(_):
    return True


# arguments, statuses allowed, what has to be true of the output of a run that did not end with 2
COMMANDS = [
    (["lint"], {0, 2}, is_anything),
    (["lint", "--scripted"], {0, 2}, is_anything),
    (["lint", "--format", "json"], {0, 2}, is_lint_json),
    (["lint", "--format", "sarif"], {0, 2}, is_sarif),
    (["graph"], {0, 2}, is_anything),
    (["graph", "--format", "dot"], {0, 2}, is_anything),
    (["graph", "--format", "mermaid"], {0, 2}, is_anything),
    (["graph", "--format", "json"], {0, 2}, is_json),
    (["graph", "--format", "svg"], {0, 2}, is_xml),
    (["run", "--dry-run", "--no-input", "--no-color"], RUN_STATUS, is_anything),
]


class Program:
    def __init__(self, path, folder):
        self.path, self.folder = path, folder
        self.env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC", "HOME": folder}
        self.env["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "detect_leaks=1:exitcode=99")
        self.env["UBSAN_OPTIONS"] = os.environ.get("UBSAN_OPTIONS", "halt_on_error=1:exitcode=99")
        slow = b"__asan_init" in open(path, "rb").read()
        self.limit = 480 if slow else 120  # of what takes a second: only what hangs gets there

    def call(self, arguments, file):
        """The exit status and output, or what is wrong."""
        home = tempfile.mkdtemp(dir=self.folder)
        command = [self.path, arguments[0], "--home", home, *arguments[1:], file]
        try:
            done = subprocess.run(command, env=self.env, cwd=home, capture_output=True, timeout=self.limit,
                                  stdin=subprocess.DEVNULL, check=False)
        except subprocess.TimeoutExpired:
            return None, b"", f"not done within {self.limit} s"
        finally:
            shutil.rmtree(home, ignore_errors=True)
        report = SANITIZER.search(done.stderr)
        if report:
            return done.returncode, done.stdout, done.stderr[report.start():][:3000].decode(errors="replace")
        return done.returncode, done.stdout, None

    def judge(self, command, file):
        """None, or what is wrong with this command on this file; and the exit status."""
        arguments, allowed, good = command
        status, out, wrong = self.call(arguments, file)
        if not wrong and status not in allowed:
            wrong = f"exit status {status}"
        if not wrong and arguments[0] == "lint" and b"Exception" in out.replace(file.encode(), b""):
            with open(file, "rb") as text:
                wrong = None if b"Exception" in text.read() else "lint speaks of an exception"
        if not wrong and out and (status != 2 or arguments[0] == "lint"):
            try:
                wrong = None if good(out) else "the output is not of the form asked for"
            except (ValueError, KeyError, TypeError, xml.parsers.expat.ExpatError) as error:
                wrong = f"the output cannot be read: {error!r}"
        return wrong, status


def is_pipeline(name):
    return name.endswith(".groovy") or "jenkinsfile" in name.lower()


def is_real(path):
    """Below a folder with an index of where its files come from, and thus meant to be valid."""
    while path != os.path.dirname(path):
        path = os.path.dirname(path)
        if os.path.exists(os.path.join(path, "INDEX.json")):
            return True
    return False


def pipelines(folders):
    found = []
    for folder in folders:
        for at, _, names in os.walk(folder):
            found += [os.path.join(at, name) for name in sorted(names) if is_pipeline(name)]
    return found


def declarative(body):
    return "pipeline {\n  agent any\n  stages {\n" + body + "\n  }\n}\n"


def stage(name, body="steps { echo 'x' }"):
    return f"stage('{name}') {{ {body} }}"


def nested_stages(depth):
    return declarative("stage('s') { stages { " * depth + stage("x") + " } }" * depth)


def ill_formed():
    """Texts that once broke a parser somewhere, or might."""
    deep = 100_000
    texts = {
        "empty": "", "blank": " \n\t\n", "nul": "pipeline {\0}", "bom": "\ufeff" + declarative(stage("s")),
        "crlf": declarative(stage("s")).replace("\n", "\r\n"), "cr": declarative(stage("s")).replace("\n", "\r"),
        "open string": declarative("stage('s"), "open triple": declarative("stage('''s"), "open slashy": "x = /a",
        "open dollar": "x = $/a", "open comment": "/* pipeline {", "open gstring": 'x = "${', "only pipeline": "pipeline {",
        "gstrings in gstrings": 'x = ' + '"${' * 5000 + "1" + '}"' * 5000,
        "nested stages": nested_stages(2000), "open stages": "pipeline { stages { stage('s') { " * 5000,
        "one long line": declarative(stage("s", "steps { echo '" + "中" * 1_000_000 + "' }")),
        "ten megabytes": declarative("\n".join(stage(f"s{i}", f"steps {{ echo '{'y' * 960}' }}") for i in range(10_000))),
        "many messages": declarative("stage('s') { steps {\n" + "echo 5\n" * 20_000 + "} }"),
        "same message": "pipeline { " + "banana { }; " * 20_000 + "}",
        "chain": "x" + ".y()" * deep, "sum": "x = 1" + " + 1" * deep, "elvis": "x = " + "a ?: " * deep + "b",
        "nots": "x = " + "!" * deep + "y", "casts": "x = " + "(int) " * deep + "y", "elses": "if (x) { } else " * deep + "{ }",
        "arrows": "x = " + "{ a -> " * deep, "names": declarative(stage("s" * 1_000_000)),
        "axes": declarative("stage('m') { matrix { axes {" + "".join(
            f"axis {{ name 'A{i}'; values '1', '2', '3' }}\n" for i in range(64)) + "} stages { " + stage("x") + " } } }"),
        "control characters": declarative(stage("s\\u0007\\u001b[31m\\u0000", "steps { echo '\x07\x1b[31m\x01' }")),
    }
    for name, brackets in (("round", "()"), ("square", "[]"), ("curly", "{}")):
        texts[f"open {name}"] = "x = " + brackets[0] * deep
        texts[f"closed {name}"] = "x = " + brackets[0] * deep + brackets[1] * deep
        texts[f"shut {name}"] = brackets[1] * deep
    made = {name: text.encode("utf-8", "surrogatepass") for name, text in texts.items()}
    made["invalid utf-8"] = declarative(stage("s")).encode().replace(b"echo", b"ec\xffho")
    made["surrogates"] = b"x = '\xed\xa0\x80\xed\xb0\x80'"
    made["latin-1"] = "// ä\n".encode("latin-1") + declarative(stage("s")).encode()
    made["bytes"] = bytes(range(256)) * 64
    return made


TOKEN = re.compile(rb"\w+|\s+|.", re.S)


def mutate(rng, data, other):
    """One of a dozen ways to break a text."""
    tokens = TOKEN.findall(data) or [b" "]
    lines = data.split(b"\n")
    at, line = rng.randrange(len(tokens)), rng.randrange(len(lines))
    kind = rng.randrange(13)
    if kind == 0:
        return b"".join(tokens[:at])
    if kind == 1:
        del tokens[at:at + rng.randint(1, 6)]
    elif kind == 2:
        tokens[at:at] = tokens[at:at + rng.randint(1, 12)] * rng.choice((1, 2, 50))
    elif kind == 3:
        del lines[line:line + rng.randint(1, 3)]
        return b"\n".join(lines)
    elif kind == 4:
        lines[line:line] = [lines[rng.randrange(len(lines))]] * rng.choice((1, 1, 3))
        return b"\n".join(lines)
    elif kind == 5:
        swap = bytes.maketrans(b"(){}[]'\"", rng.choice((b"{}()[]'\"", b"(){}[]\"'", b"[]{}()'\"", b")(}{][\"'")))
        tokens[at:at + 20] = [t.translate(swap) for t in tokens[at:at + 20]]
    elif kind == 6:
        tokens[at] = rng.choice((b"{", b"}", b"(", b")", b"[", b"]", b"'", b'"', b'"""', b"'''", b"/", b"$/", b"${", b"\\", b"->"))
    elif kind == 7:
        tokens[at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 8)))
    elif kind == 8:
        tokens[at] = rng.choice((b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe2\x80\x9d", b"\r", b"\f", b"\x1b[2J"))
    elif kind == 9:
        tokens[at] = rng.choice((b"null", b"5", b"99999999999999999999999", b"-1", b"true", b"[:]", b"[]", b"{ -> }", b"''", b"1e999",
                                 b"it", b"this", b"super", b"class", b"def", b"new", b"return", b"pipeline", b"stages", b"parallel",
                                 b"matrix", b"when", b"post", b"environment", b"script", b"steps", b"stage", b"agent"))
    elif kind == 10:
        piece = TOKEN.findall(other)
        start = rng.randrange(len(piece) or 1)
        tokens[at:at] = piece[start:start + rng.randint(1, 80)]
    elif kind == 11:
        tokens[at:at] = [rng.choice((b"(", b"[", b"{", b"!", b"-", b"a.", b"x ? ", b'"${'))] * rng.choice((3, 100, 3000))
    else:
        first, second = at, rng.randrange(len(tokens))
        tokens[first], tokens[second] = tokens[second], tokens[first]
    return b"".join(tokens)


class Suite:
    def __init__(self, program, keep):
        self.program, self.keep = program, keep
        self.passed = self.failed = self.refused = 0

    def file(self, path, commands=None):
        for command in commands or COMMANDS:
            wrong, status = self.program.judge(command, path)
            self.refused += command[0] == ["lint", "--scripted"] and status == 2 and is_real(path)
            self.passed += not wrong
            if wrong:
                self.failed += 1
                print(f"FAILED gmrun {' '.join(command[0])} {path}: {wrong}", flush=True)
                self.remember(path)

    def remember(self, path):
        if self.keep:
            os.makedirs(self.keep, exist_ok=True)
            shutil.copy(path, os.path.join(self.keep, f"{self.failed}-{os.path.basename(path)}"))

    def text(self, folder, name, data):
        path = os.path.join(folder, name.replace(" ", "-").replace("/", "-") + ".groovy")
        with open(path, "wb") as out:
            out.write(data)
        self.file(path)
        os.unlink(path)

    def mutations(self, folder, paths, seed, end):
        rng = random.Random(seed)
        path, count, texts = os.path.join(folder, f"mutant-{seed}.groovy"), 0, []
        for name in paths:
            with open(name, "rb") as text:
                texts.append(text.read())
        while time.monotonic() < end:
            data = rng.choice(texts)
            for _ in range(rng.choice((1, 1, 1, 2, 5))):
                data = mutate(rng, data, rng.choice(texts))
            with open(path, "wb") as out:
                out.write(data)
            self.file(path, [rng.choice(COMMANDS[:4]), rng.choice(COMMANDS[4:9]), COMMANDS[9]])
            count += 1
        return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gmrun", default=os.path.join(HERE, "../../build/gmrun"))
    parser.add_argument("--mutate", type=float, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    parser.add_argument("-j", type=int, default=os.cpu_count())
    parser.add_argument("folders", nargs="*")
    options = parser.parse_args()
    folders = options.folders or [f for f in os.environ.get("GMRUN_CORPUS", "").split(":") if f]
    folder = tempfile.mkdtemp(prefix="gmrun-corpus-")
    suite = Suite(Program(os.path.abspath(options.gmrun), folder), options.keep)
    paths = pipelines(folders)
    try:
        with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
            if options.mutate:
                end = time.monotonic() + options.mutate
                seeds = range(options.seed, options.seed + options.j)
                counts = list(pool.map(lambda seed: suite.mutations(folder, paths, seed, end), seeds))
                print(f"{sum(counts)} mutants")
            else:
                list(pool.map(suite.file, paths))
                refused = suite.refused
                list(pool.map(lambda item: suite.text(folder, *item), ill_formed().items()))
                real = sum(map(is_real, paths))
                print(f"{refused} of {real} real pipelines are refused")
                suite.failed += refused * REFUSED_SHARE > real
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not paths:
        print("skip the corpus: GMRUN_CORPUS names no pipelines")
    print(f"{suite.passed} passed, {suite.failed} failed, {int(not paths)} skipped")
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main())
