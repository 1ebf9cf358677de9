/* The tools of recordIssues: symbol, name, id and default pattern as the warnings-ng plugin has them.
 *
 * Expressions name their groups: file, line, col, sev, type, cat, msg (issue_text.c). As a rule they
 * begin with ^, so that a line which is none of theirs is refused after a few steps. */
#include "runner/steps/report/issue.h"
#include <string.h>

#define SOURCE_FILE "(?<file>(?:[A-Za-z]:)?[^\\s:\\[][^:]*)"

static const char gcc_line[] =
    "^" SOURCE_FILE ":(?<line>\\d+):(?:(?<col>\\d+):)?\\s*(?<sev>warning|fatal error|error):\\s*(?<msg>.*?)"
    "(?:\\s*\\[(?<type>-W[^\\]]+)\\])?$";
static const char javac_line[] =
    "^(?:\\[(?<sev>WARNING|ERROR)\\]\\s+(?<file>\\S[^\\[\\]]*?\\.(?:java|kt|scala|groovy)):"
    "\\[(?<line>\\d+)(?:,(?<col>\\d+))?\\]\\s*(?:\\[(?<type>[\\w-]+)\\]\\s*)?(?<msg>.*)"
    "|(?:\\s*\\[javac\\]\\s*)?(?<file>(?:[A-Za-z]:)?[^\\s:\\[][^:]*\\.(?:java|kt|scala|groovy)):(?<line>\\d+)"
    ":"
    "\\s*(?<sev>warning|error):\\s*(?:\\[(?<type>[\\w-]+)\\]\\s*)?(?<msg>.*)"
    "|(?<sev>[we]): (?:file://)?(?<file>[^:]+\\.kts?):\\s*\\(?(?<line>\\d+)[,:]\\s*(?<col>\\d+)\\)?:?\\s*"
    "(?<msg>.*))$";
static const char javadoc_line[] =
    "^(?:\\[(?:WARNING|ERROR)\\]\\s+|\\s*\\[javadoc\\]\\s*)?(?<file>(?:[A-Za-z]:)?[^\\s:\\[][^:]*\\.java):"
    "(?<line>\\d+):\\s*(?<sev>warning|error)\\s*[-:]\\s*(?<msg>.*)$";
static const char maven_line[] = "^\\[(?<sev>WARNING|ERROR)\\]\\s+(?<msg>\\S.*)$";
static const char pylint_line[] = "^" SOURCE_FILE ":(?<line>\\d+):(?:(?<col>\\d+):)?\\s*"
                                  "(?:\\[(?<type>[A-Z]\\d+)(?:\\((?<cat>[^)]*)\\))?[^\\]]*\\]\\s*(?<msg>.*)"
                                  "|(?<type>[A-Z]\\d+):?\\s+(?<msg>.*?)(?:\\s+\\((?<cat>[\\w-]+)\\))?)$";
static const char flake8_line[] =
    "^" SOURCE_FILE ":(?<line>\\d+):(?<col>\\d+):?\\s*\\[?(?<type>[A-Z]{1,3}\\d+)\\]?\\s+(?<msg>.*)$";
static const char go_line[] = "^(?<file>[^\\s:\\[][^:]*\\.go):(?<line>\\d+):(?:(?<col>\\d+):)?\\s*(?<msg>.*?)"
                              "(?:\\s+\\((?<type>[\\w-]+)\\))?$";
static const char msbuild_line[] =
    "^(?:\\s*\\d+>)?\\s*(?<file>[^\\s\\[(][^(]*)\\((?<line>\\d+)(?:,(?<col>\\d+))?(?:,\\d+,\\d+)?\\)\\s*:\\s*"
    "(?<sev>(?:fatal )?error|warning)\\s+(?<type>[A-Z]+\\d+)\\s*:\\s*(?<msg>.*?)(?:\\s\\[[^\\]]*\\])?$";
static const char yamllint_line[] =
    "^" SOURCE_FILE
    ":(?<line>\\d+):(?<col>\\d+):\\s+\\[(?<sev>\\w+)\\]\\s+(?<msg>.*?)(?:\\s+\\((?<type>[\\w-]+)\\))?$";
static const char cmake_line[] =
    "^CMake (?<sev>Warning|Error)(?: \\(dev\\))? at (?<file>[^:]+):(?<line>\\d+)(?: \\((?<type>[^)]*)\\))?:"
    "\\s*(?<msg>.*)$";

