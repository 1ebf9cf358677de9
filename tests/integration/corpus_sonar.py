"""A SonarQube for test_corpus_docker.py: what a pipeline's `mvn sonar:sonar` and `waitForQualityGate` need of one.

The Maven plugin that this goal means cannot be had where tests run, so one of its name is made here, of one class: it sends
the project's name and token to the server that the environment or `-Dsonar.host.url` names, and leaves
target/sonar/report-task.txt, as the real one does. The server takes the analysis, needs a moment for it, and says that it
passes the gate. That a token is right is checked.
"""
import base64
import glob
import http.server
import json
import os
import subprocess
import threading
import urllib.parse
import zipfile

GROUP, ARTIFACT, VERSION = 'org.codehaus.mojo', 'sonar-maven-plugin', '3.9.1'

CLASS = '''package gmrun;
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.Base64;
import org.apache.maven.plugin.*;

public class SonarMojo extends AbstractMojo {
    private String project, url, login;
    private File target;

    public void execute() throws MojoExecutionException {
        url = url != null ? url : System.getenv("SONAR_HOST_URL");
        login = login != null ? login : System.getenv("SONAR_AUTH_TOKEN");
        try {
            HttpURLConnection c = (HttpURLConnection) new URL(url + "/api/ce/submit?projectKey=" + project).openConnection();
            c.setRequestMethod("POST");
            c.setRequestProperty("Authorization", "Basic " + Base64.getEncoder().encodeToString((login + ":").getBytes()));
            if (c.getResponseCode() != 200)
                throw new MojoExecutionException("Not authorized. Please check the user token: " + c.getResponseCode());
            String task = new BufferedReader(new InputStreamReader(c.getInputStream())).readLine();
            Path report = target.toPath().resolve("sonar/report-task.txt");
            Files.createDirectories(report.getParent());
            Files.write(report, ("projectKey=" + project + "\\nserverUrl=" + url + "\\ndashboardUrl=" + url + "/dashboard?id=" + project
                + "\\nceTaskId=" + task + "\\nceTaskUrl=" + url + "/api/ce/task?id=" + task + "\\n").getBytes(StandardCharsets.UTF_8));
            getLog().info("ANALYSIS SUCCESSFUL, you can find the results at: " + url + "/dashboard?id=" + project);
            getLog().info("More about the report processing at " + url + "/api/ce/task?id=" + task);
        } catch (IOException e) {
            throw new MojoExecutionException(e.toString(), e);
        }
    }
}
'''
PARAMETERS = [('project', 'java.lang.String', '${project.artifactId}'), ('url', 'java.lang.String', '${sonar.host.url}'),
              ('login', 'java.lang.String', '${sonar.login}'), ('target', 'java.io.File', '${project.build.directory}')]
DESCRIPTOR = f'''<plugin><name>sonar</name><groupId>{GROUP}</groupId><artifactId>{ARTIFACT}</artifactId><version>{VERSION}</version>
<goalPrefix>sonar</goalPrefix><mojos><mojo><goal>sonar</goal><implementation>gmrun.SonarMojo</implementation><language>java</language>
<aggregator>true</aggregator><requiresProject>true</requiresProject><instantiationStrategy>per-lookup</instantiationStrategy><executionStrategy>once-per-session</executionStrategy>
<parameters>
''' + ''.join(f'<parameter><name>{name}</name><type>{kind}</type><required>false</required><editable>true</editable></parameter>\n'
              for name, kind, _ in PARAMETERS) + '</parameters><configuration>\n' + \
    ''.join(f'<{name} implementation="{kind}">{value}</{name}>\n' for name, kind, value in PARAMETERS) + \
    '</configuration></mojo></mojos></plugin>\n'
POM = f'''<project><modelVersion>4.0.0</modelVersion><groupId>{GROUP}</groupId><artifactId>{ARTIFACT}</artifactId>
<version>{VERSION}</version><packaging>maven-plugin</packaging><dependencies><dependency><groupId>org.codehaus.plexus</groupId>
<artifactId>plexus-utils</artifactId><version>3.4.2</version></dependency></dependencies></project>
'''
PREFIXES = f'''<metadata><plugins><plugin><name>sonar</name><prefix>sonar</prefix><artifactId>{ARTIFACT}</artifactId></plugin></plugins>
</metadata>
'''
VERSIONS = f'''<metadata><groupId>{GROUP}</groupId><artifactId>{ARTIFACT}</artifactId><versioning><latest>{VERSION}</latest>
<release>{VERSION}</release><versions><version>{VERSION}</version></versions></versioning></metadata>
'''


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.islink(path):  # of the repository's links to the system's
        os.unlink(path)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def build(folder):
    """The plugin's jar, once for all repositories."""
    jar = os.path.join(folder, 'plugin.jar')
    write(folder + '/gmrun/SonarMojo.java', CLASS)
    api = glob.glob('/usr/share/maven/lib/maven-plugin-api-*.jar')
    subprocess.run(['javac', '--release', '8', '-cp', ':'.join(api), '-d', folder, folder + '/gmrun/SonarMojo.java'], check=True, capture_output=True)
    with zipfile.ZipFile(jar, 'w') as out:
        out.write(folder + '/gmrun/SonarMojo.class', 'gmrun/SonarMojo.class')
        out.writestr('META-INF/maven/plugin.xml', DESCRIPTOR)
    return jar


def install(jar, repository):
    """Into a local repository of Maven, as `mvn install` would."""
    group = os.path.join(repository, *GROUP.split('.'))
    place = f'{group}/{ARTIFACT}/{VERSION}/{ARTIFACT}-{VERSION}'
    write(place + '.pom', POM)
    with open(jar, 'rb') as given, open(place + '.jar', 'wb') as out:
        out.write(given.read())
    write(group + '/maven-metadata-local.xml', PREFIXES)
    write(f'{group}/{ARTIFACT}/maven-metadata-local.xml', VERSIONS)


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, text):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_POST(self):
        sonar, query = self.server.sonar, urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        if sonar.token not in self.authority():
            self.answer(401, '')
            return
        sonar.tasks.append(query['projectKey'][0])
        self.answer(200, f'task-{len(sonar.tasks)}\n')

    def do_GET(self):
        asked = self.server.sonar.asked
        if '/api/ce/task' in self.path:
            asked.append(self.path)
            status = 'SUCCESS' if asked.count(self.path) > 1 else 'IN_PROGRESS'
            self.answer(200, json.dumps({'task': {'status': status, 'analysisId': 'a1'}}))
        else:
            self.answer(200, json.dumps({'projectStatus': {'status': 'OK'}}))

    def authority(self):
        return base64.b64decode(self.headers.get('Authorization', ' ').split(' ')[1] or '').decode()

    def log_message(self, *_):
        pass


class Sonar:
    """Runs from its making to end(); `tasks` are the projects that were analysed."""

    def __init__(self, folder, token):
        self.token, self.tasks, self.asked = token, [], []
        self.jar = build(folder)
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.sonar = self
        self.url = f'http://127.0.0.1:{self.server.server_address[1]}'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self):
        self.server.shutdown()
