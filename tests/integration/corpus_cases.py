"""The pipelines that test_corpus_docker.py runs, and what they need around them, which is read from their own texts.

A row says how much a pipeline has to come to, so that nothing is lost in the reading: images in the registry, Services that
answer. `more` rows are much like others and run with --all. One with `fails` fails in Jenkins too, for the reason in `why`:
the log has to say so, and what came before has to be there. `params` are given by --param, `env` is the node's, of gmrun.yaml
(Jenkins' global properties), `cluster` means that without one there is nothing to see, `needs` are programs that it calls.
"""
import os
import re

HUB = 'registry-1.docker.io'
RELEASE = {'params': {'TAG_NAME': 'v1.0'}}


def row(file, images, services, **more):
    return {'file': file, 'images': images, 'services_wanted': services, **more}


def sample(name, images=3, services=2, **more):
    """KubeSphere's own sample, and what people made of it."""
    return row('kubesphere/kubesphere__devops-java-sample__Jenkinsfile-' + name, images, services, **{'more': True, **RELEASE, **more})


PODMAN = {'fails': 'curl: (', 'why': 'installs Podman from download.opensuse.org with yum', 'branch': 'master'}
LETTERS = {'more': True, 'cluster': True, 'fails': 'No such property: PROJECT_NAME部署到k8s集群中',
           'why': '"$PROJECT_NAME部署" is one name to Groovy, of letters all'}
CASES = [
    row('gulimall/phoenixrever__gulimail__Jenkinsfile', 3, 1),
    row('gulimall/937327493__wangziweiddd__Jenkinsfile', 1, 1),
    row('gulimall/sjphiChina__gulimall__Jenkinsfile', 2, 1),
    row('gulimall/1725136424__gulimall__Jenkinsfile', 3, 1),
    row('gulimall/rookieprogrammerr__gulimall__Jenkinsfile', 2, 1),
    row('gulimall/CheneyKwok__gulimall__Jenkinsfile', 3, 1, more=True),
    row('gulimall/wanjiashengfo__gulibase__Jenkinsfile', 1, 1, more=True),
    row('gulimall/wangpo1991__cat-mall__Jenkinsfile', 3, 1, more=True),
    row('gulimall/developer-terry__shop-mall-practice__Jenkinsfile-with-sonar', 2, 1, more=True),
    row('gulimall/developer-terry__shop-mall-practice__Jenkinsfile', 2, 1, more=True),
    row('projects/wuhefei__mall/Jenkinsfile', 2, 1, more=True),
    row('projects/wuhefei__mall/Jenkinsfile-完整版', 1, 0, **LETTERS),
    row('projects/wuhefei__mall/Jenkinsfile-dockergub版本，太慢了，用阿里云的', 1, 0, **LETTERS),
    row('gulimall/wangpo1991__cat-mall__Jenkinsfile-online', 3, 2, more=True, **RELEASE),
    row('gulimall/wangpo1991__cat-mall__JenkinsfileX', 2, 1, more=True, env={'APP_NAME': 'mall-cart'},
        why='PROJECT_VERSIONE is no variable (nor is APP_NAME, which the node may have)', fails='is not a valid repository/tag'),
    row('gulimall/wangpo1991__cat-mall__Jenkinsfileback', 0, 0, more=True, params={'PROJECT_NAME': 'mall-cart'},
        why='projPROJECT_NAME is no variable', fails='No such property: projPROJECT_NAME'),
    row('gulimall/hungwen0425__CloudMall__Jenkinsfile', 2, 1, more=True, branch='master',
        params={'PROJECT_NAME': 'mall-cart', 'PROJECT_VERSION': 'v1.0'}, env={'ALIYUNHUB_NAMESPACE': 'hungwen0425'},
        why='TAG_NAME is no variable (nor is ALIYUNHUB_NAMESPACE, which the node may have)', fails='invalid reference format'),
    row('gulimall/rookieprogrammerr__gulimall__gulimall-auth-server__Jenkinsfile', 0, 0, more=True),  # it clones, and that is all
    row('gulimall/68331479__gulimall__Jenkinsfile', 0, 0, more=True, status=2, why='has a brace too many',
        fails='unexpected token: } @ line 33, column 1'),
    row('kubesphere/bot-connar__yygh-parent__Jenkinsfile', 10, 10, more=True, mail=True),
    row('kubesphere/bot-connar__yygh-parent__Jenkinsfile.groovy', 10, 2, more=True),
    row('kubesphere/bot-connar__yygh-parent__new.groovy', 10, 11, more=True),
    row('kubesphere/haicent__yygh-parent__Jenkinsfile', 10, 10, more=True),
    row('kubesphere/linki-hinner__yygh__Jenkinsfile', 8, 1, more=True),
    row('kubesphere/gzymomo__ruoyi-k8s__Jenkinsfile', 7, 7, more=True, mail=True),
    row('kubesphere/gzymomo__ruoyi-k8s__Jenkinsfile@3393996', 7, 7, more=True, mail=True),
    row('kubesphere/gzymomo__ruoyi-k8s__Jenkinsfile@6bd384e', 7, 7, more=True, mail=True),
    row('kubesphere/gzymomo__ruoyi-k8s__ruoyi-ui__Jenkinsfile', 1, 1, more=True, mail=True, needs=['npm'], scripts=['build:stage']),
    row('kubesphere/RiverGodo__titi_app__Jenkinsfile-dev', 1, 1, more=True, needs=['npm'], scripts=['build-development']),
    row('kubesphere/gongjixiaobai__daydaystudy__Jenkinsfile-on-prem', 1, 1, more=True),
    row('kubesphere/xiaojuzibushuai__KaiYu-Cloud__Jenkinsfile', 10, 0, more=True, cluster=True, user='admin',
        why='makes ~/.kube ten times', fails=': File exists'),
    sample('online'), sample('on-prem'), sample('on-prem@4807f0b'), sample('on-prem@96c18b3'), sample('online@00ee206'),
    sample('online@0ccd0b5'), sample('online@1147c5b'), sample('online@34d1a15'), sample('online@5431917'), sample('online@7efce10'),
    sample('online@8293e1d'), sample('online@8db4c58'), sample('online@ca3e377'), sample('online@d6f7cbb'), sample('online@dfeed15'),
    sample('online@f4d41bc'), sample('online@f71a291'),
    sample('online@35d8ac0', 2, 0), sample('online@5ab1938', 2, 0), sample('online@cb8b492', 2, 0),  # without a deployment
    sample('online@9725ff3', 2, 1, why='git has no credential-manager', fails="'credential-manager' is not a git command"),
    sample('online@d930173', 0, 0, why='the registry is a URL', fails='invalid reference format'),
    sample('online@5e1637e', 0, 0, **PODMAN), sample('online@6149222', 0, 0, **PODMAN), sample('online@d321d04', 0, 0, **PODMAN),
]


