#!/usr/bin/env python3
"""usage: test_corpus_docker.py [--gmrun PATH] [--keep] [--only PATTERN] [--all] [--cluster KUBECONFIG --kubectl PROGRAM]

Real pipelines of Gulimall and KubeSphere projects, taken as they are from $GMRUN_CORPUS (default ../shared/corpus), run to their
`docker push` and `git push`: clone, Maven, docker build, login, tag and push are theirs, by real programs.

Nothing in a file is changed. What it names is made so around it (corpus_world.py): in namespaces of its own (mount and network)
/etc/hosts says that its registry is the loopback address, and the authorities known there include the one of this test; a Docker
Engine that sees the same runs for the test, and registries with TLS and a login answer under the names. The network has to
be its own: a second engine takes the bridge of the machine's first one for its own, and removes it. Git gets the project
(corpus_project.py) from a local repository by `url.*.insteadOf` of the user's own configuration. Credentials are those that the
file names. What a SonarQube answers is answered by corpus_sonar.py. The stages that need Kubernetes are left out by --skip,
unless --cluster names one (corpus_cluster.py). Which pipelines, and how far each has to come, is in corpus_cases.py. Needs root.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import corpus_project
from corpus_cases import CASES, complete
from corpus_cluster import Cluster, Network
from corpus_world import ROOT, World, run, write

PROGRAMS = ['dockerd', 'docker', 'docker-registry', 'htpasswd', 'mvn', 'javac', 'openssl', 'git', 'unshare', 'ip', 'envsubst', 'curl']


def credentials(world, case, cluster):
    made = [{'id': name, 'type': 'usernamePassword', 'username': 'user', 'password': world.password} for name in case['users']]
    made += [{'id': name, 'type': 'string', 'secret': world.sonar.token} for name in case['tokens']]
    made += [{'id': name, 'type': 'kubeconfig', 'path': cluster.kubeconfig} for name in case['kubeconfigs'] if cluster]
    return json.dumps({'credentials': made})


def command_of(world, case, gmrun, home, bare, cluster):
    write(home + '/gmrun.yaml', json.dumps({
        'sonar': {'name': 'sonar', 'url': world.sonar.url}, 'env': case.get('env', {}),
        'mail': {'host': '127.0.0.1', 'port': world.mail.server_address[1], 'from': 'ci@example.com', 'defaultSuffix': '@example.com'}}))
    write(home + '/credentials.yaml', credentials(world, case, cluster), 0o600)
    command = [gmrun, 'run', case['path'], '--home', home + '/.gmrun', '--job', 'shop', '--console', 'plain',
               '--config', home + '/gmrun.yaml', '--credentials', home + '/credentials.yaml']
    command += ['--branch', case['branch']] if case['multibranch'] else ['--no-branch']
    command += ['--scm', f'file://{bare}#{case["branch"]}'] if case['scm'] else []
    command += ['--user', case['user'], '--yes'] if 'user' in case else []
    for stage in [] if cluster else case['deploy']:
        command += ['--skip', stage]
    for name, value in case.get('params', {}).items():
        command += ['--param', f'{name}={value}']
    for answer in case['answers']:
        command += ['--answer', answer]
    return command


def secret_kept(world, case, text):
    return not any(secret in text for secret in (world.password, world.sonar.token))


def judge(world, case, done, bare, cluster):
    """What is wrong with a run."""
    text, wrong = done.stdout + done.stderr, []
    status = case.get('status', 1 if 'fails' in case else 0)
    if done.returncode != status:
        wrong.append(f'exit status {done.returncode}')
    if case.get('fails', '') not in text:
        wrong.append(f'the log does not say: {case["fails"]}')
    if not secret_kept(world, case, text):
        wrong.append('a secret stands in the log')
    if (len(case['pushes']), len(case['services'])) != (case['images'], case['services_wanted']):
        wrong.append(f'{len(case["pushes"])} images and {len(case["services"])} services were read from it')
    for image in case['pushes']:
        digest = world.has(case, image['repository'], image['tag'])
        if not digest:
            wrong.append(f'the registry has no {image["repository"]}:{image["tag"]}')
        elif f'{image["tag"]}: digest: {digest} ' not in text:
            wrong.append(f'{image["tag"]} is {digest} at the registry, which the log does not say')
    for service in case['services'] if cluster and done.returncode == status else []:
        answer = cluster.answer(case, service, corpus_project.page(case, service))
        if answer:
            wrong.append(f'the Service {service["name"]} says: {answer}')
    if 'fails' not in case and case['git_tag'] and case['git_tag'] not in run('git', '-C', bare, 'tag').split():
        wrong.append(f'the repository has no tag {case["git_tag"]}')
    return wrong


def run_case(world, case, gmrun, cluster):
    home = world.path('home', case['space'])
    world.forget()
    analysed, mailed = len(world.sonar.tasks), len(world.mails)
    bare = corpus_project.make(world, case, home, cluster)
    programs = [os.path.dirname(cluster.program)] if cluster and os.path.dirname(cluster.program) else []
    env = {'PATH': ':'.join(programs + [os.environ['PATH']]), 'HOME': home, 'LANG': 'C.UTF-8', 'USER': 'tester',
           'DOCKER_HOST': 'unix://' + world.socket, 'MAVEN_OPTS': '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
           **{name: os.environ[name] for name in ('JAVA_HOME', 'ASAN_OPTIONS', 'UBSAN_OPTIONS') if name in os.environ}}
    carried = cluster.carrier(case) if cluster else lambda: None
    try:
        done = subprocess.run(command_of(world, case, gmrun, home, bare, cluster), env=env, cwd=home, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors='replace', timeout=1200)
        wrong = judge(world, case, done, bare, cluster)
    finally:
        carried()
    if case['analyses'] and 'fails' not in case and len(world.sonar.tasks) == analysed:
        wrong.append('nothing was analysed')
    if 'mail' in case and len(world.mails) == mailed:
        wrong.append('no mail came')
    return '; '.join(wrong), done.stdout + done.stderr


def said(case, cluster, seconds):
    """One line of what a pipeline came to."""
    images, there = len(case['pushes']), len(case['services']) if cluster else 0
    end = f', then fails as in Jenkins: {case["why"]}' if 'fails' in case else ''
    return f'{case["file"]}: {images} images, {there} Services{end} ({seconds:.1f} s)'


def choose(corpus, only, every, cluster):
    """(cases that can run, how many cannot)"""
    wanted = [case for case in CASES if re.search(only, case['file']) and (only or every or 'more' not in case)]
    found, skipped = [], 0
    for number, case in enumerate(wanted):
        path = os.path.join(corpus, case['file'])
        lacking = [name for name in case.get('needs', []) if not shutil.which(name)]
        if not os.path.exists(path) or lacking or (case.get('cluster') and not cluster):
            print(f'skip {case["file"]}: ' + (f'no {lacking[0]}' if lacking else 'no cluster' if os.path.exists(path) else 'not there'))
            skipped += 1
            continue
        with open(path, encoding='utf-8') as file:
            found.append(complete({**case, 'path': path}, file.read(), number))
    return found, skipped


def inside(corpus, gmrun, keep, kubeconfig, kubectl, only, every):
    cases, skipped = choose(corpus, only, every, kubeconfig)
    folder = tempfile.mkdtemp(prefix='gmrun-corpus.')
    world, failed = World(folder, {case['registry'] for case in cases if '/' not in case['registry']},
                          [case['login'] for case in cases]), 0
    cluster = Cluster(kubeconfig, kubectl, world) if kubeconfig else None
    try:
        world.begin(cluster)
        for case in cases:
            started = time.time()
            wrong, text = run_case(world, case, gmrun, cluster)
            failed += bool(wrong)
            if (only or every) and not wrong:
                print(said(case, cluster, time.time() - started), flush=True)
            if keep:
                write(world.path(case['space'] + '.log'), text)
            if wrong:
                print(f'FAILED {case["file"]}: {wrong}\n' + '\n'.join('   ' + line for line in text.split('\n')[-40:]), flush=True)
    finally:
        if cluster and not keep:
            cluster.end(cases)
        world.end()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f'{len(cases) - failed} passed, {failed} failed, {skipped} skipped')
    return failed > 0


def why_not(corpus):
    lacking = [name for name in PROGRAMS if not shutil.which(name, path=os.environ['PATH'] + ':/usr/sbin:/sbin')]
    if not any(os.path.exists(os.path.join(corpus, case['file'])) for case in CASES):
        return f'there is no corpus in {corpus}'
    if os.getuid():
        return 'root is needed for namespaces'
    if lacking:
        return 'no ' + ', '.join(lacking)
    for part in (['docker', 'start'], ['image', 'gmrun-test']):
        done = subprocess.run([f'{ROOT}/tests/testbed/{part[0]}', part[1]], capture_output=True, text=True)
        if done.returncode:
            return done.stderr.strip().split('\n')[-1]
    return None


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('--gmrun', default=ROOT + '/build/gmrun')
    parser.add_argument('--keep', action='store_true')
    parser.add_argument('--only', metavar='PATTERN', default='', help='files whose name it is found in')
    parser.add_argument('--all', action='store_true', help='also those that are much like others')
    parser.add_argument('--cluster', metavar='KUBECONFIG')
    parser.add_argument('--kubectl', default='kubectl')
    parser.add_argument('--server', default='10.243.0.1', help='the API server\'s address')
    parser.add_argument('--inside', action='store_true', help=argparse.SUPPRESS)
    options = parser.parse_args()
    corpus = os.environ.get('GMRUN_CORPUS', ROOT + '/../shared/corpus').split(':')[0]
    if options.inside:
        return inside(os.path.abspath(corpus), os.path.abspath(options.gmrun), options.keep, options.cluster, options.kubectl, options.only,
                      options.all)
    reason = why_not(corpus)
    if reason:
        print(f'skip {reason}\n0 passed, 0 failed, {len(CASES)} skipped')
        return 0
    command = [sys.executable, os.path.abspath(__file__), '--inside', '--gmrun', options.gmrun] + (['--keep'] if options.keep else [])
    command += ['--only', options.only] + (['--all'] if options.all else [])
    if not options.cluster:
        return subprocess.run(['unshare', '-m', '-n', '--propagation', 'private'] + command).returncode
    command += ['--cluster', os.path.abspath(options.cluster), '--kubectl', options.kubectl]
    with Network(options.server) as network:
        return subprocess.run(network.command() + ['unshare', '-m', '--propagation', 'private'] + command).returncode


if __name__ == '__main__':
    sys.exit(main())
