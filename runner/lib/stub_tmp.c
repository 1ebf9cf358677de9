#include "runner/lib/yaml.h"
#include "runner/lib/json.h"
#include "runner/lib/properties.h"
int yaml_to_value(struct vm *vm, const char *text, size_t len, struct value *out, struct error *err){return -1;}
int value_to_yaml(struct fiber *f, struct value v, struct buf *text, struct error *err){return -1;}
void properties_parse(const char *text, size_t len, void (*fn)(void *data, const char *key, const char *value), void *data){}
