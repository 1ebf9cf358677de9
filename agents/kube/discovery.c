/* See discovery.h. A search is a function that is run again whenever an answer has come, until all that it
 * needs is there: it keeps no place of its own in what it asks for. */
#include "agents/kube/discovery.h"
#include "agents/kube/versions.h"
#include "base/arena.h"
#include "base/util.h"
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

enum { MISS_MS = 1000 }; /* so long a miss is believed */

enum state { UNKNOWN, ASKED, HERE, MISSING, FAILED };

struct resource {
    struct kube_resource r;
    const char **short_names; /* NULL-terminated */
};

/* What is served under one path: a version with its resources, or the list of groups. */
struct listing {
    SLIST_ENTRY(listing) link;
    struct kube_discovery *owner;
    char *path;              /* "/apis/apps/v1" */
    const char *api_version; /* "apps/v1", within path */
    enum state state;
    struct kube_call *call;
    struct error failure;
    int64_t asked_at;
    uint64_t answer; /* the number of its last answer */
    struct resource **resources;
    size_t n_resources;
    json_t *groups; /* of the list of groups */
};

struct kube_search {
    TAILQ_ENTRY(kube_search) link;
    struct kube_discovery *owner;
    struct loop_task step;
    const struct error *failure;        /* of a place that it looked at and would have counted */
    uint64_t since;                     /* answers after this number are fresh */
    char *api_version, *kind;           /* by kind */
    char *word, *group, *version;       /* by name; group NULL: any */
    void (*run)(struct kube_search *s); /* ends the search, or finds that an answer is missing */
    kube_found_fn *fn;
    void *data;
};

struct kube_discovery {
    struct kube *kube;
    struct arena arena; /* resources; replaced ones stay, since users may hold them */
    uint64_t answers;
    struct listing groups;
    SLIST_HEAD(, listing) listings;
    TAILQ_HEAD(, kube_search) searches;
};

/* ---- listings */

static struct resource *resource_new(struct arena *a, const char *api_version, const json_t *o)
{
    const char *kind = json_string_value(json_object_get(o, "kind")),
               *plural = json_string_value(json_object_get(o, "name")),
               *singular = json_string_value(json_object_get(o, "singularName"));
    if (!kind || !plural || strchr(plural, '/')) /* pods/log */
        return NULL;
    json_t *names = json_object_get(o, "shortNames");
    struct resource *r = arena_new(a, struct resource);
    r->short_names = arena_alloc(a, (json_array_size(names) + 1) * sizeof(char *));
    for (size_t i = 0, n = 0; i < json_array_size(names); i++)
        if (json_is_string(json_array_get(names, i)))
            r->short_names[n++] = arena_strdup(a, json_string_value(json_array_get(names, i)));
    r->r = (struct kube_resource){.api_version = api_version,
                                  .kind = arena_strdup(a, kind),
                                  .plural = arena_strdup(a, plural),
                                  .singular = arena_strdup(a, singular && *singular ? singular : kind),
                                  .namespaced = json_is_true(json_object_get(o, "namespaced"))};
    return r;
}

static void take_resources(struct listing *l, const json_t *list)
{
    struct arena *a = &l->owner->arena;
    json_t *all = json_object_get(list, "resources"), *o;
    size_t i;
    l->n_resources = 0;
    l->resources = arena_alloc(a, (json_array_size(all) + 1) * sizeof(*l->resources));
    json_array_foreach(all, i, o)
    {
        struct resource *r = resource_new(a, l->api_version, o);
        if (r)
            l->resources[l->n_resources++] = r;
    }
}

static void listed(void *data, const struct kube_end *end)
{
    struct listing *l = data;
    struct kube_discovery *d = l->owner;
    l->call = NULL;
    l->answer = ++d->answers;
    l->state = end->status == 404 ? MISSING : end->err ? FAILED : HERE;
    error_release(&l->failure);
    if (l->state == FAILED) {
        error_set(&l->failure, end->err->kind, "%s", end->err->message);
        l->failure.code = end->err->code;
    } else if (l->state == HERE && l == &d->groups) {
        json_decref(l->groups);
        l->groups = json_incref(json_object_get(end->json, "groups"));
    } else if (l->state == HERE) {
        take_resources(l, end->json);
    }
    struct kube_search *s;
    TAILQ_FOREACH(s, &d->searches, link)
    loop_defer(kube_loop(d->kube), &s->step);
}

