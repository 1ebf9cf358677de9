/* Answers only what was asked for the address the credentials belong to: git asks also for submodules and
 * redirects on other hosts, and these must not see them.
 * The file is read anew for each prompt and by any process of the same user: what protects it is that its
 * path is in the environment of git and ssh only, and that it goes with its maker. */
#include "agents/worker/askpass.h"
#include "base/util.h"
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int secret_file(const void *data, size_t n, char **path)
{
    int fd = memfd_create("gmrun", MFD_CLOEXEC);
    if (fd < 0)
        return -1;
    fchmod(fd, 0600);
    if (write(fd, data, n) != (ssize_t)n) {
        close(fd);
        return -1;
    }
    /* by our own pid, not "self": ssh closes what it inherits */
    *path = xasprintf("/proc/%d/fd/%d", (int)getpid(), fd);
    return fd;
}

int askpass_prepare(const struct creds *c, const struct url *u, char **path)
{
    _cleanup_free_ char *host =
        xasprintf("%s%s%s", u->host ? u->host : "", u->port ? ":" : "", u->port ? u->port : "");
    json_t *o = json_pack("{s:s, s:b, s:s*, s:s*, s:s*}", "host", host, "ssh", u->kind == URL_SSH, "username",
                          c->user, "password", c->password, "passphrase", c->passphrase);
    _cleanup_free_ char *text = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    return text ? secret_file(text, strlen(text), path) : -1;
}

/* git's prompt is: Username for 'https://[user@]host[:port]': */
static bool prompt_is_for(const char *prompt, const char *host)
{
    const char *mark = strstr(prompt, "://");
    if (!mark)
        return false;
    const char *s = mark + 3;
    size_t n = strcspn(s, "'/");
    const char *at = memrchr(s, '@', n);
    if (at) {
        n -= (size_t)(at + 1 - s);
        s = at + 1;
    }
    return n == strlen(host) && strncasecmp(s, host, n) == 0;
}

/* ssh asks for a key's passphrase and for a password in words of its own and of the server's (keyboard-
 * interactive); git asks for Username and Password, with the address. */
static const char *answer_for(const json_t *o, const char *prompt)
{
    bool ssh = json_is_true(json_object_get(o, "ssh"));
    const char *host = json_string_value(json_object_get(o, "host"));
    if (ssh && strcasestr(prompt, "passphrase"))
        return json_string_value(json_object_get(o, "passphrase"));
    if (ssh && strcasestr(prompt, "password"))
        return json_string_value(json_object_get(o, "password"));
    if (ssh || !host || !prompt_is_for(prompt, host))
        return NULL;
    return json_string_value(
        json_object_get(o, str_has_prefix(prompt, "Username") ? "username" : "password"));
}

/* No answer is status 1: git and ssh then give up at once, instead of trying an empty one. */
int askpass_answer(const char *file, const char *prompt)
{
    json_t *o = json_load_file(file, 0, NULL);
    const char *answer = answer_for(o, prompt);
    if (answer)
        puts(answer);
    json_decref(o);
    return answer ? 0 : 1;
}
