#!/usr/bin/env python3
"""usage: test_corpus_docker.py [--gmrun PATH] [--keep] [--only TEXT] [--all] [--cluster KUBECONFIG --kubectl PROGRAM]

Real pipelines of Gulimall-style projects, taken as they are from $GMRUN_CORPUS (default ../shared/corpus), run to their
`docker push` and `git push`: clone, Maven, docker build, login, tag and push are theirs, by real programs.

Nothing in a file is changed. What it names is made so around it: in namespaces of its own (mount and network) /etc/hosts
says that its registry is the loopback address, and the authorities known there include the one of this test; a Docker
Engine that sees the same runs for the test, and a registry with TLS and a login answers under the names. The network has to
be its own: a second engine takes the bridge of the machine's first one for its own, and removes it. Git gets the project from a local
repository by `url.*.insteadOf` of the user's own configuration. Credentials are those that the file names. What a SonarQube
answers is answered by corpus_sonar.py. The stage that needs Kubernetes is left out by --skip, unless --cluster names one
(corpus_cluster.py). Needs root.
"""
import argparse
import base64
import json
import os
import secrets
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import corpus_sonar
from corpus_cluster import Cluster, Network

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ADDRESS = '127.0.0.1'
NAMES = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'auth.docker.io', 'registry.cn-hangzhou.aliyuncs.com',
         'registry.cn-beijing.aliyuncs.com', 'hub.wanjiahao.site']
PROGRAMS = ['dockerd', 'docker', 'docker-registry', 'htpasswd', 'mvn', 'javac', 'openssl', 'git', 'unshare', 'ip']