def first(pattern, text, default=None):
    found = re.search(pattern, text)
    return found.group(1) if found else default


def expand(text, values):
    """As a shell does: what has no value is nothing."""
    return re.sub(r'\$\{?(\w+)\}?', lambda m: values.get(m.group(1), ''), text)


def stage_of(text, place):
    return re.findall(r'''stage *\(['"](.*?)['"]\)''', text[:place])[-1]


def credentials(case, text, values):
    """The ids, by their kinds."""
    ids = {name: value for name, value in values.items() if re.search('CREDENTIAL_ID$|KUBE_CONFIG_ID', name)}
    kube = {value for name, value in ids.items() if 'KUBE' in name}
    kube |= set(re.findall(r"(?:kubeconfigId *: *|kubeconfig\w+\(credentialsId *: *|kubeconfig\w+\(\s*credentialsId *: *)'([^']+)'", text))
    tokens = {value for name, value in ids.items() if 'SONAR' in name} | set(re.findall(r"string\(credentialsId *: *'([^']+)'", text))
    named = set(re.findall(r"(?:credentialsId *: *|credentials\()'([^']+)'", text))
    case.update(kubeconfigs=sorted(kube), tokens=sorted(tokens), users=sorted((set(ids.values()) | named) - kube - tokens),
                analyses='withSonarQubeEnv(' in text)


def source(case, text, values):
    """Where the project comes from and where its tags go."""
    when = first(r"branch '(\w+)'", text, 'master')
    case.setdefault('branch', first(r"branch: *'([\w.-]+)'", text, values.get('BRANCH_NAME', when)))
    case['clone'] = re.findall(r"\burl: *'([^']+\.git)'", text) + re.findall(r"\bGIT_URL *= *'([^']+)'", text)
    case['scm'] = re.search(r'checkout[ (]scm', text) is not None
    case['multibranch'] = 'BRANCH_NAME' not in values  # else the file gives it a value of its own
    values.setdefault('BRANCH_NAME', case['branch'])
    push = re.search(r'@([^/\s]+)/\$(\w+_ACCOUNT)/(\S+\.git)', text)
    case['push'] = f'{push.group(1)}/{values.get(push.group(2), "")}/{push.group(3)}' if push else None
    case['git_tag'] = expand(first(r'git tag -a (\S+)', text, ''), values)


