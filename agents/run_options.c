/* See run_options.h. Names and meanings are those of docker/cli's `container run`; -d, -a and the like say
 * how the program itself behaves and change nothing here.
 *
 * A row for each of them: an option that docker would take must not fail a pipeline here,
 * and one that it would refuse must not pass. Meanings that concern only the program (terminals, signals,
 * pulls' output) are option_nothing; what cannot be had is as_refused, whose path holds the reason. */
#include "agents/run_options.h"
#include "agents/docker_options.h"
#include "base/util.h"
#include <ctype.h>
#include <string.h>

enum { PORT_MAX = 65535 };

/* The last of several counts, as everywhere in docker's command line. */
static int replace(char **place, const char *value)
{
    free(*place);
    *place = xstrdup(value);
    return 0;
}

static int as_name(struct option_target *t, const struct docker_option *o, const char *value)
{
    return replace(&((struct run_options_result *)t->data)->name, value);
}

static int as_platform(struct option_target *t, const struct docker_option *o, const char *value)
{
    return replace(&((struct run_options_result *)t->data)->platform, value);
}

static int as_pull(struct option_target *t, const struct docker_option *o, const char *value)
{
    bool known = str_eq(value, "always") || str_eq(value, "missing") || str_eq(value, "never");
    return known ? replace(&((struct run_options_result *)t->data)->pull, value) : option_bad(t, o, value);
}

static int as_refused(struct option_target *t, const struct docker_option *o, const char *value)
{
    return error_set(t->err, ERROR_INVALID, "option --%s of docker run is not to be had here: %s", o->name,
                     o->path);
}

/* HOST:CONTAINER[:MODE], NAME:CONTAINER, or a container's path alone: an anonymous volume. A home of the
 * runner's user is resolved as the user's shell would. */
static int as_volume(struct option_target *t, const struct docker_option *o, const char *value)
{
    /* A relative or named source is the engine's to judge; it takes absolute paths and names of volumes. */
    if (!strchr(value, ':'))
        return option_put_member(t, "Volumes", value, json_object());
    const char *home = getenv("HOME");
    if (home && (str_has_prefix(value, "~/") || str_has_prefix(value, "~:"))) {
        _cleanup_free_ char *path = xasprintf("%s%s", home, value + 1);
        return option_item(t, o, path);
    }
    return option_item(t, o, value);
}

/* A name alone takes the runner's own value, if there is one. */
static int as_variable(struct option_target *t, const struct docker_option *o, const char *value)
{
    if (strchr(value, '='))
        return option_item(t, o, value);
    const char *own = option_variable(t, value);
    _cleanup_free_ char *entry = own ? xasprintf("%s=%s", value, own) : NULL;
    return entry ? option_item(t, o, entry) : 0;
}

static int as_variables_of(struct option_target *t, const struct docker_option *o, const char *value)
{
    _cleanup_(buf_release) struct buf text = {0};
    if (option_file(t, value, &text) < 0)
        return -1;
    for (char *rest = text.data, *line; rest && (line = strsep(&rest, "\n"));) {
        line[strcspn(line, "\r")] = 0;
        if (*line && *line != '#')
            as_variable(t, o, line);
    }
    return 0;
}

/* ---- ports: N or FIRST-LAST */

struct ports {
    long first, last; /* 0: the engine chooses */
};

static int read_ports(const char *text, struct ports *p)
{
    char *end;
    *p = (struct ports){0};
    if (!*text)
        return 0;
    p->first = p->last = strtol(text, &end, 10);
    if (end != text && *end == '-')
        p->last = strtol(end + 1, &end, 10);
    bool good =
        isdigit((unsigned char)*text) && !*end && p->first > 0 && p->last >= p->first && p->last <= PORT_MAX;
    return good ? 0 : -1;
}

/* The text before the last colon, or "", and *rest behind it. Cuts in place. */
static char *cut_colon(char *text, char **rest)
{
    char *colon = strrchr(text, ':');
    *rest = colon ? colon + 1 : text;
    if (colon)
        *colon = 0;
    return colon ? text : text + strlen(text);
}

static char *without_brackets(char *ip)
{
    size_t n = strlen(ip);
    if (*ip != '[' || ip[n - 1] != ']')
        return ip;
    ip[n - 1] = 0;
    return ip + 1;
}

