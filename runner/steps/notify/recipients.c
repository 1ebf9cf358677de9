/* Lists of mailboxes as people write them ("Smith, Jo" <jo@x>, cc:a@x b@x;c@x), and email-ext's recipient
 * providers. An address is kept once over all three lists, at its first place: to before cc before bcc is
 * a matter of who comes first, as in email-ext. Where Jenkins asks its users' addresses, the commits' are
 * taken. */
#include "runner/steps/notify/recipients.h"
#include "base/buf.h"
#include "runner/cli/run_options.h"
#include "runner/engine/objects.h"
#include "runner/steps/notify/build_tokens.h"
#include <string.h>
#include <strings.h>

void recipients_init(struct recipients *r, const char *suffix)
{
    *r = (struct recipients){.suffix = suffix};
    for (size_t i = 0; i < RECIPIENT_KINDS; i++)
        r->lists[i] = json_array();
}

void recipients_release(struct recipients *r)
{
    for (size_t i = 0; i < RECIPIENT_KINDS; i++)
        json_decref(r->lists[i]);
}

size_t recipients_count(const struct recipients *r)
{
    size_t n = 0;
    for (size_t i = 0; i < RECIPIENT_KINDS; i++)
        n += json_array_size(r->lists[i]);
    return n;
}

/* The part in angle brackets, or the whole; returns its length. */
static size_t bare(const char *mailbox, const char **address)
{
    const char *open = strrchr(mailbox, '<');
    *address = open ? open + 1 : mailbox;
    return open ? strcspn(open + 1, ">") : strlen(mailbox);
}

static bool known(const struct recipients *r, const char *mailbox)
{
    const char *a, *b;
    size_t n = bare(mailbox, &a), i, k;
    json_t *v;
    for (i = 0; i < RECIPIENT_KINDS; i++)
        json_array_foreach(r->lists[i], k, v) if (bare(json_string_value(v), &b) == n &&
                                                  strncasecmp(a, b, n) == 0) return true;
    return false;
}

/* Names of users get the suffix; without one they stay, and the mail server judges. */
static void add_one(struct recipients *r, enum recipient_kind kind, const char *s, size_t n)
{
    _cleanup_free_ char *mailbox = xstrndup(s, n);
    if (!strchr(mailbox, '@') && r->suffix) {
        char *whole = xasprintf("%s%s", mailbox, r->suffix);
        free(mailbox);
        mailbox = whole;
    }
    if (*mailbox && !known(r, mailbox))
        json_array_append_new(r->lists[kind], json_string(mailbox));
}

static size_t prefix_of(const char *s, enum recipient_kind *kind)
{
    static const struct {
        const char *text;
        enum recipient_kind kind;
    } prefixes[] = {{"cc:", RECIPIENT_CC}, {"bcc:", RECIPIENT_BCC}, {"to:", RECIPIENT_TO}};
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
        if (strncasecmp(s, prefixes[i].text, strlen(prefixes[i].text)) == 0) {
            *kind = prefixes[i].kind;
            return strlen(prefixes[i].text);
        }
    return 0;
}

/* Length of the mailbox at s: up to a separator; a blank is one unless a "<" comes before the next comma. */
static size_t mailbox_length(const char *s)
{
    size_t chunk = 0;
    bool quoted = false;
    const char *open = NULL;
    for (; s[chunk] && (quoted || !strchr(",;\r\n", s[chunk])); chunk++) {
        if (s[chunk] == '"')
            quoted = !quoted;
        if (s[chunk] == '<' && !open)
            open = s + chunk;
    }
    if (!open || memchr(s, '@', (size_t)(open - s)))
        return strcspn(s, " \t,;\r\n");
    const char *close = memchr(open, '>', (size_t)(s + chunk - open));
    return close ? (size_t)(close + 1 - s) : chunk;
}

void recipients_add(struct recipients *r, enum recipient_kind kind, const char *list)
{
    static const char separators[] = " \t,;\r\n";
    for (const char *s = list + strspn(list, separators); *s; s += strspn(s, separators)) {
        enum recipient_kind own = kind;
        s += prefix_of(s, &own);
        s += strspn(s, " \t");
        size_t n = mailbox_length(s);
        add_one(r, own, s, n);
        s += n;
    }
}