SNAPSHOT = 'SNAPSHOT-$BRANCH_NAME-$BUILD_NUMBER'
HUB, ALIYUN = 'registry-1.docker.io', 'registry.cn-hangzhou.aliyuncs.com'
RELEASE = 'release-image-with-tag'
CASES = [
    {'file': 'gulimall/phoenixrever__gulimail__Jenkinsfile', 'clone': 'https://github.com/phoenixrever/gulimall.git',
     'push': 'github.com/phoenixrever/gulimall.git', 'branch': 'master', 'module': 'gulimall-gateway', 'settings': 'mvn-setting.xml',
     'users': ['dockerhub-id', 'github-id'], 'deploy': 'deploy to prod', 'kubeconfig': 'demo-kubeconfig', 'image_tag': SNAPSHOT,
     'answers': [RELEASE, 'deploy-to-prod gulimall-gateway'], 'registry': HUB, 'repository': 'phoenixhell/gulimall-gateway',
     'tags': ['SNAPSHOT-master-1', 'latest', 'v0.0Beta'], 'git_tag': 'v0.0Beta'},
    {'file': 'gulimall/937327493__wangziweiddd__Jenkinsfile', 'clone': 'https://github.com/937327493/wangziweiddd.git',
     'branch': 'master', 'module': 'wangziweiddd-cicd', 'settings': 'mvn-settings.xml', 'users': ['hubid', 'githubid'],
     'token': 'sonar-token', 'deploy': '部署镜像', 'kubeconfig': 'ddd-kubeconfig', 'answers': ['deploy-to-dev-wangziweiddd-cicd'],
     'image_tag': SNAPSHOT, 'registry': ALIYUN, 'repository': 'com_wzw/wangziweiddd-cicd', 'tags': ['SNAPSHOT-master-1.0']},
    {'file': 'gulimall/sjphiChina__gulimall__Jenkinsfile', 'clone': 'https://github.com/sjphiChina/gulimall.git',
     'push': 'github.com/sjphiChina/gulimall.git', 'branch': 'atguigu-0.0.3.1', 'module': 'gulimall-auth-server',
     'settings': 'mvn-settings.xml', 'users': ['dockerhub-id', 'github-sjphiChina'], 'deploy': 'deploy to dev 现在是部署到k8s',
     'kubeconfig': 'demo-kubeconfig', 'image_tag': 'latest', 'answers': [RELEASE], 'registry': HUB,
     'repository': 'sjphichina/gulimall-auth-server', 'tags': ['latest', 'v0.0.3.1'], 'git_tag': 'gulimall-auth-server-v0.0.3.1'},
    {'file': 'gulimall/1725136424__gulimall__Jenkinsfile', 'clone': 'https://gitee.com/haogege1/gulimall.git',
     'push': 'gitee.com/haogege1/gulimall.git', 'branch': 'master', 'module': 'gulimall-cart', 'settings': 'mvn-settings.xml',
     'users': ['harbor-id', 'gitee-id'], 'deploy': '部署到开发环境', 'kubeconfig': 'demo-kubeconfig', 'image_tag': SNAPSHOT,
     'answers': ['deploy-to-dev-gulimall-cart', RELEASE + '-gulimall-cart'], 'registry': 'hub.wanjiahao.site',
     'repository': 'gulimall/gulimall-cart', 'tags': ['SNAPSHOT-master-1', 'latest', 'v1.0'], 'git_tag': 'v1.0'},
    {'more': True, 'file': 'gulimall/CheneyKwok__gulimall__Jenkinsfile', 'clone': 'https://github.com/CheneyKwok/gulimall.git',
     'push': 'github.com/CheneyKwok/gulimall.git', 'branch': 'master', 'module': 'gulimall-cart', 'settings': 'mvn-settings.xml',
     'users': ['aliyun-dockerhub-id', 'github-token', 'github-id'], 'token': 'sonar-token', 'deploy': '部署到集群', 'kubeconfig': 'kubeconfig',
     'image_tag': SNAPSHOT, 'answers': ['deploy-to-dev', RELEASE], 'registry': ALIYUN, 'repository': '2399214024/gulimall-cart',
     'tags': ['SNAPSHOT-master-1', 'latest', 'v1.0'], 'git_tag': 'v1.0'},
    {'file': 'gulimall/rookieprogrammerr__gulimall__Jenkinsfile', 'clone': 'https://gitee.com/zhaocan1872751113/gulimall.git',
     'push': 'gitee.com/zhaocan1872751113/gulimall.git', 'branch': 'main', 'module': 'gulimall-gateway',
     'settings': 'mvn-settings.xml', 'users': ['dockerhub-id', 'gitee'], 'token': 'spnar-qube', 'deploy': '部署到k8s',
     'kubeconfig': 'demo-kubeconfig', 'image_tag': 'latest', 'answers': ['deploy-to-dev-gulimall-gateway', RELEASE], 'registry': HUB,
     'repository': 'crown233/gulimall-gateway', 'tags': ['latest', 'v0.0Beta'], 'git_tag': 'v0.0Beta'},
    {'more': True, 'file': 'gulimall/wanjiashengfo__gulibase__Jenkinsfile', 'clone': 'https://github.com/wanjiashengfo/gulibase.git',
     'branch': 'master', 'module': 'gulimall-gateway', 'settings': 'mvn-settings.xml', 'users': ['dockerhub-id', 'github-id'],
     'token': 'sonar-qube', 'deploy': '部署到k8s', 'kubeconfig': 'demo-kubeconfig', 'image_tag': 'latest',
     'answers': ['deploy-to-dev-gulimall-gateway'], 'registry': HUB, 'repository': 'wanjiashengfolcx/gulimall-gateway', 'tags': ['latest']},
    {'more': True, 'file': 'gulimall/wangpo1991__cat-mall__Jenkinsfile', 'clone': 'https://gitee.com/wangpo1991/cat-mall.git',
     'push': 'gitee.com/wangpo1991/cat-mall.git', 'branch': 'master', 'module': 'mall-cart', 'settings': 'settings.xml',
     'users': ['alibaba-dockerhub-id', 'gitee'], 'token': 'sonar-token', 'deploy': '部署开发环境', 'kubeconfig': 'demo-kubeconfig',
     'image_tag': SNAPSHOT, 'answers': ['deploy-to-dev-mall-cart', RELEASE], 'registry': 'registry.cn-beijing.aliyuncs.com',
     'repository': 'pretty-devops/mall-cart', 'tags': ['SNAPSHOT-master-1', 'latest', 'v0.1'], 'git_tag': 'v0.1'},
    {'more': True, 'file': 'gulimall/developer-terry__shop-mall-practice__Jenkinsfile-with-sonar',
     'clone': 'https://github.com/developer-terry/shop-mall-practice.git', 'push': 'github.com/developer-terry/shop-mall-practice.git',
     'branch': 'master', 'module': 'shopmall-gateway', 'settings': 'maven-settings.xml', 'users': ['dockerhub-id', 'github-id'],
     'token': 'sonar-qube', 'deploy': '部署到k8s', 'kubeconfig': 'demo-kubeconfig', 'image_tag': 'latest',
     'answers': ['deploy-to-dev-shopmall-gateway', RELEASE], 'registry': HUB, 'repository': 'developterrylee/shopmall-gateway',
     'tags': ['latest', 'v0.0Beta'], 'git_tag': 'v0.0Beta'},
    {'more': True, 'file': 'projects/wuhefei__mall/Jenkinsfile', 'clone': 'https://gitee.com/yuhlgitee/gulimall.git',
     'push': 'gitee.com/yuhlgitee/gulimall.git', 'branch': 'master', 'module': 'gulimall-gateway', 'settings': 'mvn-setting.xml',
     'users': ['aliyun-image-hub-id', 'gitee-id'], 'deploy': 'deploy to dev 部署到k8s中', 'kubeconfig': 'demo-kubeconfig',
     'image_tag': 'latest', 'answers': ['deploy-to-dev-gulimall-gateway', RELEASE], 'registry': ALIYUN,
     'repository': 'gulimall-yuhl/gulimall-gateway', 'tags': ['latest', 'v0.0Beta'], 'git_tag': 'gulimall-gateway-v0.0Beta'},
]
for case in CASES:
    case['name'] = case['repository'].replace('/', '-').replace('_', '-')
    case['image_host'] = '' if case['registry'] == HUB else case['registry'] + '/'