static struct listing *listing_of(struct kube_discovery *d, const char *api_version)
{
    struct listing *l;
    SLIST_FOREACH(l, &d->listings, link)
    if (strcmp(l->api_version, api_version) == 0)
        return l;
    l = xcalloc(1, sizeof(*l));
    l->owner = d;
    l->path = xasprintf(strchr(api_version, '/') ? "/apis/%s" : "/api/%s", api_version);
    l->api_version = arena_strdup(&d->arena, api_version);
    SLIST_INSERT_HEAD(&d->listings, l, link);
    return l;
}

/* once: of the many groups one whose server is down must not hold up the others. */
static void ask(struct listing *l, bool once)
{
    struct kube_request r = {.path = l->path, .once = once};
    l->state = ASKED;
    l->asked_at = loop_now(kube_loop(l->owner->kube));
    l->call = kube_send(l->owner->kube, &r, listed, l);
}

/* Whether there is an answer, asking for it when there was none, or a failed one before this search. */
static bool is_known(struct listing *l, const struct kube_search *s, bool once)
{
    if (l->state == UNKNOWN || (l->state == FAILED && l->answer <= s->since))
        ask(l, once);
    return l->state != ASKED;
}

/* What it says, or does not, may be outdated. True when it was asked again. */
static bool ask_again(struct listing *l, const struct kube_search *s)
{
    bool old = l->answer <= s->since && loop_now(kube_loop(l->owner->kube)) >= l->asked_at + MISS_MS;
    if (old && l->state != ASKED)
        ask(l, false);
    return l->state == ASKED;
}

/* ---- the end of searches */

static void search_free(struct kube_search *s)
{
    TAILQ_REMOVE(&s->owner->searches, s, link);
    loop_defer_cancel(kube_loop(s->owner->kube), &s->step);
    free(s->api_version);
    free(s->kind);
    free(s->word);
    free(s->group);
    free(s->version);
    free(s);
}

static void search_end(struct kube_search *s, const struct kube_resource *r, const struct error *err)
{
    s->fn(s->data, r, err);
    search_free(s);
}

/* ---- by kind */

static const struct kube_resource *of_kind(const struct listing *l, const char *kind)
{
    for (size_t i = 0; i < l->n_resources; i++)
        if (strcmp(l->resources[i]->r.kind, kind) == 0)
            return &l->resources[i]->r;
    return NULL;
}

static void search_kind(struct kube_search *s)
{
    _cleanup_(error_release) struct error err = {0};
    struct listing *l = listing_of(s->owner, s->api_version);
    if (!is_known(l, s, false))
        return;
    const struct kube_resource *r = l->state == HERE ? of_kind(l, s->kind) : NULL;
    if (r || l->state == FAILED) {
        search_end(s, r, r ? NULL : &l->failure);
        return;
    }
    /* Versions that Kubernetes has dropped do not come back */
    if (!kube_version_next(s->api_version, s->kind) && ask_again(l, s))
        return;
    error_set(&err, ERROR_INVALID, "no matches for kind \"%s\" in version \"%s\"", s->kind, s->api_version);
    search_end(s, NULL, &err);
}

/* ---- by name */

static bool has_name(const struct resource *r, const char *word)
{
    for (size_t i = 0; r->short_names[i]; i++)
        if (strcasecmp(r->short_names[i], word) == 0)
            return true;
    return strcasecmp(r->r.plural, word) == 0 || strcasecmp(r->r.singular, word) == 0 ||
           strcasecmp(r->r.kind, word) == 0;
}

