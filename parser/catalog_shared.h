/* Parameters that several steps have in common, or that are too many for a row. For catalog_steps.c only.
 */
#ifndef PARSER_CATALOG_SHARED_H
#define PARSER_CATALOG_SHARED_H

#include "parser/catalog_rows.h"

/* Of all plugins that recordIssues took the place of. */
#define OLD_ANALYSIS                                                                                         \
    OPT("pattern", STRING), OPT("canComputeNew", BOOL), OPT("canResolveRelativePaths", BOOL),                \
        OPT("canRunOnFailed", BOOL), OPT("defaultEncoding", STRING), OPT("failedNewAll", STRING),            \
        OPT("failedNewHigh", STRING), OPT("failedNewLow", STRING), OPT("failedNewNormal", STRING),           \
        OPT("failedTotalAll", STRING), OPT("failedTotalHigh", STRING), OPT("failedTotalLow", STRING),        \
        OPT("failedTotalNormal", STRING), OPT("unstableNewAll", STRING), OPT("unstableNewHigh", STRING),     \
        OPT("unstableNewLow", STRING), OPT("unstableNewNormal", STRING), OPT("unstableTotalAll", STRING),    \
        OPT("unstableTotalHigh", STRING), OPT("unstableTotalLow", STRING),                                   \
        OPT("unstableTotalNormal", STRING), OPT("healthy", STRING), OPT("shouldDetectModules", BOOL),        \
        OPT("thresholdLimit", STRING), OPT("unHealthy", STRING), OPT("usePreviousBuildAsReference", BOOL),   \
        OPT("useStableBuildAsReference", BOOL)

/* How the findings of recordIssues and publishIssues become a result. */
#define ISSUE_RESULT                                                                                         \
    OPT("checksInfo", ANY), OPT("failOnError", BOOL), OPT("failedNewAll", INT), OPT("failedNewHigh", INT),   \
        OPT("failedNewLow", INT), OPT("failedNewNormal", INT), OPT("failedTotalAll", INT),                   \
        OPT("failedTotalHigh", INT), OPT("failedTotalLow", INT), OPT("failedTotalNormal", INT),              \
        OPT("healthy", INT), OPT("icon", STRING), OPT("id", STRING), OPT("ignoreFailedBuilds", BOOL),        \
        OPT("ignoreQualityGate", BOOL), OPT("minimumSeverity", STRING), OPT("name", STRING),                 \
        OPT("qualityGates", LIST), OPT("quiet", BOOL), OPT("referenceJobName", STRING),                      \
        OPT("skipPublishingChecks", BOOL), OPT("sourceCodeEncoding", STRING), OPT("trendChartType", STRING), \
        OPT("unhealthy", INT), OPT("unstableNewAll", INT), OPT("unstableNewHigh", INT),                      \
        OPT("unstableNewLow", INT), OPT("unstableNewNormal", INT), OPT("unstableTotalAll", INT),             \
        OPT("unstableTotalHigh", INT), OPT("unstableTotalLow", INT), OPT("unstableTotalNormal", INT)

#define SHELL_SCRIPT                                                                                         \
    REQ("script", STRING), OPT("encoding", STRING), OPT("label", STRING), OPT("returnStatus", BOOL),         \
        OPT("returnStdout", BOOL)

