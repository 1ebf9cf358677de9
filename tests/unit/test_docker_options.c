/* Options of `docker run` and `docker build`: words, the engine's JSON, the query of a build, and the one
 * message for what is wrong. */
#include "agents/run_options.h"
#include "base/util.h"
#include "base/words.h"
#include "executors/build_options.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void splits_as_a_shell_does(void **state)
{
    static const struct {
        const char *text, *words[6];
    } rows[] = {
        {"", {NULL}},
        {" \t\n ", {NULL}},
        {"a  b\tc\n", {"a", "b", "c", NULL}},
        {"'a b' \"c d\"", {"a b", "c d", NULL}},
        {"a'b c'\"d e\"f", {"ab cd ef", NULL}},
        {"'' \"\"", {"", "", NULL}},
        {"a\\ b c\\\\d", {"a b", "c\\d", NULL}},
        {"'\\n' \"\\n\\\"\\$\\`\\\\\"", {"\\n", "\\n\"$`\\", NULL}},
        {"$HOME ~ *", {"$HOME", "~", "*", NULL}},
        {"\"it's\" 'a \"b\"'", {"it's", "a \"b\"", NULL}},
        {"end\\", {"end\\", NULL}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_(words_release) struct words w = {0};
        struct error err = {0};
        assert_int_equal(words_expand(&w, rows[i].text, NULL, &err), 0);
        size_t n = 0;
        for (; rows[i].words[n]; n++) {
            assert_true(n < w.len);
            assert_string_equal(w.items[n], rows[i].words[n]);
        }
        assert_int_equal(w.len, n);
    }
}

static void refuses_a_quote_without_its_end(void **state)
{
    static const char *const texts[] = {"'", "a \"b", "a 'b\"", "x\"\\\""};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        _cleanup_(words_release) struct words w = {0};
        _cleanup_(error_release) struct error err = {0};
        assert_int_equal(words_expand(&w, texts[i], NULL, &err), -1);
        assert_non_null(strstr(err.message, "a quote has no end in: "));
    }
}

static const char *of_environment(void *data, const char *name)
{
    return getenv(name);
}

static const struct words_env environment = {.variable = of_environment};
static const struct words_env shell = {.variable = of_environment, .shell = true};

static void check_words(const struct words_env *env, const char *text, const char *expected)
{
    _cleanup_(words_release) struct words w = {0};
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf joined = {0};
    words_expand(&w, text, env, &err);
    for (size_t i = 0; i < w.len && !err.message; i++)
        buf_printf(&joined, "%s<%s>", i ? " " : "", w.items[i]);
    const char *got = err.message ? err.message : joined.len ? joined.data : "";
    if (err.message ? !strstr(got, expected) : strcmp(got, expected) != 0)
        fail_msg("%s gives %s, not %s", text, got, expected);
}

static void variables_are_expanded(void **state)
{
    static const char *const in_shell[][2] = {
        {"-v $A:/x ${A}b \"$A\" '$A' \\$A", "<-v> <one:/x> <oneb> <one> <$A> <$A>"},
        {"$TWO \"$TWO\" x$TWO", "<a> <b> <a b> <xa> <b>"},
        {"$NONE \"$NONE\" $NONE-x", "<> <-x>"},
        {"$ a$ $1 $? \"$\"", "<$> <a$> <$1> <$?> <$>"},
        {"V=$(date)", "'$(…' is for a shell"},
        {"`date`", "'`…' is for a shell"},
        {"${A:-x}", "'${…' is for a shell"},
        {"'$(date)' '`x`'", "<$(date)> <`x`>"},
    };
    static const char *const in_jenkins[][2] = {
        {"-v $A:/x ${A}b \"$A\" '$A'", "<-v> <one:/x> <oneb> <one> <one>"},
        {"$TWO", "<a b>"},
        {"$NONE ${NONE} $$A $ ${A", "<$NONE> <${NONE}> <$A> <$> <${A>"},
        {"$(date) `x`", "<$(date)> <`x`>"},
    };
    setenv("A", "one", 1);
    setenv("TWO", "a b", 1);
    unsetenv("NONE");
    for (size_t i = 0; i < ARRAY_LEN(in_shell); i++)
        check_words(&shell, in_shell[i][0], in_shell[i][1]);
    for (size_t i = 0; i < ARRAY_LEN(in_jenkins); i++)
        check_words(&environment, in_jenkins[i][0], in_jenkins[i][1]);
}

