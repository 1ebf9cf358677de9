/* Types of tools: the symbol a pipeline writes, the class that older ones write, and what the plugin puts
 * into the environment of a step (ToolInstallation.buildEnvVars, with PATH+X joined as EnvVars.override
 * does). Order is that of symbols, for messages. */
#include "runner/state/tool_type.h"
#include "base/util.h"
#include <strings.h>

const struct tool_type tool_types[] = {
    {"allure",
     "ru.yandex.qatools.allure.jenkins.tools.AllureCommandlineInstallation",
     {"ALLURE_HOME"},
     "PATH+ALLURE",
     "bin"},
    {"ant", "hudson.tasks.Ant$AntInstallation", {"ANT_HOME"}, "PATH+ANT", "bin"},
    {"dockerTool", "org.jenkinsci.plugins.docker.commons.tools.DockerTool", {NULL}, "PATH+DOCKER", "bin"},
    {"git", "hudson.plugins.git.GitTool", {NULL}, "PATH+GIT", "bin"},
    {"go", "org.jenkinsci.plugins.golang.GolangInstallation", {"GOROOT"}, "PATH+GOROOT_BIN", "bin"},
    {"gradle", "hudson.plugins.gradle.GradleInstallation", {"GRADLE_HOME"}, "PATH+GRADLE", "bin"},
    {"jdk", "hudson.model.JDK", {"JAVA_HOME"}, "PATH+JDK", "bin"},
    {"maven", "hudson.tasks.Maven$MavenInstallation", {"M2_HOME", "MAVEN_HOME"}, "PATH+MAVEN", "bin"},
    {"msbuild", "hudson.plugins.msbuild.MsBuildInstallation", {NULL}, "PATH+MSBUILD", ""},
    {"nodejs", "jenkins.plugins.nodejs.tools.NodeJSInstallation", {"NODEJS_HOME"}, "PATH+NODEJS", "bin"},
    {"python", "jenkins.plugins.shiningpanda.tools.PythonInstallation", {NULL}, "PATH+PYTHON", "bin"},
    {"sonarScannerMsBuild",
     "hudson.plugins.sonar.MsBuildSQRunnerInstallation",
     {"MSBUILD_SQ_SCANNER_HOME"},
     "PATH+MSBUILD_SQ_SCANNER",
     ""},
    {"sonarScanner",
     "hudson.plugins.sonar.SonarRunnerInstallation",
     {"SONAR_RUNNER_HOME"},
     "PATH+SONAR_RUNNER",
     "bin"},
    {"terraform", "org.jenkinsci.plugins.terraform.TerraformInstallation", {NULL}, "PATH+TERRAFORM", ""},
    {"xcode", "au.com.rayh.XcodeInstallation", {NULL}, "PATH+XCODE", "usr/bin"},
    {"custom",
     "com.cloudbees.jenkins.plugins.customtools.CustomTool",
     {"CUSTOM_TOOL_HOME"},
     "PATH+CUSTOM",
     "bin"},
};
const size_t tool_type_count = ARRAY_LEN(tool_types);

const struct tool_type *tool_type_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(tool_types); i++)
        if (strcasecmp(name, tool_types[i].symbol) == 0 || strcasecmp(name, tool_types[i].class) == 0)
            return &tool_types[i];
    return NULL;
}

bool tool_type_matches(const char *a, const char *b)
{
    const struct tool_type *type = tool_type_find(a);
    return type && type == tool_type_find(b);
}