static const struct kube_resource *named(const struct listing *l, const char *word)
{
    for (size_t i = 0; l->state == HERE && i < l->n_resources; i++)
        if (has_name(l->resources[i], word))
            return &l->resources[i]->r;
    return NULL;
}

static const char *group_version(const json_t *o)
{
    return json_string_value(json_object_get(o, "groupVersion"));
}

/* The first group whose preferred version (or, with `all`, any version) has the word. *wait: an answer is
 * missing. */
static const struct kube_resource *in_groups(struct kube_search *s, bool all, bool *wait)
{
    struct kube_discovery *d = s->owner;
    const struct kube_resource *first = NULL;
    size_t i, k;
    json_t *group, *version;
    json_array_foreach(d->groups.groups, i, group)
    {
        const char *name = json_string_value(json_object_get(group, "name")),
                   *preferred = group_version(json_object_get(group, "preferredVersion"));
        if (s->group && (!name || strcasecmp(name, s->group) != 0))
            continue;
        json_array_foreach(json_object_get(group, "versions"), k, version)
        {
            const char *text = group_version(version);
            if (!text || (!all && !str_eq(text, preferred)))
                continue;
            struct listing *l = listing_of(d, text);
            *wait |= !is_known(l, s, true);
            first = first ? first : named(l, s->word);
            if (s->group && l->state == FAILED)
                s->failure = &l->failure;
        }
    }
    return *wait ? NULL : first;
}

/* Where the names that people write most are, so that they cost one request and not one for each group. What
 * is not there is looked for everywhere. */
static const char *usual_version(const char *word)
{
    static const struct {
        const char *api_version, *words;
    } usual[] = {
        {"apps/v1",
         "deploy deployment deployments ds daemonset daemonsets rs replicaset replicasets sts statefulset "
         "statefulsets"},
        {"batch/v1", "job jobs cj cronjob cronjobs"},
        {"networking.k8s.io/v1", "ing ingress ingresses netpol networkpolicy networkpolicies"},
        {"rbac.authorization.k8s.io/v1", "role roles rolebinding rolebindings clusterrole clusterroles "
                                         "clusterrolebinding clusterrolebindings"},
        {"storage.k8s.io/v1", "sc storageclass storageclasses"},
    };
    for (size_t i = 0; i < ARRAY_LEN(usual); i++)
        if (str_in_words_any_case(usual[i].words, word))
            return usual[i].api_version;
    return NULL;
}

static const struct kube_resource *in_listing(struct kube_search *s, const char *api_version, bool *wait)
{
    struct listing *l = listing_of(s->owner, api_version);
    *wait = !is_known(l, s, false);
    s->failure = l->state == FAILED ? &l->failure : NULL;
    return *wait ? NULL : named(l, s->word);
}

/* The core group, or the usual one, is looked at alone first: most names are there. */
static const struct kube_resource *find_named(struct kube_search *s, bool *wait)
{
    struct kube_discovery *d = s->owner;
    const struct kube_resource *r = NULL;
    const char *usual = s->group ? NULL : usual_version(s->word);
    s->failure = NULL;
    if (s->version || (s->group && !*s->group)) {
        const char *version = s->version ? s->version : "v1";
        _cleanup_free_ char *own = *s->group ? xasprintf("%s/%s", s->group, version) : xstrdup(version);
        return in_listing(s, own, wait);
    }
    if (!s->group && ((r = in_listing(s, usual ? usual : "v1", wait)) || *wait))
        return r;
    if (s->failure)
        return NULL;
    *wait = !is_known(&d->groups, s, false);
    for (int all = 0; all < 2 && !*wait; all++)
        if ((r = in_groups(s, all, wait)))
            return r;
    return NULL;
}

static void search_name(struct kube_search *s)
{
    _cleanup_(error_release) struct error err = {0};
    struct kube_discovery *d = s->owner;
    bool wait = false;
    const struct kube_resource *r = find_named(s, &wait);
    if (wait)
        return;
    if (!r && !s->failure && d->groups.state == FAILED)
        s->failure = &d->groups.failure;
    if (!r && !s->failure && ask_again(&d->groups, s))
        return;
    error_set(&err, ERROR_INVALID, "the server doesn't have a resource type \"%s\"", s->word);
    search_end(s, r, r ? NULL : s->failure ? s->failure : &err);
}

