/* A name counts only if it is made of words for the tool and of a version: 'build-tools' means nothing, and
 * a wrong guess would be worse than Jenkins' error. */
#include "runner/engine/tool_discovery.h"
#include "base/fs.h"
#include "base/util.h"
#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION_MAX = 32, RELEASE_LIMIT = 64 << 10 };

struct discovery {
    const struct kind *kind;
    char wanted[VERSION_MAX]; /* "17", "3.8"; "": any */
    VEC(char *) homes;        /* real paths, each once */
    char *found;              /* the first that fits */
    size_t fits;
    struct buf *seen;
};

static bool jdk_version(const char *home, char version[VERSION_MAX]);
static bool maven_version(const char *home, char version[VERSION_MAX]);

static const struct kind {
    const char *type, *words; /* what names are made of, besides the version */
    const char *program;
    const char *variables, *places; /* of homes; places with wildcards */
    bool (*version)(const char *home, char version[VERSION_MAX]);
} kinds[] = {
    {"jdk", "jdk java openjdk", "bin/java", "JAVA_HOME", "/usr/lib/jvm/* /opt/*jdk* /opt/java/*",
     jdk_version},
    {"maven", "maven mvn m apache", "bin/mvn", "MAVEN_HOME M2_HOME", "/usr/share/maven /opt/*maven*",
     maven_version},
};

static void copy_version(const char *text, char version[VERSION_MAX])
{
    size_t n = strspn(text, "0123456789.");
    while (n && text[n - 1] == '.')
        n--;
    n = n < VERSION_MAX ? n : VERSION_MAX - 1;
    memcpy(version, text, n);
    version[n] = '\0';
}

/* JAVA_VERSION="17.0.2" of the file `release`; 1.8 is 8. */
static bool jdk_version(const char *home, char version[VERSION_MAX])
{
    static const char key[] = "JAVA_VERSION=\"";
    _cleanup_free_ char *file = path_join(home, "release");
    _cleanup_(buf_release) struct buf text = {0};
    if (fs_read_file(file, RELEASE_LIMIT, &text, NULL) < 0 || !text.len)
        return false;
    const char *at = strstr(text.data, key);
    if (!at)
        return false;
    at += strlen(key);
    copy_version(str_has_prefix(at, "1.") ? at + 2 : at, version);
    return true;
}

/* By the name of lib/maven-core-3.9.6.jar, which may be a link, as in Debian. */
static bool maven_version(const char *home, char version[VERSION_MAX])
{
    _cleanup_free_ char *pattern = path_join(home, "lib/maven-core-*.jar");
    glob_t found = {0};
    bool known = false;
    if (glob(pattern, 0, NULL, &found) == 0) {
        _cleanup_free_ char *jar = realpath(found.gl_pathv[0], NULL);
        const char *name = jar ? strrchr(jar, '-') : NULL;
        known = name && isdigit((unsigned char)name[1]);
        if (known)
            copy_version(name + 1, version);
    }
    globfree(&found);
    return known;
}

/* Takes the name apart; false: it has other words than the tool's. */
static bool read_name(struct discovery *d, const char *name)
{
    for (const char *p = name; *p;) {
        size_t letters = 0;
        while (isalpha((unsigned char)p[letters]))
            letters++;
        _cleanup_free_ char *word = xstrndup(p, letters);
        if (letters && !str_in_words_any_case(d->kind->words, word))
            return false;
        p += letters;
        if (isdigit((unsigned char)*p)) {
            if (d->wanted[0])
                return false;
            copy_version(str_has_prefix(p, "1.") && strcmp(d->kind->type, "jdk") == 0 ? p + 2 : p, d->wanted);
            p += strspn(p, "0123456789.");
        } else if (!letters) {
            if (!strchr(" -_.", *p))
                return false;
            p++;
        }
    }
    return *name;
}

/* 3.8 means 3.8.x, not 3.81. */
static bool version_fits(const char *version, const char *wanted)
{
    size_t n = strlen(wanted);
    return !n || (strncmp(version, wanted, n) == 0 && (version[n] == '\0' || version[n] == '.'));
}

static void consider(struct discovery *d, const char *path)
{
    char version[VERSION_MAX] = "";
    _cleanup_free_ char *program = path_join(path, d->kind->program);
    char *home = fs_exists(program) ? realpath(path, NULL) : NULL;
    for (size_t i = 0; home && i < d->homes.len; i++)
        if (strcmp(d->homes.items[i], home) == 0) {
            free(home);
            return;
        }
    if (!home)
        return;
    vec_push(&d->homes, home);
    if (!d->kind->version(home, version))
        return;
    buf_printf(d->seen, "%s%s %s", d->seen->len ? ", " : "", version, home);
    /* More than one that fits is as good as none: which is meant would be a guess. */
    if (version_fits(version, d->wanted) && d->fits++ == 0)
        d->found = home;
}

/* What a variable names is chosen already: nothing else is looked at when it fits. */
static void search(struct discovery *d)
{
    for (const char *p = d->kind->variables; *p && !d->fits;) {
        size_t n = strcspn(p, " ");
        _cleanup_free_ char *name = xstrndup(p, n);
        if (getenv(name))
            consider(d, getenv(name));
        p += n + (p[n] == ' ');
    }
    for (const char *p = d->fits ? "" : d->kind->places; *p;) {
        size_t n = strcspn(p, " ");
        _cleanup_free_ char *pattern = xstrndup(p, n);
        glob_t found = {0};
        if (glob(pattern, 0, NULL, &found) == 0)
            for (size_t i = 0; i < found.gl_pathc; i++)
                consider(d, found.gl_pathv[i]);
        globfree(&found);
        p += n + (p[n] == ' ');
    }
}

char *tool_discover(const char *type, const char *name, struct buf *seen)
{
    struct discovery d = {.seen = seen};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i].type, type) == 0)
            d.kind = &kinds[i];
    if (!d.kind)
        return NULL;
    /* The search goes on in any case, for the message. */
    bool means = read_name(&d, name);
    search(&d);
    char *home = means && d.fits == 1 ? xstrdup(d.found) : NULL;
    for (size_t i = 0; i < d.homes.len; i++)
        free(d.homes.items[i]);
    vec_release(&d.homes);
    return home;
}
