/* gmrun.yaml and credentials.yaml from arbitrary bytes: no crash, no leak, no hang; a refusal always has a
 * message. */
#include "runner/state/config.h"
#include "base/yaml.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const preset_keys[] = {"timestamps", "t", "skip"};

static void need_message(int rc, struct error *err)
{
    if (rc && (!err->message || !*err->message))
        abort();
    error_release(err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct config c = {.preset_keys = preset_keys, .n_preset_keys = 3};
    struct credentials creds = {0};
    char file[32];
    int fd = memfd_create("fuzz", 0);
    if (write(fd, data, size) != (ssize_t)size || fchmod(fd, 0600))
        abort();
    snprintf(file, sizeof(file), "/proc/self/fd/%d", fd);
    need_message(config_load(&c, file, &err), &err);
    config_release(&c);
    need_message(credentials_load(&creds, file, false, &err), &err);
    credentials_release(&creds);
    struct yaml_doc doc = {0};
    need_message(yaml_parse(&doc, "x", (const char *)data, size, &err), &err);
    json_decref(yaml_to_json(doc.root));
    yaml_wipe(&doc);
    close(fd);
    return 0;
}
