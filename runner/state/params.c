/* Values of a build's parameters: what was given, by name, or the default; checked by kind. Without
 * declarations everything that is given counts as a string, for scripted pipelines that declare nothing.
 *
 * Precedence: --param, --params-file, the declared default. Kinds differ only in their check, a row of
 * the table below; what a value becomes in the build is runner/engine/params_value.c. */
#include "runner/state/params.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/util.h"
#include "runner/state/home.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char *const words[] = {
    [PARAM_STRING] = "string",
    [PARAM_TEXT] = "text",
    [PARAM_BOOLEAN] = "booleanParam",
    [PARAM_CHOICE] = "choice",
    [PARAM_PASSWORD] = "password",
    [PARAM_RUN] = "run",
    [PARAM_FILE] = "file",
    [PARAM_CREDENTIALS] = "credentials",
};

bool param_kind_parse(const char *word, enum param_kind *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(words[i], word) == 0) {
            *kind = (enum param_kind)i;
            return true;
        }
    return false;
}

/* The last one counts: the command line stands behind the file. */
static const struct name_value *last_given(const struct name_value *given, size_t n, const char *name)
{
    for (size_t i = n; i-- > 0;)
        if (strcmp(given[i].name, name) == 0)
            return &given[i];
    return NULL;
}

static int refuse_unknown(const struct param_decl *decls, size_t n, const char *name, struct error *err)
{
    _cleanup_free_ const char **names = xcalloc(n, sizeof(*names));
    struct buf list = {0};
    for (size_t i = 0; i < n; i++) {
        names[i] = decls[i].name;
        buf_printf(&list, "%s%s", i ? ", " : "", decls[i].name);
    }
    const char *near = nearest_name(name, names, n);
    error_set(err, ERROR_USAGE, "unknown parameter '%s'%s%s%s; the pipeline declares: %s", name,
              near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "", list.data);
    buf_release(&list);
    return -1;
}

static int check_boolean(struct param_value *v, const struct param_decl *d, struct error *err)
{
    /* A default may be anything: [core: Boolean.parseBoolean] takes what is not "true" for false. */
    v->truth = strcasecmp(v->text, "true") == 0;
    if (!v->truth && v->given && strcasecmp(v->text, "false") != 0)
        return error_set(err, ERROR_USAGE, "parameter '%s' is a boolean: true or false, not '%.100s'",
                         d->name, v->text);
    free(v->text);
    v->text = xstrdup(v->truth ? "true" : "false");
    return 0;
}

/* [core: ChoiceParameterDefinition.checkValue], which a build by the command line goes through in Jenkins
 * as well. */
static int check_choice(struct param_value *v, const struct param_decl *d, struct error *err)
{
    struct buf list = {0};
    for (size_t i = 0; i < d->n_choices; i++)
        if (strcmp(d->choices[i], v->text) == 0) {
            buf_release(&list);
            return 0;
        } else {
            buf_printf(&list, "%s%s", i ? ", " : "", d->choices[i]);
        }
    error_set(err, ERROR_USAGE, "Value for choice parameter '%s' is '%.100s', but valid choices are [%s]",
              d->name, v->text, list.data ? list.data : "");
    buf_release(&list);
    return -1;
}

static int check_string(struct param_value *v, const struct param_decl *d, struct error *err)
{
    static const char blanks[] = " \t\r\n\f\v";
    if (!d->trim)
        return 0;
    size_t from = strspn(v->text, blanks), n = strlen(v->text);
    while (n > from && strchr(blanks, v->text[n - 1]))
        n--;
    char *trimmed = xstrndup(v->text + from, n - from);
    free(v->text);
    v->text = trimmed;
    return 0;
}

static int check_file(struct param_value *v, const struct param_decl *d, struct error *err)
{
    char *path = path_absolute(v->text);
    free(v->text);
    v->text = path;
    /* Only looked at; it is copied when the first workspace is there. */
    return access(path, R_OK) == 0 ? 0 : error_errno(err, "parameter '%s': file %s", d->name, path);
}

static int (*const checks[])(struct param_value *, const struct param_decl *, struct error *) = {
    [PARAM_STRING] = check_string, [PARAM_BOOLEAN] = check_boolean, [PARAM_CHOICE] = check_choice,
    [PARAM_FILE] = check_file,     [PARAM_CREDENTIALS] = NULL,
};

