"""The testbed's cluster as test_corpus_docker.py uses it with --cluster: the deploy stages of the real pipelines run too,
and the Services that come of them are asked.

The pipelines run in a network of their own (see there), which a pair of virtual devices joins to the API server's
address. The cluster's engine cannot know that network's registry: what a pipeline has pushed is carried over to it, and a
first container of the pod waits until that is done, so that nothing depends on who is the faster.
"""
import os
import subprocess
import threading
import time

OUTSIDE, INSIDE = '198.51.100.1', '198.51.100.2'
DEVICES = ('gmrun-corpus0', 'gmrun-corpus1')

NAMESPACE = '''kind: Namespace
apiVersion: v1
metadata: {{name: {space}}}
---
'''
MANIFEST = '''kind: Deployment
apiVersion: apps/v1
metadata: {{name: {name}, namespace: {space}}}
spec:
  replicas: 1
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      terminationGracePeriodSeconds: 0
      volumes: [{{name: gate, hostPath: {{path: {gate}}}}}]
      initContainers:
        - name: wait
          image: gmrun-test:1
          command: [sh, -c, 'until [ -e /gate/{space}-{name} ]; do sleep 0.2; done']
          volumeMounts: [{{name: gate, mountPath: /gate}}]
      containers:
        - name: app
          image: {image}
          imagePullPolicy: IfNotPresent
          ports: [{{containerPort: 8080}}]
          readinessProbe: {{httpGet: {{path: /, port: 8080}}, periodSeconds: 1}}
---
kind: Service
apiVersion: v1
metadata: {{name: {name}, namespace: {space}}}
spec:
  selector: {{app: {name}}}
  ports: [{{port: 8080}}]
'''


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=True, **options).stdout


class Network:
    """A named network of its own for the pipelines, joined to this one. Made and removed outside of it."""

    def __init__(self, server):
        self.name, self.server = f'gmrun-corpus-{os.getpid()}', server

    def __enter__(self):
        subprocess.run(['ip', 'link', 'del', DEVICES[0]], capture_output=True)
        run('ip', 'netns', 'add', self.name)
        run('ip', 'link', 'add', DEVICES[0], 'type', 'veth', 'peer', 'name', DEVICES[1], 'netns', self.name)
        run('ip', 'addr', 'add', OUTSIDE + '/30', 'dev', DEVICES[0])
        run('ip', 'link', 'set', DEVICES[0], 'up')
        for command in (['addr', 'add', INSIDE + '/30', 'dev', DEVICES[1]], ['link', 'set', DEVICES[1], 'up'],
                        ['link', 'set', 'lo', 'up'], ['route', 'add', self.server, 'via', OUTSIDE]):
            run('ip', '-n', self.name, *command)
        return self

    def __exit__(self, *exception):
        subprocess.run(['ip', 'netns', 'del', self.name], capture_output=True)
        subprocess.run(['ip', 'link', 'del', DEVICES[0]], capture_output=True)

    def command(self):
        return ['nsenter', '--net=/run/netns/' + self.name]  # `ip netns exec` would hide the cgroups


class Cluster:
    def __init__(self, kubeconfig, kubectl, world):
        self.kubeconfig, self.program, self.world = kubeconfig, kubectl, world
        self.gate = world.path('gate')
        self.carried = []
        os.makedirs(self.gate, exist_ok=True)

    def kubectl(self, *args, check=True):
        return subprocess.run([self.program, '--kubeconfig', self.kubeconfig, *args], capture_output=True, text=True, check=check)

    def manifest(self, case, service):
        """With its namespace, if it is the only one: `kubectl apply` of several at once may fail when each would make it."""
        return (NAMESPACE if len(case['services']) == 1 else '').format(space=case['space']) + MANIFEST.format(space=case['space'], name=service['name'], gate=self.gate, image=service['image'])

    def carry(self, case, over):
        """Brings the images of a case's services to the cluster's engine once the registry has them; ends when `over` is set."""
        left = list(case['services'])
        while left and not over.is_set():
            for service in [s for s in left if self.world.has(case, s['repository'], s['tag'])]:
                name = f'{case["image_host"]}{service["repository"]}:{service["tag"]}'
                saved = subprocess.run(['docker', 'save', name], env={**os.environ, 'DOCKER_HOST': 'unix://' + self.world.socket},
                                       capture_output=True, check=True).stdout
                subprocess.run(['docker', 'load', '-q'], input=saved, capture_output=True, check=True)
                self.carried.append(name)
                open(os.path.join(self.gate, f'{case["space"]}-{service["name"]}'), 'w', encoding='utf-8').close()
                left.remove(service)
            time.sleep(0.2)

    def carrier(self, case):
        if len(case['services']) > 1:
            self.kubectl('create', 'namespace', case['space'])
        over = threading.Event()
        thread = threading.Thread(target=self.carry, args=(case, over))
        thread.start()

        def end():
            over.set()
            thread.join()
        return end

    def answer(self, case, service, wanted):
        """None, or what else a Service says, through the API server. It has its endpoints a moment after the roll-out, and
        `kubectl apply` in a pipeline does not even wait for that."""
        path = f'/api/v1/namespaces/{case["space"]}/services/{service["name"]}:8080/proxy/'
        end = time.monotonic() + 120
        while True:
            done = self.kubectl('get', '--raw', path, check=False)
            if done.stdout.strip() == wanted:
                return None
            if time.monotonic() > end:
                return done.stdout.strip() or done.stderr.strip()
            time.sleep(0.5)

    def end(self, cases):
        for case in cases:
            self.kubectl('delete', 'namespace', case['space'], '--wait=false', '--ignore-not-found', check=False)
        for case in cases:
            self.kubectl('wait', '--for=delete', 'namespace/' + case['space'], '--timeout=120s', check=False)
        for name in self.carried:
            subprocess.run(['docker', 'rmi', '-f', name], capture_output=True)