/* Ranges of the same length stand side by side; a range outside for one port inside leaves the choice. */
static void bind_ports(struct option_target *t, const char *ip, const struct ports *in,
                       const struct ports *out, const char *protocol)
{
    for (long i = 0; i <= in->last - in->first; i++) {
        _cleanup_free_ char *key = xasprintf("%ld/%s", in->first + i, protocol),
                            *path = xasprintf("HostConfig.PortBindings.%s", key), *port = NULL;
        if (in->first == in->last && out->first != out->last)
            port = xasprintf("%ld-%ld", out->first, out->last);
        else
            port = out->first ? xasprintf("%ld", out->first + i) : xstrdup("");
        option_put_member(t, "ExposedPorts", key, json_object());
        /* A port may be published several times, at different addresses. */
        option_append(t, path, json_pack("{s:s, s:s}", "HostIp", ip, "HostPort", port));
    }
}

/* [[IP:]HOST:]CONTAINER[/PROTOCOL] */
static int as_port(struct option_target *t, const struct docker_option *o, const char *value)
{
    _cleanup_free_ char *text = xstrdup(value);
    /* Taken apart from behind: an IPv6 address has colons of its own. */
    char *slash = strchr(text, '/'), *inner, *host;
    if (slash)
        *slash = 0;
    char *outer = cut_colon(text, &inner), *ip = without_brackets(cut_colon(outer, &host));
    struct ports in, out;
    if (read_ports(inner, &in) < 0 || !in.first || read_ports(host, &out) < 0)
        return option_bad(t, o, value);
    if (out.first && in.first != in.last && in.last - in.first != out.last - out.first)
        return option_bad(t, o, value);
    bind_ports(t, ip, &in, &out, slash ? slash + 1 : "tcp");
    return 0;
}

static int as_exposed(struct option_target *t, const struct docker_option *o, const char *value)
{
    size_t n = strcspn(value, "/");
    _cleanup_free_ char *range = xstrndup(value, n);
    struct ports p;
    if (read_ports(range, &p) < 0 || !p.first)
        return option_bad(t, o, value);
    for (long port = p.first; port <= p.last; port++) {
        _cleanup_free_ char *key = xasprintf("%ld/%s", port, value[n] ? value + n + 1 : "tcp");
        option_put_member(t, "ExposedPorts", key, json_object());
    }
    return 0;
}

/* HOST[:CONTAINER[:MODE]] */
static int as_device(struct option_target *t, const struct docker_option *o, const char *value)
{
    _cleanup_free_ char *text = xstrdup(value);
    char *at = text, *host = strsep(&at, ":"), *inside = strsep(&at, ":");
    return option_append(t, o->path,
                         json_pack("{s:s, s:s, s:s}", "PathOnHost", host, "PathInContainer",
                                   inside ? inside : host, "CgroupPermissions", at ? at : "rwm"));
}

/* NAME=SOFT[:HARD] */
static int option_limit(struct option_target *t, const struct docker_option *o, const char *value)
{
    const char *equals = strchr(value, '=');
    char *end = NULL;
    if (!equals)
        return option_bad(t, o, value);
    const char *start = equals + 1;
    long long soft = strtoll(start, &end, 10), hard = soft;
    if (end != start && *end == ':') {
        start = end + 1;
        hard = strtoll(start, &end, 10);
    }
    if (*end || end == start)
        return option_bad(t, o, value);
    _cleanup_free_ char *name = xstrndup(value, (size_t)(equals - value));
    return option_append(t, o->path, json_pack("{s:s, s:I, s:I}", "Name", name, "Soft", soft, "Hard", hard));
}

/* PATH[:OPTIONS] */
static int as_tmpfs(struct option_target *t, const struct docker_option *o, const char *value)
{
    size_t n = strcspn(value, ":");
    _cleanup_free_ char *path = xstrndup(value, n);
    return option_put_member(t, o->path, path, option_json(value[n] ? value + n + 1 : ""));
}

/* ---- values that are a list of fields: KEY=VALUE,… */

static int apply_fields(struct option_target *t, const struct docker_option *o,
                        const struct docker_option *rows, size_t len, const char *value)
{
    _cleanup_free_ char *text = xstrdup(value);
    for (char *rest = text, *field; (field = option_field(&rest));) {
        size_t n = strcspn(field, "="), i = 0;
        while (i < len && (strncmp(field, rows[i].name, n) || rows[i].name[n]))
            i++;
        if (i == len || (!field[n] && !rows[i].flag))
            return option_bad(t, o, value);
        if (rows[i].apply(t, &rows[i], field[n] ? field + n + 1 : "true") < 0)
            return -1;
    }
    return 0;
}