static int apply(json_t *create, const char *args, struct run_options_result *out, struct error *err)
{
    *out = (struct run_options_result){0};
    return run_options_apply(create, args, &environment, "/no/such/folder", out, err);
}

static void check_create(const char *args, const char *expected)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(run_options_release) struct run_options_result out = {0};
    json_t *create = json_object(), *wanted = json_loads(expected, 0, NULL);
    assert_non_null(wanted);
    if (apply(create, args, &out, &err) < 0)
        fail_msg("%s: %s", args, err.message);
    char *text = json_dumps(create, JSON_SORT_KEYS);
    if (!json_equal(create, wanted))
        fail_msg("%s gives %s, not %s", args, text, expected);
    free(text);
    json_decref(create);
    json_decref(wanted);
}

static void run_options_fill_the_request(void **state)
{
    static const char *const rows[][2] = {
        {"", "{}"},
        {"-d --sig-proxy=false --pull always -a stdout --detach-keys x --disable-content-trust -q", "{}"},
        {"-it --rm", "{\"OpenStdin\":true,\"Tty\":true,\"HostConfig\":{\"AutoRemove\":true}}"},
        {"--init=0 -v $GIVEN/x:/x", "{\"HostConfig\":{\"Init\":false,\"Binds\":[\"here/x:/x\"]}}"},
        {"-e A=1 --env B=2 -eC=3 --env=D=x=y", "{\"Env\":[\"A=1\",\"B=2\",\"C=3\",\"D=x=y\"]}"},
        {"-e GIVEN -e NOT_GIVEN", "{\"Env\":[\"GIVEN=here\"]}"},
        {"-u 1:2 --user 3", "{\"User\":\"3\"}"},
        {"-v /a:/b:ro -v n:/c", "{\"HostConfig\":{\"Binds\":[\"/a:/b:ro\",\"n:/c\"]}}"},
        {"-v /anonymous", "{\"Volumes\":{\"/anonymous\":{}}}"},
        {"-v ~/.m2:/m2 -v ~:/h -v ~other:/o",
         "{\"HostConfig\":{\"Binds\":[\"/home/me/.m2:/m2\",\"/home/me:/h\",\"~other:/o\"]}}"},
        {"-p 80", "{\"ExposedPorts\":{\"80/tcp\":{}},\"HostConfig\":{\"PortBindings\":{\"80/tcp\":"
                  "[{\"HostIp\":\"\",\"HostPort\":\"\"}]}}}"},
        {"-p 127.0.0.1:81:80/udp",
         "{\"ExposedPorts\":{\"80/udp\":{}},\"HostConfig\":{\"PortBindings\":{\"80/udp\":"
         "[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"81\"}]}}}"},
        {"-p 80:80 -p [::1]:81:80",
         "{\"ExposedPorts\":{\"80/tcp\":{}},\"HostConfig\":{\"PortBindings\":{\"80/tcp\":"
         "[{\"HostIp\":\"\",\"HostPort\":\"80\"},{\"HostIp\":\"::1\",\"HostPort\":\"81\"}]}}}"},
        {"-p 8000-8001:90-91/udp",
         "{\"ExposedPorts\":{\"90/udp\":{},\"91/udp\":{}},\"HostConfig\":{\"PortBindings\":{\"90/udp\":"
         "[{\"HostIp\":\"\",\"HostPort\":\"8000\"}],\"91/udp\":[{\"HostIp\":\"\",\"HostPort\":\"8001\"}]}}}"},
        {"-p 8000-8010:90", "{\"ExposedPorts\":{\"90/tcp\":{}},\"HostConfig\":{\"PortBindings\":{\"90/tcp\":"
                            "[{\"HostIp\":\"\",\"HostPort\":\"8000-8010\"}]}}}"},
        {"-p 127.0.0.1::90-91",
         "{\"ExposedPorts\":{\"90/tcp\":{},\"91/tcp\":{}},\"HostConfig\":{\"PortBindings\":{\"90/tcp\":"
         "[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"\"}],\"91/"
         "tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"\"}]}}}"},
        {"--expose 7-8/udp", "{\"ExposedPorts\":{\"7/udp\":{},\"8/udp\":{}}}"},
        {"--network n --network-alias a --net-alias b --ip 10.0.0.9 --ip6 ::9 --link-local-ip 169.254.0.9",
         "{\"HostConfig\":{\"NetworkMode\":\"n\"},\"NetworkingConfig\":{\"EndpointsConfig\":{\"n\":{"
         "\"Aliases\":[\"a\",\"b\"],"
         "\"IPAMConfig\":{\"IPv4Address\":\"10.0.0.9\",\"IPv6Address\":\"::9\",\"LinkLocalIPs\":[\"169.254.0."
         "9\"]}}}}}"},
        {"--network name=n,alias=a,driver-opt=k=v --network m",
         "{\"HostConfig\":{\"NetworkMode\":\"n\"},\"NetworkingConfig\":{\"EndpointsConfig\":{\"m\":{},\"n\":{"
         "\"Aliases\":[\"a\"],"
         "\"DriverOpts\":{\"k\":\"v\"}}}}}"},
        {"--health-cmd 'nc -z localhost 80' --health-interval 1m30s --health-timeout 500ms "
         "--health-start-period 0 "
         "--health-retries 3",
         "{\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"nc -z localhost "
         "80\"],\"Interval\":90000000000,\"Timeout\":500000000,"
         "\"StartPeriod\":0,\"Retries\":3}}"},
        {"--no-healthcheck", "{\"Healthcheck\":{\"Test\":[\"NONE\"]}}"},
        {"--mount type=volume,src=v,dst=/c,volume-driver=local,volume-opt=o=x,volume-label=l=y,volume-nocopy",
         "{\"HostConfig\":{\"Mounts\":[{\"Type\":\"volume\",\"Source\":\"v\",\"Target\":\"/"
         "c\",\"VolumeOptions\":{"
         "\"NoCopy\":true,\"Labels\":{\"l\":\"y\"},\"DriverConfig\":{\"Name\":\"local\",\"Options\":{\"o\":"
         "\"x\"}}}}]}}"},
        {"--mount type=tmpfs,dst=/t,tmpfs-size=64m,tmpfs-mode=1770",
         "{\"HostConfig\":{\"Mounts\":[{\"Type\":\"tmpfs\",\"Target\":\"/"
         "t\",\"TmpfsOptions\":{\"SizeBytes\":67108864,"
         "\"Mode\":1016}}]}}"},
        {"--mount 'type=bind,\"src=/a,b\",dst=/c,bind-propagation=rslave,consistency=cached'",
         "{\"HostConfig\":{\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/a,b\",\"Target\":\"/"
         "c\",\"Consistency\":\"cached\","
         "\"BindOptions\":{\"Propagation\":\"rslave\"}}]}}"},
        {"--gpus '\"device=0,1\",capabilities=utility'",
         "{\"HostConfig\":{\"DeviceRequests\":[{\"DeviceIDs\":[\"0\",\"1\"],\"Capabilities\":[[\"utility\","
         "\"gpu\"]]}]}}"},
        {"--gpus driver=nvidia", "{\"HostConfig\":{\"DeviceRequests\":[{\"Driver\":\"nvidia\",\"Count\":1,"
                                 "\"Capabilities\":[[\"gpu\"]]}]}}"},
        {"--blkio-weight-device /dev/a:9 --device-read-bps /dev/a:1m --device-write-iops /dev/a:7",
         "{\"HostConfig\":{\"BlkioWeightDevice\":[{\"Path\":\"/dev/"
         "a\",\"Weight\":9}],\"BlkioDeviceReadBps\":[{\"Path\":"
         "\"/dev/a\",\"Rate\":1048576}],\"BlkioDeviceWriteIOps\":[{\"Path\":\"/dev/a\",\"Rate\":7}]}}"},
        {"--security-opt no-new-privileges --security-opt seccomp=unconfined --security-opt "
         "systempaths=unconfined",
         "{\"HostConfig\":{\"SecurityOpt\":[\"no-new-privileges\",\"seccomp=unconfined\"],\"MaskedPaths\":[],"
         "\"ReadonlyPaths\":[]}}"},
        {"--add-host db:10.0.0.1 --dns 1.1.1.1 --dns-opt ndots:1 --dns-search x --cap-add A --cap-drop B "
         "--group-add 5",
         "{\"HostConfig\":{\"ExtraHosts\":[\"db:10.0.0.1\"],\"Dns\":[\"1.1.1.1\"],\"DnsOptions\":[\"ndots:"
         "1\"],"
         "\"DnsSearch\":[\"x\"],\"CapAdd\":[\"A\"],\"CapDrop\":[\"B\"],\"GroupAdd\":[\"5\"]}}"},
        {"--pid host --ipc shareable --userns host --uts host --cgroup-parent /g --cgroupns private "
         "--runtime r",
         "{\"HostConfig\":{\"PidMode\":\"host\",\"IpcMode\":\"shareable\",\"UsernsMode\":\"host\","
         "\"UTSMode\":\"host\","
         "\"CgroupParent\":\"/g\",\"CgroupnsMode\":\"private\",\"Runtime\":\"r\"}}"},
        {"--stop-signal INT --stop-timeout 3 --sysctl net.a=1 --domainname d --mac-address 02:0:0:0:0:1 "
         "--read-only",
         "{\"StopSignal\":\"INT\",\"StopTimeout\":3,\"Domainname\":\"d\",\"MacAddress\":\"02:0:0:0:0:1\","
         "\"HostConfig\":{"
         "\"Sysctls\":{\"net.a\":\"1\"},\"ReadonlyRootfs\":true}}"},
        {"--expose 9 --expose 8/udp", "{\"ExposedPorts\":{\"9/tcp\":{},\"8/udp\":{}}}"},
        {"-m 1.5g --memory-swap -1 --shm-size 64MiB",
         "{\"HostConfig\":{\"Memory\":1610612736,\"MemorySwap\":-1,\"ShmSize\":67108864}}"},
        {"--cpus 1.5 -c 512", "{\"HostConfig\":{\"NanoCpus\":1500000000,\"CpuShares\":512}}"},
        {"--privileged --init=false", "{\"HostConfig\":{\"Privileged\":true,\"Init\":false}}"},
        {"--label 'a=b c' -l bare", "{\"Labels\":{\"a\":\"b c\",\"bare\":\"\"}}"},
        {"--entrypoint ''", "{\"Entrypoint\":[\"\"]}"},
        {"--entrypoint a --entrypoint=b", "{\"Entrypoint\":[\"b\"]}"},
        {"--device /dev/a --device /dev/b:/dev/c:r",
         "{\"HostConfig\":{\"Devices\":[{\"PathOnHost\":\"/dev/a\",\"PathInContainer\":\"/dev/a\","
         "\"CgroupPermissions\":\"rwm\"},{\"PathOnHost\":\"/dev/b\",\"PathInContainer\":\"/dev/c\","
         "\"CgroupPermissions\":\"r\"}]}}"},
        {"--ulimit nofile=1:2 --ulimit core=-1",
         "{\"HostConfig\":{\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":1,\"Hard\":2},"
         "{\"Name\":\"core\",\"Soft\":-1,\"Hard\":-1}]}}"},
        {"--device '/dev/\xff'", "{\"HostConfig\":{\"Devices\":[{\"PathOnHost\":\"/dev/\\ufffd\","
                                 "\"PathInContainer\":\"/dev/\\ufffd\",\"CgroupPermissions\":\"rwm\"}]}}"},
        {"--tmpfs /t:size=1m --tmpfs /u", "{\"HostConfig\":{\"Tmpfs\":{\"/t\":\"size=1m\",\"/u\":\"\"}}}"},
        {"--mount type=bind,src=/a,dst=/b,readonly --mount target=/c,ro=false",
         "{\"HostConfig\":{\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/a\",\"Target\":\"/b\","
         "\"ReadOnly\":true},{\"Type\":\"volume\",\"Target\":\"/c\",\"ReadOnly\":false}]}}"},
        {"--restart on-failure:3",
         "{\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}}}"},
        {"--gpus all --gpus 2",
         "{\"HostConfig\":{\"DeviceRequests\":[{\"Count\":-1,\"Capabilities\":[[\"gpu\"]]},"
         "{\"Count\":2,\"Capabilities\":[[\"gpu\"]]}]}}"},
        {"--log-driver none --log-opt a=b --network=host -h box -w /w --link c:d",
         "{\"Hostname\":\"box\",\"WorkingDir\":\"/"
         "w\",\"HostConfig\":{\"NetworkMode\":\"host\",\"Links\":[\"c:d\"],"
         "\"LogConfig\":{\"Type\":\"none\",\"Config\":{\"a\":\"b\"}}}}"},
    };
    setenv("GIVEN", "here", 1);
    setenv("HOME", "/home/me", 1);
    unsetenv("NOT_GIVEN");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check_create(rows[i][0], rows[i][1]);
}