/* Of the old jacoco step: where to look, and how much has to be covered. */
#define JACOCO_LIMITS                                                                                        \
    OPT("buildOverBuild", BOOL), OPT("changeBuildStatus", BOOL), OPT("classPattern", STRING),                \
        OPT("deltaBranchCoverage", STRING), OPT("deltaClassCoverage", STRING),                               \
        OPT("deltaComplexityCoverage", STRING), OPT("deltaInstructionCoverage", STRING),                     \
        OPT("deltaLineCoverage", STRING), OPT("deltaMethodCoverage", STRING),                                \
        OPT("exclusionPattern", STRING), OPT("execPattern", STRING), OPT("inclusionPattern", STRING),        \
        OPT("maximumBranchCoverage", STRING), OPT("maximumClassCoverage", STRING),                           \
        OPT("maximumComplexityCoverage", STRING), OPT("maximumInstructionCoverage", STRING),                 \
        OPT("maximumLineCoverage", STRING), OPT("maximumMethodCoverage", STRING),                            \
        OPT("minimumBranchCoverage", STRING), OPT("minimumClassCoverage", STRING),                           \
        OPT("minimumComplexityCoverage", STRING), OPT("minimumInstructionCoverage", STRING),                 \
        OPT("minimumLineCoverage", STRING), OPT("minimumMethodCoverage", STRING), OPT("runAlways", BOOL),    \
        OPT("skipCopyOfSrcFiles", BOOL), OPT("sourceExclusionPattern", STRING),                              \
        OPT("sourceInclusionPattern", STRING), OPT("sourcePattern", STRING)

/* Which cluster. */
#define KUBE_CLUSTER                                                                                         \
    OPT("context", STRING), OPT("kubeConfig", ANY), OPT("kubeconfigId", STRING), OPT("namespace", STRING)

/* How manifests are brought in, beyond the plugin. */
#define KUBE_ROLLOUT                                                                                         \
    OPT("dryRun", BOOL), OPT("prune", STRING), OPT("rollback", BOOL), OPT("serverSide", BOOL),               \
        OPT("timeout", INT), OPT("wait", BOOL)

/* An object: resource: 'deployment/web', or kind and name. */
#define KUBE_OBJECT SOLE("resource", STRING), KUBE_CLUSTER, OPT("kind", STRING), OPT("name", STRING)

#define KUBE_CONFIG                                                                                          \
    OPT("caCertificate", STRING), OPT("clusterName", STRING), OPT("contextName", STRING),                    \
        OPT("credentialsId", STRING), OPT("namespace", STRING), OPT("restrictKubeConfigAccess", BOOL),       \
        OPT("serverUrl", STRING)

/* withMaven's; `offline` is gmrun's own. */
#define MAVEN_SETUP                                                                                          \
    OPT("globalMavenSettingsConfig", STRING), OPT("globalMavenSettingsFilePath", STRING),                    \
        OPT("jdk", STRING), OPT("maven", STRING), OPT("mavenLocalRepo", STRING), OPT("mavenOpts", STRING),   \
        OPT("mavenSettingsConfig", STRING), OPT("mavenSettingsFilePath", STRING), OPT("offline", BOOLEAN),   \
        OPT("options", LIST), OPT("publisherStrategy", STRING), OPT("tempBinDir", STRING),                   \
        OPT("traceability", BOOLEAN)

/* podTemplate's. */
#define POD_TEMPLATE                                                                                         \
    OPT("activeDeadlineSeconds", INT), OPT("agentContainer", STRING), OPT("agentInjection", BOOL),           \
        OPT("annotations", LIST), OPT("cloud", STRING), OPT("containers", LIST), OPT("envVars", LIST),       \
        OPT("hostNetwork", BOOLEAN), OPT("idleMinutes", INT), OPT("imagePullSecrets", LIST),                 \
        OPT("inheritFrom", STRING), OPT("inheritYamlMergeStrategy", BOOL), OPT("instanceCap", INT),          \
        OPT("label", STRING), OPT("name", STRING), OPT("namespace", STRING), OPT("nodeSelector", STRING),    \
        OPT("nodeUsageMode", STRING), OPT("podRetention", ANY), OPT("runAsGroup", ANY),                      \
        OPT("runAsUser", ANY), OPT("schedulerName", STRING), OPT("serviceAccount", STRING),                  \
        OPT("showRawYaml", BOOLEAN), OPT("slaveConnectTimeout", INT), OPT("supplementalGroups", STRING),     \
        OPT("volumes", LIST), OPT("workingDir", STRING), OPT("workspaceVolume", ANY), OPT("yaml", STRING),   \
        OPT("yamlMergeStrategy", ANY)

#endif