PARENT = '''<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>shop</groupId><artifactId>shop</artifactId><version>1.0</version><packaging>pom</packaging>
  <modules><module>{module}</module></modules>
  <properties>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
    <maven.compiler.source>11</maven.compiler.source><maven.compiler.target>11</maven.compiler.target>
  </properties>
  <build><pluginManagement><plugins>
    <plugin><artifactId>maven-clean-plugin</artifactId><version>3.2.0</version>
      <dependencies><dependency><groupId>org.codehaus.plexus</groupId><artifactId>plexus-utils</artifactId>
        <version>3.4.2</version></dependency></dependencies></plugin>
    <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.0</version></plugin>
    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.10.1</version></plugin>
    <plugin><artifactId>maven-jar-plugin</artifactId><version>3.3.0</version></plugin>
    <plugin><artifactId>maven-install-plugin</artifactId><version>3.1.0</version></plugin>
    <plugin><artifactId>maven-surefire-plugin</artifactId><version>2.22.3</version></plugin>
  </plugins></pluginManagement></build>
</project>
'''
MODULE = '''<project>
  <modelVersion>4.0.0</modelVersion>
  <parent><groupId>shop</groupId><artifactId>shop</artifactId><version>1.0</version></parent>
  <artifactId>{module}</artifactId>
</project>
'''


class Skip(Exception):
    pass


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


