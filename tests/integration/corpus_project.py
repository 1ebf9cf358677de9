"""The project that a pipeline of test_corpus_docker.py clones: what its text expects of it and no more. Each part that gets an
image has a class and a page, which the container serves."""
import json
import os

import corpus_sonar
from corpus_world import run, write

PARENT = '''<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>shop</groupId><artifactId>shop</artifactId><version>1.0</version><packaging>{packaging}</packaging>
  <modules>{modules}</modules>
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
  <parent><groupId>shop</groupId><artifactId>shop</artifactId><version>1.0</version><relativePath>{up}pom.xml</relativePath></parent>
  <artifactId>{name}</artifactId>
</project>
'''
DOCKERFILE = '''FROM gmrun-test:1
COPY {built} /app/
COPY index.html /www/
CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]
'''
SCRIPT = 'mkdir -p dist && cp index.html dist/'


def page(case, service):
    return f'{case["space"]}: {service["built"]}'


def maven(world, case, work):
    """The local repository: the settings that the pipeline names lead to it; else the project's own options do."""
    local = world.path('m2')
    if not os.path.exists(local):
        run('cp', '-rs', '/usr/share/maven-repo', local)
        corpus_sonar.install(world.sonar.jar, local)
    if case['settings']:
        write(f'{work}/{case["settings"]}', f'<settings><localRepository>{local}</localRepository><offline>true</offline></settings>\n')
    else:
        write(work + '/.mvn/maven.config', f'-o\n-Dmaven.repo.local={local}\n')
    apart = ['hospital-manage'] if 'cd yygh/hospital-manage' in case['text'] else []  # built by a second mvn at the same time
    names = [path for path in case['modules'] if path != '.' and path not in apart]
    listed = ''.join(f'<module>{name}</module>' for name in names)
    write(work + '/pom.xml', PARENT.format(modules=listed, packaging='pom' if names else 'jar'))


def part(case, work, path, name):
    """One folder that gets an image."""
    folder = os.path.normpath(os.path.join(work, path))
    write(folder + '/index.html', f'{case["space"]}: {name}\n')
    write(f'{folder}/{case["dockerfile"]}', DOCKERFILE.format(built='dist' if 'scripts' in case else 'target/*.jar'))
    if 'scripts' in case:
        write(folder + '/package.json', json.dumps({'name': name, 'version': '1.0.0', 'scripts': {s: SCRIPT for s in case['scripts']}}))
        write(folder + '/ruoyi-ui/README', 'Another folder\n')
        return
    write(folder + '/src/main/java/App.java', 'public class App { public static void main(String[] a) { } }\n')
    if path != '.':
        write(folder + '/pom.xml', MODULE.format(name=name, up='../' * (path.count('/') + 1)))


def make(world, case, home, cluster):
    """The bare repository, which git finds at the addresses that the pipeline names."""
    work, bare = world.path('work', case['space']), world.path('git', case['space'] + '.git')
    if 'scripts' not in case:
        maven(world, case, work)
    for path, name in case['modules'].items():
        part(case, work, path, name)
    for service in case['services'] if cluster else []:
        write(f'{work}/{service["manifest"]}', cluster.manifest(case, service))
    identity = ['-c', 'user.name=Tester', '-c', 'user.email=tester@example.com']
    run('git', 'init', '-q', '-b', case['branch'], work)
    run('git', '-C', work, 'add', '-A')
    run('git', '-C', work, *identity, 'commit', '-q', '-m', 'A module of the shop')
    run('git', 'clone', '-q', '--bare', work, bare)
    rules = case['clone'] + ([f'http://user:{world.password}@{case["push"]}'] if case['push'] else [])
    write(home + '/.gitconfig', f'[url "file://{bare}"]\n' + ''.join(f'\tinsteadOf = {rule}\n' for rule in rules))
    return bare
