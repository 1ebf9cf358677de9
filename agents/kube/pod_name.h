/* Names and labels of pods [kubernetes-plugin: PodTemplateStepExecution.labelify,
 * KubernetesSlave.getSlaveName, PodTemplateUtils.sanitizeLabel]. All results are owned. */
#ifndef AGENTS_KUBE_POD_NAME_H
#define AGENTS_KUBE_POD_NAME_H

/* The label of a template that has none, of a build: mall_12-x7d2k. */
char *pod_label_of(const char *job, int number);
/* A template's name made unique: NAME-xxxxx. */
char *pod_template_name(const char *name);
/* The name of a pod of a template: at most 63 characters, as DNS has it. */
char *pod_name_of(const char *template_name);
/* What Kubernetes takes as the value of a label. */
char *pod_label_value(const char *text);
/* A text of any length and content as the value of a label: its digest. */
char *pod_label_digest(const char *text);

#endif