/* Of `docker run --help`, version 28: each is carried out or refused by its name. */
static void every_option_of_docker_is_known(void **state)
{
    static const char *const flags[] = {"detach",
                                        "disable-content-trust",
                                        "init",
                                        "interactive",
                                        "no-healthcheck",
                                        "oom-kill-disable",
                                        "privileged",
                                        "publish-all",
                                        "quiet",
                                        "read-only",
                                        "rm",
                                        "sig-proxy",
                                        "tty"};
    static const char *const values[][2] = {{"add-host", "a:1.1.1.1"},
                                            {"annotation", "a=b"},
                                            {"attach", "stdin"},
                                            {"blkio-weight", "10"},
                                            {"blkio-weight-device", "/d:1"},
                                            {"cap-add", "X"},
                                            {"cap-drop", "X"},
                                            {"cgroup-parent", "x"},
                                            {"cgroupns", "host"},
                                            {"cpu-period", "1"},
                                            {"cpu-quota", "1"},
                                            {"cpu-rt-period", "1"},
                                            {"cpu-rt-runtime", "1"},
                                            {"cpu-shares", "1"},
                                            {"cpus", "1"},
                                            {"cpuset-cpus", "0"},
                                            {"cpuset-mems", "0"},
                                            {"detach-keys", "x"},
                                            {"device", "/d"},
                                            {"device-cgroup-rule", "c 1:1 r"},
                                            {"device-read-bps", "/d:1"},
                                            {"device-read-iops", "/d:1"},
                                            {"device-write-bps", "/d:1"},
                                            {"device-write-iops", "/d:1"},
                                            {"dns", "1.1.1.1"},
                                            {"dns-option", "x"},
                                            {"dns-search", "x"},
                                            {"domainname", "x"},
                                            {"entrypoint", "x"},
                                            {"env", "A=1"},
                                            {"env-file", "/dev/null"},
                                            {"expose", "1"},
                                            {"gpus", "all"},
                                            {"group-add", "1"},
                                            {"health-cmd", "x"},
                                            {"health-interval", "1s"},
                                            {"health-retries", "1"},
                                            {"health-start-interval", "1s"},
                                            {"health-start-period", "1s"},
                                            {"health-timeout", "1s"},
                                            {"hostname", "x"},
                                            {"ip", "10.0.0.1"},
                                            {"ip6", "::1"},
                                            {"ipc", "host"},
                                            {"isolation", "x"},
                                            {"kernel-memory", "1m"},
                                            {"label", "a=b"},
                                            {"label-file", "/dev/null"},
                                            {"link", "a"},
                                            {"link-local-ip", "169.254.0.1"},
                                            {"log-driver", "x"},
                                            {"log-opt", "a=b"},
                                            {"mac-address", "x"},
                                            {"memory", "1m"},
                                            {"memory-reservation", "1m"},
                                            {"memory-swap", "1m"},
                                            {"memory-swappiness", "1"},
                                            {"mount", "target=/x"},
                                            {"name", "x"},
                                            {"network", "x"},
                                            {"network-alias", "x"},
                                            {"oom-score-adj", "1"},
                                            {"pid", "host"},
                                            {"pids-limit", "1"},
                                            {"platform", "x"},
                                            {"publish", "1"},
                                            {"pull", "never"},
                                            {"restart", "no"},
                                            {"runtime", "x"},
                                            {"security-opt", "x"},
                                            {"shm-size", "1m"},
                                            {"stop-signal", "x"},
                                            {"stop-timeout", "1"},
                                            {"storage-opt", "a=b"},
                                            {"sysctl", "a=b"},
                                            {"tmpfs", "/x"},
                                            {"ulimit", "x=1"},
                                            {"user", "x"},
                                            {"userns", "host"},
                                            {"uts", "host"},
                                            {"volume", "/x"},
                                            {"volume-driver", "x"},
                                            {"volumes-from", "x"},
                                            {"workdir", "/x"}};
    static const char *const refused[] = {"cidfile=x", "help", "use-api-socket"};
    for (size_t i = 0; i < ARRAY_LEN(flags) + ARRAY_LEN(values) + ARRAY_LEN(refused); i++) {
        _cleanup_(error_release) struct error err = {0};
        _cleanup_(run_options_release) struct run_options_result out = {0};
        size_t v = i - ARRAY_LEN(flags), r = v - ARRAY_LEN(values);
        _cleanup_free_ char *args = i < ARRAY_LEN(flags) ? xasprintf("--%s", flags[i])
                                    : v < ARRAY_LEN(values)
                                        ? xasprintf("--%s '%s'", values[v][0], values[v][1])
                                        : xasprintf("--%s", refused[r]);
        json_t *create = json_object();
        int status = apply(create, args, &out, &err);
        if (i >= ARRAY_LEN(flags) && v >= ARRAY_LEN(values))
            assert_true(status < 0 && strstr(err.message, " of docker run is not to be had here: "));
        else if (status < 0)
            fail_msg("%s: %s", args, err.message);
        json_decref(create);
    }
}

