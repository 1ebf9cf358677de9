/* See pod_name.h. */
#include "agents/kube/pod_name.h"
#include "base/hash.h"
#include "base/util.h"
#include <ctype.h>
#include <string.h>
#include <sys/random.h>

enum { LABEL_MAX = 63, TAIL = 5 };

static const char letters[] = "bcdfghjklmnpqrstvwxz0123456789";

static void random_tail(char out[TAIL + 1])
{
    unsigned char bytes[TAIL];
    if (getrandom(bytes, TAIL, 0) != TAIL)
        memset(bytes, 0, TAIL);
    for (int i = 0; i < TAIL; i++)
        out[i] = letters[bytes[i] % (sizeof(letters) - 1)];
    out[TAIL] = 0;
}

/* The last characters count: the build's number stands there. */
static char *cleaned(const char *text, size_t max)
{
    size_t n = strlen(text);
    char *out = xstrdup(n > max ? text + n - max : text);
    for (char *p = out; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("_.-", *p))
            *p = '_';
    if (*out && !isalnum((unsigned char)*out))
        *out = 'x';
    return out;
}

char *pod_label_of(const char *job, int number)
{
    char tail[TAIL + 1];
    _cleanup_free_ char *id = xasprintf("%s_%d", job, number), *label = cleaned(id, LABEL_MAX - 1 - TAIL);
    random_tail(tail);
    return xasprintf("%s-%s", label, tail);
}

char *pod_template_name(const char *name)
{
    char tail[TAIL + 1];
    random_tail(tail);
    return xasprintf("%s-%s", name, tail);
}

static bool is_dns_name(const char *name)
{
    bool part = false; /* within a part between dots */
    for (const char *p = name; *p; p++) {
        bool alnum = islower((unsigned char)*p) || isdigit((unsigned char)*p), end = !p[1] || p[1] == '.';
        if (*p == '.' ? !part : !alnum && (*p != '-' || !part || end))
            return false;
        part = *p != '.';
    }
    return part;
}

char *pod_name_of(const char *template_name)
{
    char tail[TAIL + 1];
    random_tail(tail);
    _cleanup_free_ char *base = xstrndup(template_name, LABEL_MAX - 1 - TAIL);
    for (char *p = base; *p; p++)
        *p = *p == ' ' || *p == '_' ? '-' : (char)tolower((unsigned char)*p);
    char *name = xasprintf("%s-%s", base, tail);
    if (is_dns_name(name))
        return name;
    free(name);
    return xasprintf("jenkins-agent-%s", tail);
}

char *pod_label_value(const char *text)
{
    char *out = cleaned(text, LABEL_MAX);
    size_t n = strlen(out);
    if (n && !isalnum((unsigned char)out[n - 1]))
        out[n - 1] = 'x';
    return out;
}

char *pod_label_digest(const char *text)
{
    char hex[HASH_HEX_MAX];
    hash_hex(HASH_SHA1, text, strlen(text), hex);
    return xstrdup(hex);
}
