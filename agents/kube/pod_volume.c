/* See pod_parts.h: volumes [kubernetes-plugin: the packages volumes and volumes.workspace]. A kind of volume
 * is a row that says which of the object's parameters go where. */
#include "agents/kube/pod_merge.h"
#include "agents/kube/pod_parts.h"
#include "base/util.h"
#include <ctype.h>
#include <string.h>

enum kind { EMPTY_DIR, HOST_PATH, NFS, SECRET, CONFIG_MAP, CLAIM, DYNAMIC, EPHEMERAL, UNKNOWN };

static const struct row {
    const char *name; /* of the class, without Volume and WorkspaceVolume; of the symbol alike */
    enum kind kind;
    const char *member; /* of the volume */
    struct {
        const char *parameter, *key;
        char type; /* t text, b boolean, o octal number */
    } parts[4];
} rows[] = {
    {"EmptyDir", EMPTY_DIR, "emptyDir", {{0}}},
    {"HostPath", HOST_PATH, "hostPath", {{"hostPath", "path", 't'}}},
    {"Nfs",
     NFS,
     "nfs",
     {{"serverAddress", "server", 't'}, {"serverPath", "path", 't'}, {"readOnly", "readOnly", 'b'}}},
    {"Secret",
     SECRET,
     "secret",
     {{"secretName", "secretName", 't'}, {"defaultMode", "defaultMode", 'o'}, {"optional", "optional", 'b'}}},
    {"ConfigMap", CONFIG_MAP, "configMap", {{"configMapName", "name", 't'}, {"optional", "optional", 'b'}}},
    {"PersistentVolumeClaim",
     CLAIM,
     "persistentVolumeClaim",
     {{"claimName", "claimName", 't'}, {"readOnly", "readOnly", 'b'}}},
    {"DynamicPVC", DYNAMIC, "persistentVolumeClaim", {{0}}},
    {"GenericEphemeral", EPHEMERAL, "ephemeral", {{0}}},
};

/* emptyDirVolume, EmptyDirWorkspaceVolume and org.….EmptyDirVolume are the same kind. */
static const struct row *row_of(const json_t *volume)
{
    const char *class = json_string_value(json_object_get(volume, "$class")),
               *dot = class ? strrchr(class, '.') : NULL;
    class = dot ? dot + 1 : class ? class : "";
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *name = rows[i].name, *rest = class + strlen(name);
        if (toupper((unsigned char)class[0]) == name[0] && str_has_prefix(class + 1, name + 1) &&
            (!*rest || str_eq(rest, "Volume") || str_eq(rest, "WorkspaceVolume")))
            return &rows[i];
    }
    return NULL;
}

static json_t *source(const struct row *row, const json_t *volume)
{
    json_t *out = json_object();
    for (size_t i = 0; i < ARRAY_LEN(row->parts) && row->parts[i].key; i++) {
        const char *parameter = row->parts[i].parameter;
        _cleanup_free_ char *text = pod_text(volume, parameter);
        if (!text)
            continue;
        pod_put(out, row->parts[i].key,
                row->parts[i].type == 't'   ? json_string(text)
                : row->parts[i].type == 'b' ? json_boolean(pod_flag(volume, parameter))
                                            : json_integer(strtol(text, NULL, 8)));
    }
    if (row->kind == EMPTY_DIR)
        pod_put(out, "medium", pod_flag(volume, "memory") ? json_string("Memory") : NULL);
    return out;
}

/* accessModes is one word in the plugin; a list is accepted. */
static json_t *claim_spec(const json_t *volume)
{
    _cleanup_free_ char *class = pod_text(volume, "storageClassName"),
                        *size = pod_text(volume, "requestsSize"), *mode = pod_text(volume, "accessModes");
    json_t *modes = json_object_get(volume, "accessModes");
    json_t *spec = json_pack("{s:o, s:{s:{s:s}}}", "accessModes",
                             json_is_array(modes) ? json_deep_copy(modes)
                                                  : json_pack("[s]", mode ? mode : "ReadWriteOnce"),
                             "resources", "requests", "storage", size ? size : "10Gi");
    pod_put(spec, "storageClassName", class ? json_string(class) : NULL);
    return spec;
}

static int refuse(const json_t *volume, struct error *err)
{
    const char *class = json_string_value(json_object_get(volume, "$class"));
    return error_set(err, ERROR_INVALID, "'%s' is no kind of volume of a pod template", class ? class : "");
}

json_t *pod_volume(const json_t *volume, const char *name, const char *claim_name, json_t *claims,
                   struct error *err)
{
    const struct row *row = row_of(volume);
    if (!row) {
        refuse(volume, err);
        return NULL;
    }
    json_t *from = source(row, volume);
    if (row->kind == EPHEMERAL) {
        pod_put(from, "volumeClaimTemplate", json_pack("{s:o}", "spec", claim_spec(volume)));
    } else if (row->kind == DYNAMIC) {
        pod_put(from, "claimName", json_string(claim_name));
        json_array_append_new(claims, json_pack("{s:s, s:s, s:{s:s}, s:o}", "apiVersion", "v1", "kind",
                                                "PersistentVolumeClaim", "metadata", "name", claim_name,
                                                "spec", claim_spec(volume)));
    }
    return json_pack("{s:s, s:o}", "name", name, row->member, from);
}

json_t *pod_mount(const json_t *volume, const char *name, struct error *err)
{
    const struct row *row = row_of(volume);
    _cleanup_free_ char *path = pod_text(volume, "mountPath"), *sub = pod_text(volume, "subPath");
    if (!row || !path) {
        row ? error_set(err, ERROR_INVALID, "a volume of a pod template has no mountPath")
            : refuse(volume, err);
        return NULL;
    }
    for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
        path[n - 1] = 0;
    bool can_be_read_only = row->kind == HOST_PATH || row->kind == NFS || row->kind == CLAIM;
    json_t *mount = json_pack("{s:s, s:s, s:b}", "mountPath", path, "name", name, "readOnly",
                              can_be_read_only && pod_flag(volume, "readOnly"));
    pod_put(mount, "subPath", sub ? json_string(sub) : NULL);
    return mount;
}