static int option_octal(struct option_target *t, const struct docker_option *o, const char *value)
{
    char *end;
    long mode = strtol(value, &end, 8);
    return *end || end == value ? option_bad(t, o, value) : option_put(t, o->path, json_integer(mode));
}

/* type=bind,source=/a,target=/b,readonly */
static int as_mount(struct option_target *t, const struct docker_option *o, const char *value)
{
    static const struct docker_option rows[] = {
        {"type", 0, "Type", option_text, false},
        {"source", 0, "Source", option_text, false},
        {"src", 0, "Source", option_text, false},
        {"target", 0, "Target", option_text, false},
        {"destination", 0, "Target", option_text, false},
        {"dst", 0, "Target", option_text, false},
        {"readonly", 0, "ReadOnly", option_flag, true},
        {"ro", 0, "ReadOnly", option_flag, true},
        {"consistency", 0, "Consistency", option_text, false},
        {"bind-propagation", 0, "BindOptions.Propagation", option_text, false},
        {"bind-nonrecursive", 0, "BindOptions.NonRecursive", option_flag, true},
        {"volume-nocopy", 0, "VolumeOptions.NoCopy", option_flag, true},
        {"volume-driver", 0, "VolumeOptions.DriverConfig.Name", option_text, false},
        {"volume-opt", 0, "VolumeOptions.DriverConfig.Options", option_pair, false},
        {"volume-label", 0, "VolumeOptions.Labels", option_pair, false},
        {"volume-subpath", 0, "VolumeOptions.Subpath", option_text, false},
        {"tmpfs-size", 0, "TmpfsOptions.SizeBytes", option_bytes, false},
        {"tmpfs-mode", 0, "TmpfsOptions.Mode", option_octal, false},
    };
    /* docker/cli's default. */
    json_t *mount = json_pack("{s:s}", "Type", "volume");
    struct option_target in = {.json = mount, .err = t->err};
    if (apply_fields(&in, o, rows, ARRAY_LEN(rows), value) == 0)
        return option_append(t, o->path, mount);
    json_decref(mount);
    return -1;
}

static int gpu_count(struct option_target *t, const struct docker_option *o, const char *value)
{
    return str_eq(value, "all") ? option_put(t, o->path, json_integer(-1)) : option_number(t, o, value);
}

/* a,b: the CSV quotes that held them together are gone */
static int gpu_list(struct option_target *t, const struct docker_option *o, const char *value)
{
    _cleanup_free_ char *text = xstrdup(value);
    for (char *rest = text, *part; (part = strsep(&rest, ","));)
        option_append(t, o->path, option_json(part));
    return 0;
}

/* "all", a count, or device=…,capabilities=…,driver=… [opts.GpuOpts] */
static int as_gpus(struct option_target *t, const struct docker_option *o, const char *value)
{
    static const struct docker_option rows[] = {
        {"count", 0, "Count", gpu_count, false},     {"device", 0, "DeviceIDs", gpu_list, false},
        {"driver", 0, "Driver", option_text, false}, {"capabilities", 0, "Wanted", gpu_list, false},
        {"options", 0, "Options", gpu_list, false},
    };
    json_t *request = json_object();
    struct option_target in = {.json = request, .err = t->err};
    int status = strchr(value, '=')
                     ? apply_fields(&in, o, rows, ARRAY_LEN(rows), value)
                     : gpu_count(&in, &(struct docker_option){.name = o->name, .path = "Count"}, value);
    if (status < 0) {
        json_decref(request);
        return -1;
    }
    /* The engine wants capabilities as a list of lists, "gpu" among each. */
    json_t *wanted = json_incref(json_object_get(request, "Wanted"));
    json_object_del(request, "Wanted");
    if (!wanted)
        wanted = json_array();
    json_array_append_new(wanted, json_string("gpu"));
    json_object_set_new(request, "Capabilities", json_pack("[o]", wanted));
    if (!json_object_get(request, "Count") && !json_object_get(request, "DeviceIDs"))
        json_object_set_new(request, "Count", json_integer(1));
    return option_append(t, o->path, request);
}

/* ---- networks */

/* Rows whose values belong to how the container stands in its first network. */
static int in_endpoint(struct option_target *t, const struct docker_option *o, const char *value,
                       option_fn *fn)
{
    struct run_options_result *r = t->data;
    if (!r->endpoint)
        r->endpoint = json_object();
    struct option_target in = {.json = r->endpoint, .err = t->err};
    return fn(&in, o, value);
}

