/* Answers only what was asked for the address the credentials belong to: git asks also for submodules, large
 * files and redirects on other hosts, ssh for a host on the way, and these must not see them. The file is a
 * list of logins: {ssh, host, key (its file), username, password, passphrase}. The file is read anew for each
 * prompt and by any process of the same user: what protects it is that its path is in the environment of git
 * and ssh only, and that it goes with its maker. */
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
    bool ssh = u->kind == URL_SSH, port = u->port && !ssh; /* ssh names no port */
    _cleanup_free_ char *host =
        xasprintf("%s%s%s", u->host ? u->host : "", port ? ":" : "", port ? u->port : "");
    json_t *o = json_pack("[{s:s, s:b, s:s*, s:s*, s:s*}]", "host", host, "ssh", ssh, "username", c->user,
                          "password", c->password, "passphrase", c->passphrase);
    _cleanup_free_ char *text = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    return text ? secret_file(text, strlen(text), path) : -1;
}

/* [user@]host[:port] of a prompt, up to one of `stops`. */
static bool names_host(const char *s, const char *stops, const char *host)
{
    size_t n = strcspn(s, stops);
    const char *at = memrchr(s, '@', n);
    if (at) {
        n -= (size_t)(at + 1 - s);
        s = at + 1;
    }
    return host && n == strlen(host) && strncasecmp(s, host, n) == 0;
}

/* Username for 'https://[user@]host[:port]': by git, in double quotes and with a path by git-lfs. */
static bool git_asks_for(const char *prompt, const char *host)
{
    const char *mark = strstr(prompt, "://");
    return mark && names_host(mark + 3, "'\"/", host);
}

/* [openssh: sshconnect2.c] USER@HOST's password, or the server's own words behind (USER@HOST), whatever they
 * say. */
static bool ssh_asks_for(const char *prompt, const char *host)
{
    if (*prompt == '(')
        return names_host(prompt + 1, ")", host) && strcasestr(prompt, "password");
    const char *end = strstr(prompt, "'s password");
    _cleanup_free_ char *who = end ? xstrndup(prompt, (size_t)(end - prompt)) : NULL;
    return who && strchr(who, '@') && names_host(who, "", host);
}

/* The end of the path, as a ~ before it is written out by ssh; NULL: there is one key only. */
static bool is_of_key(const char *prompt, const char *key)
{
    const char *path = key && *key == '~' ? key + 1 : key, *found = path ? strstr(prompt, path) : NULL;
    return !path || (found && found[strlen(path)] == '\'');
}

static const char *answer_of(json_t *login, const char *prompt)
{
    const char *host = json_string_value(json_object_get(login, "host")), *member = NULL;
    if (!json_is_true(json_object_get(login, "ssh")) && git_asks_for(prompt, host))
        member = str_has_prefix(prompt, "Username") ? "username" : "password";
    else if (!json_is_true(json_object_get(login, "ssh")))
        return NULL;
    else if (str_has_prefix(prompt, "Enter passphrase for key") &&
             is_of_key(prompt, json_string_value(json_object_get(login, "key"))))
        member = "passphrase";
    else if (ssh_asks_for(prompt, host))
        member = "password";
    return member ? json_string_value(json_object_get(login, member)) : NULL;
}

static const char *answer_for(json_t *logins, const char *prompt)
{
    const char *answer = NULL;
    for (size_t i = 0; i < json_array_size(logins) && !answer; i++)
        answer = answer_of(json_array_get(logins, i), prompt);
    return answer;
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