static const char mypy_line[] =
    "^" SOURCE_FILE ":(?<line>\\d+):(?:(?<col>\\d+):)?\\s*(?<sev>error|warning):\\s*(?<msg>.*?)"
    "(?:\\s+\\[(?<type>[\\w-]+)\\])?$";
static const char ansible_line[] =
    "^" SOURCE_FILE ":(?<line>\\d+):(?:(?<col>\\d+):)?\\s*\\[?(?<type>[A-Za-z][\\w.-]*)"
    "(?:\\[[^\\]]*\\])?[\\]:]\\s*(?<msg>.*)$";

static const char cpplint_line[] =
    "^" SOURCE_FILE
    "(?::|\\()(?<line>\\d+)(?::|\\):)\\s+(?<msg>.*?)\\s+\\[(?<type>[\\w/+]+)\\]\\s+\\[\\d\\]$";
static const char clang_analyzer_line[] =
    "^" SOURCE_FILE ":(?<line>\\d+):(?<col>\\d+):\\s*(?<sev>warning):\\s*(?<msg>.*?)\\s*"
    "\\[(?<type>[\\w.-]*[.][\\w.,-]*)\\]$";
static const char php_line[] = "^(?:.*?)PHP (?<sev>Parse error|Fatal "
                               "error|Warning|Notice|Deprecated):\\s+(?<msg>.*?) in (?<file>.+) on line "
                               "(?<line>\\d+)$";
static const char xmllint_line[] =
    "^" SOURCE_FILE ":(?<line>\\d+):\\s*(?<type>[\\w ]+?)\\s+(?<sev>error|warning)\\s*:\\s*(?<msg>.*)$";
static const char sphinx_line[] =
    "^" SOURCE_FILE
    ":(?:docstring of [^:]*:)?(?<line>\\d+):\\s*(?<sev>WARNING|ERROR|SEVERE|CRITICAL):\\s*(?<msg>.*)$";