class World:
    """The namespace's view, the registry and the engine of this test."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        self.password = secrets.token_urlsafe(18)
        self.socket = folder + '/docker.sock'

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def start(self, what, command, condition, **options):
        log = self.path(what + '.log')
        with open(log, 'w', encoding='utf-8') as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **options)
        self.processes.append(process)
        wait_until(what, condition, process, log)

    def certify(self):
        names = ','.join('DNS:' + name for name in NAMES)
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
        self.certify()
        self.overlay('/etc/hosts', ''.join(f'\n{ADDRESS} {name}' for name in NAMES) + '\n')
        with open(self.path('ca.pem'), encoding='utf-8') as file:
            self.overlay('/etc/ssl/certs/ca-certificates.crt', file.read())
        write(self.path('htpasswd'), run('htpasswd', '-niB', 'user', input=self.password))
        write(self.path('registry.yml'), json.dumps({
            'version': 0.1, 'log': {'level': 'warn'}, 'storage': {'filesystem': {'rootdirectory': self.path('registry')}},
            'http': {'addr': ADDRESS + ':443', 'tls': {'certificate': self.path('server.pem'), 'key': self.path('server.key')}},
            'auth': {'htpasswd': {'realm': 'test', 'path': self.path('htpasswd')}}}))
        self.start('registry', ['docker-registry', 'serve', self.path('registry.yml')],
                   lambda: self.ask('docker.io', '/v2/')[0] == 200)
        self.start('dockerd', self.dockerd(), lambda: self.docker('version', check=False).returncode == 0,
                   env={**os.environ, 'PATH': os.environ['PATH'] + ':/usr/sbin:/sbin'})
        image = subprocess.Popen(['docker', 'save', 'gmrun-test:1'], stdout=subprocess.PIPE)
        self.docker('load', '-q', stdin=image.stdout)
        image.wait()

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

    def end(self):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for target in ('/etc/hosts', '/etc/ssl/certs/ca-certificates.crt'):
            subprocess.run(['umount', target], capture_output=True)


def make_repository(world, case, home, cluster, sonar):
    work, bare = world.path('work', case['name']), world.path('git', case['name'] + '.git')
    local = world.path('m2', case['name'])
    os.makedirs(os.path.dirname(local), exist_ok=True)
    run('cp', '-rs', '/usr/share/maven-repo', local)
    corpus_sonar.install(sonar.jar, local)
    write(work + '/pom.xml', PARENT.format(**case))
    write(f'{work}/{case["settings"]}', f'<settings><localRepository>{local}</localRepository><offline>true</offline></settings>\n')
    write(f'{work}/{case["module"]}/pom.xml', MODULE.format(**case))
    write(f'{work}/{case["module"]}/src/main/java/App.java', 'public class App { public static void main(String[] a) { } }\n')
    write(f'{work}/{case["module"]}/Dockerfile', 'FROM gmrun-test:1\nCOPY target/*.jar /app.jar\nCOPY index.html /www/\n'
          'CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]\n')
    write(f'{work}/{case["module"]}/index.html', f'{case["module"]} is here\n')
    if cluster:
        write(f'{work}/{case["module"]}/deploy/deploy.yaml', cluster.manifest(case))
    identity = ['-c', 'user.name=Tester', '-c', 'user.email=tester@example.com']
    run('git', 'init', '-q', '-b', case['branch'], work)
    run('git', '-C', work, 'add', '-A')
    run('git', '-C', work, *identity, 'commit', '-q', '-m', 'A module of the shop')
    run('git', 'clone', '-q', '--bare', work, bare)
    rules = [case['clone']] + ([f'http://user:{world.password}@{case["push"]}'] if 'push' in case else [])
    write(home + '/.gitconfig', f'[url "file://{bare}"]\n' + ''.join(f'\tinsteadOf = {rule}\n' for rule in rules))
    return bare


def run_case(world, corpus, case, gmrun, cluster, sonar):
    home = world.path('home', case['name'])
    bare = make_repository(world, case, home, cluster, sonar)
    users = [{'id': name, 'type': 'usernamePassword', 'username': 'user', 'password': world.password} for name in case['users']]
    if 'token' in case:
        users.append({'id': case['token'], 'type': 'string', 'secret': sonar.token})
    write(home + '/gmrun.yaml', json.dumps({'sonar': {'name': 'sonar', 'url': sonar.url}}))
    if cluster:
        users.append({'id': case['kubeconfig'], 'type': 'kubeconfig', 'path': cluster.kubeconfig})
    write(home + '/credentials.yaml', json.dumps({'credentials': users}), 0o600)
    command = [gmrun, 'run', os.path.join(corpus, case['file']), '--home', home + '/.gmrun', '--job', 'shop', '--console', 'plain',
               '--config', home + '/gmrun.yaml', '--credentials', home + '/credentials.yaml', '--no-branch']
    if not cluster:
        command += ['--skip', case['deploy']]
    analysed = len(sonar.tasks)
    for answer in case.get('answers', []):
        command += ['--answer', answer]
    env = {'PATH': os.environ['PATH'], 'HOME': home, 'LANG': 'C.UTF-8', 'USER': 'tester', 'DOCKER_HOST': 'unix://' + world.socket,
           **{name: os.environ[name] for name in ('JAVA_HOME', 'ASAN_OPTIONS', 'UBSAN_OPTIONS') if name in os.environ}}
    carried = cluster.carrier(case) if cluster else lambda: None
    done = subprocess.run(command, env=env, cwd=home, capture_output=True, text=True, timeout=1200)
    carried()
    wrong = [] if done.returncode == 0 else [f'exit status {done.returncode}']
    if world.password in done.stdout + done.stderr or sonar.token in done.stdout + done.stderr:
        wrong.append('a secret stands in the log')
    if 'token' in case and len(sonar.tasks) == analysed:
        wrong.append('nothing was analysed')
    for tag in case['tags']:
        status, digest = world.ask(case['registry'], f'/v2/{case["repository"]}/manifests/{tag}')
        if not digest:
            wrong.append(f'the registry has no {case["repository"]}:{tag} (status {status})')
        elif f'{tag}: digest: {digest} ' not in done.stdout:
            wrong.append(f'{tag} is {digest} at the registry, which the log does not say')
    answer = cluster.answer(case, case['module'] + ' is here') if cluster else None
    if answer:
        wrong.append('the Service says: ' + answer)
    if 'git_tag' in case and case['git_tag'] not in run('git', '-C', bare, 'tag').split():
        wrong.append(f'the repository has no tag {case["git_tag"]}')
    return '; '.join(wrong), done.stdout + done.stderr


def inside(corpus, gmrun, keep, kubeconfig, kubectl, only, every):
    folder = tempfile.mkdtemp(prefix='gmrun-corpus.')
    world, failed = World(folder), 0
    cluster = Cluster(kubeconfig, kubectl, world) if kubeconfig else None
    wanted = [case for case in CASES if only in case['file'] and (only or every or 'more' not in case)]
    cases = [case for case in wanted if os.path.exists(os.path.join(corpus, case['file']))]
    try:
        world.begin(cluster)
        sonar = corpus_sonar.Sonar(folder + '/sonar', secrets.token_urlsafe(18))
        for case in cases:
            started = time.time()
            wrong, text = run_case(world, corpus, case, gmrun, cluster, sonar)
            if only:
                print(f'{case["file"]}: {time.time() - started:.1f} s')
            failed += bool(wrong)
            if wrong:
                print(f'FAILED {case["file"]}: {wrong}\n' + '\n'.join('   ' + line for line in text.split('\n')[-40:]))
    finally:
        if cluster and not keep:
            cluster.end(cases)
        world.end()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f'{len(cases) - failed} passed, {failed} failed, {len(wanted) - len(cases)} skipped')
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
    parser.add_argument('--only', metavar='TEXT', default='', help='files with this in their name')
    parser.add_argument('--all', action='store_true', help='also those that are much like others')
    parser.add_argument('--cluster', metavar='KUBECONFIG')
    parser.add_argument('--kubectl', default='kubectl')
    parser.add_argument('--server', default='10.243.0.1', help='the API server\'s address')
    parser.add_argument('--inside', action='store_true', help=argparse.SUPPRESS)
    options = parser.parse_args()
    corpus = os.environ.get('GMRUN_CORPUS', ROOT + '/../shared/corpus').split(':')[0]
    if options.inside:
        return inside(corpus, os.path.abspath(options.gmrun), options.keep, options.cluster, options.kubectl, options.only,
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