/* ---- entry points */

static void search_step(struct loop_task *t)
{
    struct kube_search *s = t->data;
    s->run(s);
}

static struct kube_search *search_new(struct kube *k, void (*run)(struct kube_search *s), kube_found_fn *fn,
                                      void *data)
{
    struct kube_discovery *d = kube_discovery_of(k);
    struct kube_search *s = xcalloc(1, sizeof(*s));
    *s = (struct kube_search){.owner = d, .run = run, .fn = fn, .data = data, .since = d->answers};
    s->step = (struct loop_task){.fn = search_step, .data = s};
    TAILQ_INSERT_TAIL(&d->searches, s, link);
    loop_defer(kube_loop(k), &s->step);
    return s;
}

struct kube_search *kube_find_kind(struct kube *k, const char *api_version, const char *kind,
                                   kube_found_fn *fn, void *data)
{
    struct kube_search *s = search_new(k, search_kind, fn, data);
    s->api_version = xstrdup(api_version);
    s->kind = xstrdup(kind);
    return s;
}

/* "v1", "v2beta1" … as the first part of what follows the word; else all of it is the group. */
static bool is_version(const char *text, size_t n)
{
    size_t digits = n && *text == 'v' ? strspn(text + 1, "0123456789") : 0, at = digits + 1;
    if (!digits || at == n)
        return digits;
    at += strncmp(text + at, "alpha", 5) == 0 ? 5 : strncmp(text + at, "beta", 4) == 0 ? 4 : n;
    return at < n && strspn(text + at, "0123456789") == n - at;
}

struct kube_search *kube_find_name(struct kube *k, const char *name, kube_found_fn *fn, void *data)
{
    struct kube_search *s = search_new(k, search_name, fn, data);
    const char *dot = strchr(name, '.');
    s->word = xstrndup(name, strcspn(name, "."));
    if (!dot)
        return s;
    size_t n = strcspn(dot + 1, ".");
    if (dot[1 + n] == '.' && is_version(dot + 1, n)) {
        s->version = xstrndup(dot + 1, n);
        dot += 1 + n;
    }
    s->group = xstrdup(dot + 1);
    return s;
}

void kube_search_cancel(struct kube_search *s)
{
    search_free(s);
}

char *kube_resource_path(const struct kube_resource *r, const char *space, const char *name, const char *sub)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", strchr(r->api_version, '/') ? "/apis" : "/api", r->api_version);
    if (r->namespaced && space) {
        buf_addstr(&path, "/namespaces/");
        kube_escape(&path, space);
    }
    buf_printf(&path, "/%s", r->plural);
    if (name) {
        buf_addch(&path, '/');
        kube_escape(&path, name);
    }
    if (sub)
        buf_printf(&path, "/%s", sub);
    return buf_steal(&path);
}

struct kube_discovery *kube_discovery_new(struct kube *k)
{
    struct kube_discovery *d = xcalloc(1, sizeof(*d));
    d->kube = k;
    TAILQ_INIT(&d->searches);
    d->groups = (struct listing){.owner = d, .path = xstrdup("/apis")};
    return d;
}

static void listing_release(struct listing *l)
{
    if (l->call)
        kube_cancel(l->call);
    free(l->path);
    error_release(&l->failure);
    json_decref(l->groups);
}

void kube_discovery_free(struct kube_discovery *d)
{
    struct kube_search *s;
    struct listing *l;
    while ((s = TAILQ_FIRST(&d->searches)))
        search_free(s);
    while ((l = SLIST_FIRST(&d->listings))) {
        SLIST_REMOVE_HEAD(&d->listings, link);
        listing_release(l);
        free(l);
    }
    listing_release(&d->groups);
    arena_release(&d->arena);
    free(d);
}
