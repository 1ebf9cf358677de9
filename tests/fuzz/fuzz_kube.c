/* What of Kubernetes comes from elsewhere: kubeconfigs, manifests (rewritten to whatever their version leads
 * to), Status objects, answers of credential programs, the answer to a WebSocket request and its frames, cut
 * at any place. */
#include "agents/kube/config.h"
#include "agents/kube/credential.h"
#include "agents/kube/frames.h"
#include "agents/kube/handshake.h"
#include "agents/kube/manifest.h"
#include "agents/kube/status.h"
#include "agents/kube/versions.h"
#include "base/loop.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_config(const char *text)
{
    struct kube_config c = {0};
    struct error err = {0};
    struct kube_config_from from = {.text = text, .dir = "/nonexistent"};
    if (kube_config_load(&c, &from, &err) == 0 && (!c.server || !strstr(c.server, "://") || !c.context))
        abort();
    kube_config_release(&c);
    error_release(&err);
}

/* A rewriting comes to an end, and a second one changes nothing. */
static void read_manifest(const char *text, size_t n)
{
    kube_objects v = {0};
    struct error err = {0};
    kube_manifest_parse(&v, "f", text, n, &err);
    for (size_t i = 0; i < v.len; i++) {
        struct error why = {0};
        json_t *o = v.items[i].json;
        const char *kind = json_string_value(json_object_get(o, "kind")),
                   *next = kube_version_next(json_string_value(json_object_get(o, "apiVersion")), kind);
        if (next && kube_version_rewrite(o, next, &why) == 0) {
            json_t *copy = json_deep_copy(o);
            if (kube_version_rewrite(o, next, &why) < 0 || !json_equal(copy, o))
                abort();
            json_decref(copy);
        }
        error_release(&why);
    }
    kube_objects_release(&v);
    error_release(&err);
}

static void read_answers(const char *text, size_t n)
{
    struct error err = {0};
    struct kube_config c = {.exec = {.api_version = (char[]){"client.authentication.k8s.io/v1"}}};
    struct kube_credential credential = {.config = &c};
    json_t *o = json_loadb(text, n, JSON_DECODE_ANY, NULL);
    kube_status_exit(o, &err);
    error_release(&err);
    kube_status_error(&err, 500, o, text);
    error_release(&err);
    json_decref(o);
    kube_credential_read(&credential, text, n, &err);
    kube_credential_release(&credential);
    error_release(&err);
}

static void note(void *data, int channel, const char *bytes, size_t n)
{
    struct buf *b = data;
    if (!n || channel < 0 || channel > 255)
        abort();
    for (size_t i = 0; i < n; i++) {
        buf_addch(b, (char)channel);
        buf_addch(b, bytes[i]);
    }
}

/* However the bytes are cut, the same comes out of them; of a frame that turns out to be broken more or less
 * of it. */
static void read_frames(const char *bytes, size_t n, size_t cut)
{
    struct buf whole = {0}, parts = {0};
    struct kube_frames a, b;
    struct error err = {0};
    cut = cut < n ? cut : n;
    kube_frames_init(&a, note, &whole);
    kube_frames_init(&b, note, &parts);
    int one = kube_frames_feed(&a, bytes, n, &err), two = kube_frames_feed(&b, bytes, cut, &err);
    if (two == 0)
        two = kube_frames_feed(&b, bytes + cut, n - cut, &err);
    size_t both = whole.len < parts.len ? whole.len : parts.len;
    if (one != two || (one == 0 && whole.len != parts.len) ||
        (both && memcmp(whole.data, parts.data, both) != 0))
        abort();
    kube_frames_release(&a);
    kube_frames_release(&b);
    buf_release(&whole);
    buf_release(&parts);
    error_release(&err);
}

static void read_handshake(const char *bytes, size_t n, size_t cut)
{
    static const char *const headers[] = {"Authorization: Bearer x", NULL};
    struct kube_handshake h = {0};
    struct buf request = {0};
    struct error err = {0};
    size_t rest = 0;
    cut = cut < n ? cut : n;
    kube_handshake_start(&h, &request, "https://h:6443", "/x", headers);
    int rc = kube_handshake_feed(&h, bytes, cut, &rest, &err);
    if (rc == 0)
        rc = kube_handshake_feed(&h, bytes + cut, n - cut, &rest, &err);
    if (rc == 0 && kube_handshake_end(&h, &err) == 0)
        abort();
    if (rc == 1 && rest > n)
        abort();
    kube_handshake_release(&h);
    buf_release(&request);
    error_release(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    const char *bytes = (const char *)data + 1;
    char *text = malloc(size);
    memcpy(text, bytes, size - 1);
    text[size - 1] = 0;
    read_config(text);
    read_manifest(text, size - 1);
    read_answers(text, size - 1);
    read_frames(bytes, size - 1, data[0]);
    read_handshake(bytes, size - 1, data[0]);
    free(text);
    return 0;
}
