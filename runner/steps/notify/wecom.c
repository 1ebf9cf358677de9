/* qyWechatNotification [qy-wechat-notification: QyWechatNotification, BuildOverInfo]: a markdown message of
 * the build's result, then who is meant in a text of its own, since WeCom's markdown names nobody. */
#include "runner/steps/notify/build_tokens.h"
#include "runner/steps/notify/webhook.h"
#include "runner/steps/rows.h"
#include <string.h>

static const char *result_words(enum result r)
{
    switch (r) {
    case RESULT_FAILURE:
        return "<font color=\"warning\">失败!!!\xF0\x9F\x98\xAD</font>";
    case RESULT_ABORTED:
        return "<font color=\"warning\">中断!!\xF0\x9F\x98\xB3</font>";
    case RESULT_UNSTABLE:
        return "<font color=\"warning\">异常!!\xF0\x9F\x98\xB1</font>";
    default:
        return "<font color=\"info\">成功~\xF0\x9F\x98\x98</font>";
    }
}

static enum result result_now(const struct run *run)
{
    return run->result == RESULT_NONE ? RESULT_SUCCESS : run->result;
}

/* Which results are told; none chosen means all. */
static bool wanted(struct step_call *c)
{
    static const struct {
        const char *param;
        enum result result;
    } choices[] = {{"failSend", RESULT_FAILURE},
                   {"successSend", RESULT_SUCCESS},
                   {"aboutSend", RESULT_ABORTED},
                   {"unstableSend", RESULT_UNSTABLE}};
    bool any = false;
    for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
        bool chosen = step_bool(c, choices[i].param, false);
        if (chosen && choices[i].result == result_now(c->run))
            return true;
        any |= chosen;
    }
    return !any;
}

static json_t *report(struct step_call *c)
{
    _cleanup_(buf_release) struct buf text = {0};
    _cleanup_free_ char *url = build_url_text(c), *more = step_lines(c, "moreInfo");
    long long seconds = (loop_now(c->run->loop) - c->run->started_ms) / 1000;
    struct value current = c->run->objects[OBJECT_CURRENT_BUILD], duration, hold = NULL_VALUE;
    buf_printf(&text, "<font color=\"info\">【%s】</font>构建%s\n", c->run->record.job,
               result_words(result_now(c->run)));
    if (vm_get_property(c->fiber, current, "durationString", &duration) == CALL_OK) {
        const char *shown = value_text(c->fiber, duration, &hold), *tail = strstr(shown, " and counting");
        buf_printf(&text, " >构建用时：<font color=\"comment\">%.*s</font>\n",
                   (int)(tail ? (size_t)(tail - shown) : strlen(shown)), shown);
        value_release(hold);
        value_release(duration);
    } else {
        buf_printf(&text, " >构建用时：<font color=\"comment\">%lld s</font>\n", seconds);
    }
    if (*more)
        buf_printf(&text, " >%s\n", more);
    buf_printf(&text, " >[查看控制台](%sconsole)", url);
    return json_pack("{s:s,s:{s:s}}", "msgtype", "markdown", "markdown", "content", text.data);
}

/* failNotify: people are named only when the build is bad. */
static bool mention(struct step_call *c, struct webhook *w)
{
    json_t *ids = step_words(c, "mentionedId"), *mobiles = step_words(c, "mentionedMobile");
    bool quiet = step_bool(c, "failNotify", false) && result_now(c->run) == RESULT_SUCCESS;
    bool more = w->sent == 1 && !quiet && (json_array_size(ids) || json_array_size(mobiles));
    if (more) {
        json_decref(w->payload);
        w->payload = json_pack("{s:s,s:{s:O,s:O}}", "msgtype", "text", "text", "mentioned_list", ids,
                               "mentioned_mobile_list", mobiles);
    }
    json_decref(ids);
    json_decref(mobiles);
    return more;
}

enum call_status step_wecom(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *given = step_lines(c, "webhookUrl");
    struct webhook w = {.service = "WeCom", .coded = true, .next = mention};
    const struct robot_config *robot = NULL;
    if (!wanted(c))
        return CALL_OK;
    w.url = strstr(given, "://") ? xstrdup(given)
                                 : robot_url(c, &c->run->config->notify.wecom, "wecom", given, &robot, &err);
    if (!w.url)
        return webhook_refuse(c, &w, err.message);
    w.payload = report(c);
    return webhook_send(c, &w);
}
