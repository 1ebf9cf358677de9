/* JDKs and Mavens of this machine, for names like 'jdk17', 'JDK 1.8', 'M3' or 'maven-3.8' where the
 * configuration has no tool of that type at all. */
#ifndef RUNNER_ENGINE_TOOL_DISCOVERY_H
#define RUNNER_ENGINE_TOOL_DISCOVERY_H

#include "base/buf.h"

/* The home of the one that the name means, owned. NULL: the name tells no version of such a tool, or none or
 * several fit it. Those that are here are appended to `seen`, for a message. */
char *tool_discover(const char *type, const char *name, struct buf *seen);

#endif