static int as_endpoint_text(struct option_target *t, const struct docker_option *o, const char *value)
{
    return in_endpoint(t, o, value, option_text);
}

static int as_endpoint_item(struct option_target *t, const struct docker_option *o, const char *value)
{
    return in_endpoint(t, o, value, option_item);
}

/* NAME, or name=NAME,alias=…,ip=… The first network is the container's mode, more of them are ends of their
 * own. */
static int as_network(struct option_target *t, const struct docker_option *o, const char *value)
{
    static const struct docker_option rows[] = {
        {"name", 0, "Name", option_text, false},
        {"alias", 0, "End.Aliases", option_item, false},
        {"ip", 0, "End.IPAMConfig.IPv4Address", option_text, false},
        {"ip6", 0, "End.IPAMConfig.IPv6Address", option_text, false},
        {"link-local-ip", 0, "End.IPAMConfig.LinkLocalIPs", option_item, false},
        {"driver-opt", 0, "End.DriverOpts", option_pair, false},
        {"mac-address", 0, "End.MacAddress", option_text, false},
    };
    struct run_options_result *r = t->data;
    json_t *network = json_object();
    struct option_target in = {.json = network, .err = t->err};
    int status = strchr(value, '=') ? apply_fields(&in, o, rows, ARRAY_LEN(rows), value)
                                    : option_put(&in, "Name", option_json(value));
    const char *name = json_string_value(json_object_get(network, "Name"));
    json_t *end = json_object_get(network, "End");
    if (status == 0 && !name)
        status = option_bad(t, o, value);
    /* --network may be given several times since Docker 25. */
    bool first = !json_object_get(json_object_get(t->json, "HostConfig"), "NetworkMode");
    if (status == 0 && first)
        option_put(t, "HostConfig.NetworkMode", json_string(name));
    if (status == 0 && first && end) {
        r->endpoint = r->endpoint ? r->endpoint : json_object();
        json_object_update_missing(r->endpoint, end);
    }
    if (status == 0 && !first)
        option_put_member(t, "NetworkingConfig.EndpointsConfig", name,
                          end ? json_incref(end) : json_object());
    json_decref(network);
    return status;
}

static void place_endpoint(json_t *create, struct run_options_result *r)
{
    struct option_target t = {.json = create};
    const char *mode =
        json_string_value(json_object_get(json_object_get(create, "HostConfig"), "NetworkMode"));
    bool more = json_object_get(create, "NetworkingConfig");
    if (r->endpoint || more)
        option_put_member(&t, "NetworkingConfig.EndpointsConfig", mode ? mode : "default",
                          r->endpoint ? json_incref(r->endpoint) : json_object());
}

/* ---- the rest */

static int as_health_command(struct option_target *t, const struct docker_option *o, const char *value)
{
    return option_put(t, o->path, json_pack("[s,o]", "CMD-SHELL", option_json(value)));
}

static int as_no_health(struct option_target *t, const struct docker_option *o, const char *value)
{
    return str_eq(value, "true") ? option_put(t, o->path, json_pack("[s]", "NONE")) : 0;
}

/* A seccomp profile travels as its text; system paths are two lists [docker/cli: parseSecurityOpts,
 * parseSystemPaths]. */
static int as_security(struct option_target *t, const struct docker_option *o, const char *value)
{
    const char *profile = str_has_prefix(value, "seccomp=") ? value + 8 : "unconfined";
    if (str_eq(value, "systempaths=unconfined")) {
        option_put(t, "HostConfig.MaskedPaths", json_array());
        return option_put(t, "HostConfig.ReadonlyPaths", json_array());
    }
    if (str_eq(profile, "unconfined") || str_eq(profile, "builtin") || *profile == '{')
        return option_item(t, o, value);
    _cleanup_(buf_release) struct buf text = {0};
    if (option_file(t, profile, &text) < 0)
        return -1;
    json_t *json = json_loadb(text.data ? text.data : "", text.len, 0, NULL);
    char *compact = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    if (!compact)
        return option_bad(t, o, value);
    _cleanup_free_ char *item = xasprintf("seccomp=%s", compact);
    free(compact);
    return option_item(t, o, item);
}

/* NAME[:COUNT] */
static int as_restart(struct option_target *t, const struct docker_option *o, const char *value)
{
    size_t n = strcspn(value, ":");
    _cleanup_free_ char *name = xstrndup(value, n);
    option_put_member(t, o->path, "Name", option_json(name));
    return value[n] ? option_put_member(t, o->path, "MaximumRetryCount",
                                        json_integer(strtol(value + n + 1, NULL, 10)))
                    : 0;
}