def modules(case, text, values):
    """{folder of the Maven project: name of its image}; '.' is the project itself"""
    case['settings'] = first(r'-gs `pwd`/([\w./-]+)', text)
    case['dockerfile'] = os.path.basename(first(r'docker build [^\n]*?-f +([\w./-]+)', text, 'Dockerfile'))
    found = {path: name for name, path in re.findall(r'docker build -t +([\w-]+):\S+ -f (\S+)/Dockerfile', text)}
    found.update({'service/' * bool(inside) + name: name for name, inside in re.findall(r'export PN=(\S+)(\s+cd service)?', text)})
    if not found and re.search(r'cd "?\$PROJECT_NAME', text):
        found = {values['PROJECT_NAME']: values['PROJECT_NAME']}
    case['modules'] = found or {'.': first(r'docker build -t ([\w-]+):', text, values.get('APP_NAME', 'app'))}


def pushes(case, text, values):
    """[{image as written, repository, tag, name of what is built}]"""
    registry, case['pushes'] = values.get('REGISTRY', ''), []
    for export, image in re.findall(r'(?:export (APP_NAME=\S+)[^\']*?)?docker push +(\S+?)[\'"\s]', text):
        image = image.replace('$APP_NAME', export.split('=')[1]) if export else image
        repository, tag = expand(image, values).removeprefix(registry + '/').rsplit(':', 1)
        built = [name for name in case['modules'].values() if name in (os.path.basename(repository), tag.split('SNAPSHOT')[0])]
        case['pushes'].append({'image': image, 'repository': repository, 'tag': tag, 'built': built[0] if built else None})
    case['registry'] = registry.replace('docker.io', HUB) or HUB
    case['image_host'] = '' if case['registry'] == HUB else registry + '/'


def services(case, text):
    """[{name, manifest} and what was pushed for it], and the stages that roll them out"""
    case['services'], case['deploy'] = [], []
    for place in re.finditer(r'''kubernetesDeploy\([^)]*?configs: *['"]([^'"]+)|envsubst < (\S+)''', text):
        path = re.sub(r'^\$\{?PROJECT_NAME\}?', list(case['modules'])[0], (place.group(1) or place.group(2)).removeprefix('yygh/'))
        folder = re.sub(r'/?(deploy/)?[^/]*$', '', path)
        pushed = [p for p in case['pushes'] if p['built'] == case['modules'].get(folder)] or case['pushes'][-('prod' in path):]
        case['deploy'].append(stage_of(text, place.start()))
        if pushed:
            name = (os.path.basename(folder) or 'app').lower()
            case['services'].append({**pushed[0], 'name': name, 'manifest': path.replace('**', 'deploy.yaml')})
    case['kubectl'] = 'kubectl apply' in text


def complete(case, text, number):
    """The row with all that its text says."""
    text = re.sub(r'^\s*(?:/\*.*?\*/|//[^\n]*)', '', text, flags=re.S | re.M)
    values = {'BUILD_NUMBER': '1', **dict(re.findall(r"""\b(\w+) *= *'([^']*)'""", text)),
              **dict(re.findall(r"name: *'(\w+)', *defaultValue: *'([^']*)'", text)), **case.get('params', {}), **case.get('env', {})}
    case['text'] = text
    credentials(case, text, values)
    source(case, text, values)
    modules(case, text, values)
    pushes(case, text, values)
    services(case, text)
    case['answers'] = [expand(id, values) if quote == '"' else id for quote, id in re.findall(r'''input\(id: *(['"])(.*?)\1''', text)]
    case['login'] = (values.get('DOCKER_USER'), values.get('DOCKER_PASSWORD'))
    case['space'] = 'corpus-' + re.sub('[^a-z0-9]+', '-', os.path.basename(case['file']).lower())[:40].strip('-') + f'-{number}'
    if 'fails' in case:
        case['pushes'], case['services'] = case['pushes'][:case['images']], case['services'][:case['services_wanted']]
    return case
