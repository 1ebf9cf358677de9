/* validResponseCodes of httpRequest: "100:399", "200,404", "200:204, 404" [http_request:
 * HttpRequest.DescriptorImpl.parseToRange]. */
#ifndef RUNNER_STEPS_NOTIFY_STATUS_RANGES_H
#define RUNNER_STEPS_NOTIFY_STATUS_RANGES_H

#include "base/error.h"
#include <stdbool.h>

/* Whether the text is a list of codes and intervals; -1: err holds the plugin's words. */
int status_ranges_check(const char *text, struct error *err);
bool status_ranges_hold(const char *text, int status); /* of a checked text */

#endif
