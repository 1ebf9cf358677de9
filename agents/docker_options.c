#include "agents/docker_options.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/util.h"
#include <errno.h>
#include <string.h>
#include <strings.h>

/* Of env files and seccomp profiles. */
enum { FILE_MAX = 1 << 20 };

int option_bad(struct option_target *t, const struct docker_option *o, const char *value)
{
    return error_set(t->err, ERROR_INVALID, "option --%s does not take '%s'", o->name, value);
}

/* ---- places in the JSON */

/* The object that holds the last part of `path`, which `*last` gets. */
/* Objects on the way are made where they are missing. A member whose own name may hold dots is put by
 * option_put_member(). */
static json_t *holder(json_t *o, const char *path, const char **last)
{
    for (const char *dot; (dot = strchr(path, '.')); path = dot + 1) {
        _cleanup_free_ char *part = xstrndup(path, (size_t)(dot - path));
        json_t *inner = json_object_get(o, part);
        if (!inner) {
            inner = json_object();
            json_object_set_new(o, part, inner);
        }
        o = inner;
    }
    *last = path;
    return o;
}

int option_put(struct option_target *t, const char *path, json_t *value)
{
    const char *last;
    json_t *o = holder(t->json, path, &last);
    json_object_set_new(o, last, value);
    return 0;
}

int option_append(struct option_target *t, const char *path, json_t *value)
{
    const char *last;
    json_t *o = holder(t->json, path, &last), *list = json_object_get(o, last);
    if (!list) {
        list = json_array();
        json_object_set_new(o, last, list);
    }
    json_array_append_new(list, value);
    return 0;
}

int option_put_member(struct option_target *t, const char *path, const char *key, json_t *value)
{
    _cleanup_free_ char *member = xasprintf("%s.", path);
    _cleanup_(buf_release) struct buf clean = {0};
    const char *last;
    utf8_clean(&clean, key, strlen(key));
    json_object_set_new(holder(t->json, member, &last), clean.len ? clean.data : "", value);
    return 0;
}

json_t *option_json(const char *text)
{
    _cleanup_(buf_release) struct buf clean = {0};
    utf8_clean(&clean, text, strlen(text));
    return json_stringn(clean.len ? clean.data : "", clean.len);
}

/* ---- kinds of values */

int option_text(struct option_target *t, const struct docker_option *o, const char *value)
{
    return option_put(t, o->path, option_json(value));
}

int option_item(struct option_target *t, const struct docker_option *o, const char *value)
{
    return option_append(t, o->path, option_json(value));
}

int option_flag(struct option_target *t, const struct docker_option *o, const char *value)
{
    /* [Go: strconv.ParseBool], but for its capital forms. */
    bool off = str_eq(value, "false") || str_eq(value, "0") || str_eq(value, "f");
    return option_put(t, o->path, json_boolean(!off));
}

/* Concerns the docker program's terminal or its exit, which there is none of here. */
int option_nothing(struct option_target *t, const struct docker_option *o, const char *value)
{
    return 0;
}

int option_number(struct option_target *t, const struct docker_option *o, const char *value)
{
    char *end;
    long long n = strtoll(value, &end, 10);
    return *end || end == value ? option_bad(t, o, value) : option_put(t, o->path, json_integer(n));
}

int option_bytes(struct option_target *t, const struct docker_option *o, const char *value)
{
    /* [go-units: RAMInBytes]: powers of 1024, "k", "kb" and "kib" alike. -1 is "no limit" of
     * --memory-swap. */
    static const char units[] = "bkmgt";
    char *end;
    errno = 0;
    double n = strtod(value, &end);
    const char *unit = *end ? memchr(units, *end | 0x20, sizeof(units) - 1) : units;
    if (end == value || errno || !unit ||
        (*end && end[1] && strcasecmp(end + 1, "b") && strcasecmp(end + 1, "ib")))
        return option_bad(t, o, value);
    for (; unit > units; unit--)
        n *= 1024;
    return n >= -1 && n <= 9e18 ? option_put(t, o->path, json_integer((json_int_t)n))
                                : option_bad(t, o, value);
}

