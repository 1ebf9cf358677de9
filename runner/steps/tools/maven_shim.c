#include "runner/steps/tools/maven_shim.h"
#include "base/buf.h"
#include "base/fs.h"
#include "runner/steps/tools/maven_settings.h"
#include "runner/steps/workspace.h"
#include <string.h>

__asm__(".section .rodata\nmaven_script_begin:\n.incbin \"runner/steps/tools/maven.sh\"\nmaven_script_end:\n"
        ".byte 0\n.global maven_script_begin\n.global maven_script_end\n.previous\n");
extern const char maven_script_begin[], maven_script_end[];

/* The settings that `maven:` asks for, in the node's folder; owned. NULL: it asks for none. */
static char *node_settings(const struct run *run, const struct lease *l)
{
    const struct maven_config *m = &run->config->maven;
    return l->programs && (m->mirror || m->local_repository) ? path_join(l->programs, "settings.xml") : NULL;
}

static void add_variable(struct buf *script, const char *name, const char *value)
{
    buf_printf(script, "%s=", name);
    if (value && *value)
        buf_add_quoted(script, value);
    buf_addch(script, '\n');
}

/* A node is set up before its scope is there: near, no scope is needed. */
static int place(struct step_call *c, const char *file, const struct buf *text, mode_t mode,
                 struct error *err)
{
    return ws_far(c) ? ws_write_file(c, file, text->data, text->len, mode, err)
                     : fs_write_file(file, text->data, text->len, mode, err);
}

int maven_shim_write(struct step_call *c, const struct lease *l, const char *dir, const struct maven_shim *s,
                     struct error *err)
{
    const struct maven_config *m = &c->run->config->maven;
    _cleanup_(buf_release) struct buf script = {0};
    _cleanup_free_ char *file = path_join(dir, "mvn"), *settings = node_settings(c->run, l);
    buf_addstr(&script, "#!/bin/sh\n");
    if (s->announce)
        buf_addstr(&script, "echo ----- withMaven Wrapper script -----\n");
    add_variable(&script, "mvn", s->mvn);
    add_variable(&script, "settings", settings);
    add_variable(&script, "offline", m->offline ? "yes" : "");
    add_variable(&script, "isolate", !m->given || m->isolate ? "yes" : "");
    if (s->options)
        buf_printf(&script, "set -- %s\"$@\"\n", s->options);
    buf_add(&script, maven_script_begin, (size_t)(maven_script_end - maven_script_begin));
    return place(c, file, &script, 0700, err);
}

static int write_settings(struct step_call *c, const char *file, struct error *err)
{
    const struct maven_config *m = &c->run->config->maven;
    _cleanup_(buf_release) struct buf text = {0};
    maven_settings_start(&text);
    if ((m->mirror && maven_settings_mirror(&text, m->mirror, err) < 0) ||
        (m->local_repository && maven_settings_repository(&text, m->local_repository, err) < 0))
        return -1;
    return place(c, file, &text, 0600, err);
}

static int set_up(struct step_call *c, struct lease *l, struct error *err)
{
    _cleanup_free_ char *settings = node_settings(c->run, l);
    _cleanup_(buf_release) struct buf options = {0};
    maven_shim_options(c->run, l, true, &options);
    if (options.len)
        env_set(&l->vars, "MAVEN_CONFIG", options.data);
    if (settings && write_settings(c, settings, err) < 0)
        return -1;
    return maven_shim_write(c, l, l->programs, &(struct maven_shim){0}, err);
}

int maven_shim_for_node(struct step_call *c, struct lease *l, struct error *err)
{
    if (!c->run->config->maven.given)
        return 0;
    _cleanup_free_ char *tmp = xasprintf("%s@tmp", l->workspace);
    if (fs_mkdir_p(tmp, 0700, err) < 0 || !(l->programs = fs_tempdir(tmp, "maven-", err)))
        return -1;
    return set_up(c, l, err);
}

int maven_shim_for_far_node(struct step_call *c, struct lease *l, struct error *err)
{
    if (!c->run->config->maven.given)
        return 0;
    free(l->programs);
    l->programs = xasprintf("%s@tmp/maven", l->workspace);
    return ws_mkdir_p(c, l->programs, 0700, err) < 0 ? -1 : set_up(c, l, err);
}
void maven_shim_options(const struct run *run, const struct lease *l, bool offline, struct buf *out)
{
    _cleanup_free_ char *settings = node_settings(run, l);
    if (offline && run->config->maven.offline)
        buf_addstr(out, "--offline ");
    if (settings)
        buf_printf(out, "--global-settings %s ", settings);
}