static const struct issue_tool tools[] = {
    {"checkStyle checkstyle CheckStylePublisher", "CheckStyle", "checkstyle", "**/checkstyle-result.xml",
     issue_read_checkstyle, NULL},
    {"spotBugs spotbugs", "SpotBugs", "spotbugs", "**/spotbugsXml.xml", issue_read_bugs, NULL},
    {"findBugs findbugs FindBugsPublisher", "FindBugs", "findbugs", "**/findbugsXml.xml", issue_read_bugs,
     NULL},
    {"pmdParser pmd PmdPublisher", "PMD", "pmd", "**/pmd.xml", issue_read_pmd, NULL},
    {"cpd dry DryPublisher", "CPD", "cpd", "**/cpd.xml", issue_read_cpd, NULL},
    {"java javac", "Java", "java", NULL, issue_read_lines, javac_line},
    {"javaDoc", "JavaDoc", "javadoc-warnings", NULL, issue_read_lines, javadoc_line},
    {"errorProne", "Error Prone", "error-prone", NULL, issue_read_lines, javac_line},
    {"kotlin", "Kotlin", "kotlin", NULL, issue_read_lines, javac_line},
    {"scala", "Scala Compiler", "scala", NULL, issue_read_lines, javac_line},
    {"mavenConsole maven", "Maven", "maven-warnings", NULL, issue_read_lines, maven_line},
    {"gcc", "GNU C Compiler (gcc)", "gcc", NULL, issue_read_lines, gcc_line},
    {"gcc4", "GNU C Compiler 4 (gcc)", "gcc4", NULL, issue_read_lines, gcc_line},
    {"gcc3", "GNU C Compiler 3 (gcc)", "gcc3", NULL, issue_read_lines, gcc_line},
    {"clang", "Clang", "clang", NULL, issue_read_lines, gcc_line},
    {"clangTidy", "Clang-Tidy", "clang-tidy", NULL, issue_read_lines, gcc_line},
    {"cmake", "CMake", "cmake", NULL, issue_read_lines, cmake_line},
    {"msBuild", "MSBuild", "msbuild", NULL, issue_read_lines, msbuild_line},
    {"pyLint", "Pylint", "pylint", NULL, issue_read_lines, pylint_line},
    {"pep8", "PEP8", "pep8", NULL, issue_read_lines, flake8_line},
    {"flake8", "Flake8", "flake8", NULL, issue_read_lines, flake8_line},
    {"goLint", "Go Lint", "golint", NULL, issue_read_lines, go_line},
    {"goVet", "Go Vet", "go-vet", NULL, issue_read_lines, go_line},
    {"yamlLint", "YamlLint", "yamllint", NULL, issue_read_lines, yamllint_line},
    {"esLint", "ESLint", "eslint", "**/eslint*.xml", issue_read_checkstyle, NULL},
    {"tsLint", "TSLint", "tslint", "**/tslint*.xml", issue_read_checkstyle, NULL},
    {"styleLint", "Stylelint", "stylelint", "**/stylelint*.xml", issue_read_checkstyle, NULL},
    {"jsHint", "JsHint", "js-hint", "**/jshint*.xml", issue_read_checkstyle, NULL},
    {"ktLint", "KtLint", "ktlint", "**/ktlint*.xml", issue_read_checkstyle, NULL},
    {"detekt", "Detekt", "detekt", "**/detekt*.xml", issue_read_checkstyle, NULL},
    {"phpCodeSniffer", "PHP_CodeSniffer", "php-code-sniffer", "**/phpcs*.xml", issue_read_checkstyle, NULL},
    {"phpStan", "PHPStan", "phpstan", "**/phpstan*.xml", issue_read_checkstyle, NULL},
    {"swiftLint", "SwiftLint", "swiftlint", "**/swiftlint*.xml", issue_read_checkstyle, NULL},
    {"golangCiLint", "GolangCI-Lint", "golangci-lint", "**/golangci*.xml", issue_read_checkstyle, NULL},
    {"rubocop ruboCop", "Rubocop", "rubocop", "**/rubocop*.xml", issue_read_checkstyle, NULL},
    {"myPy", "MyPy", "mypy", NULL, issue_read_lines, mypy_line},
    {"clangAnalyzer", "Clang Analyzer", "clang-analyzer", NULL, issue_read_lines, clang_analyzer_line},
    {"cppLint", "Cpplint", "cpplint", NULL, issue_read_lines, cpplint_line},
    {"php", "PHP Runtime", "php", NULL, issue_read_lines, php_line},
    {"xmlLint", "XmlLint", "xmllint", NULL, issue_read_lines, xmllint_line},
    {"sphinxBuild", "Sphinx Build", "sphinx", NULL, issue_read_lines, sphinx_line},
    {"doxygen", "Doxygen", "doxygen", NULL, issue_read_lines, gcc_line},
    {"ansibleLint", "Ansible Lint", "ansiblelint", NULL, issue_read_lines, ansible_line},
    {"cppCheck", "CPPCheck", "cppcheck", "**/cppcheck*.xml", issue_read_cppcheck, NULL},
    {"hadoLint", "HadoLint", "hadolint", "**/hadolint*.json", issue_read_json, NULL},
    {"trivy", "Trivy Security Scanner", "trivy", "**/trivy*.json", issue_read_trivy, NULL},
    {"sarif", "SARIF", "sarif", "**/*.sarif", issue_read_sarif, NULL},
    {"issues", "Native Analysis Model Format", "native", "**/issues*.json", issue_read_json, NULL},
    {"taskScanner openTasks TasksPublisher", "Open Tasks Scanner", "open-tasks", "**/*", issue_read_tasks,
     NULL},
};

const struct issue_tool *issue_tool_find(const char *symbol)
{
    for (size_t i = 0; i < ARRAY_LEN(tools); i++)
        if (str_in_words(tools[i].symbols, symbol) || strcmp(tools[i].id, symbol) == 0)
            return &tools[i];
    return NULL;
}

/* Names of the old plugin's configuration are free texts with the tool's name in them; specific parts stand
 * before general ones. */
const struct issue_tool *issue_tool_by_parser(const char *name)
{
    static const struct {
        const char *part, *symbol;
    } parts[] = {{"javac", "java"},      {"JavaDoc", "javaDoc"}, {"Maven", "mavenConsole"},
                 {"gcc", "gcc"},         {"GCC", "gcc"},         {"Clang", "clang"},
                 {"MSBuild", "msBuild"}, {"PyLint", "pyLint"},   {"Pylint", "pyLint"},
                 {"Pep8", "pep8"},       {"PEP8", "pep8"},       {"Go Lint", "goLint"},
                 {"Go Vet", "goVet"},    {"Java", "java"},       {"TSLint", "tsLint"},
                 {"Scala", "scala"},     {"CMake", "cmake"}};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (strstr(name, parts[i].part))
            return issue_tool_find(parts[i].symbol);
    return NULL;
}