static void run_options_go_into_the_query(void **state)
{
    struct error err = {0};
    _cleanup_(run_options_release) struct run_options_result out = {0};
    json_t *create = json_object();
    assert_int_equal(apply(create, "--platform linux/arm64 --pull=never --name one --name two", &out, &err),
                     0);
    assert_string_equal(out.platform, "linux/arm64");
    assert_string_equal(out.pull, "never");
    assert_string_equal(out.name, "two");
    assert_int_equal(json_object_size(create), 0);
    json_decref(create);
}

static void run_options_add_to_what_is_there(void **state)
{
    _cleanup_(run_options_release) struct run_options_result out = {0};
    struct error err = {0};
    json_t *create = json_pack("{s:[s], s:s}", "Env", "OLD=1", "User", "0");
    json_t *wanted = json_pack("{s:[s,s], s:s}", "Env", "OLD=1", "NEW=2", "User", "9");
    assert_int_equal(apply(create, "-e NEW=2 -u 9", &out, &err), 0);
    assert_true(json_equal(create, wanted));
    json_decref(create);
    json_decref(wanted);
}

static void env_files_are_read(void **state)
{
    char path[] = "/tmp/gmrun-test-env-XXXXXX";
    static const char text[] = "# note\r\nA=1\r\n\nGIVEN\nNOT_GIVEN\nB=x y";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
    close(fd);
    setenv("GIVEN", "here", 1);
    unsetenv("NOT_GIVEN");
    _cleanup_free_ char *args = xasprintf("--env-file %s", path);
    check_create(args, "{\"Env\":[\"A=1\",\"GIVEN=here\",\"B=x y\"]}");
    unlink(path);
}