int option_cpus(struct option_target *t, const struct docker_option *o, const char *value)
{
    char *end;
    double n = strtod(value, &end);
    return !*end && end != value && n >= 0 && n <= 1e6 /* no NaN either */
               ? option_put(t, o->path, json_integer((json_int_t)(n * 1e9)))
               : option_bad(t, o, value);
}

int option_pair(struct option_target *t, const struct docker_option *o, const char *value)
{
    /* A key without a value has the empty one, as for labels. */
    const char *equals = strchr(value, '=');
    _cleanup_free_ char *key = xstrndup(value, equals ? (size_t)(equals - value) : strlen(value));
    return option_put_member(t, o->path, key, option_json(equals ? equals + 1 : ""));
}

/* [time.ParseDuration]: 1h30m, 500ms; in nanoseconds */
int option_duration(struct option_target *t, const struct docker_option *o, const char *value)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 6e10}, {"h", 36e11}};
    double sum = 0;
    char *end;
    for (const char *p = value; *p || p == value; p = end) {
        double n = strtod(p, &end);
        size_t len = strspn(end, "hmnsu"), i = 0;
        while (i < ARRAY_LEN(units) && (strncmp(end, units[i].name, len) || units[i].name[len]))
            i++;
        if (str_eq(value, "0"))
            return option_put(t, o->path, json_integer(0));
        if (end == p || i == ARRAY_LEN(units) || !(n >= 0 && n < 1e6))
            return option_bad(t, o, value);
        sum += n * units[i].ns;
        end += len;
    }
    return option_put(t, o->path, json_integer((json_int_t)sum));
}

static int weighted(struct option_target *t, const struct docker_option *o, const char *value,
                    const char *member, option_fn *number)
{
    const struct docker_option inner = {.name = o->name, .path = member};
    /* The last: /dev/disk/by-id/… has colons. */
    const char *colon = strrchr(value, ':');
    if (!colon || colon == value)
        return option_bad(t, o, value);
    _cleanup_free_ char *path = xstrndup(value, (size_t)(colon - value));
    json_t *entry = json_pack("{s:o}", "Path", option_json(path));
    struct option_target in = {.json = entry, .err = t->err};
    if (number(&in, &inner, colon + 1) == 0)
        return option_append(t, o->path, entry);
    json_decref(entry);
    return -1;
}

int option_weight(struct option_target *t, const struct docker_option *o, const char *value)
{
    return weighted(t, o, value, "Weight", option_number);
}

int option_rate(struct option_target *t, const struct docker_option *o, const char *value)
{
    return weighted(t, o, value, "Rate", option_number);
}

int option_bytes_rate(struct option_target *t, const struct docker_option *o, const char *value)
{
    return weighted(t, o, value, "Rate", option_bytes);
}

/* A file of NAME=value lines, each as the option itself takes it; # begins a remark. */
int option_lines(struct option_target *t, const struct docker_option *o, const char *value)
{
    _cleanup_(buf_release) struct buf text = {0};
    if (option_file(t, value, &text) < 0)
        return -1;
    for (char *rest = text.data, *line; rest && (line = strsep(&rest, "\n"));) {
        line[strcspn(line, "\r")] = 0;
        if (*line && *line != '#' && option_pair(t, o, line) < 0)
            return -1;
    }
    return 0;
}

/* An empty entry point resets the image's own. */
int option_only_item(struct option_target *t, const struct docker_option *o, const char *value)
{
    return option_put(t, o->path, json_pack("[o]", option_json(value)));
}

/* ---- for functions of tables */

char *option_field(char **rest)
{
    char *field = *rest, *out = field, *p = field;
    if (!field)
        return NULL;
    for (bool quoted = false; *p && (*p != ',' || quoted); p++) {
        if (*p == '"' && quoted && p[1] == '"')
            *out++ = *p++; /* "" within quotes is one */
        else if (*p == '"')
            quoted = !quoted;
        else
            *out++ = *p;
    }
    *rest = *p ? p + 1 : NULL;
    *out = 0;
    return field;
}