char *recipients_text(const struct recipients *r, const char *separator)
{
    struct buf out = {0};
    size_t k;
    json_t *v;
    for (size_t i = 0; i < RECIPIENT_KINDS; i++)
        json_array_foreach(r->lists[i], k, v)
        {
            const char *address;
            size_t n = bare(json_string_value(v), &address);
            buf_addstr(&out, out.len ? separator : "");
            buf_add(&out, address, n);
        }
    return buf_steal(&out);
}

/* ---- providers */

static void add_authors(void *data, int number, const json_t *commits)
{
    size_t i;
    json_t *commit;
    json_array_foreach(commits, i, commit)
    {
        const char *address = json_string_value(json_object_get(commit, "authorEmail"));
        if (address && *address)
            add_one(data, RECIPIENT_TO, address, strlen(address));
    }
}

static void developers(struct step_call *c, struct recipients *r)
{
    builds_changes(c->run, false, add_authors, r);
}

/* Everybody since the last good build. */
static void culprits(struct step_call *c, struct recipients *r)
{
    builds_changes(c->run, true, add_authors, r);
}

struct first_bad {
    struct recipients *r;
    bool done;
};

static void first_authors(void *data, int number, const json_t *commits)
{
    struct first_bad *f = data;
    if (!f->done)
        add_authors(f->r, number, commits);
    f->done = true;
}

/* Those whose changes were in the first build after the last good one, if this one is bad. */
static void suspects(struct step_call *c, struct recipients *r)
{
    struct first_bad f = {.r = r};
    if (c->run->result == RESULT_FAILURE || c->run->result == RESULT_UNSTABLE)
        builds_changes(c->run, true, first_authors, &f);
}

static void requestor(struct step_call *c, struct recipients *r)
{
    const char *user = c->run->options->user;
    if (strchr(user, '@') || r->suffix)
        add_one(r, RECIPIENT_TO, user, strlen(user));
    else
        step_log(c, "Not sending mail to user %s: no address is known (`mail: {defaultSuffix: \"@…\"}`)",
                 user);
}

static void contributor(struct step_call *c, struct recipients *r)
{
    _cleanup_free_ char *address = run_getenv(c->run, c->branch->scope, "CHANGE_AUTHOR_EMAIL");
    if (address && *address)
        add_one(r, RECIPIENT_TO, address, strlen(address));
}

static void configured(struct step_call *c, struct recipients *r)
{
    const char *list = c->run->config->notify.mail.default_recipients;
    recipients_add(r, RECIPIENT_TO, list ? list : "");
}

/* Authors of the build that started this one. */
static void upstream(struct step_call *c, struct recipients *r)
{
    int number = 0;
    _cleanup_free_ char *job = run_upstream(c->run, &number);
    json_t *build = job ? build_load(&c->run->home, job, number, NULL) : NULL;
    add_authors(r, number, json_object_get(build, "changes"));
    json_decref(build);
}

static const struct {
    const char *symbol, *class;
    void (*add)(struct step_call *c, struct recipients *r);
} providers_known[] = {
    {"brokenBuildSuspects", "FirstFailingBuildSuspectsRecipientProvider", suspects},
    {"brokenTestsSuspects", "FailingTestSuspectsRecipientProvider", suspects},
    {"buildUser", "BuildUserRecipientProvider", requestor},
    {"contributor", "ContributorMetadataRecipientProvider", contributor},
    {"culprits", "CulpritsRecipientProvider", culprits},
    {"developers", "DevelopersRecipientProvider", developers},
    {"previous", "PreviousRecipientProvider", culprits},
    {"recipients", "ListRecipientProvider", configured},
    {"requestor", "RequesterRecipientProvider", requestor},
    {"upstreamDevelopers", "UpstreamComitterRecipientProvider", upstream},
};

/* By class name without its package, or by symbol. */
static void provide(struct step_call *c, struct recipients *r, const char *name)
{
    const char *dot = strrchr(name, '.');
    name = dot ? dot + 1 : name;
    for (size_t i = 0; i < ARRAY_LEN(providers_known); i++)
        if (!strcmp(name, providers_known[i].symbol) || !strcmp(name, providers_known[i].class)) {
            providers_known[i].add(c, r);
            return;
        }
    step_log(c, "%s: the recipient provider '%s' is not known here", c->step->name, name);
}

void recipients_provide(struct step_call *c, struct recipients *r, const json_t *providers)
{
    size_t i;
    json_t *item;
    json_array_foreach(providers, i, item)
    {
        const char *name = json_string_value(json_object_get(item, "$class"));
        if (name)
            provide(c, r, name);
    }
}
