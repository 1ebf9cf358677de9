/* YAML to values and back from arbitrary bytes: no crash, no leak, no hang; a refusal has a message and a
 * place; what was read can be printed, hashed, compared with itself, and written. */
#include "runner/lib/yaml.h"
#include "runner/lib/json.h"
#include "runner/lib/properties.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(struct fiber *fiber, struct value v)
{
    struct buf text = {0};
    value_print(fiber, v, &text);
    if (!value_equals(fiber, v, v) && !strstr(text.data, "NaN"))
        abort();
    value_hash(v);
    buf_clear(&text);
    value_to_json(fiber, v, 2, &text, NULL);
    buf_clear(&text);
    value_to_yaml(fiber, v, &text, NULL);
    buf_release(&text);
}

static void check(int rc, struct error *err)
{
    if (rc && (!err->message || !*err->message || err->line < 1))
        abort();
    error_release(err);
}

static void ignore_pair(void *data, const char *key, const char *value)
{
    *(size_t *)data += strlen(key) + strlen(value);
}

/* One VM for all inputs: making it takes longer than an input does. */
static struct vm *vm;
static struct fiber *f;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!vm) {
        vm = vm_new(NULL);
        f = fiber_start(vm, NULL_VALUE, 0, NULL, NULL, NULL);
    }
    struct error err = {0};
    struct value v = NULL_VALUE;
    size_t total = 0;
    int rc = yaml_to_value(vm, (const char *)data, size, &v, &err);
    check(rc, &err);
    use(f, v);
    value_release(v);
    rc = json_to_value(vm, (const char *)data, size, &v, &err);
    check(rc, &err);
    use(f, v);
    value_release(v);
    properties_parse((const char *)data, size, ignore_pair, &total);
    return 0;
}