const char *option_variable(const struct option_target *t, const char *name)
{
    return t->env ? t->env->variable(t->env->data, name) : NULL;
}

int option_file(struct option_target *t, const char *path, struct buf *out)
{
    _cleanup_free_ char *full = t->dir ? path_join(t->dir, path) : xstrdup(path);
    return fs_read_file(full, FILE_MAX, out, t->err);
}

/* ---- the command line */

static const struct docker_option *by_name(const struct docker_command *c, const char *name, size_t n)
{
    for (size_t i = 0; i < c->len; i++)
        if (strncmp(c->options[i].name, name, n) == 0 && !c->options[i].name[n])
            return &c->options[i];
    return NULL;
}

static const struct docker_option *by_letter(const struct docker_command *c, char letter)
{
    for (size_t i = 0; i < c->len; i++)
        if (c->options[i].letter && c->options[i].letter == letter)
            return &c->options[i];
    return NULL;
}

static int unknown(const struct docker_command *c, struct option_target *t, const char *word)
{
    _cleanup_free_ const char **names = xcalloc(c->len, sizeof(*names));
    _cleanup_free_ char *name = xstrndup(word + 2, strcspn(word + 2, "="));
    for (size_t i = 0; i < c->len; i++)
        names[i] = c->options[i].name;
    const char *near = nearest_name(name, names, c->len);
    return error_set(t->err, ERROR_INVALID, "unknown option %s of %s%s%s%s", word, c->name,
                     near ? "; did you mean --" : "", near ? near : "", near ? "?" : "");
}

static int missing(const struct docker_command *c, struct option_target *t, const char *word)
{
    return error_set(t->err, ERROR_INVALID, "option %s of %s needs a value", word, c->name);
}

static int long_option(const struct docker_command *c, struct option_target *t, char ***at)
{
    const char *word = **at, *name = word + 2, *equals = strchr(name, '=');
    const struct docker_option *o = by_name(c, name, equals ? (size_t)(equals - name) : strlen(name));
    if (!o)
        return unknown(c, t, word);
    /* A flag takes no word behind it: `--init false` is --init and an image called false. */
    if (equals || o->flag)
        return o->apply(t, o, equals ? equals + 1 : "true");
    return *++*at ? o->apply(t, o, **at) : missing(c, t, word);
}

/* -it, -v A:B, -vA:B, -e=A=1 */
static int short_options(const struct docker_command *c, struct option_target *t, char ***at)
{
    const char *word = **at;
    for (const char *p = word + 1; *p; p++) {
        const struct docker_option *o = by_letter(c, *p);
        if (!o)
            return error_set(t->err, ERROR_INVALID, "unknown option -%c of %s in '%s'", *p, c->name, word);
        if (!o->flag && p[1])
            return o->apply(t, o, p + 1 + (p[1] == '='));
        if (!o->flag)
            return *++*at ? o->apply(t, o, **at) : missing(c, t, word);
        if (o->apply(t, o, "true") < 0)
            return -1;
    }
    return 0;
}

static int one_word(const struct docker_command *c, struct option_target *t, char ***at)
{
    const char *word = **at;
    if (word[0] == '-' && word[1])
        return word[1] == '-' ? long_option(c, t, at) : short_options(c, t, at);
    return c->word ? c->word(t, word)
                   : error_set(t->err, ERROR_INVALID, "'%s' is no option of %s", word, c->name);
}

/* JSON holds nothing but UTF-8. */
static void clean(struct words *words)
{
    for (size_t i = 0; i < words->len; i++) {
        struct buf text = {0};
        utf8_clean(&text, words->items[i], strlen(words->items[i]));
        free(words->items[i]);
        words->items[i] = buf_steal(&text);
    }
}

int docker_options_apply(const struct docker_command *command, struct option_target *t, const char *args)
{
    _cleanup_(words_release) struct words words = {0};
    if (words_expand(&words, args, t->env, t->err) < 0)
        return -1;
    clean(&words);
    /* `at` is moved on by options that take the next word. */
    for (char **at = words.items; at && *at; at++)
        if (one_word(command, t, &at) < 0)
            return -1;
    return 0;
}