static const struct docker_option options[] = {
    {"add-host", 0, "HostConfig.ExtraHosts", option_item, false},
    {"annotation", 0, "HostConfig.Annotations", option_pair, false},
    {"attach", 'a', NULL, option_nothing, false},
    {"blkio-weight", 0, "HostConfig.BlkioWeight", option_number, false},
    {"blkio-weight-device", 0, "HostConfig.BlkioWeightDevice", option_weight, false},
    {"cap-add", 0, "HostConfig.CapAdd", option_item, false},
    {"cap-drop", 0, "HostConfig.CapDrop", option_item, false},
    {"cgroup-parent", 0, "HostConfig.CgroupParent", option_text, false},
    {"cgroupns", 0, "HostConfig.CgroupnsMode", option_text, false},
    {"cidfile", 0, "the container's id is what dockerRun and withRun give", as_refused, false},
    {"cpu-period", 0, "HostConfig.CpuPeriod", option_number, false},
    {"cpu-quota", 0, "HostConfig.CpuQuota", option_number, false},
    {"cpu-rt-period", 0, "HostConfig.CpuRealtimePeriod", option_number, false},
    {"cpu-rt-runtime", 0, "HostConfig.CpuRealtimeRuntime", option_number, false},
    {"cpu-shares", 'c', "HostConfig.CpuShares", option_number, false},
    {"cpus", 0, "HostConfig.NanoCpus", option_cpus, false},
    {"cpuset-cpus", 0, "HostConfig.CpusetCpus", option_text, false},
    {"cpuset-mems", 0, "HostConfig.CpusetMems", option_text, false},
    {"detach", 'd', NULL, option_nothing, true},
    {"detach-keys", 0, NULL, option_nothing, false},
    {"device", 0, "HostConfig.Devices", as_device, false},
    {"device-cgroup-rule", 0, "HostConfig.DeviceCgroupRules", option_item, false},
    {"device-read-bps", 0, "HostConfig.BlkioDeviceReadBps", option_bytes_rate, false},
    {"device-read-iops", 0, "HostConfig.BlkioDeviceReadIOps", option_rate, false},
    {"device-write-bps", 0, "HostConfig.BlkioDeviceWriteBps", option_bytes_rate, false},
    {"device-write-iops", 0, "HostConfig.BlkioDeviceWriteIOps", option_rate, false},
    {"disable-content-trust", 0, NULL, option_nothing, true},
    {"dns", 0, "HostConfig.Dns", option_item, false},
    {"dns-opt", 0, "HostConfig.DnsOptions", option_item, false},
    {"dns-option", 0, "HostConfig.DnsOptions", option_item, false},
    {"dns-search", 0, "HostConfig.DnsSearch", option_item, false},
    {"domainname", 0, "Domainname", option_text, false},
    {"entrypoint", 0, "Entrypoint", option_only_item, false},
    {"env", 'e', "Env", as_variable, false},
    {"env-file", 0, "Env", as_variables_of, false},
    {"expose", 0, NULL, as_exposed, false},
    {"gpus", 0, "HostConfig.DeviceRequests", as_gpus, false},
    {"group-add", 0, "HostConfig.GroupAdd", option_item, false},
    {"health-cmd", 0, "Healthcheck.Test", as_health_command, false},
    {"health-interval", 0, "Healthcheck.Interval", option_duration, false},
    {"health-retries", 0, "Healthcheck.Retries", option_number, false},
    {"health-start-interval", 0, "Healthcheck.StartInterval", option_duration, false},
    {"health-start-period", 0, "Healthcheck.StartPeriod", option_duration, false},
    {"health-timeout", 0, "Healthcheck.Timeout", option_duration, false},
    {"help", 0, "it only explains", as_refused, true},
    {"hostname", 'h', "Hostname", option_text, false},
    {"init", 0, "HostConfig.Init", option_flag, true},
    {"interactive", 'i', "OpenStdin", option_flag, true},
    {"ip", 0, "IPAMConfig.IPv4Address", as_endpoint_text, false},
    {"ip6", 0, "IPAMConfig.IPv6Address", as_endpoint_text, false},
    {"ipc", 0, "HostConfig.IpcMode", option_text, false},
    {"isolation", 0, "HostConfig.Isolation", option_text, false},
    {"kernel-memory", 0, "HostConfig.KernelMemory", option_bytes, false},
    {"label", 'l', "Labels", option_pair, false},
    {"label-file", 0, "Labels", option_lines, false},
    {"link", 0, "HostConfig.Links", option_item, false},
    {"link-local-ip", 0, "IPAMConfig.LinkLocalIPs", as_endpoint_item, false},
    {"log-driver", 0, "HostConfig.LogConfig.Type", option_text, false},
    {"log-opt", 0, "HostConfig.LogConfig.Config", option_pair, false},
    {"mac-address", 0, "MacAddress", option_text, false},
    {"memory", 'm', "HostConfig.Memory", option_bytes, false},
    {"memory-reservation", 0, "HostConfig.MemoryReservation", option_bytes, false},
    {"memory-swap", 0, "HostConfig.MemorySwap", option_bytes, false},
    {"memory-swappiness", 0, "HostConfig.MemorySwappiness", option_number, false},
    {"mount", 0, "HostConfig.Mounts", as_mount, false},
    {"name", 0, NULL, as_name, false},
    {"net", 0, NULL, as_network, false},
    {"net-alias", 0, "Aliases", as_endpoint_item, false},
    {"network", 0, NULL, as_network, false},
    {"network-alias", 0, "Aliases", as_endpoint_item, false},
    {"no-healthcheck", 0, "Healthcheck.Test", as_no_health, true},
    {"oom-kill-disable", 0, "HostConfig.OomKillDisable", option_flag, true},
    {"oom-score-adj", 0, "HostConfig.OomScoreAdj", option_number, false},
    {"pid", 0, "HostConfig.PidMode", option_text, false},
    {"pids-limit", 0, "HostConfig.PidsLimit", option_number, false},
    {"platform", 0, NULL, as_platform, false},
    {"privileged", 0, "HostConfig.Privileged", option_flag, true},
    {"publish", 'p', NULL, as_port, false},
    {"publish-all", 'P', "HostConfig.PublishAllPorts", option_flag, true},
    {"pull", 0, NULL, as_pull, false},
    {"quiet", 'q', NULL, option_nothing, true},
    {"read-only", 0, "HostConfig.ReadonlyRootfs", option_flag, true},
    {"restart", 0, "HostConfig.RestartPolicy", as_restart, false},
    {"rm", 0, "HostConfig.AutoRemove", option_flag, true},
    {"runtime", 0, "HostConfig.Runtime", option_text, false},
    {"security-opt", 0, "HostConfig.SecurityOpt", as_security, false},
    {"shm-size", 0, "HostConfig.ShmSize", option_bytes, false},
    {"sig-proxy", 0, NULL, option_nothing, true},
    {"stop-signal", 0, "StopSignal", option_text, false},
    {"stop-timeout", 0, "StopTimeout", option_number, false},
    {"storage-opt", 0, "HostConfig.StorageOpt", option_pair, false},
    {"sysctl", 0, "HostConfig.Sysctls", option_pair, false},
    {"tmpfs", 0, "HostConfig.Tmpfs", as_tmpfs, false},
    {"tty", 't', "Tty", option_flag, true},
    {"ulimit", 0, "HostConfig.Ulimits", option_limit, false},
    {"use-api-socket", 0, "mount the engine's socket by -v", as_refused, true},
    {"user", 'u', "User", option_text, false},
    {"userns", 0, "HostConfig.UsernsMode", option_text, false},
    {"uts", 0, "HostConfig.UTSMode", option_text, false},
    {"volume", 'v', "HostConfig.Binds", as_volume, false},
    {"volume-driver", 0, "HostConfig.VolumeDriver", option_text, false},
    {"volumes-from", 0, "HostConfig.VolumesFrom", option_item, false},
    {"workdir", 'w', "WorkingDir", option_text, false},
};

int run_options_apply(json_t *create, const char *args, const struct words_env *env, const char *dir,
                      struct run_options_result *out, struct error *err)
{
    static const struct docker_command command = {"docker run", options, ARRAY_LEN(options), NULL};
    struct option_target t = {.json = create, .data = out, .env = env, .dir = dir, .err = err};
    if (docker_options_apply(&command, &t, args) < 0)
        return -1;
    place_endpoint(create, out);
    return 0;
}

void run_options_release(struct run_options_result *r)
{
    free(r->name);
    free(r->platform);
    free(r->pull);
    json_decref(r->endpoint);
    *r = (struct run_options_result){0};
}