static void run_options_say_what_is_wrong(void **state)
{
    static const char *const rows[][2] = {
        {"--evn A=1", "unknown option --evn of docker run; did you mean --env?"},
        {"--volum=/a:/b", "unknown option --volum=/a:/b of docker run; did you mean --volume?"},
        {"-Z", "unknown option -Z of docker run in '-Z'"},
        {"-itZ", "unknown option -Z of docker run in '-itZ'"},
        {"--env", "option --env of docker run needs a value"},
        {"-it -e", "option -e of docker run needs a value"},
        {"busybox", "'busybox' is no option of docker run"},
        {"-e 'A", "a quote has no end in: -e 'A"},
        {"-m many", "many"},
        {"-m 1x", "1x"},
        {"-m nan", "nan"},
        {"-m -2", "-2"},
        {"--cpus two", "two"},
        {"--cpus nan", "nan"},
        {"--cpus=-1", "-1"},
        {"--cpu-shares 1.5", "1.5"},
        {"--pids-limit ''", "pids-limit"},
        {"--ulimit nofile", "nofile"},
        {"--ulimit nofile=", "nofile="},
        {"--ulimit nofile=1:", "nofile=1:"},
        {"--ulimit nofile=1:x", "nofile=1:x"},
        {"--gpus many", "many"},
        {"--mount what=x", "what=x"},
        {"--mount r", "--mount"},
        {"--env-file /no/such/file", "/no/such/file"},
        {"--env-file a.env", "/no/such/folder/a.env"},
        {"--security-opt seccomp=a.json", "/no/such/folder/a.json"},
        {"-p 80-82:90-91", "option --publish does not take '80-82:90-91'"},
        {"-p 80:", "80:"},
        {"-p 70000", "70000"},
        {"-p 9-8", "9-8"},
        {"-p x", "x"},
        {"-p 80-:80", "80-:80"},
        {"--expose 0", "'0'"},
        {"--expose ''", "''"},
        {"--health-interval 5", "option --health-interval does not take '5'"},
        {"--health-interval 5y", "5y"},
        {"--health-interval ''", "''"},
        {"--pull sometimes", "sometimes"},
        {"--network alias=x", "alias=x"},
        {"--network name=n,what=x", "what=x"},
        {"--mount target=/x,tmpfs-mode=9", "9"},
        {"--device-read-bps /dev/a", "/dev/a"},
        {"--blkio-weight-device /dev/a:x", "x"},
        {"--gpus what=1", "what=1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_(error_release) struct error err = {0};
        _cleanup_(run_options_release) struct run_options_result out = {0};
        json_t *create = json_object();
        if (apply(create, rows[i][0], &out, &err) == 0)
            fail_msg("%s is accepted", rows[i][0]);
        if (!strstr(err.message, rows[i][1]))
            fail_msg("%s: %s", rows[i][0], err.message);
        json_decref(create);
    }
}

static const char *known(void *data, const char *name)
{
    return str_eq(name, "KNOWN") ? "of the build" : NULL;
}

static const struct words_env of_build = {.variable = known, .shell = true};

static void check_query(const char *args, const char *expected)
{
    struct build_options b = {.env = &of_build};
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf query = {0};
    build_options_init(&b);
    if (build_options_apply(&b, args, &err) < 0)
        fail_msg("%s: %s", args, err.message);
    build_options_query(&b, &query);
    assert_string_equal(query.data, expected);
    build_options_release(&b);
}

static void build_options_give_the_query(void **state)
{
    static const char *const rows[][2] = {
        {"", "rm=1&forcerm=1"},
        {"--no-cache --pull -q --rm=false", "rm=0&forcerm=1&nocache=1&pull=1&q=1"},
        {"-t a/b:1 --tag 'c d'", "rm=1&forcerm=1&t=a%2Fb%3A1&t=c%20d"},
        {"--add-host a:1 --add-host b:2", "rm=1&forcerm=1&extrahosts=a%3A1&extrahosts=b%3A2"},
        {"--cache-from a --cache-from b", "rm=1&forcerm=1&cachefrom=%5B%22a%22%2C%22b%22%5D"},
        {"--build-arg A=1 --build-arg KNOWN --build-arg UNKNOWN",
         "rm=1&forcerm=1&buildargs=%7B%22A%22%3A%221%22%2C%22KNOWN%22%3A%22of%20the%20build%22%2C"
         "%22UNKNOWN%22%3Anull%7D"},
        {"--label '\xe4\xbd\xa0=&+%'", "rm=1&forcerm=1&labels=%7B%22%E4%BD%A0%22%3A%22%26%2B%25%22%7D"},
        {"--build-arg 'A=\xff'", "rm=1&forcerm=1&buildargs=%7B%22A%22%3A%22%EF%BF%BD%22%7D"},
        {"--target '-._~aZ0'", "rm=1&forcerm=1&target=-._~aZ0"},
        {"--build-arg \"A=$KNOWN\" --build-arg 'B=$KNOWN'",
         "rm=1&forcerm=1&buildargs=%7B%22A%22%3A%22of%20the%20build%22%2C%22B%22%3A%22%24KNOWN%22%7D"},
        {"-m 1m --network host", "rm=1&forcerm=1&memory=1048576&networkmode=host"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check_query(rows[i][0], rows[i][1]);
}

static void build_options_know_the_context(void **state)
{
    struct build_options b = {0};
    _cleanup_(error_release) struct error err = {0};
    build_options_init(&b);
    assert_int_equal(build_options_apply(&b, "-f A --file=sub/B .", &err), 0);
    assert_string_equal(b.dockerfile, "sub/B");
    assert_string_equal(b.context, ".");
    assert_int_equal(build_options_apply(&b, "other", &err), -1);
    assert_string_equal(err.message, "docker build takes one context, not both '.' and 'other'");
    build_options_release(&b);
}

static void build_options_say_what_only_buildkit_has(void **state)
{
    static const char *const rows[][2] = {
        {"--secret id=a", "option --secret of docker build needs BuildKit"},
        {"-o out", "option --output of docker build needs BuildKit"},
        {"--taget x", "unknown option --taget of docker build; did you mean --target?"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct build_options b = {0};
        _cleanup_(error_release) struct error err = {0};
        build_options_init(&b);
        assert_int_equal(build_options_apply(&b, rows[i][0], &err), -1);
        assert_non_null(strstr(err.message, rows[i][1]));
        build_options_release(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_as_a_shell_does),
        cmocka_unit_test(refuses_a_quote_without_its_end),
        cmocka_unit_test(variables_are_expanded),
        cmocka_unit_test(run_options_fill_the_request),
        cmocka_unit_test(every_option_of_docker_is_known),
        cmocka_unit_test(run_options_go_into_the_query),
        cmocka_unit_test(run_options_add_to_what_is_there),
        cmocka_unit_test(env_files_are_read),
        cmocka_unit_test(run_options_say_what_is_wrong),
        cmocka_unit_test(build_options_give_the_query),
        cmocka_unit_test(build_options_know_the_context),
        cmocka_unit_test(build_options_say_what_only_buildkit_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