static const char *default_of(const struct param_decl *d)
{
    switch (d->kind) {
    case PARAM_CHOICE:
        return d->default_value ? d->default_value : d->n_choices ? d->choices[0] : "";
    case PARAM_BOOLEAN:
        return d->default_value ? d->default_value : "false";
    case PARAM_FILE:
        return NULL;
    case PARAM_RUN:
    case PARAM_CREDENTIALS:
        return d->default_value;
    default:
        return d->default_value ? d->default_value : "";
    }
}

static int resolve_one(const struct param_decl *d, const struct name_value *given, struct param_values *out,
                       struct error *err)
{
    struct param_value *v = &out->items[out->len++];
    if (given && d->kind == PARAM_FILE && !*given->value) /* "no file", as a replay hands it on */
        given = NULL;
    *v = (struct param_value){.name = xstrdup(d->name), .kind = d->kind, .given = given != NULL};
    v->text = xstrdup(given ? given->value : default_of(d));
    /* A default is the author's word; only what was given is judged */
    if (!given && d->kind != PARAM_BOOLEAN && d->kind != PARAM_STRING)
        return 0;
    return v->text && checks[d->kind] ? checks[d->kind](v, d, err) : 0;
}

static bool is_declared(const struct param_decl *decls, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(decls[i].name, name) == 0)
            return true;
    return false;
}

/* The record is JSON: what is no UTF-8 would be lost there, and with it what replay needs. */
static int check_bytes(const struct name_value *given, size_t n, struct error *err)
{
    for (size_t i = 0; i < n; i++) {
        const char *name = given[i].name, *value = given[i].value;
        if (utf8_valid(name, strlen(name)) != strlen(name))
            return error_set(err, ERROR_USAGE, "the name of a parameter is not valid UTF-8");
        if (value && utf8_valid(value, strlen(value)) != strlen(value))
            return error_set(err, ERROR_USAGE, "the value of parameter '%s' is not valid UTF-8", name);
    }
    return 0;
}

int params_resolve(const struct param_decl *decls, size_t n_decls, const struct name_value *given,
                   size_t n_given, struct param_values *out, struct error *err)
{
    if (check_bytes(given, n_given, err))
        return -1;
    for (size_t i = 0; n_decls && i < n_given; i++)
        if (!is_declared(decls, n_decls, given[i].name))
            return refuse_unknown(decls, n_decls, given[i].name, err);
    /* Room for both: resolve_one() counts as it goes, so a failure releases what is there. */
    out->items = xcalloc(n_decls + n_given, sizeof(*out->items));
    for (size_t i = 0; i < n_decls; i++)
        if (resolve_one(&decls[i], last_given(given, n_given, decls[i].name), out, err))
            return -1;
    for (size_t i = 0; !n_decls && i < n_given; i++) {
        struct param_decl plain = {.kind = PARAM_STRING, .name = given[i].name};
        if (last_given(given, n_given, given[i].name) == &given[i] &&
            resolve_one(&plain, &given[i], out, err))
            return -1;
    }
    return 0;
}

void param_values_release(struct param_values *v)
{
    for (size_t i = 0; i < v->len; i++) {
        if (v->items[i].kind == PARAM_PASSWORD && v->items[i].text)
            explicit_bzero(v->items[i].text, strlen(v->items[i].text));
        free(v->items[i].name);
        free(v->items[i].text);
    }
    free(v->items);
    memset(v, 0, sizeof(*v));
}

/* The file first, so that options win. Names without = are the empty text. */
int params_given(const char *file, const char *const *pairs, size_t n_pairs, struct name_value **out,
                 size_t *len, struct error *err)
{
    *out = NULL;
    *len = 0;
    if (file && params_file_load(file, out, len, err))
        return -1;
    *out = xrealloc(*out, (*len + n_pairs) * sizeof(**out));
    for (size_t i = 0; i < n_pairs; i++) {
        const char *eq = strchr(pairs[i], '=');
        size_t name = eq ? (size_t)(eq - pairs[i]) : strlen(pairs[i]);
        (*out)[*len].name = xstrndup(pairs[i], name);
        (*out)[(*len)++].value = xstrdup(eq ? eq + 1 : "");
    }
    return 0;
}
